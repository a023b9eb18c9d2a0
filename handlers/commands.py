"""`/care`, and the message shortcut: answers go to the asker, unless shared."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.blocks.base import ids
from bot.blocks.base.emoji_codes import with_emoji
from bot.blocks.base.from_slack import as_read, without_codes
from bot.blocks.cases import lists as drawn
from bot.blocks.light_lane import digest as drawn_light
from bot.blocks.mentions import close_day as drawn_day
from bot.blocks.mentions.connections import spent
from bot.blocks.mentions.connections import troubles as of_accounts
from bot.blocks.promises import report as drawn_measures
from bot.blocks.storms import topics as drawn_topics
from bot.blocks.team import shifts as drawn_shifts
from bot.blocks.team import swaps as drawn_swaps
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotUsable, Refusal
from bot.domain.base.text import unescape_slack, visible
from bot.domain.cases.case import Case
from bot.domain.cases.queue import Whose
from bot.domain.team.people import Act
from bot.ports import Desk, Message
from bot.ports.network_kind import network_label
from bot.services.cases import casework, lists, merging
from bot.services.cases.view import names, thread_link, view
from bot.services.light_lane import seen as light_lane
from bot.services.mentions.close_day import close_day
from bot.services.mentions.connections import seen_by
from bot.services.mentions.silence import readings
from bot.services.promises import report
from bot.services.slack import outgoing
from bot.services.storms import topics
from bot.services.team import handover, shifts, swaps
from handlers import customers, do_not_feed, pausing, queue, releasing, storms, template_buttons, unreadable
from handlers.door import CommandAnswer, Then, Visit
from handlers.promise_report import labels
from handlers.solo_unread import listed
from handlers.statements import listed_statements
from handlers.thank_yous import thanked

SHARE = "share"
HELP = "help"  # also the answer to `/care` alone

Answer = Callable[[Visit, str], Message]


@dataclass(frozen=True, slots=True)
class Verb(drawn.Command):
    """A verb of `/care`: its line in the help, the needed right, and its answer."""

    right: Act
    answer: Answer


def care(visit: Visit) -> CommandAnswer | None:
    """Answer one command; a last word `share` shows the answer to the channel."""
    words, shared = _unshared(visit.click.text)
    name, rest = _named(words)
    asked = replace(visit, shared=shared)
    if shared:
        outgoing.may_share(visit.desk, visit.click.channel, by=visit.click.user, at=visit.at)
    message = _answer(asked, name, rest)
    if not shared or visit.afterwards:  # only the asker is told that more follows
        return message, visit.reader
    visit.afterwards.append(lambda: _show_all(visit, message, name))
    return None


def _answer(visit: Visit, name: str, rest: str) -> Message:
    verb = _BY_NAME.get(name or HELP)
    if verb is None:
        raise NotUsable(drawn.unknown(visit.click.text, VERBS))
    visit.may(verb.right)
    return verb.answer(visit, rest)


def _unshared(text: str) -> tuple[str, bool]:
    """Return a command's words without a final `share`, and whether there was one."""
    words = visible(text).strip()
    shared = words.split()[-1:] and words.split()[-1].casefold() == SHARE
    return (words[: -len(SHARE)].strip(), True) if shared else (words, False)


def _named(words: str) -> tuple[str, str]:
    """Return a command's name and the rest of its words, whatever blanks are between them.

    A customer's words (after `add`) stay unchanged; elsewhere blanks are normalised.
    """
    name, *rest = words.split(maxsplit=1) or [""]
    name, said = name.casefold(), "".join(rest)
    return name, said if name == "add" else " ".join(said.split())


def _help(_: Visit, __: str) -> Message:
    return drawn.help(VERBS)


def _status(visit: Visit, _: str) -> Message:
    return _numbers(visit, ids.button_value(ids.ANSWER, 0, 0, visit.desk.secret))


def _numbers(visit: Visit, share: str = "") -> Message:
    tally = lists.status(visit.desk, visit.at)
    networks = {name: network_label(name) for name in tally.by_network}
    halts = [[one.why] for one in visit.desk.store.halts()]
    accounts = [] if visit.shared or not share else seen_by(visit.desk, visit.click.user, visit.at)
    troubles = [phrase for one in accounts for phrase in (*of_accounts(one, visit.at), *spent(one))]
    return drawn.status(tally, names(visit.desk), networks, share, readings(visit.desk), troubles=[*halts, *troubles])


def share_status(visit: Visit) -> Then:
    """Show the current numbers to the whole channel."""
    ids.read_value(visit.click.value, visit.desk.secret)
    shown = _numbers(visit)
    return lambda: _show_all(visit, shown, "status")


def _show_all(visit: Visit, message: Message, name: str) -> None:
    """Show an answer to the whole channel, whose sharing is checked now."""
    by = visit.click.user
    try:
        outgoing.may_share(visit.desk, visit.click.channel, by=by, at=visit.at)
        outgoing.share_answer(visit.desk, message, visit.click.channel, name, by=by, at=visit.at)
    except Refusal:  # the command is done: the asker sees its answer all the same
        replace(visit, shared=False).answer(message)
        raise


def _next(visit: Visit, _: str) -> Message:
    case = lists.claim_next(visit.desk, by=visit.click.user, at=visit.at)
    return _listed(visit, "This one is yours now", [case])


def _find(visit: Visit, words: str) -> Message:
    if not words:
        raise NotUsable("Please say what to look for: a handle, or words that were used.")
    found = lists.find(visit.desk, words, visit.reader, visit.at)
    listed = _listed(visit, f"Cases with “{words[:60]}”", found, partly=visit.desk.store.index_is_behind())
    return drawn_light.with_found(listed, light_lane.find_light(visit.desk, words), visit.desk.secret, visit.at)


def _case(visit: Visit, words: str) -> Message:
    number, _, priority = words.strip().partition(" ")
    case = lists.case_by_number(visit.desk, number)
    if priority.strip():
        visit.may(Act.WORK)
        to = lists.priority_named(priority)
        case = casework.reprioritise(visit.desk, case.id, to=to, by=visit.click.user, at=visit.at)
    lines = visit.desk.store.audit(f"case:{case.id}")
    return drawn.one_case(view(visit.desk, case, visit.reader, visit.at), thread_link(visit.desk, case.id), lines)


def _add(visit: Visit, words: str) -> Message:
    link, *said = words.split(maxsplit=1) or [""]
    read = with_emoji(without_codes("".join(said), names(visit.desk)))
    case, new = lists.add_by_link(visit.desk, f"{link} {read}", by=visit.click.user, at=visit.at)
    return _listed(visit, "Opened" if new else "We have that post already", [case])


def _merge(visit: Visit, words: str) -> Message:
    case = merging.merge_as_said(visit.desk, words, by=visit.click.user, at=visit.at)
    return _listed(visit, "They go on here", [case])


def _part(visit: Visit, number: str) -> Message:
    case = lists.case_by_number(visit.desk, number)
    case = merging.take_apart(visit.desk, case.id, by=visit.click.user, at=visit.at)
    return _listed(visit, "It is a case of its own again", [case])


def _promises(visit: Visit, words: str) -> Message:
    days, _, table = words.casefold().rpartition(" ")
    if table == "csv":
        return _table(visit, days.strip())
    chosen = report.period(words, visit.at, visit.desk.policy.hours.zone)
    if (many := report.takes_long(visit.desk, chosen)) and visit.click.response_url:
        visit.afterwards.append(lambda: _promises_later(visit, chosen))
        return drawn_measures.being_counted(chosen.title, many)
    return _counted(visit.desk, chosen, visit.at)


def _counted(desk: Desk, chosen: report.Period, now: datetime) -> Message:
    found = report.promises(desk, chosen, now)
    return drawn_measures.promises(chosen.title, found, labels(desk.policy, found, names(desk)))


def _promises_later(visit: Visit, chosen: report.Period) -> None:
    """Answer once more, to the same people: counting took longer than Slack waits for an answer."""
    message = _counted(visit.desk, chosen, visit.at)
    if visit.shared:
        _show_all(visit, message, "promises")
    else:
        visit.answer(message)


def _table(visit: Visit, days: str) -> Message:
    desk, to = visit.desk, visit.click.user
    chosen = report.period(days, visit.at, desk.policy.hours.zone)
    report.ask_for_table(desk, chosen, by=to, at=visit.at)
    visit.afterwards.append(lambda: report.hand_over_table(desk, chosen, to, visit.at))
    return drawn_measures.table_asked(chosen.title)


def _topics(visit: Visit, words: str) -> Message:
    found = topics.about(visit.desk, words, visit.at)
    links = {one.case: thread_link(visit.desk, one.case) for one in found.loudest}
    networks = {name: network_label(name) for name in {one.mention.ref.network for one in found.loudest}}
    return drawn_topics.topics(found, links, networks)


def _close_day(visit: Visit, _: str) -> Message:
    return drawn_day.close_day(close_day(visit.desk, visit.reader, visit.at), visit.desk.secret, visit.at)


def _who(visit: Visit, _: str) -> Message:
    return drawn_shifts.who(shifts.who(visit.desk, visit.at), names(visit.desk), visit.at)


def _on(visit: Visit, _: str) -> Message:
    return drawn_shifts.what_was_said(handover.go_on(visit.desk, by=visit.click.user, at=visit.at), visit.at)


def _off(visit: Visit, _: str) -> Message:
    return drawn_shifts.what_was_said(handover.go_off(visit.desk, by=visit.click.user, at=visit.at), visit.at)


def _away(visit: Visit, words: str) -> Message:
    return drawn_shifts.what_was_said(shifts.go_away(visit.desk, words, by=visit.click.user, at=visit.at), visit.at)


def _swap(visit: Visit, words: str) -> Message:
    swap = swaps.ask_for_swap(visit.desk, words, by=visit.click.user, at=visit.at)
    return drawn_swaps.swap_was_asked(swap, names(visit.desk), visit.at)


def _hours(visit: Visit, _: str) -> Message:
    return drawn_measures.hours(report.hours(visit.desk, visit.at))


# Each verb is one row; its place here is its place in the help.
VERBS = (
    Verb("status", "status", "what is open, late and answered today", Act.LOOK, _status),
    Verb(
        "mine",
        "mine [topic, language, channel]",
        "the cases you hold",
        Act.LOOK,
        lambda visit, words: queue.first_page(visit, words, Whose.MINE),
    ),
    Verb(
        "queue",
        "queue [unclaimed, topic, language, channel]",
        "every case that waits for us, most urgent first",
        Act.LOOK,
        lambda visit, words: queue.first_page(visit, words, Whose.ALL),
    ),
    Verb("next", "next", "claim the most urgent case that nobody holds", Act.WORK, _next),
    Verb("find", "find <handle or words>", "cases by who wrote or what they said", Act.LOOK, _find),
    Verb(
        "case",
        "case <number>",
        "one case with its history; “high” (say) at the end sets its priority",
        Act.LOOK,
        _case,
    ),
    Verb("customer", "customer <number> [order]", "what we know of them", Act.SEE_CUSTOMER, customers.record_as_said),
    Verb("add", "add <link> <what they said>", "open a case by hand, for any network", Act.WORK, _add),
    Verb("merge", "merge <12> into <9>", "let a case go on in another one of its customer", Act.WORK, _merge),
    Verb("part", "part <number>", "take a case out of the one into which it was merged", Act.WORK, _part),
    Verb(
        "promises",
        "promises [today, week, month or days]",
        "what was kept, is at risk or lapsed, and how long it took; leads get a table with csv at the end",
        Act.LOOK,
        _promises,
    ),
    Verb(
        "topics",
        "topics [today or week]",
        "what it is about, against what is usual; what rose, and who is loudest",
        Act.LOOK,
        _topics,
    ),
    Verb(
        "templates",
        "templates [name]",
        "which templates are used, what became of them, and what people write again and again",
        Act.LOOK,
        template_buttons.listed,
    ),
    Verb("thanks", "thanks [quotes]", "good words of customers, and what marketing may quote", Act.LOOK, thanked),
    Verb("statements", "statements", "words to everybody, and where they stand", Act.LOOK, listed_statements),
    Verb(
        "storm",
        "storm [topic or words]",
        "the open storms, with how many and how fast; leads start one with a topic or a word",
        Act.LOOK,
        storms.listed_storms,
    ),
    Verb(
        "pause",
        "pause [network or account] because <why>",
        "no reply goes out there until somebody resumes it; for leads",
        Act.LOOK,
        pausing.pause_as_said,
    ),
    Verb(
        "resume", "resume [network or account]", "replies go out again; for leads", Act.LOOK, pausing.resume_as_said
    ),
    Verb(
        "unpaired",
        "unpaired",
        "replies that went out solo and wait for a lead to read them",
        Act.LOOK,
        lambda visit, _: listed(visit, visit.reader),
    ),
    Verb(
        "unreadable",
        "unreadable",
        "posts that could not be read; you can open them as cases by hand",
        Act.LOOK,
        lambda visit, _: unreadable.listed(visit),
    ),
    Verb("close-day", "close-day", "where every mention of today ended, and what is left", Act.LOOK, _close_day),
    Verb(
        "set-aside",
        "set-aside",
        "who is set aside by whom, why and until when; each comes back with one press",
        Act.LOOK,
        lambda visit, _: do_not_feed.listed(visit),
    ),
    Verb(
        "release",
        "release",
        "after the desk went back to a backup: what was found since; leads let it go on with now at the end",
        Act.LOOK,
        releasing.released,
    ),
    Verb("who", "who", "who is on and holds how many cases, and who is off until when", Act.LOOK, _who),
    Verb("on", "on", "you are on, and are asked", Act.WORK, _on),
    Verb("off", "off", "you are off until your next shift", Act.WORK, _off),
    Verb("away", "away until <14:00>", "you are off until then", Act.WORK, _away),
    Verb("swap", "swap <@somebody>", "ask them to take your present turn, or your next one", Act.WORK, _swap),
    Verb(
        "hours",
        "hours",
        "a sentence on our hours for the brand's profile, and whether we keep what it says",
        Act.LOOK,
        _hours,
    ),
    Verb(HELP, "help", "this list", Act.LOOK, _help),
)
_BY_NAME = {verb.name: verb for verb in VERBS}


def send_to_care(visit: Visit) -> Then:
    """Open a case from the first link in a Slack message."""
    link = _first_link(visit.click.text, names(visit.desk))
    case, new = lists.add_by_link(visit.desk, link, by=visit.click.user, at=visit.at)
    said = _listed(visit, "Opened" if new else "We have that post already", [case])
    return lambda: visit.answer(said)


def _first_link(text: str, called: Mapping[str, str]) -> str:
    """Return the plain text from its first link on; in Slack's text a link is <address|label>, a name a code."""
    link = _LINK.search(text)
    if link is None:
        raise NotUsable("There is no link in that message. Use `/care add` with the link of the post.")
    return f"{unescape_slack(link[1])} {as_read(text[link.end() :], called)}"


_LINK = re.compile(r"(https?://[^\s<>|]+)(?:\|[^<>]*)?>?")


def _listed(visit: Visit, title: str, cases: Sequence[Case], *, partly: bool = False) -> Message:
    desk, reader = visit.desk, visit.reader
    seen = [view(desk, case, reader, visit.at) for case in cases]
    return drawn.cases(title, seen, {case.id: thread_link(desk, case.id) for case in cases}, partly=partly)
