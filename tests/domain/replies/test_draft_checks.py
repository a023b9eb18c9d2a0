"""Remarks for an approver about a draft: how it differs from its template, and doubtful words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.replies.draft_checks import STYLE, Remark, RemarkKind, checks, difference, promised_phrase, unfilled

TEMPLATE = (
    "Priya, we took it twice. That's our mistake, and I'm sorry. It is on its way back. More here by Thursday. ^AN"
)


def kinds(text, **more):
    return {remark.kind for remark in checks(text, **{"author_handle": "@priya_n", "first_name": "Priya"} | more)}


# --- against the template


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TEMPLATE, 'from "Wrong charge", word for word'),
        (TEMPLATE.replace("^AN", "^BE"), 'from "Wrong charge", word for word'),
        (TEMPLATE.replace("twice", "three times"), 'from "Wrong charge", 1 sentence changed'),
        (TEMPLATE.replace("twice", "thrice").replace("Thursday", "noon"), 'from "Wrong charge", 2 sentences changed'),
        (TEMPLATE.replace("More", "Yes, really. More"), 'from "Wrong charge", 1 added'),
        (TEMPLATE.replace("It is on its way back. ", ""), 'from "Wrong charge", 1 left out'),
        ("Hello. How are you? Well. So am I. And you. ^AN", 'from "Wrong charge", rewritten'),
        ("", 'from "Wrong charge", rewritten'),
    ],
)
def test_an_approver_is_told_how_a_draft_left_its_template(text, told):
    assert difference(TEMPLATE, text, "Wrong charge") == told


def test_without_a_title_only_the_change_is_told():
    assert difference(TEMPLATE, TEMPLATE.replace("sorry", "so sorry")) == "1 sentence changed"


# --- gaps


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("Hello {{ first_name }}.", ("{{ first_name }}",)),
        ("Back [by when] at [by when]", ("[by when]",)),
        ("Dear <name>, Dear {name}", ("<name>", "{name}")),
        ("Bis [bis wann?] und [By When]", ("[bis wann?]", "[By When]")),
        ("{% if x %}Yes{% endif %} ____", ("{% if x %}", "{% endif %}", "____")),
    ],
)
def test_gaps_left_in_the_words_are_found(text, gaps):
    assert unfilled(text) == gaps


@pytest.mark.parametrize(
    "text", ["I <3 that", "1 < 2 > 0", "he said [sic]", "[1/2]", "snake_case, a_b", "^AN", "{}", "[]", "5 > 3, 2 < 4"]
)
def test_signs_that_people_use_are_no_gaps(text):
    assert unfilled(text) == ()


@pytest.mark.parametrize(
    "gap",
    [
        "[first_name]", "[FIRST NAME]", "[Name]", "[NAME]", "[ORDER NUMBER]", "[[name]]", "[Vorname]", "[prénom]", "[customer.name]",
        "{1}", "{name}", "{firstName}", "${name}", "#{name}", "{!Contact.Name}", "%FIRSTNAME%", "%first_name%", "%%name%%", "%s", "%1$s",
        "%(name)s", "«FirstName»", "«first_name»", "‹Vorname›", "<<name>>", "*|FNAME|*", "$NAME$", "##NAME##", "@@name@@", "__NAME__",
        "[% name %]", "<%= name %>", "[XXX]", "[...]",
    ],
)  # fmt: skip
def test_a_placeholder_of_another_system_is_one_too(gap):
    assert unfilled(f"Hi {gap}, the refund is on its way.") == (gap,)


@pytest.mark.parametrize(
    "text",
    [
        "[UPDATE] all is well", "[EDIT] typo", "[FIXED 14:02]", "[1/2] First", "[2026]", "[DE] Hallo", "100% sure, 20%-30% off", "« Bonjour »",
        "«Bonjour»", "a < b and c > d", "$NWD", "snake_case_word", "a ** b", "__",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_placeholder_is_none(text):
    assert unfilled(text) == ()


# --- the rules, each with five positive and five negative examples

RULES = {
    RemarkKind.EMOJI_CODE: (
        [
            "Done, Priya :northwind-party:",
            "Priya :parrot:!",
            ":ship_it: Priya",
            "Priya :a-b_c:",
            "Thanks Priya (:cat-2:)",
        ],
        [
            "Priya, by 12:30:00",
            "Priya: late: why?",
            "Priya, 3:2:1",
            "Priya, https://northwind.example/a:b:",
            "Priya :)",
        ],
    ),
    RemarkKind.PLACEHOLDER: (
        ["Priya, back by [by when].", "Priya {{ x }}", "Priya <order>", "Priya [next step]. ^AN", "Priya, ___ today"],
        ["Priya, back by 17:00.", "Priya <3", "Priya (by noon)", "Priya, step 1 > step 2", "Priya, he wrote [sic]"],
    ),
    RemarkKind.MENTIONS_OTHERS: (
        ["Priya, ask @tom", ".@tom Priya", "@priya_n and @ben_carrier", "Priya @tom@social.example", "Priya: ＠tom"],
        [
            "@priya_n hello",
            "@Priya_N, hello",
            "Priya, write to help@northwind.example",
            "Priya @ noon",
            "Priya, Tom is on it",
        ],
    ),
    RemarkKind.NEVER_ASKED: (
        [
            "Priya, send us your card number.",
            "Priya, what's your password?",
            "Priya, could you DM your PIN please?",
            "Priya, we need the card number and the name on it.",
            "Priya, schick uns bitte dein Passwort.",
        ],
        [
            "Priya, we'll never ask for your password.",
            "Priya, please don't post your card number here.",
            "Priya, send the last four digits of your card number by private message.",
            "Priya, I'll tell you when your password is reset.",
            "Priya, someone used your card number, and that's on us.",
        ],
    ),
    RemarkKind.ASKED_IN_PUBLIC: (
        [
            "Priya, what's your order number?",
            "Priya, send me your email address and I'll look.",
            "Priya, could I have your postcode?",
            "Priya, let me know your booking reference.",
            "Priya, nenne mir bitte deine Bestellnummer.",
        ],
        [
            "Priya, I need your order number, by private message only.",
            "Priya, I have your order number, thank you.",
            "Priya, no need to send your order number again.",
            "Priya, I'll tell you once your order number turns up.",
            "Priya, what is the address of the shop you went to?",
        ],
    ),
    RemarkKind.ASKED_IN_PRIVATE: (
        [
            "Priya, I need your order number: by private message only, please.",
            "Priya, send your postcode in private.",
            "Priya, could I have your email? By direct message, please.",
            "Priya, DM me your booking number.",
            "Priya, nenne mir deine Kundennummer bitte als private Nachricht.",
        ],
        [
            "Priya, what's your order number?",
            "Priya, I answered you in private.",
            "Priya, your order number is safe with us.",
            "Priya, we wrote you a private message.",
            "Priya, don't send your order number, I have it.",
        ],
    ),
    RemarkKind.LINK: (
        [
            "Priya, see https://evil.example/x",
            "Priya, see evil.example for more",
            "Priya, https://northwind.example@evil.example/",
            "Priya, https://northwind.example.evil.example/",
            "Priya, https://evil.example\\.northwind.example/",
        ],
        [
            "Priya, see https://northwind.example/help",
            "Priya, see help.northwind.example.",
            "Priya, it opens at 9.30 and shuts at 5 p.m.",
            "Priya, so sorry.We got it wrong",
            "Priya, write to help@northwind.example",
        ],
    ),
    RemarkKind.NO_NAME: (
        ["Hello, I'm on it.", "I'm on it. ^AN", "Hi there", "Priyanka, I'm on it.", "Ben, I'm on it."],
        ["Priya, I'm on it.", "Hello priya!", "@priya_n I'm on it.", "PRIYA: done", "Thanks, Priya."],
    ),
    RemarkKind.CLICHE: (
        [
            "Priya, we apologise for any inconvenience.",
            "Priya, please be advised that it is late.",
            "Priya, your feedback is very important to us.",
            "Priya, kindly wait.",
            "Priya, thank you for reaching out. DM us.",
        ],
        [
            "Priya, I'm sorry we left you waiting.",
            "Priya, that's on us.",
            "Priya, thank you for telling us.",
            "Priya, I read every word of it.",
            "Priya, that was kind of you.",
        ],
    ),
    RemarkKind.PROMISE: (
        [
            "Priya, you'll hear from me by 17:00.",
            "Priya, I'll be back within 2 hours.",
            "Priya, news here before noon tomorrow.",
            "Priya, I'll check that it arrived and write by Thursday.",
            "Priya, ich melde mich innerhalb einer Stunde.",
        ],
        [
            "Priya, it was due by 17:00.",
            "Priya, we missed you by an inch.",
            "Priya, your order left us at 15:00.",
            "Priya, I'm in two minds about it.",
            "Priya, that happened within hours, sorry.",
        ],
    ),
    RemarkKind.UNSEEN: (
        [
            "Priya, I'm\u200b sorry.",
            "Priya, I'm sorry\u00ad.",
            "\ufeffPriya, I'm sorry.",
            "Priya,\u202e I'm sorry.",
            "Priya\x07, I'm sorry.",
        ],
        [
            "Priya, I'm sorry.",
            "Priya,\r\n\r\nI'm sorry.",
            "Priya, 👩\u200d💻 looks at it.",
            "نمی\u200cدانم",
            "Priya ❤️, I'm sorry.",
        ],
    ),
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, (with_it, _) in RULES.items() for text in with_it])
def test_a_rule_sees_what_it_is_for(kind, text):
    assert kind in kinds(text, allowed_links=["northwind.example"])


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, (_, without) in RULES.items() for text in without])
def test_a_rule_leaves_other_words_alone(kind, text):
    assert kind not in kinds(text, allowed_links=["northwind.example"])


def test_every_kind_of_remark_is_tested_both_ways_five_times():
    # Tested in tests/services/replies: test_repeating, test_personal_data, test_costly_links, test_after_return and test_wording; in test_wording here.
    elsewhere = {RemarkKind.SAID_BEFORE, RemarkKind.PERSONAL_DATA, RemarkKind.COSTLY_LINK, RemarkKind.AFTER_RETURN}
    elsewhere |= set(STYLE) - {RemarkKind.CLICHE, RemarkKind.NO_NAME}
    assert set(RULES) | elsewhere == set(RemarkKind)
    assert all(len(with_it) == len(without) == 5 for with_it, without in RULES.values())


# --- the remarks


def test_the_facts_of_a_good_draft_read_like_the_line_under_it():
    draft = (
        "Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and"
        " will tell you here by 17:00 what happens to the second charge. To find it I need your order number: by private"
        " message only, please. ^AN"
    )
    assert checks(draft, author_handle="@priya_n", first_name="Priya") == (
        Remark(RemarkKind.ASKED_IN_PRIVATE, "asks for private details in private"),
        Remark(RemarkKind.PROMISE, "promises an answer by 17:00"),
    )


def test_what_blocks_comes_first_and_says_what_to_do():
    remarks = checks("Kindly wait [how long], or ask @tom.", author_handle="priya_n", first_name="Priya")
    assert remarks == (
        Remark(
            RemarkKind.PLACEHOLDER,
            "Not filled in yet: [how long]. Put in what is true, or take the words out.",
            blocking=True,
        ),
        Remark(
            RemarkKind.MENTIONS_OTHERS,
            "This would notify @tom too, not only the customer. Write the name without the @.",
            blocking=True,
        ),
        Remark(RemarkKind.NO_NAME, "does not use the name Priya"),
        Remark(RemarkKind.CLICHE, '"kindly" reads like a form letter'),
    )


def test_in_a_private_message_details_may_be_asked_for_but_never_a_password():
    assert kinds("Priya, what's your order number?", private=True) == {RemarkKind.ASKED_IN_PRIVATE}
    assert kinds("Priya, what's your password?", private=True) == {RemarkKind.NEVER_ASKED}


@pytest.mark.parametrize("text", ["Priya, no need for your order number.", "Priya, we didn't ask for your email."])
def test_what_is_not_wanted_is_not_asked_for(text):
    assert kinds(text) == set()


def test_handles_we_allow_may_be_named():
    assert kinds("Priya, @northwind_rail runs that line", allowed_mentions=["northwind_rail"]) == set()


def test_where_no_first_name_is_known_none_is_missed():
    assert kinds("Hello, I'm on it.", first_name="") == set()


def test_an_invisible_sign_does_not_hide_a_handle():
    assert RemarkKind.MENTIONS_OTHERS in kinds("Priya, ask @\u200btom")


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("I'll be back by 5pm.", "by 5pm"),
        ("Back within the next 30 minutes", "within the next 30 minutes"),
        ("It was due by noon. You'll have it by Friday", "by Friday"),
        ("Bis morgen Mittag melde ich mich", "bis morgen Mittag"),
        ("By the end of the day, promised", "by the end of the day"),
        ("Soon.", ""),
    ],
)
def test_a_promised_time_is_quoted(text, phrase):
    assert promised_phrase(text) == phrase


@given(st.text(max_size=300), st.text(max_size=20), st.text(max_size=20))
def test_no_text_is_too_odd_to_be_checked(text, handle, name):
    assert all(
        remark.sentence for remark in checks(text, author_handle=handle, first_name=name, allowed_links=["a.example"])
    )


@pytest.mark.parametrize(
    "text", ["{{" * 2_000, "[a " * 2_000, "<a" * 2_000, "@a" * 2_000, "send " * 2_000, "a." * 2_000, "a-" * 2_000]
)
def test_texts_made_to_be_slow_are_read_all_the_same(text):
    assert isinstance(checks(text, author_handle="p"), tuple)
