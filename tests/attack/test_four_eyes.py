"""Nobody approves only their own words: with two accounts, through every door, and in a one-person shift."""

from dataclasses import replace

import pytest

from bot.blocks.base import ids
from bot.domain.base.refusals import NotUsable
from bot.domain.base.tables import DraftState
from bot.domain.replies.seen_mark import conversation_mark
from bot.domain.replies.solo import Lane, LaneRule
from bot.services.cases import casework
from bot.services.replies import correcting, reply_form, review, sending, solo
from bot.services.team import access, shifts
from storage import SqlStore
from tests.domain.replies.test_writers import INSULT, TRIVIAL
from tests.fakes import ANA, BEN, CARO, GUS, NOON, POLICY, FakeTemplates, Words, a_desk
from tests.handlers.pressing import Hands
from tests.long import part
from tests.services.journey import WORDS, a_case, approve, clock, draft_of, in_review, only_case, published, send

TOO_MUCH = "Too much of this draft is yours; someone else has to approve it"


def write(hands: Hands, by: str, text: str) -> None:
    """Submit words as the assignee, in place of the present draft."""
    draft = only_case(hands.desk).draft
    version, newest = (draft.version if draft.live else 0, draft.id) if draft else (0, 0)
    words = review.Words(text=text, replaces=version, newest=newest)
    review.submit(hands.desk, 1, words, by=by, at=clock(hands.desk).move(seconds=1))


def press_approve(hands: Hands, by: str) -> str:
    """Press the approving button that is there; with a link in the words it asks first."""
    approves = ids.DRAFT_APPROVE_SURE if "://" in draft_of(hands.desk).text else ids.DRAFT_APPROVE
    return hands.press(approves, hands.button(approves), by=by)


def refused(hands: Hands, by: str = BEN) -> str:
    """Press Approve, check that nothing changed, and return the refusal."""
    said = press_approve(hands, by)
    assert draft_of(hands.desk).approval is None
    assert published(hands.desk) == []
    return said


@pytest.fixture
def loose(store: SqlStore) -> Hands:
    """A desk on which anybody can write on case 1."""
    hands = Hands(a_desk(store))
    a_case(hands.desk)
    return hands


def hold(hands: Hands, by: str) -> None:
    """Assign the case to somebody."""
    give = casework.assign if only_case(hands.desk).assignee else casework.claim
    facts = {"to": by} if give is casework.assign else {}
    give(hands.desk, 1, by=by, at=hands.desk.clock.now(), **facts)  # type: ignore[operator]


def put_up(hands: Hands, *versions: tuple[str, str]) -> None:
    for by, text in versions:
        hold(hands, by)
        write(hands, by, text)


@pytest.mark.parametrize("text", part(TRIVIAL.values(), 4), ids=TRIVIAL)
def test_an_approver_who_wrote_it_does_not_approve_it_after_a_guests_touch(loose: Hands, text: str) -> None:
    put_up(loose, (BEN, INSULT), (GUS, text[:280]))
    assert "someone else has to approve it: " in refused(loose)
    assert press_approve(loose, CARO) == ""


def test_pictures_do_not_become_an_insult_on_the_approvers_word_alone(hands: Hands) -> None:
    in_review(hands.desk, text="🙂🙏")
    hands.press(ids.DRAFT_EDIT_APPROVE, hands.button(ids.DRAFT_EDIT_APPROVE), by=BEN)
    assert hands.submit(BEN, words_input="You idiot") == {}
    after = draft_of(hands.desk)
    assert (after.state, after.text, after.authors, after.asked) == (DraftState.IN_REVIEW, "You idiot", (BEN,), CARO)
    assert "You wrote this draft; someone else has to approve it" in refused(hands)


def test_a_small_edit_of_the_approver_goes_out_at_once(hands: Hands) -> None:
    in_review(hands.desk)
    hands.press(ids.DRAFT_EDIT_APPROVE, hands.button(ids.DRAFT_EDIT_APPROVE), by=BEN)
    new = WORDS.replace("by 17:00", "by 16:00")
    assert hands.submit(BEN, words_input=new) == {}
    send(hands.desk)
    assert published(hands.desk) == [("100", new)]


def test_many_small_edits_that_add_up_go_back_to_review(hands: Hands) -> None:
    """Each edit keeps most of the words; together they leave few of the writer's."""
    in_review(hands.desk, text="alpha bravo delta gamma omega sigma")
    text = draft_of(hands.desk).text
    for word in text.split()[:4]:
        hands.press(ids.DRAFT_REQUEST_CHANGES, hands.button(ids.DRAFT_REQUEST_CHANGES), by=BEN)
        hands.submit(BEN, note_input="Let me")
        text = text.replace(word, f"u{word[::-1]}k")
        put_up(hands, (BEN, text))
    assert "someone else has to approve it" in refused(hands)


def test_what_an_approver_dictated_in_a_note_is_theirs(hands: Hands) -> None:
    in_review(hands.desk)
    review.request_changes(hands.desk, 1, f"Please write: {INSULT}", version=1, by=BEN, at=hands.desk.clock.now())
    put_up(hands, (ANA, WORDS), (ANA, INSULT))
    assert TOO_MUCH in refused(hands)


def test_a_note_on_a_draft_that_was_withdrawn_counts_too(hands: Hands) -> None:
    in_review(hands.desk)
    review.request_changes(hands.desk, 1, f"Please write: {INSULT}", version=1, by=BEN, at=hands.desk.clock.now())
    review.withdraw(hands.desk, 1, by=ANA, at=hands.desk.clock.now())
    put_up(hands, (ANA, INSULT))
    assert TOO_MUCH in refused(hands)


def test_words_of_a_withdrawn_draft_stay_those_of_their_writer(loose: Hands) -> None:
    put_up(loose, (BEN, INSULT))
    review.withdraw(loose.desk, 1, by=BEN, at=loose.desk.clock.now())
    put_up(loose, (GUS, f"{INSULT} !"))
    assert TOO_MUCH in refused(loose)


def test_words_that_a_second_person_let_out_are_nobodys_secret(loose: Hands) -> None:
    """Two people read a sent reply; a person who uses it again counts as its writer."""
    put_up(loose, (BEN, WORDS))
    approve(loose.desk, by=CARO)
    send(loose.desk)
    correcting.correct(loose.desk, 1, f"{WORDS} Sorry", take_back=False, by=ANA, at=loose.desk.clock.now())
    assert draft_of(loose.desk).barred == (ANA,)


def test_whoever_corrects_or_takes_back_does_not_approve_it_themselves(loose: Hands) -> None:
    put_up(loose, (ANA, WORDS))
    approve(loose.desk, by=CARO)
    send(loose.desk)
    correcting.correct(loose.desk, 1, "", take_back=True, by=BEN, at=loose.desk.clock.now())
    said = loose.press(ids.DRAFT_APPROVE, loose.button(ids.DRAFT_APPROVE), by=BEN)
    assert "You wrote this draft; someone else has to approve it" in said


def test_an_untouched_edit_of_ones_own_words_is_refused_as_approve_is(loose: Hands) -> None:
    put_up(loose, (BEN, INSULT), (GUS, INSULT))
    loose.press(ids.DRAFT_EDIT_APPROVE, loose.button(ids.DRAFT_EDIT_APPROVE), by=BEN)
    assert TOO_MUCH in str(loose.submit(BEN))
    assert published(loose.desk) == []


def test_nobody_is_asked_to_approve_what_is_theirs(loose: Hands) -> None:
    put_up(loose, (BEN, INSULT), (GUS, f"{INSULT}."))
    draft = draft_of(loose.desk)
    assert draft.asked == CARO
    assert access.approver_for(loose.desk, draft, loose.desk.clock.now(), besides=CARO) == ""


def test_where_four_eyes_are_not_asked_for_the_writer_may(store: SqlStore) -> None:
    hands = Hands(a_desk(store, policy=replace(POLICY, four_eyes=False)))
    in_review(hands.desk, by=BEN)
    assert hands.press(ids.DRAFT_APPROVE, hands.button(ids.DRAFT_APPROVE), by=BEN) == ""


# --- the lane of prepared words, for people who may not approve

PREPARED = (
    Words(
        "late",
        "Sorry, {first_name}. {why} I'm back by {by_when}. ^{initials}",
        asks={"why": "Why?", "by_when": "When?"},
    ),
    Words("thanks", "Thank you, {first_name}. You get {sum} back. ^{initials}", asks={"sum": "How much?"}),
)
MOMENTS = [
    "17:00",
    "noon tomorrow",
    "Thursday",
    "on Friday",
    "within an hour",
    "morgen Mittag",
    "9:10 Uhr",
    " 17:00 ",
]
AMOUNTS = ["20 €", "€20", "£1,200.50", "12 pounds", "30 EUR", "1'200 CHF"]
SITES = ["northwind.example", "https://northwind.example/"]
OWN_WORDS = [
    INSULT,
    "idiot",
    "17:00, you idiot",
    "you idiot by 17:00",
    "within an hour. Idiot",
    "by 17:00 🖕",
    "🖕",
    "17:00\n\nIdiot",
    "20 idiots",
    "FUK 20",
    "20 € for an idiot",
    "1234567",
    "https://northwind.example/you-idiot",
    "you-idiot.northwind.example",
    "https://northwind.example@evil.example",
    "northwind.example?you=idiot",
    "evil.example",
    "@priya",
    "tomorrow tomorrow tomorrow tomorrow tomorrow",
]


@pytest.fixture
def one_person_shift(store: SqlStore) -> Hands:
    """Only Ana is on, who may not approve; prepared words may go out after two minutes."""
    lane = LaneRule(lanes=frozenset({Lane.TEMPLATE, Lane.REASON}))
    policy = replace(POLICY, solo=(lane,), allowed_links=frozenset({"northwind.example"}))
    hands = Hands(a_desk(store, policy=policy, templates=FakeTemplates(PREPARED)))
    a_case(hands.desk)
    for who in (BEN, CARO):
        shifts.go_off(hands.desk, by=who, at=hands.desk.clock.now())
    return hands


def sent_alone(hands: Hands, template: str, by: str = ANA, **facts: str) -> str:
    """Fill in a template, choose to send it solo, and return the form's refusal; empty: it goes out."""
    desk = hands.desk
    review.begin_writing(desk, 1, by=by, at=desk.clock.now())
    text = reply_form.template_text(desk, only_case(desk), template, facts, by=by)
    words = review.Words(text=text, template=template, template_text=text, facts=facts)
    seen = conversation_mark(only_case(desk), desk.store.mentions(1))
    try:
        solo.let_out(desk, 1, words, Lane.TEMPLATE, why="", seen=seen, by=by, at=desk.clock.now())
    except NotUsable as refusal:
        return str(refusal)
    finally:
        clock(desk).move(minutes=3)
        sending.send_due(desk, desk.clock.now())
    return ""


@pytest.mark.parametrize("by_when", [one for one in OWN_WORDS if one.strip()])
def test_words_of_ones_own_do_not_go_out_in_a_fact(one_person_shift: Hands, by_when: str) -> None:
    assert "your own words, so somebody else reads them first" in sent_alone(
        one_person_shift, "late", why="17:00", by_when=by_when
    )
    assert published(one_person_shift.desk) == []


@pytest.mark.parametrize("sum_", [*MOMENTS, *AMOUNTS, *SITES])
def test_a_moment_an_amount_and_our_own_site_are_nobodys_words(one_person_shift: Hands, sum_: str) -> None:
    assert sent_alone(one_person_shift, "thanks", sum=sum_) == ""
    [(_, text)] = published(one_person_shift.desk)
    assert sum_.strip() in text


def test_who_may_approve_gives_a_reason_for_words_of_their_own_in_a_fact(one_person_shift: Hands) -> None:
    shifts.go_on(one_person_shift.desk, by=BEN, at=one_person_shift.desk.clock.now())
    assert "your own words" in sent_alone(one_person_shift, "late", BEN, why="Idiot.", by_when="17:00")


def test_what_the_form_says_that_prepared_words_were_is_not_believed(one_person_shift: Hands) -> None:
    """The words are filled in again from the present template when they are sent."""
    desk = one_person_shift.desk
    review.begin_writing(desk, 1, by=ANA, at=desk.clock.now())
    words = review.Words(text=INSULT, template="thanks", template_text=INSULT, facts={"sum": "20 €"})
    seen = conversation_mark(only_case(desk), desk.store.mentions(1))
    with pytest.raises(NotUsable, match="not the prepared words"):
        solo.let_out(desk, 1, words, Lane.TEMPLATE, why="", seen=seen, by=ANA, at=desk.clock.now())
    with pytest.raises(NotUsable):
        solo.let_out(desk, 1, replace(words, template=""), Lane.TEMPLATE, why="", seen=seen, by=ANA, at=NOON)


def test_a_fact_takes_no_place_of_what_the_desk_knows(one_person_shift: Hands) -> None:
    text = reply_form.template_text(
        one_person_shift.desk,
        only_case(one_person_shift.desk),
        "thanks",
        {"first_name": "17:00", "sum": "20 €"},
        by=ANA,
    )
    assert "Thank you, Priya." in text


def test_a_guest_lets_no_prepared_words_out(one_person_shift: Hands) -> None:
    assert "This way is not open here" in sent_alone(one_person_shift, "thanks", GUS, sum="20 €")
