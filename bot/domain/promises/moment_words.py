"""Moments and lengths of time in French and Spanish words."""

import re

from bot.domain.base.lazy_pattern import lazy_pattern

_NUMBER = r"\d{1,3}"
_TO = rf"(?:{_NUMBER} ?(?:à|a|ou|o|[-–]) ?)?"  # of "24 à 48 heures"

DAY_FR = (
    r"aujourd['’]hui|demain(?: (?:matin|midi|après-midi|soir))?|ce (?:matin|midi|soir)|cet après-midi"
    r"|(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)(?: (?:matin|midi|après-midi|soir|prochain))?"
)
CLOCK_FR = r"\d{1,2} ?(?:h(?: ?\d{2})?|heures?(?: \d{2})?)(?!\w)|\d{1,2}[:.]\d{2}(?!\d)"
_LEAD_FR = r"avant|d['’]ici(?: à)?|vers|jusqu['’]à|au plus tard(?: à)?|dès|à"
_COUNT_FR = rf"{_NUMBER}|une?|deux|trois|quatre|cinq|six|huit|dix|douze|quinze|vingt-quatre|quarante-huit"
_UNIT_FR = r"minutes?|min|heures?|h|jours?(?: (?:ouvrés?|ouvrables?))?|semaines?"
_LENGTH_FR = (
    r"\b(?:dans|sous|d['’]ici|en)(?: les?| la| un délai(?: maximum)? de)? "
    rf"(?:prochaine?s? )?(?:{_TO}(?:{_COUNT_FR}) ?(?:prochaine?s? )?(?:{_UNIT_FR})\b|une demi-heure)"
    r"|\b(?:dans|d['’]ici) l['’]heure\b"
)

DAY_ES = (
    r"hoy(?: mismo)?|(?<!por la )(?<!de la )mañana(?: por la (?:mañana|tarde|noche))?"
    r"|esta (?:mañana|tarde|noche)|(?:el )?(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)"
)
CLOCK_ES = (
    r"\d{1,2}[:.]\d{2}(?: ?(?:h|horas|[ap]\.? ?m\.?))?(?!\w)|\d{1,2}(?: ?(?:h|horas|[ap]\.? ?m\.?)(?!\w)"
    r"|(?= (?:de|por) la (?:mañana|tarde|noche)))"
    r"|(?<=las )\d{1,2}(?= *(?:$|[,.;!?)]|y (?:te|les?|os|lo)\b))"
)
CLOCK_ES = rf"(?:{CLOCK_ES})(?: (?:de|por) la (?:mañana|tarde|noche))?"
_LEAD_ES = r"(?:antes de|hasta|sobre|hacia|a más tardar a|para|desde|a) las?|antes de|hasta"
_COUNT_ES = rf"{_NUMBER}|una?|dos|tres|cuatro|cinco|seis|ocho|diez|doce|quince|veinticuatro|cuarenta y ocho"
_UNIT_ES = r"minutos?|min|horas?|h|días?(?: (?:hábiles|laborables))?|semanas?"
_LENGTH_ES = (
    r"\b(?:en|dentro de)(?: las?| los?| un plazo(?: máximo)? de)? "
    rf"(?:próxim[ao]s? )?(?:{_TO}(?:{_COUNT_ES}) ?(?:próxim[ao]s )?(?:{_UNIT_ES})\b|media hora\b)"
)


def _named(lead: str, clock: str, day: str, join: str) -> str:
    """Return the pattern of a clock time that is promised, with the day before or behind it."""
    return rf"\b(?:(?:{lead}) (?:{clock})(?:,? (?:{join} )?(?:{day}))?|(?:{day}),? (?:(?:{lead}) )?(?:{clock}))(?!\w)"


LENGTHS = f"{_LENGTH_FR}|{_LENGTH_ES}"
_FR = _named(_LEAD_FR, CLOCK_FR, DAY_FR, "de")
_ES = _named(_LEAD_ES, CLOCK_ES, DAY_ES, "de(?:l)?")
MOMENT_WORDS = f"{_FR}|{_ES}|{LENGTHS}"
MOMENT = lazy_pattern(MOMENT_WORDS, re.IGNORECASE)
# The same, or a day or a clock time by itself, as an answer to "by when?".
BARE_MOMENT = lazy_pattern(
    rf"(?:{MOMENT_WORDS}|(?:(?:{_LEAD_FR}) )?(?:{DAY_FR}|{CLOCK_FR}|midi|minuit)"
    rf"|(?:(?:{_LEAD_ES}|para|antes del?|hasta) )?(?:el )?(?:{DAY_ES}|{CLOCK_ES}|mediodía|medianoche))",
    re.IGNORECASE,
)
