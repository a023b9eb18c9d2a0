"""Views of one case in different states, for drawing: Priya, charged twice, on X."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.accounts.holds import AccountHold, Limit, Use
from bot.domain.base.tables import OURS, OVER, CaseState, DraftState
from bot.domain.cases.case import Case, Priority
from bot.domain.cases.view import CaseView, History
from bot.domain.mentions.mention import Author, Mention, PostRef, Side
from bot.domain.promises.promise import Promise, PromiseKind
from bot.domain.replies.draft import Approval, Attempt, Draft, DraftKind, Outcome
from bot.domain.replies.parts import Split
from bot.domain.replies.text_length import TextLength

SECRET = b"a secret of these tests"
NAMES = {"UANA": "Ana", "UBEN": "Ben", "UCARO": "Caro"}
COMPLAINT = 'Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind'
REPLY = (
    "Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and "
    "will tell you here by 17:00 what happens to the second charge. ^AN"
)
PRIYA = Author(id="77", handle="priya_n", name="Priya N", followers=12_400)


def at(hour: int, minute: int = 0, day: int = 12) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


NOW = at(14, 10)
TARGET = PostRef("x", "brand", "1001")


def post(row: int = 812, text: str = COMPLAINT, when: datetime | None = None, **more: Any) -> Mention:
    facts: dict[str, Any] = {
        "ref": PostRef("x", "brand", str(1000 + row - 811)),
        "root_id": "1001",
        "parent_id": None,
        "author": PRIYA,
        "text": text,
        "posted_at": when or at(14, 2),
        "language": "en",
        "url": f"https://x.com/priya_n/status/{1000 + row - 811}",
        "id": row,
    }
    return Mention(**facts | more)


def promise(**more: Any) -> Promise:
    facts: dict[str, Any] = {
        "kind": PromiseKind.FIRST_RESPONSE,
        "started_at": at(14, 2),
        "within": timedelta(hours=1),
        "due_at": at(15, 2),
        "id": 5,
    }
    return Promise(**facts | more)


def case(state: CaseState = CaseState.NEW, **more: Any) -> Case:
    facts: dict[str, Any] = {
        "id": 412,
        "network": "x",
        "account": "brand",
        "root_id": "1001",
        "author": PRIYA,
        "state": state,
        "version": 7,
        "opened_at": at(14, 2),
        "channel": "C1",
        "priority": Priority.HIGH,
        "topic": "billing",
        "language": "en",
        "latest": 812,
        "latest_at": at(14, 2),
        "promise": promise() if state in OURS else promise(kept_at=at(14, 40)),
    }
    if state == CaseState.OPEN:
        facts |= {"assignee": "UANA", "assigned_at": at(14, 6)}
    if state in {CaseState.PENDING, CaseState.CLOSED}:
        facts |= {
            "answered_at": at(14, 40),
            "first_response_at": at(14, 40),
            "answer_url": "https://x.com/northwind/status/2001",
            "answered_by": "UANA",
            "approved_by": "UBEN",
            "assignee": "UANA",
            "assigned_at": at(14, 6),
        }
    if state in {CaseState.SOLVED, CaseState.DISMISSED}:
        facts |= {"ended_at": at(14, 50), "reason": "refunded by phone"}
    if state == CaseState.DISMISSED:
        facts |= {"reason": "Spam or advertising", "resurfaces_at": at(14, 50, day=19)}
    return Case(**facts | more)


def draft(state: DraftState = DraftState.IN_REVIEW, **more: Any) -> Draft:
    facts: dict[str, Any] = {
        "case_id": 412,
        "state": state,
        "version": 2,
        "text": REPLY,
        "digest": "d" * 64,
        "authors": ("UANA",),
        "barred": ("UANA",),
        "target": TARGET,
        "target_mention": 812,
        "seen": 812,
        "template": "wrong-charge",
        "id": 31,
    }
    if state != DraftState.WRITING:
        facts |= {"asked": "UBEN", "submitted_at": at(14, 20)}
    if state not in {DraftState.WRITING, DraftState.IN_REVIEW, DraftState.WITHDRAWN}:
        facts["approval"] = Approval(by="UBEN", at=at(14, 39), version=2, digest="d" * 64, target=TARGET, seen=812)
    if state in _TRIED:
        facts["attempt"] = _TRIED[state]
    return Draft(**facts | more)


def in_parts(state: DraftState) -> Iterator[Draft]:
    """Yield a draft in two parts, of which none and one is public, and a request to take both back."""
    cut = Split((REPLY.index(" ", len(REPLY) // 2) + 1,))
    for done in (0, 1):
        if done and state == DraftState.WITHDRAWN:  # what is public cannot be withdrawn
            continue
        yield draft(state, split=cut, done=done, posts=("9001",)[:done], dropped=done * (state in OVER))
        yield draft(
            state, kind=DraftKind.TAKE_BACK, corrects="9002", also=("9001",), done=done, posts=("9002",)[:done]
        )


def attempt(outcome: Outcome | None = None, **more: Any) -> Attempt:
    return Attempt(**{"n": 1, "key": "k", "started_at": at(14, 39), "outcome": outcome} | more)


_TRIED = {
    DraftState.SENDING: attempt(),
    DraftState.FAILED: attempt(Outcome.REFUSED, ended_at=at(14, 39), why="X answered 503."),
    DraftState.UNCONFIRMED: attempt(Outcome.LOST, ended_at=at(14, 40), look_at=at(14, 47), why="no answer came"),
    DraftState.SENT: attempt(
        Outcome.DELIVERED, ended_at=at(14, 40), post_id="2001", url="https://x.com/northwind/status/2001"
    ),
}


def view(of: Case | None = None, now: datetime = NOW, **more: Any) -> CaseView:
    facts: dict[str, Any] = {
        "case": of or case(),
        "now": now,
        "mentions": (post(media=1),),
        "history": HISTORY,
        "names": NAMES,
        "network_label": "X",
        "length": TextLength(count=247, limit=280),
        "web_reply_url": "https://x.com/intent/post?in_reply_to=1001&text=Priya%2C",
        "changes": 'from "wrong charge", 2 sentences changed',
        "remarks": ("promises an answer by 17:00",),
        "brand": "Northwind",
        "read_by_all": frozenset({"en"}),
    }
    return CaseView(**facts | more)


HISTORY = History(
    cases=2,
    first_at=at(9, day=1) - timedelta(days=20),
    last_at=at(9) - timedelta(days=31),
    last_case=300,
    last_took=timedelta(days=9),
    siblings=3,
)


def drafted(state: DraftState, case_state: CaseState = CaseState.OPEN, now: datetime = NOW, **more: Any) -> CaseView:
    return view(replace(case(case_state), draft=draft(state, **more)), now)


def wrote_again(text: str = "never mind the chat, just refund me") -> CaseView:
    """Return Priya's case after she wrote again while Ana's draft was in review."""
    seen = drafted(DraftState.IN_REVIEW, now=at(14, 32), stale="author_wrote", seen=813)
    moved = replace(seen.case, latest=813, latest_at=at(14, 31))
    return replace(seen, case=moved, mentions=(post(media=1), post(813, text, at(14, 31))))


def ours(row: int = 900, text: str = REPLY) -> Mention:
    return post(row, text, at(14, 40), side=Side.OURS, author=Author(id="b", handle="northwind", name="Northwind"))


def hold(limit: Limit) -> AccountHold:
    """Return what keeps an approved reply from going out."""
    why = "X says our developer account has no credit left. Whoever pays for it can add credit there."
    return AccountHold(
        network="x",
        account="42",
        use=Use.WRITE,
        held_at=at(14, 30),
        until=at(14, 47),
        why=why,
        met=Use.POLL,
        limit=limit,
    )
