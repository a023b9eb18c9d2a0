"""Thank-yous in Slack: the queue for one person, what marketing may quote, and the message of a week for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Link, Phrase, as_line, joined
from bot.blocks.base.wording import display_name, handle_or_name, plural
from bot.domain.light_lane.light_mention import words_mark
from bot.domain.light_lane.thank_you import LikeState, SeenThankYou, ThankYouPage, monday
from bot.domain.slack.readers import OURS
from bot.ports.chat import Message

WORDS = 600  # code points of one post: who approves it reads it whole, or opens it
ALOUD = 120  # of each in the fallback text
QUEUE, QUOTES = "queue", "quotes"  # the two lists, in the values of their buttons
Names = Mapping[str, str]
_EMPTY = "Nobody has thanked or praised us in public after an answer lately, or all of it is decided."
_NO_MORE = "Nothing else is in this list."
_NO_QUOTES = "Nothing may be quoted yet. Offer something in /care thanks; a second person decides."
_REPOST = "Heard reposts nowhere, since no network here lets it: open the post and repost it by hand."
_RULES = (
    "Quote a post with its link, or embed it as its network offers it. Pictures and films are not copied. Heard does "
    "not know how old an author is: where a network or the law sets an age, look first."
)
_LEAVES = "What its author deletes or changes leaves this list, and so does somebody who waits for us again."


def thank_you_queue(found: ThankYouPage, names: Names, secret: bytes, now: datetime) -> Message:
    """Draw a page of the queue for one person, after what waits for a second person."""
    offered = [block for one in found.offered for block in _offered(one, found, names, secret, now)]
    waiting = [block for one in found.shown for block in _waiting(one, found, names, secret, now)]
    head = "Good words of customers"
    personal = [_left_out(found.personal)] if found.personal else []
    later = [_offered_later(found.offered_later)] if found.offered_later else []
    end = [] if found.more else [_NO_MORE if found.offered or found.before else _EMPTY]
    notes = [*personal, *([_REPOST] if found.shown else end)]
    blocks = [parts.header(head), *offered, *(parts.small(one) for one in later), *waiting]
    blocks += [parts.small(one) for one in notes]
    blocks += parts.actions([*_more(found, QUEUE, secret), _show_quotes(secret)])
    said = [
        *(_aloud(one, _offer_said(one, names)) for one in found.offered),
        *([one] for one in later),
    ]
    said += [_aloud(one, _like_line(one, names)) for one in found.shown]
    return _message([[head], *said, *([note] for note in notes)], blocks, now)


def _offered_later(many: int) -> str:
    waits = "waits" if many == 1 else "wait"
    return f"{plural(many, 'more offer')} {waits} for a second person, shown here once these are decided."


def _left_out(many: int) -> str:
    return (
        f"{plural(many, 'post')} {'is' if many == 1 else 'are'} left out here, since personal data is in the words."
    )


def quotes_for_one(found: ThankYouPage, names: Names, secret: bytes, now: datetime) -> Message:
    """Draw a page of what marketing may quote, for one person who can take it off."""
    head = "What marketing may quote"
    entries = [block for one in found.shown for block in _quoted(one, found, names, secret, now)]
    notes = [_RULES, _LEAVES] if found.shown else [_NO_QUOTES]
    blocks = [parts.header(head), *entries, *(parts.small(one) for one in notes)]
    blocks += parts.actions(_more(found, QUOTES, secret))
    said = [_aloud(one, _by_whom(one, names)) for one in found.shown]
    return _message([[head], *said, *([note] for note in notes)], blocks, now)


def quotes_of_week(week: int, found: Sequence[SeenThankYou], names: Names, now: datetime) -> Message:
    """Draw the message of a week in marketing's channel; it has no buttons, since others may read it, too."""
    day = monday(week)
    head = f"What customers said, for marketing: week of {day:%A} {day.day} {day:%B} {day.year}"
    entries = [parts.rich(parts.line(_whose(one, _by_whom(one, names)), now), _words(one)) for one in found]
    notes = [_RULES, _REPOST, _LEAVES] if found else ["Nothing of this week may be quoted now.", _LEAVES]
    blocks = [parts.header(head), *entries, *(parts.small(one) for one in notes)]
    said = [_aloud(one, _by_whom(one, names)) for one in found]
    return _message([[head], *said, *([note] for note in notes)], blocks, now)


def _message(lines: Sequence[Phrase], blocks: Sequence[Block], now: datetime) -> Message:
    text = "\n".join(as_line(one, now) for one in lines)
    return limits.fit(Message(text=text, blocks=list(blocks), kept_to=OURS))


# --- one of them --------------------------------------------------------------------------------------------


def _whose(one: SeenThankYou, *more: str) -> Phrase:
    who: Phrase = [Bold(_author(one)), f" on {one.network}"]
    way: Phrase = [Link("open the post", one.post.url)] if one.post.url else []
    return joined([who, ["posted ", one.post.posted_at], way, *([part] for part in more if part)])


def _author(one: SeenThankYou) -> str:
    return handle_or_name(one.post.author)


def _words(one: SeenThankYou) -> Block:
    return parts.post(one.post.text, WORDS)


def _aloud(one: SeenThankYou, more: str) -> Phrase:
    """Return one of them for the fallback text, with its link."""
    link = f" {one.post.url}" if one.post.url else ""
    return [f'{_author(one)}: "{parts.shortened(one.post.text, ALOUD)}"{link}{f" ({more})" if more else ""}']


def _called(names: Names, who: str) -> str:
    return display_name(names, who)


def _by_whom(one: SeenThankYou, names: Names) -> str:
    return f"offered by {_called(names, one.about.offered_by)}, approved by {_called(names, one.about.decided_by)}"


def _offer_line(one: SeenThankYou, names: Names) -> str:
    return f"{_called(names, one.about.offered_by)} offers this for marketing. Somebody else decides."


def _offer_said(one: SeenThankYou, names: Names) -> str:
    return f"{_offer_line(one, names)} {one.why_not}".strip()


def _like_line(one: SeenThankYou, names: Names) -> str:
    who = _called(names, one.about.liked_by) if one.about.liked_by else ""
    match one.about.liked:
        case LikeState.LIKING:
            return f"{who} likes it, not confirmed yet"
        case LikeState.LIKED:
            return f"{who} liked it"
        case LikeState.NOT_LIKED:
            return f"{who} pressed Like: {one.about.like_why}"
        case _:
            return ""


# --- with its buttons ---------------------------------------------------------------------------------------


def _value(one: SeenThankYou, page: ThankYouPage, secret: bytes) -> str:
    """Return what a press decides about: the post, the page on which it stood, and the words that were shown."""
    return ids.button_value(ids.THANK_YOU, one.post.id, f"{page.before}-{words_mark(one.post.text)}", secret)


def _entry(one: SeenThankYou, more: Sequence[str], buttons: Sequence[Block | None], now: datetime) -> list[Block]:
    told = [parts.small(line) for line in more if line]
    return [parts.rich(parts.line(_whose(one), now), _words(one)), *told, *parts.actions(buttons)]


def _waiting(one: SeenThankYou, page: ThankYouPage, names: Names, secret: bytes, now: datetime) -> list[Block]:
    value, whose = _value(one, page, secret), f"what {_author(one)} wrote"
    like = parts.button("Like", ids.THANK_YOU_LIKE, value, f"Like {whose}") if one.likes else None
    offer = parts.button("Offer for marketing", ids.THANK_YOU_OFFER, value, f"Offer {whose} for marketing")
    buttons = [
        like,
        offer if one.post.url else None,
        parts.button("Not this one", ids.THANK_YOU_SKIP, value, f"Take {whose} off this list"),
        parts.link_button("Open to repost", ids.OPEN_POST, one.post.url, f"Open {whose}, to repost it by hand"),
    ]
    return _entry(one, [_like_line(one, names)], buttons, now)


def _offered(one: SeenThankYou, page: ThankYouPage, names: Names, secret: bytes, now: datetime) -> list[Block]:
    value, whose = _value(one, page, secret), f"what {_author(one)} wrote"
    changed = one.about.words != words_mark(one.post.text)
    approve = parts.button(
        "Marketing may quote it", ids.THANK_YOU_APPROVE, value, f"Let marketing quote {whose}", style="primary"
    )
    decline = parts.button("Decline", ids.THANK_YOU_DECLINE, value, f"Do not let marketing quote {whose}")
    more = [_offer_line(one, names), *(["Its author has changed the post since then."] if changed else [])]
    buttons = [approve if one.approves and not changed else None, decline if one.declines else None]
    return _entry(one, [*more, one.why_not], buttons, now)


def _quoted(one: SeenThankYou, page: ThankYouPage, names: Names, secret: bytes, now: datetime) -> list[Block]:
    value = _value(one, page, secret)
    off = parts.button("Take it off", ids.THANK_YOU_WITHDRAW, value, f"Keep what {_author(one)} wrote from marketing")
    return _entry(one, [_by_whom(one, names)], [off], now)


def _more(found: ThankYouPage, which: str, secret: bytes) -> list[Block | None]:
    if not found.more:
        return []
    value = ids.button_value(ids.THANK_YOU_PAGE, found.last, which, secret)
    return [parts.button("Show more", ids.THANK_YOU_MORE, value, "Show the next ones")]


def _show_quotes(secret: bytes) -> Block:
    value = ids.button_value(ids.THANK_YOU_PAGE, 0, QUOTES, secret)
    return parts.button("What marketing may quote", ids.THANK_YOU_QUOTES, value, "Show what marketing may quote")
