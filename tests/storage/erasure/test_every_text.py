"""Erasing somebody reaches every text that people or machines write, or says why it stays.

A new column with text fails the first test until it has its fate here.
"""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest

from bot.domain.replies.statement import PostState, Statement, StatementPost
from bot.domain.replies.template_version import TemplateVersion, VersionState
from bot.services.erasure import erasing
from bot.services.halts import pausing
from bot.services.replies import template_writing
from handlers.erasing import report_text
from tests.fakes import BEN, CARO, a_desk, a_post
from tests.handlers.pressing import Hands
from tests.services.journey import approved, clock, everybody_is_known, receive
from tests.storage.erasure.test_erasing import HANDLE, NAME, PERSON, WORD, erase, lived, theirs, traces, waits

SAID = f"{NAME} said: charged twice for {WORD} and nobody answers @northwind, so @{HANDLE} left."
KEPT = "[erased] said: [erased], so [erased] left."
POST = {
    "network": "x",
    "account": "42",
    "takes_back": "",
    "key": "",
    "post_id": "1",
    "url": "",
    "why": "",
    "looks": 0,
}
HOLDING = [("holding_replies", "variants"), ("holding_replies", "machines")]
# Erased with the person's own cases and posts.
GONE = {
    "approvals": "reason target_post",
    "asides": "author_id why",
    "asks": "note",
    "attempts": "url why",
    "cases": "author_id author_handle author_name answer_url reason assigned_note root_id",
    "draft_versions": "text note",
    "drafts": "target_post template_text note why promised facts",
    "earlier_ids": "external_id",
    "hidings": "reason why",
    "holding_cases": "author_id",
    "inquiries": "text answer",
    "light_mentions": "why like_words",
    "mentions": "external_id root_id parent_id author_id author_handle author_name text folded raw url why_not words "
    "said_before",
    "notices": "sentence pieces",
    "quarantine": "post_id raw author_id handle text url root_id",
    "same_people": "author_id other_author_id note",
    "saved_words": "words",
    "thank_yous": "words like_words like_why",
    "triage": "reasons",
    "triage_corrections": "kind_rule urgent_rule",
}
# Written about somebody else, or about nobody: names and words of the person are taken out.
TAKEN_OUT = {"asides": "why", "halts": "why", "holding_replies": "variants machines", "statement_posts": "text replaces",
             "template_versions": "content why"}  # fmt: skip
# In the cases of others: the report names them, and people look there.
NAMED = {
    "approvals": "reason",
    "asks": "note",
    "cases": "reason assigned_note",
    "draft_versions": "text note",
    "drafts": "note facts template_text",
    "hidings": "reason",
    "inquiries": "text answer",
    "saved_words": "words",
}
TEAM = "who on the team, or which system"
PLACES = "places in a text, each with whom or what its words come from"
CODE = "a word of the desk's own: a state, a kind, a topic, a language"
OURS = "a network, an account, a channel or a post of ours"
MARK = "a digest, a key or a mark"
OTHERS = "an id or words of other people's posts, which stay"
# Why the others stay. The id of a public post of ours stays, since others answer under it.
STAYS = {
    "account_charges": {"network account charge": OURS, "day": CODE},
    "account_holds": {"network account use limit_met met": OURS, "why": "a network's refusal of a whole account"},
    "addressed": {"recipient": TEAM},
    "approvals": {"digest": MARK, "approved_by void_by read_by": TEAM, "target_network target_account": OURS, "lane": CODE},
    "aside_posts": {"opened_by": TEAM},
    "aside_sample_items": {"reason verdict": CODE, "decided_by": TEAM},
    "aside_samples": {"month": CODE, "seed": MARK},
    "asides": {"network": OURS, "kind": CODE, "asked_by decided_by ended_by": TEAM},
    "asks": {"asked ended_by": TEAM, "ended": CODE},
    "attempts": {"key": MARK, "outcome": CODE, "post_id": OURS},
    "audit": {"who": TEAM, "verb": CODE, "facts": "the trail holds no names and no words (docs/trail.md)", "prev hash": MARK},
    "cases": {
        "network account channel": OURS,
        "state topic language moved answered_lane segment": CODE,
        "assignee answered_by approved_by assigned_by": TEAM,
    },
    "checks": {"person_id": TEAM},
    "cursors": {"network account stream": OURS, "value": "how far a list was read, until it moves on"},
    "desks": {"name": TEAM, "troubles answer": "sentences about a desk, until it stops"},
    "digests": {"person_id": TEAM},
    "draft_versions": {"digest": MARK, "authors written_by barred note_by": TEAM, "cuts origins": PLACES},
    "drafts": {
        "state kind stale why_withdrawn": CODE,
        "target_network target_account": OURS,
        "template asked note_by": TEAM,
        "corrects also posts": OURS,
    },
    "earlier_ids": {"network": OURS},
    "epochs": {"nonce": MARK, "why": CODE},
    "erased_posts": {"mark": MARK},
    "erasures": {"network": OURS, "author_id": "until the erasure is done", "mark": MARK, "asked_by": TEAM},
    "forgotten": {"id": TEAM},
    "gaps": {"network account": OURS, "why": CODE},
    "gone_posts": {"network": OURS, "external_id": "a post that was deleted before it came, for 7 days"},
    "group_members": {"group_id person_id": TEAM},
    "groups": {"id": TEAM},
    "halts": {"kind": CODE, "network account": OURS, "halted_by": TEAM},
    "handover_cases": {"person_id": TEAM},
    "hidings": {"state": CODE, "asked_by": TEAM},
    "holding_cases": {"network": OURS, "why": CODE},
    "holding_replies": {"channel": OURS, "audience": CODE, "written_by paused_by ended_by": TEAM},
    "inquiries": {"team asked_by ended_by": TEAM, "channel": OURS},
    "joint_drafts": {"channel": OURS, "written_by asked": TEAM},
    "leases": {"name": CODE},
    "light_digests": {"channel": OURS},
    "light_mentions": {"kind state": CODE, "decided_by": TEAM},
    "mention_accounts": {"account": OURS},
    "mentions": {"network account": OURS, "side language answerable": CODE, "written_with": "the version of an app"},
    "migrations": {"name": CODE, "digest": MARK},
    "nags": {"asked holder taken_by": TEAM},
    "notices": {"key": MARK, "offers": CODE},
    "people": {"id name kind zone": TEAM},
    "post_checks": {"network account": OURS},
    "promises": {"kind": CODE, "pauses": "moments"},
    "quarantine": {"network account": OURS, "why settled_as": CODE, "digest": MARK, "settled_by": TEAM},
    "requests": {"digest": MARK},
    "same_people": {"network other_network": OURS, "how": CODE, "joined_by": TEAM},
    "saved_words": {"person_id": TEAM},
    "settings": {"key value": "how far the desk has come, and what it found of itself"},
    "shift_changes": {"person_id": TEAM},
    "slack_calls": {"kind": CODE, "room": OURS},
    "spikes": {"traits words": OTHERS},
    "statement_posts": {"network account takes_back corrects post_id url": OURS, "state why": CODE, "key": MARK,
                        "origins": PLACES},
    "statements": {"state": CODE, "written_by decided_by": TEAM, "terms event": MARK},
    "storm_cases": {"place why": CODE, "placed_by": TEAM},
    "storm_marks": {"kind name": CODE, "person_id": TEAM},
    "storms": {"channel": OURS, "traits words": OTHERS, "opened_by ended_by": TEAM},
    "swaps": {"asker taker": TEAM, "state": CODE},
    "tellings": {"kind why": CODE, "recipient channel ts room": OURS},
    "template_versions": {"name state": CODE, "written_by decided_by": TEAM, "origins": PLACES},
    "thank_yous": {"state liked": CODE, "offered_by decided_by liked_by": TEAM},
    "traces_left": {"network": OURS, "traces": "of texts under way, until these have come to an end"},
    "trail": {"key_mark total seal": MARK},
    "trail_ahead": {"digest": MARK},
    "trail_before": {"digest seal": MARK},
    "trail_told": {"digest": MARK},
    "triage": {"kind urgent unheard topic language": CODE, "corrected_by": TEAM},
    "triage_corrections": {"kind_before kind urgent_before urgent": CODE, "by": TEAM},
    "usual_counts": {"kind name": OTHERS},
}  # fmt: skip


def cells(fates: dict[str, str]) -> list[tuple[str, str]]:
    return [(table, column) for table, columns in fates.items() for column in columns.split()]


def texts(engine) -> set[tuple[str, str]]:
    """Return each column of the schema with text or bytes; the index of words follows the posts' words."""
    if engine.name == "postgres":
        sql = """SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
        AND data_type IN ('text', 'bytea', 'tsvector', 'jsonb', 'character varying')"""
    else:
        sql = """SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c
        WHERE t.type = 'table' AND c.type IN ('TEXT', 'BLOB', 'ANY', '')"""
    return {
        (table, column) for table, column in engine.rows(sql) if not table.startswith(("mention_words", "sqlite_"))
    }


def test_each_text_of_the_schema_is_erased_or_says_why_it_stays(store) -> None:
    why = {(table, one) for table, said in STAYS.items() for columns in said for one in columns.split()}
    assert not why & {*cells(GONE)}
    assert why | {*cells(GONE), *cells(TAKEN_OUT)} == texts(store.engine)
    assert {*cells(NAMED)} <= {*cells(GONE)}


def put(engine, table: str, **row: object) -> None:
    columns = ", ".join(row)
    engine.run(f"INSERT INTO {table} ({columns}) VALUES ({', '.join(f':{one}' for one in row)})", row)


def as_stored(table: str, column: str) -> object:
    """Return a text with traces in the form of a column: bytes, JSON, an id."""
    if (table, column) in {("drafts", "facts"), ("saved_words", "words"), ("triage", "reasons")}:
        return json.dumps({"text": SAID})
    if (table, column) == ("notices", "pieces"):
        return json.dumps([SAID])
    if column == "raw":
        return SAID.encode()
    if column in {"url", "answer_url"}:
        return f"https://x.example/{PERSON}/status/1"
    return PERSON if column.endswith("_id") and column != "root_id" else SAID


def of_theirs(engine) -> None:
    """Add rows about the person to the tables of which their story has none."""
    [(draft,)] = engine.rows("SELECT id FROM drafts")
    (first,), (second,), *_ = engine.rows("SELECT id FROM mentions WHERE side = 'theirs' AND case_id = 1 ORDER BY id")
    put(engine, "hidings", case_id=1, mention_id=first, hide=1, state="done", asked_by="U", asked_at=1)
    put(engine, "saved_words", case_id=1, person_id="U", words="{}", saved_at=1)
    aside = {"case_id": 1, "network": "x", "author_id": PERSON, "kind": "other", "why": "", "asked_by": "U"}
    put(engine, "asides", **aside, asked_at=1, decided_by="U", decided_at=1, ended_at=1, ended_by="U")
    words = {"channel": "C", "audience": "told", "variants": "{}", "written_by": "U", "written_at": 1}
    put(engine, "holding_replies", id=1, storm_id=1, **words)
    put(engine, "holding_cases", holding_id=1, case_id=1, network="x", author_id=PERSON, draft_id=draft, why="")
    put(engine, "light_digests", id=1, channel="C", hour=1)
    put(engine, "light_mentions", mention_id=second, digest_id=1, kind="thanks", state="liked", since=1)
    put(engine, "thank_yous", mention_id=second, state="open")
    put(engine, "post_checks", mention_id=second, network="x", account="42", check_at=1)
    put(engine, "earlier_ids", network="x", external_id=PERSON, mention_id=second)
    same = {"network": "x", "author_id": PERSON, "case_id": 1, "other_network": "y", "other_author_id": "7"}
    put(engine, "same_people", **same, other_case_id=1, how="colleague", note="", joined_by="U", joined_at=1)
    was = {"kind_before": "", "kind": "", "kind_rule": "", "urgent_before": "", "urgent": "", "urgent_rule": ""}
    put(engine, "triage_corrections", mention_id=first, **was, by="U", at=1)


# Who they are and the ids of their posts, which their story has already.
ALREADY = {("mentions", "external_id"), ("mentions", "author_id"), ("mentions", "author_handle"), ("cases", "author_id"),
           ("cases", "author_handle"), ("mentions", "parent_id"), ("earlier_ids", "external_id"), ("quarantine", "author_id"),
           ("quarantine", "handle"), ("quarantine", "post_id"), ("same_people", "author_id"), ("asides", "author_id"),
           ("holding_cases", "author_id")}  # fmt: skip
LATE = 2**60  # after all that they wrote
BESIDE = {"reason": ", lane = 'reason'"}  # of approvals: it stands with this alone
LIMITS = {"cases": " WHERE id = 1", "mentions": " WHERE side = 'theirs'"}


@pytest.fixture
def hands(store):
    return Hands(a_desk(store))


def has(engine, table: str, column: str) -> list[str]:
    return traces(str(engine.rows(f"SELECT {column} FROM {table}")))


def write(engine, table: str, column: str) -> None:
    """Let a column name the person, and have their words."""
    beside = BESIDE.get(column, "") if table == "approvals" else ""
    limit = LIMITS.get(table, "")
    engine.run(f"UPDATE {table} SET {column} = :said{beside}{limit}", {"said": as_stored(table, column)})


def test_whatever_is_written_about_a_person_in_their_own_cases_goes(hands: Hands) -> None:
    lived(hands)
    engine = hands.desk.store.engine  # type: ignore[attr-defined]
    of_theirs(engine)
    for table, column in sorted({*cells(GONE)} - ALREADY):
        write(engine, table, column)
    assert [cell for cell in cells(GONE) if not has(engine, *cell)] == []
    erase(hands)
    assert {cell: left for cell in cells(GONE) if (left := has(engine, *cell))} == {}


def of_another(engine) -> None:
    """Add what is written about another customer, or about nobody; all that is over."""
    decided = {"decided_by": "U", "decided_at": 1}
    aside = {"case_id": 1, "network": "x", "author_id": "7", "kind": "other", "asked_by": "U", "asked_at": 1}
    put(engine, "asides", **aside, **decided, why=SAID)
    put(engine, "halts", kind="pause", network="x", account="", halted_by="U", halted_at=1, why=SAID)
    ended = {"ended_by": "U", "ended_at": 1}
    words = {"channel": "C", "audience": "told", "written_by": "U", "written_at": LATE}
    put(
        engine,
        "holding_replies",
        storm_id=1,
        **words,
        **ended,
        variants=json.dumps({"en": SAID, "fr": "Désolé"}),
        machines=json.dumps([["M", SAID]]),
    )
    line = {"takes_back": 0, "written_by": "U", "written_at": LATE, "terms": "", "line": 0}
    put(engine, "statements", id=1, state="approved", **line, **decided)
    put(engine, "statement_posts", statement_id=1, state="sent", text=SAID, replaces=SAID, **POST)
    for number, state in enumerate(("past", "declined", "proposed", "current")):
        one = {"name": f"late_{number}", "content": f"title: Late\n---\n{SAID}", "state": state, "why": SAID}
        put(engine, "template_versions", **one, written_by="U", written_at=LATE, **decided)


def test_names_and_words_of_a_person_are_taken_out_of_what_belongs_to_no_case_of_theirs(hands: Hands) -> None:
    desk = hands.desk
    receive(desk, a_post("100", "Late again"))
    receive(desk, theirs("9100001"))
    engine = desk.store.engine  # type: ignore[attr-defined]
    of_another(engine)
    assert [cell for cell in cells(TAKEN_OUT) if not has(engine, *cell)] == []
    mark = desk.store.template_mark()
    said = report_text(erase(hands))
    assert {cell: left for cell in cells(TAKEN_OUT) if (left := has(engine, *cell))} == {}
    assert {one for (one,) in engine.rows("SELECT content FROM template_versions")} == {f"title: Late\n---\n{KEPT}"}
    assert json.loads(engine.rows("SELECT variants FROM holding_replies")[0][0])["fr"] == "Désolé"
    assert desk.store.template_mark() != mark, "desks read their templates anew"
    assert "taken out of template late_0, template late_1, template late_2, template late_3, statement 1" in said
    assert ("traces_erased", {"network": "x", "texts": 8}) in [
        (one.verb, one.facts) for one in desk.store.audit("desk")
    ]


def test_messages_that_quote_a_reason_lose_the_name_and_the_words_and_are_drawn_anew(hands: Hands) -> None:
    desk, at = hands.desk, hands.desk.clock.now()
    receive(desk, theirs("9100001"))
    quoted = f"as {NAME} says, charged twice for {WORD} and nobody answers @northwind"
    everybody_is_known(desk)
    content = "---\ntitle: Late lamp\nuse_when: A lamp is late.\n---\nYour lamp is late. ^{{ initials }}"
    version = template_writing.propose(desk, "late_lamp", content, by=CARO, at=at)
    template_writing.decide(desk, version, approves=False, by=BEN, at=at, why=quoted)
    pausing.pause(desk, f"x because {quoted}", by=CARO, at=at)

    def told() -> str:
        clock(desk).move(minutes=2)
        hands.publish()
        return str([one.text for one in hands.chat.messages.values()])

    assert told().count(quoted) == 2
    said = report_text(erase(hands))
    assert not traces(str(desk.store.engine.rows("SELECT sentence, pieces FROM notices")))  # type: ignore[attr-defined]
    assert told().count("as [erased] says, [erased]") == 2
    assert "a message of the desk that quotes a reason" in said


def test_words_of_ours_that_a_person_quotes_stay(hands: Hands) -> None:
    desk = hands.desk
    ours = "We are sorry that our shop is down, and say more here at noon."
    engine, one = desk.store.engine, {"name": "down", "state": "current", "why": "", "written_by": "U"}  # type: ignore[attr-defined]
    put(engine, "template_versions", **one, content=ours, written_at=1, decided_by="U", decided_at=1)
    words = {"channel": "C", "audience": "told", "written_by": "U", "ended_by": "U", "ended_at": 1, "machines": "[]"}
    put(
        engine, "holding_replies", storm_id=1, **words, variants=json.dumps({"en": f"Hello! {ours}"}), written_at=LATE
    )
    public = StatementPost(network="x", account="42", text=ours, state=PostState.SENT, post_id="1")
    desk.store.add_statement(Statement(by="U", at=desk.clock.now(), posts=[public]))
    receive(desk, theirs("9100001", f"“{ours}” It is three now, and the shop is down as it was!"))
    erase(hands)
    assert engine.rows("SELECT content FROM template_versions") == [(ours,)]
    assert desk.store.statement(1).posts[0].text == ours
    assert ours in engine.rows("SELECT variants FROM holding_replies")[0][0]


class Undone(Exception):
    """Raised to roll back a trial."""


def test_cases_of_others_that_name_a_person_are_in_the_report(hands: Hands) -> None:
    desk = hands.desk
    approved(desk)
    receive(desk, theirs("9100001"))
    engine = desk.store.engine  # type: ignore[attr-defined]
    put(engine, "hidings", case_id=1, mention_id=1, hide=1, state="done", asked_by="U", asked_at=1)
    put(engine, "saved_words", case_id=1, person_id="U", words="{}", saved_at=1)
    asked = {"asked_by": "U", "asked_at": 1, "due_at": 2, "mention": 1, "text": ""}
    put(engine, "inquiries", case_id=1, team="Billing", channel="C", **asked)
    assert desk.store.erase_elsewhere("x", PERSON, desk.clock.now()).cases == ()
    found = set()
    for table, column in cells(NAMED):
        with suppress(Undone), desk.store.transaction():
            write(engine, table, column)
            if desk.store.erase_elsewhere("x", PERSON, desk.clock.now()).cases == (1,):
                found.add((table, column))
            raise Undone
    assert found == {*cells(NAMED)}
    engine.run("UPDATE drafts SET note = :said", {"said": f"As @{HANDLE} had it"})
    assert "What was written for other customers names them: case 1. Please look there." in report_text(erase(hands))


def test_what_goes_out_by_an_approval_keeps_its_words_until_it_has_come_to_an_end(hands: Hands) -> None:
    desk = hands.desk
    receive(desk, theirs("9100001"))
    engine = desk.store.engine  # type: ignore[attr-defined]
    of_another(engine)
    engine.run("UPDATE holding_replies SET ended_by = '', ended_at = NULL")
    engine.run("UPDATE statement_posts SET state = 'waiting'")
    said = report_text(erase(hands))
    for what in ("Statement 1", "Holding reply 1"):
        assert (
            f"{what} has their name or words, and keeps them for now: it waits, or goes out, as people read" in said
        )
    assert "takes them out by itself when it has come to an end" in said
    under_way = [("statement_posts", "text"), ("statement_posts", "replaces"), *HOLDING]
    assert all(has(engine, *cell) for cell in [*under_way, ("traces_left", "traces")])

    line = {"takes_back": 0, "written_by": "U", "written_at": LATE, "terms": "", "line": 0}
    put(engine, "statements", id=2, state="approved", decided_by="", **line)
    put(engine, "statement_posts", statement_id=2, state="waiting", text=f"Sorry, @{HANDLE}", **POST)
    engine.run("UPDATE holding_replies SET ended_by = 'U', ended_at = 1")
    engine.run("UPDATE statement_posts SET state = 'sent' WHERE statement_id = 1")
    assert erasing.carry_on(desk, clock(desk).move(minutes=1)).done
    assert [cell for cell in HOLDING if has(engine, *cell)] == []
    texts = "SELECT text FROM statement_posts ORDER BY statement_id"
    assert [one for (one,) in engine.rows(texts)] == [KEPT, f"Sorry, @{HANDLE}"]

    engine.run("UPDATE statement_posts SET state = 'failed'")
    erasing.carry_on(desk, clock(desk).move(minutes=1))
    assert [one for (one,) in engine.rows(texts)] == [KEPT, "Sorry, [erased]"]
    assert engine.rows("SELECT count(*) FROM traces_left") == [(0,)]
    lines = [one.facts["texts"] for one in desk.store.audit("desk") if one.verb == "traces_erased"]
    assert lines == [6, 2, 1], "each round says how many texts it changed"


def test_no_more_of_an_erased_person_is_kept_than_what_is_under_way_has(hands: Hands) -> None:
    desk = hands.desk
    receive(desk, theirs("9100001"))
    waits_to_go = StatementPost(network="x", account="42", text=f"@{HANDLE}, we know.", state=PostState.WAITING)
    desk.store.add_statement(Statement(by="U", at=desk.clock.now(), posts=[waits_to_go]))
    erase(hands)
    engine = desk.store.engine  # type: ignore[attr-defined]
    assert engine.rows("SELECT traces FROM traces_left") == [(f'{{"names":["{HANDLE}"],"phrases":[],"runs":[]}}',)]


def test_an_erasure_waits_for_whoever_copies_the_words_of_a_statement_into_another_one(hands: Hands) -> None:
    desk = hands.desk
    receive(desk, theirs("9100001"))
    public = StatementPost(network="x", account="42", text=SAID, state=PostState.SENT, post_id="1")
    first = desk.store.add_statement(Statement(by="U", at=desk.clock.now() + timedelta(days=1), posts=[public]))
    found = []
    asked = Thread(target=lambda: found.append(desk.store.erase_elsewhere("x", PERSON, desk.clock.now())))
    with desk.store.transaction():
        before = desk.store.statement(first)
        asked.start()
        assert waits(desk.store, asked)
        post = replace(before.posts[0], state=PostState.WAITING, text="Sorry.", replaces=SAID)
        desk.store.add_statement(Statement(by="U", at=desk.clock.now(), posts=[post], corrects=first))
    asked.join(timeout=30)
    assert (found[0].gone, found[0].stays) == (("statement 1",), ("statement 2",))


def test_an_erasure_waits_for_whoever_puts_an_earlier_version_of_a_template_back(hands: Hands) -> None:
    desk, at = hands.desk, hands.desk.clock.now()
    receive(desk, theirs("9100001"))
    past = TemplateVersion(name="late", content=SAID, state=VersionState.PAST, by="U", at=at)
    number = desk.store.add_template_version(past)
    asked = Thread(target=lambda: desk.store.erase_elsewhere("x", PERSON, at))
    with desk.store.transaction():
        before = desk.store.template_version(number)
        asked.start()
        assert waits(desk.store, asked)
        desk.store.add_template_version(replace(before, state=VersionState.CURRENT))
    asked.join(timeout=30)
    assert not has(desk.store.engine, "template_versions", "content")  # type: ignore[attr-defined]
