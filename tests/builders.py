"""Builds cases by applying the real verbs, in memory or in a given store.

Every builder takes `store=`, and the facts of its first step by name. It returns the case as the desk has it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.base.tables import CaseState, CaseVerb, DraftVerb, FactVerb, Verb
from bot.domain.base.text import sha256_of
from bot.domain.cases import author_events, events, inquiry_events
from bot.domain.cases.apply import apply
from bot.domain.cases.case import Case, kind_owed
from bot.domain.cases.events import Event
from bot.domain.mentions import hiding_events
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side
from bot.domain.promises.promise import Promise, always_open, promise
from bot.domain.reminders import reminder_events
from bot.domain.replies import draft_events
from bot.domain.replies.draft_events import Wording
from bot.domain.replies.solo import STOP_WITHIN, Lane
from bot.domain.team.people import Group, PersonKind, Roster, Teammate
from bot.ports.store import Store

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)  # a Monday
ANA, BEN, CARO, DEE = "U0ANA", "U0BEN", "U0CARO", "U0DEE"  # teammates; Ben and Caro approve, Caro leads
OUR_ACCOUNT = "9001"
CHANNEL = "C0CARE"
WITHIN = timedelta(hours=1)
PRIYA = Author(id="501", handle="priya_k", name="Priya Kapoor", followers=214)
WORDS = "We are sorry, Priya. Your parcel left us this morning."


def a_post(post_id: str = "1001", **facts: object) -> Mention:
    """Return a complaint of Priya's about a late parcel."""
    usual: dict[str, object] = {
        "ref": PostRef("x", OUR_ACCOUNT, post_id),
        "root_id": "1001",
        "parent_id": None if post_id == "1001" else "1001",
        "author": PRIYA,
        "text": "@northwind my parcel is nine days late and nobody answers",
        "posted_at": NOW,
        "side": Side.THEIRS,
        "language": "en",
        "url": f"https://x.example/priya_k/status/{post_id}",
        "answerable": Answerable.YES,
    }
    return Mention(**(usual | facts))  # type: ignore[arg-type]


def owed(case: Case | None = None, at: datetime = NOW, within: timedelta = WITHIN) -> Promise:
    """Return the promise to an author who waits since `at`."""
    kind = kind_owed(case) if case else kind_owed(_blank(a_post(), NOW))
    return promise(kind, at, within, always_open())


def _blank(post: Mention, at: datetime) -> Case:
    return Case(
        id=0,
        network=post.ref.network,
        account=post.ref.account,
        root_id=post.root_id,
        author=post.author,
        state=CaseState.NEW,
        version=1,
        opened_at=at,
        channel=CHANNEL,
    )


def _event_classes() -> list[type[Event]]:
    places = (events, author_events, draft_events, hiding_events, inquiry_events, reminder_events)
    named = [one for module in places for one in vars(module).values() if isinstance(one, type)]
    return list(dict.fromkeys(one for one in named if issubclass(one, Event) and "verb" in vars(one)))


EVENT_CLASSES = _event_classes()  # classes that name their verb, by module
EVENTS: dict[Verb, type[Event]] = {one.verb: one for one in EVENT_CLASSES}


def do(
    store: Store | None, case: Case, verb: Verb, by: str = ANA, at: datetime | None = None, **facts: object
) -> Case:
    """Apply one event, by default a minute after the case was opened."""
    event = EVENTS[verb](by=by, at=at or case.opened_at + timedelta(minutes=1), **facts)
    return store.record(case, event) if store else apply(case, event)


# --- cases --------------------------------------------------------------------------------------------------


def opened(store: Store | None = None, post: Mention | None = None, at: datetime = NOW, **facts: object) -> Case:
    """Return a new case without an assignee."""
    post = post or a_post()
    row = store.add_mention(post, at) if store else 1
    case = replace(
        _blank(post, at), latest=row, latest_at=post.posted_at, language=post.language, promise=owed(at=at)
    )
    case = replace(case, **facts)  # type: ignore[arg-type]
    event = events.Opened(by="network", at=at, mention=row)
    return store.open_case(case, event) if store else replace(case, id=412)


def claimed(store: Store | None = None, by: str = ANA, **facts: object) -> Case:
    """Return an open case that Ana holds."""
    return do(store, opened(store, **facts), CaseVerb.CLAIM, by=by)  # type: ignore[arg-type]


def answered_elsewhere(store: Store | None = None, **facts: object) -> Case:
    """Return a pending case that nobody holds: a teammate answered from the network's own app."""
    return do(store, opened(store, **facts), CaseVerb.ANSWERED_ELSEWHERE, by="network")  # type: ignore[arg-type]


def replied(store: Store | None = None, **facts: object) -> Case:
    """Return a pending case that Ana holds: our reply is public."""
    return delivered(store, **facts)


def solved(store: Store | None = None, **facts: object) -> Case:
    """Return a case that Ana held and solved."""
    return do(store, claimed(store, **facts), CaseVerb.SOLVE, reason="Parcel arrived")  # type: ignore[arg-type]


def dismissed(store: Store | None = None, **facts: object) -> Case:
    """Return a case set aside for a day."""
    case = claimed(store, **facts)  # type: ignore[arg-type]
    until = case.opened_at + timedelta(days=1)
    return do(store, case, CaseVerb.DISMISS, reason="Trolling", until=until)


def closed(store: Store | None = None, **facts: object) -> Case:
    """Return a closed case."""
    return do(store, solved(store, **facts), CaseVerb.CLOSE, by="desk")


# --- drafts -------------------------------------------------------------------------------------------------


def drafted(store: Store | None = None, text: str = WORDS, by: str = ANA, **facts: object) -> Case:
    """Return a claimed case with a draft in writing."""
    case = claimed(store, by=by, **facts)
    return start(store, case, text, by)


def start(store: Store | None, case: Case, text: str = WORDS, by: str = ANA, **facts: object) -> Case:
    """Start a draft on a case."""
    own = {name: facts.pop(name) for name in ("at", "kind", "corrects") if name in facts}
    return do(store, case, FactVerb.STARTED, by=by, words=wording(case, text, **facts), **own)  # type: ignore[arg-type]


def wording(case: Case, text: str = WORDS, **facts: object) -> Wording:
    """Return words for a draft, in answer to the post of the live draft, else to the first post."""
    target, draft = PostRef(case.network, case.account, case.root_id), case.draft
    usual: dict[str, object] = {"target": target, "mention": case.latest, "seen": case.latest}
    if draft is not None and draft.live:
        usual = {"target": draft.target, "mention": draft.target_mention, "seen": draft.seen}
    return Wording(text=text, **({"digest": sha256_of(text)} | usual | facts))  # type: ignore[arg-type]


def in_review(store: Store | None = None, asked: str = BEN, **facts: object) -> Case:
    """Return a case with a draft of Ana's that Ben is asked to approve."""
    return do(store, drafted(store, **facts), DraftVerb.SUBMIT, to=asked)  # type: ignore[arg-type]


def put_up_long_ago(store: Store, case: Case, at: datetime = NOW) -> Case:
    """Submit words on an answered case as an earlier version did, without a promise of a decision."""
    return do(store, start(store, case, at=at), DraftVerb.SUBMIT, at=at, to=BEN)


def approved(store: Store | None = None, by: str = BEN, **facts: object) -> Case:
    """Return a case with a draft that Ben approved and that is not being sent yet."""
    case = in_review(store, **facts)  # type: ignore[arg-type]
    return do(store, case, DraftVerb.APPROVE, by=by, seen=case.latest)


def let_out_solo(store: Store | None = None, lane: Lane = Lane.TEMPLATE, **facts: object) -> Case:
    """Return a case with a solo reply of Ben's that is not being sent yet."""
    case = start(store, claimed(store, by=BEN, **facts), by=BEN, template="late", template_text=WORDS)
    case = do(store, case, DraftVerb.SUBMIT, by=BEN, to=CARO, told=False)
    return do(
        store, case, DraftVerb.APPROVE, by=BEN, seen=case.latest, lane=lane, reason=WHY if lane == Lane.REASON else ""
    )


def sent_alone(store: Store | None = None, lane: Lane = Lane.REASON, **facts: object) -> Case:
    """Return a case with a public solo reply that no lead has read."""
    case = let_out_solo(store, lane, **facts)
    soon = case.opened_at + timedelta(minutes=1) + STOP_WITHIN
    case = do(store, case, DraftVerb.SEND, by="desk", key=f"alone-{case.id}", at=soon)
    return do(store, case, DraftVerb.DELIVERED, by="network", post_id=f"3{case.id}", url=REPLY_URL, at=soon)


WHY = "Her train leaves at ten"


def sending(store: Store | None = None, **facts: object) -> Case:
    """Return a case whose reply is being sent."""
    return do(store, approved(store, **facts), DraftVerb.SEND, by="desk", key="attempt-1")  # type: ignore[arg-type]


def delivered(store: Store | None = None, **facts: object) -> Case:
    """Return a case whose reply is public."""
    return do(store, sending(store, **facts), DraftVerb.DELIVERED, by="desk", post_id="2001", url=REPLY_URL)


def failed(store: Store | None = None, **facts: object) -> Case:
    """Return a case whose reply the network refused."""
    return do(store, sending(store, **facts), DraftVerb.REFUSED, by="desk", why="X says the text is too long")


def unconfirmed(store: Store | None = None, **facts: object) -> Case:
    """Return a case with a reply of unknown outcome, to be looked for 15 minutes after the case was opened."""
    case = sending(store, **facts)
    look_at = case.opened_at + timedelta(minutes=15)
    return do(store, case, DraftVerb.LOST, by="desk", why="No answer came", until=look_at)


def by_hand(store: Store | None = None, **facts: object) -> Case:
    """Return a case with an approved reply that a person has to post."""
    case = approved(store, **facts)  # type: ignore[arg-type]
    return do(store, case, DraftVerb.HAND_OVER, by="desk", why="X lets no app answer this")


def withdrawn(store: Store | None = None, **facts: object) -> Case:
    """Return a case with a draft that was withdrawn before anybody saw it."""
    return do(store, drafted(store, **facts), DraftVerb.WITHDRAW)  # type: ignore[arg-type]


REPLY_URL = "https://x.example/northwind/status/2001"

Builder = Callable[..., Case]
# A builder for every state of each table, for tests of all states.
CASES: dict[str, Builder] = {
    "new": opened,
    "open": claimed,
    "pending": replied,
    "pending, nobody's": answered_elsewhere,
    "solved": solved,
    "dismissed": dismissed,
    "closed": closed,
}
DRAFTS: dict[str, Builder] = {
    "writing": drafted,
    "in_review": in_review,
    "approved": approved,
    "approved, and may be stopped": let_out_solo,
    "sending": sending,
    "failed": failed,
    "unconfirmed": unconfirmed,
    "by_hand": by_hand,
    "sent": delivered,
    "withdrawn": withdrawn,
}


# --- people -------------------------------------------------------------------------------------------------

ROSTER = Roster(approvers=frozenset({BEN, CARO}), leads=frozenset({CARO}))


def a_teammate(user: str = ANA, kind: PersonKind = PersonKind.MEMBER, at: datetime = NOW) -> Teammate:
    """Return a teammate as read from Slack."""
    return Teammate(
        id=user, name=user.removeprefix("U0").capitalize(), kind=kind, fetched_at=at, zone="Europe/Berlin"
    )


def the_team(at: datetime = NOW) -> list[Teammate]:
    """Return Ana, Ben, Caro and Dee."""
    return [a_teammate(user, at=at) for user in (ANA, BEN, CARO, DEE)]


def a_group(group: str = "S0LEADS", members: tuple[str, ...] = (CARO,), at: datetime = NOW) -> Group:
    """Return a user group."""
    return Group(id=group, members=frozenset(members), fetched_at=at)
