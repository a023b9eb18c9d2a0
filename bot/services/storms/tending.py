"""Looks after open storms: folds what was known before, redraws, reminds the roles, and asks whether it is over."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.base.text import plain
from bot.domain.promises.promise import LAPSE, LEVELS
from bot.domain.slack.notice import Addressed, Piece, Room, StormNamed
from bot.domain.storms.storm import Storm
from bot.domain.storms.view import StormFigures
from bot.ports import Desk
from bot.services.base.sweeping import sweep
from bot.services.cases.view import storm_link
from bot.services.slack.tell_leads import tell_leads
from bot.services.storms.acting import come_out_at_end, roles_of
from bot.services.storms.folding import fold_known, let_spreading_out, read_storms

APART = timedelta(seconds=10)  # between two redraws of one storm, and between two looks at what it is owed
POINTED = timedelta(minutes=30)  # between two lines that lead to a storm's message
MANY = 10  # cards of a channel after which its message is out of sight
AGAIN = timedelta(minutes=30)  # after a lapse its roles are reminded again


def tend_storms(desk: Desk, now: datetime) -> bool:
    """Do what is due for each storm; return whether there is more to do at once."""
    more = come_out_at_end(desk, now) > 0
    storms = {one.id: one for one in desk.store.open_storms()}
    if not storms:
        return more
    read_storms(desk)
    more |= sweep(desk, "storm", storms, lambda number: _tend(desk, storms[number], now)) > 0
    desk.store.storms_that_grew(now, APART)
    return more


def _tend(desk: Desk, storm: Storm, now: datetime) -> bool:
    last = desk.storming.tended.get(storm.id)
    if last is None or abs(now - last) >= APART:  # its figures cost by its size
        desk.storming.tended[storm.id] = now
        storm = _widened(desk, storm)
        let_spreading_out(desk, storm, now)
        figures = desk.store.storm_figures(storm.id, now)
        _redraw_if_answered(desk, storm, figures, now)
        remind_roles(desk, storm, figures, now)
        ask_whether_over(desk, storm, now)
        point_to_message(desk, storm, now)
    return fold_known(desk, storm, now) > 0


def _widened(desk: Desk, storm: Storm) -> Storm:
    """Let a storm hold what nearly all posts of its spike say by now."""
    on = desk.noticing.live.ongoing.get(storm.spike)
    traits = tuple(dict.fromkeys([*storm.traits, *(on.spike.traits if on else ())]))
    if traits == storm.traits:
        return storm
    desk.store.widen_storm(storm.id, traits, storm.words)
    return replace(storm, traits=traits)


def _redraw_if_answered(desk: Desk, storm: Storm, figures: StormFigures, now: datetime) -> None:
    """Redraw its message where what became of its cases has changed; that it grew is seen elsewhere."""
    shown = (figures.answered, figures.waiting, figures.set_aside, figures.due_at)
    if desk.storming.shown.get(storm.id) != shown:
        desk.storming.shown[storm.id] = shown
        desk.store.want_storm(storm.id, now)


def remind_roles(desk: Desk, storm: Storm, figures: StormFigures, now: datetime) -> bool:
    """Remind the roles of a storm of the promise that its folded cases are owed first; return whether it was said.

    One series for all of them: at the usual shares of its time, and after the lapse every half hour. The roles are
    asked; without any, the leads' channel.
    """
    if figures.due_at is None:
        return False
    level = level_of(storm, figures.due_at, now)
    if level is None:
        return False
    due, late = figures.due_at, figures.lapsed
    waiting = f"{figures.waiting} {'waits' if figures.waiting == 1 else 'wait'} for an answer. "
    since = f"{late} {'is' if late == 1 else 'are'} overdue, the first since " if late else "The first is owed it by "
    said: list[Piece] = [f"Storm {storm.id} about {plain(storm.about, 200)}: {waiting}", since, due, "."]
    said += [" The message of ", StormNamed(storm.id), " in ", Room(storm.channel), " says who they are."]
    people = roles_of(desk.store.storm_marks(storm.id))
    key = f"storm:{storm.id}:due:{due:%Y%m%d%H%M%S}:{level}"
    with desk.store.transaction():
        desk.store.storm_reminded(storm.id, due, level)
        if people:
            desk.store.notice(key, "", said, now, people=people)
        else:
            tell_leads(desk, key, [*said, " Nobody has a role in it yet."], now)
    return True


def level_of(storm: Storm, due: datetime, now: datetime) -> int | None:
    """Return which reminder is due now, by the share of the time since the storm began; None: none.

    Levels above 100 are the half hours since the lapse. When another promise is owed first than before, the roles
    are reminded anew if it is half an hour later; of a lapse at most every half hour.
    """
    if now >= due:
        level = LAPSE + 1 + (now - due) // AGAIN
        last = _told_late_at(storm)
        return level if last is None or now - last >= AGAIN else None
    length = max(due - min(storm.since, due), timedelta(minutes=1))
    level = max((one for one in LEVELS if one <= 100 - (due - now) / length * 100), default=0)
    if storm.reminded_due is not None and due - storm.reminded_due < AGAIN and level <= storm.reminded_level:
        return None
    return level or None


def _told_late_at(storm: Storm) -> datetime | None:
    """Return of which half hour since a lapse the roles were told last."""
    if storm.reminded_due is None or storm.reminded_level <= LAPSE:
        return None
    return storm.reminded_due + (storm.reminded_level - LAPSE - 1) * AGAIN


def point_to_message(desk: Desk, storm: Storm, now: datetime) -> bool:
    """Say in a storm's channel where its message is, where many cards came after it; return whether it was said.

    At most once for each half hour of the storm, by the cards of the half hour before.
    """
    turn = (now - storm.opened_at) // POINTED
    if turn < 1 or desk.storming.pointed.get(storm.id) == turn or not storm_link(desk, storm.id):
        return False
    desk.storming.pointed[storm.id] = turn
    began = storm.opened_at + turn * POINTED
    if desk.store.cards_in(storm.channel, began - POINTED, began, MANY) < MANY:
        return False
    figures = desk.store.storm_figures(storm.id, now)
    many = "1 mention" if figures.count == 1 else f"{figures.count} mentions"
    said: list[Piece] = [f"{many} about {plain(storm.about, 200)} since ", storm.since]
    said += [f", {figures.a_minute} a minute as of ", now, f"; {figures.waiting} wait for an answer."]
    said += [" The message of ", StormNamed(storm.id), " with its figures and buttons is further up."]
    return desk.store.notice(f"storm:{storm.id}:up:{turn}", storm.channel, said, now)


def ask_whether_over(desk: Desk, storm: Storm, now: datetime) -> bool:
    """Ask the leads' channel whether a storm is over, as often as the configuration says; return whether it was."""
    every, since = desk.policy.storms.ask_every, storm.asked_at or storm.opened_at
    if every <= timedelta() or now - since < every:
        return False
    newest = desk.store.storm_figures(storm.id, now).newest_at
    said: list[Piece] = [f"Storm {storm.id} about {plain(storm.about, 200)} goes on since ", storm.since, "."]
    said += [" The newest mention of it came at ", newest, "."] if newest else []
    people = [Addressed(one) for one in roles_of(desk.store.storm_marks(storm.id))]
    said += [*(piece for one in people for piece in (" ", one)), " Is it over? The message of ", StormNamed(storm.id)]
    said += [
        " in ",
        Room(storm.channel),
        " has the button for that. Anybody on the team can say so; until then mentions are folded.",
    ]
    with desk.store.transaction():
        desk.store.storm_asked(storm.id, now)
        tell_leads(desk, f"storm:{storm.id}:over:{now:%Y%m%d%H%M%S}", said, now)
    return True
