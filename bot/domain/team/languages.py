"""Languages: their names, and the language of each code that networks use."""

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "ar": "Arabic", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "et": "Estonian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "id": "Indonesian", "in": "Indonesian", "it": "Italian", "iw": "Hebrew", "ja": "Japanese",
    "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sl": "Slovenian", "sv": "Swedish", "th": "Thai",
    "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
    "und": "language unclear", "zxx": "no words", "qam": "no words", "qht": "no words", "qme": "no words",
    "qst": "language unclear",
}  # fmt: skip
# Codes for no language or an unknown one; ISO 639-2 reserves qaa to qtz for local use.
_NO_LANGUAGE = frozenset({"", "und", "zxx", "mis", "mul"})
_OTHER_CODES = {"in": "id", "iw": "he", "ji": "yi", "nb": "no", "nn": "no"}


def tongue(code: str) -> str:
    """Return the language behind a code as networks and people write it ("pt-BR", "iw"), or "" for none."""
    known = code.strip().lower().replace("_", "-").partition("-")[0]
    private = len(known) == 3 and "qaa" <= known <= "qtz"
    return "" if known in _NO_LANGUAGE or private else _OTHER_CODES.get(known, known)
