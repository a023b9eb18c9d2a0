"""Tellings: Slack gets the newest state of what changed, most urgent first, and each message once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import CaseVerb, DraftVerb, FactVerb
from bot.domain.cases.case import Priority
from bot.domain.slack.notice import Addressed, CaseNamed, Room
from bot.domain.slack.telling import TellingKind, Urgency
from tests import builders
from tests.builders import ANA, BEN, CARO, CHANNEL, NOW, a_post, do, owed
from tests.storage.scenes import another

LATER = NOW + timedelta(hours=5)


def kinds(store, now=NOW, limit=50):
    return [(one.kind, one.recipient) for one in store.to_tell(now, limit)]


def stands(store, case, ts="1.1"):
    """Mark the card of a case as posted in its present version."""
    card = store.card(case.id)
    store.mark_told(card.id, CHANNEL, ts, store.case(case.id).version)
    return store.telling(card.id)


def test_a_new_case_wants_its_card(store):
    case = builders.opened(store)
    (card,) = store.to_tell(NOW)
    assert card == store.card(case.id)
    assert (card.kind, card.case_id, card.channel, card.ts, card.thread_ts) == (
        TellingKind.CARD,
        case.id,
        CHANNEL,
        "",
        "",
    )
    assert (card.wanted, card.shown, card.urgency, card.tries) == (1, 0, Urgency.NORMAL, 0)


def test_a_card_that_stands_is_wanted_again_when_its_case_changes(store):
    case = builders.opened(store)
    stands(store, case)
    assert store.to_tell(NOW) == []
    do(store, case, CaseVerb.CLAIM)
    (card,) = store.to_tell(NOW)
    assert (card.ts, card.shown, card.wanted, card.urgency) == ("1.1", 1, 2, Urgency.CLICK)


def test_many_changes_want_one_drawing_of_the_newest(store):
    case = builders.claimed(store)
    for who in (BEN, CARO, ANA):
        case = do(store, case, CaseVerb.ASSIGN, to=who)
    (card,) = [one for one in store.to_tell(NOW) if one.kind == TellingKind.CARD]
    assert card.wanted == case.version == 5


def test_a_message_that_somebody_deleted_is_to_be_posted_anew(store):
    case = builders.claimed(store)
    card = stands(store, case)
    store.gone(card.id, card.ts)
    (anew,) = store.to_tell(NOW)
    assert (anew.id, anew.ts, anew.shown, anew.wanted) == (card.id, "", 0, case.version)


def test_what_was_posted_anew_meanwhile_is_not_taken_for_deleted(store):
    case = builders.claimed(store)
    card = stands(store, case)
    store.gone(card.id, "0.9")
    store.telling_started(card.id, NOW)
    store.gone(card.id, card.ts)
    assert store.to_tell(LATER) == []
    assert store.telling(card.id).ts == card.ts


def test_what_was_drawn_before_the_newest_change_is_still_behind(store):
    case = builders.claimed(store)
    card = store.card(case.id)
    store.mark_told(card.id, CHANNEL, "1.1", shown=1)
    (behind,) = store.to_tell(NOW)
    assert (behind.ts, behind.shown, behind.wanted) == ("1.1", 1, 2)


def test_messages_of_a_thread_wait_for_their_card_and_then_stand_under_it(store):
    case = builders.in_review(store)
    assert (TellingKind.DRAFT, "") not in kinds(store)
    assert {(TellingKind.CARD, ""), (TellingKind.ASK, BEN)} == set(kinds(store))
    store.mark_told(store.card(case.id).id, "C0ELSEWHERE", "7.7", shown=case.version)
    draft = next(one for one in store.to_tell(NOW) if one.kind == TellingKind.DRAFT)
    assert (draft.channel, draft.thread_ts, draft.about) == ("C0ELSEWHERE", "7.7", case.draft.id)


def test_a_direct_message_has_a_recipient_and_no_channel_or_thread(store):
    case = builders.in_review(store)
    stands(store, case)
    ask = next(one for one in store.to_tell(NOW) if one.kind == TellingKind.ASK)
    assert (ask.recipient, ask.channel, ask.thread_ts, ask.about) == (BEN, "", "", case.draft.id)
    store.mark_told(ask.id, "D1", "2.2", case.version)
    assert store.telling_of("D1", "2.2") == store.telling(ask.id)


def test_a_click_and_what_is_decided_by_go_before_a_reminder_before_news(store):
    cases = [builders.opened(store, post=another(str(n)), at=NOW - timedelta(hours=1)) for n in range(4)]
    for n, case in enumerate(cases):
        stands(store, case, ts=f"{n}.0")
    news, asked, nagged, clicked = cases
    do(store, news, CaseVerb.AUTHOR_WROTE, by="author", mention=news.latest, posted_at=NOW)
    in_review = do(store, builders.start(store, do(store, asked, CaseVerb.CLAIM)), DraftVerb.SUBMIT, to=BEN)
    stands(store, in_review)
    nagged = do(store, nagged, CaseVerb.CLAIM)
    stands(store, nagged, ts="2.0")
    do(store, nagged, FactVerb.REMINDED, by="desk", promise=nagged.promise, level=50)
    do(store, clicked, CaseVerb.CLAIM)
    order = [(one.case_id, one.kind) for one in store.to_tell(NOW)]
    assert {(clicked.id, TellingKind.CARD), (asked.id, TellingKind.DRAFT), (asked.id, TellingKind.ASK)} == set(
        order[:3]
    )
    assert order[3] == (nagged.id, TellingKind.REMINDER)
    assert {number for number, _ in order[4:]} == {news.id, nagged.id}


def test_among_equals_what_is_due_first_goes_first(store):
    late = builders.opened(store, at=LATER)
    early = builders.opened(store, post=another("7"))
    urgent = builders.opened(store, post=another("8"), at=LATER, priority=Priority.URGENT)
    assert [one.case_id for one in store.to_tell(LATER)] == [urgent.id, early.id, late.id]
    assert [one.case_id for one in store.to_tell(LATER, limit=1)] == [urgent.id]


def test_the_more_urgent_wish_counts_until_slack_has_caught_up(store):
    case = builders.claimed(store)  # a click
    case = do(store, case, CaseVerb.AUTHOR_WROTE, by="author", mention=case.latest, posted_at=NOW)
    assert store.card(case.id).urgency == Urgency.CLICK
    stands(store, case)
    do(store, case, CaseVerb.AUTHOR_WROTE, by="author", mention=case.latest, posted_at=NOW)
    assert store.card(case.id).urgency == Urgency.NORMAL


def test_a_post_that_was_begun_is_not_begun_again(store):
    case = builders.opened(store)
    card = store.card(case.id)
    store.telling_started(card.id, NOW)
    do(store, case, CaseVerb.CLAIM)
    assert store.to_tell(LATER) == []
    (begun,) = store.begun_tellings()
    assert (begun.id, begun.started_at, begun.wanted) == (card.id, NOW, 2)


def test_a_begun_post_that_turns_out_to_stand_is_updated_to_what_happened_meanwhile(store):
    case = builders.opened(store)
    card = store.card(case.id)
    store.telling_started(card.id, NOW)
    do(store, case, CaseVerb.CLAIM)
    store.mark_told(card.id, CHANNEL, "1.1", shown=1)
    assert store.begun_tellings() == []
    (behind,) = store.to_tell(NOW)
    assert (behind.shown, behind.wanted, behind.urgency) == (1, 2, Urgency.CLICK)


def test_a_begun_post_that_turns_out_not_to_stand_is_made_again(store):
    case = builders.opened(store)
    store.telling_started(store.card(case.id).id, NOW)
    store.mark_not_told(store.card(case.id).id, None)
    (card,) = store.to_tell(NOW)
    assert (card.started_at, card.tries) == (None, 1)


def test_slack_is_asked_again_when_it_said_to_come_back(store):
    case = builders.opened(store)
    store.mark_not_told(store.card(case.id).id, LATER)
    assert store.to_tell(LATER - timedelta(seconds=1)) == []
    assert [one.retry_at for one in store.to_tell(LATER)] == [LATER]


def test_a_change_of_the_case_does_not_wait_for_the_old_appointment(store):
    case = builders.opened(store)
    store.mark_not_told(store.card(case.id).id, LATER)
    do(store, case, CaseVerb.CLAIM)
    assert [(one.retry_at, one.tries) for one in store.to_tell(NOW)] == [(None, 0)]


@pytest.mark.parametrize("give_up", [True, False])
def test_what_changed_while_a_try_was_made_neither_waits_nor_is_given_up(store, give_up):
    case = builders.opened(store)
    card = store.card(case.id)
    do(store, case, CaseVerb.CLAIM)
    store.mark_not_told(card.id, LATER, give_up=give_up, tried=card.wanted)
    assert [(one.id, one.retry_at, one.tries) for one in store.to_tell(NOW)] == [(card.id, None, 0)]


def test_only_refusals_count_as_tries(store):
    case = builders.opened(store)
    store.mark_not_told(store.card(case.id).id, None, refused=False)
    assert store.card(case.id).tries == 0


def test_what_was_given_up_is_tried_again_only_when_its_case_changes(store):
    case = builders.opened(store)
    store.mark_not_told(store.card(case.id).id, None, give_up=True)
    assert store.to_tell(LATER) == []
    do(store, case, CaseVerb.CLAIM)
    assert [one.kind for one in store.to_tell(NOW)] == [TellingKind.CARD]


def test_every_further_post_of_the_author_is_a_message_of_its_own(store):
    case = builders.opened(store)
    stands(store, case)
    rows = []
    for n in (2, 3):
        rows.append(store.add_mention(a_post(f"100{n}"), NOW, case.id))
        case = do(store, case, CaseVerb.AUTHOR_WROTE, by="author", mention=rows[-1], posted_at=NOW)
    found = [one.about for one in store.to_tell(NOW) if one.kind == TellingKind.MENTION]
    assert found == rows


def test_a_decision_redraws_the_draft_and_every_direct_message_about_it(store):
    case = builders.in_review(store)
    case = do(store, case, FactVerb.APPROVER_ASKED, to=CARO)
    stands(store, case)
    for n, one in enumerate(store.to_tell(NOW)):
        store.mark_told(one.id, "D1", f"3.{n}", case.version)
    assert store.to_tell(NOW) == []
    case = do(store, case, DraftVerb.APPROVE, by=BEN, seen=case.latest)
    behind = {(one.kind, one.recipient, one.wanted) for one in store.to_tell(NOW)}
    assert behind == {("card", "", 6), ("draft", "", 6), ("ask", BEN, 6), ("ask", CARO, 6)}


def test_a_draft_that_nobody_was_shown_is_not_posted_by_an_edit(store):
    case = builders.drafted(store)
    stands(store, case)
    do(store, case, DraftVerb.EDIT, words=builders.wording(case, "Other"))
    assert kinds(store) == [(TellingKind.CARD, "")]


def test_a_reminder_is_told_once_and_its_row_is_what_it_is_about(store):
    case = builders.opened(store)
    stands(store, case)
    do(store, case, FactVerb.REMINDED, by="desk", promise=replace(case.promise, next_level=75), level=50)
    (nag,) = [one for one in store.to_tell(NOW) if one.kind == TellingKind.REMINDER]
    assert store.reminder(nag.about).level == 50


def reminded(store, case, level):
    return do(store, case, FactVerb.REMINDED, by="desk", promise=replace(case.promise, next_level=level), level=level)


def waiting_reminders(store):
    return [store.reminder(one.about).level for one in store.to_tell(NOW) if one.kind == "nag"]


def test_a_reminder_of_a_case_that_nobody_holds_waits_behind_new_cards_of_its_kind(store):
    case = builders.opened(store)
    stands(store, case)
    reminded(store, case, 50)
    fresh = builders.opened(store, post=another("7"), at=LATER)
    assert [(one.kind, one.case_id) for one in store.to_tell(NOW)][-2:] == [
        (TellingKind.CARD, fresh.id),
        (TellingKind.REMINDER, case.id),
    ]


def test_a_reminder_that_waits_is_told_by_the_next_one(store):
    case = builders.opened(store)
    stands(store, case)
    case = reminded(store, case, 50)
    assert waiting_reminders(store) == [50]
    reminded(store, case, 75)
    assert waiting_reminders(store) == [75]


def test_a_reminder_that_stands_or_is_under_way_stays(store):
    case = builders.opened(store)
    stands(store, case)
    case = reminded(store, case, 50)
    [nag] = [one for one in store.to_tell(NOW) if one.kind == "nag"]
    store.telling_started(nag.id, NOW)
    case = reminded(store, case, 75)
    assert [one.id for one in store.begun_tellings()] == [nag.id]
    store.mark_told(nag.id, CHANNEL, "5.5", case.version)
    reminded(store, case, 90)
    assert (waiting_reminders(store), store.telling(nag.id).ts) == ([50, 90], "5.5")  # the first one to be settled


def test_a_sentence_about_the_desk_is_queued_once_per_key(store):
    assert store.notice("gap:1", "C0LEADS", "Posts between 10:02 and 10:40 may be missing.", NOW)
    assert not store.notice("gap:1", "C0LEADS", "Other words", NOW)
    (notice,) = store.to_tell(NOW)
    assert (notice.kind, notice.channel, notice.case_id, notice.thread_ts) == (TellingKind.NOTICE, "C0LEADS", 0, "")
    assert store.notice_sentence(notice.about) == "Posts between 10:02 and 10:40 may be missing."
    assert store.notice_pieces(notice.about) == ["Posts between 10:02 and 10:40 may be missing."]
    store.mark_told(notice.id, "C0LEADS", "9.9", shown=1)
    assert store.to_tell(NOW) == []
    with pytest.raises(Unknown):
        store.notice_sentence(99)


@pytest.mark.parametrize(
    "words", ["1767225600000000", '["person","U1"]', '["case","1"]', '",1,"', "<@U1>", "\\u0000", "\\", ""]
)
def test_words_in_a_notice_never_turn_into_a_moment_a_name_or_a_case(store, words):
    said = ("Since ", NOW, words, Addressed("UANA"), Room("C0CARE"), CaseNamed(412))
    assert store.notice("k", "C0LEADS", said, NOW)
    (notice,) = store.to_tell(NOW)
    assert tuple(store.notice_pieces(notice.about)) == said


def test_a_sentence_about_the_desk_is_said_otherwise_where_it_stands(store):
    store.notice("k", "C0LEADS", "120 cases wait.", NOW)
    (notice,) = store.to_tell(NOW)
    store.mark_told(notice.id, "C0LEADS", "9.9", shown=1)
    store.notice_anew("k", ("None waits since ", NOW, "."), LATER)
    store.notice_anew("unknown", "Nothing.", LATER)
    (anew,) = store.to_tell(LATER)
    assert (anew.id, anew.ts, anew.wanted) == (notice.id, "9.9", 2)
    assert tuple(store.notice_pieces(notice.about)) == ("None waits since ", NOW, ".")


def test_a_notice_is_cleaned_of_what_cannot_be_stored(store):
    assert store.notice("k", "C0LEADS", ("a\0b", "\ud800"), NOW)
    (notice,) = store.to_tell(NOW)
    assert store.notice_pieces(notice.about) == ["a\ufffdb", "\ufffd"]
    assert store.notice_sentence(notice.about) == "a\ufffdb\ufffd"


def test_a_notice_by_an_earlier_version_has_no_pieces(store):
    with store.transaction():
        store.engine.run("INSERT INTO notices (key, sentence, noted_at) VALUES ('k', 'X is read again.', 0)", {})
    assert (store.notice_sentence(1), store.notice_pieces(1)) == ("X is read again.", [])


def test_notices_do_not_stand_in_each_others_way(store):
    assert [store.notice(key, "C0LEADS", key, NOW) for key in ("a", "b")] == [True, True]
    assert len(store.to_tell(NOW)) == 2


def test_a_message_that_is_not_ours_has_no_telling(store):
    case = builders.opened(store)
    assert store.telling_of(CHANNEL, "1.1") is None
    assert store.telling_of(CHANNEL, "") is None
    assert stands(store, case) == store.telling_of(CHANNEL, "1.1")
    assert store.telling_of("C0OTHER", "1.1") is None
    assert store.card(99) is None
    with pytest.raises(Unknown):
        store.telling(99)


def test_a_case_that_comes_back_is_drawn_again(store):
    case = builders.solved(store)
    stands(store, case)
    do(store, case, CaseVerb.AUTHOR_WROTE, by="author", mention=case.latest, posted_at=NOW, promise=owed())
    assert TellingKind.CARD in {one.kind for one in store.to_tell(NOW)}


def waiting_for(store, who, kind):
    return next(one for one in store.to_tell(LATER) if one.recipient == who and one.kind == kind)


def test_what_waits_for_somebody_is_put_into_the_list_that_waits(store):
    row = store.gather(ANA, NOW)
    case = builders.opened(store)
    do(store, case, FactVerb.REMINDED, by="desk", to=ANA, promise=case.promise, level=50, told=False, gathered=row)
    store.notice("n", "", "Something.", LATER, people=[ANA, BEN])
    digest = store.put_together(waiting_for(store, ANA, TellingKind.NOTICE), LATER)
    assert (digest.kind, digest.about, digest.ts) == (TellingKind.DIGEST, row, "")
    assert [one.kind for one in store.messages_in(row)] == [TellingKind.NOTICE]
    assert [its.case_id for its in store.reminders_in(row)] == [case.id]
    assert {(one.kind, one.recipient) for one in store.to_tell(LATER) if one.recipient} == {
        (TellingKind.DIGEST, ANA),
        (TellingKind.NOTICE, BEN),
    }
    assert store.put_together(waiting_for(store, ANA, TellingKind.DIGEST), LATER) is None
    assert store.put_together(waiting_for(store, BEN, TellingKind.NOTICE), LATER) is None


def test_in_a_flood_a_reminder_waits_for_the_list_and_other_messages_are_told_without_it(store):
    case = builders.claimed(store)
    do(store, case, FactVerb.REMINDED, by="desk", to=ANA, promise=case.promise, level=90, direct=True)
    nudge = waiting_for(store, ANA, TellingKind.DIRECT_REMINDER)
    for key in ("a", "b"):
        store.notice(key, "", "Something.", LATER, people=[ANA])
    whole = store.put_together(waiting_for(store, ANA, TellingKind.NOTICE), LATER, flood=True)
    assert [one.kind for one in store.messages_in(whole.about)] == [TellingKind.NOTICE, TellingKind.NOTICE]
    assert store.reminders_in(whole.about) == []
    the_list = store.put_together(nudge, LATER, flood=True)
    assert the_list.about == store.gather(ANA, LATER) != whole.about
    assert [its.case_id for its in store.reminders_in(the_list.about)] == [case.id]
    assert store.messages_in(the_list.about) == []


def test_what_is_folded_redraws_its_digest_and_is_told_by_itself_only_when_wanted_anew(store):
    case = builders.in_review(store)
    stands(store, case)
    asked = case.draft.asked
    store.notice("n", "", "Something.", NOW, people=[asked])
    digest = store.put_together(waiting_for(store, asked, TellingKind.NOTICE), NOW)
    store.mark_told(digest.id, "D1", "5.5", digest.wanted)
    do(store, case, DraftVerb.APPROVE, by=asked, seen=case.latest)
    store.notice_anew("n", "Something else.", LATER)
    waiting = [one for one in store.to_tell(LATER) if one.recipient]
    assert [(one.kind, one.ts, one.wanted) for one in waiting] == [(TellingKind.DIGEST, "5.5", digest.wanted + 2)]


def test_when_somebody_was_told_last_is_forgotten_where_nothing_was_posted(store):
    store.notice("n", "", "Something.", NOW, people=[ANA])
    (notice,) = store.to_tell(NOW)
    assert store.last_told(ANA) is None
    store.telling_started(notice.id, LATER)
    assert store.last_told(ANA) == LATER
    store.mark_not_told(notice.id, None)
    assert store.last_told(ANA) is None
    store.telling_started(notice.id, LATER)
    store.mark_told(notice.id, "D1", "5.5", 1)
    store.mark_not_told(notice.id, None)  # a redraw that was refused
    assert store.last_told(ANA) == LATER
