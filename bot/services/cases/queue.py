"""Pages of the queue, filtered by the words after `/care queue`, or by the menus under the list."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.domain.base.refusals import NotUsable
from bot.domain.base.text import for_slack
from bot.domain.cases.queue import PAGE, Facet, Only, Place, QueuePage, Selection, Whose, read_code
from bot.domain.team.languages import NAMES, tongue
from bot.ports import Desk

UNCLAIMED, HERE = "unclaimed", "here"
_NAMED = 12  # filters named in the answer to an unknown one
_LONGEST = 1_000  # characters of that sentence


def page(desk: Desk, selection: Selection, after: Place | None = None, *, by: str) -> QueuePage:
    """Return the page of a list after a place, with the possible filters."""
    whose = _assignee(selection, by)
    shares = desk.store.queue_shares(assignee=_whole(whose))
    only = _only(selection, shares)
    before = desk.store.queued_before(after, assignee=whose, only=only) if after else 0
    return QueuePage(
        selection=selection,
        cases=desk.store.queue(assignee=whose, limit=PAGE, only=only, after=after),
        first=before + 1,
        total=sum(one.count for one in shares if selection.takes(one)),
        after=after,
        shares=shares,
    )


def page_of(desk: Desk, code: str, *, by: str) -> QueuePage:
    """Return the page that a button's value names; raise NotUsable for any other value."""
    selection, after = selection_in(desk, code, by=by)
    return page(desk, selection, after, by=by)


def selection_in(desk: Desk, code: str, *, by: str) -> tuple[Selection, Place | None]:
    """Return the selection and the place that a button's value names; raise NotUsable for any other value."""
    plain, after = read_code(code, ())
    if not plain.topic:
        return plain, after
    shares = desk.store.queue_shares(assignee=_whole(_assignee(plain, by)))
    return read_code(code, _topics(desk, shares))


def selected(desk: Desk, words: str, whose: Whose, *, channel: str, by: str) -> Selection:
    """Return the selection that somebody typed, in any order; raise NotUsable with the possible words for others.

    `channel` is where they typed it: "here" means that one.
    """
    shares = desk.store.queue_shares(assignee=_whole(_assignee(Selection(whose=whose), by)))
    found, known = Selection(whose=whose), _known(desk, shares, whose, channel)
    said = words.casefold().split()
    while said:
        length = next((n for n in range(len(said), 0, -1) if " ".join(said[:n]) in known), 0)
        if not length:
            raise NotUsable(_not_known(said[0], whose, known, shares, desk))
        found = found.but(*known[" ".join(said[:length])])
        said = said[length:]
    return found


def channel_names(desk: Desk, shares: Sequence[Facet]) -> Mapping[str, str]:
    """Return the names of a list's channels by id, such as "#care", as far as Slack told them."""
    called = {one: desk.chat.channel_name(one) for one in {share.channel for share in shares}}
    return {one: f"#{name}" for one, name in called.items() if name}


def _assignee(selection: Selection, by: str) -> str | None:
    return {Whose.ALL: None, Whose.NOBODYS: "", Whose.MINE: by}[selection.whose]


def _whole(assignee: str | None) -> str | None:
    """Return the whole list to which the list of cases without an assignee belongs."""
    return assignee or None


def _only(selection: Selection, shares: Sequence[Facet]) -> Only:
    spoken = dict.fromkeys(one.language for one in shares if tongue(one.language) == selection.language)
    languages = (list(spoken) or [selection.language]) if selection.language else []
    return Only(channel=selection.channel, topic=selection.topic, languages=languages)


def _topics(desk: Desk, shares: Sequence[Facet]) -> list[str]:
    """Return the topics that cases have, and those that routes give."""
    every = (*(one.topic for one in shares), *(one.topic for one in desk.policy.routes))
    return [one for one in dict.fromkeys(every) if one]


def _known(desk: Desk, shares: Sequence[Facet], whose: Whose, channel: str) -> dict[str, tuple[str, str]]:
    """Return for each word the part of a selection that it names, and the value; a topic goes before a language."""
    found = {HERE: ("channel", channel)}
    found |= {name.casefold(): ("language", tongue(code)) for code, name in NAMES.items() if tongue(code)}
    found |= {one: ("language", one) for one in sorted({tongue(share.language) for share in shares}) if one}
    found |= {name.casefold(): ("channel", one) for one, name in channel_names(desk, shares).items()}
    found |= {" ".join(one.casefold().split()): ("topic", one) for one in _topics(desk, shares)}
    return found | ({} if whose == Whose.MINE else {UNCLAIMED: ("whose", Whose.NOBODYS.value)})


def _not_known(word: str, whose: Whose, known: Collection[str], shares: Sequence[Facet], desk: Desk) -> str:
    named = list(_offered(desk, shares))
    words = ", ".join([*([UNCLAIMED] if UNCLAIMED in known else []), HERE, *named[:_NAMED]])
    more = " and others" if len(named) > _NAMED else ""
    command = "mine" if whose == Whose.MINE else "queue"
    said = (
        f"“{word[:40]}” is nothing that the list can be narrowed to. There is: {words}{more}. "
        f"For example `/care {command} {(named or [HERE])[0]}`."
    )
    return for_slack(said, _LONGEST)


def _offered(desk: Desk, shares: Sequence[Facet]) -> Iterator[str]:
    """Yield the topics, languages and channels of a list, as people write them."""
    yield from _topics(desk, shares)
    spoken = dict.fromkeys(tongue(one.language) for one in shares)
    yield from (NAMES.get(one, one) for one in spoken if one)
    yield from channel_names(desk, shares).values()
