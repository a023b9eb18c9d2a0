"""Patterns of triage rules: RE2 searches them in time that grows with the post only, whatever the pattern is."""

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, ValidationInfo

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean
from bot.domain.base.word_caches import word_cache
from bot.settings.values import fault, quoted

if TYPE_CHECKING:
    import re2

_MEMORY = 1 << 20  # bytes that one pattern may take, compiled and at work
_STEPS = 1_000  # of one pattern, where it spells them out
_REPEATED = 450  # where { } multiply them: then each character of a post can cost that many
_INSTRUCTIONS = 5_000  # of one compiled pattern; a class of letters is some hundreds
_NAME = 40  # characters of a rule's name
_REMEDY = (
    "Write it as RE2 does, without look-around and back-references, and in single quotation marks; "
    "docs/triage.md has examples."
)


@dataclass(frozen=True, slots=True)
class Re2Pattern:
    """A pattern; two with the same text are equal."""

    text: str

    def __call__(self, text: str) -> str:
        """Return the first part of a text that fits, or an empty string."""
        found = _compiled(self.text).search(_in_bytes(text))
        return found[0].decode("utf-8", "replace") if found else ""


@word_cache(16)
def _in_bytes(text: str) -> bytes:
    """Return a post as RE2 reads it: once for all rules."""
    return clean(text).encode()


@lru_cache(maxsize=256)
def _compiled(text: str, *, bytewise: bool = False) -> "re2._Regexp":
    import re2  # noqa: PLC0415 - only for desks that have rules

    options = re2.Options()
    options.max_mem, options.log_errors, options.case_sensitive = _MEMORY, False, False
    if bytewise:
        options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(text.encode(), options)


def _steps(text: str) -> int:
    """Return how many places a pattern has; read bytewise, a class of letters is about one."""
    compiled = _compiled(text, bytewise=True)
    return max(int(compiled.programsize), int(compiled.reverseprogramsize))


def _pattern(value: str, info: ValidationInfo) -> str:
    """Return a pattern that can be used; the fault names the rule that it belongs to."""
    rule = f"The rule {quoted(info.data.get('name', ''))}"
    what, remedy = _trouble(value)
    if what:
        raise fault(f"{rule} {what}", remedy)
    return value


def _trouble(text: str) -> tuple[str, str]:
    """Return what is wrong with a pattern and what to do about it; nothing where it can be used."""
    if not text.strip():
        return "has an empty pattern.", "Write what a post must contain."
    try:
        compiled, steps = _compiled(text), _steps(text)
    except Exception as trouble:  # noqa: BLE001 - RE2 raises an error of its own, and Unicode errors
        return _not_re2(trouble)
    if compiled.programsize > _INSTRUCTIONS or _is_too_large(steps, len(text.encode())):
        return _TOO_LARGE
    if compiled.search(b"") is not None:
        return "fits every post, even an empty one.", "Name a word that the post must contain."
    return "", ""


def _is_too_large(steps: int, length: int) -> bool:
    """Return whether a pattern of so many bytes has too many places to be fast."""
    spelled_out = steps <= 2 * length + 20
    return steps > (_STEPS if spelled_out else _REPEATED)


_TOO_LARGE = (
    "has a pattern that is too large to be fast.",
    "Use smaller numbers in { }, or make several rules of it.",
)


def _not_re2(trouble: Exception) -> tuple[str, str]:
    said: Any = trouble.args[0] if trouble.args else ""
    why = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if "too large" in why:
        return _TOO_LARGE
    return f"has a pattern that cannot be used: {clean(why)}.", _REMEDY


def _rule_name(value: str) -> str:
    if not value.strip() or not value.isprintable() or len(value) > _NAME:
        raise fault(
            f"{quoted(value)} cannot be a rule's name.", f"Use a few words, at most {_NAME} characters, on one line."
        )
    return value.strip()


Pattern = Annotated[str, AfterValidator(_pattern)]
RuleName = Annotated[str, AfterValidator(_rule_name)]
