"""The outbox as text, which the rehearsal's backstage shows."""

from datetime import timedelta

from bot.domain.slack.telling import TellingKind
from handlers.outbox import _KINDS, outbox
from tests import builders
from tests.builders import CHANNEL, NOW
from tests.fakes import a_desk


def test_every_message_says_what_it_is_where_it_goes_and_how_it_stands(store):
    case = builders.opened(store)
    assert outbox(a_desk(store)) == {
        "waiting": 1,
        "messages": [{"what": "card, case 1", "to": CHANNEL, "state": "to be posted"}],
        "replies": [],
    }
    store.mark_not_told(store.card(case.id).id, NOW + timedelta(minutes=5))
    assert outbox(a_desk(store))["messages"][0]["state"] == "tried once, again on 5 Jan 09:05 UTC"
    store.telling_started(store.card(case.id).id, NOW)
    assert outbox(a_desk(store))["messages"][0]["state"] == "begun, not answered yet"


def test_a_reply_says_whose_turn_it_is(store):
    builders.approved(store)
    assert outbox(a_desk(store))["replies"] == [{"what": "reply, case 1", "state": "approved, goes out next"}]


def test_every_kind_of_message_has_its_words():
    assert set(TellingKind) == _KINDS.keys()


def test_a_sentence_about_the_desk_has_no_case(store):
    store.notice("gap", "C0LEADS", "Mentions may be missing.", NOW)
    [line] = outbox(a_desk(store))["messages"]
    assert (line["what"], line["to"]) == ("sentence about the desk", "C0LEADS")
