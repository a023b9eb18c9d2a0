"""The frame of all listeners: check the person, call one use case, answer; other work follows the acknowledgement."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import field, replace
from datetime import datetime
from threading import Semaphore, Thread
from typing import Any

from bot.blocks.base import ids
from bot.blocks.base.simple_forms import FACE, View, kept_to, refusal, showing, simple
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotMadeHere, Refusal
from bot.domain.cases.case import Case
from bot.domain.cases.view import CaseView
from bot.domain.home.inbox import INBOX
from bot.domain.slack.readers import InChannel, Reader, ToPerson
from bot.domain.team.people import Act
from bot.gateways.findings import Finding
from bot.ports import Conflict, Desk, Message, OutOfService, Overtaken
from bot.ports.meter import Occurrence
from bot.services.cases.view import view
from bot.services.slack import outgoing
from bot.services.team import access
from handlers.hearing import InHand, stuck
from handlers.payloads import Click, Payload, of_action, of_command, of_home_opened, of_shortcut, of_view
from handlers.refusals import refusal_in_form, refusal_text, refusal_text_after

log = logging.getLogger(__name__)

Then = Callable[[], object] | None  # work after the acknowledgement: opening a form, calling a network
Ack = Callable[..., Any]
Work = Callable[["Visit"], Then]
Answer = dict[str, Any]  # the acknowledgement of a form that stays open
CommandAnswer = tuple[Message, Reader]  # a command's answer, and who may read it
FormWork = Callable[["Visit"], Then | Answer]

SLOW_AT_ONCE = 2

# in a form's metadata: the place of the press
OPENED_IN = "opened_in"  # the channel
OPENED_UNDER = "opened_under"  # the thread
HOME = "home"  # Slack's word for the tab of the app that is drawn here


@dataclass(slots=True)
class SlowWork:
    """Runs calls that take seconds, a few at a time, beside the work after clicks, which would wait for them.

    Their threads do not keep the desk from stopping: nothing waits for their outcome but a window.
    """

    places: Semaphore = field(default_factory=lambda: Semaphore(SLOW_AT_ONCE))

    def begin(self, work: Callable[[], object]) -> bool:
        """Run this in a thread of its own; return False, without running it, while enough is running."""
        if not self.places.acquire(blocking=False):
            return False
        Thread(target=self._run, args=(work,), name="slow-work", daemon=True).start()
        return True

    def _run(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:
            log.exception("slow_work.unforeseen")
        finally:
            self.places.release()


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one person, with the desk."""

    desk: Desk
    click: Click
    at: datetime
    afterwards: list[Callable[[], object]] = field(default_factory=list)  # a command's work after its answer
    shared: bool = False  # the answer is for the whole channel
    slow: SlowWork = field(default_factory=SlowWork)

    @property
    def reader(self) -> Reader:
        """Return the reader of the answer: the asker alone, unless it is shared."""
        channel = self.click.channel
        return InChannel(channel) if self.shared else ToPerson(self.click.user, channel)

    @property
    def over(self) -> Reader:
        """Return the reader of an answer that replaces the message under the button."""
        alone = self.click.ephemeral or self.click.at_home or self.click.in_answer
        return self.reader if alone else InChannel(self.click.channel)

    def may(self, act: Act) -> None:
        """Raise NotYours unless this person may; an unknown person is read from Slack once."""
        access.meet(self.desk, self.click.user, self.at)
        access.allow(self.desk, act, self.click.user, self.at)

    def about(self, kind: str, value: str = "") -> ids.Value:
        """Return the button's value; raise NotMadeHere unless it was signed by this desk, for this kind."""
        found = ids.read_value(value or self.click.value, self.desk.secret)
        if found.kind != kind:
            raise NotMadeHere(
                "This button does not belong to this desk. The newest card of the case has buttons that work."
            )
        return found

    def seen(self, case: Case) -> CaseView:
        """Return the view of a case for a form; raise NotYours if this person may not read it here."""
        found = view(self.desk, case, self.reader, self.at)
        if found.hidden:
            raise outgoing.kept_back()
        return found

    def as_shown(self, case: Case) -> CaseView:
        """Return a case as far as this person may read it here; private words are left out of it."""
        return view(self.desk, case, self.reader, self.at)

    def later(self, work: Callable[[datetime], None]) -> Then:
        """Return a function that runs this after the acknowledgement, with the moment of that run."""
        return lambda: work(self.desk.clock.now())

    def answer(self, message: Message, *, replace: bool = False) -> None:
        """Answer to whoever pressed; `replace` the message under the button, which others may see.

        Where Slack gave no address for it (on the home tab, after a form was sent), it is shown as a window; the home
        tab itself is drawn by its own door.
        """
        if self.click.in_answer:
            self._redraw_answer(showing(message))
        elif self.click.response_url:
            self._respond(message, replace=replace)
        elif not replace:
            self.show(showing(message))

    def _redraw_answer(self, window: View) -> None:
        """Show it also where the answer to another press arrived meanwhile: this one was carried out, too."""
        try:
            self.redraw(window)
        except Overtaken:
            replace(self, click=replace(self.click, view_hash="")).redraw(window)

    def _respond(self, message: Message, *, replace: bool) -> None:
        reader = self.over if replace else self.reader
        outgoing.respond(self.desk, self.click.origin, message, reader, self.at, replace=replace)

    def show(self, form: View) -> str:
        """Open a form for the person who pressed, and return its id; its metadata is signed against changes."""
        return outgoing.open_view(
            self.desk, self.click.trigger_id, self.sealed(form), kept_to(form), reader=self.reader, now=self.at
        )

    def show_then(self, form: View, work: Callable[[], View], now: datetime) -> None:
        """Open a form at once, since Slack waits 3 s for it, and redraw it with what takes longer."""
        desk, reader = self.desk, self.reader
        trigger, bare = self.click.trigger_id, kept_to(form)
        opened = outgoing.open_view(desk, trigger, self.sealed(form), bare, reader=reader, now=now)
        found = work()
        stands = outgoing.OpenView(opened, "")
        outgoing.update_view(desk, stands, self.sealed(found), kept_to(found), reader=reader, now=now)

    def redraw(self, form: View) -> str:
        """Redraw the form in which this happened; return its new hash."""
        stands = outgoing.OpenView(self.click.view_id, self.click.view_hash)
        return outgoing.update_view(
            self.desk, stands, self.sealed(form), kept_to(form), reader=self.reader, now=self.at
        )

    def sealed(self, form: View) -> View:
        """Return a form with the place where it was opened, in signed metadata."""
        return sealed(form, self.click, self.desk.secret)


@dataclass(slots=True)
class Door:
    """Makes Bolt listeners from short functions. The acknowledgement comes last, after the commit."""

    desk: Desk
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, thread_name_prefix="after-ack"))
    slow: SlowWork = field(default_factory=SlowWork)
    name: str = "after-ack"
    again: str = "What people press is carried out again. Please press once more what did nothing"
    _in_hand: InHand = field(default_factory=InHand)

    def deaf(self) -> Finding | None:
        """Return why work after a click (opening a form, an answer) is not done now, or None."""
        return stuck("What people press", self._in_hand)

    def in_hand(self) -> list[str]:
        """Return a name for each piece of work after a click."""
        return ["work after a click"] * len(self._in_hand)

    def halt(self) -> None:
        """Do nothing: only clicks begin such work, and those end first."""

    def stop(self, within: float) -> None:
        """Wait for work after clicks, at most so many real seconds."""
        self._in_hand.settle(within)

    def button(self, act: Act, work: Work) -> Callable[..., None]:
        """Return a listener for a button or menu; a refusal is shown only to the person who pressed."""

        def listener(ack: Ack, body: Payload) -> None:
            click = self._unsealed(of_action(body))
            then = self._do(act, work, click)
            ack()
            self._after(then, click)
            if click.at_home or click.in_answer:
                self._home_anew(click)

        return listener

    def home(self) -> Callable[..., None]:
        """Return a listener for the opening of a home tab, which is drawn then, and after a press of its reader."""

        def listener(ack: Ack, body: Payload) -> None:
            click = of_home_opened(body)
            ack()
            if click.action == HOME:  # Slack tells of the tab with the messages, too
                self._home_anew(click)

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
        """Return a listener for a sent form; a refusal is shown in the form, which keeps its words."""

        def listener(ack: Ack, body: Payload) -> None:
            click = self._unsealed(of_view(body))
            visit = Visit(self.desk, click, self.desk.clock.now(), slow=self.slow)
            then: Then = None
            try:
                visit.may(act)
                done = work(visit)
                answer: Answer = _drawn_anew(visit, done) if isinstance(done, dict) else {}
                then = None if isinstance(done, dict) else done
            except Exception as trouble:  # noqa: BLE001 - the one place where refusals are spoken in forms
                self._note(trouble, visit)
                answer = refusal_in_form(self.desk, trouble, click)
            ack(**answer)
            self._after(then, click)
            if not answer:
                self._home_anew(click)

        return listener

    def closed(self, act: Act, work: Work) -> Callable[..., None]:
        """Return a listener for a form closed without sending; a refusal cannot be shown."""

        def listener(ack: Ack, body: Payload) -> None:
            visit = Visit(self.desk, self._unsealed(of_view(body)), self.desk.clock.now())
            with suppress(Refusal, Conflict, OutOfService):
                visit.may(act)
                work(visit)
            ack()

        return listener

    def command(self, act: Act, answer: Callable[[Visit], CommandAnswer | None]) -> Callable[..., None]:
        """Return a listener for a slash command; the acknowledgement has the answer, unless it is for the channel."""

        def listener(ack: Ack, body: Payload) -> None:
            visit = Visit(self.desk, of_command(body), self.desk.clock.now())
            try:
                visit.may(act)
                told = answer(visit)
                said = outgoing.acknowledged(self.desk, *told, visit.at) if told else {}
            except Exception as trouble:  # noqa: BLE001 - the one place where refusals are spoken to a command
                self.desk.meter.count(Occurrence.REFUSED_CLICK, kind=type(trouble).__name__)
                said = {"text": refusal_text(trouble, visit.click.user)}
                visit.afterwards.clear()
            ack(**said)
            for then in visit.afterwards:
                self._after(then, visit.click)

        return listener

    def _home_anew(self, click: Click) -> None:
        if click.from_home:
            self._after(lambda: self._show_home(click), click)

    def _show_home(self, click: Click) -> None:
        """Show somebody's home tab as it is now; whoever may not look, or cannot be shown it, gets the sentence."""
        from bot.gateways import home  # noqa: PLC0415 - loaded with the first home tab that somebody opens

        visit = Visit(self.desk, click, self.desk.clock.now())
        stands = click.view_hash if click.at_home else ""
        try:
            visit.may(Act.LOOK)
            home.show(self.desk, click.user, visit.at, face=_face(click, self.desk.secret), stands=stands)
        except Exception as trouble:  # noqa: BLE001 - the one place where refusals are spoken to a home tab
            home.say(self.desk, click.user, refusal_text(trouble, click.user), visit.at)

    def _unsealed(self, click: Click) -> Click:
        metadata = ids.unseal(click.metadata, click.form, self.desk.secret)
        told = ids.unpack(metadata) if metadata else {}
        channel, thread, face = (str(told.get(one, "")) for one in (OPENED_IN, OPENED_UNDER, FACE))
        channel, thread = click.channel or channel, click.thread or thread
        return replace(click, metadata=metadata, channel=channel, thread=thread, face=face)

    def _do(self, act: Act, work: Work, click: Click) -> Then:
        visit = Visit(self.desk, click, self.desk.clock.now(), slow=self.slow)
        try:
            visit.may(act)
            return work(visit)
        except Exception as trouble:  # noqa: BLE001 - the one place where refusals are spoken to a click
            self._note(trouble, visit)
            sentence = refusal_text(trouble, click.user)
            return lambda: whisper(self.desk, click, sentence)

    def _note(self, trouble: Exception, visit: Visit) -> None:
        """Count it, and record who sent a value that this desk did not make, except for reports during typing."""
        self.desk.meter.count(Occurrence.REFUSED_CLICK, kind=type(trouble).__name__)
        if isinstance(trouble, NotMadeHere) and not visit.click.in_form:
            with suppress(OutOfService, Conflict):  # the refusal is shown all the same
                self.desk.store.note("not_made_here", visit.click.user, visit.at, {"door": visit.click.action})

    def _after(self, then: Then, click: Click) -> None:
        if then is not None:
            self.pool.submit(self._guarded, then, click, self._in_hand.begin())

    def _guarded(self, then: Callable[[], object], click: Click, begun: int) -> None:
        try:
            then()
        except Exception as trouble:  # noqa: BLE001 - after the ack nobody else would tell the person
            whisper(self.desk, click, refusal_text_after(trouble, click.user))
        finally:
            self._in_hand.end(begun)


def _drawn_anew(visit: Visit, answer: Answer) -> Answer:
    """Return the answer that keeps a form open; raise a Refusal if its content may not be shown."""
    if "view" not in answer:
        return answer
    outgoing.must_show(visit.desk, kept_to(answer["view"]), visit.reader, visit.at)
    return {**answer, "view": visit.sealed(answer["view"])}


def sealed(form: View, opened_by: Click, secret: bytes) -> View:
    """Return a form with signed private metadata, so that the client cannot change it."""
    metadata, kind = str(form.get("private_metadata", "")), str(form["callback_id"])
    if not metadata:
        return form
    where = {OPENED_IN: opened_by.channel, OPENED_UNDER: opened_by.thread}
    where |= {FACE: opened_by.face} if opened_by.face else {}
    told = ids.pack({**ids.unpack(metadata), **where})
    return {**form, "private_metadata": ids.seal(told, kind, secret)}


def _face(click: Click, secret: bytes) -> str:
    """Return what the home tab shows after a press: what the button names, or what it showed before."""
    with suppress(NotMadeHere):
        value = ids.read_value(click.value, secret)
        if click.at_home and value.kind in {ids.LIST, ids.HOME}:
            return value.version
    return click.face or INBOX


def nothing(_: Visit) -> Then:
    """Do nothing: Slack also tells of a press on a link, and of a form that only says something."""
    return None


def whisper(desk: Desk, click: Click, sentence: str) -> None:
    """Show a sentence only to the person who pressed."""
    said, form = refusal(sentence), simple("Not done", sentence)
    outgoing.whisper(desk, click.origin, said, form)
