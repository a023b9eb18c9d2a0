"""What there is to press: each scene brings a few cases on a desk that is full already into states that offer buttons."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import count

from bot.domain.cases.case import Case
from bot.domain.cases.same_person import HowKnown
from bot.domain.do_not_feed.aside import AsideKind
from bot.domain.halts.halt import Halt, HaltKind
from bot.domain.mentions.mention import PostRef
from bot.domain.replies.draft import WhyStale
from bot.domain.replies.draft_events import WentStale
from bot.domain.replies.seen_mark import conversation_mark
from bot.domain.replies.solo import Lane
from bot.domain.storms.holding_reply import Audience
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.spikes import Spike
from bot.domain.team.shifts import ShiftChange
from bot.ports import Batch, Desk, NotSent, OutcomeLost
from bot.services.backups.returning import begin_held
from bot.services.cases import casework, inquiries, merging, same_person
from bot.services.do_not_feed import sampling
from bot.services.do_not_feed.two_people import put_aside
from bot.services.halts.halting import begin_halt
from bot.services.mentions import hiding, intake, unreadable
from bot.services.reminders import claim_checks, remind
from bot.services.replies import review, sending, solo_unread
from bot.services.replies.joint_drafts import submit_together
from bot.services.replies.reply_form import template_text
from bot.services.replies.solo import let_out
from bot.services.slack.tell_leads import tell_leads
from bot.services.storms import acting, by_hand, holding_replies, opening
from bot.services.team import handover, shifts, swaps
from tests import history
from tests.fakes import (
    ANA,
    BEN,
    CARO,
    DEE,
    POLICY,
    a_post,
)
from tests.services.journey import clock, everybody_is_known, street
from tests.services.long_reply import LONG

Numbers = Mapping[str, int]  # of cases, for commands that name one
NUMBERS = ("new", "one", "two", "merged")

FLOOD = 1_000  # reminders at once: fewer are told one by one
_numbers = count(1)


def thanks(by: str = "AN") -> str:
    """Return words that were said to nobody yet."""
    return f"Thank you for telling us, we are on it, as number {next(_numbers)}. ^{by}"


# --- posts and cases ----------------------------------------------------------------------------------------


def came(
    desk: Desk, text: str = "Charged twice and nobody answers @northwind", *, on: str = "x", **facts: object
) -> int:
    """Let somebody new write; return the number of their case."""
    number = f"77{next(_numbers):06}"
    usual: dict[str, object] = {"by": f"new{number}", "at": desk.clock.now(), "ref": PostRef(on, "42", number)}
    post = a_post(number, text, **{**usual, **facts})  # type: ignore[arg-type]
    intake.receive(desk, desk.networks[on, "42"], "mentions", Batch(posts=(post,), cursor=""), desk.clock.now())
    found = desk.store.mention_of(on, number)
    return found[1] if found else 0


def claimed(desk: Desk, text: str = "Charged twice @northwind", by: str = ANA, **facts: object) -> int:
    return casework.claim(desk, came(desk, text, **facts), by=by, at=desk.clock.now()).id  # type: ignore[arg-type]


def in_review(desk: Desk, text: str = "", **facts: object) -> Case:
    return put_up(desk, came(desk, **facts), text)  # type: ignore[arg-type]


def put_up(desk: Desk, number: int, text: str = "") -> Case:
    review.begin_writing(desk, number, by=ANA, at=desk.clock.now())
    words = review.Words(text=text or thanks(), in_parts=text == LONG)
    return review.submit(desk, number, words, by=ANA, at=desk.clock.now())


def approved(desk: Desk, text: str = "", **facts: object) -> int:
    draft = in_review(desk, text, **facts).draft
    assert draft is not None
    now = desk.clock.now()
    return review.approve(desk, draft.id, version=draft.version, seen=draft.seen, by=BEN, at=now, sure=True).id


def sent(desk: Desk, text: str = "", **facts: object) -> int:
    return let_go(desk, in_review(desk, text, **facts).id)


def let_go(desk: Desk, number: int) -> int:
    """Approve what is up for approval, and send it."""
    draft, now = desk.store.case(number).draft, desk.clock.now()
    assert draft is not None
    review.approve(desk, draft.id, version=draft.version, seen=draft.seen, by=BEN, at=now, sure=True)
    sending.send_due(desk, now)
    return number


def stale(desk: Desk, text: str) -> None:
    case = desk.store.case(approved(desk, text))
    desk.store.record(case, WentStale(by="desk", at=desk.clock.now(), why=WhyStale.AGE))


def refused(desk: Desk, trouble: NotSent | OutcomeLost, text: str = "", before: int = 0) -> None:
    approved(desk, text)
    street(desk).outcomes += [None] * before + [trouble]  # type: ignore[list-item]
    for _ in range(before + 1):
        sending.send_due(desk, desk.clock.now())
    street(desk).outcomes.clear()


# --- scenes -------------------------------------------------------------------------------------------------


def new_and_claimed(desk: Desk) -> None:
    came(desk)
    claimed(desk)
    case = claimed(desk)
    casework.solve(desk, case, by=ANA, at=desk.clock.now())
    claimed(desk, on="mastodon")


def claimed_in(desk: Desk, language: str) -> None:
    claimed(desk, "Wo bleibt mein Paket @northwind", language=language)
    claimed(desk, "Wo bleibt mein Paket @northwind", by=DEE, language=language)


def in_every_review(desk: Desk) -> None:
    in_review(desk)
    stale(desk, thanks())
    in_review(desk, "It went back to 4111 1111 1111 1111. ^AN")
    stale(desk, "It went back to 4111 1111 1111 1112, no, 4111 1111 1111 1111. ^AN")


def sent_or_not(desk: Desk) -> None:
    sent(desk)
    refused(desk, NotSent("X says no."))
    refused(desk, NotSent("X lets no app answer this.", by_hand=True))
    refused(desk, NotSent("X says no."), LONG, before=1)


def unknown(desk: Desk, *, readable: bool = False) -> None:
    network = street(desk)
    network.readable = readable
    refused(desk, OutcomeLost("No answer came."))
    for _ in range(60):
        if (at := desk.store.next_look_at()) is None:
            break
        clock(desk).at = max(at, desk.clock.now())
        sending.check_due_outcomes(desk, desk.clock.now())
    everybody_is_known(desk)
    network.readable = True


def unknown_as_read(desk: Desk) -> None:
    unknown(desk, readable=True)


def customers(desk: Desk) -> Numbers:
    """Somebody with an earlier case and two open ones, two merged cases, and somebody who is on two networks."""
    casework.solve(desk, came(desk, by="pia"), by=ANA, at=desk.clock.now())
    one, merged = after_a_while(desk, by="pia"), came(desk, by="rosa")
    two, into = after_a_while(desk, by="pia"), came(desk, "And where is my parcel?", by="rosa")
    merging.merge_cases(desk, merged, into, by=ANA, at=desk.clock.now())
    there = came(desk, "As I said on X @northwind", on="mastodon", by="quentin")
    came(desk, "As I said on X @northwind", on="mastodon", by="rita")
    came(desk, by="rita_x")
    joined, now = came(desk, by="sven"), desk.clock.now()
    same_person.join_person(desk, joined, str(there), HowKnown.COLLEAGUE, "Dee", by=ANA, at=now)
    return {"new": one, "one": one, "two": two, "merged": merged}


def after_a_while(desk: Desk, **facts: object) -> int:
    """Let somebody write again, who means something else by then."""
    clock(desk).move(minutes=11)
    return came(desk, "And where is my parcel?", **facts)  # type: ignore[arg-type]


def in_private(desk: Desk) -> None:
    for name in ("tess", "uma", "vera"):
        ask = f"Sorry, {name}. Please send us a private message, and I'll answer you there. ^AN"
        number = sent(desk, ask, by=name)
        clock(desk).move(minutes=2)
        came(desk, "My order is 48213", by=name, root=f"dm-{name}-{number}", private=True)
        if name != "vera":
            answered = let_go(desk, put_up(desk, number, f"Thanks, {name}, it goes back today. ^AN").id)
    casework.solve(desk, answered, by=ANA, at=desk.clock.now())


def a_rise(desk: Desk, word: str) -> int:
    """Let ten people say the same, as noticing would find it; return the row of the spike."""
    now = desk.clock.now()
    cases = [came(desk, f"my {word} is dead, it says {word} {n}", by=f"{word}{next(_numbers)}") for n in range(10)]
    its = Spike(
        id=0, traits=(Trait(FeatureKind.WORD, word),), words=(word,), since=now, noticed_at=now, usual=1.0
    )  # fmt: skip
    spike = desk.store.add_spike(its, cases).id
    tell_leads(desk, f"spike:{spike}", [f"10 people say “{word}”."], now, offers=opening.offer(spike))
    return spike


def storms(desk: Desk) -> None:
    """Two rises, a storm of another one, and one that a lead started, with holding replies."""
    spikes = [a_rise(desk, word) for word in ("modem", "invoice", "router")]
    now = desk.clock.now()
    first = opening.open_storm(desk, spikes[0], by=ANA, at=now)
    second = by_hand.start_storm(desk, "kettle", by=CARO, at=now)
    came(desk, "my kettle is dead")
    for storm in (first.id, second.id):
        words = {"": "[first name], it is down for everybody, and we are on it. ^AN"}
        holding_replies.write_holding_reply(desk, storm, words, audience=Audience.WAITING, by=ANA, at=now)
    holding_replies.offer_all(desk, now)
    holding_replies.pause_holding_reply(desk, desk.store.holding_replies()[-1].id, by=ANA, at=now)
    acting.ask_to_pause(desk, first.id, by=ANA, at=now)


def light(desk: Desk) -> None:
    for _ in range(12):
        came(desk, "❤️ @northwind")


def set_aside(desk: Desk) -> None:
    until = desk.clock.now() + timedelta(days=90)
    for _ in range(12):
        put_aside(
            desk, came(desk, "You are clowns @northwind", by=f"troll{next(_numbers)}"), by=ANA, at=desk.clock.now(),
            reason="Bait", until=until, kind=AsideKind.TROLL,
        )  # fmt: skip
    for n in range(12):
        clock(desk).move(minutes=1)
        came(desk, f"clowns {n} @northwind", by="the_troll")
        if n == 0:
            case = desk.store.live_cases("x", "id-the_troll")[0].id
            put_aside(desk, case, by=ANA, at=desk.clock.now(), reason="Bait", until=until, kind=AsideKind.TROLL)


def asked_to_set_aside(desk: Desk) -> None:
    put_aside(
        desk, came(desk, "You charged me, clowns @northwind"), by=ANA, at=desk.clock.now(), reason="Bait",
        until=desk.clock.now() + timedelta(days=7), kind=AsideKind.TROLL,
    )  # fmt: skip


def a_sample(desk: Desk) -> None:
    set_aside(desk)
    clock(desk).move(days=32)
    everybody_is_known(desk)
    sampling.tell_sample(desk, desk.clock.now(), "seed")


def unread(desk: Desk) -> None:
    from tests.attack.test_quarantine import ODD

    odd = [replace(ODD, post_id=f"88{next(_numbers):05}") for _ in range(3)]
    intake.receive(desk, street(desk), "mentions", Batch(unparsed=tuple(odd)), desk.clock.now())
    unreadable.tell_unreadable(desk, desk.clock.now())


def asks_another_team(desk: Desk) -> None:
    case = claimed(desk)
    team = POLICY.other_teams[0]
    inquiries.ask(desk, case, team=team.name, text="Was it taken back?", by=ANA, at=desk.clock.now())


def reminded(desk: Desk) -> None:
    while remind.remind(desk, desk.clock.now()):  # of a full desk first: many at once become one list
        pass
    history.shown(desk.store)  # type: ignore[arg-type]  # thousands of cards with a new state
    desk.take_over(replace(desk.policy, reminders=replace(desk.policy.reminders, digest_above=FLOOD)))
    claimed(desk)
    came(desk)
    for minutes in (31, 30, 6, 6):
        clock(desk).move(minutes=minutes)
        everybody_is_known(desk)
        remind.remind(desk, desk.clock.now())


def silent(desk: Desk) -> None:
    claimed(desk)
    clock(desk).move(minutes=25)
    everybody_is_known(desk)
    claim_checks.check_claims(desk, desk.clock.now())


def flooded(desk: Desk) -> None:
    for who in (BEN, CARO, DEE):
        desk.store.put_shift_change(ShiftChange(who=who, on=False, since=desk.clock.now()))
    for _ in range(40):
        came(desk)
    clock(desk).move(minutes=31)
    everybody_is_known(desk)
    remind.remind(desk, desk.clock.now())


def on_shift(desk: Desk) -> None:
    case = claimed(desk)
    assert case
    swaps.ask_for_swap(desk, "@ben", by=ANA, at=desk.clock.now())
    handover.go_off(desk, by=ANA, at=desk.clock.now())


def mark(desk: Desk, number: int) -> str:
    return conversation_mark(desk.store.case(number), desk.store.mentions(number))


def alone(desk: Desk, lane: Lane = Lane.REASON) -> int:
    """Let a reply out that nobody else approved."""
    if CARO in shifts.on_now(desk, desk.clock.now()):
        desk.store.put_shift_change(ShiftChange(who=CARO, on=False, since=desk.clock.now()))
    number = casework.claim(desk, came(desk), by=BEN, at=desk.clock.now()).id
    seen, now = mark(desk, number), desk.clock.now()
    if lane == Lane.REASON:
        words = review.Words(text=thanks("BE"))
        return let_out(desk, number, words, lane, why="Her train leaves at ten", seen=seen, by=BEN, at=now).id
    words = review.Words(text=template_text(desk, desk.store.case(number), "thanks", {}, by=BEN), template="thanks")
    return let_out(desk, number, words, lane, why="", seen=seen, by=BEN, at=now).id


def stoppable(desk: Desk) -> None:
    alone(desk, Lane.TEMPLATE)


def read_later(desk: Desk) -> None:
    alone(desk)
    sending.send_due(desk, clock(desk).move(minutes=5))
    clock(desk).move(days=1)
    everybody_is_known(desk)
    solo_unread.morning(desk, desk.clock.now())
    came(desk)


def an_impostor(desk: Desk) -> None:
    first = f"77{next(_numbers):06}"
    came(desk, by="victim", ref=PostRef("x", "42", first), root=first)
    known = desk.store.mention_of("x", first)
    assert known
    case = came(desk, "Send us your card @victim", by="northwlnd", root=first, parent_id=first)
    put_aside(desk, case, by=ANA, at=desk.clock.now(), reason="Not us", until=None, kind=AsideKind.IMPOSTOR)


def hidden(desk: Desk) -> None:
    came(desk, by="loud")
    case = desk.store.case(came(desk, by="louder"))
    done = hiding.ask_to_hide(desk, case.id, case.latest, "A name", hide=True, by=BEN, at=desk.clock.now())
    done(desk.clock.now())


def paused(desk: Desk) -> None:
    now = desk.clock.now()
    begin_halt(desk, Halt(kind=HaltKind.PAUSE, by=CARO, at=now, why="Caro has paused sending."))


def held(desk: Desk) -> None:
    begin_held(desk.store, "It was restored from a backup.", desk.clock.now())


def for_several(desk: Desk) -> None:
    root = f"77{next(_numbers):06}"
    numbers = [came(desk, "The app is down @northwind", by=f"j{root}{n}", root=root) for n in range(3)]
    review.begin_writing(desk, numbers[0], by=ANA, at=desk.clock.now())
    submit_together(desk, numbers[0], review.Words(text=thanks()), numbers[1:], by=ANA, at=desk.clock.now())
