"""Promises of a moment in French and Spanish: "je vous réponds avant 17 h", "le respondo antes de las 17:00"."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.base.lazy_pattern import lazy_pattern
from bot.domain.promises.moment_words import DAY_ES, DAY_FR, LENGTHS, MOMENT_WORDS

_PART_FR = r"matin(?:ée)?|midi|minuit|après-midi|soir(?:ée)?|journée"
_PART_ES = r"mañana|mediodía|medianoche|tarde|noche|día"
_END_FR = (
    r"(?:avant|d['’]ici(?: à)?|pour|en|à|dans) (?:la )?fin de (?:la |cette )?(?:journée|matinée|semaine)"
    r"|dans (?:la journée|la matinée|l['’]après-midi|la soirée)"
    r"|(?:avant|d['’]ici(?: à)?|à|vers) (?:midi|minuit|ce soir)"
)
_END_ES = (
    r"(?:antes|al|para el|a) (?:del? )?(?:fin|final) (?:del?|de la|de esta) (?:día|jornada|mañana|semana)"
    r"|(?:a lo largo|en el transcurso|durante el resto) (?:del día|de la (?:mañana|tarde))"
    r"|(?:antes del?|al|a) (?:mediodía|medianoche)"
)
_DAYS = (
    rf"(?:(?:avant|d['’]ici(?: à)?|pour|dès|au plus tard|jusqu['’]à|le|ce) )?(?:{DAY_FR})"
    rf"|(?:(?:antes del?|para|hasta|a más tardar|como muy tarde) )?(?<!las )(?:{DAY_ES})"
)
_PROMISED = lazy_pattern(rf"{MOMENT_WORDS}|\b(?:{_END_FR}|{_END_ES}|{_DAYS})(?!\w)", re.IGNORECASE)

# --- who owes it

_VERB_FR = (  # in the present and the future, of "je", "nous" and "on"
    r"r[ée]pon(?:ds?|drai|drons|dons|dra)|(?:re)?(?:viens|vient|viendrai|viendrons|venons|viendra)"
    r"|[ée]cri(?:s|t|rai|rons|vons|ra)|di(?:s|t|rai|rons|sons|ra)|pr[ée](?:viens|vient|viendrai|viendrons|venons)"
    r"|(?:re)?(?:donn|contact|confirm|inform|v[ée]rifi|regard|rembours|publi|rappel|rappell|cr[ée]dit|remplac"
    r"|indiqu|pr[ée]cis)(?:e|ons|erai|erons|era)|rempla[çc]ons"
    r"|r[èée]gl(?:e|ons|erai|erons|era)|tiens|tient|tiendrai|tiendrons|tenons|tiendra"
    r"|envo(?:ie|yons)|enverr(?:ai|ons|a)|fai(?:s|t|sons)|fer(?:ai|ons|a)|sa(?:urai|urons)|saura|aur(?:ai|ons)|aura"
)
_TO_FR = r"(?:(?:vous|te|le|la|les|leur|lui|en|y|nous|me) |t['’]|l['’]|m['’])"
_VERB_ES = (  # in the present of "yo" and "nosotros"
    r"respond(?:o|emos)|contest(?:o|amos)|escrib(?:o|imos)|dig(?:o)|decimos|cuent(?:o)|contamos|confirm(?:o|amos)"
    r"|inform(?:o|amos)|avis(?:o|amos)|llam(?:o|amos)|mand(?:o|amos)|env[íi](?:o|amos)|doy|damos|pong(?:o)|ponemos"
    r"|vuelv(?:o)|volvemos|revis(?:o|amos)|reembols(?:o|amos)|devuelv(?:o)|devolvemos|actualiz(?:o|amos)"
    r"|mantengo|mantenemos|comprueb(?:o)|comprobamos|acerc(?:o|amos)"
)
_FUTURE_ES = (
    r"(?:responder|contestar|escribir|dir|contar|confirmar|informar|avisar|llamar|mandar|enviar|dar|pondr|volver"
    r"|revisar|reembolsar|devolver|actualizar|mantendr|comprobar|publicar|tendr|sabr|har|solucionar|resolver)(?:é|emos)"
)
_OURS = lazy_pattern(
    rf"\b(?:je|j['’]|nous|on) ?{_TO_FR}{{0,2}}(?:{_VERB_FR})\b"
    rf"|\b(?:je vais|nous allons|on va|nous pouvons|je peux) (?:nous |me )?{_TO_FR}{{0,2}}\w+(?:er|ir|re)\b"
    r"|\bvous (?:aurez|recevrez|saurez|lirez|obtiendrez|serez (?:rembours|recontact|rappel|livr|inform|contact)[ée])"
    r"|\btu (?:auras|recevras|sauras|liras|seras (?:rembours|recontact|rappel|livr|inform|contact)[ée])"
    r"|\b(?:réponse|nouvelles|suite|retour|point)(?: ici| arrivera?| suivra)* "
    r"(?:avant|d['’]ici|sous|dans|demain|aujourd)"
    r"|\b(?:ma|notre) réponse (?:arrive|suit|vient)|\blaisse[zr]?[- ](?:moi|nous) jusqu"
    r"|\b(?:promets|promettons|(?:je m|nous nous |on s)['’]?engage(?:ons)?)\b"
    r"|\bsera (?:[ée]chang|rembours|r[ée]gl|r[ée]par|livr)[ée]"
    rf"|\b(?:(?:le|te|les|os|lo|la|se|me|nos|l[eo]s lo) ){{1,2}}(?:{_VERB_ES})\b"
    rf"|\b(?:vuelvo|respondo|contesto|escribo|confirmo|aviso|volvemos|respondemos|contestamos|escribimos)\b"
    rf"|\b{_FUTURE_ES}\b"
    r"|\b(?:voy|vamos) a \w+(?:ar|er|ir)(?:le|te|les|os|lo|la|se|nos)*\b"
    r"|\b(?:tendr[áa]s?|recibir[áa]s?|sabr[áa]s?|leer[áa]s?|tendr[áa]n|recibir[áa]n|sabr[áa]n) "
    r"|\b(?:respuesta|noticias|novedades)(?: aquí| llegan?)* (?:antes|en|dentro|mañana|hoy)\b|\bmi respuesta llega"
    r"|\b(?:dame|deme|danos|denos) hasta\b|\b(?:prometo|prometemos|me comprometo|nos comprometemos)\b"
    r"|\b(?:estar[áa]|quedar[áa]) (?:arreglad|resuelt|solucionad|list)[oa]"
    r"|\bse (?:le|te) (?:reembolsar|devolver|enviar)á",
    re.IGNORECASE,
)
_THEIRS = lazy_pattern(
    r"\b(?:si|s['’]il|s['’]ils|quand|lorsque|dès que|une fois|à moins|pouvez|pourriez|peux-tu|devez|faut|veuillez"
    r"|commandes? pass|ouvert|ouvrons|fermons|fermé)\b|\bmerci de (?!votre|nous)|\bs['’]il (?:vous|te) pla[îi]t\b"
    r"|\b(?:cuando|en cuanto|una vez|a menos|puede|puedes|podría|podrías|debe|debes|tiene que|tienes que|por favor"
    r"|abrimos|cerramos|abierto|cerrado|pedidos)\b",
    re.IGNORECASE,
)
_NEVER = lazy_pattern(
    r"(?:\bne\b|\bn['’]|\bpas\b|\bjamais\b|\bimpossible\b|\bno\b|\bnunca\b|\bjamás\b|\bimposible\b)[^.,;:]{0,60}$"
    r"|\b(?:hier|auri?ons|aurait|devait|avait|était|ayer|hubiera|debía|había|estaba|fue|era)\b[^.,;:]{0,60}$",
    re.IGNORECASE,
)
_GOODBYE = lazy_pattern(r"(?:^|[,.;!])\s*(?:à|hasta) [^ ]+$", re.IGNORECASE)

# --- when that is

_COUNT = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "huit": 8, "dix": 10, "douze": 12,
    "quinze": 15, "vingt-quatre": 24, "quarante-huit": 48, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5,
    "seis": 6, "ocho": 8, "diez": 10, "doce": 12, "quince": 15, "veinticuatro": 24, "cuarenta y ocho": 48,
}  # fmt: skip
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "j": timedelta(days=1), "d": timedelta(days=1),
          "s": timedelta(weeks=1)}  # fmt: skip
_LENGTH = lazy_pattern(
    rf"(?P<many>\d{{1,3}}|{'|'.join(sorted(_COUNT, key=len, reverse=True))}) ?(?:proch\w+ |próxim\w+ )?"
    r"(?P<unit>min|heure|hora|h\b|jour|día|semain|seman)(?:\w*)(?P<working> (?:ouvr|hábil|laborabl))?",
    re.IGNORECASE,
)
_IS_LENGTH = lazy_pattern(LENGTHS, re.IGNORECASE)
_WEEKDAYS = {"lun": 0, "mar": 1, "mer": 2, "mié": 2, "jeu": 3, "jue": 3, "ven": 4, "vie": 4, "sam": 5, "sáb": 5,
             "dim": 6, "dom": 6}  # fmt: skip
_WEEKDAY = lazy_pattern(
    r"\b(?:lun(?:di|es)|mar(?:di|tes)|mercredi|miércoles|jeudi|jueves|vendredi|viernes|samedi|sábado|dimanche|domingo)\b",
    re.IGNORECASE,
)
_TOMORROW = lazy_pattern(r"\bdemain\b|(?<!la )(?<!esta )\bmañana\b", re.IGNORECASE)
_CLOCK = lazy_pattern(
    r"\b(\d{1,2})(?: ?(?:[:.]|h|heures?) ?(\d{2}))?(?!\d)(?: ?(?P<mark>h|heures?|horas?|[ap]\.? ?m\b))?",
    re.IGNORECASE,
)
_PARTS = {"matin": 12, "midi": 12, "après-midi": 17, "soir": 21, "minuit": 24, "journée": 18,
          "mañana": 12, "mediodía": 12, "tarde": 20, "noche": 21, "medianoche": 24, "día": 18}  # fmt: skip
_PART_IN = lazy_pattern(rf"\b(?:{_PART_FR}|(?<=la )mañana|esta mañana|{_PART_ES})(?!\w)", re.IGNORECASE)
DAY_ENDS, WEEK_ENDS = 18, 4  # o'clock; Friday


def promised_phrases(sentence: str) -> list[tuple[int, str]]:
    """Return each moment that a sentence in French or Spanish promises for us, with its place."""
    ours = _OURS.search(sentence)
    if ours is None:
        return []
    found = []
    for phrase in _PROMISED.finditer(sentence):
        before = sentence[: phrase.start()]
        theirs = max((one.start() for one in _THEIRS.finditer(before)), default=-1)
        if _GOODBYE.search(sentence[: phrase.end()]):
            continue
        if not _NEVER.search(before) and (theirs < 0 or theirs < ours.start() < phrase.start()):
            found.append((phrase.start(), phrase[0]))
    return found


def spoken_length(phrase: str) -> tuple[timedelta, int] | None:
    """Return the length of time that a phrase names, and how many working days; None where it names a moment."""
    if not _IS_LENGTH.search(phrase):
        return None
    low = phrase.lower()
    if "demi-heure" in low or "media hora" in low:
        return timedelta(minutes=30), 0
    found = _last(_LENGTH, low)
    if found is None:
        return timedelta(hours=1), 0  # "dans l'heure"
    many = _COUNT[found["many"]] if found["many"] in _COUNT else int(found["many"])
    return (timedelta(), many) if found["working"] else (_UNITS[found["unit"][0]] * many, 0)


def spoken_moment(phrase: str, now: datetime, clock: Callable[[datetime, int, int], datetime]) -> datetime | None:
    """Return the moment that a phrase names, or None; `now` in the desk's zone, `clock` sets a day's time."""
    if not _PROMISED.search(phrase) and not _CLOCK.fullmatch(phrase.strip()):
        return None
    day, named = _day(phrase, now)
    low = phrase.lower()
    if "semain" in low or "semana" in low:
        day += timedelta(days=(WEEK_ENDS - now.weekday()) % 7)
    rest = _TOMORROW.sub(" ", low)
    part, time = _PART_IN.search(rest), _CLOCK.search(rest)
    if time:
        hour, minute = _hour(time, part[0] if part else ""), int(time[2] or 0)
        if hour > 24 or minute > 59:
            return None
        at = clock(day, hour, minute)
        return at if named or at > now else clock(day + timedelta(days=1), hour, minute)
    hour = _PARTS[_stem(part[0])] if part else DAY_ENDS
    late = day.date() == now.date() and hour <= now.hour and not part
    return clock(day, 24 if late else hour, 0)


def _hour(time: re.Match[str], part: str) -> int:
    hour, mark = int(time[1]), (time["mark"] or "").replace(".", "").replace(" ", "")
    if mark in {"am", "pm"}:
        return hour % 12 + (12 if mark == "pm" else 0)
    afternoon = part in {"tarde", "noche", "soir", "après-midi"}
    unmarked = not mark and not time[2] and not time[0].startswith("0") and hour < 8 and not part
    return hour + 12 if hour < 12 and (afternoon or unmarked) else hour


def _day(phrase: str, now: datetime) -> tuple[datetime, bool]:
    if _TOMORROW.search(phrase):
        return now + timedelta(days=1), True
    if found := _WEEKDAY.search(phrase):
        return now + timedelta(days=(_WEEKDAYS[found[0].lower()[:3]] - now.weekday()) % 7), True
    return now, bool(re.search(r"aujourd|hoy|\bce\b|\bcet\b|\besta\b", phrase, re.IGNORECASE))


def _stem(part: str) -> str:
    said = part.removeprefix("esta ")
    return said if said in _PARTS else said.removesuffix("ée")


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(reversed([*pattern.finditer(text)]), None)
