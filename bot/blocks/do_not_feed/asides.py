"""The list of what is set aside: who, why, by whom and until when, with the ways back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Link, Phrase, as_line, joined
from bot.blocks.base.wording import display_name, full_name, plural
from bot.blocks.cases.status_lines import FOR_EVER
from bot.blocks.light_lane.digest import author_handle
from bot.domain.cases.view import CaseView
from bot.domain.do_not_feed.aside import Aside, AsideKind, AsidePage, AsidePostPage
from bot.domain.mentions.mention import Mention
from bot.domain.slack.readers import OURS, narrowest
from bot.ports.chat import Message

WORDS = 280  # code points of one post
ALOUD = 60  # of each in the fallback line
_NOTHING = "Nobody is set aside right now."
_BECAUSE = (
    "Set aside because of who wrote them. Each can be opened as a case; its time counts from when it was posted."
)
_SECOND = "A second person is asked. Until they agree, the case and its promise go on."
_NO_POSTS = "Nothing else of theirs is set aside."
KINDS: Mapping[AsideKind, str] = {
    AsideKind.TROLL: "troll",
    AsideKind.SPAM: "spam",
    AsideKind.IMPOSTOR: "pretends to be our support",
    AsideKind.OTHER: "",
}


def asides(
    page: AsidePage,
    cases: Mapping[int, tuple[CaseView, str]],
    names: Mapping[str, str],
    *,
    secret: bytes,
    now: datetime,
    acts: bool = True,
) -> Message:
    """Draw a page of those who are set aside; `cases`: as this reader may read them, with the address of the thread.

    `acts`: whether it has buttons, which a shared one does not.
    """
    head: Phrase = [Bold(f"{plural(page.total, 'case')} set aside")] if page.shown or page.asked else [_NOTHING]
    blocks = [parts.rich(parts.line(head, now))]
    said: list[Phrase] = []
    for one in page.asked:
        view, link = cases[one.case_id]
        line = _asked(one, view, link, display_name(names, one.asked_by))
        said.append(line)
        blocks.append(parts.rich(parts.line(line, now)))
        blocks += parts.actions(_choices(one, view, page, secret)) if acts else []
    for one in page.shown:
        view, link = cases[one.case_id]
        line = _entry(one, view, link, display_name(names, one.by))
        said.append(line)
        blocks.append(parts.rich(parts.line(line, now)))
        blocks += parts.actions(_buttons(one, view, page, secret)) if acts else []
    blocks += parts.actions([_next(page, 0, secret)]) if acts else []
    kept_to = narrowest(cases[one.case_id][0].kept_to for one in (*page.asked, *page.shown))
    text = as_line(joined([head, joined(said, "; ")], ": "), now)
    return limits.fit(Message(text=text, blocks=blocks, kept_to=kept_to))


def show_asked(secret: bytes) -> Block:
    """Return the button that opens the list, under the message to a second person."""
    value = ids.button_value(ids.ASIDE_PAGE, 0, 0, secret)
    return parts.button("Look at it", ids.ASIDE_POSTS, value, "Look at what is to be set aside", style="primary")


def was_asked() -> Message:
    """Draw the answer to who asked for it."""
    return limits.fit(Message(text=_SECOND, blocks=[parts.section(_SECOND)], kept_to=OURS))


def _asked(one: Aside, view: CaseView, link: str, by: str) -> Phrase:
    number: Phrase = [Link(f"Case {one.case_id}", link)] if link else [f"Case {one.case_id}"]
    head: Phrase = [Bold("To be set aside:"), " ", *number]
    return joined([head, _why(one, view), [f"{by} asks, a second person decides"], until(one, view.now)])


def _choices(one: Aside, view: CaseView, page: AsidePage, secret: bytes) -> list[Block | None]:
    about = f"case {one.case_id}, {full_name(view.case)}"
    value = ids.button_value(ids.ASIDE, one.id, page.after, secret)
    return [
        parts.button("Set aside", ids.ASIDE_AGREE, value, f"Set aside {about}"),
        parts.button("Let it go on", ids.ASIDE_DECLINE, value, f"Let {about} go on"),
    ]


def _why(one: Aside, view: CaseView) -> Phrase:
    own = "" if view.hidden else parts.shortened(one.why, limits.REASON)
    said = [[full_name(view.case)], [KINDS[one.kind]], [f"reason: {own}" if own else ""]]
    return joined([phrase for phrase in said if phrase[0]])


def _entry(one: Aside, view: CaseView, link: str, by: str) -> Phrase:
    number: Phrase = [Link(f"Case {one.case_id}", link)] if link else [f"Case {one.case_id}"]
    posts = f"{plural(one.posts, 'further post')} set aside" if one.posts else ""
    more: Phrase = [posts] if posts else []
    return joined([number, _why(one, view), more, [f"by {by} at ", one.at], until(one, view.now)])


def until(one: Aside, now: datetime) -> Phrase:
    """Return until when it is set aside."""
    if one.until is None or one.until - now >= FOR_EVER:
        return ["until somebody takes it back"]
    return ["until ", one.until]


def _buttons(one: Aside, view: CaseView, page: AsidePage, secret: bytes) -> list[Block | None]:
    about = f"case {one.case_id}, {full_name(view.case)}"
    back = ids.button_value(ids.ASIDE, one.id, page.after, secret)
    posts = ids.button_value(ids.ASIDE_PAGE, one.id, 0, secret)
    shows = parts.button("Show the posts", ids.ASIDE_POSTS, posts, f"Show further posts of {about}")
    return [parts.button("Take back", ids.ASIDE_BACK, back, f"Take back {about}"), shows if one.posts else None]


def _next(page: AsidePage | AsidePostPage, aside: int, secret: bytes) -> Block | None:
    if not page.more:
        return None
    value = ids.button_value(ids.ASIDE_PAGE, aside, page.last, secret)
    return parts.button("Show more", ids.ASIDE_MORE, value, "Show the next ones")


def aside_posts(page: AsidePostPage, secret: bytes, now: datetime) -> Message:
    """Draw a page of the posts that were set aside because of who wrote them."""
    head: Phrase = [_BECAUSE if page.shown or page.unshown else _NO_POSTS]
    blocks = [parts.rich(parts.line(head, now))]
    for post in page.shown:
        value = ids.button_value(ids.ASIDE_POST, post.id, f"{page.aside.id}-{page.after}", secret)
        label = f"Open a case for what {author_handle(post)} wrote"
        blocks += [
            parts.rich(parts.line(_whose(post), now), parts.post(post.text, WORDS)),
            *parts.actions([parts.button("Open a case", ids.ASIDE_OPEN, value, label)]),
        ]
    private = [[f"{plural(page.unshown, 'private message')} not shown here"]] if page.unshown else []
    blocks += [parts.context(one, now) for one in private]
    blocks += parts.actions([_next(page, page.aside.id, secret)])
    said: Sequence[Phrase] = [*(_aloud(one) for one in page.shown), *private]
    text = as_line(joined([head, joined(said, "; ")], " "), now)
    return limits.fit(Message(text=text, blocks=blocks, kept_to=page.kept_to))


def _whose(post: Mention) -> Phrase:
    way: Phrase = [Link("open the post", post.url)] if post.url and not post.private else []
    return joined([[Bold(author_handle(post))], ["posted ", post.posted_at], way])


def _aloud(post: Mention) -> Phrase:
    return [f'{author_handle(post)}: "{parts.shortened(post.text, ALOUD) or parts.SILENT}"']
