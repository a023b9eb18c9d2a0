"""Decides the kind of a post by its words alone. When in doubt it is a complaint."""

from collections.abc import Sequence
from itertools import dropwhile
from typing import NamedTuple

from bot.domain.mentions.word_rules import telling_words
from bot.domain.triage.triage import Kind, Reason
from bot.domain.triage.vocabulary import Tongue, Vocabulary
from bot.domain.triage.words_of_their_own import OwnWords

ALONE = 1  # words, at most, beside abuse that leaves nothing to look into
PRAISES = frozenset("👏👍👌🙌❤💕💖💗💙💚💛💜🧡🖤😍🥰💯⭐🌟🏆")
GREETINGS = frozenset(
    (
        *("hi", "hey", "hello", "ok", "okay", "yes", "so", "and", "great", "thanks", "dear"),
        *("hallo", "moin", "hola", "bonjour", "bonsoir", "olá", "ola", "oi"),
    )
)


class KindFound(NamedTuple):
    """The kind of a post, and the words that decided it."""

    kind: Kind
    by: Reason = Reason()
    sure: bool = True  # False: a guess, since something in it is not understood


def kind_of(
    own: OwnWords, vocabulary: Vocabulary, tongue: Tongue, *, media: bool = False, answers: bool = False
) -> KindFound:
    """Return the kind of a post, and the words that decided it.

    `media`: it has photos, which nobody reads here. `answers`: it answers a post, so that what it asks, or leaves
    open, may belong to a complaint.
    """
    seen_whole = not media and not own.shows
    if not own.words:
        return _wordless(own, seen_whole=seen_whole, answers=answers)
    return (
        _from_strangers(own, vocabulary)
        or _something_is_wrong(own, vocabulary, tongue)
        or _asks(own, tongue, answers=answers)
        or _light(own, tongue, seen_whole=seen_whole)
        or _perhaps_light(own, tongue, answers=answers)
        or KindFound(Kind.COMPLAINT)
    )


def _wordless(own: OwnWords, *, seen_whole: bool, answers: bool) -> KindFound:
    carries_on = (
        answers and not own.glad and (seen_whole or own.handles < 2)
    )  # calls us again, or shows what we asked
    if own.sad or own.asks or not own.only_glad or carries_on:
        return KindFound(Kind.COMPLAINT, Reason(tuple(filter(None, [own.sad]))))
    return KindFound(Kind.CHATTER, Reason(tuple(filter(None, [own.glad])), "no words"), sure=seen_whole)


def _from_strangers(own: OwnWords, vocabulary: Vocabulary) -> KindFound | None:
    for kind, rule in ((Kind.IMPOSTOR, vocabulary.impostor), (Kind.SPAM, vocabulary.spam)):
        if words := telling_words(rule, own.wording):
            return KindFound(kind, Reason(words, kind.value))
    return None


def _something_is_wrong(own: OwnWords, vocabulary: Vocabulary, tongue: Tongue) -> KindFound | None:
    abuse = telling_words(vocabulary.abuse, own.wording)
    if abuse and len(own.words) <= len(" ".join(abuse).split()) + ALONE:
        return KindFound(Kind.TROLL, Reason(abuse, "abuse"))
    words = telling_words(vocabulary.never, own.wording) or telling_words(tongue.wrong, own.wording)
    if words or own.sad:
        return KindFound(Kind.COMPLAINT, Reason(words or (own.sad,), "wrong"))
    return None


def _asks(own: OwnWords, tongue: Tongue, *, answers: bool) -> KindFound | None:
    words = telling_words(tongue.asks, own.wording)
    if not words and own.asks and not answers:
        words = next(
            (first for one in own.questions if (first := _first_word(one)[:1]) and first[0] in tongue.openers), ()
        )
    return KindFound(Kind.QUESTION, Reason(words, "asks")) if words else None


def _first_word(words: Sequence[str]) -> tuple[str, ...]:
    """Return words from the first that is no greeting."""
    return tuple(dropwhile(GREETINGS.__contains__, words))


def _light(own: OwnWords, tongue: Tongue, *, seen_whole: bool) -> KindFound | None:
    """Return thanks, praise or chatter where its words say so; sure where nothing else is said."""
    if own.asks:
        return None
    unsure, strange = telling_words(tongue.unsure, own.wording), strange_words(own, tongue)
    half_known = len(strange) * 2 <= len(own.words)
    sure = seen_whole and not unsure
    if (words := telling_words(tongue.thanks, own.wording)) and half_known and not unsure:
        return KindFound(Kind.THANKS, Reason(words, "thanks"), sure and not strange)
    if (
        (words := telling_words(tongue.praise, own.wording))
        and (half_known or own.glad)
        and (own.glad or "!" in own.raw or not unsure)
    ):
        exclaims = strange and any(one in words for one in own.clauses)  # "Great. My lamp is in Belgium."
        return KindFound(Kind.PRAISE, Reason(words, "praise"), sure and half_known and not exclaims)
    words = telling_words(tongue.chatter, own.wording)
    if (words or own.glad) and not unsure:
        return KindFound(Kind.CHATTER, Reason(words or (own.glad,), "chatter"), sure and not strange)
    return None


def _perhaps_light(own: OwnWords, tongue: Tongue, *, answers: bool) -> KindFound | None:
    """Return a guess for a post that seems to wait for no answer; a guess is treated like a complaint."""
    if own.asks:
        return None
    if own.in_passing:
        return _in_passing(own, tongue)
    if telling_words(tongue.unsure, own.wording):
        return None
    if answers:  # to several accounts: they talk to each other
        return KindFound(Kind.CHATTER, Reason(rule="among others"), sure=False) if own.handles > 1 else None
    if not tongue.plain or len(strange_words(own, tongue)) * 2 > len(own.words):
        return None
    return KindFound(Kind.CHATTER, Reason(rule="nothing wrong"), sure=False)


def _in_passing(own: OwnWords, tongue: Tongue) -> KindFound:
    """Return a guess for a post that speaks about us and not to us."""
    words = telling_words(tongue.praise, own.wording) or tuple(
        filter(None, [own.glad if own.glad in PRAISES else ""])
    )
    return KindFound(Kind.PRAISE if words else Kind.CHATTER, Reason(words, "in passing"), sure=False)


def strange_words(own: OwnWords, tongue: Tongue) -> list[str]:
    """Return the words that are not known to be harmless."""
    return [one for one in own.words if not _is_known(one, tongue) and one not in own.names]


def _is_known(word: str, tongue: Tongue) -> bool:
    if word in tongue.plain or word.isdecimal():
        return True
    if word.isascii():
        return False
    for piece in tongue.pieces:
        word = word.replace(piece, "")
    return not word
