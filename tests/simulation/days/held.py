"""What holds after every step of a simulated day, judged by the ledgers outside, and what holds at its end."""

import json
from collections import Counter

from bot.services.backups import reconciling
from bot.services.erasure import erasing
from bot.services.mentions import intake
from bot.services.reminders import remind
from tests.fakes import CARO
from tests.simulation.days import stating
from tests.simulation.days.day import JOBS, SENDING, Day
from tests.simulation.days.outside import OTHERS
from tests.simulation.days.proved import everything_is_proved

GROUP_KNOWN = 16 * 60  # seconds; for so long an approver may count who just left the group
_APPROVED = """SELECT t.key, t.approval_id, t.part, v.text, v.cuts, a.target_network, a.target_post, a.approved_by, v.authors,
    a.target_account, CASE WHEN d.kind = 'in_place' THEN d.corrects ELSE '' END
FROM attempts t JOIN approvals a ON a.id = t.approval_id JOIN drafts d ON d.id = a.draft_id
JOIN draft_versions v ON v.draft_id = a.draft_id AND v.version = a.version"""

_HIDINGS = """SELECT m.network, m.external_id, h.hide, h.asked_by, m.account FROM hidings h
JOIN mentions m ON m.id = h.mention_id WHERE h.asked_by <> 'network'"""


def check(day: Day) -> None:
    """Fail if something is broken that must hold after every step; what a step left as it was is not judged again."""
    assert not day.faults.broken, day.faults.broken
    if (so_far := day.come_so_far()) == day.judged:
        return
    day.judged = so_far
    only_approvers_approve(day)
    who_may_hides(day)
    each_public_reply_was_approved_once(day)
    stating.each_public_statement_was_approved_once(day)
    slack_was_told_each_thing_once(day)
    day.unsettled &= (on_their_way := {number for (number,) in day.store.engine.rows(SENDING)})
    assert on_their_way == day.unsettled, "a reply nobody is sending"
    lines = """SELECT c.id FROM cases c WHERE c.version <>
    (SELECT count(*) FROM audit a WHERE a.chain = c.id)"""
    assert day.store.engine.rows(lines) == [], "each change has its line"


def each_public_reply_was_approved_once(day: Day) -> None:
    """Fail unless each post of ours is one attempt's, with the words, the post and the person of its approval."""
    rows = {row[0]: row[1:] for row in day.store.engine.rows(_APPROVED)}
    statements = {key for (key,) in day.store.engine.rows(stating.KEYS)}
    approvals: Counter[tuple[int, int]] = Counter()
    for town in day.towns.values():
        for one in (*town.ledger, *town.changed):
            if one.key in day.past or one.key in statements:
                continue
            assert one.key in rows, f"{one} has no approval"
            approval, part, text, cuts, network, target, by, authors, account, changes = rows[one.key]
            approvals[approval, part] += 1
            if not text and day.erased:
                continue
            before = [post.post_id for post in town.ledger if rows.get(post.key, ())[:2] == (approval, part - 1)]
            assert (one.text, town.name, town.account) == (_part(text, cuts, part), network, account)
            under = [target] if part < 2 else before
            assert one.changes or one.target.post_id in under, "each part goes under the one before"
            assert one.changes == changes, "a reply was changed where a further one was approved, or the other way"
            assert json.loads(authors) != [by], "somebody approved what they alone had written"
    assert all(count == 1 for count in approvals.values()), "two posts for one approval, or for one part of it"
    for town in day.towns.values():
        stands = [one for one in town.ledger if one.post_id not in town.gone]
        before = {(one.target, town.says(one)): int(one.post_id) for one in stands if one.key in day.past}
        later = [
            one for one in stands if int(one.post_id) > before.get((one.target, town.says(one)), int(one.post_id))
        ]
        again = [one for one in later if one.key not in day.past]
        assert not again, "what an older copy does not know was sent again"


def _part(text: str, cuts: str, part: int) -> str:
    """Return the words of one part, by where the further ones begin; 0: of the whole."""
    if part == 0:
        return text
    begins = [0, *json.loads(cuts), len(text)]
    return text[begins[part - 1] : begins[part]].strip()


def only_approvers_approve(day: Day) -> None:
    """Fail if a new approval is of somebody who is not in the group now, and was not lately, by time that passes."""
    lately = day.clock.pace() - GROUP_KNOWN
    since = [start for start, _ in day.in_group[1:]] + [float("inf")]
    able = {who for (_, members), end in zip(day.in_group, since, strict=True) if end >= lately for who in members}
    rows = day.store.engine.rows("SELECT id, approved_by, target_account FROM approvals")
    for number, by, account in rows:
        assert number in day.approvals or by in able, f"{by} approved without the right"
        assert account != OTHERS or by == CARO, f"{by} approved for an account of others"
    day.approvals |= {number for number, *_ in rows}


def who_may_hides(day: Day) -> None:
    """Fail if a network was told more often to hide a post, or to show it, than somebody with the right wanted."""
    rows = day.store.engine.rows(_HIDINGS)
    told = Counter((town.name, *one) for town in day.towns.values() for one in town.wishes)
    asked = Counter((network, post, bool(hide)) for network, post, hide, *_ in rows)
    told -= day.wished
    told = Counter({one: count for one, count in told.items() if one[:2] not in day.erased})
    assert told <= asked, f"hidden or shown without a wish: {told - asked}"
    assert all(by == CARO for *_, by, account in rows if account == OTHERS), "hidden on an account of others"


def slack_was_told_each_thing_once(day: Day) -> None:
    """Fail if Slack shows a message twice."""
    twice = {telling: count for telling, count in day.chat.posted.items() if telling and count > 1}
    assert not twice, f"posted twice: {[day.store.telling(one) for one in twice]}"


def come_to_rest(day: Day) -> None:
    """Let nothing go wrong any more and two hours pass; fail if something is lost, owed in silence, or left over."""
    day.faults.often, day.chat.away, day.fuse = 0.0, False, 0
    day.wake()
    process = day.processes[0]
    reconciling.end_hold(process.desk, by=CARO, at=day.now())
    erasing.carry_on(process.desk, day.now())
    for minutes in (0, 1, 6, 6, 17, 30, 60):
        day.clock.move(minutes=minutes)
        day.known_people()
        for town in day.towns.values():
            for stream in town.streams:
                intake.poll(process.desk, town, stream, day.now())
        day.send(process)
        remind.remind(process.desk, day.now())
        for name in JOBS:
            JOBS[name](process.desk, day.now())
        for _ in range(60):
            if not day.publish(process):
                break
        check(day)
    nothing_is_lost(day)
    nothing_is_left_over(day)
    stating.no_statement_is_left_over(day)
    everything_is_proved(day)


def nothing_is_lost(day: Day) -> None:
    """Fail unless each post that a customer wrote is in a case, in the light lane, or set aside with a reason."""
    for town in day.towns.values():
        for post in town.written():
            known = day.store.mention_of(town.name, post.ref.post_id)
            if (town.name, post.ref.post_id) in day.erased:
                assert known is None or day.store.pending_erasures(), f"{post.ref} was erased, and is there"
                continue
            if known is None:
                at_most = day.erased_at.get(
                    (town.name, post.author.id)
                )  # what is from then, too, counts as from before
                from_before = at_most is not None and post.posted_at <= at_most
                assert from_before or post.ref.post_id in town.deleted, f"{post.ref} is lost"
                continue
            mention, case = known
            asides = day.store.engine.rows("SELECT 1 FROM aside_posts WHERE mention_id = :id", {"id": mention.id})
            assert case or day.store.light(mention.id) or asides, f"{post.ref} is nowhere"


def nothing_is_left_over(day: Day) -> None:
    """Fail if a case has no card, no next step or no line, or an outcome is unknown that the network shows."""
    ends = day.store.loose_ends(day.now())
    loose = (ends.without_step, ends.undecided, ends.long_sending, ends.not_looked_for, ends.nobody_asked)
    loose += (ends.not_reminded, ends.reminder_untold, ends.without_card, ends.without_line)
    assert not any(loose), loose
    cards = day.store.engine.rows("SELECT case_id FROM tellings WHERE kind = 'card' AND ts <> ''")
    assert len(cards) == len(set(cards))
    asked = "SELECT t.key FROM drafts d JOIN attempts t ON t.id = d.attempt_id WHERE d.state = 'unconfirmed'"
    unknown = {key for (key,) in day.store.engine.rows(asked)}
    public = {one.key for town in day.towns.values() for one in town.ledger}
    assert not day.unsettled, "an outcome that could not be stored was never settled"
    assert not unknown & public, "the network shows a reply, and the desk does not know it"
    assert day.store.broken_chains() == []
    if day.store.engine.name != "sqlite":
        return
    assert day.store.engine.rows("PRAGMA foreign_key_check") == []
    assert day.store.engine.rows("PRAGMA integrity_check") == [("ok",)]
