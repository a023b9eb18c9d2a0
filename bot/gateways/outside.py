"""Turns JSON from outside into values that are safe to store and to read.

Texts have no NUL and no lone surrogate, numbers have a bounded size, and nothing is nested deeper than DEEPEST.
The accessors below return an empty value for a value of an unexpected type, so one odd value affects
only the thing that it describes.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from bot.domain.base.text import clean

Json = Mapping[str, Any]

DEEPEST = 40  # nested lists and objects; deeper ones are left out
LONGEST_NAME = 200  # code points of the name of a person, a group or a channel
_DIGITS = 19  # of a whole number; a longer one counts as missing

_SIGNS = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
_UNSTORABLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])|[\0\ud800-\udfff]")


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _DIGITS else None


def _broken(digits: str) -> float | None:
    return found if math.isfinite(found := float(digits)) else None


def _constant(_: str) -> None:
    """Refuse NaN and Infinity, which are not JSON."""


DECODER = json.JSONDecoder(strict=False, parse_int=_whole, parse_float=_broken, parse_constant=_constant)


def read_json(text: str) -> Any:  # noqa: ANN401 - any value at all
    """Return the JSON value in `text`; raise ValueError when it is not JSON."""
    value = DECODER.decode(shallow(text))
    return cleaned(value) if _UNSTORABLE.search(text) else value


def shallow(text: str) -> str:
    """Return JSON in which `null` replaces everything nested deeper than DEEPEST."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return text
    kept, depth, last = list[str](), 0, 0
    for found in _SIGNS.finditer(text):
        if found[0] in {"[", "{"}:
            depth += 1
            kept += [text[last : found.start()]] if depth == DEEPEST + 1 else []
        elif found[0] in {"]", "}"}:
            if depth == DEEPEST + 1:
                kept.append("null")
                last = found.end()
            depth -= 1
    if depth > DEEPEST:  # it ends there and is not JSON
        return "".join(kept)
    return "".join([*kept, text[last:]]) if kept else text


def cleaned(value: Any) -> Any:  # noqa: ANN401 - any value of JSON
    """Return a JSON value in which every text, also each key, can be stored."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [cleaned(one) for one in value]
    if isinstance(value, dict):
        return {clean(name): cleaned(one) for name, one in value.items()}
    return value


def text_or_empty(holder: Json, name: str) -> str:
    """Return the text called `name`, or "" for another type."""
    found = holder.get(name)
    return found if isinstance(found, str) else ""


def object_in(holder: Json, name: str) -> Json:
    """Return the object called `name`, or an empty one."""
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def objects(holder: Json, name: str) -> list[Json]:
    """Return the objects in the list called `name`, without its other members."""
    found = holder.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def list_of_texts(holder: Json, name: str) -> list[str]:
    """Return the texts in the list called `name`, without its other members."""
    found = holder.get(name)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def whole_number(holder: Json, name: str, most: int) -> int | None:
    """Return the whole number called `name`, from 0 to `most`; None for anything else."""
    found = holder.get(name)
    return found if type(found) is int and 0 <= found <= most else None


def raw_of(told: object) -> bytes:
    """Return what came as bytes, for the record."""
    return json.dumps(told, ensure_ascii=True).encode("ascii")


def as_name(holder: Json, *names: str) -> str:
    """Return the first of these texts that is not empty, as a name: on one line, of bounded length."""
    found = next((text for name in names if (text := text_or_empty(holder, name).strip())), "")
    return " ".join(clean(found)[: 2 * LONGEST_NAME].split())[:LONGEST_NAME]


def address_parts(link: str) -> SplitResult:
    """Return the parts of an address that somebody typed; all are empty for one that cannot be read."""
    try:
        return urlsplit(link)
    except ValueError:  # "http://[": it names no host
        return SplitResult("", "", "", "", "")
