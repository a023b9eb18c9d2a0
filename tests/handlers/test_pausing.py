"""/care pause and /care resume are for leads; the command line does the same through the control socket."""

import json
from functools import partial
from pathlib import Path

from bot.domain.halts.halt import HaltKind
from handlers.control import SOCKET, Control, ask_desk
from handlers.pausing import answers, ask_to
from tests.fakes import ANA, CARO
from tests.handlers.pressing import Hands
from tests.services.journey import approved


def test_a_lead_pauses_and_resumes_and_others_read_it_in_their_numbers(hands: Hands) -> None:
    approved(hands.desk)
    assert "Only leads" in hands.command("pause because I say so", by=ANA)["text"]
    assert "Please say why" in hands.command("pause x", by=CARO)["text"]
    said = hands.command("pause x because <@U0BEN> looks into a mistake &amp; more", by=CARO)
    assert said["response_type"] == "ephemeral"
    assert said["text"].startswith("Sending is paused on X. 1 approved reply waits. Drafts and approvals go on")
    [halt] = hands.desk.store.halts()
    assert (halt.kind, halt.network, halt.by) == (HaltKind.PAUSE, "x", CARO)
    assert "<@" not in halt.why
    assert "looks into a mistake & more" in hands.command("status", by=ANA)["text"].replace("&amp;", "&")
    assert "Only leads" in hands.command("resume x", by=ANA)["text"]
    assert "Replies go out again on X. 1 reply that waited goes out now" in hands.command("resume x", by=CARO)["text"]
    assert hands.desk.store.halts() == []


def test_the_home_tab_says_first_what_is_paused(hands: Hands) -> None:
    hands.command("pause because we look into a mistake", by=CARO)
    hands.open_home(ANA)
    assert "Sending is paused everywhere by Caro: we look into a mistake." in json.dumps(hands.home(ANA))


def test_the_command_line_pauses_a_running_desk_and_lets_it_go_on(hands: Hands, tmp_path: Path) -> None:
    socket = tmp_path / SOCKET
    ask = partial(ask_desk, socket)
    assert "No desk is running" in ask_to(ask, "pause", "because of it")[0]
    listening = Control(socket, answers(hands.desk))
    listening.start()
    try:
        said, done = ask_to(ask, "pause", "x because of it")
        assert (said[:23], done) == ("Sending is paused on X.", True)
        assert hands.desk.store.halts()[0].why == "Sending is paused on X by whoever runs Heard: of it."
        assert ask_to(ask, "pause", "x")[1] is False
        assert ask_to(ask, "resume", "x") == ("Replies go out again on X. No reply waited.", True)
    finally:
        listening.stop()
