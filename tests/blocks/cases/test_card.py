"""The card at the head of a thread follows EXPERIENCE in every state that people see."""

from dataclasses import replace

import pytest

from bot.blocks.cases import card as case_card
from bot.blocks.cases import lists
from bot.domain.accounts.holds import Limit
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.cases.case import Priority
from bot.domain.cases.redacted import hidden
from bot.domain.cases.view import CaseView, History
from bot.domain.mentions.mention import Answerable, Author
from bot.domain.promises.promise import PromiseKind
from bot.domain.replies.draft import DraftKind, Outcome
from bot.domain.triage.triage import Reason, Triage, Urgent
from tests.blocks.reading import lines, plainly, read
from tests.blocks.scenes import HISTORY, SECRET, at, attempt, case, drafted, hold, post, promise, view, wrote_again

STRANGER = case(author=Author(id="1", handle="lee"), topic="", language="und", follows=77)
LATE = promise(lapsed_at=at(15, 2), kept_at=at(15, 30))


def shown(seen: CaseView) -> str:
    return read(case_card.card(seen, SECRET))


def state(seen: CaseView) -> str:
    """Return a card's text below the complaint and its small print."""
    return shown(seen).rpartition("under the same post\n")[2]


def test_a_new_case_shows_who_what_until_when_and_what_to_press():
    assert shown(view()) == lines(
        """
        · *High priority* X mention · billing · case 412
        Priya N  @priya_n · 12.4k followers · third case since May, last one case 300 on 12 May, answered after 9 days
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        · 1 photo · posted 14:02 UTC · open the post · 3 others wrote under the same post
        First reply due 15:02 UTC · nobody has taken it yet
        [ Reply ]  [ Claim ]  [⋯ Assign or set priority, Solved, Set aside, History]
        """
    )


def test_the_fallback_line_says_it_all_in_one_line():
    assert plainly(case_card.card(view(), SECRET).text) == lines(
        """
        Priya N: "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind" First reply due 15:02 UTC · nobody has taken it yet. High priority X mention, billing, case 412.
        """
    )


def test_a_usual_priority_is_not_said():
    seen = view(case(priority=Priority.NORMAL, topic=""))
    assert shown(seen).splitlines()[0] == "· X mention · case 412"
    said = plainly(case_card.card(seen, SECRET).text)
    assert said.endswith(" nobody has taken it yet. X mention, case 412.")


def test_a_held_case_says_by_whom_and_since_when():
    assert state(view(case(CaseState.OPEN))) == lines(
        """
        Held by Ana since 14:06 UTC · first reply due 15:02 UTC
        [ Reply ]  [ Take it private ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )


def test_a_late_case_is_told_from_the_customers_side():
    assert state(view(case(CaseState.OPEN), now=at(15, 14))) == lines(
        """
        Held by Ana since 14:06 UTC · Priya has waited past our promise since 15:02 UTC
        [ Reply ]  [ Take it private ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )
    assert state(drafted(DraftState.IN_REVIEW, now=at(15, 14))) == lines(
        """
        Ana's draft is with Ben for approval · Priya has waited past our promise since 15:02 UTC
        [ See draft ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )


def test_writing_and_review_name_the_people():
    assert state(drafted(DraftState.WRITING)) == lines(
        """
        Ana is writing a reply · first reply due 15:02 UTC
        [ See draft ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )
    assert state(drafted(DraftState.IN_REVIEW)) == lines(
        """
        Ana's draft is with Ben for approval · first reply due 15:02 UTC
        [ See draft ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )
    assert state(drafted(DraftState.IN_REVIEW, asked="")) == lines(
        """
        Ana's draft is waiting for approval · first reply due 15:02 UTC
        [ See draft ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )
    assert state(drafted(DraftState.WRITING, note="name the day", note_by="UBEN")) == lines(
        """
        Ben asked Ana to change the draft · first reply due 15:02 UTC
        [ See draft ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )


def test_a_draft_that_the_conversation_overtook_says_why():
    assert shown(wrote_again()) == lines(
        """
        · *High priority* X mention · billing · case 412
        Priya N  @priya_n · 12.4k followers · third case since May, last one case 300 on 12 May, answered after 9 days
        ┃ never mind the chat, just refund me
        · posted 14:31 UTC · open the post · the newest of 2 posts, the first at 14:02 UTC · 3 others wrote under the same post
        · It began with: "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind"
        Ana's draft needs another look: the customer wrote again · first reply due 15:02 UTC
        [ See draft ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )


def test_what_is_on_its_way_offers_nothing_that_could_disturb_it():
    assert state(drafted(DraftState.APPROVED)) == lines(
        """
        Ana's reply, approved by Ben, is about to go out · first reply due 15:02 UTC
        [ See draft ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )
    assert state(drafted(DraftState.SENDING)) == lines(
        """
        Sending Ana's reply, approved by Ben · first reply due 15:02 UTC
        [⋯ Take it over, Assign or set priority, Hand back to the team, History]
        """
    )


def test_a_reply_that_was_not_taken_says_why_and_what_can_be_done():
    assert state(drafted(DraftState.FAILED)) == lines(
        """
        X did not take Ana's reply. X answered 503. Nothing went out
        First reply due 15:02 UTC · held by Ana since 14:06 UTC
        [ Send again ]  [ Edit ]  [ Post by hand ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )


def test_a_reply_that_the_network_refused_for_now_says_when_it_goes_out_by_itself():
    waits = attempt(Outcome.REFUSED, ended_at=at(14, 40), again_at=at(14, 47), why="X asks us to slow down.")
    assert state(drafted(DraftState.FAILED, attempt=waits)) == lines(
        """
        X asks us to wait; Ana's reply goes out at 14:47 UTC by itself
        First reply due 15:02 UTC · held by Ana since 14:06 UTC
        [ Stop it ]  [ Edit ]  [ Post by hand ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )


def test_an_approved_reply_of_an_account_without_money_says_who_can_put_it_right():
    assert state(replace(drafted(DraftState.APPROVED), hold=hold(Limit.SHUT))) == lines(
        """
        X says our developer account has no credit left. Whoever pays for it can add credit there. Ana's reply, approved by Ben, goes out by itself once that is settled · first reply due 15:02 UTC
        [ See draft ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )


def test_an_approved_reply_of_an_account_that_was_asked_to_wait_says_until_when():
    assert state(replace(drafted(DraftState.APPROVED), hold=hold(Limit.PACE))) == lines(
        """
        X asks us to wait; Ana's reply, approved by Ben, goes out after 14:47 UTC · first reply due 15:02 UTC
        [ See draft ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )


def test_an_unknown_outcome_is_never_dressed_up():
    assert state(drafted(DraftState.UNCONFIRMED)) == lines(
        """
        We do not know whether the reply went out. Looking on X again at 14:47 UTC. X shows posts within 15 min, so nobody can call it missing before 15:00 UTC; nothing is sent twice
        First reply due 15:02 UTC · held by Ana since 14:06 UTC
        [ I can see it (paste the link) ]  [ Open X ]  [⋯ Take it over, Assign or set priority, Hand back to the team, History]
        """
    )


def test_a_reply_that_was_looked_for_long_enough_is_an_approvers_to_call_missing():
    looked = drafted(DraftState.UNCONFIRMED, now=at(15, 0), attempt=attempt(Outcome.LOST, missed_at=at(14, 55)))
    assert state(looked) == lines(
        """
        We do not know whether the reply went out. X was read and does not show it. Please look on X: an approver can say that it is missing. Nothing is sent twice
        First reply due 15:02 UTC · held by Ana since 14:06 UTC
        [ I can see it (paste the link) ]  [ It is missing: ask me before sending again ]  [ Open X ]  [⋯ Take it over, Assign or set priority, Hand back to the team, History]
        """
    )


def test_where_the_network_cannot_be_read_an_approver_who_looked_says_so_on_their_word():
    unread = drafted(DraftState.UNCONFIRMED, now=at(15, 2), attempt=attempt(Outcome.LOST, look_at=at(15, 3)))
    assert state(unread) == lines(
        """
        We do not know whether the reply went out. X could not be read so far. Please look on X: an approver can say that it is missing. Nothing is sent twice
        First reply due 15:02 UTC · held by Ana since 14:06 UTC
        [ I can see it (paste the link) ]  [ I looked: it is missing ]  [ Open X ]  [⋯ Take it over, Assign or set priority, Hand back to the team, History]
        """
    )


def test_a_reply_that_was_looked_for_and_is_not_there_waits_for_a_decision():
    assert state(drafted(DraftState.FAILED, attempt=attempt(Outcome.ABSENT))) == lines(
        """
        The reply is not on X. Please decide whether it is sent again
        First reply due 15:02 UTC · held by Ana since 14:06 UTC
        [ Send again ]  [ Edit ]  [ Post by hand ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )


def test_a_reply_by_hand_comes_with_its_words_to_copy_and_the_way_to_the_network():
    assert state(drafted(DraftState.BY_HAND, why="X does not let apps answer this post.")) == lines(
        """
        X does not let apps answer this post. Post it on X yourself, then press "I posted it"
        First reply due 15:02 UTC · held by Ana since 14:06 UTC
        ▌ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        [ I posted it ]  [ Open X ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )
    assert state(drafted(DraftState.BY_HAND, attempt=attempt(Outcome.LOST, why="no answer came"))) == lines(
        """
        We could not find out whether the reply went out. No answer came. Look on X first; if it is missing, post it yourself, then press "I posted it"
        First reply due 15:02 UTC · held by Ana since 14:06 UTC
        ▌ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        [ I posted it ]  [ Open X ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )


def test_taking_back_by_hand_asks_to_delete_and_offers_no_words():
    assert state(drafted(DraftState.BY_HAND, kind=DraftKind.TAKE_BACK, text="")) == lines(
        """
        Delete the reply on X yourself, then press "I posted it"
        First reply due 15:02 UTC · held by Ana since 14:06 UTC
        [ I posted it ]  [ Open X ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )


def test_an_answered_case_says_how_long_it_took_and_whose_words_they_were():
    assert state(view(case(CaseState.PENDING))) == lines(
        """
        Priya N  "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwi…" · X mention · case 412
        Answered in 38 min · written by Ana, approved by Ben · see the reply
        [ Reply ]  [ Take it private ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )
    assert state(drafted(DraftState.SENT, CaseState.PENDING, authors=("UANA", "UCARO"))) == lines(
        """
        Priya N  "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwi…" · X mention · case 412
        Answered in 38 min · written by Ana and Caro, approved by Ben · see the reply
        [ Reply ]  [ Take it private ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )


def test_a_late_answer_is_said_to_be_late():
    assert state(view(case(CaseState.PENDING, promise=LATE, answered_at=at(15, 30)))) == lines(
        """
        Priya N  "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwi…" · X mention · case 412
        Answered in 1 h 28 min, later than promised · written by Ana, approved by Ben · see the reply
        [ Reply ]  [ Take it private ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )


def test_what_is_owed_since_an_answer_says_nothing_of_how_long_that_answer_took():
    owed = promise(kind=PromiseKind.NEXT_RESPONSE, started_at=at(15), due_at=at(16), lapsed_at=at(16))
    first = case(CaseState.CLOSED, promise=owed, first_response_at=at(14, 40), answered_at=at(14, 40))
    assert "nswered in 38 min · written by Ana" in state(view(first))
    second = replace(first, answered_at=at(14, 50))
    assert "nswered at 14:50 UTC · written by Ana" in state(view(second))


def test_an_answer_from_the_networks_own_app_is_told_as_such():
    assert state(view(case(CaseState.PENDING, approved_by="", answered_by="UBEN", answered_at=at(14, 20)))) == lines(
        """
        Priya N  "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwi…" · X mention · case 412
        Ben answered from the X app at 14:20 UTC · see the reply · held by Ana
        [ Reply ]  [ Take it private ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )
    assert state(
        view(case(CaseState.PENDING, approved_by="", answered_by="network", answered_at=at(14, 20), assignee=""))
    ) == lines(
        """
        Priya N  "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwi…" · X mention · case 412
        Answered from the X app at 14:20 UTC · see the reply
        [ Reply ]  [ Claim ]  [⋯ Assign or set priority, Solved, Set aside, History]
        """
    )


def test_a_closed_case_goes_on_in_another_by_its_number_and_not_by_a_reason_that_sounds_so():
    assert "Closed · it goes on in case 409" in shown(view(case(CaseState.CLOSED, joined_into=409)))
    assert "409" not in shown(view(case(CaseState.CLOSED, reason="the same conversation as case 409")))


def test_solved_set_aside_and_closed_say_since_when_and_why():
    assert state(view(case(CaseState.SOLVED))) == lines(
        """
        Priya N  "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwi…" · X mention · case 412
        Solved at 14:50 UTC · reason: refunded by phone
        [⋯ Reopen, History]
        """
    )
    assert state(view(case(CaseState.DISMISSED))) == lines(
        """
        Priya N  "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwi…" · X mention · case 412
        Set aside at 14:50 UTC · reason: Spam or advertising · comes back 19 Jun 14:50 UTC
        [⋯ Reopen, History]
        """
    )
    assert state(view(case(CaseState.DISMISSED, resurfaces_at=at(14).replace(year=2036)))) == lines(
        """
        Priya N  "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwi…" · X mention · case 412
        Set aside at 14:50 UTC · reason: Spam or advertising · until somebody reopens it
        [⋯ Reopen, History]
        """
    )
    followed = shown(view(case(CaseState.CLOSED), history=History(followed_by=431)))
    assert "\nClosed · it goes on in case 431 · answered in 38 min" in followed
    assert state(view(case(CaseState.CLOSED))) == lines(
        """
        Priya N  "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwi…" · X mention · case 412
        Closed · answered in 38 min · written by Ana, approved by Ben · see the reply
        [⋯ History]
        """
    )


def test_a_deleted_post_is_said_and_holds_drafts():
    assert state(view(case(CaseState.OPEN, deleted_at=at(14, 25)))) == lines(
        """
        Held by Ana since 14:06 UTC · first reply due 15:02 UTC
        Priya deleted the post at 14:25 UTC
        [ Reply ]  [ Take it private ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )
    assert state(
        view(replace(drafted(DraftState.IN_REVIEW, stale="post_deleted").case, deleted_at=at(14, 25)))
    ) == lines(
        """
        Ana's draft needs another look: the customer deleted the post · first reply due 15:02 UTC
        Priya deleted the post at 14:25 UTC. Drafts are on hold
        [ See draft ]  [⋯ Assign or set priority, Hand back to the team, Solved, Set aside, History]
        """
    )


def test_an_author_of_whom_little_is_known_gets_a_short_line():
    assert shown(view(STRANGER, mentions=(post(url=""),), history=History())) == lines(
        """
        · *High priority* X mention · case 412
        @lee · follows case 77
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        · posted 14:02 UTC
        First reply due 15:02 UTC · nobody has taken it yet
        [ Reply ]  [ Claim ]  [⋯ Assign or set priority, Solved, Set aside, History]
        """
    )


def test_a_single_sibling_is_one_person():
    assert "1 other wrote under the same post" in shown(view(history=replace(HISTORY, siblings=1)))


def test_a_case_added_by_link_names_no_network():
    assert shown(
        view(case(network="link"), network_label="Link", mentions=(post(text="It broke"),), history=History())
    ) == lines(
        """
        · *High priority* mention added by link · billing · case 412
        Priya N  @priya_n · 12.4k followers
        ┃ It broke
        · posted 14:02 UTC · open the post
        First reply due 15:02 UTC · nobody has taken it yet
        [ Reply ]  [ Claim ]  [⋯ Assign or set priority, Solved, Set aside, History]
        """
    )


def test_a_case_added_by_link_says_where_and_guesses_no_name():
    nobody = case(network="link", account="reviews.example", author=Author(id="reviews.example/1", handle=""))
    card = shown(view(nobody, mentions=(post(text="It broke", url=""),), history=History()))
    assert card.splitlines()[1:3] == ["the customer", "┃ It broke"]
    by_hand = drafted(DraftState.BY_HAND)
    there = replace(by_hand.case, network="link", account="reviews.example")
    assert "Post it on reviews.example yourself" in shown(replace(by_hand, case=there))


LIMITED = "The author lets only people they follow reply to this post."


def test_a_post_that_no_app_may_answer_says_so_before_anybody_writes():
    closed = post(answerable=Answerable.NO, why_not=LIMITED)
    says = f"A reply has to be posted by hand here. {LIMITED}".rstrip(".")
    for seen in (view(mentions=(closed,)), replace(drafted(DraftState.IN_REVIEW), mentions=(closed,))):
        assert says in shown(seen)
        assert says in plainly(case_card.card(seen, SECRET).text)


@pytest.mark.parametrize("state", [DraftState.BY_HAND, DraftState.SENDING, DraftState.UNCONFIRMED])
def test_once_it_is_decided_the_card_says_what_becomes_of_it_and_no_more(state):
    closed = post(answerable=Answerable.NO, why_not=LIMITED)
    assert "has to be posted by hand" not in shown(replace(drafted(state), mentions=(closed,)))


def test_one_post_that_may_be_answered_is_enough():
    closed, open_to_us = post(answerable=Answerable.NO, why_not=LIMITED), post(813, answerable=Answerable.YES)
    assert "has to be posted by hand" not in shown(view(mentions=(closed, open_to_us)))
    gone = replace(open_to_us, deleted_at=at(14, 20))
    assert "has to be posted by hand" in shown(view(mentions=(closed, gone)))


def test_a_card_names_the_time_in_which_its_network_takes_an_answer_until_somebody_decided():
    window = post(answerable=Answerable.YES, answerable_until=at(18, 2))
    says = "lets apps answer until 18:02 UTC; after that a reply is posted by hand"
    assert says in shown(view(mentions=(window,)))
    assert "lets apps answer until 18:02" in plainly(case_card.card(view(mentions=(window,)), SECRET).text)
    assert says not in shown(replace(drafted(DraftState.BY_HAND), mentions=(window,)))
    assert says not in shown(view(mentions=(window, post(813, when=at(14, 10)))))


def test_a_number_is_spoken_in_full_on_every_button():
    card = case_card.card(view(), SECRET)
    labels = [
        one["accessibility_label"]
        for block in card.blocks
        for one in block.get("elements", ())
        if "text" in one and "action_id" in one
    ]
    assert labels == ["Reply to Priya, case 412", "Claim, case 412, Priya"]


@pytest.mark.parametrize(
    ("moved", "because"), [("priority", "now high priority"), ("hours", "the desk's hours or promises changed")]
)
def test_a_due_moment_that_moved_says_why_until_it_is_past(moved, because):
    said = f"Due time moved to 15:02 UTC: {because}"
    assert said in state(view(case(moved=moved)))
    assert said not in state(replace(view(case(moved=moved)), now=at(15, 3)))


@pytest.mark.parametrize(
    ("segment", "title", "because"), [("press", "Press", "now Press"), ("", "", "no longer in a segment")]
)
def test_a_due_moment_that_moved_with_the_segment_says_into_which(segment, title, because):
    moved = replace(view(case(moved="segment", segment=segment)), segment=title)
    assert f"Due time moved to 15:02 UTC: {because}" in state(moved)


def test_the_segment_stands_beside_the_name():
    press = replace(view(case(segment="press")), segment="Press")
    assert "Priya N  @priya_n · Press · 12.4k followers" in shown(press)
    assert "Priya N (Press): " in case_card.card(press, SECRET).text


def test_a_solution_that_is_owed_stands_beside_the_answer_earliest_first():
    to_solve = promise(kind=PromiseKind.RESOLUTION, due_at=at(18))
    assert "First reply due 15:02 UTC · to be solved by 18:00 UTC" in state(view(case(resolution=to_solve)))


def test_an_answered_case_says_what_our_own_words_still_promise():
    word = promise(kind=PromiseKind.SPOKEN, due_at=at(17), id=7)
    said = state(view(case(CaseState.PENDING, spoken=word)))
    assert "Our reply promised an answer by 17:00 UTC" in said
    assert "aiting for Priya" not in said
    late = state(replace(view(case(CaseState.PENDING, spoken=word)), now=at(17, 5)))
    assert "Priya has waited past what our reply promised since 17:00 UTC" in late


def test_a_list_does_not_say_a_usual_priority_either():
    listed = lists.cases("Waiting for us", [view(case(priority=Priority.NORMAL))], {})
    assert "Case 412, Priya N on X" in plainly(listed.text)
    assert "priority" not in read(listed)


def test_a_card_quotes_the_newest_words_that_are_still_there():
    gone = post(813, "wrong account, sorry", at(14, 31), deleted_at=at(14, 33))
    seen = replace(view(case(latest=813)), mentions=(post(), post(812, "and my chat hangs", at(14, 20)), gone))
    assert "┃ and my chat hangs\n" in shown(seen)
    assert 'Priya N: "and my chat hangs"' in case_card.card(seen, SECRET).text
    assert '"and my chat hangs"' in read(lists.cases("Queue", [seen], {}))
    nothing_left = replace(seen, mentions=(gone,))
    assert "┃ wrong account, sorry\n" in shown(nothing_left)


@pytest.mark.parametrize(
    ("language", "said"), [("en", ""), ("en-GB", ""), ("de", "German"), ("und", ""), ("zxx", "")]
)
def test_a_language_is_said_where_not_everybody_reads_it(language, said):
    seen = view(case(language=language))
    kind = f"X mention · billing{f' · {said}' if said else ''} · case 412"
    assert shown(seen).splitlines()[0] == f"· *High priority* {kind}"
    assert plainly(case_card.card(seen, SECRET).text).endswith(f"High priority {kind.replace(' · ', ', ')}.")


def test_a_note_that_came_with_the_case_stands_on_its_card():
    given = view(case(CaseState.OPEN, assigned_by="UCARO", assigned_note="she waits for a call"))
    assert "\nNote from Caro: she waits for a call\n" in shown(given)
    assert "Note from Caro: she waits for a call." in case_card.card(given, SECRET).text
    assert "Note from" not in shown(hidden(given))


def test_our_account_is_named_where_we_have_several():
    seen = replace(view(), account="@northwind_uk")
    assert "X mention of @northwind_uk · billing" in shown(seen)


def test_a_finished_card_has_two_lines_and_a_word_brings_it_back():
    done = view(case(CaseState.PENDING))
    assert len(shown(done).splitlines()) == 3  # buttons do not count as a line
    owed = view(case(CaseState.PENDING, spoken=promise(kind=PromiseKind.SPOKEN, due_at=at(17), id=7)))
    assert "┃ Charged twice" in shown(owed)
    assert "┃ Charged twice" in shown(drafted(DraftState.IN_REVIEW, CaseState.SOLVED, kind=DraftKind.CORRECTION))


def test_who_holds_an_answered_case_is_said_unless_they_are_named_already():
    assert "held by" not in shown(view(case(CaseState.PENDING)))
    assert "see the reply · held by Caro" in shown(view(case(CaseState.PENDING, assignee="UCARO")))


def test_the_reason_is_said_in_the_words_that_the_customer_wrote():
    told = Triage(urgent=Urgent.SAFETY, urgent_by=Reason(("nao consigo ligar",), "safety"))
    seen = view(mentions=(post(text="com a rede em baixo não consigo ligar"),), triage=told)
    assert "Urgent (safety): não consigo ligar" in read(case_card.card(seen, SECRET))
