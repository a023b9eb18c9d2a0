"""Holding replies in the store: whom one is for, what became of each, and what is paused."""

from dataclasses import replace

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import CaseVerb, DraftVerb
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Author, PostRef
from bot.domain.slack.telling import TellingKind
from bot.domain.storms.holding_reply import Audience, HoldingReply
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.storm import Storm
from storage import SqlStore
from tests.builders import ANA, BEN, CHANNEL, NOW, OUR_ACCOUNT, a_post, do, opened, start

WORDS = {"": "Sorry, [first name].", "de": "Das tut uns leid."}


def a_storm(store: SqlStore) -> Storm:
    app = Trait(FeatureKind.WORD, "app")
    facts = {"channel": CHANNEL, "traits": (app,), "words": ("app",), "since": NOW, "opened_at": NOW}
    return store.open_storm(Storm(**facts, opened_by=ANA))  # type: ignore[arg-type]


def folded(store: SqlStore, storm: int, name: str, **facts: object) -> Case:
    author = Author(id=name, handle=name, name=name.title())
    ref = PostRef("x", OUR_ACCOUNT, f"p-{name}")
    post = a_post(f"p-{name}", ref=ref, root_id=f"p-{name}", author=author)
    return opened(store, post, author=author, root_id=f"p-{name}", **({"storm": storm} | facts))


def holding(store: SqlStore, storm: int, audience: Audience = Audience.WAITING) -> HoldingReply:
    made = HoldingReply(storm=storm, channel=CHANNEL, audience=audience, variants=WORDS, by=ANA, at=NOW)
    return replace(made, id=store.add_holding_reply(made))


def drafted(store: SqlStore, case: Case, one: HoldingReply, *, approved: bool = True) -> Case:
    case = do(store, start(store, case), DraftVerb.SUBMIT, to=BEN, told=False)
    if approved:
        case = do(store, case, DraftVerb.APPROVE, by=BEN, seen=case.latest)
    assert case.draft is not None
    store.put_holding_case(one.id, case, draft=case.draft.id)
    return case


def test_one_is_read_as_it_was_written_and_has_a_line_in_the_trail(store: SqlStore) -> None:
    one = holding(store, a_storm(store).id)
    assert store.holding_reply(one.id) == one
    assert store.holding_replies() == [one]
    line = store.audit("desk")[-1]
    assert (line.verb, line.facts) == ("holding_reply", {"holding": one.id, "storm": 1, "audience": "waiting"})
    assert [told.about for told in store.to_tell(NOW, 9) if told.kind == TellingKind.HOLDING] == [one.id]
    with pytest.raises(Unknown):
        store.holding_reply(99)


def test_it_is_for_those_of_its_storm_who_wait_and_about_whom_nothing_was_decided(store: SqlStore) -> None:
    storm = a_storm(store)
    ann, bob = (folded(store, storm.id, name) for name in ("ann", "bob"))
    folded(store, 0, "elsewhere")
    one = holding(store, storm.id)
    assert store.holding_candidates(one, 9) == [ann.id, bob.id]
    store.put_holding_case(one.id, ann, why="Dee holds it")
    assert store.holding_candidates(one, 9) == [bob.id]
    do(store, do(store, bob, CaseVerb.CLAIM), CaseVerb.SOLVE, reason="done")
    assert store.holding_candidates(one, 9) == []


def test_what_is_paused_is_not_sent_until_it_goes_on(store: SqlStore) -> None:
    storm = a_storm(store)
    one = holding(store, storm.id)
    case = drafted(store, folded(store, storm.id, "ann"), one)
    draft = case.draft.id if case.draft else 0
    assert store.to_send(NOW) == [case.id]
    assert store.pause_holding(one.id, BEN, NOW)
    assert not store.pause_holding(one.id, ANA, NOW)
    assert (store.to_send(NOW), store.paused_by(draft)) == ([], BEN)
    assert store.resume_holding(one.id, BEN, NOW)
    assert not store.resume_holding(one.id, BEN, NOW)
    assert (store.to_send(NOW), store.paused_by(draft)) == ([case.id], "")
    assert [line.verb for line in store.audit("desk")][-2:] == ["holding_paused", "holding_resumed"]


def test_its_progress_names_who_is_not_told(store: SqlStore) -> None:
    storm = a_storm(store)
    one = holding(store, storm.id)
    drafted(store, folded(store, storm.id, "ann"), one)
    drafted(store, folded(store, storm.id, "bob"), one, approved=False)
    taken_out = drafted(store, folded(store, storm.id, "cy"), one, approved=False)
    do(store, taken_out, DraftVerb.WITHDRAW, by=BEN)
    store.put_holding_case(one.id, folded(store, storm.id, "dee"), why="its post is deleted")
    folded(store, storm.id, "eve")
    found = store.holding_progress(one)
    assert (found.told, found.waiting, found.going_out, found.unwritten, found.not_told_count) == (0, 1, 1, 1, 2)
    assert [(one.case_id, one.why) for one in found.not_told] == [(3, "taken out"), (4, "its post is deleted")]
    assert store.holding_waits(one.id)
    assert len(store.live_holding_drafts(one.id)) == 2
    assert len(store.holding_words(one.id)) == 3


def test_the_same_customer_is_found_in_another_case(store: SqlStore) -> None:
    storm = a_storm(store)
    one = holding(store, storm.id)
    first = drafted(store, folded(store, storm.id, "ann"), one)
    again = replace(first, id=99)
    assert store.holding_case_of(one.id, again) == first.id
    assert store.holding_case_of(one.id, first) == 0


def test_the_languages_of_a_storm_come_most_first(store: SqlStore) -> None:
    storm = a_storm(store)
    for name, code in (("ann", "de"), ("bob", "en"), ("cy", "de"), ("dee", "")):
        folded(store, storm.id, name, language=code)
    assert store.storm_languages(storm.id, 9) == ["de", "en"]


def test_an_ended_one_offers_nothing(store: SqlStore) -> None:
    one = holding(store, a_storm(store).id)
    assert store.end_holding(one.id, ANA, NOW)
    assert not store.end_holding(one.id, ANA, NOW)
    assert store.holding_replies() == []
    assert not store.holding_reply(one.id).goes_on
