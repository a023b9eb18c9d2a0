"""Promises of a moment in French and Spanish: "je vous réponds avant 17 h", "le respondo antes de las 17:00"."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.base.lazy_pattern import lazy_pattern
from bot.domain.promises.moment_words import CLOCK_ES, CLOCK_FR, DAY_ES, DAY_FR, LENGTHS, MOMENT_WORDS

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
_HALF = r"(?: (?:y (?:media|cuarto)|menos cuarto))"
_AT_ES = rf"\d{{1,2}}(?:{_HALF}|(?! *(?:[:.]?\d|y \w+|menos)))(?: (?:de|por) la (?:mañana|tarde|noche))?"
_DAYS = (
    rf"(?:(?:avant|d['’]ici(?: à)?|pour|dès|au plus tard|jusqu['’]à|le|ce) )?(?:{DAY_FR})"
    rf"(?:,? (?:(?:à|vers|avant) )?(?:{CLOCK_FR}))?"
    rf"|(?:(?:antes del?|para|hasta|a más tardar|como muy tarde) )?(?<!las )"
    rf"(?:{DAY_ES})(?:,? (?:(?:a|sobre|antes de) las? )?(?:{CLOCK_ES}|(?<=las ){_AT_ES}))?"
    rf"|(?:antes de|a|hasta|sobre) las \d{{1,2}}{_HALF}(?: (?:de|por) la (?:mañana|tarde|noche))?"
)
_PROMISED = lazy_pattern(rf"{MOMENT_WORDS}|\b(?:{_END_FR}|{_END_ES}|{_DAYS})(?!\w)", re.IGNORECASE)

# --- who owes it

_VERB_FR = (  # in the present and the future, of "je", "nous" and "on"
    r"r[ée]pon(?:ds?|drai|drons|dons|dra)|(?:re)?(?:viens|vient|viendrai|viendrons|venons|viendra)"
    r"|[ée]cri(?:s|t|rai|rons|vons|ra)|di(?:s|t|rai|rons|sons|ra)|pr[ée](?:viens|vient|viendrai|viendrons|venons)"
    r"|(?:re)?(?:donn|contact|confirm|inform|v[ée]rifi|regard|rembours|publi|rappel|rappell|cr[ée]dit|remplac"
    r"|indiqu|pr[ée]cis|appell)(?:e|ons|erai|erons|era)|rempla[çc]ons"
    r"|r[èée]gl(?:e|ons|erai|erons|era)|tiens|tient|tiendrai|tiendrons|tenons|tiendra"
    r"|envo(?:ie|yons)|enverr(?:ai|ons|a)|fai(?:s|t|sons)|fer(?:ai|ons|a)|sa(?:urai|urons)|saura|aur(?:ai|ons)|aura"
)
_TO_FR = r"(?:(?:vous|te|le|la|les|leur|lui|en|y|nous|me) |t['’]|l['’]|m['’])"
_VERB_ES = (  # in the present of "yo" and "nosotros"
    r"respond(?:o|emos)|contest(?:o|amos)|escrib(?:o|imos)|dig(?:o)|decimos|cuent(?:o)|contamos|confirm(?:o|amos)"
    r"|inform(?:o|amos)|avis(?:o|amos)|llam(?:o|amos)|mand(?:o|amos)|env[íi](?:o|amos)|doy|damos|pong(?:o)|ponemos"
    r"|vuelv(?:o)|volvemos|revis(?:o|amos)|reembols(?:o|amos)|devuelv(?:o)|devolvemos|actualiz(?:o|amos)"
    r"|mantengo|mantenemos|comprueb(?:o)|comprobamos|contact(?:o|amos)"
    r"|resuelv(?:o)|resolvemos|solucion(?:o|amos)|arregl(?:o|amos)"
)
_FUTURE_ES = (
    r"(?:responder|contestar|escribir|dir|contar|confirmar|informar|avisar|llamar|mandar|enviar|dar|pondr|volver"
    r"|revisar|reembolsar|devolver|actualizar|mantendr|comprobar|publicar|tendr|sabr|har|solucionar|resolver"
    r"|contactar|arreglar)(?:é|emos)"
)
_OURS = lazy_pattern(
    rf"\b(?:je|j['’]|nous|on) ?{_TO_FR}{{0,2}}(?:{_VERB_FR})\b"
    rf"|\b(?:je vais|nous allons|on va|nous pouvons|je peux) (?:nous |me )?{_TO_FR}{{0,2}}\w+(?:er|ir|re)\b"
    r"|\bvous (?:aurez|recevrez|saurez|lirez|obtiendrez|serez (?:rembours|recontact|rappel|inform|contact)[ée])"
    r"|\btu (?:auras|recevras|sauras|liras|seras (?:rembours|recontact|rappel|inform|contact)[ée])"
    r"|\b(?:réponse|nouvelles|suite|retour|point)(?: ici| arrivera?| suivra)* "
    r"(?:avant|d['’]ici|sous|dans|demain|aujourd)"
    r"|\b(?:ma|notre) réponse (?:arrive|suit|vient)|\blaisse[zr]?[- ](?:moi|nous) jusqu"
    r"|\b(?:promets|promettons|(?:je m|nous nous |on s)['’]?engage(?:ons)?)\b"
    r"|\bsera (?:[ée]chang|rembours|r[ée]gl|r[ée]par)[ée]"
    rf"|\b(?:(?:le|te|les|os|lo|la|se|me|nos|l[eo]s lo) ){{1,2}}(?:{_VERB_ES})\b"
    rf"|\b(?:vuelvo|compruebo|reviso|respondo|contesto|escribo|confirmo|aviso"
    r"|volvemos|respondemos|contestamos|escribimos)\b"
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
    r"|abrimos|cerramos|abierto|cerrado|pedidos)\b"
    r"|\b(?:écri(?:vez|s)|envo(?:yez|ie)|dites|dis|donnez?|appelez?|contactez|répondez)-(?:nous|moi|l[ea])\b"
    r"|\b(?:escr[íi]b|m[áa]nd|env[íi]|d[íi]g|cu[ée]nt|ll[áa]m|p[áa]s|d[ée]j)[aei](?:me|nos)\b|\bdi(?:me|nos)\b",
    re.IGNORECASE,
)
_SAME = r"(?:(?! (?:y|et|mais|pero|donc) )[^.,;:]){0,60}$"  # the same clause, up to the moment
_NEVER = lazy_pattern(
    rf"(?:\bne\b|\bn['’]|\bpas\b|\bjamais\b|\bimpossible\b|\bno\b|\bnunca\b|\bjamás\b|\bimposible\b){_SAME}"
    rf"|\b(?:hier|auri?ons|aurait|devait|avait|était|ayer|hubiera|debía|había|estaba|fue|era)\b{_SAME}"
    r"|\b(?:est|sont|ont|ai|avons|a) (?:\w{2,}ée?s?|part(?:ie?s?)|sort(?:ie?s?)|ven(?:ue?s?)|(?:reç|perd)ue?s?)"
    rf"\b{_SAME}|\b\w{{2,}}(?:ó|aron|ieron)\b{_SAME}",
    re.IGNORECASE,
)
# A moment may also go before who owes it: "d'ici demain midi, je vous écris".
_BEGINS = lazy_pattern(r"(?:^|[,;:(])\s*(?:(?:et|y|o|ou|mais|pero) )?$", re.IGNORECASE)
_GAP = lazy_pattern(r",?(?: \w+){0,2} ?")
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
_BY_CLOCK = lazy_pattern(r"d['’]ici (?:à )?(?:[7-9]|1\d|2[0-3]) ?h", re.IGNORECASE)  # "d'ici 18 h" is a clock time
_IS_LENGTH = lazy_pattern(LENGTHS, re.IGNORECASE)
_WEEKDAYS = {"lun": 0, "mar": 1, "mer": 2, "mié": 2, "jeu": 3, "jue": 3, "ven": 4, "vie": 4, "sam": 5, "sáb": 5,
             "dim": 6, "dom": 6}  # fmt: skip
_WEEKDAY = lazy_pattern(
    r"\b(?:lun(?:di|es)|mar(?:di|tes)"
    r"|mercredi|miércoles|jeudi|jueves|vendredi|viernes|samedi|sábado|dimanche|domingo)\b",
    re.IGNORECASE,
)
_TOMORROW = lazy_pattern(r"\bdemain\b|(?<!la )(?<!esta )\bmañana\b", re.IGNORECASE)
_CLOCK = lazy_pattern(
    r"\b(\d{1,2})(?: ?(?:[:.]|h|heures?) ?(\d{2}))?(?!\d)(?: ?(?P<mark>h|heures?|horas?|[ap]\.? ?m\b))?",
    re.IGNORECASE,
)
_BESIDE = lazy_pattern(r"\b(?:y (?:media|cuarto)|menos cuarto)")
_PARTS = {"matin": 12, "midi": 12, "après-midi": 17, "soir": 21, "minuit": 24, "journée": 18,
          "mañana": 12, "mediodía": 12, "tarde": 20, "noche": 21, "medianoche": 24, "día": 18}  # fmt: skip
_PART_IN = lazy_pattern(rf"\b(?:{_PART_FR}|(?<=la )mañana|esta mañana|{_PART_ES})(?!\w)", re.IGNORECASE)
DAY_ENDS, WEEK_ENDS = 18, 4  # o'clock; Friday


def promised_phrases(sentence: str) -> list[tuple[int, str]]:
    """Return each moment that a sentence in French or Spanish promises for us, with its place."""
    ours = [*_OURS.finditer(sentence)]
    if not ours:
        return []
    found = []
    for phrase in _PROMISED.finditer(sentence):
        before, ends = sentence[: phrase.start()], phrase.end()
        if _GOODBYE.search(sentence[:ends]) or _NEVER.search(before):
            continue
        theirs = max((one.start() for one in _THEIRS.finditer(before)), default=-1)
        follows = next((one.start() for one in ours if one.start() >= ends), None)
        opens = (
            theirs < 0 and follows is not None and _BEGINS.search(before) and _GAP.fullmatch(sentence[ends:follows])
        )
        if opens or any(theirs < one.start() < phrase.start() for one in ours):
            found.append((phrase.start(), phrase[0]))
    return found


def spoken_length(phrase: str) -> tuple[timedelta, int] | None:
    """Return the length of time that a phrase names, and how many working days; None where it names a moment."""
    if not _IS_LENGTH.search(phrase) or _BY_CLOCK.search(phrase):
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
        if beside := _BESIDE.search(rest):
            hour, minute = (
                ((hour - 1) % 24, 45) if beside[0].startswith("menos") else (hour, 30 if "media" in beside[0] else 15)
            )
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
