"""The light mentions of one channel and hour: those that wait, with their buttons, and the outcome of the others."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Link, Phrase, as_line, capital, joined
from bot.blocks.base.wording import LOCK, display_name, handle_or_name, plural
from bot.domain.cases.case import Case
from bot.domain.light_lane.light_mention import LightDigest, LightPage, LightState, SeenLight, words_mark
from bot.domain.mentions.mention import Mention
from bot.domain.slack.readers import OURS
from bot.ports.chat import Message

WORDS = 280  # code points of one mention
ALOUD = 60  # of each in the fallback line
_AUTHOR = "author"
_NOTHING = "Nothing is left to decide."


def light_digest(
    found: LightDigest,
    waiting: Sequence[SeenLight],
    cases: Mapping[int, tuple[Case, str]],
    names: Mapping[str, str],
    *,
    secret: bytes,
    now: datetime,
) -> Message:
    """Draw the message of an hour: the first mentions that wait, and the outcome of the others.

    `cases`: the cases made from some of them, by number, each with the address of its thread or "".
    """
    head: Phrase = [Bold(_many(found.count())), " between ", found.hour, " and ", found.until, "."]
    became = _became(found, cases, names)
    left = found.count(LightState.WAITING) - len(waiting)
    blocks = [parts.rich(*parts.lines([head, *([became] if became else [])], now))]
    blocks += [block for one in waiting for block in light_entry(one, secret, now)]
    more: list[Phrase] = [[f"and {left} more"]] if left > 0 else []
    blocks += [parts.context(one, now) for one in more]
    last = waiting[-1].light.mention if waiting else 0
    blocks += parts.actions([_show_more(found.id, last, left, secret), _the_rest(found, secret)])
    said = [*(light_aloud(one) for one in waiting), *more] or [[_NOTHING]]
    text = as_line(joined([head, became, joined(said, "; ")], " "), now)
    kept_to = found.channel if any(one.post.private for one in waiting) else OURS
    return limits.fit(Message(text=text, blocks=blocks, kept_to=kept_to))


def light_page(found: LightPage, secret: bytes, now: datetime) -> Message:
    """Draw a page of the waiting mentions, for one person."""
    blocks, said = waiting_on(found, secret, now)
    text = as_line(joined(said or [[_NOTHING]], "; "), now)
    return limits.fit(Message(text=text, blocks=blocks or [parts.section(_NOTHING)], kept_to=found.kept_to))


def waiting_on(found: LightPage, secret: bytes, now: datetime) -> tuple[list[Block], list[Phrase]]:
    """Return the blocks of a page of waiting mentions, and its lines for a fallback."""
    unshown: list[Phrase] = [[_unshown(found.unshown)]] if found.unshown else []
    more: list[Phrase] = [[f"and {found.left} more"]] if found.left else []
    blocks = [block for one in found.shown for block in light_entry(one, secret, now, found.digest, found.after)]
    blocks += [parts.context(one, now) for one in [*unshown, *more]]
    blocks += parts.actions([_show_more(found.digest, found.last, found.left, secret)])
    return blocks, [*(light_aloud(one) for one in found.shown), *unshown, *more]


def _unshown(many: int) -> str:
    return f"{many} {'was' if many == 1 else 'were'} written in private: the list in its channel shows it"


def light_entry(one: SeenLight, secret: bytes, now: datetime, digest_id: int = 0, after: int = 0) -> list[Block]:
    """Draw one waiting mention: author, words and buttons; `digest_id` and `after` identify the page."""
    said = parts.line(_whose(one), now)
    words = parts.post(one.post.text, WORDS)
    trouble = [parts.small(one.light.why)] if one.light.why else []
    shown = f"{digest_id}-{after}-{words_mark(one.post.text)}"
    value = ids.button_value(ids.LIGHT, one.light.mention, shown, secret)
    return [parts.rich(said, words), *trouble, *parts.actions(_buttons(one, value))]


def _whose(one: SeenLight) -> Phrase:
    post = one.post
    lock = [f"{LOCK} in private"] if post.private else []
    who: Phrase = [Bold(author_handle(post)), f" on {one.network}"]
    way: Phrase = [Link("open the post", post.url)] if post.url and not post.private else []
    return joined([who, lock, ["posted ", post.posted_at], way])


def light_aloud(one: SeenLight) -> Phrase:
    """Return one mention for a fallback line."""
    return [f'{author_handle(one.post)}: "{parts.shortened(one.post.text, ALOUD) or parts.SILENT}"']


def author_handle(post: Mention) -> str:
    """Return "@priya_n", or a substitute for an author without a handle."""
    return handle_or_name(post.author)


def _buttons(one: SeenLight, value: str) -> list[Block | None]:
    whose = f"what {author_handle(one.post)} wrote"
    likes = parts.button("Like", ids.LIGHT_LIKE, value, f"Like {whose}") if one.likes else _by_hand(one)
    return [
        parts.button("Open a case", ids.LIGHT_OPEN, value, f"Open a case for {whose}"),
        parts.button("Thank…", ids.LIGHT_THANK, value, f"Write thanks for {whose}"),
        likes,
        parts.button("Set aside", ids.LIGHT_ASIDE, value, f"Set aside {whose}"),
    ]


def _by_hand(one: SeenLight) -> Block | None:
    """Return the link to the post, when its network does not let an app like it."""
    if one.post.private:
        return None
    label = f"Like on {one.network}"
    return parts.link_button(
        label, ids.OPEN_POST, one.post.url, f"Open what {author_handle(one.post)} wrote, to like it there"
    )


def _show_more(digest_id: int, last: int, left: int, secret: bytes) -> Block | None:
    if left <= 0:
        return None
    value = ids.button_value(ids.LIGHT_PAGE, digest_id, last, secret)
    return parts.button("Show more", ids.LIGHT_MORE, value, f"Show the next of {left} more")


def _the_rest(found: LightDigest, secret: bytes) -> Block | None:
    many = found.count(LightState.WAITING)
    if many < 2:
        return None
    value = ids.button_value(ids.LIGHT_PAGE, found.id, found.newest, secret)
    text = f"This sets aside for good the {many} that wait here. Nobody answers them; each can still be opened."
    sure = parts.confirm("Set aside the rest?", text, "Set aside", "Not yet")
    return parts.button(
        "Set aside the rest", ids.LIGHT_ASIDE_REST, value, f"Set aside the {many} that wait here", confirm=sure
    )


def with_found(cases: Message, lights: Sequence[SeenLight], secret: bytes, now: datetime) -> Message:
    """Draw the light mentions that a search found below its cases; each can still be opened."""
    if not lights:
        return cases
    head: Phrase = [Bold("In the light lane, without a case:")]
    blocks = [*cases.blocks, parts.rich(parts.line(head, now))]
    for one in lights:
        value = ids.button_value(ids.LIGHT, one.light.mention, "0-0", secret)
        label = f"Open a case for what {author_handle(one.post)} wrote"
        stands = parts.line(joined([_whose(one), [_STANDS[one.light.state]]]), now)
        blocks += [
            parts.rich(stands, parts.post(one.post.text, WORDS)),
            *parts.actions([parts.button("Open a case", ids.LIGHT_OPEN, value, label)]),
        ]
    said = joined([[*light_aloud(one), f", {_STANDS[one.light.state]}"] for one in lights], "; ")
    text = f"{cases.text} {as_line([*head, ' ', *said, '.'], now)}"
    return limits.fit(Message(text=text, blocks=blocks, kept_to=cases.kept_to))


_STANDS: Mapping[LightState, str] = {
    LightState.WAITING: "waits",
    LightState.LIKING: "being liked",
    LightState.LIKED: "liked",
    LightState.SET_ASIDE: "set aside",
    LightState.OPENED: "opened",  # and then on a case, where the search finds it
}


# --- what became of them ------------------------------------------------------------------------------------


def _became(found: LightDigest, cases: Mapping[int, tuple[Case, str]], names: Mapping[str, str]) -> Phrase:
    """Return the outcome of the mentions that do not wait, or nothing."""
    said = [
        *_by_whom(found, LightState.SET_ASIDE, "set aside {many}", names),
        *_taken_back(found),
        *_by_whom(found, LightState.LIKED, "liked {many}", names),
        *_by_whom(found, LightState.LIKING, "likes {many}, not confirmed yet", names),
        *_opened(found, cases),
    ]
    return [*joined([capital(one) for one in said]), "."] if said else []


def _by_whom(found: LightDigest, which: LightState, words: str, names: Mapping[str, str]) -> list[Phrase]:
    counts = [(by, many) for (state, by), many in found.counts.items() if state == which and by != _AUTHOR]
    return [[f"{display_name(names, by)} {words.format(many=many)}"] for by, many in counts]


def _taken_back(found: LightDigest) -> list[Phrase]:
    many = found.counts.get((LightState.SET_ASIDE, _AUTHOR), 0)
    return [[f"{many} deleted by {'its author' if many == 1 else 'their authors'}"]] if many else []


def _opened(found: LightDigest, cases: Mapping[int, tuple[Case, str]]) -> list[Phrase]:
    many = found.count(LightState.OPENED)
    if not many:
        return []
    named = [_case(case, link) for case, link in cases.values()]
    more = [[f"{many - len(named)} more"]] if many > len(named) > 0 else []
    return [[f"{many} opened: ", *joined([*named, *more], ", ")]]


def _case(case: Case, link: str) -> Phrase:
    number: Phrase = [Link(f"case {case.id}", link)] if link else [f"case {case.id}"]
    return [*number, " (answered)"] if case.answered_at else number


def _many(count: int) -> str:
    return plural(count, "friendly or empty mention")
