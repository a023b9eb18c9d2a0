"""Statements in Slack: the form with each account's shape of it, and where those of the last days stand."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from types import MappingProxyType

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import input_block, select, text_input
from bot.blocks.base.parts import Block, plain_text
from bot.blocks.base.phrases import Bold, Link, Person, Phrase, joined
from bot.blocks.replies.origin_lines import machines_line, quoted_with_machines
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import for_slack, plain
from bot.domain.replies.statement import PostState, Statement, StatementPost, StatementState
from bot.domain.replies.text_length import TextLength
from bot.domain.slack.readers import OURS
from bot.ports.chat import Message

MOST = 4  # statements in one answer, each whole: nobody approves words that are cut
WORDS, SHORT = 1_500, 500  # characters of the two versions
OFFERED = 10  # accounts in one group of checkboxes
Labels = Mapping[tuple[str, str], str]  # of our accounts, as people call them
NO_NOTES: Mapping[int, str] = MappingProxyType({})
_STATES: Mapping[StatementState, str] = {
    StatementState.PROPOSED: "waits for approval",
    StatementState.APPROVED: "approved",
    StatementState.DECLINED: "declined",
}
_HOW = (
    "Everybody can read it, and it names nobody. A second person approves these exact words for these accounts; "
    "each account posts them once."
)
_HOW_CORRECTED = (
    "The posts themselves get these words, and keep their links. A second person approves the exact new words; each "
    "post is changed once, unless somebody changed it on its network meanwhile."
)


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """A statement as one account would post it, in the form."""

    label: str
    text: str
    length: TextLength | None
    costs: str = ""


def statement_mark(words: str, short: str, chosen: Sequence[int], shown: Sequence[ShownStatement]) -> str:
    """Return a short hash of a form as it was shown: only what was seen is put up for approval."""
    told = [words, short, *map(str, chosen), *(f"{one.label}\n{one.text}" for one in shown)]
    return sha256("\0".join(told).encode("utf-8", "replace")).hexdigest()[:12]


def statement_form(
    accounts: Sequence[str],
    left_out: Sequence[str],
    *,
    words: str = "",
    short: str = "",
    chosen: Sequence[int] | None = None,
    shown: Sequence[ShownStatement] = (),
) -> Mapping[str, object]:
    """Draw the form that writes a statement; `shown`: how each chosen account would post it."""
    ticked = range(len(accounts)) if chosen is None else chosen
    mark = statement_mark(words, short, ticked, shown) if shown else ""
    blocks = [*_account_inputs(accounts, ticked), *(parts.small(one) for one in left_out), parts.small(_HOW)]
    return _form("Write a statement", _inputs(words, short), blocks, shown, {"shown": mark})


def correction_form(
    number: int, stays: Sequence[str], *, words: str, short: str, shown: Sequence[ShownStatement] = ()
) -> Mapping[str, object]:
    """Draw the form that corrects a statement; `stays`: a sentence for each post whose words stay."""
    mark = statement_mark(words, short, [number], shown) if shown else ""
    blocks = [*(parts.small(one) for one in stays), parts.small(_HOW_CORRECTED)]
    about: Mapping[str, str | int] = {"shown": mark, "corrects": number}
    return _form("Correct a statement", _inputs(words, short), blocks, shown, about)


def _form(
    title: str,
    inputs: Sequence[Block],
    more: Sequence[Block],
    shown: Sequence[ShownStatement],
    about: Mapping[str, str | int],
) -> Mapping[str, object]:
    return {
        "type": "modal",
        "callback_id": ids.STATEMENT_MODAL,
        "title": plain_text(title, limits.VIEW_TITLE),
        "submit": plain_text("Put up for approval" if shown else "See how it reads", limits.VIEW_TITLE),
        "close": plain_text("Close", limits.VIEW_TITLE),
        "private_metadata": ids.pack({**about, "kept_to": OURS}),
        "blocks": [*(_preview(shown) if shown else []), *inputs, *more],
    }


def _inputs(words: str, short: str) -> list[Block]:
    longer = text_input(ids.WORDS_BLOCK + "statement", ids.WORDS_INPUT, "The statement", words=words, limit=WORDS)
    shorter = text_input(
        ids.NOTE_BLOCK,
        ids.NOTE_INPUT,
        "A shorter version",
        "Goes out where the other one is too long.",
        optional=True,
        words=short,
        limit=SHORT,
    )
    return [longer, shorter]


def _account_inputs(accounts: Sequence[str], ticked: Sequence[int]) -> Iterator[Block]:
    """Yield the groups of checkboxes: with more than one group, each may stay empty."""
    options = [parts.option(label, str(place)) for place, label in enumerate(accounts)]
    for start in range(0, len(options), OFFERED):
        some = options[start : start + OFFERED]
        field: Block = {"type": "checkboxes", "action_id": ids.ACCOUNTS_CHOICE, "options": some}
        if before := [one for place, one in enumerate(some, start) if place in ticked]:
            field["initial_options"] = before
        block, label = (
            (f"{ids.ACCOUNTS_BLOCK}.{start}", "Further accounts") if start else (ids.ACCOUNTS_BLOCK, _POSTS)
        )
        yield input_block(block, label, field, optional=len(options) > OFFERED)


_POSTS = "Accounts that post it"


def _preview(shown: Sequence[ShownStatement]) -> list[Block]:
    each = [block for one in shown for block in (_label(one), parts.rich(parts.quote(one.text, WORDS)))]
    again = "Send the form once more to put it up for approval: somebody else reads it before it is posted."
    return [*each, parts.small(again)]


def _label(one: ShownStatement) -> Block:
    return parts.small(f"{one.label}, {_fits(one.length)}: {one.costs}".rstrip())


def _fits(length: TextLength | None) -> str:
    if length is None:
        return "any length"
    return f"{length.count} of {length.limit} {length.unit or 'characters'}"


def no_account(left_out: Sequence[str]) -> str:
    """Return the sentence that there is no account that could post a statement."""
    return " ".join(["No account of this desk can post a statement.", *left_out])


def listed(
    found: Sequence[Statement],
    labels: Labels,
    left_out: Sequence[str],
    now: datetime,
    secret: bytes,
    *,
    lead: bool,
    stale: Mapping[int, str] = NO_NOTES,
    costs: Mapping[int, str] = NO_NOTES,
) -> Message:
    """Draw these statements: those that wait with the buttons that decide, the others with where they stand.

    As many as fit whole: nobody decides on words that are cut. `stale`: why some have to be confirmed, by their rows;
    `costs`: what links in some cost.
    """
    beside = _Beside(labels, stale, costs, lead=lead)
    for many in range(min(len(found), MOST), 1, -1):
        drawn = _listed(found[:many], left_out, now, secret, beside)
        if limits.fit(drawn).blocks == drawn.blocks:
            return limits.fit(drawn)
    return limits.fit(_listed(found[:1], left_out, now, secret, beside))


@dataclass(frozen=True, slots=True)
class _Beside:
    """All that statements are drawn with: remarks by their rows, names of accounts, whether a lead reads it."""

    labels: Labels
    stale: Mapping[int, str]
    costs: Mapping[int, str]
    lead: bool


def _listed(
    found: Sequence[Statement],
    left_out: Sequence[str],
    now: datetime,
    secret: bytes,
    beside: _Beside,
) -> Message:
    write = parts.button("Write a statement", ids.STATEMENT_WRITE, _value(None, secret), "Write a statement")
    blocks = [
        parts.header("Statements to everybody"),
        *(parts.actions([write]) if beside.lead else []),
        *([] if found else [parts.small(_count(found))]),
        *(block for one in found for block in _one(one, now, secret, beside)),
        *(parts.small(one) for one in left_out),
    ]
    said = [_count(found), *(_aloud(one, beside) for one in found)]
    text = "\n".join([*said, *(for_slack(one, limits.REMARKS) for one in left_out)])
    return Message(text=text, blocks=blocks, kept_to=OURS)


def _count(found: Sequence[Statement]) -> str:
    return f"Statements: {len(found)} shown." if found else "No statement was written yet."


def _value(one: Statement | None, secret: bytes) -> str:
    return ids.button_value(ids.STATEMENT, one.id if one else 0, one.mark if one else "", secret)


def _one(one: Statement, now: datetime, secret: bytes, beside: _Beside) -> list[Block]:
    stale, labels = beside.stale.get(one.id, ""), beside.labels
    by: Phrase = ["brought by ", Bold(one.source)] if one.source else ["by ", Person(one.by, "")]
    head = joined([[Bold(one.name)], by, ["at ", one.at], [_STATES[one.state], *_decided(one)]])
    told = [parts.line(head, now), *([parts.line([Bold(_old(stale))], now)] if stale else [])]
    for text, posts in _by_text(one):
        told += [parts.line([", ".join(labels[post.network, post.account] for post in posts)], now)]
        whose = machines_line(text, posts[0].origins)
        told += [parts.line([whose], now)] if whose else []
        told += [quoted_with_machines(text, posts[0].origins, WORDS)]
        for before in _replaced(posts):
            told += [parts.line(["instead of"], now), parts.quote(before, WORDS)]
    told += [parts.line([said], now) for said in filter(None, [beside.costs.get(one.id)])]
    where = [_stands(post, labels) for post in one.posts] if one.state == StatementState.APPROVED else []
    return [
        parts.rich(*told),
        *([parts.rich(*parts.lines(where, now))] if where else []),
        *_buttons(one, secret, beside.lead, stale),
    ]


def _decided(one: Statement) -> Phrase:
    if not one.decided_by:
        return []
    return (
        [" by ", Person(one.decided_by, "")] if one.decided_by.startswith(("U", "W")) else [f" by {one.decided_by}"]
    )


def _by_text(one: Statement) -> Iterable[tuple[str, Sequence[StatementPost]]]:
    """Yield each wording with the posts that have it."""
    alike = sorted(one.posts, key=lambda post: (-len(post.text), post.text, post.id))
    for text, posts in groupby(alike, key=lambda post: post.text):
        yield text, list(posts)


def _replaced(posts: Sequence[StatementPost]) -> Sequence[str]:
    """Return the words that are replaced on these posts, each once."""
    return [*dict.fromkeys(one.replaces for one in posts if one.corrects)]


def _stands(post: StatementPost, labels: Labels) -> Phrase:
    there = post.url and post.state != PostState.TAKEN_BACK
    link: Phrase = [" ", Link("Open", post.url)] if there else []
    return [f"{labels[post.network, post.account]}: {post.stands}", *link]


def _buttons(one: Statement, secret: bytes, lead: bool, stale: str) -> list[Block]:
    value, name = _value(one, secret), one.name
    if one.state == StatementState.PROPOSED:
        sure = parts.confirm("Is it still true?", f"{stale} {_goes(one)}", "Approve it", "Not yet") if stale else None
        approve = ids.STATEMENT_APPROVE_SURE if stale else ids.STATEMENT_APPROVE
        return parts.actions([
            parts.button("Approve", approve, value, f"Approve: {name}", style="primary", confirm=sure),
            parts.button("Decline", ids.STATEMENT_DECLINE, value, f"Decline: {name}"),
        ])  # fmt: skip
    unknown = parts.button("Say what you saw there", ids.STATEMENT_UNKNOWN, value, f"Say what you saw: {name}")
    back = parts.button("Take it back", ids.STATEMENT_TAKE_BACK, value, f"Take back: {name}")
    correct = parts.button("Correct it", ids.STATEMENT_CORRECT, value, f"Correct: {name}")
    offered = [*([unknown] if one.unknown else []), *([correct, back] if lead and one.public else [])]
    return parts.actions(offered) if offered else []


def _old(stale: str) -> str:
    return f"{stale} Approve it only if it is still true."


def _goes(one: Statement) -> str:
    if one.takes_back:
        return "It deletes the posts on all these accounts."
    return f"It {'changes the posts' if one.corrects else 'goes out'} on all these accounts."


def _aloud(one: Statement, beside: _Beside) -> str:
    """Return a statement as lines of a fallback text."""
    stale, labels = beside.stale.get(one.id, ""), beside.labels
    said = [
        f"{', '.join(labels[post.network, post.account] for post in posts)}: {plain(text, limits.SPOKEN)}"
        for text, posts in _by_text(one)
    ]
    whose = (machines_line(text, posts[0].origins) for text, posts in _by_text(one))
    said += dict.fromkeys(filter(None, whose))
    said += [f"instead of: {plain(text, limits.SPOKEN)}" for text in _replaced(one.posts)]
    said += filter(None, [beside.costs.get(one.id)])
    approved = one.state == StatementState.APPROVED
    where = [f"{labels[post.network, post.account]}: {post.stands}" for post in one.posts] if approved else []
    brought = f", brought by {one.source}" if one.source else ""
    lines = [f"{one.name}{brought}, {_STATES[one.state]}.", *([_old(stale)] if stale else []), *said, *where]
    return "\n".join(for_slack(line, limits.REMARKS) for line in lines)


def unknown_form(one: Statement, labels: Labels) -> Mapping[str, object]:
    """Draw the form in which a person says whether a post of unknown outcome is there."""
    which = {str(post.id): labels[post.network, post.account] for post in one.unknown}
    saw: Block = {
        "type": "radio_buttons",
        "action_id": ids.SAW_CHOICE,
        "options": [parts.option("It is there", ids.IT_IS_THERE), parts.option("It is not there", ids.IT_IS_MISSING)],
    }
    link: Block = {
        "type": "url_text_input",
        "action_id": ids.LINK_INPUT,
        "placeholder": plain_text("https://", limits.PLACEHOLDER),
    }
    return {
        "type": "modal",
        "callback_id": ids.STATEMENT_UNKNOWN_MODAL,
        "title": plain_text("What did you see?", limits.VIEW_TITLE),
        "submit": plain_text("Save", limits.VIEW_TITLE),
        "close": plain_text("Cancel", limits.VIEW_TITLE),
        "private_metadata": ids.pack({"statement": one.id, "kept_to": OURS}),
        "blocks": [
            *(block for text, posts in _by_text(one) if set(posts) & set(one.unknown) for block in _words(text)),
            input_block(ids.HIDE_BLOCK, "On which account?", select(ids.HIDE_SELECT, which)),
            input_block(ids.SAW_BLOCK, "What did you see there?", saw),
            input_block(ids.LINK_BLOCK, "Its link", link, "Needed where it is there.", optional=True),
            parts.small(_NO_SECOND),
        ],
    }


_NO_SECOND = (
    "Nothing is posted by this. Only an approver can say that it is not there; the desk reads the network once more "
    "before that."
)


def _words(text: str) -> list[Block]:
    return [parts.rich(parts.quote(text, WORDS))]


def statement_decided(one: Statement) -> Message:
    """Draw what a decision means after a press."""
    goes = (
        "It goes out as soon as no pause and no hold keeps it. /care statements says where it stands on each account."
    )
    said = (
        f"{one.name} is declined. Nothing goes out."
        if one.state == StatementState.DECLINED
        else f"{one.name} is approved. {goes}"
    )
    return Message(text=said, blocks=[parts.section(said)], kept_to=OURS)


def take_back_waits() -> Message:
    """Draw that a statement waits for somebody else after a press."""
    said = "It waits for approval: somebody else decides on it with /care statements."
    return Message(text=said, blocks=[parts.section(said)], kept_to=OURS)
