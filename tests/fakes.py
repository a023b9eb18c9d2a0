"""Small hand-written fakes of the outside: a clock that tests set, and a Slack and a network that record calls."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.cases.inquiry import OtherTeam
from bot.domain.mentions.mention import Author, Mention, PostRef, Side
from bot.domain.promises.promise import always_open
from bot.domain.replies.outcome_checks import ALWAYS_SAFE, SafeRepeat, VisibilityDelay
from bot.domain.replies.text_length import TextLength
from bot.domain.team.people import Group, PersonKind, Roster, Teammate
from bot.ports import (
    Batch,
    ChatOutcome,
    ChatTrouble,
    Desk,
    EditTerms,
    Message,
    NetworkTrouble,
    Policy,
    Posted,
    ReplyNow,
    Route,
    SendOutcome,
    Sent,
    Store,
    Turnaround,
)
from bot.ports.words import TriedTemplate
from bot.settings.triage import shipped_vocabulary

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANA, BEN, CARO, DEE, GUS, STAN = "U0ANA", "U0BEN", "U0CARO", "U0DEE", "U0GUS", "U0STAN"
APPROVERS = "S0APPROVERS"
CARE, BILLING, LEADS = "C0CARE", "C0BILLING", "C0LEADS"


@dataclass
class FakeClock:
    """A clock and a pace time that move only when a test moves them; `ahead`: clock minus pace time."""

    at: datetime = NOON
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return self.at

    def pace(self) -> float:
        return (self.at - self.ahead).timestamp()

    def real_seconds(self, pace_seconds: float) -> float:
        return pace_seconds

    def move(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at

    def set(self, **by: float) -> datetime:
        """Set the clock ahead or back, without passing time."""
        self.ahead += timedelta(**by)
        return self.move(**by)


@dataclass
class FakeChat:
    """A Slack that records calls; `outcomes` are returned first, one per call, before the usual answers."""

    people: dict[str, Teammate] = field(default_factory=dict)
    resting: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    tellings: dict[int, tuple[str, str]] = field(default_factory=dict)
    threads: dict[tuple[str, str], str] = field(default_factory=dict)
    views: list[Mapping[str, object]] = field(default_factory=list)
    homes: dict[str, list[Mapping[str, object]]] = field(default_factory=dict)  # by person, the newest last
    updated_from: list[str] = field(default_factory=list)  # the hash with which each redraw came
    view_trouble: ChatTrouble | None = None
    home_trouble: list[ChatTrouble] = field(default_factory=list)  # given out, one a call
    names: dict[str, str] = field(default_factory=dict)  # of channels, by their ids
    files: list[tuple[str, str, bytes]] = field(default_factory=list)  # to whom, name, content
    in_room: dict[str, frozenset[str]] = field(default_factory=dict)  # members of a channel; missing: unknown
    shared_rooms: set[str] = field(default_factory=set)
    file_trouble: ChatTrouble | None = None
    whispers: list[Message] = field(default_factory=list)
    whispered_in: list[str] = field(default_factory=list)  # the thread of each; empty: none
    replaced: list[bool] = field(default_factory=list)  # whether each answer took the place of its button's message
    whispered_to: list[tuple[str, str]] = field(default_factory=list)  # without an address: channel, person
    outcomes: list[ChatOutcome] = field(default_factory=list)
    shut_out: str = ""
    posts: int = 0
    updates: int = 0

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        self.posts += 1
        if self.outcomes:
            return self.outcomes.pop(0)
        return self.keep(channel, message, thread_ts, telling)

    def keep(self, channel: str, message: Message, thread_ts: str, telling: int) -> Posted:
        room = f"D{channel[1:]}" if channel.startswith("U") else channel
        ts = f"{1_700_000_000 + len(self.messages)}.000100"
        self.messages[room, ts] = message
        self.threads[room, ts] = thread_ts
        self.tellings[telling] = (room, ts)
        return Posted(room, ts)

    def update(self, channel: str, ts: str, message: Message) -> ChatOutcome:
        self.updates += 1
        if self.outcomes:
            return self.outcomes.pop(0)
        assert (channel, ts) in self.messages, "an update of a message that Slack does not hold"
        self.messages[channel, ts] = message
        return Posted(channel, ts)

    def find(self, channel: str, telling: int, since: datetime, thread_ts: str = "") -> Posted | None:
        found = self.tellings.get(telling)
        return Posted(*found) if found else None

    def marks(self, channel: str, since: datetime) -> list[int]:
        return [
            one for one, (room, ts) in self.tellings.items() if room == channel and (room, ts) not in self.threads
        ]

    def open_view(self, trigger_id: str, view: Mapping[str, object]) -> str:
        if self.view_trouble:
            raise self.view_trouble
        self.views.append(view)
        return f"V{len(self.views)}"

    def push_view(self, trigger_id: str, view: Mapping[str, object]) -> str:
        return self.open_view(trigger_id, view)

    def update_view(self, view_id: str, view: Mapping[str, object], *, hash_: str = "") -> str:
        self.views.append(view)
        self.updated_from.append(hash_)
        return f"2.{len(self.views)}"

    def publish_home(self, user: str, view: Mapping[str, object], *, hash_: str = "") -> None:
        if self.home_trouble:
            raise self.home_trouble.pop(0)
        self.homes.setdefault(user, []).append(view)

    def respond(self, response_url: str, message: Message, *, replace: bool = False, thread_ts: str = "") -> None:
        self.whispers.append(message)
        self.whispered_in.append(thread_ts)
        self.replaced.append(replace)

    def whisper(self, channel: str, user: str, message: Message, *, thread_ts: str = "") -> None:
        self.whispers.append(message)
        self.whispered_in.append(thread_ts)
        self.whispered_to.append((channel, user))

    def send_file(self, user: str, name: str, content: bytes, comment: str) -> None:
        if self.file_trouble:
            raise self.file_trouble
        self.files.append((user, name, content))

    def person(self, user: str) -> Teammate | None:
        return self.people.get(user)

    def group(self, group: str) -> Group | None:
        return self.groups.get(group)

    def members(self, channel: str) -> Group | None:
        found = self.in_room.get(channel)
        return None if found is None else Group(id=channel, members=found, fetched_at=NOON)

    def shared(self, channel: str) -> bool:
        return channel in self.shared_rooms

    def channel_name(self, channel: str) -> str:
        return self.names.get(channel, "")

    def do_not_disturb(self, users: Sequence[str]) -> Mapping[str, tuple[datetime, datetime]]:
        assert 0 < len(users) <= 50, "Slack takes one to fifty people a call"
        return {user: self.resting[user] for user in users if user in self.resting}


@dataclass
class FakeNetwork:
    """A network that records what was published; `outcomes` are returned first, before the usual answers."""

    name: str = "x"
    account: str = "42"
    handle: str = "northwind"
    limit: int = 280
    addresses: bool = True  # whether its posts have an address of their own
    streams: tuple[str, ...] = ("mentions", "own")
    visibility_delay: VisibilityDelay = field(default_factory=VisibilityDelay)
    waiting: dict[str, list[Batch]] = field(default_factory=dict)
    published: list[tuple[str, PostRef, str]] = field(default_factory=list)  # post id, target, text
    taken_back: list[str] = field(default_factory=list)
    outcomes: list[SendOutcome] = field(default_factory=list)
    commits_first: bool = False  # publish also when the planned outcome says otherwise: as after a lost answer
    readable: bool = True  # whether find_reply gets an answer
    visible: bool = True  # whether find_reply can see what was published
    says_at: datetime | None = None  # publication time of a found reply by the network; None: unknown

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        yield from self.waiting.pop(stream, [])

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        planned = self.outcomes.pop(0) if self.outcomes else None
        if planned is None or self.commits_first:
            post_id = str(9_000 + len(self.published))
            self.published.append((post_id, target, text))
            return planned or Sent(post_id, self.post_url(post_id))
        return planned

    def take_back(self, post_id: str) -> SendOutcome:
        self.taken_back.append(post_id)
        return Sent(post_id, "")

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:
        if not self.readable:
            raise NetworkTrouble("X does not answer.")
        for post_id, of, said in self.published:
            if self.visible and of == target and said == text:
                return Sent(post_id, self.post_url(post_id), self.says_at)
        return None

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:
        return (TextLength(count=len(text), limit=self.limit),)

    def web_reply_url(self, target: PostRef, text: str) -> str:
        return f"https://x.example/reply/{target.post_id}"

    def post_url(self, post_id: str, handle: str = "") -> str:
        return f"https://x.example/northwind/status/{post_id}" if self.addresses else ""

    def post_behind(self, link: str) -> str:
        found = re.match(r"https://x\.example/\w+/status/(\d+)(?![^/?#])", link)
        return found[1] if found else ""


class Killed(BaseException):
    """The process ends here."""


@dataclass
class PostingNetwork(FakeNetwork):
    """A network on which our account can post statements; `outcomes` are those of that, too."""

    posts_statements: bool = True
    killed: bool = False  # the process ends after the network took a post, and before its answer

    def post_statement(self, text: str, key: str) -> SendOutcome:
        outcome = self.reply(PostRef(self.name, self.account, ""), text, key)
        if self.killed:
            raise Killed
        return outcome

    def find_statement(self, text: str, since: datetime, key: str) -> Sent | None:
        return self.find_reply(PostRef(self.name, self.account, ""), text, since, key)

    def statement_lengths(self, text: str) -> Sequence[TextLength]:
        return self.lengths(text)


@dataclass
class EditingNetwork(FakeNetwork):
    """A network on which replies can be changed where they stand; `outcomes` are those of changes too."""

    edits_replies: bool = True
    terms: EditTerms | None = field(default_factory=EditTerms)
    safe_repeat: SafeRepeat = field(default=ALWAYS_SAFE)
    blurred: bool = False  # whether its reading tells no words apart
    renumbers: bool = False  # whether a change gives a reply another id
    newer: dict[str, str] = field(default_factory=dict)  # ids after a change, by those before it
    calls: int = 0

    def edit_terms(self, post_id: str, stored: datetime | None = None) -> EditTerms | None:
        return self.terms or (EditTerms(stored) if stored else None)

    def edit_reply(self, post_id: str, text: str, key: str) -> SendOutcome:
        self.calls += 1
        planned = self.outcomes.pop(0) if self.outcomes else None
        if planned is None or self.commits_first:
            post_id = self.reads(post_id, text)
        return planned or Sent(post_id, self.post_url(post_id))

    def reads(self, post_id: str, text: str) -> str:
        """Give a reply other words, as a person can, too; return the id that it has now."""
        now = str(int(post_id) + 50) if self.renumbers else post_id
        known = self.published
        self.published = [(now, to, text) if one == post_id else (one, to, said) for one, to, said in known]
        self.newer |= {post_id: now} if self.renumbers else {}
        return now

    def reply_now(self, post_id: str, *texts: str) -> ReplyNow | None:
        if not self.readable:
            raise NetworkTrouble("X does not answer.")
        said = {one: words for one, _, words in self.published}
        while post_id in self.newer:
            post_id = self.newer[post_id]
        if post_id not in said:
            return None
        return ReplyNow(post_id, [one for one in texts if self.blurred or said[post_id] == one])


@dataclass
class CorrectableNetwork(PostingNetwork, EditingNetwork):
    """A network on which our account can post statements, and change them where they stand."""


@dataclass
class HidingNetwork(FakeNetwork):
    """A network on which customers' posts can be hidden; `outcomes` are those of that, too."""

    hides: bool = True
    answers_hidden: bool = True
    tells: bool = True  # whether it tells which posts are hidden
    hidden: set[str] = field(default_factory=set)
    hide_calls: int = 0

    def can_hide(self, post: Mention, *, under_ours: bool) -> bool:
        return self.hides

    def set_hidden(self, post_id: str, *, hidden: bool) -> SendOutcome:
        self.hide_calls += 1
        planned = self.outcomes.pop(0) if self.outcomes else None
        if planned is None or self.commits_first:
            (self.hidden.add if hidden else self.hidden.discard)(post_id)
        return planned or Sent(post_id, "")

    def is_hidden(self, post_id: str) -> bool | None:
        if not self.readable:
            raise NetworkTrouble("X does not answer.")
        return post_id in self.hidden if self.tells else None


@dataclass(frozen=True)
class Words:
    """A minimal template."""

    name: str
    source: str
    title: str = "plain"
    use_when: str = "always"
    topics: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    said_as: tuple[str, ...] = ()
    private: bool = False
    accounts: tuple[str, ...] = ()
    language: str = "en"
    asks: Mapping[str, str] = field(default_factory=dict)
    ways: tuple[tuple[tuple[str, ...], ...], ...] = ()


@dataclass(frozen=True)
class FilledWords:
    text: str
    missing: tuple[str, ...] = ()


@dataclass
class FakeTemplates:
    """Two templates."""

    known: tuple[Words, ...] = (
        Words("sorry", "I'm sorry, {first_name}. ^{initials}", title="sorry"),
        Words("thanks", "Thank you, {first_name}. ^{initials}", title="thanks"),
    )

    def all(self) -> tuple[Words, ...]:
        return self.known

    def tried(self, name: str, content: str, facts: Mapping[str, str]) -> TriedTemplate:
        return TriedTemplate(title=name, text=content)

    def content_of(self, name: str) -> str:
        return next((one.source for one in self.known if one.name == name), "")

    def fill(self, name: str, facts: Mapping[str, str]) -> FilledWords:
        source = {one.name: one.source for one in self.known}[name]
        return FilledWords(source.format(**{"first_name": "", "initials": "", **facts}))

    def be_ready(self) -> None:
        """Nothing has to be loaded."""


def teammate(user: str, name: str, kind: PersonKind = PersonKind.MEMBER, at: datetime = NOON) -> Teammate:
    return Teammate(id=user, name=name, kind=kind, fetched_at=at)


def everybody(at: datetime = NOON) -> dict[str, Teammate]:
    return {
        ANA: teammate(ANA, "Ana", at=at),
        BEN: teammate(BEN, "Ben", at=at),
        CARO: teammate(CARO, "Caro", at=at),
        DEE: teammate(DEE, "Dee", at=at),
        GUS: teammate(GUS, "Gus", PersonKind.GUEST, at=at),
        STAN: teammate(STAN, "Stan", PersonKind.STRANGER, at=at),
    }


POLICY = Policy(
    brand="Northwind",
    channel=CARE,
    leads_channel=LEADS,
    roster=Roster(approvers=frozenset({APPROVERS}), leads=frozenset({CARO})),
    hours=always_open(),
    turnarounds=(Turnaround(within=timedelta(hours=1)), Turnaround(within=timedelta(minutes=15), priority="urgent")),
    routes=(
        Route(channel=CARE, words=("smoke*", "fire"), topic="safety", priority="urgent"),
        Route(channel=BILLING, words=("charged", "refund*"), topic="billing", priority="high"),
    ),
    slack_url="https://northwind.slack.example",
    vocabulary=shipped_vocabulary(),
    other_teams=(OtherTeam(name="Billing", channel="C0ASKED", within=timedelta(hours=2)),),
)


def a_desk(store: Store, **chosen: object) -> Desk:
    """Return a desk of fakes with all people known; Ben and Caro approve."""
    chat = FakeChat(
        people=everybody(), groups={APPROVERS: Group(id=APPROVERS, members=frozenset({BEN, CARO}), fetched_at=NOON)}
    )
    network = FakeNetwork()
    store.put_people(list(chat.people.values()), list(chat.groups.values()))
    parts: dict[str, object] = {
        "store": store,
        "chat": chat,
        "networks": {("x", "42"): network},
        "templates": FakeTemplates(),
        "clock": FakeClock(),
        "policy": POLICY,
        "secret": b"a secret of the tests",
    }
    return Desk(**{**parts, **chosen})  # type: ignore[arg-type]


def a_post(
    post_id: str, text: str, *, by: str = "priya", root: str = "", at: datetime = NOON, **facts: object
) -> Mention:
    """Return a customer's post that mentions us."""
    usual: dict[str, object] = {
        "ref": PostRef("x", "42", post_id),
        "root_id": root or post_id,
        "parent_id": root or None,
        "author": Author(id=f"id-{by}", handle=by, name=f"{by.title()} N", followers=12_400),
        "text": text,
        "posted_at": at,
        "language": "en",
        "url": f"https://x.example/{by}/status/{post_id}",
    }
    return Mention(**{**usual, **facts})  # type: ignore[arg-type]


def our_post(post_id: str, text: str, *, to: str, root: str, at: datetime = NOON) -> Mention:
    """Return a post of our own account in answer to `to`."""
    return a_post(
        post_id,
        text,
        by="northwind",
        root=root,
        at=at,
        parent_id=to,
        side=Side.OURS,
        author=Author(id="42", handle="northwind"),
    )
