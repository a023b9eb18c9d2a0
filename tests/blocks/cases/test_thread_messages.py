"""Messages about drafts, requests, follow-ups and returned drafts follow EXPERIENCE."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.base import ids, wording
from bot.blocks.base.phrases import as_line, elements, mrkdwn
from bot.blocks.cases import thread_messages
from bot.domain.accounts.holds import Limit
from bot.domain.base.moments import in_slack
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Author
from bot.domain.promises.spoken_promise import Spoken
from bot.domain.replies.draft import DraftKind, Outcome, WhyWithdrawn
from tests.blocks.reading import lines, plainly, read
from tests.blocks.scenes import NOW, SECRET, at, attempt, case, drafted, hold, post, view, wrote_again
from tests.blocks.walker import nodes


def shown(seen: CaseView) -> str:
    return read(thread_messages.draft(seen, SECRET))


def below(seen: CaseView) -> str:
    """Return a draft message's text below the words and their numbers."""
    return shown(seen).split("by 17:00\n")[-1]


def test_a_draft_shows_whose_words_for_whom_how_long_and_what_to_decide():
    assert shown(drafted(DraftState.IN_REVIEW)) == lines(
        """
        Ana's draft, version 2   for @priya_n on X
        ┃ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        · 247 of 280 · from "wrong charge", 2 sentences changed · promises an answer by 17:00
        Priya last wrote at 14:02 UTC.
        With Ben for approval.
        [ Approve & send ]  [ Edit & approve ]  [ Request changes ]  [ Withdraw ]
        """
    )


def test_the_fallback_line_carries_both_texts_so_that_a_phone_shows_what_is_decided():
    assert plainly(thread_messages.draft(drafted(DraftState.IN_REVIEW), SECRET).text) == lines(
        """
        Case 412: Ana's draft for Priya. First reply due 15:02 UTC. With Ben for approval. Priya: "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind" Priya last wrote at 14:02 UTC. Ana: "Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN" promises an answer by 17:00.
        """
    )


def test_the_fallback_line_says_the_new_words_of_an_edited_post_once():
    edited = drafted(DraftState.IN_REVIEW, stale="post_edited")
    for message in (
        thread_messages.draft(edited, SECRET),
        thread_messages.approval_request(edited, SECRET, "UBEN"),
        thread_messages.back(edited, SECRET),
    ):
        line = plainly(message.text)
        assert line.count("Charged twice AGAIN") == 1
        assert 'Priya changed the post. It now says: "Charged twice AGAIN' in line


def test_the_fallback_line_says_the_post_that_is_answered_beside_another_one_that_was_edited():
    seen = wrote_again("Never mind")
    later = replace(seen.mentions[-1], edited_at=NOW)
    draft = replace(seen.case.draft, stale="post_edited")
    edited = replace(seen, case=replace(seen.case, draft=draft), mentions=[*seen.mentions[:-1], later])
    line = plainly(thread_messages.draft(edited, SECRET).text)
    assert [line.count(words) for words in ("Charged twice AGAIN", "Never mind")] == [1, 1]


def test_a_newer_line_of_the_customer_shows_inside_the_same_message():
    assert below(wrote_again()) == lines(
        """
        Priya added at 14:31 UTC:
        ┃ never mind the chat, just refund me
        With Ben for approval.
        [ Still right: send ]  [ Edit & approve ]  [ Back to Ana ]  [ Withdraw ]
        """
    )


def test_every_other_reason_for_another_look_is_said():
    assert below(drafted(DraftState.IN_REVIEW, stale="post_edited")) == lines(
        """
        Priya changed the post. It now says:
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        With Ben for approval.
        [ Still right: send ]  [ Edit & approve ]  [ Back to Ana ]  [ Withdraw ]
        """
    )
    assert below(drafted(DraftState.IN_REVIEW, stale="post_deleted")) == lines(
        """
        Priya deleted the post. Nothing goes out unless somebody decides so.
        With Ben for approval.
        [ Still right: send ]  [ Edit & approve ]  [ Back to Ana ]  [ Withdraw ]
        """
    )
    assert below(drafted(DraftState.IN_REVIEW, stale="answered_elsewhere")) == lines(
        """
        Somebody answered from the X app. Please decide whether this still has to go out.
        With Ben for approval.
        [ Still right: send ]  [ Edit & approve ]  [ Back to Ana ]  [ Withdraw ]
        """
    )
    assert below(drafted(DraftState.IN_REVIEW, stale="age")) == lines(
        """
        The approval was not used in time, so it is asked for again.
        With Ben for approval.
        [ Still right: send ]  [ Edit & approve ]  [ Back to Ana ]  [ Withdraw ]
        """
    )


def test_a_decided_draft_is_rewritten_in_place():
    assert below(drafted(DraftState.APPROVED)) == lines(
        """
        Approved by Ben at 14:39 UTC. It goes out next.
        [ Withdraw ]
        """
    )
    assert below(drafted(DraftState.SENDING)) == lines(
        """
        Approved by Ben at 14:39 UTC. Sending it to X now.
        """
    )
    assert below(drafted(DraftState.SENT, CaseState.PENDING)) == lines(
        """
        Approved by Ben at 14:39 UTC, sent 14:40 UTC, see the reply.
        [ Correct or take back ]
        """
    )
    assert below(drafted(DraftState.FAILED)) == lines(
        """
        Approved by Ben at 14:39 UTC. X did not take it. X answered 503. Nothing went out.
        [ Send again ]  [ Edit ]  [ Post by hand ]  [ Withdraw ]
        """
    )
    assert below(replace(drafted(DraftState.APPROVED), hold=hold(Limit.PACE))) == lines(
        """
        Approved by Ben at 14:39 UTC. X asks us to wait; it goes out after 14:47 UTC.
        [ Withdraw ]
        """
    )
    waits = attempt(Outcome.REFUSED, ended_at=at(14, 40), again_at=at(14, 47))
    assert below(drafted(DraftState.FAILED, attempt=waits)) == lines(
        """
        Approved by Ben at 14:39 UTC. X asks us to wait; the reply goes out at 14:47 UTC by itself.
        [ Stop it ]  [ Edit ]  [ Post by hand ]  [ Withdraw ]
        """
    )
    assert below(drafted(DraftState.UNCONFIRMED)) == lines(
        """
        Approved by Ben at 14:39 UTC. We do not know whether it went out. Looking on X again at 14:47 UTC. X shows posts within 15 min, so nobody can call it missing before 15:00 UTC; nothing is sent twice.
        [ I can see it (paste the link) ]  [ Open X ]
        """
    )
    assert below(drafted(DraftState.BY_HAND, why="X does not let apps answer this post.")) == lines(
        """
        Approved by Ben at 14:39 UTC. X does not let apps answer this post. Post it on X yourself, then press "I posted it".
        [ I posted it ]  [ Open X ]  [ Withdraw ]
        """
    )
    assert below(drafted(DraftState.WITHDRAWN)) == lines(
        """
        Withdrawn. It did not go out.
        """
    )
    assert below(drafted(DraftState.WITHDRAWN, why_withdrawn=WhyWithdrawn.SOLVED)) == lines(
        """
        Withdrawn, because the case was solved. It did not go out.
        """
    )
    joined = drafted(DraftState.WITHDRAWN, why_withdrawn=WhyWithdrawn.JOINED)
    assert below(replace(joined, case=replace(joined.case, joined_into=409))) == lines(
        """
        Withdrawn, because the case goes on as case 409. It did not go out.
        """
    )


def test_no_words_of_a_withdrawn_draft_are_taken_for_what_happened():
    for said in ("solve", "dismiss", "close", "mismatch"):
        assert "Withdrawn. It did not go out." in below(drafted(DraftState.WITHDRAWN, why=said))


def test_requested_changes_stand_where_the_buttons_stood():
    assert below(drafted(DraftState.WRITING, note="name the refund day", note_by="UBEN")) == lines(
        """
        Ben asks: name the refund day
        Back with Ana.
        [ Edit ]  [ Withdraw ]
        """
    )


def test_changes_of_which_nobody_noted_who_asked_are_still_shown():
    assert "Changes asked for: name the refund day" in below(drafted(DraftState.WRITING, note="name the refund day"))


def test_a_request_to_take_back_shows_no_numbers_and_nothing_to_edit():
    assert shown(drafted(DraftState.IN_REVIEW, kind=DraftKind.TAKE_BACK, text="")) == lines(
        """
        Ana's request to take the reply back   for @priya_n on X
        · promises an answer by 17:00
        Priya last wrote at 14:02 UTC.
        With Ben for approval.
        [ Approve & take back ]  [ Request changes ]  [ Withdraw ]
        """
    )
    assert shown(drafted(DraftState.SENT, CaseState.PENDING, kind=DraftKind.TAKE_BACK, text="")) == lines(
        """
        Ana's request to take the reply back   for @priya_n on X
        · promises an answer by 17:00
        Approved by Ben at 14:39 UTC, taken back 14:40 UTC.
        """
    )


def test_a_correction_is_named_as_one():
    assert shown(
        drafted(DraftState.IN_REVIEW, CaseState.PENDING, kind=DraftKind.CORRECTION, text="It is Friday, not Monday.")
    ) == lines(
        """
        Ana's correction, version 2   for @priya_n on X
        ┃ It is Friday, not Monday.
        · 247 of 280 · from "wrong charge", 2 sentences changed · promises an answer by 17:00
        Priya last wrote at 14:02 UTC.
        With Ben for approval.
        [ Approve & send ]  [ Edit & approve ]  [ Request changes ]  [ Withdraw ]
        """
    )


def test_the_approvers_direct_message_holds_complaint_draft_and_buttons():
    assert read(thread_messages.approval_request(drafted(DraftState.IN_REVIEW), SECRET, "UBEN")) == lines(
        """
        Ana asks you to approve a reply to Priya (@priya_n), case 412. First reply due 15:02 UTC.
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        Ana's draft, version 2   for @priya_n on X
        ┃ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        · 247 of 280 · from "wrong charge", 2 sentences changed · promises an answer by 17:00
        Priya last wrote at 14:02 UTC.
        [ Approve & send ]  [ Edit & approve ]  [ Request changes ]  [ Not me ]
        """
    )


def test_whoever_is_asked_reads_which_segment_the_customer_is_in():
    press = replace(drafted(DraftState.IN_REVIEW), segment="Press")
    assert "a reply to Priya (@priya_n, Press), case 412." in read(
        thread_messages.approval_request(press, SECRET, "UBEN")
    )


def test_the_approvers_preview_can_be_decided_on():
    assert plainly(thread_messages.approval_request(drafted(DraftState.IN_REVIEW), SECRET, "UBEN").text) == lines(
        """
        Ana asks you to approve a reply to Priya (@priya_n), case 412. First reply due 15:02 UTC. Priya: "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind" Priya last wrote at 14:02 UTC. Ana: "Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN" promises an answer by 17:00.
        """
    )


def test_a_request_that_needs_another_look_shows_both_lines_of_the_customer():
    assert read(thread_messages.approval_request(wrote_again(), SECRET, "UBEN")) == lines(
        """
        Ana asks you to look again at a reply to Priya (@priya_n), case 412. First reply due 15:02 UTC.
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        Ana's draft, version 2   for @priya_n on X
        ┃ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        · 247 of 280 · from "wrong charge", 2 sentences changed · promises an answer by 17:00
        Priya added at 14:31 UTC:
        ┃ never mind the chat, just refund me
        [ Still right: send ]  [ Edit & approve ]  [ Back to Ana ]  [ Not me ]
        """
    )


def test_once_somebody_else_is_asked_the_first_has_nothing_left_to_press():
    assert read(
        thread_messages.approval_request(drafted(DraftState.IN_REVIEW, asked="UCARO"), SECRET, "UBEN")
    ) == lines(
        """
        Ana asked you to approve a reply to Priya (@priya_n), case 412. Caro is asked now, so you need not do anything.
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        Ana's draft, version 2   for @priya_n on X
        ┃ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        · 247 of 280 · from "wrong charge", 2 sentences changed · promises an answer by 17:00
        Priya last wrote at 14:02 UTC.
        With Caro for approval.
        """
    )


def test_a_settled_request_says_what_became_of_it():
    assert read(
        thread_messages.approval_request(drafted(DraftState.SENT, CaseState.PENDING), SECRET, "UBEN")
    ) == lines(
        """
        Ana asked you to approve a reply to Priya (@priya_n), case 412.
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        Ana's draft, version 2   for @priya_n on X
        ┃ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        · 247 of 280 · from "wrong charge", 2 sentences changed · promises an answer by 17:00
        Approved by Ben at 14:39 UTC, sent 14:40 UTC, see the reply.
        """
    )


def test_an_approver_who_changed_the_words_is_not_named_as_one_who_asked():
    edited = drafted(DraftState.SENT, CaseState.PENDING, authors=("UANA", "UBEN"))
    assert thread_messages.approval_request(edited, SECRET, "UBEN").text.startswith(
        "Ana asked you to approve a reply to Priya"
    )


def test_a_customer_without_a_name_is_said_once():
    seen = view(draft_case := case(author=Author(id="", handle="")))
    assert wording.known_as(seen, wording.full_name(draft_case)) == ""
    assert wording.full_name(draft_case) == "the customer"


def test_lines_do_not_run_together_on_a_phone():
    back = thread_messages.back(drafted(DraftState.WRITING, note="name the refund day", note_by="UBEN"), SECRET)
    assert "name the refund day. Back with Ana." in back.text
    assert back.text.count("412") == 1


def test_the_writer_is_told_what_was_asked_for():
    assert read(
        thread_messages.back(drafted(DraftState.WRITING, note="name the refund day", note_by="UBEN"), SECRET)
    ) == lines(
        """
        Your reply to Priya (@priya_n), case 412. First reply due 15:02 UTC.
        Ana's draft, version 2   for @priya_n on X
        ┃ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        · 247 of 280 · from "wrong charge", 2 sentences changed · promises an answer by 17:00
        Ben asks: name the refund day
        Back with Ana.
        [ Edit ]
        """
    )
    assert read(thread_messages.back(drafted(DraftState.IN_REVIEW), SECRET)) == lines(
        """
        Your reply to Priya (@priya_n), case 412. First reply due 15:02 UTC.
        Ana's draft, version 2   for @priya_n on X
        ┃ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        · 247 of 280 · from "wrong charge", 2 sentences changed · promises an answer by 17:00
        Priya last wrote at 14:02 UTC.
        With Ben for approval.
        """
    )


def test_a_further_post_is_told_with_its_own_words():
    assert read(
        thread_messages.follow_up(
            wrote_again(), post(813, "never mind the chat, just refund me", at(14, 31), media=2), SECRET
        )
    ) == lines(
        """
        Priya N added at 14:31 UTC
        ┃ never mind the chat, just refund me
        · 2 photos · open the post
        """
    )


def test_a_notice_says_its_sentence_and_nothing_else():
    notice = thread_messages.notice("Reading X stopped at 14:00; it is tried again every minute.")
    assert read(notice) == notice.text == "Reading X stopped at 14:00; it is tried again every minute."


@pytest.mark.parametrize("minutes", [-3_000, -719, -5, 0, 5, 719, 3_000])
def test_a_moment_is_shown_with_its_day_however_near_it_was_when_it_was_drawn(minutes):
    near = at(14) + timedelta(minutes=minutes)
    [element] = elements([near], at(14))
    said = [str(element["format"]), as_line([near], at(14)), mrkdwn([near], at(14)), in_slack(near)]
    assert all("{time} {date_short_pretty}" in one for one in said)


def test_a_moment_in_a_notice_is_shown_in_the_readers_own_zone():
    notice = thread_messages.about_desk(
        ("X cannot be read since ", at(14, 2), ": <!here> It answers 503."), at(14, 9)
    )
    moment = f"<!date^{int(at(14, 2).timestamp())}^{{time}} {{date_short_pretty}}|12 Jun 14:02 UTC>"
    assert notice.text == f"X cannot be read since {moment}: &lt;!here&gt; It answers 503."
    assert [block["text"]["text"] for block in notice.blocks] == [notice.text]
    assert read(notice) == "X cannot be read since 14:02 UTC: <!here> It answers 503."


def test_a_message_about_a_draft_that_is_gone_says_so():
    assert read(thread_messages.draft(view(), SECRET)) == "Case 412 has no draft now."


@pytest.mark.parametrize(
    ("kind", "then"),
    [
        (DraftKind.REPLY, "The case stays open, and a new reply can be written."),
        (DraftKind.CORRECTION, "What was sent stays as it is."),
        (DraftKind.IN_PLACE, "What was sent stays as it is."),
    ],
)
def test_withdrawing_is_asked_back_first(kind, then):
    seen = drafted(DraftState.APPROVED, kind=kind)
    button = next(
        node
        for node in nodes(thread_messages.draft(seen, SECRET).blocks)
        if node.get("action_id") == ids.DRAFT_WITHDRAW
    )
    assert button["confirm"]["title"]["text"] == "Withdraw this draft?"
    assert button["confirm"]["text"]["text"] == f"It will not go out. {then}"


@pytest.mark.parametrize(
    ("later", "said"), [(NOW, "12 Jun 14:39 UTC"), (NOW.replace(year=2028), "12 Jun 2026 14:39 UTC")]
)
def test_a_moment_is_said_with_its_day_where_slack_does_not_write_it_out(later, said):
    sent = thread_messages.draft(replace(drafted(DraftState.SENT, CaseState.PENDING), now=later), SECRET)
    assert f"|{said}>" in sent.text
    assert said in [node["fallback"] for node in nodes(sent.blocks) if node.get("type") == "date"]


def test_only_one_button_of_a_row_is_the_primary_one():
    for state in DraftState:
        for message in (
            thread_messages.draft(drafted(state), SECRET),
            thread_messages.approval_request(drafted(state), SECRET),
        ):
            assert len([node for node in nodes(message.blocks) if node.get("style") == "primary"]) <= 1


@pytest.mark.parametrize(
    ("spoken", "line"),
    [
        (
            Spoken(phrase="by 17:00", due_at=at(17)),
            'Ana is reminded to answer by 17:00 UTC ("by 17:00", UTC)',
        ),
        (
            Spoken(phrase="within 2 hours", due_at=at(16), within=timedelta(hours=2)),
            'Ana is reminded to answer by 16:00 UTC ("within 2 hours", counted from when it goes out)',
        ),
        (
            Spoken(phrase="by 14:00", due_at=at(14)),
            "The time that it promises is past: 14:00 UTC. Please change the words.",
        ),
    ],
)
def test_an_approver_reads_which_moment_the_words_promise(spoken, line):
    assert line in read(thread_messages.draft(drafted(DraftState.IN_REVIEW, spoken=spoken), SECRET))
