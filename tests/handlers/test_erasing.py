"""`heard erase` asks a running desk whom a handle means, and has them erased there."""

from functools import partial
from pathlib import Path

from handlers.control import SOCKET, Control, ask_desk
from handlers.erasing import answers, ask_to_erase, ask_who_is_meant
from tests.handlers.pressing import Hands
from tests.services.journey import a_case


def test_the_command_line_is_told_whom_it_means_and_what_was_erased(hands: Hands, tmp_path: Path) -> None:
    socket = tmp_path / SOCKET
    a_case(hands.desk)
    ask = partial(ask_desk, socket)
    assert "No desk is running" in ask_who_is_meant(ask, "priya", "")[1]
    listening = Control(socket, answers(hands.desk))
    listening.start()
    try:
        assert ask_who_is_meant(ask, "nobody", "x") == (
            [],
            "Nothing is held here about nobody on X. What was begun before goes on by itself.",
        )
        [who], why = ask_who_is_meant(ask, "@Priya", "")
        assert (who.sentence, why) == ("@priya (Priya N) on X: 1 case, 1 post.", "")
        said, done = ask_to_erase(ask, who)
        assert said.startswith("Erased: 1 case, 1 post, 0 unreadable posts, 0 messages of the desk. Done.")
        assert done
    finally:
        listening.stop()
    assert hands.desk.store.case(1).author.handle == ""
