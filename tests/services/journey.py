"""Sequences of use cases that bring a desk to the state in which a test begins."""

from dataclasses import replace
from typing import cast

from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Case
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Mention
from bot.domain.replies.draft import Draft
from bot.domain.slack.readers import InChannel
from bot.domain.slack.telling import TellingKind
from bot.gateways.drawing import draw
from bot.ports import Batch, Desk, Message, NotSent, OutcomeLost
from bot.services.cases.view import view
from bot.services.mentions import intake
from bot.services.replies import by_hand as settling
from bot.services.replies import review, sending
from tests.fakes import ANA, BEN, FakeChat, FakeClock, FakeNetwork, a_post

WORDS = "Priya, charged twice is on us. I'm on it and will tell you here by 17:00. ^AN"


def street(desk: Desk) -> FakeNetwork:
    """Return the desk's network with the fake's type."""
    return cast("FakeNetwork", desk.networks["x", "42"])


def clock(desk: Desk) -> FakeClock:
    """Return the desk's clock with the fake's type."""
    return cast("FakeClock", desk.clock)


def slack(desk: Desk) -> FakeChat:
    """Return the desk's Slack with the fake's type."""
    return cast("FakeChat", desk.chat)


def receive(desk: Desk, *posts: Mention, cursor: str = "", stream: str = "mentions") -> int:
    return intake.receive(desk, street(desk), stream, Batch(posts=posts, cursor=cursor), desk.clock.now())


def only_case(desk: Desk) -> Case:
    return desk.store.case(1)


def draft_of(desk: Desk, case_id: int = 1) -> Draft:
    draft = desk.store.case(case_id).draft
    assert draft is not None
    return draft


def attempt_of(desk: Desk, case_id: int = 1) -> int:
    """Return the row of the newest attempt, which buttons contain."""
    tried = draft_of(desk, case_id).attempt
    return tried.id if tried else 0


def a_case(desk: Desk, text: str = "Charged twice and nobody answers @northwind") -> Case:
    receive(desk, a_post("100", text))
    return only_case(desk)


def in_review(desk: Desk, *, by: str = ANA, text: str = WORDS) -> Case:
    case = a_case(desk)
    return written(desk, case.id, by=by, text=text)


def written(desk: Desk, case_id: int, *, by: str = ANA, text: str = WORDS) -> Case:
    review.begin_writing(desk, case_id, by=by, at=desk.clock.now())
    return review.submit(desk, case_id, review.Words(text=text), by=by, at=desk.clock.now())


def approve(desk: Desk, case_id: int = 1, by: str = BEN) -> Case:
    draft = draft_of(desk, case_id)
    return review.approve(desk, draft.id, version=draft.version, seen=draft.seen, by=by, at=desk.clock.now())


def approved(desk: Desk) -> Case:
    in_review(desk)
    return approve(desk)


def send(desk: Desk) -> Case:
    sending.send_due(desk, desk.clock.now())
    return only_case(desk)


def delivered(desk: Desk) -> Case:
    approved(desk)
    return send(desk)


def failed(desk: Desk) -> Case:
    approved(desk)
    street(desk).outcomes.append(NotSent("X says no."))
    return send(desk)


def unconfirmed(desk: Desk, *, public: bool = False) -> Case:
    """Make a reply of unknown outcome; `public`: it went out, and only the answer was lost."""
    approved(desk)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    street(desk).commits_first = public
    case = send(desk)
    street(desk).commits_first = False
    assert draft_of(desk).state == DraftState.UNCONFIRMED
    return case


def by_hand(desk: Desk) -> Case:
    approved(desk)
    street(desk).outcomes.append(NotSent("X lets no app answer this.", by_hand=True))
    return send(desk)


def seen(desk: Desk, case: Case) -> CaseView:
    """Return a case as it is shown in its own channel."""
    return view(desk, case, InChannel(case.channel), desk.clock.now())


def verbs(desk: Desk, case_id: int = 1) -> list[str]:
    return [line.verb for line in desk.store.audit(f"case:{case_id}")]


def waiting(desk: Desk, kind: TellingKind) -> list[int]:
    """Return the waiting messages of one kind, by the rows they are about."""
    return [one.about for one in desk.store.to_tell(desk.clock.now(), 1_000) if one.kind == kind]


def notices(desk: Desk) -> list[tuple[str, str]]:
    """Return the waiting notices about the desk, with their channels."""
    told = [one for one in desk.store.to_tell(desk.clock.now(), 1_000) if one.kind == TellingKind.NOTICE]
    return [(one.channel, desk.store.notice_sentence(one.about)) for one in told]


def published(desk: Desk) -> list[tuple[str, str]]:
    return [(target.post_id, text) for _, target, text in street(desk).published]


ONCE = [("100", WORDS)]  # the public replies after the usual reply was sent


def case_card(desk: Desk) -> Message:
    told = desk.store.card(1)
    assert told is not None
    drawn = draw(desk, told, desk.clock.now())
    assert drawn is not None
    return drawn[0]


def everybody_is_known(desk: Desk) -> None:
    """Read all people from Slack, as the desk does every minute."""
    now = desk.clock.now()
    people = [replace(one, fetched_at=now) for one in desk.store.people()]
    desk.store.put_people(people, [replace(one, fetched_at=now) for one in desk.store.groups()])


def called_missing(desk: Desk, by: str = BEN) -> Case:
    """Let the desk look until a person has to decide, and let them say that the reply is missing."""
    look_until_a_person_decides(desk)
    everybody_is_known(desk)
    attempt, at = attempt_of(desk), desk.clock.now()
    return settling.missing(desk, draft_of(desk).id, attempt=attempt, by=by, at=at)


def look_until_a_person_decides(desk: Desk) -> int:
    """Run every planned look at its time; return how many there were."""
    looks = 0
    while (at := desk.store.next_look_at()) is not None:
        clock(desk).at = at
        looks += sending.check_due_outcomes(desk, at)
    return looks
