"""The audit trail: one line per event, chained, append-only, and without anybody's words."""

import json

import pytest

from bot.domain.base.tables import CaseVerb, DraftVerb, FactVerb
from bot.domain.mentions.mention import Author
from storage.audit import seal
from tests import builders
from tests.builders import ANA, BEN, CARO, NOW, a_post, do
from tests.storage.scenes import another, at_once

CANARY = "kanarienvogel"


def test_every_event_has_one_line_with_who_what_when_and_where_it_led(store):
    case = builders.delivered(store)
    lines = store.audit(f"case:{case.id}")
    assert [(line.position, line.verb, line.by) for line in lines] == [
        (1, "opened", "network"),
        (2, "claim", ANA),
        (3, "started", ANA),
        (4, "submit", ANA),
        (5, "approve", BEN),
        (6, "send", "desk"),
        (7, "delivered", "desk"),
    ]
    assert lines[0].at == NOW
    assert lines[0].facts == {"mention": case.latest, "to": "new"}
    assert lines[3].facts["person"] == BEN
    assert lines[-1].facts == {
        "from": "open",
        "to": "pending",
        "draft": case.draft.id,
        "version": 1,
        "draft_from": "sending",
        "draft_to": "sent",
        "digest": case.draft.digest,
        "post": "2001",
    }
    assert len({line.hash for line in lines}) == len(lines)


def test_the_position_of_a_line_is_the_version_of_the_case(store):
    for name, builder in sorted((builders.CASES | builders.DRAFTS).items()):
        case = builder(store, post=another(name))
        assert [line.position for line in store.audit(f"case:{case.id}")] == list(range(1, case.version + 1))
    assert store.broken_chains() == []


def test_the_desk_has_a_chain_of_its_own(store):
    store.note("started", "desk", NOW, {"schema": 1})
    store.note("paused", CARO, NOW, {"network": "x"})
    assert [(line.chain, line.position, line.verb, line.by, line.facts) for line in store.audit("desk")] == [
        ("desk", 1, "started", "desk", {"schema": 1}),
        ("desk", 2, "paused", CARO, {"network": "x"}),
    ]
    assert store.audit("case:5") == []
    assert store.broken_chains() == []


def test_many_who_note_at_once_share_one_unbroken_chain(store):
    def note(who):
        for _ in range(20):
            store.note("looked", who, NOW, {})
        return who

    people = [f"U{n}" for n in range(6)]
    assert at_once(*(lambda who=who: note(who) for who in people)) == people
    assert [line.position for line in store.audit("desk")] == list(range(1, 121))
    assert store.broken_chains() == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET who = 'U1'",
        "UPDATE audit SET position = position + 100",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE position = 1",
        "INSERT INTO audit SELECT * FROM audit WHERE true ON CONFLICT (chain, position) DO UPDATE SET who = 'U1'",
    ],
)
def test_the_database_itself_refuses_to_change_or_drop_a_line(store, sql):
    case = builders.claimed(store)
    before = store.audit(f"case:{case.id}")
    with pytest.raises(Exception, match="only ever added to"), store.transaction():
        store.engine.run(sql)
    assert store.audit(f"case:{case.id}") == before


def test_no_line_takes_the_place_of_another(sqlite_store):
    case = builders.claimed(sqlite_store)
    before = sqlite_store.audit(f"case:{case.id}")
    other = "INSERT OR REPLACE INTO audit SELECT chain, position, at, 'U1', verb, facts, prev, hash FROM audit"
    with pytest.raises(Exception, match="only ever added to"), sqlite_store.transaction():
        sqlite_store.engine.run(other)
    assert sqlite_store.audit(f"case:{case.id}") == before


def forge(store, sql, **params):
    """Run `sql` on the trail, as somebody with the file could."""
    with store.transaction():
        if store.engine.name == "sqlite":
            for trigger in ("audit_keeps_lines", "audit_keeps_all"):
                store.engine.run(f"DROP TRIGGER {trigger}")
        else:
            store.engine.run("ALTER TABLE audit DISABLE TRIGGER ALL")
        store.engine.run(sql, params)


@pytest.mark.parametrize(
    "change",
    [
        "SET who = 'U0CARO' WHERE chain = :chain AND position = 2",
        "SET at = at + 1 WHERE chain = :chain AND position = 1",
        "SET verb = 'assign' WHERE chain = :chain AND position = 2",
        "SET facts = replace(facts, 'open', 'new') WHERE chain = :chain AND position = 2",
        "SET hash = prev WHERE chain = :chain AND position = 3",
        "SET prev = hash WHERE chain = :chain AND position = 3",
    ],
)
def test_one_changed_byte_is_found(store, change):
    whole = builders.claimed(store, post=another("7"))
    case = builders.drafted(store)
    forge(store, f"UPDATE audit {change}", chain=case.id)
    assert store.broken_chains() == [f"case:{case.id}"]
    assert whole.id != case.id


@pytest.mark.parametrize("position", [1, 2, 3])
def test_a_missing_line_is_found_wherever_it_was(store, position):
    case = builders.drafted(store)
    forge(store, "DELETE FROM audit WHERE position = :position", position=position)
    assert store.broken_chains() == [f"case:{case.id}"]


def test_a_line_taken_out_by_somebody_who_knows_how_to_hash_is_found(store):
    case = builders.drafted(store)
    first, _, last = store.engine.rows(
        "SELECT chain, position, at, who, verb, facts, hash FROM audit ORDER BY position"
    )
    prev, line = bytes(first[-1]), last[:-1]
    forge(store, "DELETE FROM audit WHERE position = 2")
    sql = "UPDATE audit SET prev = :prev, hash = :hash WHERE position = 3"
    with store.transaction():
        store.engine.run(sql, {"prev": prev, "hash": seal.hashed(store.engine.key, prev, line)})
    assert store.broken_chains() == [f"case:{case.id}"]


def test_two_lines_that_changed_places_are_found(store):
    case = builders.drafted(store)
    forge(store, "UPDATE audit SET verb = CASE verb WHEN 'claim' THEN 'started' ELSE 'claim' END WHERE position > 1")
    assert store.broken_chains() == [f"case:{case.id}"]


def test_no_text_and_no_handle_ever_enters_the_trail(store):
    author = Author(id="501", handle=CANARY, name=CANARY)
    case = builders.opened(store, post=a_post(author=author, text=CANARY, url=CANARY, raw=CANARY.encode()))
    case = do(store, case, CaseVerb.CLAIM)
    case = builders.start(store, case, CANARY, template="late", template_text=CANARY)
    case = do(store, case, DraftVerb.SUBMIT, to=BEN)
    case = do(store, case, DraftVerb.REQUEST_CHANGES, by=BEN, note=CANARY)
    case = do(store, case, DraftVerb.EDIT, words=builders.wording(case, f"{CANARY} {CANARY}"))
    case = do(store, case, DraftVerb.SUBMIT, to=BEN)
    case = do(store, case, DraftVerb.APPROVE, by=BEN, seen=case.latest)
    case = do(store, case, DraftVerb.SEND, by="desk", key=CANARY)
    case = do(store, case, DraftVerb.LOST, by="desk", why=CANARY)
    case = do(store, case, FactVerb.OUTCOME_CHECKED, by="desk", not_taken=CANARY)
    case = do(store, case, DraftVerb.DELIVERED, by="desk", post_id="1", url=CANARY, why=CANARY)
    case = do(store, case, CaseVerb.DISMISS, reason=CANARY)
    assert CANARY in case.reason
    trail = store.engine.rows("SELECT chain, position, at, who, verb, facts FROM audit")
    assert len(trail) == case.version
    assert CANARY not in json.dumps(trail)
