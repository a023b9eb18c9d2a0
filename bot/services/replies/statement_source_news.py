"""Tells leads what another system brings: statements that wait for people, and what could not become one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from bot.domain.replies.statement import Statement
from bot.domain.slack.notice import Said
from bot.ports import Desk
from bot.services.slack.gathered_notices import GATHERED, tell_gathered

APART = timedelta(minutes=10)  # messages about different things that were refused
_DECIDES = "Somebody decides on {} with /care statements."


def tell_of_draft(desk: Desk, number: int, statement: Statement, where: str, also: str) -> None:
    """Tell leads of a statement that a system brought, in the transaction that stored it.

    While others of that system wait, one message an hour counts them.
    """
    waiting = [one for one in desk.store.proposed_statements() if one.by == statement.by]
    said: Callable[[int, datetime], Said] = partial(_brought, statement.source, where, also)
    about = f"statements of {statement.source}"
    tell_gathered(desk, about, number, said, statement.at, others_wait=len(waiting) > 1)


def _brought(source: str, where: str, also: str, many: int, since: datetime) -> Said:
    if many == 1:
        return (f"“{source}” brought a statement for {where}. {_DECIDES.format('it')} {also}".rstrip(),)
    newest = f", the newest for {where}. {_DECIDES.format('them')} {also}".rstrip()
    return (f"“{source}” brought {many} statements since ", since, newest)


def tell_of_unusable(desk: Desk, source: str, event: str, why: str, at: datetime) -> None:
    """Tell leads why what another system brought could not become a statement; `event`: "" where it has none.

    For an hour the message counts the same one where it is sent again. Another one may be of another outage: it has a
    message of its own, unless that of the one before is younger than ten minutes.
    """
    about, which = f"refused statements of {source}", sha256(f"{event}\n{why}".encode()).hexdigest()[:16]
    with desk.store.transaction():
        again = desk.store.setting(about) == which
        desk.store.put_setting(about, which)
        within = GATHERED if again else APART
        said = partial(_refused, source, why)
        tell_gathered(desk, about, int(at.timestamp()), said, at, others_wait=True, within=within)


def _refused(source: str, why: str, many: int, since: datetime) -> Said:
    if many == 1:
        return (f"“{source}” brought a statement, and it was refused: {why} Somebody has to write it.",)
    return (f"“{source}” brought {many} statements that were refused since ", since, f", the newest: {why} {_WRITE}")


_WRITE = "Somebody has to write them."
