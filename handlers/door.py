"""The frame of every door: who asks, one use case, the answer, and what follows once it is acknowledged."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.blocks import ids
from bot.blocks.modals import View, simple
from bot.blocks.overview import refusal
from bot.domain.errors import NotMadeHere
from bot.domain.people import Act
from bot.gateways.facts import Fact
from bot.ports import Conflict, Desk, OutOfService
from bot.services import access
from handlers.hearing import InHand, stuck
from handlers.payloads import Click, Payload, of_action, of_command, of_shortcut, of_view
from handlers.refusals import spoken, spoken_after, spoken_in_form

Then = Callable[[], None] | None  # what is done after the acknowledgement: opening a form, calling a network
Ack = Callable[..., Any]
Work = Callable[["Visit"], Then]
Answer = dict[str, Any]  # of a form that is not done yet: what Slack is told in the acknowledgement
FormWork = Callable[["Visit"], Then | Answer]


@dataclass(frozen=True, slots=True)
class Visit:
    """One person at one door, with the desk at hand."""

    desk: Desk
    click: Click
    at: datetime
    afterwards: list[Callable[[], None]] = field(default_factory=list)  # a command's work that follows its answer

    def may(self, act: Act) -> None:
        """Raise NotYours unless this person may; somebody met for the first time is looked up once."""
        access.meet(self.desk, self.click.user, self.at)
        access.allow(self.desk, act, self.click.user, self.at)

    def about(self, kind: str, value: str = "") -> ids.Value:
        """Return what the button is about; raise NotMadeHere unless its value is ours, of this kind."""
        found = ids.read_value(value or self.click.value, self.desk.secret)
        if found.kind != kind:
            raise NotMadeHere(
                "This button is not one of this desk's. The newest card of the case has buttons that work."
            )
        return found

    def show(self, form: View) -> None:
        """Open a form over Slack for whoever pressed: its metadata comes back unchanged, or as nothing."""
        self.desk.chat.open_view(self.click.trigger_id, sealed(form, self.desk.secret))

    def redraw(self, form: View) -> None:
        """Put another drawing in place of the form that this happened in."""
        self.desk.chat.update_view(self.click.view_id, sealed(form, self.desk.secret), hash_=self.click.view_hash)


@dataclass(slots=True)
class Door:
    """Makes Bolt listeners out of a few lines of work. What is acknowledged is committed: the ack comes last."""

    desk: Desk
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, thread_name_prefix="after-ack"))
    name: str = "after-ack"
    again: str = "What follows a click is done again. Please press once more what did nothing"
    _in_hand: InHand = field(default_factory=InHand)

    def deaf(self) -> Fact | None:
        """Return why what follows a click (a form that opens, an answer) is not done now, or None."""
        return stuck("What follows a click", self._in_hand)

    def button(self, act: Act, work: Work) -> Callable[..., None]:
        """Return a listener for a button or menu; a refusal goes to the person who pressed, nobody else."""

        def listener(ack: Ack, body: Payload) -> None:
            click = self._unsealed(of_action(body))
            then = self._do(act, work, click)
            ack()
            self._after(then, click)

        return listener

    def shortcut(self, act: Act, work: Work) -> Callable[..., None]:
        """Return a listener for a message shortcut."""

        def listener(ack: Ack, body: Payload) -> None:
            click = of_shortcut(body)
            then = self._do(act, work, click)
            ack()
            self._after(then, click)

        return listener

    def form(self, act: Act, work: FormWork) -> Callable[..., None]:
        """Return a listener for a sent form; a refusal is shown in the form, whose words stay."""

        def listener(ack: Ack, body: Payload) -> None:
            click = self._unsealed(of_view(body))
            visit = Visit(self.desk, click, self.desk.clock.now())
            then: Then = None
            try:
                visit.may(act)
                done = work(visit)
                answer: Answer = self._sealed(done) if isinstance(done, dict) else {}
                then = None if isinstance(done, dict) else done
            except Exception as trouble:  # noqa: BLE001 - the one place where refusals are spoken in forms
                self._note(trouble, visit)
                answer = spoken_in_form(self.desk, trouble, click)
            ack(**answer)
            self._after(then, click)

        return listener

    def closed(self, work: Work) -> Callable[..., None]:
        """Return a listener for a form that was closed without sending."""

        def listener(ack: Ack, body: Payload) -> None:
            work(Visit(self.desk, self._unsealed(of_view(body)), self.desk.clock.now()))
            ack()

        return listener

    def command(self, act: Act, answer: Callable[[Visit], dict[str, Any]]) -> Callable[..., None]:
        """Return a listener for a slash command; the answer is the acknowledgement."""

        def listener(ack: Ack, body: Payload) -> None:
            visit = Visit(self.desk, of_command(body), self.desk.clock.now())
            try:
                visit.may(act)
                said = answer(visit)
            except Exception as trouble:  # noqa: BLE001 - the one place where refusals are spoken to a command
                said = {"text": spoken(trouble)}
                visit.afterwards.clear()
            ack(**said)
            for then in visit.afterwards:
                self._after(then, visit.click)

        return listener

    def _unsealed(self, click: Click) -> Click:
        return replace(click, metadata=ids.unseal(click.metadata, click.form, self.desk.secret))

    def _sealed(self, answer: Answer) -> Answer:
        return {**answer, "view": sealed(answer["view"], self.desk.secret)} if "view" in answer else answer

    def _do(self, act: Act, work: Work, click: Click) -> Then:
        visit = Visit(self.desk, click, self.desk.clock.now())
        try:
            visit.may(act)
            return work(visit)
        except Exception as trouble:  # noqa: BLE001 - the one place where refusals are spoken to a click
            self._note(trouble, visit)
            sentence = spoken(trouble)
            return lambda: whisper(self.desk, click, sentence)

    def _note(self, trouble: Exception, visit: Visit) -> None:
        """Write down who sent what this desk did not make; what a form reports while it is typed in is left out."""
        typing = visit.click.view_id and visit.click.action != visit.click.form
        if isinstance(trouble, NotMadeHere) and not typing:
            with suppress(OutOfService, Conflict):  # the refusal is spoken all the same
                self.desk.store.note("not_made_here", visit.click.user, visit.at, {"door": visit.click.action})

    def _after(self, then: Then, click: Click) -> None:
        if then is not None:
            self.pool.submit(self._guarded, then, click, self._in_hand.begin())

    def _guarded(self, then: Callable[[], None], click: Click, begun: int) -> None:
        try:
            then()
        except Exception as trouble:  # noqa: BLE001 - after the ack nobody else would tell the person
            whisper(self.desk, click, spoken_after(trouble))
        finally:
            self._in_hand.end(begun)


def sealed(form: View, secret: bytes) -> View:
    """Return a form whose private metadata cannot be changed on its way through the client."""
    metadata, kind = str(form.get("private_metadata", "")), str(form["callback_id"])
    return {**form, "private_metadata": ids.seal(metadata, kind, secret)} if metadata else form


def whisper(desk: Desk, click: Click, sentence: str) -> None:
    """Tell a sentence to the person who pressed, and to nobody else."""

    if click.response_url:
        desk.chat.respond(click.response_url, refusal(sentence))
    elif click.trigger_id:
        desk.chat.push_view(click.trigger_id, simple("Not done", sentence))
