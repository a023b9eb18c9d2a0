"""A storm's holding reply: each customer gets words that somebody approved, once, and who cannot be told is named."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.storms.holding_reply import holding_message
from bot.domain.base.refusals import NotUsable, NotYours, Outdated
from bot.domain.base.tables import CaseState
from bot.domain.mentions.mention import Answerable, Author
from bot.domain.replies.joint_draft import AT_ONCE, ShownText
from bot.domain.replies.origins import OriginKind, StartingText, TextOrigin
from bot.domain.replies.seen_mark import shown_mark
from bot.domain.replies.statement import PostState, Statement, StatementPost, StatementState
from bot.domain.slack.telling import TellingKind
from bot.domain.storms.holding_reply import FIRST_NAME, STATEMENT_LINK, Audience, HoldingReply, Progress, for_customer
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.storm import Storm
from bot.gateways.drawing import draw
from bot.ports import Desk, Message, NotSent, OutcomeLost
from bot.services.cases import casework
from bot.services.replies import attempts, joint_drafts, review, sending, statement_sending
from bot.services.replies.starting_texts import remember_machine
from bot.services.replies.statement_deciding import decide_on_statement
from bot.services.storms import acting, holding_replies, tending
from tests.fakes import ANA, BEN, CARE, CARO, DEE, NOON, FakeNetwork, PostingNetwork, a_desk, a_post
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import clock, draft_of, notices, published, receive, street, verbs, waiting

WORDS = f"{FIRST_NAME}, the app is down for everybody. We are on it, and tell you here. ^AN"
GERMAN = f"{FIRST_NAME}, die App geht gerade nirgends. Wir sind dran und melden uns hier. ^AN"


def a_storm(desk: Desk, many: int = 3, first: int = 1, **facts: object) -> Storm:
    """Open a storm, and let so many customers write into it."""
    now = desk.clock.now()
    app = Trait(FeatureKind.WORD, "app")
    storm = Storm(channel=CARE, traits=(app,), words=("app",), since=now, opened_at=now, opened_by=ANA)
    storm = desk.store.open_storm(storm)
    write_in(desk, first, many, **facts)
    return storm


def write_in(desk: Desk, first: int, many: int, **facts: object) -> None:
    for n in range(first, first + many):
        facts_of = {
            "by": f"someone{n}",
            "author": Author(id=f"id{n}", handle=f"someone{n}", name=f"Name{chr(96 + n % 26)} N"),
        }
        receive(desk, a_post(f"{n}", "my app will not open", **(facts_of | facts)))  # type: ignore[arg-type]


def write(desk: Desk, storm: Storm, audience: Audience = Audience.WAITING, by: str = ANA, **variants: str) -> int:
    said = variants or {"": WORDS}
    return holding_replies.write_holding_reply(desk, storm.id, said, audience, by=by, at=desk.clock.now())


def shown(desk: Desk, joint: int) -> list[ShownText]:
    cases = joint_drafts.cases_of(desk, desk.store.joint_draft(joint))
    found = [(case, case.draft) for case in cases]
    return [
        ShownText(draft.id, draft.version, draft.seen, shown_mark(case, desk.store.mentions(case.id)))
        for case, draft in found
        if draft and draft.state == "in_review"
    ]


def approve(desk: Desk, joint: int, by: str = BEN) -> object:
    return joint_drafts.approve_together(desk, shown(desk, joint), by=by, at=desk.clock.now())


def send_all(desk: Desk) -> None:
    for _ in range(4):
        sending.send_due(desk, desk.clock.now())


def progress(desk: Desk, holding: int) -> Progress:
    return desk.store.holding_progress(desk.store.holding_reply(holding))


def offer(desk: Desk, holding: int) -> bool:
    return holding_replies.offer_next(desk, holding, desk.clock.now())


def test_everybody_who_waits_is_told_in_words_that_somebody_approved(desk: Desk) -> None:
    holding = write(desk, a_storm(desk))
    send_all(desk)
    assert published(desk) == []
    approve(desk, 1)
    send_all(desk)
    assert sorted(post for post, _ in published(desk)) == ["1", "2", "3"]
    assert len({text for _, text in published(desk)}) == 3
    assert all("the app is down" in text and FIRST_NAME not in text for _, text in published(desk))
    assert (progress(desk, holding).told, progress(desk, holding).count) == (3, 3)
    assert [verbs(desk, one).count("approve") for one in (1, 2, 3)] == [1, 1, 1]


@pytest.mark.parametrize("since_sent", [False, True])
def test_a_machines_words_that_its_writer_copied_from_a_case_stay_marked_for_each(
    desk: Desk, *, since_sent: bool
) -> None:
    storm = a_storm(desk, many=3)
    said = "The app is down for everybody at the moment, we are on it."
    machine = StartingText(said, TextOrigin(OriginKind.MACHINE, "tiny-7b"))
    remember_machine(desk, 3, machine, by=ANA, at=desk.clock.now())
    if since_sent:  # the form is gone then, and the draft has the words
        review.submit(desk, 3, review.Words(text=said, starts=(machine,)), by=ANA, at=desk.clock.now())
    number = write(desk, storm, **{"": f"{FIRST_NAME}, {said} ^AN"})
    drafts = [desk.store.case(number).draft for number in (1, 2)]
    for draft in drafts:
        assert draft is not None
        kinds = {(one.origin.kind, one.origin.name) for one in draft.origins}
        assert kinds == {(OriginKind.PERSON, ANA), (OriginKind.MACHINE, "tiny-7b")}
    assert "tiny-7b" in str(asked_for(desk))
    holding = desk.store.holding_reply(number)
    drawn = holding_message(holding, progress(desk, number), {}, secret=desk.secret, now=desk.clock.now())
    assert "With words of a machine: tiny-7b" in drawn.text


def test_the_link_of_our_statement_stands_where_its_writer_put_it_and_only_on_its_network(desk: Desk) -> None:
    storm = a_storm(desk)
    linked = f"{FIRST_NAME}, the app is down: {STATEMENT_LINK} ^AN"
    with pytest.raises(NotUsable, match="No statement is public"):
        write(desk, storm, **{"": linked})
    old, late = NOON - timedelta(hours=1), desk.clock.now()
    for network, url, ended in (("x", "https://x.example/old", old), ("street", "https://street.example/1", late)):
        post = StatementPost(network=network, account="42", text="Down.", state=PostState.SENT, post_id="1", url=url)
        number = desk.store.add_statement(Statement(state=StatementState.APPROVED, by=CARO, at=ended, posts=[post]))
        [there] = desk.store.statement(number).posts
        desk.store.move_statement_post(replace(there, ended_at=ended), was=PostState.SENT)
    holding = write(desk, storm, **{"": linked})
    assert [one.why for one in progress(desk, holding).not_told] == ["no statement of ours is public on X"] * 3
    url = "https://x.example/northwind/status/7"
    post = StatementPost(network="x", account="42", text="Down.", state=PostState.SENT, post_id="7", url=url)
    number = desk.store.add_statement(Statement(state=StatementState.APPROVED, by=CARO, at=late, posts=[post]))
    desk.store.move_statement_post(replace(desk.store.statement(number).posts[0], ended_at=late), was=PostState.SENT)
    write_in(desk, 4, 2)
    offer(desk, holding)
    texts = [draft_of(desk, number).text for number in (4, 5)]
    assert texts == [f"Named, the app is down: {url} ^AN", f"Namee, the app is down: {url} ^AN"]


def said_on_x(desk: Desk, post_id: str) -> Statement:
    """Return a statement that is public on X."""
    url = f"https://x.example/northwind/status/{post_id}"
    post = StatementPost(network="x", account="42", text="Down.", state=PostState.SENT, post_id=post_id, url=url)
    number, at = (
        desk.store.add_statement(
            Statement(state=StatementState.APPROVED, by=CARO, at=desk.clock.now(), posts=[post])
        ),
        desk.clock.now(),
    )
    there = desk.store.statement(number).posts[0]
    desk.store.move_statement_post(replace(there, ended_at=at), was=PostState.SENT)
    return desk.store.statement(number)


def take_back(desk: Desk, statement: Statement) -> None:
    at = desk.clock.now()
    posts = [
        StatementPost(network="x", account="42", text="Down.", takes_back=one.post_id) for one in statement.posts
    ]
    number = desk.store.add_statement(Statement(by=CARO, at=at, posts=posts, takes_back=statement.id))
    asked = desk.store.statement(number)
    decide_on_statement(desk, number, mark=asked.mark, approves=True, by=BEN, at=at)


def approve_links(desk: Desk) -> None:
    """Approve the first message's texts, of which each has a link that costs."""
    for text in shown(desk, 1):
        at = desk.clock.now()
        review.approve(desk, text.draft, by=BEN, at=at, version=text.version, seen=text.seen, sure=True)


def test_no_link_to_a_statement_that_is_taken_back_goes_out_even_where_it_was_approved(desk: Desk) -> None:
    storm = a_storm(desk)
    first = said_on_x(desk, "7")
    holding = write(desk, storm, **{"": f"{FIRST_NAME}, the app is down: {STATEMENT_LINK} ^AN"})
    approve_links(desk)
    said_on_x(desk, "70")
    take_back(desk, first)
    send_all(desk)
    assert (published(desk), progress(desk, holding).not_told_count) == ([], 3)
    [told] = [said for _, said in notices(desk) if "taken back" in said]
    assert "3 withdrawn" in told
    write_in(desk, 4, 1)
    holding_replies.offer_all(desk, desk.clock.now())
    assert draft_of(desk, 4).text.endswith("/status/70 ^AN")
    assert holding_replies.withdraw_dead_links(desk, by=BEN, at=desk.clock.now()) == 0


def test_leads_are_told_which_public_replies_link_to_a_deleted_statement(desk: Desk) -> None:
    first = said_on_x(desk, "7")
    write(desk, a_storm(desk), **{"": f"{FIRST_NAME}, the app is down: {STATEMENT_LINK} ^AN"})
    approve_links(desk)
    send_all(desk)
    said_on_x(desk, "70")
    tried = draft_of(desk, 2).attempt
    post, _ = desk.store.mention_of("x", tried.post_id if tried else "") or (None, 0)
    assert post is not None
    desk.store.change_mention(post.id, replace(post, text="Corrected since."), desk.clock.now())
    take_back(desk, first)
    assert not [said for _, said in notices(desk) if "still link" in said]  # nothing is deleted yet
    statement_sending.post_due_statements(replace(desk, networks={("x", "42"): PostingNetwork()}), desk.clock.now())
    [told] = [said for _, said in notices(desk) if "still link" in said]
    assert "Statement 1 is deleted, and public replies of storm 1 still link to it: case 1, case 3. To tell" in told


def test_a_told_case_stays_open_to_its_author_and_counts_as_answered(desk: Desk) -> None:
    write(desk, a_storm(desk))
    approve(desk, 1)
    send_all(desk)
    case = desk.store.case(1)
    assert (case.state, case.promise.kept_at is not None if case.promise else None) == (CaseState.PENDING, True)
    assert case.storm == 1


def test_the_storms_message_is_redrawn_when_customers_were_told(desk: Desk) -> None:
    write(desk, a_storm(desk))
    for _ in range(3):
        tending.tend_storms(desk, clock(desk).move(minutes=10))
        all_is_shown(desk)
    assert not storm_waits(desk)
    approve(desk, 1)
    send_all(desk)
    tending.tend_storms(desk, clock(desk).move(minutes=10))
    assert storm_waits(desk)
    all_is_shown(desk)
    tending.tend_storms(desk, clock(desk).move(minutes=10))
    assert not storm_waits(desk)


def storm_waits(desk: Desk) -> bool:
    return any(one.kind == TellingKind.STORM for one in desk.store.to_tell(desk.clock.now(), 500))


def all_is_shown(desk: Desk) -> None:
    for one in desk.store.to_tell(desk.clock.now(), 500):
        desk.store.mark_told(one.id, one.channel, one.ts or f"{one.id}.1", one.wanted)


def test_who_comes_out_has_only_the_newest_words_in_the_thread_after_all_cards(desk: Desk) -> None:
    storm = a_storm(desk)
    for joint, audience in enumerate((Audience.WAITING, Audience.TOLD), 1):
        write(desk, storm, audience, **{"": WORDS.replace("app", f"app {joint}")})
        approve(desk, joint)
        send_all(desk)
        clock(desk).move(minutes=5)
    assert len(published(desk)) == 6
    for n in (1, 2, 3):
        author = Author(id=f"id{n}", handle=f"someone{n}", name=f"Name{chr(96 + n)} N")
        receive(desk, a_post(f"9{n}", "still nothing @northwind", author=author, root=f"{n}"))
    acting.end(desk, storm.id, by=CARO, at=desk.clock.now())
    acting.come_out_at_end(desk, desk.clock.now())
    waits = desk.store.to_tell(desk.clock.now(), 500)
    for one in waits:
        if one.kind == TellingKind.CARD:
            desk.store.mark_told(one.id, one.channel, f"{one.id}.1", one.wanted)
    waits = [one for one in desk.store.to_tell(desk.clock.now(), 500) if one.thread_ts]
    drafts = [one for one in waits if one.kind == TellingKind.DRAFT]
    assert sorted(one.case_id for one in drafts) == [1, 2, 3]
    assert drafts == waits[-3:]


def test_a_moment_that_the_words_name_is_promised_to_each(desk: Desk) -> None:
    write(desk, a_storm(desk), **{"": f"{FIRST_NAME}, we are on it and will tell you here by 17:00. ^AN"})
    approve(desk, 1)
    send_all(desk)
    assert all(desk.store.case(one).spoken for one in (1, 2, 3))


def test_each_gets_the_words_of_their_language_and_else_those_for_everybody(desk: Desk) -> None:
    storm = a_storm(desk, 1)
    write_in(desk, 2, 1, language="de")
    write_in(desk, 3, 1, language="fr")
    write(desk, storm, **{"": WORDS, "de": GERMAN})
    assert "nirgends" in draft_of(desk, 2).text
    assert "everybody" in draft_of(desk, 1).text
    assert "everybody" in draft_of(desk, 3).text


def asked_for(desk: Desk) -> Message:
    """Return the newest message that asks for approval."""
    telling = [one for one in desk.store.to_tell(desk.clock.now(), 50) if one.kind == TellingKind.JOINT][-1]
    found = draw(desk, telling, desk.clock.now())
    assert found is not None
    return found[0]


def test_the_approver_reads_beside_a_text_that_it_is_in_another_language_than_the_customers(desk: Desk) -> None:
    storm = a_storm(desk, 1, language="en")
    for n, code in enumerate(["es", "es-MX", "de", "fr", ""], 2):
        write_in(desk, n, 1, language=code)
    desk.take_over(replace(desk.policy, guess=lambda _: "en"))
    write(desk, storm, **{"": WORDS, "de": GERMAN})
    message = asked_for(desk)
    assert "No Spanish words were written: 2 of these get the English ones." in message.text
    assert "No French words were written: 1 of these gets the English ones." in message.text
    assert message.text.count("words were written") == 2, "of nobody's language that has words, or is unknown"
    beside = [str(one) for one in message.blocks if "no Spanish words: the English ones" in str(one)]
    assert len(beside) == 2
    case = desk.store.case(5)
    assert case.draft is not None
    seen = {"version": case.draft.version, "seen": case.draft.seen}
    words = "Nous y travaillons, l'app est en panne. ^BE"
    review.edit_and_approve(desk, case.draft.id, words, by=BEN, at=desk.clock.now(), **seen)
    assert "French words" not in asked_for(desk).text, "somebody wrote them"


def test_where_no_model_knows_the_language_it_is_said_without_its_name(desk: Desk) -> None:
    storm = a_storm(desk, 2, language="es")
    write(desk, storm)
    assert "No Spanish words were written: 2 of these get those for everybody." in asked_for(desk).text


def test_many_are_offered_a_message_at_a_time_and_the_next_when_that_is_decided(desk: Desk) -> None:
    holding = write(desk, a_storm(desk, AT_ONCE + 5))
    assert len(desk.store.joint_draft(1).drafts) == AT_ONCE
    assert not offer(desk, holding)
    approve(desk, 1)
    assert offer(desk, holding)
    assert len(desk.store.joint_draft(2).drafts) == 5
    send_all(desk)
    assert len(published(desk)) == AT_ONCE


def test_who_comes_after_the_approval_is_offered_and_gets_nothing_unapproved(desk: Desk) -> None:
    holding = write(desk, a_storm(desk))
    approve(desk, 1)
    write_in(desk, 50, 2)
    send_all(desk)
    assert offer(desk, holding)
    send_all(desk)
    assert len(published(desk)) == 3
    approve(desk, 2)
    send_all(desk)
    assert len(published(desk)) == 5


def test_the_writer_lets_nobody_be_told_alone(desk: Desk) -> None:
    write(desk, a_storm(desk), by=BEN)
    with pytest.raises(NotYours):
        approve(desk, 1, BEN)


def test_a_pause_holds_before_the_next_attempt_and_a_resume_lets_it_go_on(desk: Desk) -> None:
    holding = write(desk, a_storm(desk))
    approve(desk, 1)
    holding_replies.pause_holding_reply(desk, holding, by=DEE, at=desk.clock.now())
    send_all(desk)
    assert published(desk) == []
    assert desk.store.to_send(desk.clock.now()) == []
    with pytest.raises(Outdated, match="paused it already"):
        holding_replies.pause_holding_reply(desk, holding, by=CARO, at=desk.clock.now())
    holding_replies.resume_holding_reply(desk, holding, by=BEN, at=desk.clock.now())
    send_all(desk)
    assert len(published(desk)) == 3


def test_a_pause_during_a_round_of_sending_stops_the_next_one(desk: Desk) -> None:
    holding = write(desk, a_storm(desk))
    approve(desk, 1)
    calls = street(desk).reply

    def pausing(*of: object) -> object:
        done = calls(*of)  # type: ignore[arg-type]
        if len(published(desk)) == 1:
            holding_replies.pause_holding_reply(desk, holding, by=DEE, at=desk.clock.now())
        return done

    street(desk).reply = pausing  # type: ignore[assignment,method-assign]
    send_all(desk)
    assert len(published(desk)) == 1


def test_a_paused_one_offers_nobody_further(desk: Desk) -> None:
    holding = write(desk, a_storm(desk, AT_ONCE + 2))
    approve(desk, 1)
    holding_replies.pause_holding_reply(desk, holding, by=DEE, at=desk.clock.now())
    assert not offer(desk, holding)


def test_a_person_cannot_send_a_paused_one_again_either(desk: Desk) -> None:
    holding = write(desk, a_storm(desk, 1))
    approve(desk, 1)
    street(desk).outcomes.append(NotSent("X says no."))
    send_all(desk)
    holding_replies.pause_holding_reply(desk, holding, by=DEE, at=desk.clock.now())
    with pytest.raises(Outdated, match="paused this holding reply"):
        attempts.begin_attempt(desk, desk.store.case(1), by=BEN, at=desk.clock.now())


def test_who_cannot_be_told_is_named_with_the_reason(desk: Desk) -> None:
    storm = a_storm(desk, 1)
    write_in(desk, 2, 1, answerable=Answerable.NO)
    write_in(desk, 3, 1)
    review.submit(desk, 3, review.Words(text="We look into it, Namec. ^DE"), by=DEE, at=desk.clock.now())
    write_in(desk, 4, 1)
    holding = write(desk, storm)
    approve(desk, 1)
    street(desk).outcomes.append(NotSent("X says no."))
    send_all(desk)
    found = progress(desk, holding)
    assert [one.case_id for one in found.not_told] == [1, 2, 3]
    assert [one.why for one in found.not_told] == [
        "the network did not take it: X says no",
        "X does not let apps answer it",
        "it has a draft already",
    ]
    assert (found.told, found.count, found.not_told_count) == (1, 4, 3)


def test_a_lost_answer_is_named_and_nobody_is_told_twice(desk: Desk) -> None:
    holding = write(desk, a_storm(desk))
    approve(desk, 1)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    street(desk).commits_first = True
    send_all(desk)
    assert "nobody knows yet" in progress(desk, holding).not_told[0].why
    clock(desk).move(minutes=30)
    sending.check_due_outcomes(desk, desk.clock.now())
    send_all(desk)
    assert sorted(post for post, _ in published(desk)) == ["1", "2", "3"]
    assert progress(desk, holding).told == 3


def test_one_customer_with_two_cases_is_told_once(desk: Desk) -> None:
    storm = a_storm(desk, 2)
    ann = Author(id="id1", handle="someone1", name="Namea N")
    later = clock(desk).move(minutes=5)  # posts within 90 seconds are one case
    receive(desk, a_post("90", "my app will not open either", author=ann, at=later))
    holding = write(desk, storm)
    approve(desk, 1)
    send_all(desk)
    assert not offer(desk, holding)
    assert sorted(post for post, _ in published(desk)) == ["1", "2"]
    assert [(one.case_id, one.why) for one in progress(desk, holding).not_told] == [
        (3, "the same customer gets it in case 1")
    ]


def test_customers_of_one_name_get_texts_that_differ_over_all_messages(desk: Desk) -> None:
    same = [Author(id=f"n{n}", handle=f"n{n}", name="Ben Ito") for n in range(AT_ONCE + 2)]
    storm = a_storm(desk, 0)
    for n, author in enumerate(same):
        receive(desk, a_post(f"{n + 1}", "my app will not open", author=author))
    holding = write(desk, storm)
    approve(desk, 1)
    send_all(desk)
    offer(desk, holding)
    approve(desk, 2)
    send_all(desk)
    assert len(published(desk)) == AT_ONCE + 2
    assert len({text for _, text in published(desk)}) == AT_ONCE + 2


def test_newer_words_end_the_older_ones_and_nobody_gets_both(desk: Desk) -> None:
    storm = a_storm(desk)
    old = write(desk, storm)
    joint_drafts.approve_together(desk, shown(desk, 1)[:1], by=BEN, at=desk.clock.now())
    send_all(desk)
    new = write(desk, storm, **{"": WORDS.replace("down", "slow")})
    assert desk.store.holding_reply(old).ended_by == ANA
    approve(desk, 2)
    send_all(desk)
    assert [text.count("down") for _, text in published(desk)] == [1, 0, 0]
    assert (progress(desk, old).told, progress(desk, new).told) == (1, 2)


def test_a_correction_goes_to_those_who_were_told_and_only_to_them(desk: Desk) -> None:
    storm = a_storm(desk)
    write(desk, storm)
    approve(desk, 1)
    send_all(desk)
    write_in(desk, 60, 2)
    clock(desk).move(minutes=5)
    write(desk, storm, Audience.TOLD, **{"": f"{FIRST_NAME}, a correction: only the login is down. ^AN"})
    assert [one.id for one in joint_drafts.cases_of(desk, desk.store.joint_draft(2))] == [1, 2, 3]
    approve(desk, 2)
    send_all(desk)
    assert len(published(desk)) == 6


def test_when_it_is_fixed_all_who_complained_are_told_also_those_who_were_told_before(desk: Desk) -> None:
    storm = a_storm(desk)
    write(desk, storm)
    approve(desk, 1)
    send_all(desk)
    write_in(desk, 70, 2)
    casework.claim(desk, 5, by=DEE, at=desk.clock.now())
    holding = write(desk, storm, Audience.EVERYBODY, **{"": f"{FIRST_NAME}, it works again. Sorry for the wait. ^AN"})
    approve(desk, 2)
    send_all(desk)
    assert progress(desk, holding).told == 4
    assert progress(desk, holding).not_told[0].why == "Dee holds it"


def test_when_it_is_fixed_words_that_still_wait_are_withdrawn_and_say_nothing_outdated(desk: Desk) -> None:
    storm = a_storm(desk)
    old = write(desk, storm)
    joint_drafts.approve_together(desk, shown(desk, 1)[:1], by=BEN, at=desk.clock.now())
    send_all(desk)
    write(desk, storm, Audience.EVERYBODY, **{"": f"{FIRST_NAME}, it works again. Sorry for the wait. ^AN"})
    assert desk.store.holding_reply(old).ended_by == ANA
    approve(desk, 2)
    send_all(desk)
    assert ["works again" in text for _, text in published(desk)] == [False, True, True, True]


def test_who_writes_again_is_decided_about_anew(desk: Desk) -> None:
    write(desk, a_storm(desk))
    texts = shown(desk, 1)
    author = Author(id="id2", handle="someone2", name="Nameb N")
    receive(desk, a_post("80", "my app will not open, still", author=author, root="2"))
    left = joint_drafts.approve_together(desk, texts, by=BEN, at=desk.clock.now())
    assert [one.case_id for one in left] == [2]


def test_nothing_is_written_without_words_for_everybody_or_without_anybody_to_tell(desk: Desk) -> None:
    storm = a_storm(desk)
    with pytest.raises(NotUsable, match="everybody"):
        write(desk, storm, **{"de": GERMAN, "": "   "})
    write(desk, storm)
    with pytest.raises(NotUsable, match="Nobody is left"):
        write(desk, storm, Audience.TOLD)


def test_words_too_long_for_one_customer_leave_out_only_that_one(desk: Desk) -> None:
    storm = a_storm(desk, 2)
    long = Author(id="idx", handle="a_very_long_handle_of_somebody", name="")
    receive(desk, a_post("99", "my app will not open", author=long))
    words = f"{FIRST_NAME}, " + "we are on it. " * 18 + "^AN"
    holding = write(desk, storm, **{"": words})
    assert [one.case_id for one in progress(desk, holding).not_told] == [3]
    assert "280" in progress(desk, holding).not_told[0].why
    assert len(desk.store.joint_draft(1).drafts) == 2


def test_ending_one_withdraws_what_is_not_public(desk: Desk) -> None:
    holding = write(desk, a_storm(desk))
    approve(desk, 1)
    holding_replies.end_holding_reply(desk, holding, by=DEE, at=desk.clock.now())
    send_all(desk)
    assert published(desk) == []
    assert {draft_of(desk, one).state for one in (1, 2, 3)} == {"withdrawn"}


def test_an_approval_that_waited_too_long_in_a_pause_is_asked_for_again(desk: Desk) -> None:
    holding = write(desk, a_storm(desk))
    approve(desk, 1)
    holding_replies.pause_holding_reply(desk, holding, by=DEE, at=desk.clock.now())
    clock(desk).move(hours=5)
    sending.void_old_approvals(desk, desk.clock.now())
    holding_replies.resume_holding_reply(desk, holding, by=BEN, at=desk.clock.now())
    send_all(desk)
    assert published(desk) == []
    assert {draft_of(desk, one).state for one in (1, 2, 3)} == {"in_review"}


KILLS = [*(("record", n) for n in range(1, 7)), ("add_joint_draft", 1), *(("put_holding_case", n) for n in (1, 2, 3))]


@pytest.mark.parametrize(("method", "n"), KILLS)
def test_a_kill_while_it_is_offered_leaves_nothing_half_done(desk: Desk, method: str, n: int) -> None:
    storm = a_storm(desk)
    broken = a_desk(BreakingStore(desk.store, **{method: at_call(n, Killed())}))  # type: ignore[arg-type]
    with pytest.raises(Killed):
        holding_replies.write_holding_reply(
            broken, storm.id, {"": WORDS}, Audience.WAITING, by=ANA, at=desk.clock.now()
        )
    assert [desk.store.case(one).draft for one in (1, 2, 3)] == [None] * 3
    assert holding_replies.offer_all(desk, desk.clock.now()) == 1
    assert desk.store.joint_draft(1).drafts == tuple(draft_of(desk, one).id for one in (1, 2, 3))
    approve(desk, 1)
    send_all(desk)
    assert sorted(post for post, _ in published(desk)) == ["1", "2", "3"]


@pytest.mark.parametrize("public", [True, False])
def test_a_kill_during_the_call_leaves_an_unknown_outcome_that_is_read_back(desk: Desk, public: bool) -> None:
    holding = write(desk, a_storm(desk))
    approve(desk, 1)
    broken = a_desk(desk.store, networks={("x", "42"): Dying(public=public)})
    with pytest.raises(Killed):
        sending.send_due(broken, desk.clock.now())
    sending.recover(desk, desk.clock.now())
    send_all(desk)
    assert [post for post, _ in published(desk)] == ["2", "3"]
    assert progress(desk, holding).not_told[0].case_id == 1


class Dying(FakeNetwork):
    """A network during whose first call the desk is killed."""

    def __init__(self, *, public: bool) -> None:
        super().__init__(commits_first=public)

    def reply(self, *of: object) -> object:  # type: ignore[override]
        if self.commits_first:
            super().reply(*of)  # type: ignore[arg-type]
        raise Killed


@pytest.mark.parametrize("name", ["", "x_42", "Dr. Ito"])
def test_who_shows_no_first_name_is_called_by_their_handle(name: str) -> None:
    assert for_customer(f"{FIRST_NAME}, sorry.", Author(id="1", handle="@x_42", name=name)) == "@x_42, sorry."


def test_its_message_is_wanted_when_it_changes(desk: Desk) -> None:
    holding = write(desk, a_storm(desk))
    assert waiting(desk, TellingKind.HOLDING) == [holding]


def test_nothing_of_a_held_back_desk_goes_out() -> None:
    facts = {"storm": 1, "channel": CARE, "audience": Audience.WAITING, "variants": {"": WORDS}, "by": ANA}
    at = a_post("1", "x").posted_at
    assert HoldingReply(**facts, at=at).goes_on  # type: ignore[arg-type]
    assert not HoldingReply(**facts, at=at, paused_by=DEE, paused_at=at).goes_on  # type: ignore[arg-type]
    assert not HoldingReply(**facts, at=at, ended_by=DEE, ended_at=at + timedelta(1)).goes_on  # type: ignore[arg-type]


def test_who_was_taken_out_of_the_storm_before_the_approval_does_not_get_it(desk: Desk) -> None:
    storm = a_storm(desk)
    holding = write(desk, storm)
    texts = shown(desk, 1)
    acting.take_out(desk, storm.id, 2, by=DEE, at=desk.clock.now())
    joint_drafts.approve_together(desk, texts, by=BEN, at=desk.clock.now())
    send_all(desk)
    assert sorted(post for post, _ in published(desk)) == ["1", "3"]
    assert [(one.case_id, one.why) for one in progress(desk, holding).not_told] == [(2, "taken out")]


def test_who_is_taken_out_after_the_approval_does_not_get_it_either(desk: Desk) -> None:
    storm = a_storm(desk)
    write(desk, storm)
    approve(desk, 1)
    acting.take_out(desk, storm.id, 2, by=DEE, at=desk.clock.now())
    send_all(desk)
    assert sorted(post for post, _ in published(desk)) == ["1", "3"]
