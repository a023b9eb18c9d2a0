"""A person who wrote too much of the words may not approve them: measured over every version, word by word."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.replies.writers import Share, Written, share, tokens
from tests.long import examples

ANA, BEN, CARO, GUS = "U0ANA", "U0BEN", "U0CARO", "U0GUS"  # Ben and Caro approve, Ana writes, Gus is a guest
REPLY = "We are sorry, Priya. Your parcel left us this morning."
INSULT = "You are a complete idiot and nobody here wants to read you ever again."
JOINED = INSULT.replace(" ", "")


def history(*versions: tuple[str, str], draft: int = 1) -> list[Written]:
    return [Written(draft, by, text) for by, text in versions]


def barred(*versions: tuple[str, str]) -> set[str]:
    return set(share(history(*versions)).barred)


# --- small changes to somebody else's words stay possible in one click

SMALL = {
    "one word": REPLY.replace("morning", "evening"),
    "two words": REPLY.replace("this morning", "on Friday"),
    "a sentence more": f"{REPLY} Sorry again.",
    "a sentence less": "Your parcel left us this morning.",
    "a full stop": f"{REPLY}.",
    "a picture more": f"{REPLY} 🙏",
    "nothing": REPLY,
}


@pytest.mark.parametrize("text", SMALL.values(), ids=SMALL)
def test_an_approver_who_changes_little_of_it_may_let_it_out_and_the_writer_may_not(text: str) -> None:
    assert barred((ANA, REPLY), (BEN, text)) == {ANA}


def test_both_names_stay_while_words_of_both_stand() -> None:
    assert share(history((ANA, REPLY), (BEN, SMALL["one word"]))).authors == (ANA, BEN)


# --- a trivial second author does not count

SMALL_CAPITALS = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘqʀꜱᴛᴜᴠᴡxʏᴢ"
CHEROKEE = str.maketrans("ABCDEHIJLMOPRSTVWYZGK", "ᎪᏴᏟᎠᎬᎻᎥᎫᏞᎷᎾᏢᏒᏚᎢᏙᏔᎩᏃᏀᏦ")
LISU = str.maketrans("ABCDEFGHIJKLMNOPRSTUVWXYZ", "ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ")
ARMENIAN = str.maketrans("ounhgwet", "օսոհցաետ")


def drawn(alphabet: str | int, text: str) -> str:
    """Return a text in the letters of another alphabet, given as letters or by its first letter."""
    letters = alphabet if isinstance(alphabet, str) else "".join(chr(alphabet + at) for at in range(26))
    return "".join(letters[ord(one) - 97] if "a" <= one <= "z" else one for one in text.lower())


TRIVIAL = {
    "untouched": INSULT,
    "a full stop": f"{INSULT}.",
    "a word": f"{INSULT} Indeed.",
    "blanks": INSULT.replace(" ", "  "),
    "an empty line": INSULT.replace("and", "\n\nand"),
    "a sign that nobody sees": INSULT.replace("e", "e\u200b"),
    "a direction mark": f"\u202d{INSULT}",
    "capitals": INSULT.upper(),
    "letters of another script": INSULT.replace("e", "е").replace("o", "о").replace("a", "а"),
    "letters of mathematics": "".join(chr(0x1D41A + ord(c) - 97) if c.islower() else c for c in INSULT),
    "small capitals": drawn(SMALL_CAPITALS, INSULT),
    "letters in rings": drawn(0x24D0, INSULT),
    "letters in brackets": drawn(0x249C, INSULT),
    "letters in boxes": drawn(0x1F170, INSULT),
    "letters of flags": " ".join(drawn(0x1F1E6, INSULT)),
    "letters of Armenian": INSULT.translate(ARMENIAN),
    "letters of Cherokee": INSULT.upper().translate(CHEROKEE),
    "letters of Lisu": INSULT.upper().translate(LISU),
    "digits for letters": INSULT.translate(str.maketrans("oilaets", "0114375")),
    "accents": INSULT.replace("e", "é"),
    "no blanks": JOINED,
    "blanks within words": " ".join(JOINED[at : at + 3] for at in range(0, len(JOINED), 3)),
    "signs within words": "-".join(JOINED[at : at + 2] for at in range(0, len(JOINED), 2)),
    "letters swapped": "Yuo aer a compelte idoit adn nobdoy heer watns to raed yuo eevr agian.",
    "words in another order": " ".join(INSULT.split()[::-1]),
    "halves in another order": "and nobody here wants to read you ever again. You are a complete idiot",
    "signs in a row": f"{INSULT} .,.,.,.,.,.,.,.,.,.,.,.,.,.,.,.,.,.,.,.,.,.,.,.,.,.,.,.",
    "pictures in a row": f"{INSULT} {'🙂🙏' * 20}",
    "one word in a row": f"{INSULT} {'well ' * 30}",
    "single letters": f"{INSULT} a b c d e f g h i j k l m n o p q r s t u v",
    "one long address": f"{INSULT} https://northwind.example/{'abcdefgh' * 15}",
    "quotation marks": f"“{INSULT}”",
}


@pytest.mark.parametrize("text", TRIVIAL.values(), ids=TRIVIAL)
def test_a_guests_touch_does_not_let_an_approver_approve_their_own_words(text: str) -> None:
    assert BEN in barred((BEN, INSULT), (GUS, text))


@pytest.mark.parametrize("text", TRIVIAL.values(), ids=TRIVIAL)
def test_nor_does_it_beforehand(text: str) -> None:
    """The guest submits something first, and the approver replaces it by their own words."""
    padding = text.replace(INSULT, "").strip() or "."
    assert BEN in barred((GUS, padding), (BEN, f"{INSULT} {padding}"))


WAYS = {
    "deleted, typed again": [(BEN, INSULT), (GUS, "Hi"), (GUS, INSULT)],
    "deleted bit by bit": [(BEN, INSULT), (GUS, INSULT[:30]), (GUS, INSULT)],
    "taking turns": [(BEN, INSULT[:33]), (GUS, INSULT[:33] + "!"), (BEN, INSULT), (GUS, INSULT + "!")],
    "many small edits": [
        (ANA, REPLY),
        (BEN, "We are sorry, Priya. Your parcel left us on Monday."),
        (BEN, "We are sorry, Priya. Your letter got lost on Monday."),
        (BEN, "You are silly, Priya. Your letter got lost on Monday."),
    ],
    "cut down to a few words": [(ANA, f"{REPLY} {REPLY} You will hear more."), (BEN, "We left you.")],
    "cut down in steps": [(ANA, f"{REPLY} More by Friday."), (BEN, "We are sorry. We left."), (BEN, "We left.")],
    "cut down, then a guest's full stop": [(ANA, f"{REPLY} More soon."), (BEN, "We left"), (GUS, "We left.")],
    "the others' words in another order": [
        (ANA, REPLY),
        (BEN, "Morning, parcel! Us sorry? Priya left. This are we."),
    ],
    "pictures for pictures": [(ANA, "🙂🙏"), (BEN, "🖕🖕")],
    "words for pictures": [(ANA, "🙂🙏"), (BEN, "You idiot")],
    "pictures and words": [(ANA, "🙂🙏"), (BEN, "🙂🙏 You idiot")],
    "pictures in another order": [(BEN, "🖕🙂"), (GUS, "🙂🖕")],
    "another skin": [(BEN, "🖕🏽"), (GUS, "🖕🏽 ")],
    "a flag": [(ANA, "🇩🇪"), (BEN, "🇦🇹")],
    "signs for signs": [(ANA, ":-)"), (BEN, "!!! ???")],
    "one sign": [(ANA, "👍"), (BEN, "👎")],
    "no blanks between words": [(BEN, "你是个大白痴请你滚开不要再来"), (GUS, "你是个大白痴请你滚开不要再来了")],
    "no blanks, another order": [(BEN, "请你滚开不要再来你是个大白痴"), (GUS, "你是个大白痴请你滚开不要再来")],
}


@pytest.mark.parametrize("versions", WAYS.values(), ids=WAYS)
def test_no_way_round_lets_an_approver_approve_their_own_words(versions: list[tuple[str, str]]) -> None:
    assert BEN in barred(*versions)


def test_words_of_a_withdrawn_draft_put_up_again_stay_those_of_their_writer() -> None:
    assert BEN in share([*history((BEN, INSULT)), *history((GUS, INSULT), draft=2)]).barred


def test_a_withdrawn_draft_makes_nobody_an_author_of_the_next() -> None:
    assert share([*history((BEN, INSULT)), *history((ANA, REPLY), draft=2)]) == Share((ANA,), (ANA,))


def test_words_that_an_approver_dictated_are_theirs() -> None:
    note = Written(1, ANA, INSULT, note=f"Please write: {INSULT}", note_by=BEN)
    assert BEN in share([*history((ANA, REPLY)), note]).barred


def test_a_note_that_quotes_the_writer_takes_no_words_from_them() -> None:
    new = REPLY.replace("this morning", "at nine")
    note = Written(1, ANA, new, note=f"“{REPLY}” is too vague, say when", note_by=BEN)
    assert share([*history((ANA, REPLY)), note]).barred == (ANA,)


# --- who has read, decides


def test_a_second_approver_may_let_out_what_another_wrote() -> None:
    assert barred((BEN, INSULT), (CARO, INSULT)) == {BEN}


def test_a_rewriting_is_its_writers_alone() -> None:
    assert share(history((ANA, REPLY), (BEN, "Something else entirely goes here"))) == Share((BEN,), (BEN,))


def test_half_and_half_is_enough_for_either() -> None:
    assert barred((ANA, "alpha bravo delta gamma"), (BEN, "alpha bravo delta gamma omega sigma theta kappa")) == set()


def test_whoever_rewrites_it_after_an_approver_takes_it_over() -> None:
    ours = "Thank you for telling us. The refund of twenty euros reaches your card by Friday."
    assert barred((BEN, INSULT), (ANA, ours)) == {ANA}


def test_long_padding_is_read_in_no_time() -> None:
    """Two texts of equal words have very many pairs; comparing all of them would delay everybody."""
    share(history((ANA, "a " * 1_500), (BEN, "b a " * 750), (ANA, "a b c " * 500)))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Don't — it's OK.", ["Don't", "—", "it's", "OK", "."]),
        ("👩‍👩‍👧🇩🇪👍🏽❤️", ["👩‍👩‍👧", "🇩🇪", "👍🏽", "❤️"]),
        ("snake_case", ["snake", "_", "case"]),
        ("日本", ["日", "本"]),
        (" \u200b\u2800 ", []),
        ("", []),
    ],
)
def test_what_readers_see_is_words_and_signs(text: str, seen: list[str]) -> None:
    assert [one.seen for one in tokens(text)] == seen


# --- any order of edits: an approver never has more than half, by a count of its own

WORDS = [f"{a}{b}{c}" for a in "bdgkmprt" for b in ("aro", "ile", "unga") for c in ("s", "n", "vek")]


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[tuple[str, str]], list[str]]:
    """Return versions, and the writer of each word of the last one; every word is new and occurs once."""
    left = iter(draw(st.permutations(WORDS)))
    standing: list[tuple[str, str]] = []
    versions = []
    for by in draw(st.lists(st.sampled_from([ANA, BEN, CARO]), min_size=1, max_size=6)):
        at = draw(st.integers(0, len(standing)))
        out = draw(st.integers(0, 3)) if standing else 0
        new = [(next(left), by) for _ in range(draw(st.integers(0 if standing else 1, 6)))]
        standing = [*standing[:at], *new, *standing[at + out :]] or [(next(left), by)]
        versions.append((by, " ".join(word for word, _ in standing)))
    return versions, [by for _, by in standing]


@settings(deadline=None, max_examples=examples(300))
@given(edits())
def test_whoever_may_let_it_out_never_wrote_more_than_the_others(
    made: tuple[list[tuple[str, str]], list[str]],
) -> None:
    versions, writers = made
    not_allowed = barred(*versions)
    wrote = Counter(writers)
    for who in (ANA, BEN, CARO):
        if 2 * wrote[who] > len(writers):
            assert who in not_allowed
    assert share(history(*versions)).authors[-1] == versions[-1][0]


@settings(deadline=None, max_examples=examples(200))
@given(st.lists(st.tuples(st.sampled_from([ANA, BEN, GUS]), st.text("ab 🙂.\u200b", max_size=12)), max_size=6))
def test_nobody_ever_lets_out_what_they_alone_have_put_up(versions: list[tuple[str, str]]) -> None:
    found = share(history(*versions))
    writers = {by for by, _ in versions}
    if len(writers) == 1:
        assert set(found.barred) == writers
