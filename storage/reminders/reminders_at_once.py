"""Writes many reminders together: the same rows that `record` would write for each, table by table."""

from collections import defaultdict
from collections.abc import Sequence

from bot.domain.base.replaced import replace
from bot.domain.cases.case import Case
from bot.domain.reminders.reminder_events import Reminded
from bot.ports.store_errors import Conflict
from storage.audit import lines, seal
from storage.engine.base import Engine
from storage.promises import promises
from storage.slack import tellings
from storage.slack.standing import missing_messages_of

_NEXT = "UPDATE cases SET version = version + 1 WHERE id = :id AND version = :was"


class Gathered:
    """Reminders in a digest."""

    engine: Engine

    def remind_all(self, happened: Sequence[tuple[Case, Reminded]]) -> None:
        engine = self.engine
        with engine.transaction():
            cases = [case.id for case, _ in happened]
            known, missing = lines.newest_hashes(engine, cases), missing_messages_of(engine, cases)
            if engine.run_all(_NEXT, [{"id": case.id, "was": case.version} for case, _ in happened]) != len(happened):
                raise Conflict("one of these cases is at another version meanwhile")
            writes: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
            for before, event in happened:
                after = replace(before, version=before.version + 1)
                for sql, params in (
                    *promises.reminder_writes(before, event),
                    lines.line(engine, known.get(before.id, seal.BEGINNING), before, after, event),
                    *tellings.renewed(before, after, event, {}, missing[before.id]),
                ):
                    writes[sql].append(params)
            for sql, many in writes.items():
                engine.run_all(sql, many)
            lines.count_into_seal(engine, writes[lines.ADD])
            engine.announce()
