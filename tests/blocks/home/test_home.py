"""The home tab reads at a glance, never cuts words that are to be approved, and stays within what Slack takes."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.blocks.base import ids
from bot.blocks.base.simple_forms import KEPT_TO
from bot.blocks.cases import thread_messages
from bot.blocks.home import home
from bot.blocks.home.home import Drawn, Inside
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.cases.queue import Selection, Whose, code
from bot.domain.cases.redacted import hidden
from bot.domain.cases.view import CaseView, Tally
from bot.domain.desks.running_desk import RunningDesk
from bot.domain.home.inbox import INBOX, MOST, Board, Heap, Inbox, InboxSection, Standing, Today
from bot.domain.slack.readers import OURS, OUTSIDE
from bot.domain.team.swaps import Swap
from tests.blocks.base.test_hostile import assert_inert, filled_with
from tests.blocks.everything import listed
from tests.blocks.hostile import TEXTS
from tests.blocks.reading import lines, read
from tests.blocks.scenes import NAMES, NOW, REPLY, SECRET, at, case, drafted, post, view
from tests.blocks.walker import judge_home, nodes

LINK = "https://northwind.slack.com/archives/C1/p1"
ON = Standing(on=True, since=at(8), until=at(16), others=["UBEN", "UCARO"])
SWAP = Swap(id=7, asker="UANA", taker="UBEN", begins=at(16), ends=at(20), asked_at=at(9))


def asking(seen: CaseView | None = None) -> Drawn:
    seen = replace(seen or drafted(DraftState.IN_REVIEW), ask=3)
    return Drawn(view=seen, link=LINK, request=thread_messages.approval_request(seen, SECRET, "UBEN", LINK))


def inside(cases: Mapping[InboxSection, list[Drawn]], more: int = 0, **facts: Any) -> Inside:
    """Return an inbox of Ben's with these cases, and so many more in each section as are not shown."""
    heaps = {
        section: Heap(cases=[one.view.case for one in some], count=len(some) + more)
        for section, some in cases.items()
    }
    usual = {"heaps": heaps, "today": Today(kept=5, running=3, lapsed=1), "standing": ON}
    own = {name: facts.pop(name) for name in ("longest", "broken") if name in facts}
    return Inside(inbox=Inbox(**{**usual, **facts}), cases=cases, names=NAMES, reader="UBEN", **own)


def drawn(found: Inside) -> Mapping[str, Any]:
    view_ = home.inbox(found, NOW, SECRET)
    judge_home(view_)
    return view_


def said(shown: Mapping[str, Any]) -> str:
    return read({**shown, "title": {"type": "plain_text", "text": "Home"}}).removeprefix("~ Home ~\n")


def values(shown: Mapping[str, Any], action_id: str) -> list[ids.Value]:
    found = [one["value"] for one in nodes(shown["blocks"]) if one.get("action_id") == action_id]
    return [ids.read_value(one, SECRET) for one in found]


def test_an_inbox_is_read_from_the_top() -> None:
    mine = Drawn(view=view(case(CaseState.OPEN, assignee="UBEN", id=413)), link=LINK)
    shown = drawn(inside({InboxSection.DECIDE: [asking()], InboxSection.HELD: [mine]}))
    assert said(shown) == lines(
        """
        # What waits for you
        · As of 14:10 UTC
        [ Refresh ]
        # Waiting for your decision · 1
        Ana asks you to approve a reply to Priya (@priya_n), case 412. First reply due 15:02 UTC.
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        Ana's draft, version 2   for @priya_n on X
        ┃ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        · 247 of 280 · from "wrong charge", 2 sentences changed · promises an answer by 17:00
        Priya last wrote at 14:02 UTC.
        [ Approve & send ]  [ Edit & approve ]  [ Request changes ]  [ Not me ]  [ Open ]
        # You hold · 1
        Case 413 · X · high priority · Priya N @priya_n
        "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind"
        Held by Ben since 14:06 UTC · first reply due 15:02 UTC
        [ Reply ]  [ Take it private ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]  [ Open ]
        # Your promises today
        · 5 kept since midnight, 3 running, 1 lapsed · on cases that you hold
        # Your shift
        You are on since 08:00 UTC until 16:00 UTC · also on: Ben, Caro
        [ Go off ]
        """
    )


def test_nothing_is_said_once_and_plainly() -> None:
    assert "Nothing waits for you right now." in said(drawn(inside({})))


def test_an_approval_there_is_bound_to_what_its_direct_message_is_bound_to() -> None:
    one = asking()
    [value] = values(drawn(inside({InboxSection.DECIDE: [one]})), ids.DRAFT_APPROVE)
    assert (value.number, value.seen, value.mark, value.ask) == (2, 812, one.view.mark, 3)


def test_a_lead_sees_the_team() -> None:
    tally = Tally(open=12, unclaimed=3, in_review=4, review_since=at(13, 40), lapsed=(398,), lapsed_count=1,
                  by_assignee={"UANA": 4, "UBEN": 5, "": 3})  # fmt: skip
    shown = drawn(inside({}, board=Board(tally=tally), longest=[Drawn(view=view(), link=LINK)]))
    assert lines(
        """
        # The team
        12 open, 3 unclaimed
        4 wait for approval since 13:40 UTC
        0 due within the hour
        1 past the promised time: case 398
        · Ana 4 · Ben 5 · nobody 3
        · Waiting longest.
        Case 412 · X · high priority · Priya N @priya_n
        """
    ) in said(shown)


def test_a_lead_sees_the_running_desks() -> None:
    board = Board(tally=Tally())
    desks = [
        RunningDesk("care-1:4711", at(9, 0), timedelta(seconds=28), leases="alarm, poll-x-42, poll-street-42"),
        RunningDesk("care-2:4712", at(9, 30), timedelta(seconds=30), troubles="The sender stands still."),
    ]
    assert lines(
        """
        # Running desks
        care-1:4711 since 09:00 UTC; accounts it reads: 2.
        care-2:4712 since 09:30 UTC; accounts it reads: 0. The sender stands still.
        """
    ) in said(drawn(inside({}, board=board, desks=desks)))
    assert "Running desks" not in said(drawn(inside({}, desks=desks))), "for leads only"


def test_a_swap_that_somebody_is_asked_to_take_is_answered_there() -> None:
    shown = drawn(inside({}, swaps=[SWAP]))
    assert "Ana asks you to take their turn from 16:00 UTC to 20:00 UTC. Can you?" in said(shown)
    assert [one.row for one in values(shown, ids.SWAP_ACCEPT)] == [7]


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing(on=True), "You are on · nobody else is on"),
        (Standing(on=False, again=at(16)), "You are off until 16:00 UTC · nobody else is on"),
        (Standing(on=False, guest=True), "You are a guest here"),
    ],
)
def test_somebodys_shift_is_said(standing: Standing, words: str) -> None:
    shown = drawn(inside({}, standing=standing))
    assert words in said(shown)
    offered = bool(values(shown, ids.SHIFT_ON)), bool(values(shown, ids.SHIFT_OFF))
    assert offered == (not standing.on and not standing.guest, standing.on)


@pytest.mark.parametrize(
    ("section", "leads_to"),
    [
        (InboxSection.LAPSED, code(Selection())),
        (InboxSection.SOON, code(Selection())),
        (InboxSection.HELD, code(Selection(whose=Whose.MINE))),
        (InboxSection.UNHELD, code(Selection(whose=Whose.NOBODYS))),
        (InboxSection.DECIDE, "decide~0_1_1781276520000000_412"),
    ],
)
def test_a_section_that_is_not_whole_leads_to_the_rest(section: InboxSection, leads_to: str) -> None:
    one = asking() if section == InboxSection.DECIDE else Drawn(view=view(), link=LINK)
    shown = drawn(inside({section: [one]}, more=17))
    assert "17 more" in said(shown)
    assert [value.version for value in values(shown, ids.HOME_MORE)] == [leads_to]
    assert values(drawn(inside({section: [one]})), ids.HOME_MORE) == []


def test_what_came_back_and_is_not_shown_is_counted() -> None:
    shown = drawn(
        inside({InboxSection.BACK: [Drawn(view=drafted(DraftState.WRITING, note="why"), link=LINK)]}, more=2)
    )
    assert "· and 2 more: `/care mine` lists them" in said(shown)


def full(seen: CaseView) -> Inside:
    """Return the fullest inbox there can be."""
    one = Drawn(view=seen, link=LINK)
    cases = {
        section: [asking(seen) if section == InboxSection.DECIDE else one] * most for section, most in MOST.items()
    }
    tally = Tally(open=9, in_review=1, lapsed=tuple(range(20)), lapsed_count=99, needs_a_person=(1, 2), untold=3)
    board = Board(tally=replace(tally, by_assignee={f"U{n}": n for n in range(60)}))
    return inside(cases, more=900, board=board, longest=[one] * 3, swaps=[SWAP] * 9, broken=range(50))


def test_the_fullest_inbox_fits_and_shows_every_draft_to_its_last_word() -> None:
    words = f"{'word ' * 599}end"
    seen = drafted(DraftState.IN_REVIEW, stale="author_wrote", text=words)
    shown = drawn(full(replace(seen, since_version="much " * 200, asked_for="more " * 200)))
    assert said(shown).count(words) == MOST[InboxSection.DECIDE]
    assert "are not shown" not in said(shown)


def test_too_many_parts_are_cut_at_the_end_and_that_is_said() -> None:
    shown = home.cases_page(listed([view()] * 60), code(Selection()), NOW, SECRET)
    judge_home(shown)
    assert said(shown).endswith("more parts of this page are not shown.")


def test_a_page_of_long_words_in_signs_of_four_bytes_is_cut_and_that_is_said() -> None:
    shown = drawn(full(filled_with("\U0001f600" * 2_000, DraftState.IN_REVIEW)))
    assert said(shown).endswith("more parts of this page are not shown.")


@pytest.mark.parametrize("text", TEXTS[::97])
def test_hostile_words_stay_inert_and_within_limits(text: str) -> None:
    for state in (DraftState.IN_REVIEW, DraftState.WRITING):
        shown = drawn(full(filled_with(text, state)))
        assert_inert(shown["blocks"])
    assert_inert(home.cases_page(listed([filled_with(text, None)] * 3), INBOX, NOW, SECRET)["blocks"])


def test_it_goes_as_far_as_the_most_private_thing_in_it() -> None:
    def kept(shown: Mapping[str, Any]) -> object:
        return json.loads(shown["private_metadata"])[KEPT_TO]

    private = replace(view(case(private=True)), mentions=(post(private=True),))
    assert kept(drawn(inside({InboxSection.SOON: [Drawn(view=view(), link=LINK)]}))) == OURS
    assert kept(drawn(inside({InboxSection.SOON: [Drawn(view=private, link=LINK)]}))) == "C1"
    assert kept(drawn(inside({InboxSection.SOON: [Drawn(view=hidden(private), link=LINK)]}))) == OURS
    assert kept(home.said("This is for people.")) == OUTSIDE


def test_a_hidden_request_leads_to_its_thread_and_shows_no_word() -> None:
    private = replace(drafted(DraftState.IN_REVIEW), mentions=(post(private=True),))
    shown = drawn(inside({InboxSection.DECIDE: [asking(hidden(private))]}))
    assert "charged" not in json.dumps(shown).casefold()
    assert REPLY not in said(shown)
    assert not values(shown, ids.DRAFT_APPROVE)
    assert ids.OPEN_THREAD in json.dumps(shown)
