"""Only button values that the desk made are accepted."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.base import ids
from bot.domain.base.refusals import Unknown
from tests.blocks.scenes import SECRET, draft


def test_a_value_says_its_kind_row_and_version_and_carries_a_mac():
    value = ids.button_value("case", 412, 7, SECRET)
    assert re.fullmatch(r"case\.412\.7\.[0-9a-f]{16}", value)
    assert ids.read_value(value, SECRET) == ids.Value("case", 412, "7")


def test_a_decision_is_bound_to_the_words_and_to_what_the_customer_wrote_last():
    value = ids.read_value(
        ids.button_value("draft", 31, ids.draft_version(draft(version=3, seen=812)), SECRET), SECRET
    )
    assert (value.version, value.number, value.seen) == ("3-812", 3, 812)
    assert ids.draft_version(draft(seen=812)) != ids.draft_version(replace(draft(), seen=813))


@given(st.sampled_from(["case", "draft"]), st.integers(0, 2**60), st.integers(0, 2**60))
def test_any_value_survives_the_way_there_and_back(kind, row, version):
    value = ids.read_value(ids.button_value(kind, row, version, SECRET), SECRET)
    assert (value.kind, value.row, value.number, value.seen) == (kind, row, version, 0)


@pytest.mark.parametrize("at", range(len("case.412.7.0123456789abcdef")))
def test_a_value_changed_in_any_place_is_declined(at):
    value = ids.button_value("case", 412, 7, SECRET)
    changed = value[:at] + ("0" if value[at] != "0" else "1") + value[at + 1 :]
    with pytest.raises(Unknown):
        ids.read_value(changed, SECRET)


def test_another_desks_button_is_declined_with_a_sentence_that_says_what_to_do():
    with pytest.raises(Unknown, match="newest card of the case has buttons that work"):
        ids.read_value(ids.button_value("case", 1, 1, b"another desk"), SECRET)


def test_a_menu_option_comes_back_with_what_it_is_about():
    value = ids.menu_value(ids.MORE_SOLVED, ids.button_value("case", 412, 7, SECRET))
    option, signed = ids.read_menu(value)
    assert (option, ids.read_value(signed, SECRET)) == (ids.MORE_SOLVED, ids.Value("case", 412, "7"))
    assert len(value) <= 150


def test_metadata_comes_back_and_anything_else_is_declined():
    assert ids.unpack(ids.pack({"case": 412, "version": "3-812"})) == {"case": 412, "version": "3-812"}
    for broken in ("", "nope", "[1]", json.dumps({"case": {}}), "\0"):
        with pytest.raises(Unknown):
            ids.unpack(broken)


def test_what_was_sealed_comes_back_on_its_own_kind_of_form_only():
    packed = ids.pack({"case": 412, "version": "3-812"})
    sealed = ids.seal(packed, ids.REPLY_MODAL, SECRET)
    assert ids.unseal(sealed, ids.REPLY_MODAL, SECRET) == packed
    for form, secret in ((ids.ASSIGN_MODAL, SECRET), (ids.REPLY_MODAL, b"another desk"), ("", SECRET)):
        assert ids.unseal(sealed, form, secret) == ""
    assert ids.unseal(packed, ids.REPLY_MODAL, SECRET) == "", "a form that was opened before there were seals"


def mutations(value: str, others: Sequence[str], count: int = 5_000) -> Iterator[str]:
    """Yield values that somebody without the key could make from valid ones."""
    chance = random.Random(11)  # noqa: S311 - the same on every run
    letters = [*map(chr, range(32, 127)), "\0", "ü", "\ud800", "²", "٣"]
    for _ in range(count):
        at, upto = sorted(chance.choices(range(len(value) + 1), k=2))
        other = chance.choice(others)
        made = chance.choice(
            [
                value[:at] + chance.choice(letters) + value[at + 1 :],
                value[:at] + value[upto:],
                value[:at] + chance.choice(letters) + value[at:],
                value[:at] + value[at:upto] * 2 + value[upto:],
                value.rpartition(".")[0] + "." + other.rpartition(".")[2],
                other.rpartition(".")[0] + "." + value.rpartition(".")[2],
                value.swapcase(),
                "".join(chance.choices(letters, k=chance.randrange(60))),
            ]
        )
        if made not in {value, *others}:
            yield made


OTHER_VALUES = [ids.button_value(kind, row, 7, SECRET) for kind in (ids.CASE, ids.DRAFT) for row in (1, 41, 4120)]
OTHER_FORMS = [
    ids.seal(ids.pack({"case": row}), form, SECRET)
    for form in (ids.ASSIGN_MODAL, ids.SET_ASIDE_MODAL)
    for row in (412, 413)
]


def test_nobody_makes_a_button_without_the_key():
    made = set(mutations(ids.button_value("case", 412, 7, SECRET), OTHER_VALUES))
    assert len(made) > 2_000
    for value in made:
        with pytest.raises(Unknown):
            ids.read_value(value, SECRET)


def test_nobody_makes_a_form_without_the_key():
    made = {
        *mutations(ids.seal(ids.pack({"case": 412, "seen": "3-8"}), ids.REPLY_MODAL, SECRET), OTHER_FORMS),
        *OTHER_FORMS,
    }
    assert len(made) > 2_000
    assert {ids.unseal(metadata, ids.REPLY_MODAL, SECRET) for metadata in made} == {""}


def test_no_two_ids_are_the_same_within_their_kind():
    named = {name: value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)}
    blocks = {name for name in named if name.endswith("_BLOCK")}
    options = {name for name in named if name.startswith("MORE_")} | {
        "CORRECT",
        "TAKE_BACK",
        "CHANGE_THERE",
        "CASE",
        "DRAFT",
        "ANSWER",
    }
    actions = [value for name, value in named.items() if name not in blocks | options]
    assert len(actions) == len(set(actions))
    assert len({named[name] for name in blocks}) == len(blocks)


def test_every_id_that_was_ever_on_a_message_is_still_known():
    kept = (Path(__file__).parents[1] / "ids_ever_used.txt").read_text().split()
    known = {value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)}
    assert set(kept) <= known, "old messages live for months: an id may be added, never renamed or taken away"
