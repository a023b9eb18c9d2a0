"""The facts of each verb in the audit trail do not change, since one reader reads old and new lines."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.base.tables import CaseVerb, DraftVerb, FactVerb
from bot.domain.cases.case import Priority, WhyMoved
from bot.domain.cases.same_person import HowKnown
from bot.domain.mentions.mention import PostRef
from bot.domain.promises.promise import always_open, reminders_due, retimed, spoken_promise
from bot.domain.replies.draft import DraftKind, WhyStale
from bot.domain.replies.parts import Split
from bot.domain.replies.solo import STOP_WITHIN, Lane
from bot.domain.storms.storm import Standout
from bot.domain.triage.triage import Kind, Urgent
from tests import builders
from tests.builders import ANA, BEN, CARO, NOW, REPLY_URL, WORDS, a_post, do, owed, start, wording

GOLDEN = Path(__file__).with_name("facts.json")
SOON, LATER = NOW + timedelta(minutes=31), NOW + timedelta(hours=2)


def answered(store):
    """Reminded, claimed, asked about, submitted, approved, answered with a spoken promise; solved, closed."""
    case = builders.opened(store)
    levels, armed = reminders_due(case.promise, always_open(), SOON)
    case = do(
        store, case, FactVerb.REMINDED, by="desk", to=CARO, level=levels[-1], levels=levels, promise=armed, told=True
    )
    case = do(store, case, FactVerb.ON_IT, by=CARO, reminder=1)
    case = do(store, case, FactVerb.SNOOZED, by=CARO, reminder=1, until=LATER, promise=case.promise)
    case = do(store, case, CaseVerb.CLAIM)
    case = do(store, case, FactVerb.CLAIM_CHECKED, by="desk", to=ANA, since=NOW)
    case = do(store, case, FactVerb.STILL_ON_IT, check=1)
    case = do(store, start(store, case), DraftVerb.SUBMIT, to=BEN)
    case = do(store, case, FactVerb.APPROVER_ASKED, by=BEN, to=CARO)
    case = do(store, case, DraftVerb.APPROVE, by=CARO, seen=case.latest)
    case = do(store, case, DraftVerb.SEND, by="desk", key="key-1")
    facts = {"post_id": "2001", "url": REPLY_URL, "posted_at": SOON}
    case = do(store, case, DraftVerb.DELIVERED, by="network", at=LATER, **facts)
    case = do(
        store,
        case,
        FactVerb.PROMISED,
        at=LATER,
        promise=spoken_promise(LATER, LATER + timedelta(hours=1), always_open()),
    )
    case = do(store, case, CaseVerb.SOLVE, at=LATER, reason="Parcel arrived")
    case = do(store, case, CaseVerb.CLOSE, by="desk", at=LATER)
    return do(store, case, FactVerb.FOLLOWED, by="author", at=LATER)


def written_again(store):
    """Edited, returned for changes, stale by age, by a post and by its edit; stopped, and withdrawn."""
    case = builders.approved(store)
    case = do(store, case, DraftVerb.STALE, by="desk", why=WhyStale.AGE)
    case = do(store, case, DraftVerb.REQUEST_CHANGES, by=BEN, note="Warmer, please")
    words = wording(case, f"{WORDS} Sorry.", template="late")
    case = do(store, case, DraftVerb.EDIT, by=CARO, version=1, words=words)
    case = do(store, case, DraftVerb.SUBMIT, to="")
    case = do(store, case, FactVerb.POST_EDITED, by="author", mention=case.latest)
    row = store.add_mention(a_post("1002"), SOON)
    facts = {"mention": row, "posted_at": SOON, "promise": owed(case, SOON), "resolution": None}
    case = do(store, case, CaseVerb.AUTHOR_WROTE, by="author", at=SOON, segment="press", **facts)
    case = do(store, case, FactVerb.POST_DELETED, by="author", at=SOON, mention=row)
    case = do(store, case, DraftVerb.APPROVE, by=BEN, at=SOON, seen=row)
    case = do(store, case, DraftVerb.STOP, by=CARO, at=SOON)
    return do(store, case, DraftVerb.WITHDRAW, at=SOON)


def unsure(store):
    """Of unknown outcome: looked for, missing by a person's word, sent again, found; refused, posted by hand."""
    case = builders.unconfirmed(store)
    case = do(store, case, FactVerb.OUTCOME_CHECKED, by="desk", until=SOON, since=NOW)
    case = do(
        store,
        case,
        FactVerb.OUTCOME_CHECKED,
        by="desk",
        until=SOON,
        since=None,
        not_taken="Nothing can be read there",
    )
    case = do(store, case, DraftVerb.ABSENT, by=BEN, why="An approver looked", on_word=True)
    case = do(store, case, DraftVerb.SEND, by=BEN, key="key-2")
    case = do(store, case, DraftVerb.LOST, by="network", why="No answer came", until=SOON)
    case = do(store, case, DraftVerb.ABSENT, by="network", why="The network knows of no such reply.")
    case = do(store, case, DraftVerb.SEND, by=BEN, key="key-3")
    case = do(store, case, DraftVerb.REFUSED, by="network", why="Too fast", until=SOON, again=True)
    case = do(store, case, FactVerb.RETRY_GIVEN_UP, by="desk", why="Sending is switched off")
    case = do(store, case, DraftVerb.HAND_OVER, by=BEN, why="Too fast")
    return do(store, case, DraftVerb.DELIVERED, post_id="2001", url=REPLY_URL, why="On a word", on_word=True)


def let_out_solo(store):
    """Sent solo by both lanes and read by a lead; corrected, and stopped for a difference from the approval."""
    case = builders.sent_alone(store, Lane.REASON)
    case = do(store, case, FactVerb.SOLO_READ, by=CARO, at=SOON, approval=case.draft.approval.id)
    case = start(store, case, f"{WORDS} Today.", kind=DraftKind.CORRECTION, corrects="31")
    case = do(store, case, DraftVerb.SUBMIT, to=BEN, own_accord=None)
    case = do(store, case, DraftVerb.APPROVE, by=BEN, seen=case.latest)
    case = do(store, case, DraftVerb.SEND, by="desk", key="key-2")
    case = do(store, case, DraftVerb.MISMATCH, by="desk")
    prepared = {"template": "late", "template_text": WORDS}
    case = do(store, start(store, case, by=BEN, **prepared), DraftVerb.SUBMIT, by=BEN, to=CARO, told=False)
    case = do(store, case, DraftVerb.APPROVE, by=BEN, seen=case.latest, lane=Lane.TEMPLATE, reason="")
    return do(store, case, DraftVerb.SEND, by="desk", at=NOW + STOP_WITHIN * 2, key="key-3")


def handed_round(store):
    """Assigned, released, moved by priority and by hours, set aside with its draft and back, answered elsewhere."""
    case = do(store, builders.opened(store), CaseVerb.ASSIGN, by=CARO, to=ANA)
    case = do(store, case, CaseVerb.RELEASE)
    case = do(store, case, CaseVerb.CLAIM, by=BEN, to=BEN)
    sooner = retimed(case.promise, timedelta(minutes=15), always_open(), SOON)
    urgent = {"priority": Priority.URGENT, "promise": sooner, "resolution": None, "own_accord": None}
    case = do(store, case, FactVerb.REPRIORITISED, by=CARO, **urgent)
    later = {"promise": owed(at=SOON), "resolution": None, "own_accord": None}
    case = do(store, case, FactVerb.RETIMED, by="desk", why=WhyMoved.SEGMENT, segment="press", **later)
    case = do(store, case, FactVerb.MOMENTS_CORRECTED, by="desk", promises=(replace(case.promise, started_at=NOW),))
    case = do(store, start(store, case, by=BEN), CaseVerb.DISMISS, by=BEN, reason="Trolling", until=LATER)
    back = {"segment": "", "promise": owed(at=SOON), "resolution": None}
    case = do(store, case, CaseVerb.RESURFACE, by="desk", at=SOON, **back)
    case = do(store, case, FactVerb.CLAIM_CHECKED, by="desk", to=ANA, since=NOW)
    case = do(store, do(store, case, CaseVerb.ASSIGN, by=CARO, to=ANA), CaseVerb.RELEASE, by="desk", check=1)
    facts = {"url": REPLY_URL, "posted_at": NOW, "own_accord": None}
    case = do(store, case, CaseVerb.ANSWERED_ELSEWHERE, by="network", at=SOON, **facts)
    case = do(store, do(store, case, CaseVerb.SOLVE), CaseVerb.REOPEN, at=LATER, promise=owed(case, LATER))
    return do(store, case, FactVerb.RETIMED, by="desk", why=WhyMoved.AS_IT_BEGAN, own_accord=owed(at=SOON))


def known_by_its_link(store):
    """Added by link and delivered by the network, separated from private messages, and continued in another case."""
    case = builders.claimed(store)
    real = replace(store.mention(case.latest), ref=PostRef("x", builders.OUR_ACCOUNT, "1777"))
    facts = {"mention": case.latest, "post": real, "segment": "press", "promise": owed(case, NOW)}
    case = do(store, case, FactVerb.LINKED_POST_ARRIVED, by="network", **facts)
    case = do(store, case, CaseVerb.ASSIGN, by=CARO, to=BEN, note="You know her", reminder=1)
    row = store.add_mention(a_post("1002", private=True), SOON)
    case = do(store, case, CaseVerb.AUTHOR_WROTE, by="author", at=SOON, mention=row, posted_at=SOON)
    parting = {"mention": real.id, "posted_at": real.posted_at, "post": None, "moved": (row,), "since": SOON}
    case = do(store, case, FactVerb.SPLIT_OFF_BESIDE, by=BEN, at=SOON, **parting)
    case = do(store, case, CaseVerb.SPLIT_OFF, by=BEN, at=SOON, **parting)
    case = do(store, case, CaseVerb.ANSWERED_ELSEWHERE, by="network", at=LATER, url=REPLY_URL, posted_at=LATER)
    case = do(store, case, FactVerb.PASTED_LINK_CONFIRMED, by="network", at=LATER, post=real, post_id="2001")
    return do(store, case, CaseVerb.JOIN, by="desk", at=LATER, into=7)


def called_something_else(store):
    """Called praise, and then urgent by no more than a person's word, and no longer."""
    case = builders.claimed(store)
    case = do(store, case, FactVerb.TRIAGE_CORRECTED, mention=case.latest, kind=Kind.PRAISE)
    case = do(store, case, FactVerb.TRIAGE_CORRECTED, mention=case.latest, urgent=Urgent.LEGAL)
    return do(store, case, FactVerb.TRIAGE_CORRECTED, mention=case.latest, urgent=Urgent.NO)


def another_team_asked(store):
    """Asked of another team: late, answered, and one more that is not needed; then a post that asks nothing."""
    case = builders.claimed(store)
    question = {"team": "Billing", "channel": "C0ASKED", "text": "Was it taken back?", "mention": case.latest}
    case = do(store, case, FactVerb.INQUIRED, due_at=SOON, **question)
    late = {"inquiry": 1, "channel": "C0ASKED", "to": ANA}
    case = do(store, case, FactVerb.INQUIRY_LATE, by="desk", at=SOON, **late)
    case = do(store, case, FactVerb.INQUIRY_ANSWERED, by=BEN, at=SOON, inquiry=1, answer="On Monday.", to=ANA)
    case = do(store, case, FactVerb.INQUIRED, at=SOON, due_at=LATER, **question)
    case = do(store, case, FactVerb.INQUIRY_WITHDRAWN, at=SOON, inquiry=2)
    row = store.add_mention(a_post("1002"), SOON)
    return do(store, case, FactVerb.WROTE_LIGHTLY, by="author", at=SOON, mention=row, posted_at=SOON)


def hidden_and_shown_again(store):
    """Hidden and shown again as people wanted it, once refused, and hidden by somebody on the network."""
    case = builders.claimed(store)
    post = {"mention": case.latest}
    case = do(store, case, FactVerb.HIDE_ASKED, reason="Names a neighbour.", **post)
    case = do(store, case, FactVerb.HIDDEN, by="network", at=SOON, hiding=1, **post)
    case = do(store, case, FactVerb.SHOW_ASKED, at=SOON, reason="It does not.", **post)
    case = do(store, case, FactVerb.HIDING_FAILED, by="network", at=SOON, hiding=2, why="X says no.", **post)
    case = do(store, case, FactVerb.SHOW_ASKED, at=SOON, reason="It does not.", **post)
    case = do(store, case, FactVerb.SHOWN_AGAIN, by="network", at=SOON, hiding=3, **post)
    return do(store, case, FactVerb.HIDDEN, by="network", at=LATER, **post)


def asked_to_write_privately(store):
    """Answered by asking for a private message, which did not come."""
    case = do(store, builders.delivered(store), FactVerb.ASKED_PRIVATELY, at=SOON)
    return do(store, case, FactVerb.PRIVATE_SILENCE, by="desk", at=LATER)


def answer_taken_back(store):
    """Answered, and the answer was taken back."""
    case = do(store, builders.claimed(store), CaseVerb.ANSWERED_ELSEWHERE, by="network", at=SOON, url=REPLY_URL)
    back = {"segment": "", "promise": owed(case, LATER), "resolution": None}
    return do(store, case, CaseVerb.ANSWER_TAKEN_BACK, by="desk", at=LATER, **back)


def folded_into_a_storm(store):
    """Opened in a storm, taken out of it, folded again, and claimed."""
    case = builders.opened(store, storm=3)
    case = do(store, case, FactVerb.CAME_OUT, why=Standout.TAKEN_OUT)
    case = do(store, case, FactVerb.FOLDED, by="desk", storm=4)
    return do(store, case, CaseVerb.CLAIM)


def merged_and_taken_apart(store):
    """Took another case in, was merged into a third one, and is a case of its own again."""
    case = builders.claimed(store)
    case = do(store, case, FactVerb.TOOK_IN, by=CARO, other=5)
    case = do(store, case, CaseVerb.JOIN, by=CARO, into=7, moved=(case.latest,))
    back = {"mention": case.latest, "posted_at": NOW, "other": 7, "moved": (case.latest,)}
    return do(store, case, CaseVerb.UNJOIN, by=BEN, at=SOON, promise=owed(case, SOON), **back)


def beside_an_impostor(store):
    """Linked to an impostor, warned; then the author is taken for one, linked to a customer, and is none."""
    case = builders.claimed(store)
    case = do(store, case, FactVerb.IMPOSTOR_WROTE, by="desk", other=5, direct=True)
    case = do(store, start(store, case, kind=DraftKind.WARNING), DraftVerb.SUBMIT, to=BEN)
    case = do(store, case, FactVerb.NO_IMPOSTOR, by=CARO, other=5)
    case = do(store, case, FactVerb.CALLED_IMPOSTOR, by=CARO)
    case = do(store, case, FactVerb.WROTE_AS_US, by="desk", other=5)
    return do(store, case, FactVerb.NO_IMPOSTOR, by=CARO, other=case.id)


def known_on_another_network(store):
    """Joined with somebody on another network, and taken apart again; then erased."""
    case = builders.claimed(store)
    case = do(store, case, FactVerb.SAME_PERSON, by=CARO, other=5, how=HowKnown.OWN_WORD)
    case = do(store, case, FactVerb.ANOTHER_PERSON, by=BEN, other=5)
    return do(store, case, FactVerb.ERASED, by="command line")


def sent_in_parts(store):
    """Cut into three parts: the first is public, the second too, the third is refused, and the rest is left."""
    case = start(store, builders.claimed(store), "One. Two. Three.", split=Split((5, 10)))
    case = do(store, case, DraftVerb.SUBMIT, to=BEN)
    case = do(store, case, DraftVerb.APPROVE, by=BEN, seen=case.latest)
    for part in ("2001", "2002"):
        case = do(store, case, DraftVerb.SEND, by="desk", key=f"key-{part}")
        case = do(store, case, DraftVerb.PART_DELIVERED, by="network", at=LATER, posted_at=SOON, post_id=part)
    case = do(store, case, DraftVerb.SEND, by="desk", key="key-2003")
    case = do(store, case, DraftVerb.REFUSED, by="network", why="No")
    return do(store, case, DraftVerb.LEAVE, by=BEN, at=LATER)


STORIES = [answered, written_again, unsure, let_out_solo, handed_round, known_by_its_link, called_something_else]
STORIES += [
    hidden_and_shown_again,
    another_team_asked,
    answer_taken_back,
    folded_into_a_storm,
    merged_and_taken_apart,
    beside_an_impostor,
]
STORIES += [known_on_another_network, asked_to_write_privately, sent_in_parts]


@pytest.mark.parametrize("story", STORIES, ids=lambda one: one.__name__)
def test_each_verb_has_the_facts_in_the_trail_that_it_always_had(store, story):
    case = story(store)
    told = [[line.verb, line.by, line.facts] for line in store.audit(f"case:{case.id}")]
    assert told == json.loads(GOLDEN.read_text())[story.__name__]


def test_every_verb_is_in_one_of_these_stories():
    # A public reply is one line, that of its draft; its effect on the case is not written a second time.
    told = {verb for lines in json.loads(GOLDEN.read_text()).values() for verb, _, _ in lines}
    assert told == {*CaseVerb, *DraftVerb, *FactVerb} - {CaseVerb.REPLY_SENT}
