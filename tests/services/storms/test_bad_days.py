"""What goes wrong in a storm has a plain answer, loses nobody, and sends nothing twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import Outdated
from bot.domain.mentions.mention import Answerable, Author
from bot.domain.slack.telling import TellingKind
from bot.domain.storms.holding_reply import FIRST_NAME, Audience
from bot.domain.storms.storm import Standout, StormPlace, StormPolicy
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Desk, NotPosted, NotSent, Paced
from bot.rehearsal.workspace.blockkit import message_problems
from bot.services.cases import casework
from bot.services.replies import sending
from bot.services.slack.publishing import Publisher
from bot.services.storms import acting, by_hand, holding_replies, noticing, opening
from tests.fakes import ANA, BEN, CARE, CARO, DEE, a_post
from tests.services.journey import clock, draft_of, published, receive, slack, street
from tests.services.storms.test_folding import has_card, place, wrote
from tests.services.storms.test_holding_replies import (
    WORDS,
    a_storm,
    approve,
    offer,
    progress,
    send_all,
    write,
    write_in,
)
from tests.services.storms.test_storm import TV, drawn, many_write, opened, post_all, tended, wanted


@pytest.fixture(autouse=True)
def rules(desk: Desk) -> None:
    desk.take_over(replace(desk.policy, storms=StormPolicy(followers=50_000, opens_at=8)))


def publish(desk: Desk) -> None:
    publisher = Publisher(desk, Limiter(desk.clock.pace), draw)
    for _ in range(200):
        wait = publisher.one_round(desk.clock.now())
        if wait is None:
            return
        clock(desk).move(seconds=wait)


# --- Slack is down


@pytest.mark.parametrize("answer", [Paced(30.0), NotPosted("internal_error")])
def test_a_storm_that_begins_while_slack_is_down_is_told_once_when_it_is_back(desk: Desk, answer: object) -> None:
    slack(desk).outcomes += [answer] * 12  # type: ignore[list-item]
    many_write(desk, 40)
    for _ in range(4):
        publish(desk)
        tended(desk, minutes=3)
    slack(desk).outcomes.clear()
    for _ in range(6):
        publish(desk)
        tended(desk, minutes=10)
    heads = [one for one in slack(desk).messages.values() if one.text.startswith("STORM 1 · 40 mentions")]
    assert len(heads) == 1
    assert len([one for one in slack(desk).messages.values() if one.text.startswith("Roles")]) == 1
    assert len([one for one in slack(desk).messages.values() if "Storm 1 is open about" in one.text]) == 1
    assert desk.store.storm_counts(1) == {StormPlace.FOLDED: 40}


# --- a second storm inside the first


def test_a_rise_within_a_storm_opens_no_second_one_and_its_people_stay_where_they_are(desk: Desk) -> None:
    opened(desk)
    many_write(desk, 12, begin=50, text="my app says the password is wrong, login fails")
    assert [one.id for one in desk.store.open_storms()] == [1]
    assert desk.store.storm_counts(1)[StormPlace.FOLDED] == 12
    inside = [one.id for one in desk.store.spikes(desk.clock.now() - timedelta(hours=1))]
    for spike in inside:
        with pytest.raises(Outdated, match="are folded into storm 1 already"):
            opening.open_storm(desk, spike, by=ANA, at=desk.clock.now())
        opening.add_to_storm(desk, spike, 1, by=CARO, at=desk.clock.now())
    assert inside
    assert [one.id for one in desk.store.open_storms()] == [1]


def test_a_case_is_folded_into_one_storm_whatever_else_it_says(desk: Desk) -> None:
    desk.take_over(replace(desk.policy, storms=StormPolicy(followers=50_000, opens_at=0)))
    opened(desk)
    both = wrote(desk, 1, "app and television are dark")
    alone = wrote(desk, 2, "television is dark")
    by_hand.start_storm(desk, "television", by=CARO, at=desk.clock.now())
    for _ in range(3):
        tended(desk, seconds=20)
    assert (desk.store.case(both).storm, desk.store.case(alone).storm) == (1, 2)
    assert place(desk, both, storm=2) is None
    acting.end(desk, 1, by=ANA, at=desk.clock.now())
    tended(desk, seconds=20)
    tended(desk, seconds=20)
    assert desk.store.case(both).storm in {0, 2}
    assert sum(desk.store.storm_counts(2).values()) == 1 + (desk.store.case(both).storm == 2)


# --- two storms that are one


def two_storms(desk: Desk) -> None:
    """Open a storm with cases 1 and 2, and one with cases 3 and 4."""
    desk.take_over(replace(desk.policy, storms=StormPolicy(followers=50_000, opens_at=0)))
    opened(desk)
    opened(desk, TV, words=("television",))
    for n in (1, 2, 3, 4):
        author = Author(id=f"id{n}", handle=f"someone{n}", name=f"Name{chr(96 + n)} N")
        receive(desk, a_post(f"{n}", "my app will not open" if n < 3 else "television is dark", author=author))


def test_a_merge_lets_a_running_holding_reply_go_on_for_both(desk: Desk) -> None:
    two_storms(desk)
    holding = write(desk, desk.store.storm(2))
    approve(desk, 1)
    acting.merge(desk, 2, 1, by=CARO, at=desk.clock.now())
    assert desk.store.holding_reply(holding).storm == 1
    assert offer(desk, holding)
    approve(desk, 2)
    send_all(desk)
    assert sorted(post for post, _ in published(desk)) == ["1", "2", "3", "4"]
    assert progress(desk, holding).told == 4


def test_where_both_have_words_those_of_the_storm_that_stays_go_on_and_nobody_gets_both(desk: Desk) -> None:
    two_storms(desk)
    ours = write(desk, desk.store.storm(1))
    theirs = write(desk, desk.store.storm(2), **{"": f"{FIRST_NAME}, the television is dark. ^AN"})
    approve(desk, 2)
    sending.send_due(desk, desk.clock.now())
    first = len(published(desk))
    acting.merge(desk, 2, 1, by=CARO, at=desk.clock.now())
    assert desk.store.holding_reply(theirs).ended_by == CARO
    approve(desk, 1)
    send_all(desk)
    while offer(desk, ours):
        approve(desk, 3)
        send_all(desk)
    assert sorted(post for post, _ in published(desk)) == ["1", "2", "3", "4"]
    assert sum("television" in text for _, text in published(desk)) == first


def test_words_that_are_written_from_the_older_message_are_for_all_of_both(desk: Desk) -> None:
    two_storms(desk)
    acting.merge(desk, 2, 1, by=CARO, at=desk.clock.now())
    holding = write(desk, desk.store.storm(2))
    assert progress(desk, holding).count == 4
    assert desk.store.holding_reply(holding).storm == 1


def test_a_case_that_both_knew_is_counted_once(desk: Desk) -> None:
    two_storms(desk)
    acting.take_out(desk, 1, 1, by=ANA, at=desk.clock.now())
    clock(desk).move(minutes=1)
    desk.store.stand_out(2, 1, Standout.HELD, desk.clock.now())
    acting.merge(desk, 2, 1, by=CARO, at=desk.clock.now())
    assert desk.store.storm_counts(1) == {StormPlace.FOLDED: 3, StormPlace.STANDS_OUT: 1}
    assert desk.store.storm_figures(1, desk.clock.now()).count == 4


# --- a storm that never ends


def test_whoever_is_asked_whether_it_is_over_reads_who_can_end_it(desk: Desk) -> None:
    opened(desk)
    post_all(desk)
    tended(desk, hours=5)
    [asked] = [
        one for one in wanted(desk, TellingKind.NOTICE) if "Is it over?" in desk.store.notice_sentence(one.about)
    ]
    found = draw(desk, asked, desk.clock.now())
    assert found is not None
    assert "Anybody on the team can say so" in found[0].text


# --- a thousand siblings


@pytest.mark.long
def test_a_thousand_siblings_fit_into_one_message_and_are_counted(desk: Desk) -> None:
    desk.take_over(replace(desk.policy, storms=StormPolicy(followers=50_000, opens_at=0)))
    first = wrote(desk, 1, "the parcel came broken")
    opened(desk)
    posts = [a_post(f"{n}", "my app will not open", by=f"sibling{n}", root="1") for n in range(100, 1_100)]
    for some in range(0, 1_000, 100):
        receive(desk, *posts[some : some + 100])
    message = drawn(desk, TellingKind.STORM)
    assert message.text.startswith("STORM 1 · 1000 mentions about “app”")
    assert "1000 folded" in message.text
    assert message_problems(list(message.blocks)) == []
    card = desk.store.card(first)
    assert card is not None
    shown = draw(desk, card, desk.clock.now())
    assert shown is not None
    assert "1000 others wrote under the same post" in shown[0].text + str(shown[0].blocks)
    assert message_problems(list(shown[0].blocks)) == []
    waiting = [one for one in wanted(desk, TellingKind.CARD) if one.case_id > first]
    assert waiting == [], "none of the thousand has a card"


# --- one customer cannot be told


def test_who_is_refused_by_the_network_comes_back_to_a_person_and_is_named_in_the_summary(desk: Desk) -> None:
    storm = a_storm(desk, 2)
    write_in(desk, 3, 1, answerable=Answerable.NO)
    holding = write(desk, storm)
    approve(desk, 1)
    street(desk).outcomes.append(NotSent("X says no."))
    send_all(desk)
    assert {case: place(desk, case, storm.id) for case in (1, 2, 3)} == dict.fromkeys(
        (1, 2, 3), (StormPlace.FOLDED, None)
    )
    holding_replies.offer_all(desk, desk.clock.now())
    assert place(desk, 2, storm.id) == (StormPlace.FOLDED, None)
    for case in (1, 3):
        assert place(desk, case, storm.id) == (StormPlace.CAME_OUT, Standout.NOT_TOLD)
        assert has_card(desk, case)
    assert draft_of(desk, 1).state == "failed"
    acting.end(desk, storm.id, by=ANA, at=desk.clock.now())
    summary = drawn(desk, TellingKind.STORM_OVER, storm.id)
    assert "2 not told: case 1 (the network did not take it: X says no); case 3 (X does not let apps answer it)" in (
        summary.text
    )
    assert "https://x.example/someone3/status/3" in str(summary.blocks)
    assert progress(desk, holding).told == 1


def test_of_many_who_cannot_be_told_the_first_have_cards_and_all_are_counted(desk: Desk) -> None:
    storm = a_storm(desk, 0)
    write_in(desk, 1, 45, answerable=Answerable.NO)
    write_in(desk, 60, 1)
    write(desk, storm)
    for _ in range(5):
        holding_replies.offer_all(desk, clock(desk).move(minutes=1))
    out = desk.store.storm_counts(storm.id)[StormPlace.CAME_OUT]
    assert out == holding_replies.OUT_AT_MOST
    acting.end(desk, storm.id, by=ANA, at=desk.clock.now())
    summary = drawn(desk, TellingKind.STORM_OVER, storm.id)
    assert "45 not told: case 1 (" in summary.text
    assert "35 more" in summary.text


def test_who_was_answered_otherwise_is_not_named_as_not_told(desk: Desk) -> None:
    storm = a_storm(desk, 1)
    write_in(desk, 2, 1, answerable=Answerable.NO)
    write(desk, storm)
    approve(desk, 1)
    send_all(desk)
    from bot.domain.cases import events

    now = desk.clock.now()
    desk.store.record(desk.store.case(2), events.AnsweredElsewhere(by="network", at=now, posted_at=now))
    acting.end(desk, storm.id, by=ANA, at=now)
    assert "not told" not in drawn(desk, TellingKind.STORM_OVER, storm.id).text


# --- a correction


def test_a_correction_pauses_the_words_that_it_corrects(desk: Desk) -> None:
    storm = a_storm(desk)
    old = write(desk, storm)
    from tests.services.storms.test_holding_replies import shown

    holding = desk.store.joint_draft(1)
    assert len(holding.drafts) == 3
    from bot.services.replies import joint_drafts

    joint_drafts.approve_together(desk, shown(desk, 1)[:1], by=BEN, at=desk.clock.now())
    send_all(desk)
    joint_drafts.approve_together(desk, shown(desk, 1)[:1], by=BEN, at=desk.clock.now())
    fixed = write(desk, storm, Audience.TOLD, **{"": f"{FIRST_NAME}, a correction: only the login is down. ^AN"})
    assert desk.store.holding_reply(old).paused_by == ANA
    send_all(desk)
    assert [post for post, _ in published(desk)] == ["1"], "nobody else gets the words that were wrong"
    approve(desk, 2)
    send_all(desk)
    assert [post for post, _ in published(desk)] == ["1", "1"]
    assert progress(desk, fixed).told == 1
    holding_replies.resume_holding_reply(desk, old, by=BEN, at=desk.clock.now())
    send_all(desk)
    assert [post for post, _ in published(desk)] == ["1", "1", "2"], "a person lets them go on, if they are right"


# --- rules that change in mid-storm


def test_changed_rules_hold_from_the_next_post_on_and_let_nobody_be_lost(desk: Desk) -> None:
    opened(desk)
    quiet = wrote(desk, 1, by="loud_anna")
    rules = StormPolicy(followers=50_000, opens_at=0, influencers=frozenset({"loud_anna"}), checklist=("Breathe",))
    desk.take_over(replace(desk.policy, storms=rules))
    tended(desk, seconds=20)
    assert [one.id for one in desk.store.open_storms()] == [1]
    assert place(desk, quiet) == (StormPlace.FOLDED, None), "it stays; a person takes it out"
    clock(desk).move(minutes=5)
    assert place(desk, wrote(desk, 2, by="loud_anna")) == (StormPlace.STANDS_OUT, Standout.INFLUENCER)
    assert "Breathe" in drawn(desk, TellingKind.STORM_DESK).text
    desk.take_over(replace(desk.policy, storms=StormPolicy(followers=50_000, ask_every=timedelta(hours=1))))
    tended(desk, hours=1)
    assert [one for one in wanted(desk, TellingKind.NOTICE) if "Is it over?" in desk.store.notice_sentence(one.about)]
    acting.take_out(desk, 1, quiet, by=ANA, at=desk.clock.now())
    assert has_card(desk, quiet)


def test_a_channel_that_is_left_out_of_the_rules_keeps_the_storm_where_it_was_opened(desk: Desk) -> None:
    many_write(desk, 10)
    desk.take_over(replace(desk.policy, channel="C0OTHER"))
    noticing.check_new_posts(desk, clock(desk).move(minutes=1))
    assert desk.store.storm(1).channel == CARE
    later = wrote(desk, 40)
    assert desk.store.case(later).storm == 1
    casework.claim(desk, later, by=DEE, at=desk.clock.now())
    assert desk.store.case(later).channel == "C0OTHER"


def test_the_words_of_a_storm_are_known() -> None:
    assert FIRST_NAME in WORDS
