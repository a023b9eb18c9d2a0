"""Patterns that the desk recognises in a draft: gaps, mentions, links, requests, clichés."""

import re

from bot.domain.base.lazy_pattern import lazy_pattern


def _any(*phrases: str) -> re.Pattern[str]:
    return lazy_pattern(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)


# Names of template fields, in the languages that templates are written in.
_FIELD = (
    "(?:first|last|full|user|sur|customer|agent|brand|company|product)?[ _-]?name|handle|salutation|order|number"
    "|amount|date|time|day|link|url|agent|brand|company|product|city|e-?mail|phone|address|ref(?:erence)?|ticket|case|signature"
    "|(?:vor|nach|kunden)?name|(?:bestell|auftrags|kunden)?nummer|datum|betrag|firma|anrede|pr[ée]nom|nom|num[ée]ro"
    "|nombre|apellidos?|n[úu]mero|fecha|pedido|empresa|enlace|nome|sobrenome|data|ligação"
)
_FIELDS = rf"(?:[\w-]*[ _.-])?(?:{_FIELD})(?:[ _.-]?[\w-]*)?"
_UPPER = "A-ZÀ-ÖØ-Þ"
GAP = lazy_pattern(
    r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|\[%.*?%\]"  # a template's own marks
    r"|[$#]?\{!?[A-Za-z_][\w .:-]{0,40}\}|\{\d{1,2}\}"  # {name}, ${name}, {!Contact.Name}, {1}
    rf"|\[\[?(?![{_UPPER}0-9 !/-]+\])(?!sic\])[^\W\d_]+(?:[ _.'’/-][^\W_]+){{0,8}}[.?…]?\]\]?"  # [by when]
    rf"|\[\[?(?i:{_FIELDS})\]\]?|\[(?:X+|x{{2,}}|\.{{2,}}|…)\]"  # [FIRST NAME], but not [UPDATE]
    r"|(?<![\w%])%%?[A-Za-z_][\w.-]{0,40}%%?(?!\w)"  # %FIRSTNAME%, %%name%%
    r"|(?<![\w%])%(?:\d\$)?[sd]\b|%\([\w.]+\)[sd]"  # %s, %1$s, %(name)s
    rf"|[«‹](?:[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*|\w+_\w+|(?i:{_FIELD}))[»›]"  # «FirstName», but not « Bonjour »
    r"|\*\|[\w:. -]{1,40}\|\*|\$[A-Z_]{2,}\$|(?<!\w)([#@~])\1[A-Za-z_]\w*\1{2}"  # *|FNAME|*, $NAME$, ##NAME##
    r"|(?<!\w)__[A-Za-z][\w ]*__(?!\w)|<<[^\W\d_][\w .-]{0,40}>>|</?[^\W\d_][\w .-]{0,40}>|_{3,}",  # <name>, ___
    re.DOTALL,
)
EMOJI_CODE = lazy_pattern(r"(?<![\w:/]):(?=[\w+'-]*[a-z])[a-z0-9_+'-]{2,60}:(?![\w/])")  # :tada:, not 12:30:00
MENTION = lazy_pattern(r"(?<![A-Za-z0-9_/])[@＠]([A-Za-z0-9_](?:[\w.-]*\w)?(?:@[\w.-]*\w)?)", re.ASCII)
LINK = lazy_pattern(  # also without a scheme: networks make links of those
    r"https?://\S+|(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?-i:[a-z]{2,24})(?![\w@])(?:/\S*)?",
    re.IGNORECASE,
)
SENTENCE_END = lazy_pattern(r"(?<=[.!?…])[\"')\]]*\s+|\n+")
INITIALS = lazy_pattern(r"\s*\^\s?\w{1,4}\s*\Z")

# --- private details, asked for

_NUMBERED = "order|account|booking|customer|tracking|phone|mobile|policy|reference|card"
_DETAIL = (
    rf"(?:{_NUMBERED}) ?(?:number|no|ref|reference|id)",
    "(?:bestell|kunden|buchungs|telefon|konto)nummer",
    "e-?mail(?: address)?|e-?mail-?adresse",
    "(?:home |delivery |postal )?address|adresse|postcode|zip code",
    "date of birth|geburtsdatum|bank details|iban|(?:last )?four digits",
)
_SECRET = (
    "(?<!digits of your )(?<!digits of the )card (?:number|details)|(?:kredit)?kartennummer",
    "password|passcode|passwort|kennwort|pin|cvv|cvc|security code|prüfnummer",
)
_THEIRS = r"(?:your|deine?[nr]?|ihre?n?)\s+(?:\w+\s+){0,2}?"
ASK = _any(
    r"(?<!no )need(?! to\b)|send|share|give|get|tell|dm|message|provide|confirm|post|reply with|ask|drop|pop",
    "what['’]?s|what (?:is|was)|(?:could|can|may) (?:i|we) have|let (?:me|us) (?:have|know)",
    "schick(?:e|en|t)?|send(?:e|en|et)|brauchen?|benötigen?|nennen?|gib|geben?|verraten?",
)
NEGATED = lazy_pattern(
    r"(?:\b(?:never|not|no need to|niemals|nie)|n['’]t)(?: (?:ever|please|need to|to))*\s*\Z", re.IGNORECASE
)
NO_LONGER_ASKING = _any("you|once|when|that|if|never|not|nicht|nie|keine?n?", "do(?=n['’]t)")
PRIVATE_DETAIL = _any(rf"(?:{_THEIRS}|the\s+(?=(?:{_NUMBERED})\s|last four))(?P<what>{'|'.join(_DETAIL)})")
SECRET = _any(rf"(?:{_THEIRS}|the\s+)(?P<what>{'|'.join(_SECRET)})")
IN_PRIVATE = _any(r"private(?:ly)?|dms?|direct message|pm|privat\w*|direktnachricht|persönliche nachricht")
# Private ways to write to us, as our replies name them.
PRIVATE_WAY = _any(
    "(?:private|direct|personal) (?:message|msg|chat|reply|answer|conversation)s?|in private",
    "privately|in confidence|dms?|pms?|inbox us|(?:send|drop|write|shoot) (?:us|me) a (?:quick )?(?:message|note)",
    "message us|message me",
    r"privatnachricht|direktnachricht|(?:als|per|in) pn|privat(?:e|en|er)? (?:nachricht|schreib\w*|an uns)",
    r"persönliche nachricht|(?:schreib\w*|schick\w*) (?:uns|mir|sie uns|sie mir|es uns) (?:\w+ )?privat",
    "en priv[ée]|messages? priv[ée]s?|en mp|por (?:privado|dm|mensaje directo)|mensajes? (?:privados?|directos?)",
    "in privato|messaggi[o]? privat[oi]|mensage(?:m|ns) privadas?|mensage(?:m|ns) diretas?|priv[ée]bericht",
)

# --- what reads like a form letter

CLICHE = _any(
    "(?:sorry|apologi[sz]e|apologies|regret) (?:for|about) (?:any|the|this) (?:inconvenience|frustration|confusion)",
    "any inconvenience|inconvenience (?:caused|this (?:may|might) have)|sorry (?:that )?you feel",
    "please be (?:advised|informed|assured)|rest assured|kindly|as per|at this time|at your earliest convenience",
    r"your (?:feedback|opinion|call|comment|business) is (?:\w+ )?important|valued customers?|we value your",
    "(?:thank you|thanks) for (?:reaching out|contacting us|bringing this to our attention)|reach out to us",
    "take (?:this|these matters|all feedback) (?:very )?seriously|we appreciate your (?:patience|feedback)",
    "(?:unable|not able) to assist|further assist(?:ance)?|(?:do not|don['’]t) hesitate|dm us",
    "unannehmlichkeiten|wir bitten um (?:ihr )?verständnis|ihre zufriedenheit",
)
