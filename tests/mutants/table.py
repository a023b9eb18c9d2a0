"""Planted bugs: for each a guard that is taken out, and the tests that must notice.

Not listed, since they change nothing: sending the newest draft instead of the approved one (edits after an approval are
refused, so both are the same), and one of two guards that each would do (a button of an earlier draft).
"""

from typing import NamedTuple


class Mutant(NamedTuple):
    """One changed place in the code. `tests`: files, or a file with `-k` words, of which at least one must fail."""

    name: str
    file: str
    old: str
    new: str
    tests: str


SENDING, REVIEW = "bot/services/replies/sending.py", "bot/services/replies/review.py"
DRAFT, ACCESS = "bot/domain/replies/draft.py", "bot/domain/team/people.py"
PUBLISHING, READING_BACK = "bot/services/slack/publishing.py", "bot/services/slack/reading_back.py"
INTAKE, CHECKS = "bot/services/mentions/intake.py", "bot/domain/replies/outcome_checks.py"
LAST_CHECK, SEAL = "bot/services/replies/last_check.py", "storage/audit/seal.py"
TEXT, PROMISE = "bot/domain/base/text.py", "bot/domain/promises/promise.py"
T_SENDING = "tests/services/replies/test_sending.py"
T_DAYS, T_REPLIES = "tests/simulation/test_days.py", "tests/simulation/test_replies.py"
DESKS, ENGINE, LEASES = "storage/engine/desks.py", "storage/engine/postgres.py", "bot/ports/leases.py"
GATE, T_DESKS, T_CALLS = (
    "bot/services/halts/gate.py",
    "tests/storage/desks",
    "tests/gateways/test_calls_under_a_lease.py",
)
STATING, STATEMENTS = "bot/services/replies/statement_sending.py", "bot/services/replies/statement_deciding.py"
IN_PLACE, T_STATING = (
    "bot/services/replies/in_place.py",
    "tests/services/replies/test_statements.py tests/services/replies/test_statement_corrections.py",
)
LINKS, T_LINKS = "storage/engine/connections.py", "tests/storage/engine/test_connections.py"
T_MOVING, T_LEASES = "tests/storage/backups/test_moving.py", "tests/storage/desks/test_leases.py"
T_LIKED_AT_ONCE = "tests/storage/light_lane/test_likes_at_once.py"
ON_POSTGRES = (T_DESKS, T_LINKS, T_MOVING, T_LIKED_AT_ONCE)  # the tests that need the slower engine
T_DRAFT, T_TEXT = "tests/domain/replies", "tests/domain/base tests/blocks/base/test_hostile.py"

MUTANTS = (
    # --- nothing goes out without an approval of exactly these words
    Mutant("an old version is approved", DRAFT, "    if draft.version != version:\n", "    if False:\n", T_DRAFT),
    Mutant("an approval overlooks a new post", DRAFT, "    if draft.seen != seen:\n", "    if False:\n", T_DRAFT),
    Mutant("the writer approves", DRAFT, "return four_eyes and who in self.barred", "return False", T_DRAFT),
    Mutant("a second approval", DRAFT, "draft.approval is not None and draft.state != DraftState.IN_REVIEW", "False", T_DRAFT),
    Mutant("a changed conversation is overlooked", REVIEW, 'return shown not in {"", shown_mark(case, desk.store.mentions(case.id))}', "return False", "tests/services/replies tests/handlers tests/attack"),
    Mutant("a doubt is not asked about", REVIEW, "if not sure and (doubt := doubt_about(desk, case)):", "if False and (doubt := doubt_about(desk, case)):", "tests/services/replies tests/handlers"),
    Mutant("nothing is compared right before the call", LAST_CHECK, '        return "its draft is gone"\n', '        return "its draft is gone"\n    return ""\n', "tests/attack/test_changed_store.py"),
    Mutant("the trail is not asked", LAST_CHECK, "    if not _is_its_line(yes, draft):\n", "    if False:\n", "tests/attack/test_changed_store.py " + T_REPLIES),
    Mutant("an attempt goes on after its case changed", SENDING, "        if not is_in_hand(desk.store.case(case.id), tried):\n            return\n", "", "tests/services/replies"),
    Mutant("a reply goes out by another account", SENDING, "desk.network(draft.goes_under) is not network", "False", "tests/services/replies tests/services/accounts"),
    Mutant("what an older copy forgot is said again", "bot/services/replies/read_back.py", "    if isinstance(found, Sent):\n        return found\n", "", "tests/services/replies/test_after_return.py"),
    Mutant("nobody is asked about what an older copy forgot", "bot/services/replies/doubts.py", ", *doubts_after_return(desk, case)]", "]", "tests/services/replies/test_after_return.py"),
    Mutant("a deletion that an older copy believes undone is read as a reply", "bot/services/backups/reconciling.py", "    if draft is not None and draft.kind == DraftKind.TAKE_BACK:\n        return draft_events.Refused", "    if False:\n        return draft_events.Refused", "tests/services/backups"),
    Mutant("a hold ends before an older copy's statements are doubted", "bot/services/backups/reconciling.py", "        doubt_all(desk, held, at)\n", "        pass\n", "tests/services/replies/test_statements.py"),
    Mutant("a call that the database forgot is made again", "bot/services/backups/returning.py", "    if before < tried:\n", "    if True:\n", "tests/services/backups"),
    Mutant("an older copy forgets a pause", "bot/services/backups/returning.py", "            _pause_again(store, known, halt.at)\n", "            pass\n", "tests/services/backups"),
    Mutant("changed words are approved without the question after an older copy", "bot/services/replies/review.py", " or any(doubts_after_return(desk, submitted))", "", "tests/services/replies/test_after_return.py"),
    Mutant("a wait ends when the clock is set back", "bot/services/accounts/holds.py", "replace(hold, held_at=now, until=now + (hold.until - hold.held_at))", "replace(hold, until=now)", "tests/services/accounts"),
    Mutant("an approval does not age", "bot/services/replies/approval_age.py", ">= APPROVAL_LASTS", ">= 9 * APPROVAL_LASTS", "tests/services/replies tests/attack"),
    Mutant("a guest approves", ACCESS, "Act.APPROVE: (Role.APPROVER, frozenset({PersonKind.MEMBER}))", "Act.APPROVE: (Role.APPROVER, frozenset({PersonKind.MEMBER, PersonKind.GUEST}))", "tests/services/team"),
    Mutant("old data on people count", ACCESS, "    if who is None or not is_known(who, now):\n", "    if who is None:\n", "tests/services/team"),
    Mutant("a role is not needed", ACCESS, "    if role is None:\n        return\n", "    return\n", "tests/services/team"),
    Mutant("a foreign workspace is let in", "handlers/foreign.py", "    return set(_named(body)) == {team}\n", "    return True\n", "tests/handlers tests/attack"),
    Mutant("a button's mark is not checked", "bot/blocks/base/signed_values.py", '    if not hmac.compare_digest(mac.encode("utf-8", "replace"), mac_of(signed, secret).encode()):\n', "    if False:\n", "tests/blocks/base/test_ids.py tests/handlers/test_doors.py"),
    Mutant("a form's mark is not checked", "bot/blocks/base/signed_values.py", '    return metadata if known else ""\n', "    return metadata\n", "tests/blocks/base tests/handlers"),
    Mutant("a statement goes out as the row has it now", STATING, "    if not approved or {statement_terms(statement)} != {statement.terms, desk.store.terms_in_trail(statement.id)}:\n", "    if False:\n", T_STATING),
    Mutant("a correction replaces what nobody saw", IN_PLACE, "    if old in there.says:  # the new words too: a reading does not tell them apart, such as by spaces at an end\n        return None\n", "    return None\n", T_STATING),
    Mutant("a deletion of corrected words goes on", STATEMENTS, "    if before and (before.state == PostState.TAKEN_BACK or before.corrected_by):\n", "    if False:\n", T_STATING),
    # --- at most one public reply per approval
    Mutant("a statement's unknown outcome is sent again", STATING, '        return public, "statement_deleted" if post.takes_back else done\n', '        return public, "statement_deleted" if post.takes_back else done\n    if isinstance(outcome, OutcomeLost):\n        return replace(ended, state=PostState.WAITING), "statement_lost"\n', T_STATING),
    Mutant("a clock set back lets an older copy send again", "bot/services/backups/returning.py", "at=max(now, known_until + _LEAST)", "at=now", "tests/services/backups"),
    Mutant("an unknown outcome counts as not sent", SENDING, "first, outcome = None, OutcomeLost(unforeseen(trouble))", "first, outcome = None, NotSent(unforeseen(trouble))", T_SENDING + " " + T_REPLIES),
    Mutant("a kill in mid-sending counts as not sent", SENDING, 'OutcomeLost("The desk stopped while this was being sent.")', 'NotSent("The desk stopped while this was being sent.")', T_SENDING + " " + T_REPLIES),
    Mutant("the network is not read before a second call", SENDING, "first = in_place.before_change(desk, network, case, now) or found_first(desk, network, case, now)", "first = in_place.before_change(desk, network, case, now)", "tests/services/replies tests/attack/test_second_attempt.py"),
    Mutant("an empty reading at once proves absence", CHECKS, "    if now - tried.started_at < visibility_delay.shows_within:\n", "    if False:\n", "tests/domain/replies tests/services/replies"),
    Mutant("one empty reading proves absence", CHECKS, "None if now - missed_at >= visibility_delay.apart else", "None if True else", "tests/domain/replies tests/services/replies"),
    Mutant("a reading that failed proves absence", CHECKS, "    if not taken:\n", "    if False:\n", "tests/domain/replies tests/services/replies"),
    Mutant("a repeat is safe for ever", CHECKS, "return timedelta() <= now - approved_at < self.within", "return self.within > timedelta()", "tests/domain/replies tests/services/replies"),
    Mutant("a foreign post counts as our reply", "bot/services/replies/own_reply_check.py", "if shown is False or _is_foreign(desk, case, draft, outcome.post_id, shown=bool(shown)):", "if False:", "tests/services/replies tests/simulation/test_replies.py"),
    Mutant("a pause does not stop what waits", SENDING, "or not may_send(desk, draft.target)\n", "or not desk.sends\n", "tests/services/halts tests/services/replies"),
    Mutant("a halt does not stop what has begun", SENDING, " or halted(desk, network, turn)", "", "tests/services/halts tests/services/replies"),
    Mutant("a customer's new post does not stop a reply", SENDING, "    if moved := overtaken_event(desk, case, now):\n        desk.store.record(case, moved)\n        return False\n", "", "tests/services/replies " + T_REPLIES),
    Mutant("another colleague's review reply is overwritten", SENDING, " or would_overwrite(desk, network, case, now)", "", "tests/services/mentions/test_reviews.py"),
    # --- no complaint is lost, no promise lapses unseen
    Mutant("the cursor moves on without the posts", INTAKE, "        fresh = [post for post, triage in posts if take(desk, post, now, triage)]\n", "        fresh = [post for post, triage in posts[:1] if take(desk, post, now, triage)]\n", "tests/services/mentions " + T_DAYS),
    Mutant("an unreadable post is dropped", INTAKE, "    if desk.store.quarantine(network.name, network.account, odd, now):\n", "    if False:\n", "tests/services/mentions"),
    Mutant("a post that breaks the desk stops the others", INTAKE, "        new = _take_one_by_one(desk, network, stream, batch, now)\n", "        raise\n", "tests/services/mentions"),
    Mutant("a later post opens no case anew", "bot/services/mentions/author_wrote_again.py", "def matters_again(", "def matters_again(*_: object) -> bool:\n    return False\n\n\ndef _matters_again(", "tests/services/mentions"),
    Mutant("a promise runs outside the desk's hours", PROMISE, "    while owed.unsettled and owed.remind_at is not None and owed.remind_at <= now:\n", "    while owed.unsettled and owed.remind_at is not None and owed.remind_at < now:\n", "tests/domain/promises tests/services/reminders"),
    Mutant("a lapse is not written down", PROMISE, "        owed = replace(owed, lapsed_at=owed.due_at)\n", "        pass\n", "tests/domain/promises"),
    Mutant("a reminder is stored twice", "bot/services/reminders/remind.py", "    levels, armed = reminders_due(owed, desk.policy.hours, now, desk.policy.reminders.beyond)\n", "    levels, _ = reminders_due(owed, desk.policy.hours, now, desk.policy.reminders.beyond)\n    armed = owed\n", "tests/services/reminders"),
    # --- Slack shows what the store says, each post once
    Mutant("a post is not announced before the call", PUBLISHING, "        if not telling.ts:\n            self.desk.store.telling_started(telling.id, now)\n", "", "tests/services/slack/test_publishing.py tests/simulation/test_publishing.py " + T_DAYS),
    Mutant("an unknown post is posted again at once", PUBLISHING, "                if telling.ts:  # redrawing is safe to repeat\n", "                if True:\n", "tests/services/slack/test_publishing.py tests/simulation/test_publishing.py " + T_DAYS),
    Mutant("one look in Slack proves absence", READING_BACK, "        if looks < 2:\n", "        if looks < 1:\n", "tests/services/slack"),
    Mutant("Slack is looked at before it shows", READING_BACK, "abs(now - begun) < wait or ", "", "tests/services/slack"),
    Mutant("private words go to a shared channel", PUBLISHING, "        return found != Openness.OURS and not (found == Openness.SHARED and telling.ts)\n", "        return False\n", "tests/services/slack tests/attack/test_shared_channels.py"),
    Mutant("what is kept back is posted", "bot/services/slack/outgoing.py", "    if why := _kept_back(desk, message, reader, now):\n        return NotPosted(why)\n    to = ", "    to = ", "tests/services/slack tests/attack/test_shared_channels.py"),
    # --- text from outside is data
    Mutant("signs of Slack are not escaped", TEXT, "    escaped = _escaped(shown)\n", "    escaped = shown\n", T_TEXT),
    Mutant("hidden signs stay in a draft", TEXT, "    return text if text.isascii() and text.isprintable() else _without_hidden(clean(text))\n", "    return clean(text)\n", T_TEXT),
    Mutant("a fact is read as a template", "bot/gateways/templates.py", "values | {fact: placeholder(fact) for fact in missing}", "{name: str(one)[::-1] for name, one in values.items()}", "tests/gateways"),
    # --- every change has its line
    Mutant("a line does not know the line before", SEAL, 'return hmac.digest(key, body(line) + prev, "sha256")', 'return hmac.digest(key, body(line), "sha256")', "tests/storage/audit tests/attack/test_trail.py"),
    Mutant("a broken seal becomes whole again", SEAL, 'again if was.genuine else again | {"seal": _BROKEN}', "again", "tests/storage/audit tests/attack/test_trail.py"),
    Mutant("lines are not counted", SEAL, "chains, lines = sum(position == 1 for _, position, _ in added), len(added)", "chains, lines = sum(position == 1 for _, position, _ in added), 1", "tests/storage/audit tests/attack/test_trail.py"),
    # --- several desks on one database
    Mutant("two desks have one piece of work", DESKS, "WHERE leases.desk_id = excluded.desk_id RETURNING id", "RETURNING id", T_DESKS),
    Mutant("two threads have one piece of work", DESKS, "if name in self._in_use or (keep", "if (keep", T_DESKS),
    Mutant("a desk that slept goes on writing", ENGINE, "        if not holds:\n", "        if False:\n", T_DESKS),
    Mutant("a lease that was taken anew does not fence", DESKS, "for one in leases)\n", "for one in ())\n", T_DESKS),
    Mutant("a lease that has ended is renewed", DESKS, "WHERE {_OURS} AND until_at > {NOW} RETURNING id", "WHERE {_OURS} RETURNING id", T_DESKS),
    Mutant("work is taken over under a running transaction", DESKS, "SELECT id FROM over WHERE pg_try_advisory_xact_lock({_FENCES}, CAST(id AS int))", "SELECT id FROM over", T_DESKS),
    Mutant("a post begins without its lease", PUBLISHING, "if not (may_call(turn) and self", "if not (True and self", T_DESKS),
    Mutant("a reply begins without its lease", GATE, "if halt is None and not may_call(turn)", "if False", T_DESKS),
    Mutant("a call is longer than its lease", LEASES, "turn.is_long_enough() and ", "", T_DESKS),
    Mutant("the database is not asked for the lease", LEASES, " and turn.holds()", "", T_DESKS),
    Mutant("a post outlasts its lease", PUBLISHING, "with only_while(turn.left):", "if True:", T_DESKS),
    Mutant("a reply outlasts its lease", SENDING, "with only_while(turn.left):", "if True:", T_DESKS),
    Mutant("bytes for a network after the lease", "bot/gateways/networks/wire.py", "min(self.until - time.monotonic(), seconds_left())", "self.until - time.monotonic()", T_CALLS),
    Mutant("bytes for Slack after the lease", "bot/gateways/slack_wire.py", "if seconds_left() <= 0:", "if False:", T_CALLS),
    Mutant("a message is not looked at again", PUBLISHING, "if self.desk.store.telling(chosen.id) != chosen:", "if False:", T_DESKS),
    Mutant("a post in other hands is looked for", READING_BACK, "if turn is None or its is None or store", "if store", T_DESKS),
    Mutant("a reply in other hands is sent", SENDING, "        if turn is None:\n            return False\n        tried", "        tried", T_DESKS),
    Mutant("every desk reads an account", "handlers/workers.py", "alone(one.name, one.one_round)", "one.one_round", "tests/handlers/test_turns.py"),
    Mutant("a reply in other hands is lost", SENDING, "if holder == Holder.OTHERS or (holder", "if (holder", T_DESKS),
    Mutant("a reply of a lost desk waits", SENDING, "(holder == Holder.US and abs", "(abs", T_DESKS),
    Mutant("an earlier attempt's answer ends a later one", SENDING, "    if not is_in_hand(case, tried):\n        return None", "    if draft.state != DraftState.SENDING:\n        return None", T_DESKS),
    Mutant("calls of other desks do not count", "bot/gateways/shared_pacing.py", "            self.refresh()\n            if", "            if", T_DESKS),
    Mutant("every desk reminds", "handlers/workers.py", "schedule.add(ALARM, alone(ALARM, self._remind))", "schedule.add(ALARM, self._remind)", "tests/handlers/test_turns.py"),
    Mutant("a commit wakes no other desk", "storage/engine/base.py", "                self._engine.tell(WORK)\n", "                pass\n", T_DESKS),
    Mutant("people are cached past another desk's change", "storage/team/directory.py", 'return row[0] if row else ""', 'return ""', T_DESKS),
    Mutant("an older version joins a newer schema", DESKS, " WHERE %(schema)s = (SELECT max(number) FROM migrations)\n", " WHERE %(schema)s > 0\n", T_DESKS),
    Mutant("a job goes on with what it remembers", "handlers/workers.py", ", anew=self.desk.noticing.forget", "", T_DESKS),
    Mutant("an answer being shared is looked for", READING_BACK, ", store.turn(message_turn(telling.id)) as its:", ":\n            its = turn", T_DESKS),
    Mutant("a desk corrects by a wrong clock", "bot/services/base/clock_set_back.py", "if desk.store.clock_behind(now) > AHEAD:", "if False:", T_DESKS),
    Mutant("a desk takes any number of connections", LINKS, "for _ in range(self._most):", "for _ in range(99):", T_LINKS),
    Mutant("a connection that the server ended is lent", LINKS, "if conn is not None and _is_sound(conn):", "if conn is not None:", T_LINKS),
    Mutant("idle connections outlive a lost server", LINKS, "        if conn.closed:\n            self._forget_idle()\n", "", T_LINKS),
    Mutant("a lock is waited for as long as it takes", LINKS, "lock_timeout={lock}s", "lock_timeout=0", T_LINKS),
    Mutant("a server that takes no writes is worked on", LINKS, '"primary" if self.read_only else "read-write"', '"any"', T_LINKS),
    Mutant("a server that takes no writes is kept", ENGINE, "isinstance(error, errors.ReadOnlySqlTransaction) and", "False and", T_LINKS),
    Mutant("a number that was given once more counts", DESKS, "AND began_at = {began_at:d} AND", "AND", T_LEASES),
    Mutant("a fence that was given once more counts", DESKS, " AND name = '{name}'", "", T_LEASES),
    Mutant("a desk ends another one's registration", DESKS, '"DELETE FROM desks WHERE {_OURS}"', '"DELETE FROM desks WHERE id = %(id)s"', T_LEASES),
    Mutant("a desk that slept writes under the old key", DESKS, "AND (CAST(%(mark)s AS bytea) IS NULL OR %(mark)s = (SELECT key_mark FROM trail)) RETURNING", "RETURNING", T_LEASES),
    Mutant("a desk registers while the trail is sealed", DESKS, "in (MIGRATIONS, SEAL)", "in (MIGRATIONS,)", T_LEASES),
    Mutant("two desks begin two epochs", "storage/backups/epochs.py", "if after not in {None, self.epochs().number}:", "if False:", "tests/services/backups/test_returning.py"),
    Mutant("a desk begins while one is moved", DESKS, "SELECT pg_advisory_lock({", "SELECT pg_advisory_lock(1 + {", T_MOVING),
    Mutant("a move ends although desks could begin", "storage/backups/moving.py", "                still()\n", "", T_MOVING),
    # --- thank-yous
    Mutant("two lists like one post at once", "storage/light_lane/thank_yous.py", '        self.engine.exclusive(f"like {mention_id}")\n', "        pass\n", T_LIKED_AT_ONCE),
    Mutant("a waiting like is given to other words", "bot/services/light_lane/likes.py", "return bool(begun_for) and begun_for != words_mark(post.text)", "return False", "tests/services/light_lane tests/simulation/test_light_lane.py"),
    Mutant("a stale decline withdraws a quote", "bot/services/light_lane/thank_yous.py", "ThankYouVerb.DECLINE, by=by, at=at):", "ThankYouVerb.WITHDRAW, by=by, at=at):", "tests/services/light_lane/test_thank_yous.py"),
    Mutant("a machine's words lose their mark in a storm", "bot/services/storms/holding_replies.py", "starts=tuple(holding.machines)", "starts=()", "tests/services/storms/test_holding_replies.py"),
)  # fmt: skip
