"""A lead pauses everything, a network or an account, with a reason; a person lets it go on."""

from datetime import timedelta

import pytest

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import DraftState
from bot.domain.halts.halt import Halt, HaltKind
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Desk
from bot.services.halts.halting import begin_halt
from bot.services.halts.pausing import COMMAND_LINE, going, pause, resume, waiting_sentence
from bot.services.reminders import remind
from bot.services.replies import sending
from bot.services.slack.publishing import Publisher
from tests.blocks.reading import read
from tests.fakes import CARO, LEADS
from tests.services.journey import approved, clock, draft_of, notices, published, slack


def send(desk: Desk) -> int:
    return sending.send_due(desk, clock(desk).now())


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("", "everywhere"),
        ("all", "everywhere"),
        ("x", "on X"),
        ("X", "on X"),
        ("@northwind", "for @northwind on X"),
        ("x @Northwind", "for @northwind on X"),
        ("x 42", "for @northwind on X"),
    ],
)
def test_what_is_paused_by_name_waits_until_a_person_resumes_it(desk: Desk, words: str, where: str) -> None:
    approved(desk)
    begun = pause(desk, f"{words} because we look into a mistake", by=CARO, at=clock(desk).now())
    assert (begun.where, begun.waiting) == (where, 1)
    clock(desk).move(hours=1)
    assert (send(desk), draft_of(desk).state) == (0, DraftState.APPROVED)
    over = resume(desk, words, by=CARO, at=clock(desk).now())
    assert going(over) == "1 reply that waited goes out now; where the approval has grown old, it is asked for again."
    assert (send(desk), len(published(desk))) == (1, 1)


def test_the_leads_channel_reads_who_paused_where_and_why_and_who_resumed(desk: Desk) -> None:
    approved(desk)
    pause(desk, "x because <!channel> we look into a mistake.", by=CARO, at=clock(desk).now())
    resume(desk, "x", by=CARO, at=clock(desk).move(minutes=5))
    (leads, begun), (again, over) = notices(desk)
    assert {leads, again} == {LEADS}
    assert begun.startswith(
        "Sending is paused on X by Caro: <!channel> we look into a mistake. 1 approved reply waits."
    )
    assert over.startswith("Caro lets replies go out again on X. It was paused at ")
    assert [line.verb for line in desk.store.audit("desk")] == ["halted", "halt_ended"]
    assert "mistake" not in str([line.facts for line in desk.store.audit("desk")])


def test_a_card_and_a_reminder_of_what_waits_say_why(desk: Desk) -> None:
    approved(desk)
    pause(desk, "because we look into a mistake", by=CARO, at=clock(desk).now())
    now = clock(desk).move(minutes=50)
    assert remind.remind(desk, now) == 1  # the promise still counts
    why = "Sending is paused everywhere by Caro: we look into a mistake."
    publisher = Publisher(desk, Limiter(desk.clock.pace), draw)
    for _ in range(20):
        publisher.one_round(clock(desk).move(minutes=1))
    said = [read(one) for one in slack(desk).messages.values()]
    assert [text for text in said if "has not gone out yet" in text and why in text]
    assert [text for text in said if "Ana's reply, approved by Ben, waits for that" in text and why in text]
    assert [text for text in said if "It waits for that" in text and why in text]
    assert not [text for text in said if "about to go out" in text or "goes out next" in text]


@pytest.mark.parametrize("words", ["x", "", "x because", "because  ", "x because\u200b "])
def test_a_pause_needs_a_reason(desk: Desk, words: str) -> None:
    with pytest.raises(NotUsable, match="Please say why"):
        pause(desk, words, by=CARO, at=clock(desk).now())
    assert desk.store.halts() == []


def test_a_place_that_is_not_ours_is_not_paused(desk: Desk) -> None:
    with pytest.raises(NotUsable, match="name a network of ours"):
        pause(desk, "myspace because of it", by=CARO, at=clock(desk).now())


def test_what_is_not_paused_is_not_resumed_and_what_is_paused_is_named(desk: Desk) -> None:
    with pytest.raises(Outdated, match="Nothing is paused"):
        resume(desk, "", by=CARO, at=clock(desk).now())
    pause(desk, "x because of it", by=CARO, at=clock(desk).now())
    with pytest.raises(Outdated, match=r"but on X. That is ended by `/care resume x`."):
        resume(desk, "", by=CARO, at=clock(desk).now())
    pause(desk, "because of it", by=CARO, at=clock(desk).now())
    with pytest.raises(Outdated, match=r"`/care resume` or `/care resume x`|`/care resume x` or `/care resume`"):
        resume(desk, "@northwind", by=CARO, at=clock(desk).now())
    with pytest.raises(Outdated, match="already"):
        pause(desk, "x because of something else", by=CARO, at=clock(desk).now())


def test_what_is_held_for_another_reason_does_not_go_out_after_a_pause_and_is_said(desk: Desk) -> None:
    approved(desk)
    now = clock(desk).now()
    begin_halt(desk, Halt(kind=HaltKind.HOLD, by="desk", at=now, why="This database is an older copy."))
    pause(desk, "x because of it", by=COMMAND_LINE, at=now)
    over = resume(desk, "x", by=COMMAND_LINE, at=now + timedelta(minutes=1))
    assert going(over) == "Nothing goes out yet: This database is an older copy."
    assert send(desk) == 0


def test_a_pause_says_what_goes_on_meanwhile(desk: Desk) -> None:
    begun = pause(desk, "because of it", by=CARO, at=clock(desk).now())
    assert waiting_sentence(begun) == (
        "No approved reply waits. Drafts and approvals go on, promises still count, and a person has to say `/care resume`."
    )


@pytest.mark.parametrize(
    ("words", "ends"),
    [("", "`/care resume`"), ("x", "`/care resume x`"), ("@northwind", "`/care resume x @northwind`")],
)
def test_a_pause_names_the_command_that_ends_it(desk: Desk, words: str, ends: str) -> None:
    begun = pause(desk, f"{words} because of it", by=CARO, at=clock(desk).now())
    assert ends in waiting_sentence(begun)
    resume(desk, begun.ends.removeprefix("/care resume"), by=CARO, at=clock(desk).now())
    assert desk.store.halts() == []
