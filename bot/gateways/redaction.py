"""Removes secrets from everything that is logged or printed: known ones, and texts that look like one."""

import re
from collections.abc import Iterable
from urllib.parse import quote

HIDDEN = "(hidden)"

_SHORTEST = 4  # a shorter secret would hide ordinary words
_SHAPES = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?i:bearer)\s+[\w.~+/=%-]+|https://hooks\.slack\.com/[^\s\"'<>]+|oauth_\w+=\"[^\"]*\""
    r"|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"  # a session's token, which the configuration does not know
    r"|\b(?:EAA|IGA)[A-Za-z0-9_-]{24,}"  # Meta's, which the desk renews on Instagram
)
_PASSWORD_IN_ADDRESS = re.compile(r"(\b[a-zA-Z][\w+.-]*:?//?[^\s/@:]*):[^\s]*@")  # to the last @ of the word
_NAMED = re.compile(r"(?i)\b(pass(?:word|wd|phrase)?|pwd|sslpassword|secret|token|api_?key)(\s*=\s*)[^\s&]+")


class Redaction:
    """Hides secrets in a text; known ones as they are, and in the escaped form of addresses."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {
            form for one in secrets if len(one) >= _SHORTEST for form in (one, quote(one, "", errors="surrogatepass"))
        }
        longest_first = sorted(known, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def __call__(self, text: str) -> str:
        """Return the text without its secrets."""
        text = self._known.sub(HIDDEN, text) if self._known else text
        text = _SHAPES.sub(HIDDEN, text)
        text = _PASSWORD_IN_ADDRESS.sub(rf"\1:{HIDDEN}@", text)
        return _NAMED.sub(rf"\1\2{HIDDEN}", text)
