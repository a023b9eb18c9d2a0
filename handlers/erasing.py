"""`heard erase`: asks the running desk whom it knows under a handle, and to erase them."""

from collections.abc import Sequence
from typing import Any

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import Refusal
from bot.domain.erasure.erasure import ErasureReport, KnownAuthor
from bot.ports import Desk
from bot.ports.network_kind import network_label
from bot.services.erasure.erasing import authors_to_erase, erase_author
from handlers.control import Answers, DeskAnswers, NoAnswer, Request

WITHIN = 600.0  # seconds for one author


@dataclass(frozen=True, slots=True)
class AuthorFound:
    """An author as the command line is told."""

    network: str
    author_id: str
    sentence: str


def answers(desk: Desk) -> Answers:
    """Return the function of each request of the command line."""

    def whom(request: Request) -> dict[str, Any]:
        try:
            found = authors_to_erase(desk, str(request["handle"]), str(request["network"]))
        except Refusal as refusal:
            return {"why": refusal.sentence, "found": []}
        return {"why": "", "found": [[one.network, one.author_id, called(one)] for one in found]}

    def erase(request: Request) -> dict[str, Any]:
        report = erase_author(desk, str(request["network"]), str(request["author"]), desk.clock.now())
        return {"said": report_text(report), "done": report.done}

    return {"whom to erase": whom, "erase": erase}


def called(one: KnownAuthor) -> str:
    """Return who is meant, and how much is held about them."""
    name = f" ({one.name})" if one.name else ""
    counted = f"{_many(one.cases, 'case')}, {_many(one.posts, 'post')}"
    if not one.handle:
        return f"{one.name} on {network_label(one.network)}, id {one.author_id}: {counted}."
    return f"@{one.handle.removeprefix('@')}{name} on {network_label(one.network)}: {counted}."


def _many(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def report_text(report: ErasureReport) -> str:
    """Return the report of an erasure, a line for each thing."""
    counted = ", ".join(
        (
            _many(report.cases, "case"),
            _many(report.posts, "post"),
            _many(report.unreadable, "unreadable post"),
            f"{_many(report.notices, 'message')} of the desk",
        )
    )
    done = "Done." if report.done else "Not done yet; the desk goes on by itself."
    elsewhere = [f"Their words are taken out of {', '.join(report.elsewhere)}."] if report.elsewhere else []
    return "\n".join([f"Erased: {counted}. {done}", *elsewhere, "What stays:", *(f"- {one}" for one in report.left)])


def ask_who_is_meant(ask: DeskAnswers, handle: str, network: str) -> tuple[Sequence[AuthorFound], str]:
    """Ask the desk who has a handle; return them, or why nobody can be named."""
    try:
        answer = ask("whom to erase", handle=handle, network=network)
    except NoAnswer as trouble:
        return [], str(trouble)
    if not answer["ok"] or answer["why"]:
        return [], answer["why"]
    return [AuthorFound(*one) for one in answer["found"]], ""


def ask_to_erase(ask: DeskAnswers, author: AuthorFound) -> tuple[str, bool]:
    """Ask the desk to erase an author; return the text to print, and whether all is done."""
    try:
        answer = ask("erase", WITHIN, network=author.network, author=author.author_id)
    except NoAnswer as trouble:
        return f"{trouble} What was begun goes on by itself.", False
    return (answer["said"], answer["done"]) if answer["ok"] else (answer["why"], False)
