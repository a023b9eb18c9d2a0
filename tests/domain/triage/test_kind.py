"""A post's kind is decided by its words; an unclear post is a complaint and never goes to the light lane."""

from collections.abc import Iterator

import pytest

from bot.domain.triage.kind import KindFound, kind_of
from bot.domain.triage.triage import LIGHT, Kind
from bot.domain.triage.words_of_their_own import own_words
from bot.settings.triage import LANGUAGES, shipped_vocabulary

WORDS = shipped_vocabulary()


def read(text: str, tongue: str = "en", *, media: bool = False, answers: bool = False) -> KindFound:
    return kind_of(own_words(text, tongue), WORDS, WORDS.spoken(tongue), media=media, answers=answers)


def is_light(text: str, tongue: str = "en", **facts: bool) -> bool:
    told = read(text, tongue, **facts)
    return told.kind in LIGHT and told.sure


THANKS = [
    ("en", "@northwind thanks!"),
    ("en", "Ok will do, thank you so much for your help"),
    ("en", "@northwind that worked, cheers Priya"),
    ("en", "All sorted now, much appreciated 🙏"),
    ("en", "@northwind no problem, thank you for the quick reply"),
    ("en", "Thank you for looking into it!"),
    ("de", "@northwind Danke für die schnelle Antwort"),
    ("de", "Alles klar, vielen Dank!"),
    ("fr", "@northwind merci beaucoup pour votre réponse"),
    ("es", "@northwind muchas gracias, ya funciona"),
    ("pt", "@northwind deu certo, obrigada"),
    ("ja", "@northwind こちらこそありがとうございました。"),
    ("", "danke"),
]
PRAISE = [
    ("en", "I love you @northwind"),
    ("en", "Everybody I met at Northwind is so friendly! I love it."),
    ("en", "@northwind best delivery service ever ❤️"),
    ("en", "@northwind can't wait for the new lamp, so excited!"),
    ("de", "@northwind ihr seid echt super"),
    ("fr", "@northwind service au top, j'adore"),
    ("es", "@northwind me encanta su servicio"),
    ("pt", "@northwind adoro vocês, atendimento excelente"),
]
CHATTER = [
    ("en", "@northwind"),
    ("en", "@northwind 👍"),
    ("en", "❤️❤️🎉"),
    ("en", "Good morning @northwind"),
    ("en", "@northwind haha lol"),
    ("de", "Guten Morgen @northwind 😊"),
    ("", "@northwind <3"),
]
LIGHT_POSTS = {Kind.THANKS: THANKS, Kind.PRAISE: PRAISE, Kind.CHATTER: CHATTER}


@pytest.mark.parametrize(
    ("kind", "tongue", "text"),
    [(kind, *one) for kind, some in LIGHT_POSTS.items() for one in some],
)
def test_thanks_praise_and_chatter_that_say_nothing_else_are_light(kind: Kind, tongue: str, text: str) -> None:
    told = read(text, tongue)
    assert (told.kind, told.sure) == (kind, True), told.by
    assert told.by.rule


NOT_LIGHT = [
    # sarcasm
    "@northwind thanks for nothing",
    "@northwind great, another delay",
    "Thanks @northwind for taking three weeks to answer",
    "@northwind thanks for ghosting me",
    "@northwind THANKS FOR RUINING CHRISTMAS",
    "Love waiting in for a parcel that never comes @northwind ❤️",
    "@northwind love how my lamp lives in Belgium now",
    "Well done @northwind 👏👏👏",
    "Good job @northwind",
    "Amazing that you answer within a month, thank you 🙄",
    "@northwind what a lovely way to treat loyal customers",
    "Congratulations @northwind, best queue in town",
    "Great service as always 🙃 @northwind",
    "@northwind brilliant. Just brilliant. Lamp number three in pieces 👏",
    "Cheers for that @northwind 😒",
    # thanks or praise with something open beside it
    "@northwind thanks but it still does not work",
    "Thank you for replying, I doubt it helps",
    "@northwind thanks, sent you a DM",
    "Okay I did it! Thanks",
    "@northwind please send a new one. Thanks in advance",
    "Love the lamp, hate the wait",
    "@northwind love the kettle but the lid broke",
    "Thanks! When does it arrive?",
    "@northwind thank you :/",
    "Thanks, my toddler eats in darkness",
    "@northwind thanks. Here's the link",
    "Awesome app, crashes daily",
    # a carried-on matter
    "@northwind done, now what",
    "@northwind yes",
    "@northwind DM sent 👍",
    "@northwind ✔",
    "@northwind ???",
    "@northwind ^",
    "😡",
    "@northwind 👍🙄",
]
NOT_LIGHT_ELSEWHERE = [
    ("de", "@northwind danke für nichts"),
    ("de", "Na super, schon wieder zu spät"),
    ("de", "Danke, und mein Geld?"),
    ("de", "Vielen Dank für drei Wochen Warteschleife"),
    ("fr", "@northwind merci pour rien"),
    ("fr", "Bravo @northwind, super service"),
    ("fr", "merci mais toujours rien"),
    ("es", "@northwind gracias por nada"),
    ("es", "genial, otra vez sin luz"),
    ("pt", "@northwind obrigado por nada"),
    ("pt", "ótimo, de novo atrasado"),
    ("ja", "ありがとうございます！でも直りません"),
    ("nl", "bedankt voor niets"),
    ("nl", "super, weer een uur vertraging ❤️"),
    ("", "tack för ingenting ❤️"),
    ("en", "Danke für nichts"),
]


@pytest.mark.parametrize(
    ("tongue", "text"), [*(("en", one) for one in NOT_LIGHT), *NOT_LIGHT_ELSEWHERE, *(("", one) for one in NOT_LIGHT)]
)
def test_nothing_that_may_be_a_complaint_is_light(tongue: str, text: str) -> None:
    assert not is_light(text, tongue), read(text, tongue)


def with_what_nobody_reads() -> Iterator[tuple[str, str, bool]]:
    for tongue, text in [*THANKS, *PRAISE, *CHATTER]:
        yield tongue, text, True
        yield tongue, f"{text} https://pics.example/1", False


@pytest.mark.parametrize(("tongue", "text", "media"), list(with_what_nobody_reads()))
def test_a_photo_or_a_link_may_show_what_is_wrong(tongue: str, text: str, media: bool) -> None:
    assert not is_light(text, tongue, media=media)


def test_a_photo_that_answers_us_is_what_we_asked_for() -> None:
    assert read("@northwind https://pics.example/1", answers=True).kind == Kind.COMPLAINT
    among_customers = read("@omar @northwind https://pics.example/1", answers=True)
    assert (among_customers.kind, among_customers.sure) == (Kind.CHATTER, False)


QUESTIONS = [
    ("en", "@northwind can I change the shade of the lamp?"),
    ("en", "Hi @northwind, do you ship to Norway?"),
    ("en", "@northwind what time do you close on Sundays?"),
    ("en", "I like your lamps. Is the blue one sold in the shop?"),
    ("de", "@northwind gibt es die Lampe auch in blau?"),
    ("fr", "@northwind est-ce que vous livrez en Suisse ?"),
    ("es", "@northwind ¿cómo puedo cambiar mi dirección?"),
    ("pt", "@northwind vocês têm a lâmpada azul?"),
    ("ja", "@northwind 何時まで営業していますか"),
]


@pytest.mark.parametrize(("tongue", "text"), QUESTIONS)
def test_who_wants_to_know_asks_a_question(tongue: str, text: str) -> None:
    assert read(text, tongue).kind == Kind.QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "@northwind why is my lamp broken?",
        "@northwind can you tell me where is my parcel? It is two weeks late",
        "@northwind you call this a lamp?",
        "@northwind how can I reach you, nobody answers the phone",
        "@northwind really?",
    ],
)
def test_a_question_in_which_something_is_wrong_is_a_complaint(text: str) -> None:
    assert read(text).kind == Kind.COMPLAINT


GUESSES = [
    (Kind.CHATTER, "in passing", "Three dollar lamps today at @northwind, I am in my costume already"),
    (Kind.CHATTER, "in passing", "Me at home, in bed. Homie: @northwind has lamps. Me, running"),
    (Kind.PRAISE, "in passing", "Just had my first @northwind delivery. Two hours flat 👏👏"),
    (Kind.PRAISE, "in passing", "Zookeepers everywhere prefer fabulous lampshades by @northwind for giraffes"),
]
NO_GUESSES = [
    "@northwind three dollars for a lamp and in my costume already",
    "Hey there @northwind three dollars for a lamp in my costume",
    "Three dollar lamps at @northwind, and mine is broken",
    "Is this the lamp that @northwind sells in Oslo?",
    "three dollar lamps, and I am in my costume already",
]


@pytest.mark.parametrize(("kind", "rule", "text"), GUESSES)
def test_what_is_said_of_us_and_not_to_us_is_a_guess_and_never_light(kind: Kind, rule: str, text: str) -> None:
    told = read(text)
    assert (told.kind, told.by.rule, told.sure) == (kind, rule, False)


@pytest.mark.parametrize("text", NO_GUESSES)
def test_what_is_said_to_us_or_tells_of_something_wrong_is_no_such_guess(text: str) -> None:
    assert read(text).by.rule != "in passing"


def test_who_answers_several_accounts_may_talk_to_the_others() -> None:
    told = read("@northwind @tom giraffes dressed as zookeepers", answers=True)
    assert (told.kind, told.by.rule, told.sure) == (Kind.CHATTER, "among others", False)
    assert read("@northwind giraffes dressed as zookeepers", answers=True).kind == Kind.COMPLAINT


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.IMPOSTOR, "@priya we're here to help, please DM us your order number"),
        (Kind.IMPOSTOR, "@priya kindly contact our support desk to verify your account"),
        (Kind.SPAM, "Earn money from home, link in bio @northwind"),
        (Kind.SPAM, "@northwind check out my new single"),
        (Kind.TROLL, "@northwind fuck you"),
        (Kind.TROLL, "go to hell @northwind"),
    ],
)
def test_what_strangers_want_is_seen(kind: Kind, text: str) -> None:
    assert read(text).kind == kind


def test_abuse_about_a_matter_is_a_complaint() -> None:
    assert read("@northwind fuck you, where is my parcel, I paid for it").kind == Kind.COMPLAINT


def test_the_reason_is_what_the_post_says() -> None:
    assert read("@northwind THANK YOU!").by.words == ("thank you",)
    assert read("@northwind it is broken").by.words == ("broken",)


def test_no_language_of_the_list_calls_its_own_thanks_wrong() -> None:
    assert set(LANGUAGES) == set(WORDS.tongues)
    for code in LANGUAGES:
        assert WORDS.tongues[code].thanks.signs
