"""Remarks for approvers about a draft: changes to its template, and possible problems."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from enum import StrEnum
from urllib.parse import urlsplit

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.seldom import matcher
from bot.domain.base.text import taken_out, visible
from bot.domain.promises.spoken_promise import first_spoken
from bot.domain.replies.draft_patterns import (
    ASK,
    CLICHE,
    EMOJI_CODE,
    GAP,
    IN_PRIVATE,
    INITIALS,
    LINK,
    MENTION,
    NEGATED,
    NO_LONGER_ASKING,
    PRIVATE_DETAIL,
    SECRET,
    SENTENCE_END,
)

NEAR = 100  # largest distance, in characters, between a verb of asking and its object


class RemarkKind(StrEnum):
    """The subject of a remark."""

    PLACEHOLDER = "placeholder"
    EMOJI_CODE = "emoji_code"
    MENTIONS_OTHERS = "mentions_others"
    NEVER_ASKED = "never_asked"
    ASKED_IN_PUBLIC = "asked_in_public"
    ASKED_IN_PRIVATE = "asked_in_private"
    LINK = "link"
    NO_NAME = "no_name"
    CLICHE = "cliche"
    PROMISE = "promise"
    UNSEEN = "unseen"
    SAID_BEFORE = "said_before"
    PERSONAL_DATA = "personal_data"
    COSTLY_LINK = "costly_link"
    AFTER_RETURN = "after_return"
    # wording (wording.py), the gravest first
    THREAT = "threat"
    IN_KIND = "in_kind"
    LIABILITY = "liability"
    BLAMING = "blaming"
    CALM_DOWN = "calm_down"
    DEFENSIVE = "defensive"
    UNKEEPABLE = "unkeepable"
    JOKING = "joking"
    SENT_OFTEN = "sent_often"
    FITS_ANYBODY = "fits_anybody"
    NO_STEP = "no_step"
    NO_MOMENT = "no_moment"


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark on a draft: a sentence with a remedy if it blocks the draft, otherwise a short note."""

    kind: RemarkKind
    sentence: str
    blocking: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    text: str
    taken_out: int  # signs that nobody sees
    author_handle: str
    first_name: str
    allowed_links: Collection[str]
    allowed_mentions: Collection[str]
    private: bool


# Remarks on style: at most three at once, so that they are read; the first ones here are said first.
STYLE = (
    RemarkKind.THREAT,
    RemarkKind.IN_KIND,
    RemarkKind.LIABILITY,
    RemarkKind.BLAMING,
    RemarkKind.CALM_DOWN,
    RemarkKind.UNKEEPABLE,
    RemarkKind.DEFENSIVE,
    RemarkKind.JOKING,
    RemarkKind.SENT_OFTEN,
    RemarkKind.FITS_ANYBODY,
    RemarkKind.CLICHE,
    RemarkKind.NO_STEP,
    RemarkKind.NO_MOMENT,
    RemarkKind.NO_NAME,
)
AT_ONCE = 3
# Those that are said while somebody types; the others are true of most unfinished words.
WHILE_TYPED = frozenset(STYLE) - {RemarkKind.NO_STEP, RemarkKind.NO_MOMENT, RemarkKind.NO_NAME}


def worth_saying(found: Iterable[Remark]) -> tuple[Remark, ...]:
    """Return the remarks that are shown: blocking ones first, all on facts, and the gravest on style."""
    known = sorted(found, key=lambda one: not one.blocking)
    facts = [one for one in known if one.kind not in STYLE]
    style = sorted((one for one in known if one.kind in STYLE), key=lambda one: STYLE.index(one.kind))
    return (*facts, *style[:AT_ONCE])


# --- against the template, and against the version before


def difference(template_text: str, text: str, title: str = "") -> str:
    """Return in a few words how `text` differs from the filled template, in sentences, without the signature."""
    before, after = _sentences(template_text), _sentences(text)
    steps = [step for step in matcher(before, after).get_opcodes() if step[0] != "equal"]
    changed = sum(min(i2 - i1, j2 - j1) for _, i1, i2, j1, j2 in steps)
    added = sum(max(0, (j2 - j1) - (i2 - i1)) for _, i1, i2, j1, j2 in steps)
    removed = sum(max(0, (i2 - i1) - (j2 - j1)) for _, i1, i2, j1, j2 in steps)
    parts = [f'from "{title}"'] if title else []
    return ", ".join([*parts, *_counted(changed, added, removed, kept=len(before) - changed - removed)])


def _sentences(text: str) -> list[str]:
    parts = SENTENCE_END.split(INITIALS.sub("", text))
    return [" ".join(part.split()) for part in parts if part.strip()]


def _counted(changed: int, added: int, removed: int, *, kept: int) -> Iterator[str]:
    if not (changed or added or removed):
        yield "word for word"
    elif kept == 0:
        yield "rewritten"
    else:
        if changed:
            yield f"{changed} sentence{'s' if changed > 1 else ''} changed"
        if added:
            yield f"{added} added"
        if removed:
            yield f"{removed} left out"


# --- before it is approved


def placeholder(fact: str) -> str:
    """Return the placeholder of an open fact in a template's text: `[by when]`."""
    return f"[{fact.replace('_', ' ')}]"


def unfilled(text: str) -> tuple[str, ...]:
    """Return the placeholders left in a text, each once: `{{ x }}`, `[by when]`, `%NAME%`, `<name>`, `___`."""
    return tuple(dict.fromkeys(found[0] for found in GAP.finditer(text)))


def promised_phrase(text: str) -> str:
    """Return the first phrase that promises a time in the future ("by 17:00", "within 2 hours"), or ""."""
    return first_spoken(text)


def checks(
    text: str,
    *,
    author_handle: str,
    first_name: str = "",
    allowed_links: Collection[str] = (),
    allowed_mentions: Collection[str] = (),
    private: bool = False,
) -> tuple[Remark, ...]:
    """Return the remarks on a reply to `author_handle`; blocking ones come first.

    `allowed_links` are hosts (those below them count too), `allowed_mentions` the handles that may be named beside
    the author's, `private` says that only the author will read it.
    """
    draft = _Draft(
        text=visible(text),
        taken_out=taken_out(text),
        author_handle=author_handle,
        first_name=first_name,
        allowed_links=allowed_links,
        allowed_mentions=allowed_mentions,
        private=private,
    )
    remarks = [remark for check in _CHECKS for remark in check(draft)]
    return tuple(sorted(remarks, key=lambda remark: not remark.blocking))


def _placeholders(draft: _Draft) -> Iterator[Remark]:
    if gaps := unfilled(draft.text):
        yield Remark(
            RemarkKind.PLACEHOLDER,
            f"Not filled in yet: {', '.join(gaps)}. Put in what is true, or take the words out.",
            blocking=True,
        )


def _emoji_codes(draft: _Draft) -> Iterator[Remark]:
    """Yield a remark on emoji of this workspace: the public would see their short name."""
    if codes := dict.fromkeys(EMOJI_CODE.findall(draft.text)):
        sentence = (
            f"The customer would read {', '.join(codes)} as these letters. Take it out, or choose another emoji."
        )
        yield Remark(RemarkKind.EMOJI_CODE, sentence, blocking=True)


def _mentions(draft: _Draft) -> Iterator[Remark]:
    allowed = {handle.lstrip("@").casefold() for handle in (draft.author_handle, *draft.allowed_mentions)}
    others = [handle for handle in MENTION.findall(draft.text) if handle.casefold() not in allowed]
    if others:
        named = ", ".join(f"@{handle}" for handle in dict.fromkeys(others))
        sentence = f"This would notify {named} too, not only the customer. Write the name without the @."
        yield Remark(RemarkKind.MENTIONS_OTHERS, sentence, blocking=True)


def _links(draft: _Draft) -> Iterator[Remark]:
    allowed = tuple(host.casefold().strip(".") for host in draft.allowed_links)
    hosts = dict.fromkeys(_host(link) for link in LINK.findall(draft.text))
    for host in hosts:
        ours = any(host == one or host.endswith(f".{one}") for one in allowed)
        if not ours or not re.fullmatch(r"[\w.-]+", host):  # browsers read a backslash in a host as a slash
            yield Remark(RemarkKind.LINK, f"links to {host}, which is not on our list")


def _host(link: str) -> str:
    link = link if "://" in link else f"https://{link}"
    try:
        return (urlsplit(link).hostname or link).rstrip(".,;:!?)'\"").casefold()
    except ValueError:
        return link


def _private_details(draft: _Draft) -> Iterator[Remark]:
    if secret := _asked(draft.text, SECRET):
        sentence = f"This asks for a {secret}. We never do, not even in private: ask for something else."
        yield Remark(RemarkKind.NEVER_ASKED, sentence, blocking=True)
        return
    detail = _asked(draft.text, PRIVATE_DETAIL)
    if not detail:
        return
    if draft.private or IN_PRIVATE.search(draft.text):
        yield Remark(RemarkKind.ASKED_IN_PRIVATE, "asks for private details in private")
    else:
        sentence = f'This asks for "{detail}" where everybody reads. Ask for it by private message, and say so.'
        yield Remark(RemarkKind.ASKED_IN_PUBLIC, sentence, blocking=True)


def _asked(text: str, details: re.Pattern[str]) -> str:
    """Return the first of `details` that the text asks for, or ""; "we never ask for it" is no request."""
    for sentence in _sentences(text):
        for verb in ASK.finditer(sentence):
            before, after = sentence[: verb.start()][-NEAR:], sentence[verb.end() :][:NEAR]
            found = details.search(NO_LONGER_ASKING.split(after, maxsplit=1)[0])
            if found and not NEGATED.search(before):
                return found["what"].lower()
    return ""


def _name(draft: _Draft) -> Iterator[Remark]:
    named = rf"(?<!\w)(?:{re.escape(draft.first_name)}|@?{re.escape(draft.author_handle.lstrip('@'))})(?!\w)"
    if draft.first_name and not re.search(named, draft.text, re.IGNORECASE):
        yield Remark(RemarkKind.NO_NAME, f"does not use the name {draft.first_name}")


def _cliches(draft: _Draft) -> Iterator[Remark]:
    for cliche in dict.fromkeys(found[0].lower() for found in CLICHE.finditer(draft.text)):
        yield Remark(RemarkKind.CLICHE, f'"{cliche}" reads like a form letter')


def _promise(draft: _Draft) -> Iterator[Remark]:
    if phrase := promised_phrase(draft.text):
        yield Remark(RemarkKind.PROMISE, f"promises an answer {phrase}")


def _unseen(draft: _Draft) -> Iterator[Remark]:
    if many := draft.taken_out:
        signs = "1 sign that nobody sees is" if many == 1 else f"{many} signs that nobody sees are"
        yield Remark(RemarkKind.UNSEEN, f"{signs} taken out")


_CHECKS: tuple[Callable[[_Draft], Iterator[Remark]], ...] = (
    _placeholders,
    _emoji_codes,
    _mentions,
    _private_details,
    _links,
    _name,
    _cliches,
    _promise,
    _unseen,
)
