"""A file of `heard prove` or `heard audit export` shows what the desk did, and no change of it goes unnoticed."""

import io
import json
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from bot.domain.base.refusals import NotUsable, Unknown
from bot.domain.base.tables import DraftVerb
from bot.domain.replies.draft import DraftKind
from bot.domain.replies.parts import Split
from handlers.proving import write_case, write_trail
from storage.audit import told
from tests import builders
from tests.builders import ANA, BEN, CARO, NOW, do
from tests.engines import store_in
from tests.proof_script import script
from tests.storage.audit.test_lines import forge
from tests.storage.scenes import another

DAY = timedelta(days=1)


def lived(store):
    """Two days of a desk: a reply in two versions, further cases beside it, and a line that no head covers yet."""
    builders.claimed(store, post=another("7"))
    case = builders.drafted(store, text="We are sorry.")
    case = do(store, case, DraftVerb.SUBMIT, to=BEN)
    store.tell_head(NOW.date(), NOW + DAY)
    do(store, case, DraftVerb.WITHDRAW)
    case = builders.delivered(store, post=another("8"))
    builders.opened(store, post=another("9"))
    told = store.tell_head((NOW + DAY).date(), NOW + 2 * DAY)
    builders.opened(store, post=another("10"))
    return case, told.public


def test_what_is_read_ahead_changes_no_head(tmp_path, monkeypatch):
    monkeypatch.setattr(told, "LINES", 3)
    heads = []
    for one, slices in ((store_in(tmp_path / "at once"), 0), (store_in(tmp_path / "ahead"), 2)):
        case = builders.in_review(one)
        builders.delivered(one, post=another("8"))
        for _ in range(slices):
            assert one.read_trail_ahead()
        do(one, case, DraftVerb.WITHDRAW)
        heads.append(one.tell_head(NOW.date(), NOW + DAY).public)
        assert one.prove().whole
        one.close()
    assert heads[0] == heads[1]


def whole_of(store):
    file = io.BytesIO()
    return write_trail(store, file, NOW), file.getvalue()


def test_a_proof_says_who_wrote_who_approved_and_which_words_went_where_and_when(store):
    case, head = lived(store)
    file = write_case(store, case.id, NOW)
    what, under = script.check(file, {"2026-01-06": head[:32]})
    assert f"Written by {ANA}, approved by {BEN} at " in what
    assert f'exactly "{builders.WORDS}"' in what
    assert f"(SHA-256 {sha256(builders.WORDS.encode()).hexdigest()}) went to x as account 9001, under post 8" in what
    assert what.endswith(" as post 2001.")
    assert under == f"Lines 1 to {case.version} of {case.version} are under the head of 2026-01-06: {head}"


def test_each_case_and_the_whole_trail_agree_with_what_was_told(store):
    case, head = lived(store)
    told = {"2026-01-06": head[:32]}
    for one in range(1, case.id + 1):
        script.check(write_case(store, one, NOW), told if one == case.id else {})
    whole, file = whole_of(store)
    (said,) = script.check(file, told, whole)
    assert "2 days that were told" in said
    assert store.prove().whole


def test_a_case_that_is_not_there_or_whose_trail_was_changed_is_not_proved(store):
    case, _ = lived(store)
    with pytest.raises(Unknown):
        write_case(store, 99, NOW)
    forge(store, "UPDATE audit SET who = 'U0EVE' WHERE chain = :case AND position = 2", case=case.id)
    with pytest.raises(NotUsable, match=f"case {case.id}"):
        write_case(store, case.id, NOW)


def test_the_script_needs_nothing_but_the_standard_library():
    assert "import bot" not in Path(script.__file__).read_text()
    assert not {"bot", "storage", "handlers"} & {getattr(one, "__name__", "") for one in vars(script).values()}


# --- a thousand changes -------------------------------------------------------------------------------------


def changed(data: bytes, by: Random) -> bytes:
    """Return a file with one change anywhere: a byte, a piece dropped, doubled, moved or put in, or the end cut off."""
    start = by.randrange(len(data))
    end = min(start + by.choice((1, 3, 40)), len(data))
    piece = data[start:end]
    other = by.randrange(len(data))
    return by.choice((
        data[:start] + bytes([data[start] ^ 1 << by.randrange(8)]) + data[start + 1 :],
        data[:start] + data[end:],
        data[:end] + data[start:],
        data[:start] + data[other : other + 9] + data[start:],
        data[:start],
        data[:start] + piece[::-1] + data[end:],
    ))  # fmt: skip


def lines_changed(data: bytes, by: Random) -> bytes:
    """Return a file in which whole lines were changed, dropped, swapped or put in."""
    lines = data.splitlines(keepends=True)
    one, two = by.randrange(len(lines)), by.randrange(len(lines))
    how = by.randrange(4)
    if how == 0:
        del lines[one]
    elif how == 1:
        lines[one], lines[two] = lines[two], lines[one]
    elif how == 2:
        lines.insert(one, lines[two])
    else:
        lines[one] = lines[two]
    return b"".join(lines)


def found(data: bytes, heads: dict[str, str], whole: str | None = None) -> bool:
    try:
        script.check(data, heads, whole)
    except script.Wrong:
        return True
    return False


@pytest.mark.parametrize("which", ["a case", "the whole"])
def test_five_hundred_random_changes_of_a_file_are_all_found(sqlite_store, which):
    case, head = lived(sqlite_store)
    told = {"2026-01-06": head[:32]}
    file = write_case(sqlite_store, case.id, NOW) if which == "a case" else whole_of(sqlite_store)[1]
    assert not found(file, told)
    by = Random(13)  # noqa: S311 - to be repeated
    tried = 0
    while tried < 500:
        other = by.choice((changed, lines_changed))(file, by)
        if other != file:
            tried += 1
            assert found(other, told), other


def sealed_anew(proof: dict[str, object]) -> bytes:
    before = f"{json.dumps(proof, indent=1)[:-2]},\n".encode()
    return before + f' "sha256": "{sha256(before).hexdigest()}"}}\n'.encode()


def opened(file: bytes) -> dict:
    return json.loads(file[: file.rfind(b",\n")] + b"}")


def rewritten(proof: dict, by: Random) -> dict:
    """Change one thing that matters, and compute everything after it anew, as somebody who knows the format could."""
    lines = proof["lines"]
    line = by.choice(lines)
    what = by.randrange(4)
    if what == 0:
        line["who"] = f"U{by.randrange(10**6)}"
    elif what == 1:
        line["facts"] = (
            line["facts"].replace('"', '"x', 1).replace('"x', '"', 1)[:-1] + f',"n":{by.randrange(10**6)}}}'
        )
    elif what == 2 and len(lines) > 1:
        lines.remove(line)
    else:
        lines.insert(lines.index(line), dict(line))
    for position, one in enumerate(lines, start=1):
        one["position"] = position
    chain = script.Chain(proof["case"])
    for one in lines:
        chain.add(one)
    proof["digest"] = chain.digest.hex()
    for day in proof["told"]:
        day["position"] = min(day["position"], len(lines))
        day["head"] = script.day_head(day, script.root_of(chain, day))
    return proof


def test_a_rewritten_tail_with_new_digests_is_found_by_whoever_knows_the_head(sqlite_store):
    case, head = lived(sqlite_store)
    file = write_case(sqlite_store, case.id, NOW)
    by = Random(13)  # noqa: S311 - to be repeated
    for _ in range(200):
        other = sealed_anew(rewritten(opened(file), by))
        assert found(other, {"2026-01-06": head[:32]})


def test_words_and_places_are_bound_to_the_lines_even_when_all_digests_are_made_anew(sqlite_store):
    case, head = lived(sqlite_store)
    file = write_case(sqlite_store, case.id, NOW)
    for path in (
        ("versions", "text"), ("versions", "digest"), ("versions", "written_by"), ("versions", "written_at"),
        ("approvals", "approved_by"), ("approvals", "approved_at"), ("approvals", "network"),
        ("approvals", "account"), ("approvals", "post"), ("approvals", "terms"), ("approvals", "approval"),
        ("attempts", "post"), ("attempts", "started_at"), ("attempts", "ended_at"), ("attempts", "outcome"),
        ("attempts", "approval"),
    ):  # fmt: skip
        proof = opened(file)
        proof["replies"][0][path[0]][0][path[1]] = "2026-01-05T10:00:00.000000+00:00"
        assert found(sealed_anew(proof), {"2026-01-06": head[:32]}), path


def test_random_changes_of_the_stored_trail_are_all_found(sqlite_store):
    lived(sqlite_store)
    forge(sqlite_store, "UPDATE trail SET lines = lines")  # without the triggers
    by = Random(13)  # noqa: S311 - to be repeated
    engine = sqlite_store.engine
    lines = engine.rows("SELECT chain, position FROM audit")
    for _ in range(200):
        chain, position = by.choice(lines)
        change = {"chain": chain, "position": position, "n": by.randrange(1, 10**6)}
        with suppress(Undone), sqlite_store.transaction():
            engine.run(by.choice(STORED), change)
            assert not sqlite_store.prove().whole
            raise Undone


class Undone(Exception):
    pass


_ONE = "WHERE chain = :chain AND position = :position AND :n > 0"
STORED = [
    f"DELETE FROM audit {_ONE}",
    "DELETE FROM audit WHERE chain = :chain AND position >= :position AND :n > 0",
    f"UPDATE audit SET at = at + :n {_ONE}",
    f"UPDATE audit SET who = who || :n {_ONE}",
    f"UPDATE audit SET facts = facts || :n {_ONE}",
    f"UPDATE audit SET facts = '{{}}' {_ONE}",
    f"UPDATE audit SET hash = randomblob(32) {_ONE}",
    f"UPDATE audit SET prev = randomblob(31) {_ONE}",
    f"INSERT INTO audit SELECT chain, position + 1000, at, who, verb, facts, prev, hash FROM audit {_ONE}",
    "UPDATE trail_told SET digest = randomblob(32) WHERE :chain + :position + :n > 0",
    "DELETE FROM trail_told WHERE head = (SELECT max(head) FROM trail_told) AND :chain + :position + :n > 0",
    "UPDATE trail SET total = randomblob(32) WHERE :chain + :position + :n > 0",
]


def test_names_stand_beside_the_ids_that_are_proven(sqlite_store):
    case, head = lived(sqlite_store)
    proof = opened(write_case(sqlite_store, case.id, NOW)) | {"people": {ANA: "Ben", BEN: "Caro"}}
    said = script.check(sealed_anew(proof), {"2026-01-06": head[:32]})
    assert said[0].startswith(f"Written by Ben ({ANA}), approved by Caro ({BEN}) at ")


def test_a_name_in_a_file_cannot_write_over_what_the_script_says(sqlite_store):
    case, head = lived(sqlite_store)
    proof = opened(write_case(sqlite_store, case.id, NOW)) | {"people": {ANA: "Ana\x1b[8m\nGenuine.\u202e"}}
    said = script.check(sealed_anew(proof), {"2026-01-06": head[:32]})
    assert said[0].startswith(f"Written by Ana\\x1b[8m\\nGenuine.\\u202e ({ANA}), approved by ")


def test_terms_that_nest_without_end_are_not_genuine(sqlite_store):
    case, _ = lived(sqlite_store)
    proof = opened(write_case(sqlite_store, case.id, NOW))
    approval, line = (
        proof["replies"][0]["approvals"][0],
        next(one for one in proof["lines"] if "terms" in one["facts"]),
    )
    terms = f"{'-' * 200_000}1"
    line["facts"] = line["facts"].replace(json.loads(line["facts"])["terms"], sha256(terms.encode()).hexdigest())
    approval["terms"] = terms
    chain = script.Chain(proof["case"])
    for one in proof["lines"]:
        chain.add(one)
    proof |= {"digest": chain.digest.hex(), "told": []}
    assert found(sealed_anew(proof), {})


def test_an_approved_reply_cannot_be_said_to_be_by_hand_or_under_another_approval(sqlite_store):
    store = sqlite_store
    case = do(store, builders.drafted(store), DraftVerb.SUBMIT, to=BEN)
    case = do(store, case, DraftVerb.APPROVE, by=BEN, seen=case.latest)
    case = do(store, case, DraftVerb.STOP, by=CARO)
    case = do(store, case, DraftVerb.APPROVE, by=CARO, seen=case.latest)
    case = do(store, case, DraftVerb.SEND, by="desk", key="key-1")
    case = do(store, case, DraftVerb.DELIVERED, by="desk", post_id="2001")
    file = write_case(store, case.id, NOW)
    assert f"approved by {CARO}" in script.check(file)[0]
    for other in (0, 1, None):
        proof = opened(file)
        proof["replies"][0]["attempts"][0]["approval"] = other
        assert found(sealed_anew(proof), {}), other


def test_a_reply_that_was_found_later_is_proved_with_the_moment_that_the_network_says(sqlite_store):
    case = do(sqlite_store, builders.drafted(sqlite_store), DraftVerb.SUBMIT, to=BEN)
    case = do(sqlite_store, case, DraftVerb.APPROVE, by=BEN, seen=case.latest)
    case = do(sqlite_store, case, DraftVerb.SEND, by="desk", key="key-1")
    case = do(sqlite_store, case, DraftVerb.LOST, by="network", why="No answer.")
    since = NOW + timedelta(minutes=1, seconds=1)
    later = {"at": NOW + timedelta(minutes=9), "post_id": "2001", "posted_at": since}
    case = do(sqlite_store, case, DraftVerb.DELIVERED, by="network", **later)
    file = write_case(sqlite_store, case.id, NOW)
    assert f"and {since.isoformat(timespec='microseconds')}, " in script.check(file)[0]
    proof = opened(file)
    proof["replies"][0]["attempts"][0]["ended_at"] = later["at"].isoformat(timespec="microseconds")
    assert found(sealed_anew(proof), {})


def test_a_reply_whose_terms_were_taken_out_is_no_proof_of_its_place(sqlite_store):
    case, head = lived(sqlite_store)
    proof = opened(write_case(sqlite_store, case.id, NOW))
    proof["replies"][0]["approvals"][0] |= {"terms": None, "post": "666"}
    assert found(sealed_anew(proof), {"2026-01-06": head[:32]})
    proof["replies"][0]["versions"][0] |= {"text": None, "authors": ["U0EVE"]}
    said = script.check(sealed_anew(proof), {"2026-01-06": head[:32]})
    assert "words that are erased since" in said[0]
    assert "the place, further authors, and whether it was posted, changed or taken back are not proven" in said[0]
    assert said[0].startswith(f"Written by {ANA}, approved by")


def test_each_part_of_a_long_reply_is_proved(sqlite_store):
    store = sqlite_store
    case = builders.start(store, builders.claimed(store), "One. Two. Three.", split=Split((5, 10)))
    case = do(store, do(store, case, DraftVerb.SUBMIT, to=BEN), DraftVerb.APPROVE, by=BEN, seen=case.latest)
    for part in (1, 2, 3):
        case = do(store, case, DraftVerb.SEND, by="desk", key=f"key-{part}")
        verb = DraftVerb.DELIVERED if part == 3 else DraftVerb.PART_DELIVERED
        case = do(store, case, verb, by="desk", post_id=f"200{part}")
    said = script.check(write_case(store, case.id, NOW))
    assert ["part" in one for one in said] == [True, True, True, False]
    parts = (("One.", "1001"), ("Two.", "2001"), ("Three.", "2002"))
    for part, (one, (words, under)) in enumerate(zip(said, parts, strict=False), start=1):
        assert f'part {part} of 3, exactly "{words}" (SHA-256 of the whole ' in one
        assert f", under post {under}, between" in one
        assert one.endswith(f"as post 200{part}.")
    proof = opened(write_case(store, case.id, NOW))
    proof["replies"][0]["attempts"][1]["part"] = 1
    assert found(sealed_anew(proof), {})


def half_out(store):
    """Return a case of which the first of two parts is public, and the second was refused."""
    case = builders.start(store, builders.claimed(store), "One. Two.", split=Split((5,), numbered=True))
    case = do(store, do(store, case, DraftVerb.SUBMIT, to=BEN), DraftVerb.APPROVE, by=BEN, seen=case.latest)
    case = do(store, case, DraftVerb.SEND, by="desk", key="key-1")
    case = do(store, case, DraftVerb.PART_DELIVERED, by="desk", post_id="2001")
    case = do(store, case, DraftVerb.SEND, by="desk", key="key-2")
    return do(store, case, DraftVerb.REFUSED, by="network", why="No.")


def test_what_an_earlier_approval_let_out_is_still_proved_after_the_rest_was_written_anew(sqlite_store):
    store = sqlite_store
    case = half_out(store)
    case = do(store, case, DraftVerb.EDIT, words=builders.wording(case, "Two, put better."))
    case = do(store, case, DraftVerb.SUBMIT, to=BEN)
    case = do(store, case, DraftVerb.APPROVE, by=BEN, seen=case.latest)
    case = do(store, case, DraftVerb.SEND, by="desk", key="key-3")
    case = do(store, case, DraftVerb.DELIVERED, by="desk", post_id="2002")
    first, second, _ = script.check(write_case(store, case.id, NOW))
    assert 'part 1 of 2, exactly "One. 1/2"' in first
    assert "under post 1001, between" in first
    assert 'exactly "Two, put better."' in second
    assert "under post 2001, between" in second
    proof = opened(write_case(store, case.id, NOW))
    proof["replies"][0]["approvals"][0]["terms"] = proof["replies"][0]["approvals"][0]["terms"].replace(
        "(5,)", "(3,)"
    )
    assert found(sealed_anew(proof), {})


def test_a_part_whose_rest_was_withdrawn_is_still_proved(sqlite_store):
    case = half_out(sqlite_store)
    case = do(sqlite_store, case, DraftVerb.WITHDRAW)
    said = script.check(write_case(sqlite_store, case.id, NOW))
    assert 'part 1 of 2, exactly "One. 1/2"' in said[0]


def test_what_was_taken_back_or_changed_where_it_stood_is_not_said_to_be_posted(sqlite_store):
    for n, kind in enumerate((DraftKind.TAKE_BACK, DraftKind.IN_PLACE)):
        case = builders.delivered(sqlite_store, post=another(str(7 + n)))
        case = builders.start(sqlite_store, case, "Put right.", kind=kind, corrects="2001")
        case = do(
            sqlite_store,
            do(sqlite_store, case, DraftVerb.SUBMIT, to=BEN),
            DraftVerb.APPROVE,
            by=BEN,
            seen=case.latest,
        )
        case = do(sqlite_store, case, DraftVerb.SEND, by="desk", key=f"key-{n}")
        case = do(sqlite_store, case, DraftVerb.DELIVERED, by="desk", post_id="2001")
        said = script.check(write_case(sqlite_store, case.id, NOW))[1]
        told = "post 2001 was taken back from x" if not n else 'exactly "Put right." (SHA-256 '
        assert told in said
        assert "went to" not in said
        assert ("replaced the words of post 2001" in said) == bool(n)


# --- what the script says -----------------------------------------------------------------------------------


def spoken(monkeypatch, capsys, *words) -> str:
    """Run the script with these words; return what it prints, or with what it ends."""
    monkeypatch.setattr("sys.argv", ["check_proof.py", *map(str, words)])
    try:
        script.main()
    except SystemExit as left:
        return f"{left.code}\n{capsys.readouterr().err}"
    return capsys.readouterr().out


@pytest.fixture
def two_days(sqlite_store, tmp_path):
    """Return the file of a case that has lines of two days that were told, and the head of the first."""
    store = sqlite_store
    case = builders.drafted(store, post=another("8"))
    first = store.tell_head(NOW.date(), NOW + DAY)
    case = do(store, case, DraftVerb.SUBMIT, to=BEN)
    store.tell_head((NOW + DAY).date(), NOW + 2 * DAY)
    file = tmp_path / "case.json"
    file.write_bytes(write_case(store, case.id, NOW))
    return file, first.public, case.version


def test_lines_after_the_day_that_was_compared_are_not_called_genuine(two_days, monkeypatch, capsys):
    file, head, lines = two_days
    said = spoken(monkeypatch, capsys, file, "--head", f"2026-01-05={head}")
    assert f"Lines 1 to {lines - 1} of {lines} are under the head of 2026-01-05" in said
    assert said.endswith(f"Nothing that was compared covers lines {lines} to {lines}.\nGenuine as far as that.\n")


def test_a_day_without_a_line_of_the_case_is_no_forgery(two_days, monkeypatch, capsys):
    file, head, _ = two_days
    said = spoken(monkeypatch, capsys, file, "--head", f"2026-02-01={head}")
    assert said.startswith("The file has nothing of 2026-02-01, so that head proves nothing here.")
    assert "NOT GENUINE" not in said


@pytest.mark.parametrize("word", ["3f9a", "2026-01-05", ""])
def test_a_head_without_its_day_is_asked_for_in_a_sentence(two_days, monkeypatch, capsys, word):
    assert "Write a head as 2026-11-28=3f9a" in spoken(monkeypatch, capsys, two_days[0], "--head", word)


def test_a_trail_is_genuine_as_far_as_the_newest_day_that_was_compared(sqlite_store, tmp_path, monkeypatch, capsys):
    _, head = lived(sqlite_store)
    file = tmp_path / "trail.jsonl"
    whole, written = whole_of(sqlite_store)
    file.write_bytes(written)
    said = spoken(monkeypatch, capsys, file, "--head", f"2026-01-06={head}")
    assert said.endswith("Nothing that was compared covers what came after 2026-01-06.\nGenuine as far as that.\n")
    assert spoken(monkeypatch, capsys, file, "--whole", whole).endswith("\nGenuine.\n")
