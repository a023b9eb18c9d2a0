"""Where a network charges more for a reply with a link, one goes out only if somebody insists on it."""

from dataclasses import replace

import pytest

from bot.blocks.cases.buttons import draft_buttons
from bot.domain.accounts.spending import Charge, SpendingPolicy
from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import DraftState
from bot.domain.mentions.mention import PostRef
from bot.domain.slack.readers import InChannel
from bot.ports import Batch, Desk
from bot.services.cases.view import remarks, view
from bot.services.mentions import intake
from bot.services.replies import review
from storage import SqlStore
from tests.fakes import BEN, NOON, POLICY, FakeNetwork, a_desk, a_post
from tests.services.journey import a_case, approve, draft_of, in_review, only_case, published, send, written

PLAIN = "Priya, we look into it and tell you here by 17:00. ^AN"
LINKED = "Priya, see northwind.example/refunds we look into it by 17:00. ^AN"
COSTS = "a reply with a link costs $0.20 on X, and $0.01 without"


def drawn(desk: Desk) -> tuple[list[str], list[str]]:
    """Return the approving buttons' ids, and the questions that they ask first."""
    seen = view(desk, only_case(desk), InChannel(only_case(desk).channel), desk.clock.now())
    buttons = [one for one in draft_buttons(seen, desk.secret) if one and "pprove" in str(one["action_id"])]
    return [str(one["action_id"]) for one in buttons], [str(one["confirm"]) for one in buttons if "confirm" in one]


@pytest.mark.parametrize(
    ("words", "links"),
    [
        (PLAIN, False),
        (LINKED, True),
        ("Priya, see https://northwind.example by 17:00. ^AN", True),
        ("Priya, see NORTHWIND.HELP by 17:00. ^AN", True),  # the network's own rule, beside what looks like a link
        ("Priya, at 17.30 we write to you, v1.2 is out. ^AN", False),
        ("Priya, write to care@northwind.example by 17:00. ^AN", False),
    ],
)
def test_the_writer_is_told_what_a_link_costs_while_they_write(desk: Desk, words: str, *, links: bool) -> None:
    a_case(desk)
    said = [one.sentence for one in remarks(desk, only_case(desk), words, NOON)]
    assert any(COSTS in one for one in said) == links
    assert not any(one.blocking for one in remarks(desk, only_case(desk), words, NOON))


def test_a_link_is_approved_only_by_somebody_who_was_asked_about_it(desk: Desk) -> None:
    in_review(desk, text=LINKED)
    ids, [asked] = drawn(desk)
    assert ids == ["draft_approve_sure", "draft_edit_approve"]
    assert "A reply with a link costs $0.20 on X, and $0.01 without: northwind.example/refunds is one." in asked
    with pytest.raises(Outdated, match="costs"):
        approve(desk)
    draft = draft_of(desk)
    review.approve(desk, draft.id, version=1, seen=draft.seen, by=BEN, at=NOON, sure=True)
    send(desk)
    assert [text for _, text in published(desk)] == [LINKED]


def test_without_a_link_nobody_is_asked(desk: Desk) -> None:
    in_review(desk, text=PLAIN)
    assert drawn(desk) == (["draft_approve", "draft_edit_approve"], [])
    assert approve(desk).draft is not None


def test_an_approver_edits_words_with_a_link_they_saw_and_adds_none_unasked(desk: Desk) -> None:
    in_review(desk, text=LINKED)
    draft = draft_of(desk)
    facts = {"version": 1, "seen": draft.seen, "by": BEN, "at": NOON}
    more = LINKED.replace("by 17:00", "by 17:00, northwind.example/track")
    with pytest.raises(NotUsable, match="northwind"):
        review.edit_and_approve(desk, draft.id, more, **facts)  # type: ignore[arg-type]
    changed = LINKED.replace("look into it", "look into that")
    review.edit_and_approve(desk, draft.id, changed, **facts)  # type: ignore[arg-type]
    assert draft_of(desk).state == DraftState.APPROVED


def test_a_network_on_which_a_link_costs_no_more_asks_nothing(store: SqlStore) -> None:
    network = FakeNetwork(name="mastodon")
    desk = a_desk(store, networks={("mastodon", "42"): network})
    post = a_post("1", "Late", ref=PostRef("mastodon", "42", "1"))
    intake.receive(desk, network, "mentions", Batch(posts=(post,)), NOON)
    written(desk, 1, text=LINKED)
    assert approve(desk).draft is not None


def test_prices_of_the_configuration_decide(store: SqlStore) -> None:
    same = SpendingPolicy(prices={"x": {Charge.LINK_REPLY: 0.01}})
    desk = a_desk(store, policy=replace(POLICY, spending=same))
    in_review(desk, text=LINKED)
    assert approve(desk).draft is not None
