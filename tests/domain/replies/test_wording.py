"""Remarks on wording: what would fit any complaint, what lacks a step or a moment, and a tone that does harm."""

import pytest

from bot.domain.replies.draft_checks import STYLE, Remark, RemarkKind, worth_saying
from bot.domain.replies.sentences import sentences
from bot.domain.replies.wording import canned_remarks, tone_remarks
from bot.settings.wording import LANGUAGES, wording_lists

KETTLE = (
    "My blue kettle from your Leeds shop leaks again, the lid broke, and nobody at the counter would take it back"
)
OURS = "Wir haben den Wasserkocher gestern in Kassel reklamiert, der Deckel schließt nicht, und seitdem kommt keine Reaktion"


def canned(text, post=KETTLE, names=frozenset()):
    return {one.kind for one in canned_remarks(text, [post], names, wording_lists())}


def tone(text):
    return {one.kind for one in tone_remarks(text, wording_lists())}


@pytest.mark.parametrize(
    "text",
    [
        "We're sorry to hear about your experience. Please send us a DM so we can look into this. ^AN",
        "@ana99 Thanks for reaching out! Please message us your details and we will assist you further.",
        "Das tut uns leid. Bitte schick uns deine Daten per Direktnachricht, damit wir dir helfen können.",
        "Sentimos las molestias. Envíanos un mensaje con tus datos para poder ayudarte.",
        "Nous sommes désolés. Merci de nous envoyer un message privé pour pouvoir vous aider.",
    ],
)
def test_words_of_customer_care_alone_would_fit_any_complaint(text):
    assert RemarkKind.FITS_ANYBODY in canned(text)


@pytest.mark.parametrize(
    "text",
    [
        "We're sorry about the kettle. Please send us a DM so we can look into this.",  # their word
        "We're sorry to hear about your experience. Send us a DM by 17:00 so we can look into this.",  # a moment
        "We're sorry to hear about this. A plumber looks at the washer, please send us a DM.",  # a word of its own
        "We're sorry to hear about this. Please tell us more: https://northwind.example/help",  # where it leads
        "Please send us a DM.",  # too short to tell
        "Nous regrettons cela. Votre bouilloire est en route, merci de nous envoyer un message.",
    ],
)
def test_a_draft_with_something_of_theirs_is_not_remarked(text):
    assert RemarkKind.FITS_ANYBODY not in canned(text)


def test_an_answer_to_a_post_that_says_little_is_not_judged():
    text = "We're sorry to hear about your experience. Please send us a DM so we can look into this."
    assert RemarkKind.FITS_ANYBODY not in canned(text, "Great, thanks!")
    assert RemarkKind.NO_STEP not in canned("Thank you so much for your kind feedback, really.", "Thanks!")


def test_a_name_alone_does_not_make_a_line_theirs():
    text = "Priya, we're sorry to hear about your experience. Please send us a DM so we can look into this."
    assert RemarkKind.FITS_ANYBODY in canned(text, names=frozenset({"priya"}))


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("We appreciate your feedback on the kettle and the counter.", {RemarkKind.NO_STEP}),
        ("We are sorry about the kettle. A new lid leaves tomorrow, we'll send it.", set()),
        ("Sorry about the kettle. Which shop in Leeds was it, Park Row?", set()),
        ("Sorry about the kettle, Priya. We'll get back to you.", {RemarkKind.NO_MOMENT}),
        ("Sorry about the kettle, Priya. We'll get back to you by 17:00.", set()),
        ("The kettle is one of our oldest, and people in Leeds love it.", set()),  # nothing is owed
    ],
)
def test_a_missing_step_or_moment_is_remarked(text, lacks):
    assert canned(text) & {RemarkKind.NO_STEP, RemarkKind.NO_MOMENT} == lacks


@pytest.mark.parametrize(
    ("kind", "texts"),
    {
        RemarkKind.CALM_DOWN: ("Please calm down, it is on its way.", "Beruhigen Sie sich.", "Calmez-vous."),
        RemarkKind.DEFENSIVE: (
            "It’s not our fault.",
            "As previously explained, it is gone.",
            "Dafür können wir nichts.",
        ),
        RemarkKind.BLAMING: ("You should have read it.", "You must have entered it wrongly.", "Vous auriez dû lire."),
        RemarkKind.JOKING: ("Haha, it travels a lot.", "Es gibt Schlimmeres.", "Jajaja"),
        RemarkKind.LIABILITY: ("We are fully liable.", "Wir haften dafür.", "Nous sommes responsables des dommages"),
        RemarkKind.THREAT: ("We will take legal action.", "Das ist Verleumdung.", "Nos avocats vous écriront"),
        RemarkKind.IN_KIND: ("Grow up.", "You are an idiot.", "Das ist Ihr Problem."),
        RemarkKind.UNKEEPABLE: ("This will never happen again.", "We guarantee it.", "No volverá a ocurrir."),
    }.items(),
)
def test_a_tone_that_does_harm_is_remarked_with_its_words(kind, texts):
    for text in texts:
        [remark] = tone_remarks(text, wording_lists())
        assert remark.kind == kind, text
        assert remark.sentence.startswith("“")
        assert ": " in remark.sentence  # a better direction
        assert not remark.blocking


@pytest.mark.parametrize(
    "text",
    [
        "That was our fault, and I am sorry.",
        "You should have it on Monday.",
        "I promise nothing, but I ask them at noon.",
        "The calm downtown shop has it.",
        "Please relax the strap by one hole.",
        "If you had any trouble, tell me which kettle it is.",
        "Our legal notice is in the box.",
        "Wir haben das im Haus geprüft, die Haftcreme fehlt.",
        "It will certainly help to have the number.",
    ],
)
def test_words_that_only_look_like_it_are_not_remarked(text):
    assert tone(text) == set()


def test_every_language_has_every_kind():
    assert [one.language for one in wording_lists()] == [*LANGUAGES]
    assert [one.language for one in wording_lists() if set(one.tone) - set(STYLE)] == []
    assert {len(one.tone) for one in wording_lists()} == {8}


def test_facts_come_first_and_of_style_the_three_gravest():
    style = [Remark(kind, kind.value) for kind in reversed(STYLE)]
    found = [*style, Remark(RemarkKind.LINK, "link"), Remark(RemarkKind.PLACEHOLDER, "gap", blocking=True)]
    assert [one.sentence for one in worth_saying(found)] == ["gap", "link", "threat", "in_kind", "liability"]


# --- sentences


def digests(text, names=()):
    return {digest for one in sentences(text, names) for digest in (one.whole, one.head, one.tail)} - {0}


def test_names_numbers_links_and_the_signature_do_not_make_a_sentence_another():
    one = sentences("@ana_b Priya, your parcel 4711 leaves our depot by 18:00: https://a.example/1 ^AN", {"priya"})
    other = sentences("@tom_c Tom, your parcel 99 leaves our depot by 9:30: https://a.example/2 ^BE", {"tom"})
    assert [found.whole for found in one] == [found.whole for found in other]


def test_a_sentence_with_one_half_changed_shares_the_other():
    mine = digests("The courier has your parcel now and brings it on Monday.")
    assert mine & digests("The courier has your parcel now but cannot bring it yet.")
    assert not mine & digests("Our shop in Leeds keeps the kettle behind the counter for you.")


def test_short_sentences_tell_nothing():
    assert sentences("Sorry to hear that. Thank you!", ()) == ()
