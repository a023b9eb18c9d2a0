"""A mention's triage is decided before the mention is stored, and stored with it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.triage.triage import Kind, Triage, Unheard, Urgent
from bot.ports import Batch, Desk
from bot.services.mentions import intake
from bot.services.triage.triage import triage_by, triage_of
from bot.settings.safety import shipped_safety_rule
from bot.settings.triage import shipped_policy
from tests.fakes import NOON, a_post
from tests.services.journey import receive, street


def kind(desk: Desk, text: str) -> Kind:
    return triage_of(desk, a_post("1", text)).kind


@pytest.mark.parametrize("text", ["@northwind", "@northwind 👍", "https://pics.example/1 ❤️❤️", "", "@a @b"])
def test_a_post_without_a_word_is_chatter(desk: Desk, text: str) -> None:
    assert kind(desk, text) == Kind.CHATTER


@pytest.mark.parametrize("text", ["@northwind", "@northwind @northwindhelp", "https://pics.example/1"])
def test_an_answer_without_a_word_carries_on_a_matter(desk: Desk, text: str) -> None:
    told = triage_of(desk, replace(a_post("2", text, root="1"), parent_id="1"))
    assert (told.kind, told.light) == (Kind.COMPLAINT, False)


@pytest.mark.parametrize("text", ["@northwind thanks!", "Thank you 🙏", "danke @northwind"])
def test_thanks_and_nothing_else_are_thanks(desk: Desk, text: str) -> None:
    assert kind(desk, text) == Kind.THANKS


@pytest.mark.parametrize("text", ["@northwind thanks for nothing", "hello", "@northwind ?", "danke, und mein Geld"])
def test_whatever_nobody_is_sure_about_is_not_light(desk: Desk, text: str) -> None:
    assert not triage_of(desk, a_post("1", text)).light


def test_a_photo_without_words_may_show_what_is_wrong(desk: Desk) -> None:
    assert not triage_of(desk, replace(a_post("1", "@northwind"), media=1)).light


@pytest.mark.parametrize("kind", Kind)
def test_what_is_urgent_is_never_light(kind: Kind) -> None:
    assert Triage(kind=kind).light == (kind in {Kind.PRAISE, Kind.THANKS, Kind.CHATTER})
    assert not any(Triage(kind=kind, urgent=urgent).light for urgent in Urgent if urgent)


def test_what_a_mention_is_taken_for_is_kept_with_it(desk: Desk) -> None:
    receive(desk, a_post("100", "@northwind thanks!"))
    found = desk.store.mention_of("x", "100")
    assert found
    kept = desk.store.triage(found[0].id)
    assert kept is not None
    assert kept.kind == Kind.THANKS
    assert kept.kind_by.words == ("thanks",)


def test_other_words_are_taken_for_something_else(desk: Desk) -> None:
    receive(desk, a_post("100", "@northwind thanks!"))
    edited = a_post("100", "@northwind thanks for nothing")
    intake.receive(desk, street(desk), "mentions", Batch(edits=(edited,)), NOON + timedelta(minutes=1))
    found = desk.store.mention_of("x", "100")
    assert found
    kept = desk.store.triage(found[0].id)
    assert kept is not None
    assert (kept.kind, kept.light) == (Kind.COMPLAINT, False)


@pytest.mark.parametrize(
    ("urgent", "text"),
    [
        (Urgent.SAFETY, "@northwind your kettle caught fire"),
        (Urgent.SAFETY, "thanks @northwind, your driver had a gun in the cab"),
        (Urgent.LEGAL, "@northwind my lawyer will write to you"),
        (Urgent.LEGAL, "someone is using my card for orders I never placed"),
        (Urgent.LEGAL, "Ich schalte die Verbraucherzentrale ein"),
        (Urgent.LEGAL, "voy a poner una denuncia"),
        (Urgent.LEGAL, "注文した覚えのないものが届きました"),
        (Urgent.VULNERABLE, "my mum is in a wheelchair and waits at the gate"),
        (Urgent.VULNERABLE, "ma mère handicapée attend depuis une heure"),
        (Urgent.VULNERABLE, "@northwind she is pregnant and made to stand in the cold"),
        (Urgent.LEGAL, "somebody rang me pretending to be you and wanted my card number"),
        (Urgent.LEGAL, "jemand gibt sich als Mitarbeiter von euch aus"),
        (Urgent.LEGAL, "quelqu'un se fait passer pour vous"),
        (Urgent.LEGAL, "alguien se hace pasar por ustedes"),
        (Urgent.LEGAL, "alguém está se passando por vocês"),
        (Urgent.VULNERABLE, "that lamp was for my grandma, who is in heaven since last week"),
        (Urgent.VULNERABLE, "we lost our home in the hurricane and you still send bills"),
        (Urgent.SAFETY, "my lawyer says the charger that melted in the socket is yours"),
    ],
)
def test_what_is_urgent_is_told_in_each_language_and_safety_comes_first(
    desk: Desk, urgent: Urgent, text: str
) -> None:
    told = triage_of(with_safety(desk), replace(a_post("1", text), language=""))
    assert told.urgent == urgent
    assert told.urgent_by.words
    assert not told.light


@pytest.mark.parametrize(
    "text",
    [
        "this app kills me",
        "the grammar police will come for your adverts",
        "my account was disabled",
        "your lamps are made in heaven",
        "a flood of mail from you",
        "I need the papers for a solicitor by Monday",
        "my bid comes back as fraudulent each time",
        "so sue me, I like your lamps",
        "a blind date with your new lamp",
    ],
)
def test_a_figure_of_speech_is_not_urgent(desk: Desk, text: str) -> None:
    assert triage_of(with_safety(desk), a_post("1", text)).urgent == Urgent.NO


@pytest.mark.parametrize(
    ("unheard", "text"),
    [
        (Unheard.NEVER_ANSWERED, "@northwind third time I write to customer service, no reply"),
        (Unheard.NEVER_ANSWERED, "I emailed three times last week"),
        (Unheard.NEVER_ANSWERED, "been on hold for an hour, then they hung up on me"),
        (Unheard.NEVER_ANSWERED, "spoke to your support, useless"),
        (Unheard.NEVER_ANSWERED, "Seit Tagen keine Antwort"),
        (Unheard.NEVER_ANSWERED, "nadie responde"),
        (Unheard.NOT_KNOWING_WHERE, "@northwind who do I contact about a lost lamp"),
        (Unheard.NOT_KNOWING_WHERE, "An wen kann ich mich wenden?"),
        (Unheard.NOT_KNOWING_WHERE, "à qui puis-je m'adresser ?"),
        (Unheard.NO, "@northwind three times better than the old lamp"),
    ],
)
def test_whether_somebody_asked_before_is_told_by_their_words(desk: Desk, unheard: Unheard, text: str) -> None:
    told = triage_of(desk, replace(a_post("1", text), language=""))
    assert told.unheard == unheard
    assert bool(told.unheard_by.words) == bool(unheard)


def with_safety(desk: Desk) -> Desk:
    return replace(desk, policy=replace(desk.policy, safety=shipped_safety_rule()))


WEIGHED = replace(shipped_policy(), triage_rules=())


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.COMPLAINT, "the shade came with a crack and now it will not even stand"),
        (Kind.COMPLAINT, "been at your counter since nine and no one looks up"),
        (Kind.QUESTION, "@northwind what time do your shops close today?"),
        (Kind.QUESTION, "do I need an account to order a lamp as a gift?"),
        (Kind.THANKS, "thanks, the new bulb works"),
        (Kind.PRAISE, "the best lamps ever, love them"),
        (Kind.CHATTER, "my sister in her lampshade costume 🎃"),
    ],
)
def test_a_post_is_taken_for_what_people_call_such_posts(kind: Kind, text: str) -> None:
    assert triage_by(WEIGHED, a_post("1", text)).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "Still no lamp. Happy Halloween",
        "love how my lamp came in two pieces",
        "my costume lamp went out at the party and now it smells",
        "thank you for the crack in my lamp",
        "great, the third bulb that died",
    ],
)
def test_no_weight_sends_a_complaint_to_the_light_lane(text: str) -> None:
    assert not triage_by(WEIGHED, a_post("1", text)).light


def test_a_post_in_a_language_that_no_weight_was_learnt_from_is_told_by_the_lists() -> None:
    post = a_post("1", "wo bleibt meine Lampe, die ich bestellt habe", language="de")
    assert triage_by(WEIGHED, post) == triage_by(replace(WEIGHED, weights=None), post)
