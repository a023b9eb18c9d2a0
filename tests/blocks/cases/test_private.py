"""A private conversation has a lock and a word wherever somebody reads or answers it; changed posts have a note."""

from dataclasses import replace
from typing import Any

import pytest

from bot.blocks.cases import card, thread_messages
from bot.blocks.replies import forms as modals
from bot.domain.base.tables import DraftState
from bot.domain.cases.view import CaseView
from bot.domain.replies.text_length import TextLength
from tests.blocks.everything import forms, messages, personal
from tests.blocks.reading import lines, plainly, read
from tests.blocks.scenes import NOW, SECRET, at, case, draft, drafted, post, view
from tests.blocks.walker import nodes


def in_private(of: CaseView, **more: Any) -> CaseView:
    """Return the view as a private conversation on the street."""
    private = replace(of.case, network="street", private=True)
    mentions = tuple(replace(one, private=True) for one in of.mentions)
    return replace(
        of,
        case=private,
        mentions=mentions,
        network_label="Street",
        length=TextLength(count=of.length.count if of.length else 0, limit=500),
        **more,
    )


def test_the_card_says_with_a_lock_and_in_words_that_it_is_private():
    assert read(card.card(in_private(view()), SECRET)) == lines(
        """
        · *High priority* \N{LOCK} Street private message · billing · case 412
        Priya N  @priya_n · 12.4k followers · third case since May, last one case 300 on 12 May, answered after 9 days
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        · 1 photo · written 14:02 UTC · open the messages · 3 others wrote under the same post
        First reply due 15:02 UTC · nobody has taken it yet
        \N{LOCK} in private messages: a reply reaches Priya and nobody else
        [ Reply ]  [ Claim ]  [⋯ Assign or set priority, Solved, Set aside, History]
        """
    )


def test_the_fallback_line_says_so_too():
    assert plainly(card.card(in_private(view()), SECRET).text) == lines(
        """
        Priya N: "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind" First reply due 15:02 UTC · nobody has taken it yet. \N{LOCK} in private messages: a reply reaches Priya and nobody else. High priority Street private message, billing, case 412.
        """
    )


def test_the_approver_reads_that_the_answer_is_private_before_the_words():
    seen = in_private(drafted(DraftState.IN_REVIEW))
    assert read(thread_messages.draft(seen, SECRET)).splitlines()[0] == (
        "Ana's draft, version 2   for @priya_n, \N{LOCK} privately on Street"
    )
    assert "approve a private reply to Priya (@priya_n), case 412." in plainly(
        thread_messages.approval_request(seen, SECRET).text
    )
    assert plainly(thread_messages.draft(seen, SECRET).text).startswith(
        "Case 412: Ana's draft for Priya, in private."
    )


def test_the_form_says_who_reads_it_and_how_much_room_there_is():
    form = modals.reply(in_private(view()), (), chosen="", facts={}, words="", notes=[], metadata={"case": 412})
    (field,) = [one for one in nodes(form) if one.get("type") == "input"]
    assert field["label"]["text"] == "The private reply to Priya"
    assert field["hint"]["text"].startswith(
        "\N{LOCK} Only Priya reads it. At most 500 characters, as Street counts them."
    )


@pytest.mark.parametrize("state", [None, *DraftState])
def test_nothing_shown_of_a_private_case_calls_its_answer_public(state):
    of = replace(case(), draft=draft(state) if state else None)
    seen = in_private(view(of))
    drawn = [*messages(seen), *personal(seen)]
    said = [message.text for message in drawn] + [str(form) for form in forms(seen)]
    said += [read(message) for message in drawn]
    assert not [line for line in said if "public" in line]


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ({"edited_at": at(14, 5)}, "posted 14:02 UTC · changed at 14:05 UTC · open the post"),
        ({"deleted_at": at(14, 6)}, "posted 14:02 UTC · deleted at 14:06 UTC"),
    ],
)
def test_what_became_of_a_post_is_said_beside_it(since, said):
    seen = view(mentions=(post(**since),), history=replace(view().history, siblings=0))
    assert f"· {said}\n" in read(card.card(seen, SECRET))
    told = said.removeprefix("posted 14:02 UTC · ")
    assert f"· {told}" in read(thread_messages.follow_up(seen, post(**since), SECRET))


def test_of_several_posts_the_one_that_changed_is_shown_to_the_approver():
    seen = drafted(DraftState.IN_REVIEW, stale="post_edited")
    changed = post(text="Charged THREE times", edited_at=NOW)
    seen = replace(seen, mentions=(changed, post(813, "Hello?", at(14, 5))))
    assert "It now says:\n┃ Charged THREE times" in read(thread_messages.draft(seen, SECRET))
