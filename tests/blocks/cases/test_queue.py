"""A page of the queue says how many there are, what it is narrowed to, and can be worked from."""

from dataclasses import replace

from bot.blocks.base import ids
from bot.blocks.cases.queue import queue
from bot.domain.base.tables import CaseState
from bot.domain.cases.queue import Place, Selection, Whose, code
from tests.blocks.everything import listed
from tests.blocks.reading import lines, plainly, read
from tests.blocks.scenes import SECRET, case, view
from tests.blocks.walker import judge_message, nodes


def pressed(message, action_id):
    """Return what the buttons with this id are about."""
    found = [one["value"] for one in nodes(message.blocks) if one.get("action_id") == action_id]
    return [ids.read_value(one, SECRET) for one in found]


def test_a_page_is_read_at_a_glance_and_worked_from():
    held = view(case(CaseState.OPEN, id=413))
    shown = queue(listed([view(), held]), SECRET)
    judge_message(shown)
    assert read(shown) == lines(
        """
        # Waiting for us, most urgent first
        · 16 to 17 of 600 cases
        Case 412 · X · high priority · Priya N @priya_n
        "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind"
        First reply due 15:02 UTC · nobody has taken it yet
        [ Claim ]  [ Open ]
        Case 413 · X · high priority · Priya N @priya_n
        "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind"
        Held by Ana since 14:06 UTC · first reply due 15:02 UTC
        [ Open ]
        [Show only ▾ Whose: Unclaimed (4) | Topic: a topic a topic a topic a topic a topic a topic a topic a t… (3) | Topic: parcels (2) | Topic: billing (1) | Language: Portuguese (3) | Language: German (2) | Language: English (1) | Channel: C3 (3) | Channel: C2 (2) | Channel: #care (1)]  [ Next ]  [ First page ]
        """
    )


def test_a_page_in_one_line_says_the_same():
    assert plainly(queue(listed([view()], total=16), SECRET).text) == lines(
        """
        Waiting for us, most urgent first, 16 of 16 cases: Case 412, high priority, Priya N on X: "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind" · first reply due 15:02 UTC · nobody has taken it yet.
        """
    )


def test_what_a_list_is_narrowed_to_is_said_and_can_be_freed():
    chosen = Selection(whose=Whose.NOBODYS, channel="C1", topic="billing", language="en")
    shown = queue(listed([view()], total=1, selection=chosen, first=1, after=None), SECRET)
    judge_message(shown)
    assert "· 1 case · unclaimed · #care · billing · English" in read(shown)
    assert "nobody has taken them, 1 case · unclaimed · #care · billing · English: Case 412" in shown.text
    for freed in ("Everybody's (1)", "All topics", "All languages", "All channels"):
        assert freed in read(shown)


def test_claim_and_the_menu_lead_back_to_the_page_as_it_was_narrowed():
    chosen, after = Selection(topic="billing"), Place(0, 1, 1, 400)
    shown = queue(listed([view()], selection=chosen), SECRET)
    [claim] = pressed(shown, ids.LIST_CLAIM)
    assert (claim.kind, claim.row, claim.version) == (ids.LIST, 412, code(chosen, after))
    [onward] = pressed(shown, ids.LIST_NEXT)
    assert onward.version == code(chosen, Place.of(view().case))
    [first] = pressed(shown, ids.LIST_FIRST)
    assert first.version == code(chosen)


def test_the_first_and_only_page_leads_nowhere_else():
    shown = queue(listed([view()], total=1, first=1, after=None), SECRET)
    assert not pressed(shown, ids.LIST_NEXT)
    assert not pressed(shown, ids.LIST_FIRST)


def test_a_page_whose_cases_are_all_gone_leads_back():
    shown = queue(listed([], total=15), SECRET)
    assert "· 0 of 15 cases\n· Nothing here right now." in read(shown)
    assert pressed(shown, ids.LIST_FIRST)
    judge_message(shown)


def test_an_empty_list_says_so():
    shown = queue(listed([], total=0, first=1, after=None, shares=()), SECRET)
    assert read(shown) == "# Waiting for us, most urgent first\n· 0 cases\n· Nothing here right now."
    assert shown.text == "Waiting for us, most urgent first, 0 cases: nothing here right now."


def test_what_everybody_sees_has_no_buttons_but_the_way_to_the_threads():
    shown = queue(listed([view()]), SECRET, acts=False)
    assert {one["action_id"] for one in nodes(shown.blocks) if "action_id" in one} == {ids.OPEN_THREAD}


def test_a_case_without_a_thread_yet_has_no_way_there():
    one = listed([view()])
    shown = queue(replace(one, entries=[(view(), "")]), SECRET)
    assert {one["action_id"] for one in nodes(shown.blocks) if "action_id" in one} >= {ids.LIST_CLAIM}
    assert ids.OPEN_THREAD not in str(shown.blocks)


def test_your_own_cases_are_not_offered_as_unclaimed():
    shown = queue(listed([view(case(CaseState.OPEN))], selection=Selection(whose=Whose.MINE)), SECRET)
    assert read(shown).startswith("# Your cases\n")
    assert "Unclaimed" not in read(shown)
