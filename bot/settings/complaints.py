"""Turns pydantic's errors about the file into plain sentences."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from bot.domain.base.seldom import closest
from bot.settings.faults import Fault
from bot.settings.lines import Lines, Path
from bot.settings.model import Config
from bot.settings.secrets import TOKEN_LIKE

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_SAID: Mapping[str, tuple[str, str]] = {
    "string_type": ("This is not text.", "Put it in quotation marks."),
    "bool_type": ("This is neither yes nor no.", "Write true or false, without quotation marks."),
    "int_type": ("This is not a whole number.", "Write it without quotation marks."),
    "dict_type": ("This is not a list for each network.", 'Write the network too: handles.x = ["priya_n"].'),
    "tuple_type": ("This is not a list.", "Put it in square brackets: [ ... ]."),
    "date_type": ("This is not a day.", "Write it as 2026-12-25."),
    "date_from_datetime_parsing": ("This is not a day.", "Write it as 2026-12-25."),
    "date_from_datetime_inexact": ("This is not a day.", "Write it as 2026-12-25, without a time."),
    "date_parsing": ("This is not a day.", "Write it as 2026-12-25."),
    "path_type": ("This is not a folder's path.", "Put it in quotation marks."),
}
_LONGEST = 40  # characters of a name that a sentence repeats
_SECRET_WORDS = ("token", "secret", "password", "consumer")


def faults_found(trouble: ValidationError, lines: Lines) -> list[Fault]:
    """Return a fault for each of pydantic's errors, one per place in the file."""
    found: dict[Path, Fault] = {}
    for one in trouble.errors(include_url=False):
        path = tuple(part for part in one["loc"] if not _inner(part))
        found.setdefault(path, _fault(one, path, lines))
    return list(found.values())


def dotted(path: Path) -> str:
    """Return a path as people write it: routes[2].channel, counted from 1."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{_short(part)}" for part in path).lstrip(".")


def _short(name: str) -> str:
    """Return a name cut short for a sentence: people sometimes paste secrets in the wrong place."""
    return name if len(name) <= _LONGEST and not TOKEN_LIKE.search(name) else "…"


def _inner(part: str | int) -> bool:
    return isinstance(part, str) and ("[" in part or "(" in part or part in {"ZoneInfo", "none", "Priority"})


def _fault(one: "ErrorDetails", path: Path, lines: Lines) -> Fault:
    kind, context = one["type"], one.get("ctx", {})
    line = lines.of(path, one["input"] if isinstance(one["input"], str | int) else None)
    if kind == "heard":
        return Fault(line, dotted(path), TOKEN_LIKE.sub("(a token)", context["what"]), context["remedy"])
    if kind == "extra_forbidden":
        return Fault(line, dotted(path), *_unknown(path))
    if kind == "missing":
        return Fault(line, dotted(path), *_missing(path))
    if kind in {"literal_error", "enum"}:
        return Fault(line, dotted(path), "This value is not known here.", f"Write {context['expected']}.")
    if kind in {"model_type", "model_attributes_type"}:
        return Fault(
            line, dotted(path), "This is not a section.", f"Write it as [{path[0]}] or [[{path[0]}]] with keys."
        )
    what, remedy = _SAID.get(kind) or _bound(kind, context)
    return Fault(line, dotted(path), what, remedy)


def _bound(kind: str, context: Mapping[str, object]) -> tuple[str, str]:
    if kind == "greater_than_equal":
        return "This is too small.", f"The smallest is {context['ge']}."
    if kind == "less_than_equal":
        return "This is too large.", f"The largest is {context['le']}."
    return "This cannot be used as it is.", "See docs/configuration.md."


def _missing(path: Path) -> tuple[str, str]:
    if len(path) == 1:
        return (
            f"The section [{path[0]}] is missing.",
            "`heard init` writes one; docs/configuration.md names its keys.",
        )
    return f"{path[-1]} is missing.", f"Add it to [{path[0]}]: {_meaning(path)}"


def _unknown(path: Path) -> tuple[str, str]:
    name = _short(str(path[-1]))
    if any(word in name.lower() for word in _SECRET_WORDS):
        return (
            f"Secrets do not belong in this file ({name}).",
            "Set it in the environment, or in a file of its own.",
        )
    close = closest(name, _names(path[:-1]))
    remedy = f"Did you mean {close}?" if close else "Take it out, or see docs/configuration.md for the names."
    return f"There is no setting {name} here.", remedy


def _names(path: Path) -> Iterator[str]:
    model = _model(path)
    return iter(model.model_fields) if model else iter(())


def _meaning(path: Path) -> str:
    model = _model(path[:-1])
    field = model.model_fields.get(str(path[-1])) if model else None
    return (field.description or "") if field else ""


def _model(path: Path) -> type[BaseModel] | None:
    model: type[BaseModel] = Config
    for part in path:
        if isinstance(part, int):
            continue
        found = next(_models(model.model_fields[part].annotation), None) if part in model.model_fields else None
        if found is None:
            return None
        model = found
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - a type as written, of any form
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
