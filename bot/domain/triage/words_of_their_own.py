"""Reads a post's own words and signs, without handles and links."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.routing_words import PostWording, wording

# Each sign of the text is looked at once: none of these patterns goes back.
_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_ADDRESS = re.compile(rf"{_LINK.pattern}|@[\w.@-]+", re.IGNORECASE)
_NAME = re.compile(r"(?<=[^\W\d_][ ,])[^\W\d_]+")  # a word after a word, in the same clause
TO_US = 2  # words before a handle, at most, of somebody who speaks to that account: "Hey there @northwind"
_HANDLE = re.compile(r"@\w+")
_QUESTION = re.compile(r"[^.!?？؟…;:\n]+[?？؟]")
_REST = re.compile(r"[.!,;:…\n]+")
_ASKS = re.compile(r"[?？؟]")
_SAD_FACES = re.compile(r"(?:>?[:=;]['’]?-?[(/\\|\[]|-_-|¬¬|D:)(?=\s|$)")
_GLAD_FACES = re.compile(r"[:=;]['’]?-?[)D](?=\s|$)|<3|xD\b", re.IGNORECASE)
_HARMLESS = re.compile(r"[\s.,!:;…\"'’“”()#&_*~\u200d\ufe0f\U0001f3fb-\U0001f3ff-]")
_SAD = frozenset(
    "😡😠🤬😤😒🙄😑😐😞😔😟😕🙁☹😣😖😫😩😢😭😥😓😰😨😱😳🤮🤢🤦🤷👎💩🖕🙃🤡😪😬🤔💔😾😿🥱🫠⏳⌛🚨🤨🧐😶🤥🆘❌🚫✔✅☑"
)
_GLAD = frozenset(
    "❤♥💕💖💗💘💙💚💛💜🧡🖤🤍💓💞😍🥰😘😊☺🙂😀😃😄😁😆😂🤣😋😎🤗👏👍👌🙌🙏🎉🥳✨💯🔥⭐🌟💪👑🏆🎃😇🤩😻🍻🥂💐🌹😉"
)


@dataclass(frozen=True)
class OwnWords:
    """The words and signs of one post."""

    text: str
    raw: str  # without handles and links
    wording: PostWording

    def written_in(self, tongue: str) -> "OwnWords":
        """Return the same post as one in `tongue`; words of English are matched in other ways."""
        english = tongue in {"", "en"}
        if self.wording.english == english:
            return self
        return replace(self, wording=replace(self.wording, english=english))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return its words without capitals and signs."""
        return tuple(self.wording.text.split())

    @property
    def asks(self) -> bool:
        """Return whether it has a question mark."""
        return _ASKS.search(self.raw) is not None

    @cached_property
    def questions(self) -> Sequence[tuple[str, ...]]:
        """Return the words of each sentence that ends with a question mark."""
        return [tuple(wording(one, "").text.split()) for one in _QUESTION.findall(self.raw)] if self.asks else []

    @property
    def clauses(self) -> list[str]:
        """Return its words in parts, split at punctuation."""
        return [wording(one, "").text.strip() for one in _REST.split(self.raw)]

    @property
    def handles(self) -> int:
        """Return how many accounts it names."""
        return len(set(_HANDLE.findall(self.text)))

    @property
    def in_passing(self) -> bool:
        """Return whether it names an account, but does not begin by speaking to it."""
        first = _HANDLE.search(self.text)
        return first is not None and len(self.text[: first.start()].split()) > TO_US

    @cached_property
    def shows(self) -> bool:
        """Return whether it has a link: behind it is a photo, or something else that nobody reads here."""
        return _LINK.search(self.text) is not None

    @property
    def only_glad(self) -> bool:
        """Return whether it is made of nothing but glad signs, or of nothing at all."""
        rest = set(_HARMLESS.sub("", _GLAD_FACES.sub("", self.raw)))
        return all(unicodedata.category(one) == "So" for one in rest) and not rest & _SAD

    @property
    def sad(self) -> str:
        """Return the first face or hand that is not glad, or nothing."""
        face = _SAD_FACES.search(self.raw)
        return next((sign for sign in self.raw if sign in _SAD), face[0] if face else "")

    @property
    def glad(self) -> str:
        """Return the first face or hand that is glad, or nothing."""
        face = _GLAD_FACES.search(self.raw)
        return next((sign for sign in self.raw if sign in _GLAD), face[0] if face else "")

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the words that look like a name: with a capital, though no sentence begins there."""
        found = (one[0] for one in _NAME.finditer(self.raw))
        return frozenset(one.casefold() for one in found if one[0].isupper() and one[1:].islower())


def own_words(text: str, tongue: str) -> OwnWords:
    """Return the own words of a post that is written in `tongue`; "": the language is not known."""
    raw = _ADDRESS.sub(" ", text)
    return OwnWords(text, raw, wording(raw, tongue))
