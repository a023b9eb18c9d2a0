"""The traces of an erased person in texts that belong to no case of theirs: taken out, or reported."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from bot.domain.erasure.erasure import ErasedElsewhere
from bot.domain.erasure.traces import Traces, traces_of
from bot.domain.slack.telling import TellingKind
from storage.engine import rows
from storage.engine.base import Engine
from storage.erasure.called import like
from storage.erasure.erasures import CASELESS, CASES, REDRAW_NOTICE, THEIRS, drawn

_SAID = (
    "m.author_handle, m.author_name, CASE WHEN m.received_at < m.posted_at THEN m.received_at ELSE m.posted_at END"
)
_WRITTEN = f"""SELECT {_SAID}, m.text, m.said_before FROM cases c JOIN mentions m
    ON m.case_id = c.id WHERE c.network = :network AND c.author_id = :author AND {THEIRS}
UNION ALL SELECT {_SAID}, m.text, m.said_before FROM mentions m WHERE {CASELESS}"""
# What we wrote, and when: people quote it.
_OURS = """SELECT written_at, content FROM template_versions
UNION ALL SELECT s.written_at, p.text FROM statement_posts p JOIN statements s ON s.id = p.statement_id
UNION ALL SELECT m.posted_at, m.text FROM cases c JOIN mentions m ON m.case_id = c.id
    WHERE c.network = :network AND c.author_id = :author AND m.side = 'ours'"""
_OUR_HOLDING = "SELECT written_at, variants FROM holding_replies"
_CALLED = "SELECT author_handle, author_name FROM cases WHERE network = :network AND author_id = :author"


class _Texts(NamedTuple):
    """Texts of a table: what a report calls one, the query for row, number or name, and words; and the change."""

    what: str
    sql: str
    change: str = ""
    in_json: bool = False


_IS_OVER = """(s.state = 'declined' OR NOT EXISTS (SELECT 1 FROM statement_posts u WHERE u.statement_id = s.id
    AND u.state IN ('waiting', 'sending', 'unconfirmed')))"""
_OF_STATEMENTS = f"""SELECT p.id, p.statement_id, p.{{1}} FROM statement_posts p
JOIN statements s ON s.id = p.statement_id WHERE {{0}} {_IS_OVER} ORDER BY p.id"""
_OF_HOLDING = "SELECT id, id, {1} FROM holding_replies WHERE ended_at IS {0} NULL ORDER BY id"
# What went out by an approval, and has come to an end.
_OVER = (
    _Texts(
        "statement {}",
        _OF_STATEMENTS.format("", "text"),
        "UPDATE statement_posts SET text = :text WHERE id = :id",
    ),
    _Texts(
        "statement {}",
        _OF_STATEMENTS.format("", "replaces"),
        "UPDATE statement_posts SET replaces = :text WHERE id = :id",
    ),
    _Texts(
        "holding reply {}",
        _OF_HOLDING.format("NOT", "variants"),
        "UPDATE holding_replies SET variants = :text WHERE id = :id",
        in_json=True,
    ),
    _Texts(
        "holding reply {}",
        _OF_HOLDING.format("NOT", "machines"),
        "UPDATE holding_replies SET machines = :text WHERE id = :id",
        in_json=True,
    ),
)
# Nothing goes out by these as they stand: a template's words are approved once more with each reply.
_TAKEN_OUT = (
    _Texts(
        "template {}",
        "SELECT id, name, content FROM template_versions ORDER BY name, id",
        "UPDATE template_versions SET content = :text WHERE id = :id",
    ),
    _Texts(
        "template {}",
        "SELECT id, name, why FROM template_versions WHERE why <> '' ORDER BY name, id",
        "UPDATE template_versions SET why = :text WHERE id = :id",
    ),
    *_OVER,
    _Texts(
        "the reason why somebody else is set aside (decision {})",
        "SELECT id, id, why FROM asides WHERE why <> '' ORDER BY id",
        "UPDATE asides SET why = :text WHERE id = :id",
    ),
    _Texts("a pause", "SELECT 0, 0, why FROM halts WHERE why <> ''", "UPDATE halts SET why = :text WHERE why = :was"),
)
# Messages of the desk that quote a reason: why a template was declined, or sending is paused.
_QUOTING = "SELECT id, sentence, pieces FROM notices WHERE key LIKE :declined OR key LIKE :pause"
_KEYS = {"declined": "template:%:decided", "pause": "pause:%"}
_QUOTED = "UPDATE notices SET sentence = :sentence, pieces = :pieces WHERE id = :id"
# Templates that the desks hold in memory are read anew.
_TEMPLATES_ANEW = """INSERT INTO settings (key, value) VALUES ('templates.erased', '1')
ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(settings.value AS INTEGER) + 1 AS TEXT)"""
# What is bound by an approval stays until it has come to an end: people are told where it is.
_UNDER_WAY = (
    _Texts("statement {}", _OF_STATEMENTS.format("NOT", "text")),
    _Texts("statement {}", _OF_STATEMENTS.format("NOT", "replaces")),
    _Texts("holding reply {}", _OF_HOLDING.format("", "variants"), in_json=True),
    _Texts("holding reply {}", _OF_HOLDING.format("", "machines"), in_json=True),
)
_LEFT = "SELECT id, network, traces FROM traces_left ORDER BY id"
_LEAVE = "INSERT INTO traces_left (network, traces) VALUES (:network, :traces)"
_NONE_LEFT = "DELETE FROM traces_left WHERE id = :id"
# What is of another customer's case stays, too.
_OF_DRAFT = "JOIN drafts d ON d.id = {0}.draft_id WHERE lower({0}.{1}) LIKE :name ESCAPE '!'"
_OF_CASE = "SELECT {0}, {1} FROM {2} WHERE lower({1}) LIKE :name ESCAPE '!'"
_OF_CASES = (
    _OF_CASE.format("id", "reason", "cases"),
    _OF_CASE.format("id", "assigned_note", "cases"),
    _OF_CASE.format("case_id", "note", "drafts"),
    _OF_CASE.format("case_id", "facts", "drafts"),
    _OF_CASE.format("case_id", "template_text", "drafts"),
    _OF_CASE.format("case_id", "text", "inquiries"),
    _OF_CASE.format("case_id", "answer", "inquiries"),
    _OF_CASE.format("case_id", "reason", "hidings"),
    _OF_CASE.format("case_id", "words", "saved_words"),
    f"SELECT d.case_id, v.text FROM draft_versions v {_OF_DRAFT.format('v', 'text')}",
    f"SELECT d.case_id, v.note FROM draft_versions v {_OF_DRAFT.format('v', 'note')}",
    f"SELECT d.case_id, a.note FROM asks a {_OF_DRAFT.format('a', 'note')}",
    f"SELECT d.case_id, a.reason FROM approvals a {_OF_DRAFT.format('a', 'reason')}",
)


def take_out(engine: Engine, network: str, author_id: str, until: datetime) -> ErasedElsewhere:
    """Take the traces of an author out of what belongs to no case of theirs, and return where they were and are."""
    whose: dict[str, object] = {"network": network, "author": author_id, "until": rows.stored(until)}
    posts = engine.rows(_WRITTEN, whose)
    called = [one for row in [*engine.rows(_CALLED, whose), *posts] for one in row[:2]]
    said = [(at, one) for _, _, at, *texts in posts for one in texts]
    traces = traces_of(called, (one for _, one in said)).without_ours(said, _ours(engine, whose))
    gone = {one: None for texts in _TAKEN_OUT for one in _taken_out(engine, texts, traces)}
    gone |= dict.fromkeys(_quoting(engine, traces, until))
    if any(one.startswith("template") for one in gone):
        engine.run(_TEMPLATES_ANEW)
    stays = _leave(engine, network, traces)
    return ErasedElsewhere(tuple(gone), tuple(stays), tuple(_cases(engine, traces, whose)))


def _leave(engine: Engine, network: str, traces: Traces) -> list[str]:
    """Keep the traces that texts under way have, for when these come to an end; return what the texts are."""
    found = [(texts, one) for texts in _UNDER_WAY for one in _with(engine, texts, traces)]
    if found:
        words = [word for texts, (_, _, was, _) in found for word in _every_text(was, in_json=texts.in_json)]
        stored = _stored(traces.within(words))
        if stored not in [one for _, _, one in engine.rows(_LEFT)]:
            engine.run(_LEAVE, {"network": network, "traces": stored})
    return list(dict.fromkeys(what for _, (_, what, _, _) in found))


def take_out_left(engine: Engine) -> list[tuple[str, list[str]]]:
    """Take out the traces that were left in texts which have come to an end; return them by the person's network."""
    done = []
    for row, network, stored in engine.rows(_LEFT):
        traces = _read(stored)
        gone = {one: None for texts in _OVER for one in _taken_out(engine, texts, traces)}
        if not any(True for texts in _UNDER_WAY for _ in _with(engine, texts, traces)):
            engine.run(_NONE_LEFT, {"id": row})
        done.append((network, list(gone)))
    return done


def _stored(traces: Traces) -> str:
    """Return traces as JSON."""
    return rows.compact({"names": traces.names, "runs": sorted(traces.runs), "phrases": sorted(traces.phrases)})


def _read(stored: str) -> Traces:
    found = json.loads(stored)
    runs = frozenset(map(tuple, found["runs"]))
    return Traces(tuple(found["names"]), runs, frozenset(found["phrases"]))


def _ours(engine: Engine, whose: dict[str, object]) -> Iterator[tuple[int, str]]:
    """Yield what we wrote, and when."""
    for at, text in engine.rows(_OURS, whose):
        yield at, text
    for at, variants in engine.rows(_OUR_HOLDING):
        for text in json.loads(variants).values():
            yield at, text


def _taken_out(engine: Engine, texts: _Texts, traces: Traces) -> Iterator[str]:
    for row, what, was, text in _with(engine, texts, traces):
        engine.run(texts.change, {"id": row, "was": was, "text": text})
        yield what


def _quoting(engine: Engine, traces: Traces, at: datetime) -> Iterator[str]:
    """Take the traces out of messages that quote a reason, and have them drawn anew."""
    for row, was, pieces in engine.rows(_QUOTING, _KEYS):
        sentence = traces.without(was)
        if sentence != was:
            without = _in_json(traces, pieces)
            said = {"sentence": sentence, "pieces": "[]" if without == pieces else without}
            engine.run(_QUOTED, {"id": row} | said)
            engine.run(REDRAW_NOTICE, {"id": row} | drawn(TellingKind.NOTICE, at))
            yield "a message of the desk that quotes a reason"


def _with(engine: Engine, texts: _Texts, traces: Traces) -> Iterator[tuple[int, str, str, str]]:
    """Yield each text with a trace, and its words without."""
    for row, which, was in engine.rows(texts.sql):
        text = _in_json(traces, was) if texts.in_json else traces.without(was)
        if text != was:
            yield row, texts.what.format(which), was, text


def _cases(engine: Engine, traces: Traces, whose: dict[str, object]) -> list[int]:
    """Return the cases of others in which somebody wrote the name."""
    likes = [{"name": like(name)} for name in traces.names]
    found = [row for sql in _OF_CASES for name in likes for row in engine.rows(sql, name)]
    theirs = {row[0] for row in engine.rows(CASES, whose)}
    return sorted({case for case, text in found if case not in theirs and traces.name_in(text)})


def _in_json(traces: Traces, was: str) -> str:
    value = json.loads(was)
    found = _without(traces, value)
    return was if found == value else rows.compact(found)


def _every_text(was: str, *, in_json: bool) -> Iterator[str]:
    """Yield the texts of a stored value."""
    values = [json.loads(was)] if in_json else [was]
    while values:
        one = values.pop()
        if isinstance(one, str):
            yield one
        else:
            values += one.values() if isinstance(one, dict) else one


def _without(traces: Traces, value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a value of JSON in which each text has no trace."""
    match value:
        case str():
            return traces.without(value)
        case dict():
            return {name: _without(traces, one) for name, one in value.items()}
        case list():
            return [_without(traces, one) for one in value]
        case _:
            return value
