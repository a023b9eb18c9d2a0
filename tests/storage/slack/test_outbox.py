"""The outbox: messages and replies that are not delivered yet."""

from datetime import timedelta

from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Priority
from bot.domain.slack.telling import TellingKind
from tests import builders
from tests.builders import CHANNEL, NOW
from tests.storage.scenes import another


def test_an_empty_desk_has_nothing_on_its_way(store):
    outbox = store.outbox()
    assert (outbox.messages, outbox.count, outbox.replies) == ([], 0, [])


def test_messages_come_most_urgent_first_and_the_rest_is_counted(store):
    builders.opened(store)
    urgent = builders.opened(store, another("2"), priority=Priority.URGENT)
    builders.opened(store, another("3"))
    outbox = store.outbox(limit=2)
    assert outbox.messages[0].case_id == urgent.id
    assert (len(outbox.messages), outbox.count) == (2, 3)


def test_what_was_begun_comes_first_and_what_was_refused_stays_in_sight(store):
    first, second = builders.opened(store), builders.opened(store, another("2"))
    store.mark_not_told(store.card(first.id).id, NOW + timedelta(minutes=5))
    store.telling_started(store.card(second.id).id, NOW)
    begun, refused = store.outbox().messages
    assert (begun.case_id, begun.started_at) == (second.id, NOW)
    assert (refused.case_id, refused.tries, refused.retry_at) == (first.id, 1, NOW + timedelta(minutes=5))


def test_what_stands_in_slack_is_not_on_its_way(store):
    case = builders.opened(store)
    store.mark_told(store.card(case.id).id, CHANNEL, "1.1", case.version)
    assert store.outbox().count == 0


def test_a_reply_is_on_its_way_from_its_approval_until_it_is_public(store):
    case = builders.approved(store)
    assert store.outbox().replies == [(case.id, DraftState.APPROVED)]
    assert TellingKind.DRAFT in {one.kind for one in store.outbox().messages}


def test_a_public_reply_is_not_on_its_way_any_more(store):
    builders.delivered(store)
    assert store.outbox().replies == []
