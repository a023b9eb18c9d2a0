"""Every message and every form of one view, for tests that check all of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bot.blocks.cases import card, lists, queue, thread_messages
from bot.blocks.do_not_feed import asides as drawn_asides
from bot.blocks.do_not_feed import sample as drawn_sample
from bot.blocks.light_lane import digest as light_digest
from bot.blocks.mentions import close_day as drawn_day
from bot.blocks.mentions import unreadable as drawn_unreadable
from bot.blocks.replies import forms as modals
from bot.blocks.replies import joint_draft as drawn_joint
from bot.blocks.replies import settled
from bot.blocks.replies import solo_unread as drawn_solo_unread
from bot.blocks.replies.solo import LaneChosen
from bot.blocks.slack import news
from bot.blocks.storms import holding_reply as drawn_holding
from bot.blocks.storms import storm as drawn_storm
from bot.blocks.storms import storm_desk as drawn_storm_desk
from bot.blocks.storms import storm_list as drawn_storm_list
from bot.domain.audit.line import Line
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.cases.queue import Facet, Place, QueuePage, Selection
from bot.domain.cases.same_person import HowKnown, SamePerson
from bot.domain.cases.view import CaseView
from bot.domain.do_not_feed.aside import Aside, AsideKind, AsidePage, AsidePostPage
from bot.domain.do_not_feed.impostor import WroteTo
from bot.domain.do_not_feed.sample import Sample, SampleItem, SamplePage, SampleRow
from bot.domain.light_lane.light_mention import LightDigest, LightMention, LightPage, LightState, SeenLight
from bot.domain.mentions.day_end import ClosingDay, DayEnd, End
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.unreadable import Glimpse, Unreadable
from bot.domain.promises.spoken_promise import Spoken
from bot.domain.replies.joint_draft import AlsoOffered, JointDraft, LeftOut, Sibling
from bot.domain.replies.requests import Ask
from bot.domain.replies.solo import Lane, SoloChoice, SoloReply
from bot.domain.storms.holding_reply import Audience, HoldingReply, NotTold, NoVariant, Progress
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.storm import Mark, MarkKind, Standout, Storm, StormPlace, StormPolicy, StormRole
from bot.domain.storms.view import FoldedShare, StormEntry, StormFigures, StormLine, StormList, StormPage, StormView
from bot.domain.team.shifts import Choice
from bot.domain.triage.triage import Kind
from bot.ports.chat import Message
from tests.blocks.scenes import NAMES, REPLY, SECRET, at, case, post, view


@dataclass(frozen=True)
class Template:
    name: str = "wrong-charge"
    title: str = "Wrong charge"
    use_when: str = "Somebody was charged twice, or too much"
    asks: Mapping[str, str] = field(default_factory=lambda: {"by_when": "By when do they hear from us?"})
    topics: tuple[str, ...] = ("billing",)
    words: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    language: str = "en"


TEMPLATES = (Template(), Template("seen", "We have seen it", "", {}))


def messages(view: CaseView, rows: int = 15) -> Iterator[Message]:
    """Draw every kind of message about a case, its trail, and drafts for several cases; `rows`: cases in a list."""
    yield from case_messages(view, rows)
    lines = [Line(chain="case:412", position=1, at=at(14), by="UANA", verb="claim", facts={}, hash="")]
    yield lists.one_case(view, "https://northwind.slack.com/archives/C1/p1", lines)
    yield lists.history(view, lines * 4 * rows)
    yield from joint_messages(view)


def case_messages(view: CaseView, rows: int = 15) -> Iterator[Message]:
    """Draw every kind of message that says who waits and until when."""
    yield card.card(view, SECRET)
    yield thread_messages.draft(view, SECRET)
    for recipient in ("", "UBEN", "UCARO"):
        yield thread_messages.approval_request(view, SECRET, recipient)
    yield thread_messages.back(view, SECRET)
    yield thread_messages.follow_up(view, view.latest or post(), SECRET)
    for level, told_at in ((50, at(14, 32)), (75, at(14, 47)), (90, at(14, 56)), (100, at(15, 2)), (100, at(19))):
        yield thread_messages.reminder(view, level, at(15, 2), told_at, SECRET)
    yield lists.cases("Your cases", [view] * 3, {view.case.id: "https://northwind.slack.com/archives/C1/p1"})
    yield queue.queue(listed([view] * rows), SECRET)
    yield queue.queue(listed([view] * rows), SECRET, acts=False)


def listed(views: Sequence[CaseView], total: int = 600, **chosen: Any) -> queue.Listed:
    """Return a page in the middle of a long list, which can be narrowed to whatever its cases are about."""
    kinds = [(one.case.channel, one.case.topic, one.case.language) for one in views]
    kinds += [("C2", "parcels", "de"), ("C3", "a topic " * 20, "pt-BR")]
    shares = [
        Facet(channel=channel, topic=topic, language=spoken, held=bool(n % 2), count=n + 1)
        for n, (channel, topic, spoken) in enumerate(dict.fromkeys(kinds))
    ]
    facts: dict[str, Any] = {"selection": Selection(), "first": 16, "after": Place(0, 1, 1, 400)}
    page = QueuePage(**{**facts, "cases": [one.case for one in views], "total": total, "shares": shares, **chosen})
    link = "https://northwind.slack.com/archives/C1/p1"
    return queue.Listed(page=page, entries=[(one, link) for one in views], channels={"C1": "#care"})


def forms(view: CaseView, words: str = "Hello") -> Iterator[modals.View]:
    """Draw every form about a case."""
    yield modals.reply(
        view,
        TEMPLATES,
        chosen="wrong-charge",
        facts={"by_when": words},
        words=words,
        notes=[words],
        metadata={"case": 1},
        spoken=Spoken(phrase=words, due_at=at(17), within=timedelta(hours=2)),
        also=ALONG,
        ticked=[44],
    )
    yield modals.reply(view, (), chosen="", facts={}, words="", notes=[], metadata={"case": 1})
    yield drawn_joint.changes_form("joint.3.1-1-1-aa.mac")
    statements = {"X @northwind": "https://x.example/northwind/status/1"}
    yield drawn_holding.holding_form(3, Audience.WAITING, ["en", "de", "pt"], statements, now=at(14))
    yield modals.edit_approve(view, {"draft": 31, "version": 2, "seen": 812})
    yield modals.request_changes(view, {"draft": 31})
    on = [Choice(who=who, name=name, on=True, until=at(18)) for who, name in NAMES.items()]
    yield modals.assign(view, "UANA", on, {"case": 412}, anybody=False)
    yield modals.assign(view, "", [], {"case": 412}, anybody=True)
    yield modals.set_aside(view, {"case": 412})
    yield modals.paste_link(view, {"draft": 31})
    yield modals.correction(view, {"draft": 31})


def alone_forms(view: CaseView, words: str = "Hello") -> Iterator[modals.View]:
    """Draw the reply form for when nobody else can approve, with every possible choice."""
    for lanes in ((), (Lane.TEMPLATE,), (Lane.REASON,), (Lane.TEMPLATE, Lane.REASON)):
        for until in (None, at(8, day=13)):
            yield modals.reply(
                view,
                TEMPLATES,
                chosen="wrong-charge",
                facts={},
                words=words,
                notes=[],
                metadata={"case": 1, "seen": "0123456789abcdef"},
                solo=SoloChoice(lanes=lanes, until=until),
                way=LaneChosen("reason", words),
            )


def solo_reply(lane: Lane = Lane.REASON, **more: object) -> SoloReply:
    """Return a reply of Ana's that nobody else has read."""
    facts = {"id": 5, "case_id": 412, "draft_id": 31, "lane": lane, "reason": "Her train leaves at ten", "by": "UANA"}
    facts |= {"at": at(14, 39), "text": REPLY, "url": "https://x.com/northwind/status/2001"}
    return SoloReply(**facts | more)  # type: ignore[arg-type]


def personal(view: CaseView, words: str = "name the day") -> Iterator[Message]:
    """Draw every message about a case that has ended, or for one person only."""
    asked = Ask(id=1, draft=1, version=1, asked="UBEN", asked_at=at(14))
    noted = replace(asked, ended="request_changes", ended_by="UBEN", ended_at=at(14, 1), note=words)
    passed_on = [replace(asked, ended="asked", ended_by=by, ended_at=at(14, 1)) for by in ("UBEN", "desk")]
    for its in (noted, *passed_on, replace(noted, ended="edit", note="")):
        yield settled.version(view, its, words, ["UANA"])
        yield settled.ended_request(view, its, words, ["UANA"], "UCARO")
        yield settled.came_back(view, its, words, newest=True)
    for verb in sorted(news.TOLD):
        facts = {"verb": verb, "by": "UANA", "at": at(14, 2), "person": "UBEN", "priority": "high", "to": "UBEN"}
        its_news = news.News(**facts, post=view.latest, changes=words)
        yield news.news(view, its_news, SECRET)
        yield news.news(view, replace(its_news, over=True, person="UANA"), SECRET)
    for decides in (True, False):
        yield thread_messages.draft_for_asker(view, SECRET, decides=decides)


def alone_messages(view: CaseView, words: str = "Her train leaves at ten") -> Iterator[Message]:
    """Draw every message about solo replies."""
    for leads in (True, False):
        yield drawn_solo_unread.listed((), 0, view.now, SECRET, leads=leads)
        for lane in (Lane.TEMPLATE, Lane.REASON):
            one = solo_reply(lane, reason=words, text=words)
            yield drawn_solo_unread.listed([(view, one, "")], 1, view.now, SECRET, leads=leads)
        many = [(view, solo_reply(), "https://northwind.slack.com/archives/C1/p1")] * 12
        yield drawn_solo_unread.listed(many, 40, view.now, SECRET, leads=leads)
    yield thread_messages.notice("3 replies went out solo tonight.", drawn_solo_unread.read_them(SECRET))


def unreadable_messages(words: str = "my parcel is late") -> Iterator[Message]:
    """Draw every message about unreadable posts."""
    seen = Glimpse(handle="priya_k", text=words, url="https://x.com/priya_k/status/77", posted_at=at(14), public=True)
    why = "X sent a post whose created_at Heard does not understand."
    for glimpse in (
        seen,
        replace(seen, public=False),
        replace(seen, ours=True),
        replace(seen, handle=words),
        Glimpse(),
    ):
        one = Unreadable(id=5, network="x", account="9001", post_id="77", why=why, kept_at=at(14, 2), glimpse=glimpse)
        yield drawn_unreadable.listed([one], 1, {"x": "X"}, at(15), SECRET)
        yield drawn_unreadable.listed([one] * 12, 40, {}, at(15), SECRET)
    yield drawn_unreadable.listed((), 0, {}, at(15), SECRET)
    yield thread_messages.about_desk([words, " ", at(14)], at(15), drawn_unreadable.show_them(SECRET))


def said_by_author(text: str) -> tuple[Mention, ...]:
    """Return three posts of the author with this text."""
    return tuple(post(812 + n, text, at(14, 2) + timedelta(minutes=n)) for n in range(3))


def joint_messages(view: CaseView, words: str = "something happened") -> Iterator[Message]:
    """Draw a draft for several customers in every state of this view, with odd words, and the answers about it."""
    joint = JointDraft(id=3, case_id=view.case.id, channel="C1", by="UANA", at=at(14), asked="UBEN", drafts=(1, 2))
    for texts in ([], [view]):
        lacking = {one.case.id: NoVariant("es", got) for one, got in zip(texts, ("en", "", "en"), strict=False)}
        yield drawn_joint.joint_draft(joint, texts, SECRET, at(15))
        yield drawn_joint.joint_draft(joint, texts, SECRET, at(15), lacking)
    left = [LeftOut(case_id, words) for case_id in range(8)]
    yield drawn_joint.left_out("1 of 9 approved.", left, at(15))


def holding_messages(words: str = "their post is deleted") -> Iterator[Message]:
    """Draw a storm's holding reply in each of its states."""
    new = HoldingReply(
        id=2,
        storm=3,
        channel="C1",
        audience=Audience.WAITING,
        variants={"": words, "de": words},
        by="UANA",
        at=at(14),
    )
    paused = replace(new, audience=Audience.TOLD, paused_by="UBEN", paused_at=at(14, 5))
    ended = replace(new, audience=Audience.EVERYBODY, ended_by="UCARO", ended_at=at(14, 9))
    left = [NotTold(one, words) for one in range(400, 410)]
    much = Progress(told=212, waiting=15, going_out=4, unwritten=80, not_told=left, not_told_count=12)
    for one in (new, paused, ended):
        for progress in (Progress(), much):
            yield drawn_holding.holding_message(one, progress, NAMES, secret=SECRET, now=at(15))


ALONG = AlsoOffered(
    first=[Sibling(41, "Ben", language="de"), Sibling(44, "Cleo")],
    more=True,
    held=[Sibling(45, "Dee", why_not="Dee holds it")],
)


def same_people(words: str) -> Iterator[Message]:
    """Draw a card that names who the author is on other networks."""
    facts = {"network": "mastodon", "author_id": "7", "case_id": 9, "by": "UANA", "at": at(14)}
    also = [
        SamePerson(**facts, how=how, note=note, handle=f"@{words}", label="Mastodon")
        for how, notes in ((HowKnown.OWN_WORD, ("", "https://m.example/1")), (HowKnown.COLLEAGUE, (words,)))
        for note in notes
    ]
    for one in also:
        yield card.card(replace(view(), also=[one], several_networks=True), SECRET)


def impostors(words: str) -> Iterator[Message]:
    """Draw the card of an impostor with customers in each state of a warning, and that of a customer."""
    warnings = [None, *DraftState]
    wrote = [
        WroteTo(400 + n, name=f"@{words}", link="https://n.slack.com/p1", direct=direct, warning=one, why_not=why)
        for direct, few in ((True, warnings[:5]), (False, warnings[5:]))
        for n, one in enumerate(few)
        for why in (() if one else ("", "its post is deleted")) or ("",)
    ]
    for some in (wrote, ()):
        for state in (CaseState.NEW, CaseState.DISMISSED):
            seen = view(case(state, impostor=412, reason=words), mentions=said_by_author(words))
            yield card.card(replace(seen, wrote_to=some), SECRET)
    yield card.card(replace(view(case(impostor=7)), impostor_link="https://n.slack.com/p1"), SECRET)
    yield card.card(view(case(impostor=7)), SECRET)


def aside_messages(words: str = "Go away") -> Iterator[Message]:
    """Draw the lists of what is set aside, read by somebody who may and by somebody who may not read the words."""
    found = [
        Aside(
            id=n,
            case_id=412 + 3 * n + m,
            kind=kind,
            network="x",
            why=words,
            until=until,
            by="UANA",
            at=at(14),
            posts=n,
        )
        for n, kind in enumerate(AsideKind)
        for m, until in enumerate((at(15), at(15) + timedelta(days=9_999), None))
    ]
    for seen in (view(case(CaseState.DISMISSED, reason=words)), view(case(private=True), hidden=True)):
        for acts in (True, False):
            page = AsidePage(total=40, shown=found[:10], after=9, more=True, asked=found[:5])
            numbers = [one.case_id for one in found]
            cases = {
                one: (replace(seen, case=replace(seen.case, id=one)), "https://n.slack.com/p1") for one in numbers
            }
            yield drawn_asides.asides(page, cases, NAMES, secret=SECRET, now=at(15), acts=acts)
    yield drawn_asides.asides(AsidePage(total=0, shown=()), {}, NAMES, secret=SECRET, now=at(15))
    yield drawn_asides.was_asked()
    yield thread_messages.about_desk([words, " ", at(14)], at(15), drawn_asides.show_asked(SECRET))
    yield from impostors(words)
    yield from same_people(words)
    items = [SampleItem(id=n, reason="troll", case=412) for n in range(5)]
    rows = [SampleRow(item=one, author=words, text=words, link="https://x.example/1") for one in items]
    page = SamplePage(sample=Sample(id=1, month="2026-05", seed="5", of=812), shown=rows)
    for some in (page, None):
        yield drawn_sample.sample(some, SECRET, at(15))
    yield thread_messages.about_desk([words, " ", at(14)], at(15), drawn_sample.show_sample(SECRET))
    posts = said_by_author(words)
    yield drawn_asides.aside_posts(AsidePostPage(aside=found[0], shown=posts, more=True, unshown=2), SECRET, at(15))
    yield drawn_asides.aside_posts(AsidePostPage(aside=found[0], shown=()), SECRET, at(15))


def storm_messages(words: str = "my app will not open") -> Iterator[Message]:
    """Draw the messages of storms, open, over and merged, with everything marked and with nothing."""
    traits, moment = (Trait(FeatureKind.WORD, "app"),), at(9)
    facts = {"channel": "C1", "traits": traits, "since": moment, "opened_at": moment, "opened_by": "desk"}
    storm = Storm(id=2, words=(words, "app"), **facts)  # type: ignore[arg-type]
    older = replace(storm, id=1)
    places = dict.fromkeys(StormPlace, 40)
    figures = StormFigures(
        places=places, lately=96, before=40, busiest=(at(10), 48), languages=[("en", 80), ("", 3)], answered=4,
        waiting=38, due_at=at(10), lapsed=3, set_aside=2, newest_at=at(14),
    )  # fmt: skip
    entries = [
        StormEntry(case=n, link="", post=post(text=words), network="X", due_at=at(16)) for n in range(400, 410)
    ]
    standing = [StormEntry(case=500, link="https://northwind.slack.com/p1", post=None, why=why) for why in Standout]
    policy = StormPolicy(checklist=(words, "Say when there will be news"))
    names = [(MarkKind.ROLE, one.value) for one in StormRole] + [(MarkKind.PAUSE, "asked"), (MarkKind.SEEN, "UBEN")]
    names += [(MarkKind.STEP, drawn_storm_desk.checklist_step_name(one)) for one in policy.checklist]
    marks = [Mark(kind=kind, name=name, person="UBEN", at=at(14)) for kind, name in names]
    common = {"figures": figures, "policy": policy, "now": at(15), "names": NAMES, "standing_out": standing}
    whole = StormView(
        storm=storm, loudest=entries, marks=marks, others=[older], campaigns=[("https://x.example/1", 9)], **common
    )  # type: ignore[arg-type]
    bare = StormView(storm=older, figures=StormFigures(), policy=StormPolicy(checklist=()), now=at(15), names=NAMES)
    over = replace(whole, storm=replace(storm, over_at=at(14), ended_by="UBEN"))
    merged = replace(whole, storm=replace(storm, over_at=at(14), ended_by="UBEN", merged_into=1))
    for seen in (whole, bare, over, merged):
        yield drawn_storm.storm_message(seen, SECRET)
        yield drawn_storm_desk.storm_desk(seen, SECRET)
        yield drawn_storm_desk.pause_request(seen, SECRET)
        yield drawn_storm_desk.summary(seen)
    lines = [StormLine(view=whole, link="https://northwind.slack.com/p1"), StormLine(view=bare)] * 6
    topical = replace(storm, traits=(Trait(FeatureKind.TOPIC, words),))
    for started in (None, storm, topical):
        yield drawn_storm_list.storm_list(StormList(storms=lines, now=at(15), started=started))
    yield drawn_storm_list.storm_list(StormList(storms=(), now=at(15)))
    yield drawn_storm.storm_page(StormPage(storm=2, after=0, entries=entries[:5], left=9), SECRET, at(15))
    yield drawn_storm.storm_page(StormPage(storm=2, after=0, entries=(), left=0), SECRET, at(15))
    yield thread_messages.about_desk([words, " ", at(14)], at(15), *drawn_storm.spike_buttons(3, [older], SECRET))


def light_messages(words: str = "cheers, sorted") -> Iterator[Message]:
    """Draw the messages of the light lane and of the end of a day, with every outcome."""
    light = LightMention(mention=812, digest=3, kind=Kind.THANKS, at=at(14), why=words)
    lines = [
        SeenLight(light=light, post=post(text=words), network="X", likes=True),
        SeenLight(light=replace(light, why=""), post=post(text=words, private=True), network="X", likes=False),
        SeenLight(light=replace(light, why=""), post=post(text=words, url=""), network="X", likes=False),
    ]
    counts = {(state, by): 2 for state in LightState for by in ("UANA", "desk", "author")}
    found = LightDigest(id=3, channel="C1", hour=at(14), newest=812, counts=counts)
    opened = {412: (case(CaseState.PENDING), "https://northwind.slack.com/archives/C1/p1"), 413: (case(id=413), "")}
    for waiting in (lines, lines * 3, []):
        for some in (counts, {(LightState.WAITING, ""): 3}, {}):
            drawn = replace(found, counts=some)
            yield light_digest.light_digest(drawn, waiting, opened if some else {}, NAMES, secret=SECRET, now=at(15))
        page = LightPage(digest=3, after=0, shown=waiting, unshown=len(waiting), left=9, last=812, kept_to="C1")
        yield light_digest.light_page(page, SECRET, at(15))
        for end in (
            DayEnd(since=at(0)),
            DayEnd(since=at(0), ends=dict.fromkeys(End, 2), light_aside={"UANA": 2, "desk": 1}, cases_left=12),
            DayEnd(since=at(0), light_left=1, unreadable_left=2),
            DayEnd(since=at(0), storms=(FoldedShare(1, 312, 300), FoldedShare(2, 1, 0))),
        ):
            seen = view(case(CaseState.DISMISSED, reason=words))
            day = ClosingDay(
                end=end,
                left=[view(case(id=414))],
                aside=[(seen, "UANA")],
                light=page,
                names=NAMES,
                storm_links={1: "https://northwind.slack.com/p1"},
            )
            yield drawn_day.close_day(day, SECRET, at(15))
