"""The cost of a query depends on what is open or on its period, not on everything there ever was."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.domain.accounts.holds import AccountHold, Use
from bot.domain.accounts.spending import Charge
from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import CaseVerb, DraftVerb, FactVerb
from bot.domain.cases.events import Dismissed
from bot.domain.cases.inquiry_events import Inquired
from bot.domain.cases.queue import Only, Place
from bot.domain.cases.same_person import HowKnown, SamePerson
from bot.domain.do_not_feed.aside import Aside, AsideKind
from bot.domain.do_not_feed.sample import Candidate, SampleVerdict
from bot.domain.erasure.erased_list import ErasedList
from bot.domain.halts.halt import Halt, HaltKind
from bot.domain.light_lane.light_mention import LightState, LightVerb
from bot.domain.light_lane.thank_you import LikeState, ThankYouVerb
from bot.domain.mentions.hiding_events import HideAsked
from bot.domain.mentions.silence import hour_of
from bot.domain.reminders.claim_checks import ClaimCheck
from bot.domain.reminders.reminder_events import ClaimChecked
from bot.domain.replies.draft import Draft
from bot.domain.replies.sentences import sentences
from bot.domain.replies.statement import PostState, Statement, StatementPost, StatementState
from bot.domain.replies.template_version import TemplateVersion, VersionState
from bot.domain.slack.telling import REMINDING
from bot.domain.storms.holding_reply import Audience, HoldingReply
from bot.domain.storms.spikes import Spike
from bot.domain.storms.storm import Mark, MarkKind, Standout, Storm
from bot.domain.team.shifts import ShiftChange
from bot.domain.team.swaps import Swap, SwapState
from bot.domain.triage.triage import Kind, Triage
from bot.ports.network import Unparsed
from bot.ports.store import Store
from storage import SqlStore
from storage.engine.base import NOTHING, Params, Row
from storage.engine.postgres import PostgresEngine
from storage.engine.sqlite import SqliteEngine
from tests import builders, history, walking
from tests.builders import ANA, BEN, NOW, OUR_ACCOUNT, a_post, do
from tests.engines import ENGINES, fresh_address
from tests.long import part
from tests.storage.scenes import another, taken_back

DAY = timedelta(days=1)
[SENTENCE] = sentences("The courier has it now and brings it to your door.", ())
LATER = NOW + 400 * DAY  # long after everything that has ended
FEW, MANY = 40, 400  # closed cases
A_LEVEL = 40  # steps of a lookup in the index of words that is a level deeper
GROWS_BY = 1.3  # at most, for a history ten times as long: an index is one level deeper

Ask = Callable[[SqlStore], object]
STATEMENT = Statement(by=ANA, at=NOW, posts=[StatementPost(network="x", account=OUR_ACCOUNT, text="Sorry.")])
BROUGHT = replace(STATEMENT, by="source status-page", event="inc-1")
VERSION = TemplateVersion(name="late", content="x", state=VersionState.PROPOSED, by=ANA, at=NOW)

# Cases of the template store, each with the property of its name; all but the closed one are open.
CLOSED, NEW, CLAIMED, REVIEW, UNSURE = range(1, 6)


def furnished(store: SqlStore, closed: int) -> None:
    """Fill a store with few open cases and so many closed ones."""
    ended = [history.lived_through(store)]
    builders.opened(store, post=another("2"))
    builders.claimed(store, post=another("3"))
    builders.in_review(store, post=another("4"))
    builders.unconfirmed(store, post=another("5"))
    store.notice("told", "C0LEADS", "Something to read.", NOW)
    store.add_swap(SWAP)
    store.quarantine("x", OUR_ACCOUNT, ODD, NOW)
    store.write_handover(NOW, [(CLAIMED, ANA)], "C0CARE", NOW)
    store.gather(ANA, NOW)
    store.add_spike(SPIKE, [NEW])
    store.open_storm(STORM)
    ended.append(history.let_out_alone(store, another("6")))
    light(store, "light", 0)
    decided_long_ago(store, closed)
    history.shown(store)
    numbers = history.strides(store.engine)
    for case in ended:
        history.repeat(store.engine, case.id, closed, numbers)
    posted_long_ago(store, closed)
    while store.index_words():
        pass
    store.tell_head(NOW.date(), NOW)  # as every day; the next head is about what changed since


def light(store: SqlStore, post: str, hours_ago: int) -> int:
    row = store.add_mention(another(post), NOW)
    store.gather_light(row, Kind.PRAISE, "C0CARE", NOW - timedelta(hours=hours_ago), NOW)
    return row


def decided_long_ago(store: SqlStore, many: int) -> None:
    """Fill the light lane with what was decided in earlier hours; its lines in the desk's chain are left out."""
    copied = """INSERT INTO light_mentions (mention_id, digest_id, kind, state, decided_by, since)
        SELECT :row, digest_id, kind, 'set_aside', 'desk', since FROM light_mentions WHERE mention_id = :first"""
    first = waiting(store)
    for number in range(many):
        row = store.add_mention(another(f"light-{number}"), NOW)
        store.engine.run(copied, {"row": row, "first": first})
        store.engine.run(
            "INSERT INTO light_digests (channel, hour) VALUES ('C0CARE', :hour)", {"hour": 1_000 + number}
        )
        store.engine.run(
            "UPDATE light_mentions SET digest_id = (SELECT id FROM light_digests WHERE hour = :hour) WHERE mention_id = :row",
            {"hour": 1_000 + number, "row": row},
        )
        thanked = "INSERT INTO thank_yous (mention_id, state, week, decided_by, decided_at) VALUES (:row, 'declined', 1, 'desk', 1)"
        store.engine.run(thanked, {"row": row})


def posted_long_ago(store: SqlStore, many: int) -> None:
    """Add so many statements that are public; their lines in the desk's chain are left out."""
    for _ in range(many):
        store.add_statement(STATEMENT)
    store.engine.run("UPDATE statements SET state = 'approved'")
    store.engine.run("UPDATE statement_posts SET state = 'sent'")


def waiting(store: SqlStore) -> int:
    return store.lights_waiting([Kind.PRAISE])[0].mention


SWAP = Swap(id=0, asker=ANA, taker=BEN, begins=NOW + DAY, ends=NOW + 2 * DAY, asked_at=NOW, state=SwapState.ASKED)
HALT = Halt(kind=HaltKind.PAUSE, by=ANA, at=LATER, why="Caro has paused sending.")
HOLD = AccountHold(
    network="x", account=OUR_ACCOUNT, use=Use.WRITE, held_at=NOW, until=NOW + DAY, why="Slow", met=Use.POLL
)
SPIKE = Spike(id=0, traits=(), words=("app",), since=NOW, noticed_at=NOW, usual=1.0)
STORM = Storm(channel="C0CARE", traits=(), words=("app",), since=NOW, opened_at=NOW, opened_by=ANA, spike=1)
MARK = Mark(kind=MarkKind.ROLE, name="owner", person=ANA, at=NOW)
ODD = Unparsed(raw=b"odd", why="no text")


def checked(store: SqlStore) -> ClaimCheck:
    store.record(store.case(CLAIMED), ClaimChecked(by="desk", at=LATER, to=ANA, since=NOW))
    return store.last_check(CLAIMED)  # type: ignore[return-value]


def inquired(store: SqlStore) -> int:
    facts = {"team": "Billing", "channel": "C0ASKED", "text": "Was it taken back?", "mention": 1, "due_at": LATER}
    store.record(store.case(NEW), Inquired(by=ANA, at=LATER, **facts))
    return store.inquiries(NEW)[-1].id


def wished(store: SqlStore) -> int:
    store.record(store.case(NEW), HideAsked(by=ANA, at=LATER, mention=store.case(NEW).latest, reason="Spam."))
    return store.hidings(NEW)[-1].id


def good(store: SqlStore) -> int:
    """Return the row of praise that somebody likes, and offers."""
    row = light(store, "thank-you", -4)
    store.put_triage(row, Triage(kind=Kind.PRAISE), LATER)
    store.begin_thank_you_like(row, by=BEN, at=LATER, words="w")
    store.decide_thank_you(row, ThankYouVerb.OFFER, by=BEN, at=LATER, words="w")
    return row


def may_be_quoted(store: SqlStore) -> int:
    row = good(store)
    store.decide_thank_you(row, ThankYouVerb.APPROVE, by=ANA, at=LATER, week=700_000)
    store.want_quotes(700_000, "C0CARE", LATER)
    return row


def let_out(store: SqlStore) -> int:
    found = store.statement(store.add_statement(STATEMENT))
    store.decide_statement(replace(found, terms="t"), StatementState.APPROVED, by=BEN, at=LATER)
    return found.id


def joint(store: SqlStore) -> int:
    case = store.case(REVIEW)
    return store.add_joint_draft(REVIEW, [draft_of(store).id], channel=case.channel, by=ANA, at=LATER, asked=BEN)


def an_aside(store: SqlStore) -> Aside:
    do(store, store.case(CLAIMED), CaseVerb.DISMISS, at=LATER, reason="", kind=AsideKind.TROLL)
    return store.asides()[0]


def an_asked_one(store: SqlStore) -> Aside:
    store.ask_aside(store.case(CLAIMED), Dismissed(by=ANA, at=LATER, reason=""))
    return store.asides_asked()[0]


def same_person(store: SqlStore) -> SamePerson:
    """Join the author of a case with one on another network."""
    case = store.case(NEW)
    other = replace(store.case(CLAIMED), network="mastodon")
    store.join_people(case, other, how=HowKnown.COLLEAGUE, note="Caro", by=ANA, at=LATER)
    return store.same_people(case.network, case.author.id)[-1]


def sampled(store: SqlStore) -> int:
    """Make a sample of one case; return the row of that."""
    row = store.add_sample("2026-01", "seed", [Candidate(reason="troll", case=NEW)], 1, LATER)
    return store.open_sample_items(row)[0].id


def not_fed(store: SqlStore) -> int:
    row = store.add_mention(another("904"), LATER)
    store.put_aside(row, an_aside(store), LATER)
    return row


def held_back(store: SqlStore) -> HoldingReply:
    made = HoldingReply(
        storm=1, channel="C0CARE", audience=Audience.WAITING, variants={"": "Sorry"}, by=ANA, at=LATER
    )
    return replace(made, id=store.add_holding_reply(made))


def draft_of(store: SqlStore, number: int = REVIEW) -> Draft:
    return store.case(number).draft  # type: ignore[return-value]


def reminded(store: SqlStore) -> None:
    case = store.case(NEW)
    store.remind_all([(case, walking.event_for(case, FactVerb.REMINDED, "desk", NOW + timedelta(minutes=31)))])


def searched(store: SqlStore) -> list[object]:
    # For words in most posts, PostgreSQL's statistics decide whether it reads the newest posts or the index.
    everybody = ("parcel late",) if store.engine.name == "sqlite" else ()
    return [store.find(said, private=True) for said in ("@someone2", "nowhere", "2", "", *everybody)]


ONLY = (Only(), Only(channel="C0CARE"), Only(topic="late"), Only(languages=["en"]))
PLACE = Place(0, 0, 0, 0)


# Every method of the port, as it is used. Queries for a period use one in which nothing happened.
ASKED: dict[str, Ask] = {
    "add_gap": lambda s: s.add_gap("x", OUR_ACCOUNT, "why", LATER, LATER + DAY),
    "add_spike": lambda s: s.add_spike(SPIKE, [NEW]),
    "answered_since": lambda s: s.answered_since(UNSURE, "2", LATER),
    "heard_after": lambda s: s.heard_after(s.row_before(LATER)),
    "loudest_within": lambda s: s.loudest_within(LATER, LATER + DAY, 3),
    "row_before": lambda s: s.row_before(LATER),
    "first_heard_at": lambda s: s.first_heard_at(),
    "heard_within": lambda s: s.heard_within(LATER, LATER + DAY, 100),
    "opened_on": lambda s: s.opened_on(LATER, LATER + DAY),
    "put_counts": lambda s: s.put_counts(hour_of(LATER), {}, {}, 0),
    "counted_in": lambda s: s.counted_in([hour_of(LATER)]),
    "opened_usually": lambda s: s.opened_usually(hour_of(LATER), hour_of(LATER) + 24),
    "join_spike": lambda s: s.join_spike(replace(SPIKE, id=1), [CLAIMED]),
    "end_spike": lambda s: s.end_spike(1, LATER),
    "storm_figures": lambda s: s.storm_figures(1, LATER),
    "storm_loudest": lambda s: s.storm_loudest(1, 3),
    "storm_standouts": lambda s: s.storm_standouts(1, 3),
    "storm_page": lambda s: s.storm_page(1),
    "storm_spreading": lambda s: s.storm_spreading(1, LATER, 1),
    "storm_campaigns": lambda s: s.storm_campaigns(1, 1),
    "cards_in": lambda s: s.cards_in("C0CARE", LATER, LATER + DAY, 10),
    "mark_storm": lambda s: s.mark_storm(1, MARK),
    "unmark_storm": lambda s: s.unmark_storm(1, MARK.kind, MARK.name, ANA, LATER),
    "storm_marks": lambda s: s.storm_marks(1),
    "widen_storm": lambda s: s.widen_storm(1, [], ["app"]),
    "want_storm": lambda s: s.want_storm(1, LATER),
    "redraw_storm": lambda s: s.redraw_storm(1, LATER),
    "want_pause": lambda s: s.want_pause(1, "C0CARE", LATER),
    "storms_that_grew": lambda s: s.storms_that_grew(LATER, DAY),
    "storm_reminded": lambda s: s.storm_reminded(1, LATER, 50),
    "storm_asked": lambda s: s.storm_asked(1, LATER),
    "open_storm": lambda s: s.open_storm(STORM),
    "storm": lambda s: s.storm(1),
    "storm_message": lambda s: s.storm_message(1),
    "open_storms": lambda s: s.open_storms(),
    "storm_of_spike": lambda s: s.storm_of_spike(1),
    "end_storm": lambda s: s.end_storm(1, ANA, LATER),
    "stand_out": lambda s: s.stand_out(1, NEW, Standout.NEW_INFORMATION, LATER),
    "storm_cases": lambda s: s.storm_cases(1),
    "untold_cases": lambda s: s.untold_cases(1),
    "storm_counts": lambda s: s.storm_counts(1),
    "placed": lambda s: s.placed(1, NEW),
    "storm_posts": lambda s: s.storm_posts(1),
    "spike_cases_outside": lambda s: s.spike_cases_outside(1),
    "folded_beside": lambda s: s.folded_beside("x", "2"),
    "left_in_storms_over": lambda s: s.left_in_storms_over(),
    "spikes": lambda s: s.spikes(LATER),
    "spike_cases": lambda s: s.spike_cases(1),
    "spike_folded": lambda s: s.spike_folded(1),
    "spike_people": lambda s: s.spike_people(1),
    "loudest_in": lambda s: s.loudest_in(1, 3),
    "add_charges": lambda s: s.add_charges("x", OUR_ACCOUNT, NOW.date(), {Charge.POST: 3}),
    "charges": lambda s: [s.charges("x", OUR_ACCOUNT, NOW.date()), s.charges("x", "", NOW.date())],
    "hold_account": lambda s: s.hold_account(HOLD),
    "account_holds": lambda s: s.account_holds("x", OUR_ACCOUNT),
    "halts": lambda s: s.halts(),
    "halt": lambda s: s.halt(HALT),
    "end_halt": lambda s: [s.halt(HALT), s.end_halt(HaltKind.PAUSE, "", "", LATER)],
    "put_off_tellings": lambda s: s.put_off_tellings(REMINDING, "held", LATER, LATER + DAY),
    "epochs": lambda s: s.epochs(),
    "begin_epoch": lambda s: s.begin_epoch(replace(HALT, kind=HaltKind.HOLD), why="restored", nonce="n"),
    "highest_telling": lambda s: s.highest_telling(),
    "last_known_at": lambda s: s.last_known_at(),
    "witness": lambda s: s.witness("d"),
    "page_checksums": lambda s: s.page_checksums(),
    "take_up": lambda s: s.take_up(),
    "desk_line": lambda s: s.desk_line(1),
    "release_account": lambda s: s.release_account("x", OUR_ACCOUNT, LATER),
    "add_mention": lambda s: s.add_mention(another("900"), LATER),
    "add_swap": lambda s: s.add_swap(replace(SWAP, asker="U0X", begins=LATER, ends=LATER + DAY)),
    "count_solo": lambda s: s.count_solo(LATER, LATER + DAY),
    "asked_of": lambda s: [s.asked_of(BEN, limit=3), s.asked_of(BEN, limit=3, after=PLACE)],
    "came_back_to": lambda s: s.came_back_to(ANA),
    "due_for": lambda s: [s.due_for(ANA, None, LATER, limit=3), s.due_for("", LATER, None, limit=3)],
    "measures": lambda s: s.measures(LATER),
    "longest_waiting": lambda s: s.longest_waiting(3),
    "promises_of": lambda s: s.promises_of(ANA, LATER, LATER),
    "arrivals": lambda s: s.arrivals("x", OUR_ACCOUNT, hour_of(LATER)),
    "ask": lambda s: s.ask(1),
    "asks_of": lambda s: s.asks_of(draft_of(s).id),
    "audit": lambda s: [*s.audit("case:2"), *s.audit("desk")],
    "audit_line": lambda s: s.audit_line(NEW, 1),
    "backlog": lambda s: s.backlog("C0CARE"),
    "begun_tellings": lambda s: s.begun_tellings(),
    "card": lambda s: s.card(NEW),
    "case": lambda s: s.case(NEW),
    "case_at_draft": lambda s: s.case_at_draft(draft_of(s).id),
    "case_of_draft": lambda s: s.case_of_draft(draft_of(s).id),
    "cases": lambda s: s.cases([NEW, CLAIMED]),
    "change_mention": lambda s: s.change_mention(s.case(NEW).latest, a_post(text="other"), LATER),
    "claim_check": lambda s: s.claim_check(checked(s).id),
    "cursor": lambda s: s.cursor("x", OUR_ACCOUNT, "mentions"),
    "day_end": lambda s: s.day_end(LATER),
    "aside": lambda s: s.aside(an_aside(s).id),
    "asides": lambda s: s.asides(after=an_aside(s).id),
    "ask_aside": an_asked_one,
    "asides_asked": lambda s: s.asides_asked(),
    "decline_aside": lambda s: s.decline_aside(an_asked_one(s), by=BEN, at=LATER),
    "posts_to_check": lambda s: s.posts_to_check("x", OUR_ACCOUNT, LATER, along=DAY, since=NOW, limit=50),
    "put_off_checks": lambda s: s.put_off_checks([s.case(NEW).latest], LATER),
    "drop_checks": lambda s: s.drop_checks([s.case(NEW).latest]),
    "join_people": same_person,
    "same_people": lambda s: [same_person(s), s.same_people("x", s.case(NEW).author.id)],
    "part_people": lambda s: s.part_people(s.case(NEW), same_person(s)),
    "public_cases_of": lambda s: [
        s.public_cases_of("x", s.case(NEW).author.id, 8, live=one) for one in (True, False)
    ],
    "is_impostor": lambda s: s.is_impostor("x", an_aside(s).by),
    "impostors_beside": lambda s: s.impostors_beside(s.case(NEW)),
    "written_to": lambda s: s.written_to(s.case(NEW), LATER - DAY, 30),
    "impostor_customers": lambda s: s.impostor_customers(NEW),
    "add_sample": sampled,
    "sample": lambda s: s.sample(s.sample_item(sampled(s))[1]),
    "newest_sample": lambda s: s.newest_sample(),
    "sample_item": lambda s: s.sample_item(sampled(s)),
    "open_sample_items": sampled,
    "judge_sample_item": lambda s: s.judge_sample_item(sampled(s), SampleVerdict.RIGHT, by=ANA, at=LATER),
    "aside_count": lambda s: s.aside_count(),
    "aside_of_author": lambda s: s.aside_of_author("x", an_aside(s).by, LATER),
    "put_aside": not_fed,
    "aside_post": lambda s: s.aside_post(not_fed(s)),
    "aside_posts": lambda s: s.aside_posts(s.aside_post(not_fed(s)).aside),  # type: ignore[union-attr]
    "open_aside_post": lambda s: s.open_aside_post(not_fed(s), NEW, by=ANA, at=LATER),
    "decide_light": lambda s: s.decide_light(light(s, "902", -2), LightVerb.LIKE, by=ANA, at=LATER),
    "template_versions": lambda s: s.template_versions(VersionState.CURRENT),
    "versions_of_template": lambda s: s.versions_of_template("late"),
    "template_version": lambda s: s.template_version(s.add_template_version(VERSION)),
    "template_mark": lambda s: s.template_mark(),
    "add_template_version": lambda s: s.add_template_version(VERSION),
    "decide_template_version": lambda s: s.decide_template_version(
        s.template_version(s.add_template_version(VERSION)), VersionState.DECLINED, by=ANA, at=LATER
    ),
    "add_statement": lambda s: s.add_statement(STATEMENT),
    "statement": lambda s: s.statement(s.add_statement(STATEMENT)),
    "statements": lambda s: [*s.statements(4), *s.statements(4, waiting=True), *s.statements(4, approved=True)],
    "proposed_statements": lambda s: s.proposed_statements(),
    "statements_lately": lambda s: s.statements_lately(LATER),
    "statements_about": lambda s: s.statements_about(1, 2),
    "statements_with_post": lambda s: s.statements_with_post("x", "9000"),
    "statement_of_event": lambda s: s.statement_of_event(s.statement(s.add_statement(BROUGHT)).by, "inc-1"),
    "decide_statement": let_out,
    "terms_in_trail": lambda s: s.terms_in_trail(let_out(s)),
    "statement_post": lambda s: s.statement_post(s.statement(let_out(s)).posts[0].id),
    "undone_statement_posts": lambda s: s.undone_statement_posts(),
    "move_statement_post": lambda s: s.move_statement_post(s.statement(let_out(s)).posts[0], was=PostState.WAITING),
    "sent_replies": lambda s: s.sent_replies(LATER),
    "answered_like": lambda s: [s.answered_like([word], NEW) for word in ("nowhere", "order7")],
    "find_without_case": lambda s: s.find_without_case("nowhere", private=True),
    "gather_light": lambda s: light(s, "903", -3),
    "add_joint_draft": joint,
    "add_holding_reply": held_back,
    "machine_words_in_storm": lambda s: s.machine_words_in_storm(held_back(s).storm, 50),
    "holding_reply": lambda s: s.holding_reply(held_back(s).id),
    "holding_replies": lambda s: s.holding_replies(),
    "pause_holding": lambda s: s.pause_holding(held_back(s).id, ANA, LATER),
    "resume_holding": lambda s: s.resume_holding(held_back(s).id, ANA, LATER),
    "end_holding": lambda s: s.end_holding(held_back(s).id, ANA, LATER),
    "paused_by": lambda s: s.paused_by(draft_of(s).id),
    "put_holding_case": lambda s: s.put_holding_case(held_back(s).id, s.case(NEW), why="its post is deleted"),
    "holding_case_of": lambda s: s.holding_case_of(1, s.case(NEW)),
    "holding_words": lambda s: s.holding_words(1),
    "live_holding_drafts": lambda s: s.live_holding_drafts(1),
    "sent_with_link": lambda s: s.sent_with_link("https://x.example/northwind/status/1", NOW),
    "holding_waits": lambda s: s.holding_waits(1),
    "holding_candidates": lambda s: [
        s.holding_candidates(replace(held_back(s), audience=one), 9) for one in Audience
    ],
    "holding_progress": lambda s: s.holding_progress(held_back(s)),
    "move_holding": lambda s: s.move_holding(held_back(s).id, 1, LATER),
    "holding_stuck": lambda s: s.holding_stuck(3),
    "storm_untold": lambda s: s.storm_untold(1, 3),
    "holding_of": lambda s: s.holding_of(1),
    "holding_written": lambda s: s.holding_written(1),
    "storm_languages": lambda s: s.storm_languages(1, 4),
    "joint_draft": lambda s: s.joint_draft(joint(s)),
    "joint_of": lambda s: s.joint_of(draft_of(s).id),
    "siblings": lambda s: s.siblings(s.case(NEW), 3),
    "siblings_to_answer": lambda s: [s.siblings_to_answer(s.case(NEW), ANA, 10, held=one) for one in (True, False)],
    "light": lambda s: s.light(waiting(s)),
    "light_count": lambda s: s.light_count(),
    "light_digest": lambda s: s.light_digest(s.light(waiting(s)).digest),  # type: ignore[union-attr]
    "lights_in": lambda s: s.lights_in(s.light(waiting(s)).digest, LightState.WAITING),  # type: ignore[union-attr]
    "lights_liking": lambda s: s.lights_liking(NOW),
    "thank_you_queue": lambda s: (good(s), s.thank_you_queue(NOW)),
    "is_thank_you": lambda s: s.is_thank_you(good(s)),
    "thank_you": lambda s: s.thank_you(good(s)),
    "offered_thank_yous": lambda s: (good(s), s.offered_thank_yous(4)),
    "offered_thank_you_count": lambda s: (good(s), s.offered_thank_you_count()),
    "hold_like": lambda s: s.hold_like(good(s)),
    "approved_thank_yous": lambda s: (may_be_quoted(s), s.approved_thank_yous()),
    "thank_yous_of_week": lambda s: (may_be_quoted(s), s.thank_yous_of_week(700_000, 20)),
    "thank_yous_that_left": lambda s: (may_be_quoted(s), s.thank_yous_that_left(699_000, 20)),
    "decide_thank_you": may_be_quoted,
    "begin_thank_you_like": good,
    "end_thank_you_like": lambda s: s.end_thank_you_like(good(s), LikeState.LIKED, by=BEN, at=LATER),
    "thank_you_like_tried": lambda s: s.thank_you_like_tried(good(s)),
    "thank_yous_liking": lambda s: (good(s), s.thank_yous_liking(NOW)),
    "want_quotes": may_be_quoted,
    "redraw_quotes_with": lambda s: s.redraw_quotes_with(may_be_quoted(s), LATER),
    "lights_over": lambda s: s.lights_over([Kind.PRAISE], LATER),
    "lights_waiting": lambda s: s.lights_waiting([Kind.PRAISE]),
    "like_tried": lambda s: s.like_tried(waiting(s)),
    "redraw_light": lambda s: s.redraw_light(waiting(s), LATER),
    "show_what_grew": lambda s: s.show_what_grew(LATER),
    "decided": lambda s: s.decided(LATER, LATER + DAY, LATER),
    "decide_swap": lambda s: s.decide_swap(1, SwapState.ACCEPTED, LATER),
    "drop_words": lambda s: s.drop_words(NEW, ANA),
    "find": searched,
    "put_together": lambda s: [s.put_together(one, LATER) for one in s.to_tell(LATER) if one.recipient],
    "messages_in": lambda s: s.messages_in(1),
    "forget": lambda s: s.forget([ANA]),
    "forgettings": lambda s: s.forgettings(),
    "gather": lambda s: s.gather(ANA, LATER),
    "gone": lambda s: s.gone(1, "1.1"),
    "groups": lambda s: s.groups(),
    "renew_handovers": lambda s: s.renew_handovers(ANA, LATER),
    "write_handover": lambda s: s.write_handover(LATER, [(CLAIMED, ANA)], "C0CARE", LATER),
    "handed_over": lambda s: s.handed_over(ANA, LATER, LATER + DAY),
    "handover": lambda s: s.handover(1),
    "heads": lambda s: [s.heads(LATER), s.heads(LATER, by_age=True)],
    "heard_from": lambda s: s.heard_from("x", OUR_ACCOUNT),
    "earlier_cases": lambda s: s.earlier_cases(s.case(NEW), 8),
    "history": lambda s: s.history(s.case(NEW)),
    "overdue_inquiries": lambda s: s.overdue_inquiries(LATER),
    "paced_count": lambda s: s.paced_count(),
    "index_is_behind": lambda s: s.index_is_behind(),
    "index_words": lambda s: s.index_words(),
    "is_another_reply": lambda s: s.is_another_reply(UNSURE, "2", 1),
    "is_whole": lambda s: [s.is_whole("case:2"), s.is_whole("desk")],
    "languages": lambda s: s.languages(LATER),
    "kept_and_lapsed": lambda s: s.kept_and_lapsed(LATER, LATER + DAY, LATER),
    "last_told": lambda s: s.last_told(ANA),
    "lapsed_cases": lambda s: s.lapsed_cases(LATER, LATER + DAY, LATER, 20),
    "inquiries": lambda s: s.inquiries(NEW),
    "hidings": lambda s: s.hidings(NEW),
    "hiding": lambda s: s.hiding(wished(s)),
    "hidings_to_look": lambda s: s.hidings_to_look(LATER),
    "hidden_posts": lambda s: s.hidden_posts("x", LATER),
    "note_hiding_look": lambda s: s.note_hiding_look(wished(s), LATER),
    "inquiry": lambda s: s.inquiry(inquired(s)),
    "last_check": lambda s: s.last_check(NEW),
    "cases_with_posts": lambda s: s.cases_with_posts(a_post("2"), NOW, LATER),
    "case_under": lambda s: s.case_under("x", "2", "a2"),
    "lights_of_author": lambda s: s.lights_of_author(a_post("2"), NOW, LATER),
    "merged_into": lambda s: s.merged_into(1),
    "last_closed": lambda s: s.last_closed("x", "2", "a2"),
    "let_go": lambda s: s.let_go("digest"),
    "let_in": lambda s: s.let_in("digest", LATER),
    "list_told_at": lambda s: s.list_told_at(ANA),
    "live_case": lambda s: s.live_case("x", "2", "a2"),
    "knows_author": lambda s: s.knows_author("x", "a2"),
    "live_cases": lambda s: s.live_cases("x", "a2"),
    "cases_held": lambda s: s.cases_held(),
    "loose_ends": lambda s: s.loose_ends(LATER),
    "longest_running": lambda s: s.longest_running(),
    "look_at_all_unreadables": lambda s: s.look_at_all_unreadables(),
    "mark_deleted": lambda s: s.mark_deleted(s.case(NEW).latest, LATER),
    "mention": lambda s: s.mention(s.case(NEW).latest),
    "mention_of": lambda s: s.mention_of("x", "2"),
    "hold_intake_back": lambda s: s.hold_intake_back(),
    "hold_links_back": lambda s: s.hold_links_back(),
    "note_gone": lambda s: s.note_gone("x", "2", LATER),
    "gone_among": lambda s: s.gone_among("x", ["2", "3"]),
    "has_mentions": lambda s: s.has_mentions("link"),
    "mention_of_any": lambda s: s.mention_of_any("x", ["2", "3"]),
    "identify_mention": lambda s: s.identify_mention(s.case(NEW).latest, another("901")),
    "renumber_mention": lambda s: s.renumber_mention(s.mention(s.case(NEW).latest), "901", ""),
    "move_mentions": lambda s: s.move_mentions([s.case(NEW).latest], CLAIMED),
    "mentions": lambda s: s.mentions(NEW),
    "move_cursor": lambda s: s.move_cursor("x", OUR_ACCOUNT, "mentions", "1", LATER),
    "reminded_lately": lambda s: s.reminded_lately(ANA, LATER - DAY, LATER, 4),
    "reminder": lambda s: s.reminder(1),
    "reminders_in": lambda s: [s.reminders_in(1), s.reminders_in(1, alone=True)],
    "reminders_of": lambda s: s.reminders_of(1),
    "reminders_told": lambda s: s.reminders_told(NEW),
    "never_held": lambda s: s.never_held(),
    "newest_news": lambda s: s.newest_news(NEW, ANA),
    "newest_told": lambda s: s.newest_told(NEW),
    "next_list": lambda s: s.next_list(ANA),
    "next_look_at": lambda s: s.next_look_at(),
    "next_reminder_at": lambda s: s.next_reminder_at(),
    "next_send_at": lambda s: s.next_send_at(),
    "mark_not_told": lambda s: s.mark_not_told(1, None, give_up=True),
    "note": lambda s: s.note("looked", ANA, LATER, {}),
    "notice": lambda s: s.notice("key", "C0LEADS", "Something else to read.", LATER),
    "notices_settled": lambda s: s.notices_settled("unpaired", "All is read.", LATER),
    "notice_anew": lambda s: s.notice_anew("key", "It was mended.", LATER),
    "notice_key": lambda s: s.notice_key(1),
    "notice_offers": lambda s: s.notice_offers(1),
    "notice_pieces": lambda s: s.notice_pieces(1),
    "notice_sentence": lambda s: s.notice_sentence(1),
    "open_case": lambda s: builders.opened(s, post=another("900")),
    "outbox": lambda s: s.outbox(),
    "owed_cases": lambda s: s.owed_cases(),
    "people": lambda s: s.people(),
    "person": lambda s: s.person(ANA),
    "put_triage": lambda s: s.put_triage(s.case(NEW).latest, Triage(), LATER),
    "put_people": lambda s: s.put_people([builders.a_teammate()], [builders.a_group()]),
    "put_setting": lambda s: s.put_setting("key", "value"),
    "put_shift_change": lambda s: s.put_shift_change(ShiftChange(who=ANA, on=True, since=LATER)),
    "quarantine": lambda s: s.quarantine("x", OUR_ACCOUNT, replace(ODD, raw=b"other"), LATER),
    "put_off": lambda s: s.put_off(),
    "queue": lambda s: [
        s.queue(assignee=whose, only=only, after=PLACE) for whose in (None, "", ANA) for only in ONLY
    ],
    "queue_shares": lambda s: [s.queue_shares(), s.queue_shares(assignee=ANA)],
    "queued_before": lambda s: [
        s.queued_before(PLACE, assignee=whose, only=only) for whose in (None, "", ANA) for only in ONLY
    ],
    "record": lambda s: [
        do(s, s.case(NEW), CaseVerb.CLAIM),
        do(s, s.case(REVIEW), DraftVerb.APPROVE, by=BEN, seen=1),
    ],
    "remind_all": reminded,
    "begin_erasure": lambda s: s.begin_erasure("x", "501", "command line", LATER),
    "erase_traces_left": lambda s: s.erase_traces_left(),
    "closed_before": lambda s: s.closed_before(NOW - 400 * DAY, 5),
    "erase_without_case": lambda s: s.erase_without_case(NOW - 400 * DAY, LATER, 5),
    "erase_raw": lambda s: s.erase_raw(NOW - 400 * DAY, 5),
    "erase_settled_unreadable": lambda s: s.erase_settled_unreadable(NOW - 400 * DAY, 5),
    "redraw_storms_with": lambda s: s.redraw_storms_with(NEW, LATER),
    "keep_earlier_id": lambda s: s.keep_earlier_id(s.mention(s.case(NEW).latest), "earlier"),
    "pending_erasures": lambda s: s.pending_erasures(),
    "handles_of": lambda s: s.handles_of("x", "nobody", LATER),
    "cases_to_erase": lambda s: s.cases_to_erase("x", "nobody", LATER),
    "erase_posts": lambda s: [
        s.erase_posts("x", "nobody", LATER, LATER),
        s.erase_posts("x", "501", LATER, LATER, NEW),
    ],
    "erase_unreadable": lambda s: s.erase_unreadable("x", "nobody", ["priya"], LATER),
    "reply_keys": lambda s: s.reply_keys(NEW),
    "erasures_state": lambda s: s.erasures_state(),
    "erased_list": lambda s: s.erased_list(),
    "begin_erasures_again": lambda s: s.begin_erasures_again(ErasedList(), "desk"),
    "end_erasure": lambda s: s.end_erasure(1, LATER),
    "erased_among": lambda s: s.erased_among([another("1")], ["2"], "x"),
    "reminders_due": lambda s: s.reminders_due(LATER),
    "reply_posted": lambda s: s.reply_posted(NEW, "2"),
    "resurfacing": lambda s: s.resurfacing(LATER),
    "rooms_in_use": lambda s: s.rooms_in_use(),
    "running": lambda s: list(s.running(LATER, LATER + DAY)),
    "save_words": lambda s: s.save_words(NEW, ANA, {"text": "We"}, LATER),
    "saved_words": lambda s: s.saved_words(NEW, ANA),
    "machine_words_lately": lambda s: s.machine_words_lately(50),
    "words_saved_lately": lambda s: s.words_saved_lately(ANA, 50),
    "sending": lambda s: s.sending(),
    "sent_lately": lambda s: s.sent_lately([SENTENCE], LATER),
    "sentence_went_to": lambda s: s.sentence_went_to(s.case(NEW), SENTENCE, LATER),
    "sentences_like": lambda s: s.sentences_like(s.case(NEW), SENTENCE, LATER),
    "sent_since": lambda s: s.sent_since(NEW, "x", OUR_ACCOUNT, LATER),
    "setting": lambda s: s.setting("key"),
    "renew_lease": lambda s: s.renew_lease(),
    "lease_left": lambda s: s.lease_left(),
    "turn": lambda s: s.turn("a").__enter__(),
    "claim": lambda s: s.claim("b"),
    "drop": lambda s: s.drop(s.claim("c")),
    "holder": lambda s: s.holder("d"),
    "tell_desks": lambda s: s.tell_desks("work"),
    "told_by_desks": lambda s: s.told_by_desks(0.0),
    "running_desks": lambda s: s.running_desks(),
    "answer_desks": lambda s: s.answer_desks("yes"),
    "answers_of_desks": lambda s: s.answers_of_desks(),
    "own_name": lambda s: s.own_name(),
    "clock_behind": lambda s: s.clock_behind(NOW),
    "note_own_troubles": lambda s: s.note_own_troubles(["The sender stands still."]),
    "alone_with_slack_calls": lambda s: s.alone_with_slack_calls(),
    "note_slack_call": lambda s: s.note_slack_call("post", "C0CARE"),
    "slack_calls": lambda s: s.slack_calls(0),
    "settle_unreadable": lambda s: s.settle_unreadable(1, "dropped", ANA, 0, LATER),
    "shared_answer": lambda s: s.shared_answer("key", "C0CARE", "What somebody asked for.", LATER),
    "shift_changes": lambda s: s.shift_changes(),
    "silent_claims": lambda s: s.silent_claims(),
    "since_approved": lambda s: s.since_approved(s.case(UNSURE)),
    "waiting_privately": lambda s: s.waiting_privately(LATER),
    "solved_before": lambda s: s.solved_before(LATER),
    "swap": lambda s: s.swap(1),
    "swaps": lambda s: s.swaps(NOW),
    "taken_back": lambda s: s.taken_back(NEW, "2"),
    "tally": lambda s: s.tally(LATER, LATER),
    "telling": lambda s: s.telling(1),
    "telling_of": lambda s: s.telling_of("C0CARE", "1.1"),
    "tells_urgent_lapse": lambda s: [s.tells_urgent_lapse(one) for one in s.to_tell(LATER)],
    "telling_started": lambda s: s.telling_started(1, LATER),
    "read_trail_ahead": lambda s: s.read_trail_ahead(),
    "tell_head": lambda s: s.tell_head(LATER.date(), LATER),
    "to_look_for": lambda s: s.to_look_for(LATER),
    "to_send": lambda s: s.to_send(LATER),
    "to_tell": lambda s: s.to_tell(LATER),
    "mark_told": lambda s: s.mark_told(1, "C0CARE", "1.1", 1),
    "tracked": lambda s: s.tracked(LATER, LATER + DAY),
    "triage": lambda s: s.triage(s.case(NEW).latest),
    "triages": lambda s: s.triages(NEW),
    "correct_triage": lambda s: s.correct_triage(s.case(NEW).latest, Triage(), ANA, LATER),
    "trail_seal": lambda s: s.trail_seal(),
    "tracks": lambda s: list(s.tracks(LATER, LATER + DAY)),
    "transaction": lambda s: s.transaction(),
    "undecided": lambda s: s.undecided(),
    "unreadable": lambda s: s.unreadable(1),
    "unreadable_post": lambda s: s.unreadable_post("x", OUR_ACCOUNT, "2"),
    "unreadable_count": lambda s: s.unreadable_count(),
    "unreadable_looked_at": lambda s: s.unreadable_looked_at(1, ODD, LATER),
    "unreadables": lambda s: s.unreadables(5),
    "unreadables_said": lambda s: s.unreadables_said(1, LATER),
    "unreadables_to_look_at": lambda s: s.unreadables_to_look_at(LATER, 5),
    "unsaid_unreadables": lambda s: s.unsaid_unreadables(5),
    "solo_unread": lambda s: [s.solo_unread(), s.solo_unread(by=BEN)],
    "solo_count": lambda s: s.solo_count(LATER, LATER + DAY),
    "solo_reply": lambda s: with_refusal(lambda: s.solo_reply(1)),
    "was_let_in": lambda s: s.was_let_in("digest"),
    "version": lambda s: s.version(draft_of(s).id, 1),
    "waiting_their_minute": lambda s: s.waiting_their_minute(NOW),
    "waiting_approvals": lambda s: s.waiting_approvals(),
    "written": lambda s: s.written(draft_of(s).case_id),
}
# Queries that have to read everything, and why.
READS_ALL = {
    "authors_called": "whoever runs the desk names a person to be erased, by whatever handle",
    "erase_notices": "every sentence of the desk that may name the erased person is looked at",
    "erase_elsewhere": "texts that belong to no case of the erased person are looked through for their name and words",
    "erase_case": "each table about drafts is looked through, once for each case of an erased person",
    "scrub": "the index of words is merged once a person was erased",
    "note_posts_to_check": "each post is looked at once, at most 2,000 in a round",
    "count_checks": "counted for `heard check`, and by what is shown",
    "set_aside_within": "read once a month, to choose from all of it",
    "corrections": "all that was ever corrected is counted where somebody asks for that",
    "cases_ahead": "asked once after the machine's clock was set back",
    "leave_no_moment_ahead": "done once after the machine's clock was set back",
    "fault": "every page is read every six hours, in a thread of its own, to notice damage",
    "broken_chains": "the whole trail is read where somebody asks for that",
    "show_words_in": "every message that stands in a channel is drawn anew",
    "hide_words_in": "every message that stands in a channel is drawn anew",
    "prove": "the whole trail is read where somebody asks for that",
}


# With what a proof of one case reads, which is not asked by the desk.
QUESTIONS = {**ASKED, "records_of": lambda s: s.records_of(REVIEW)}


def with_refusal(ask: Callable[[], object]) -> object:
    with suppress(Unknown):
        return ask()
    return None


def test_every_question_of_the_store_is_asked_here() -> None:
    methods = {name for name, _ in inspect.getmembers(Store, inspect.isfunction) if not name.startswith("_")}
    assert methods == ASKED.keys() | READS_ALL.keys(), "a new method of the store is asked in ASKED above, too"


# --- the cost of a query --------------------------------------------------------------------------------------


class CountingSqlite(SqliteEngine):
    """Counts the steps of SQLite's virtual machine, which do not depend on time or load."""

    def cost(self, work: Callable[[], object]) -> int:
        steps, conn = count(), self._session().conn
        conn.set_progress_handler(lambda: next(steps) < 0, 1)
        try:
            work()
        finally:
            conn.set_progress_handler(None, 1)
        return next(steps)


class CountingPostgres(PostgresEngine):
    """Counts the rows that PostgreSQL touches for a query. It is made to use indexes for small tables too."""

    counted: int | None = None

    def rows(self, sql: str, params: Params = NOTHING) -> list[Row]:
        if self.counted is not None and sql.lstrip().startswith(("SELECT", "WITH")):
            [[[plan]]] = super().rows(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
            self.counted += touched(plan["Plan"])
        return super().rows(sql, params)

    def cost(self, work: Callable[[], object]) -> int:
        for way in ("seqscan", "hashjoin", "mergejoin"):  # these are faster for a few rows, but read all of them
            self.run(f"SET enable_{way} = off")
        self.counted = 0
        work()
        found, self.counted = self.counted, None
        return found


def touched(plan: Mapping[str, Any]) -> int:
    """Return how many rows a plan and its sub-plans touched."""
    dropped = sum(plan.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck", "Join Filter"))
    own = (plan["Actual Rows"] + dropped) * plan["Actual Loops"]
    return int(own) + sum(touched(one) for one in plan.get("Plans", ()))


def counting(address: str, closed: int) -> SqlStore:
    lite = address.startswith("sqlite")
    engine = CountingSqlite(Path(address[10:]), synchronous="OFF") if lite else CountingPostgres(address)
    engine.migrate()
    store = SqlStore(engine)
    furnished(store, closed)
    return store


@pytest.fixture(scope="module", params=part(ENGINES, 2))
def stores(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[SqlStore]]:
    """Yield two stores with the same open cases and histories of different lengths."""
    opened = [
        counting(fresh_address(request.param, tmp_path_factory.mktemp(f"{closed}"), request), closed)
        for closed in (FEW, MANY)
    ]
    yield opened
    for store in opened:
        store.close()


def cost(store: SqlStore, name: str) -> int:
    """Return the cost of a query when it runs for the second time: the first time also reads the schema."""
    costs = []
    for _ in range(2):
        with taken_back(store):
            costs.append(store.engine.cost(lambda: QUESTIONS[name](store)))  # type: ignore[attr-defined]
    return costs[-1]


def test_no_question_costs_by_what_has_ended(stores: Sequence[SqlStore]) -> None:
    if stores[0].engine.name == "sqlite":
        nothing_grows(stores)  # PostgreSQL updates its statistics by itself; SQLite has none until ANALYZE
    for store in stores:
        store.engine.run("ANALYZE")
    nothing_grows(stores)


def nothing_grows(stores: Sequence[SqlStore]) -> None:
    few, many = ({name: cost(store, name) for name in QUESTIONS} for store in stores)
    grown = {name: (few[name], many[name]) for name in QUESTIONS if many[name] > few[name] * GROWS_BY + A_LEVEL}
    assert not grown, grown
