"""Patterns of personal data in a text: e-mail and street addresses, numbers with a word that says what they are."""

import re

from bot.domain.base.lazy_pattern import lazy_pattern

_SEPARATED = r"[ .\-/_,]{0,3}"
MAY_HOLD = lazy_pattern(r"\d|[@＠] ?\S*\.|[(\[] ?at ?[)\]]|\bdot\b", re.IGNORECASE)  # anything else holds nothing
HANDLE = lazy_pattern(r"(?<![\w.+%-])@[\w.-]+(?:@[\w.-]+)?")
HASHTAG = lazy_pattern(r"(?<!\w)#(?=\w*[^\W\d])\w+")  # "#2017in8", but not "#3632693", which is an order
_POST_OFFICES = "gmail|googlemail|hotmail|outlook|live|yahoo|icloud|me|aol|gmx|web|proton(?:mail)?"
EMAIL = lazy_pattern(
    r"(?<![\w.+%-])[\w.+%-]{1,64}(?:@| ?[\[(] ?at ?[\])] ?)[\w-]+(?:(?:\.| ?[\[(] ?dot ?[\])] ?)[\w-]+)+"
    rf"|(?<![\w.+%-])[\w.+%-]{{1,64}}(?: ?@ ?| at )(?:{_POST_OFFICES})(?: ?\. ?| dot )[a-z]{{2,3}}(?!\w)",
    re.IGNORECASE,
)

# --- numbers that are nobody's

_AMOUNT = r"\d{1,9}(?:[.,' ]\d{3}(?!\d)){0,4}(?:[.,]\d{1,2}(?!\d)|[.,]-)?"
NOBODYS = lazy_pattern(
    rf"[$£€¥₹] ?{_AMOUNT}|(?<![\d.,])(?:{_AMOUNT})(?: ?(?:[$£€¥₹%]|(?:usd|eur|gbp|chf|inr|rs|kr|zł)\b))"  # prices
    r"|(?<!\d)(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?!\d)"  # dates
    r"|(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d(?![\d.])"
    r"|(?<!\d)20(?:1\d|2\d|3\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?<!\d)(?:[01]?\d|2[0-4])[:.h][0-5]\d(?::[0-5]\d)?(?: ?[ap]\.?m\.?)?(?!\d)"  # times
    r"|(?<!\d)(?:[01]\d|2[0-4])[0-5]0 ?- ?(?:[01]\d|2[0-4])[0-5]0(?!\d)"  # 0800-2000
    r"|(?<!\d)(?:19|20)\d\d(?: ?[-/] ?(?:19|20)?\d\d)?(?!\d)(?! ?\d)"  # years
    r"|(?<![\w.])v?\d{1,3}(?:\.\d{1,3}){2,3}(?:\.[a-z]\w*)?(?![\w-]|\.\d)"  # versions and IP addresses
    r"|(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)"  # 1,000,000
    r"|(?<!\d)\d{1,12} ?(?:million|billion|mio|k|people|customers|followers|hours?|minutes?|days?|stunden|tage)(?!\w)"
    r"|(?<!\d)\d{1,9} ?[kmg]b(?:ps|it/s)?(?!\w)",
    re.IGNORECASE,
)

# --- numbers

DIGITS = lazy_pattern(  # other scripts write no spaces around a number
    r"(?<![A-Za-z\d_])\+?\(?\d(?:[ .\-/_,()]{0,3}\d){6,39}(?![A-Za-z\d_])"
)
CARD_DIGITS = lazy_pattern(rf"(?<!\d)(?<!\d[A-Za-z])\d(?:{_SEPARATED}\d){{12,39}}(?!\d)")
GROUP = lazy_pattern(r"\d+")
IBAN = lazy_pattern(r"(?<![^\W_])[A-Z][ .-]?[A-Z][ .-]?\d[ .-]?\d(?:[ .\-]{0,2}[A-Z0-9]){11,30}", re.IGNORECASE)
_NUMBER_WORD = r"(?:\W{0,3}(?:(?:numbers?|num|no|nr|nummer|id|code|ref(?:erence)?|is|are|was|ist)\b|n[o°]))*\W{0,3}"
SORT_CODE = lazy_pattern(
    rf"\b(?:sort code|bankleitzahl|blz|bsb|routing|aba|clabe|transit){_NUMBER_WORD}"
    r"(?P<code>\d(?:[ .-]?\d){5,17})(?!\w)",
    re.IGNORECASE,
)
_THING = (
    "order|case|booking|reservation|account|customer|member(?:ship)?|tracking|parcel|shipment|consignment|invoice|policy"
    "|reference|ref|confirmation|ticket|passport|licen[cs]e|bestell|auftrags?|kunden|sendungs|buchungs|rechnungs|konto"
    "|commande|r[ée]servation|pedido|reserva|ordine|prenotazione|encomenda|bestelling|zam[óo]wieni[ea]"
)
REFERENCE = lazy_pattern(
    rf"(?<![^\W_])(?:{_THING})[- ]?{_NUMBER_WORD}"
    r"(?P<code>(?=(?:[A-Z/-]*\d){4})[A-Z0-9][A-Z0-9/-]{3,}|\d(?: \d){3,})(?!\w)",
    re.IGNORECASE,
)
TOKEN = lazy_pattern(  # letters and many digits: "TBA566517950000", "PP-006-234-348-863"
    r"(?<![\w./-])(?=[A-Z\d-]*[A-Z])(?P<code>(?=(?:[A-Z]*-?[A-Z]*\d){8})[A-Z0-9]+(?:-[A-Z0-9]+)*)(?![\w-])",
    re.IGNORECASE,
)
CALL = lazy_pattern(
    r"(?:call|phone|tel(?:efon\w*|[ée]fono|ephone)?|mobile|cell|whats ?app|text|ring|reach|handy|anrufen|m[óo]vil)"
    r"\W{1,5}(?:\w+\W{1,5}){0,4}\Z",
    re.IGNORECASE,
)

# --- streets

_PLAIN = r"(?:street|road|avenue|boulevard|blvd|lane)"
_CAPITAL = (
    r"(?:St|Rd|Ave?|Ln|Drive|Dr|Court|Ct|Way|Close|Place|Pl|Square|Sq|Terrace|Crescent|Gardens"
    r"|Highway|Hwy|Parkway|Pkwy)"
)
_HOUSE = r"(?<![\w.,/-])\d{1,5}[A-Za-z]?,? (?:[NSEW]\.? )?"
_NO_NAME = r"(?!(?i:the|of|on|to|in|at|and)\b)"
STREET = lazy_pattern(
    rf"{_HOUSE}(?:{_NO_NAME}[^\W\d][\w'’.-]{{0,30}} ){{1,3}}(?i:{_PLAIN})(?!\w)"
    rf"|{_HOUSE}(?:[A-Z][\w'’.-]{{0,30}} ){{1,3}}{_CAPITAL}(?!\w)"
    r"|(?<!\w)[A-ZÄÖÜ][\w-]{0,40}(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|damm|ufer|straat|laan|plein|gracht|kade)"
    r" ?\d{1,4} ?[a-z]?(?!\w)"
    r"|(?<!\w)(?:[A-ZÄÖÜ][\w-]{1,30} ){1,2}(?:Stra(?:ß|ss)e|Str\.|Weg|Platz|Allee|Ring|Damm) \d{1,4} ?[a-z]?(?!\w)"
    r"|(?<![\w.])\d{1,4},?(?: (?:bis|ter),?)? (?i:rue|avenue|boulevard|place|chemin|impasse|all[ée]e|quai)"
    r" (?:de |du |des |la |l['’]){0,3}[A-ZÀ-Þ]"
    r"|(?<!\w)(?:Calle|C/|Avenida|Avda\.|Paseo|Via|Viale|Piazza|Corso|Rua|ul\.)"
    r" ?(?:de |del |della |la |las |los ){0,3}[A-ZÀ-Þ][\w'’ .-]{1,30}?,? (?:n[º°.]? ?)?\d{1,4}(?!\w)"
    r"|(?<![\w-])(?:GIR 0AA|[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2})(?![\w-])"  # a British postcode
)
