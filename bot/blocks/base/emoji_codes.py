"""Turns the short names of emoji that Slack returns (":tada:") back into the characters that people typed."""

import re

from bot.domain.base.word_caches import word_cache

CODE = re.compile(r"(?<![\w:/]):(?P<name>[a-z0-9_+'-]{1,60}):(?::?skin-tone-(?P<tone>[2-6]):)?(?!\w)")
_TONES = {str(n): chr(0x1F3F9 + n) for n in range(2, 7)}  # Slack counts from 2, Unicode's first is U+1F3FB
_FLAG = re.compile(r"flag-([a-z]{2})")
_OF_SLACK = {  # names that the library's list does not have
    "simple_smile": "🙂",
    "smiling_face_with_3_hearts": "🥰",
    "flag-england": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "flag-scotland": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "flag-wales": "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
}


def with_emoji(text: str) -> str:
    """Return `text` with each known short name replaced by its emoji; unknown names are not changed."""
    return CODE.sub(_sign, text) if ":" in text else text


def _sign(found: re.Match[str]) -> str:
    sign = _named(found["name"])
    if not sign or not found["tone"]:
        return sign or found[0]
    return sign[0] + _TONES[found["tone"]] + sign[1:].removeprefix("\ufe0f")


@word_cache(1024)
def _named(name: str) -> str:
    """Return the emoji of a short name, or ""."""
    if name in _OF_SLACK:
        return _OF_SLACK[name]
    if flag := _FLAG.fullmatch(name):
        return "".join(chr(0x1F1E6 + ord(one) - ord("a")) for one in flag[1])
    import emoji  # noqa: PLC0415 - a list of thousands, needed only when somebody types an emoji

    for written in (name, name.replace("-", "_"), name.replace("_", "-")):
        sign = str(emoji.emojize(f":{written}:", language="alias"))
        if not sign.startswith(":"):
            return sign
    return ""
