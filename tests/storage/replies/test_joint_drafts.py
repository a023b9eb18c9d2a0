"""Drafts for several customers in the store: which message lists a draft, and who else wrote under one post."""

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import CaseVerb, DraftVerb
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Author, PostRef
from bot.domain.slack.telling import TellingKind
from storage import SqlStore
from tests.builders import ANA, BEN, CHANNEL, NOW, OUR_ACCOUNT, a_post, do, opened, start

ROOT = "1001"


def another(store: SqlStore, name: str, root: str = ROOT, **facts: object) -> Case:
    number = f"{root}-{name}"
    ref = PostRef("x", OUR_ACCOUNT, number)
    author = Author(id=name, handle=name, name=name.title())
    return opened(store, a_post(number, ref=ref, root_id=root, author=author), author=author, **facts)


def drafted(store: SqlStore, name: str) -> Case:
    case = start(store, do(store, another(store, name), CaseVerb.CLAIM))
    return do(store, case, DraftVerb.SUBMIT, to=BEN, told=False)


def joint(store: SqlStore, *cases: Case) -> int:
    drafts = [one.draft.id for one in cases if one.draft]
    return store.add_joint_draft(cases[0].id, drafts, channel=CHANNEL, by=ANA, at=NOW, asked=BEN)


def wanted(store: SqlStore) -> list[tuple[int, str]]:
    found = store.to_tell(NOW.replace(hour=23), 100)
    return [(one.about, one.recipient) for one in found if one.kind == TellingKind.JOINT]


def test_a_joint_draft_is_read_as_it_was_written(store: SqlStore) -> None:
    cases = [drafted(store, name) for name in ("ann", "bob")]
    found = store.joint_draft(joint(store, *cases))
    assert (found.case_id, found.channel, found.by, found.at, found.asked) == (cases[0].id, CHANNEL, ANA, NOW, BEN)
    assert found.drafts == tuple(one.draft.id for one in cases if one.draft)
    assert sorted(wanted(store)) == [(found.id, ""), (found.id, BEN)]


def test_a_draft_is_in_the_newest_message_only_and_the_older_one_is_drawn_anew(store: SqlStore) -> None:
    cases = [drafted(store, name) for name in ("ann", "bob")]
    first = joint(store, *cases)
    for told in store.to_tell(NOW, 100):
        store.telling_started(told.id, NOW)
        store.mark_told(told.id, "C1", f"1.{told.id}", told.wanted)
    second = joint(store, cases[0])
    assert [len(store.joint_draft(one).drafts) for one in (first, second)] == [1, 1]
    assert store.joint_of(cases[0].draft.id if cases[0].draft else 0) == second
    assert {about for about, _ in wanted(store)} == {first, second}


def test_an_event_of_one_of_its_cases_draws_the_message_anew(store: SqlStore) -> None:
    cases = [drafted(store, name) for name in ("ann", "bob")]
    number = joint(store, *cases)
    for told in store.to_tell(NOW, 100):
        store.telling_started(told.id, NOW)
        store.mark_told(told.id, "C1", f"1.{told.id}", told.wanted)
    assert wanted(store) == []
    do(store, cases[1], DraftVerb.APPROVE, by=BEN, seen=cases[1].latest)
    assert sorted(wanted(store)) == [(number, ""), (number, BEN)]


def test_it_has_one_line_in_the_trail(store: SqlStore) -> None:
    cases = [drafted(store, name) for name in ("ann", "bob")]
    number = joint(store, *cases)
    line = store.audit("desk")[-1]
    drafts = [one.draft.id for one in cases if one.draft]
    assert (line.verb, line.by, line.facts) == ("joint_draft", ANA, {"joint": number, "drafts": drafts, "to": BEN})


def test_one_that_does_not_exist_is_unknown(store: SqlStore) -> None:
    with pytest.raises(Unknown):
        store.joint_draft(9)
    assert store.joint_of(9) == 0


def test_siblings_are_other_customers_under_one_post_whose_cases_go_on(store: SqlStore) -> None:
    case = another(store, "ann")
    others = [another(store, name).id for name in ("bob", "cy")]
    another(store, "dee", root="2002")
    another(store, "eve", private=True)
    do(store, do(store, another(store, "fay"), CaseVerb.CLAIM), CaseVerb.SOLVE, reason="done")
    assert store.siblings(case, 10) == others
    assert store.siblings(case, 1) == others[:1]


def test_those_to_answer_have_no_draft_and_are_nobodys_or_ours(store: SqlStore) -> None:
    case = another(store, "ann")
    free, mine, theirs = (another(store, name) for name in ("bob", "cy", "dee"))
    do(store, mine, CaseVerb.CLAIM, by=ANA)
    do(store, theirs, CaseVerb.CLAIM, by=BEN)
    drafted(store, "eve")
    assert store.siblings_to_answer(case, ANA, 10) == [free.id, mine.id]
    assert store.siblings_to_answer(case, ANA, 10, held=True) == [theirs.id]


def test_a_newcomer_has_the_older_cards_under_the_post_drawn_anew_and_no_others(store: SqlStore) -> None:
    old, elsewhere = another(store, "ann"), another(store, "bob", root="2002")
    for told in store.to_tell(NOW, 100):
        store.telling_started(told.id, NOW)
        store.mark_told(told.id, "C1", f"1.{told.id}", told.wanted)
    new = another(store, "cy")
    cards = [one.case_id for one in store.to_tell(NOW, 100) if one.kind == TellingKind.CARD]
    assert sorted(cards) == [old.id, new.id]
    assert elsewhere.id not in cards
