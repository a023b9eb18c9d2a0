"""The meaning of X's refusals: by the type and reason of the problem, then by its code, and by its words last."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.domain.accounts.holds import Limit
from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.networks.answers import RefusedCall, json_object
from bot.gateways.outside import objects, text_or_empty


@dataclass(frozen=True, slots=True, kw_only=True)
class XRefusal:
    """The meaning of a refusal: the sentence for people, and what it says about our account and about the reply."""

    why: str
    limit: Limit = Limit.NONE
    by_hand: bool = False
    maybe_public: bool = False  # the words were posted before: perhaps by the call before this one


_CREDIT = XRefusal(
    why="X says our developer account has no credit left. Whoever pays for it can add credit there.",
    limit=Limit.SHUT,
)
_KEYS = XRefusal(why="X does not accept our keys. Whoever runs Heard can check the four X secrets.", limit=Limit.SHUT)
_LOCKED = XRefusal(
    why="X has locked our account. Whoever owns it can sign in on x.com and follow what X asks there.",
    limit=Limit.SHUT,
)
_SUSPENDED = XRefusal(
    why="X has suspended our account. Whoever owns it can appeal to X; until then nothing can be posted.",
    limit=Limit.SHUT,
)
_NOT_ENROLLED = XRefusal(
    why="X says our app has no plan that allows this. Whoever pays for it can choose one in X's console.",
    limit=Limit.CAP,
)
_RIGHTS = "X does not let our app do this. Whoever runs Heard can look at the app's rights in X's developer console."
_NO_RIGHTS = XRefusal(why=_RIGHTS, limit=Limit.CAP)
_FORBIDDEN = XRefusal(why=_RIGHTS)
_DAILY = XRefusal(why="X takes no more posts of our account today.", limit=Limit.PACE)
_DUPLICATE = XRefusal(why="X says these words were already posted, so they may be out.", maybe_public=True)
_NOT_SUMMONED = XRefusal(
    why="X lets an app answer only those who named or quoted us. A person can answer by hand.", by_hand=True
)
_CLOSED = XRefusal(
    why="The author lets only some people reply to this post. A person can look, and answer by hand if they may.",
    by_hand=True,
)
_MACHINE = XRefusal(why="X takes this for the work of a machine. A person can answer by hand.", by_hand=True)
_PROTECTED = XRefusal(why="The author has protected their posts, so our account cannot answer them on X.")
_BLOCKED = XRefusal(why="The author has blocked our account, so no reply of ours reaches them on X.")
_HIDDEN = XRefusal(why="The post we answer was deleted, or is hidden from us.")
_TOO_LONG = XRefusal(why="X finds these words too long. Please shorten them, and submit the draft again.")

_BY_TYPE: Mapping[str, XRefusal] = {
    "credits": _CREDIT,
    "client-forbidden": _NO_RIGHTS,
    "oauth1-permissions": _NO_RIGHTS,
    "unsupported-authentication": _NO_RIGHTS,
    "not-authorized-for-resource": _PROTECTED,
    "resource-not-found": _HIDDEN,
}
_BY_CODE: Mapping[int, XRefusal] = {
    32: _KEYS,
    64: _SUSPENDED,
    89: _KEYS,
    136: _BLOCKED,
    179: _PROTECTED,
    185: _DAILY,
    186: _TOO_LONG,
    187: _DUPLICATE,
    226: _MACHINE,
    261: _NO_RIGHTS,
    326: _LOCKED,
    385: _HIDDEN,
    433: _CLOSED,
}
# Signs in the text of a refusal that has no type of its own, each more certain than those after it.
_BY_WORDS: tuple[tuple[str, XRefusal], ...] = (
    ("duplicate", _DUPLICATE),
    ("your account is suspended", _SUSPENDED),
    ("temporarily locked", _LOCKED),
    ("account has been locked", _LOCKED),
    ("deleted or not visible", _HIDDEN),
    ("been mentioned", _NOT_SUMMONED),
    ("otherwise engaged", _NOT_SUMMONED),
    ("restricted who can reply", _CLOSED),
    ("replies to this", _CLOSED),
    ("reply to this", _CLOSED),
    ("this reply", _CLOSED),
    ("been blocked", _BLOCKED),
    ("are blocked", _BLOCKED),
    ("protected", _PROTECTED),
    ("daily status update limit", _DAILY),
    ("oauth1 app permissions", _NO_RIGHTS),
    ("too long", _TOO_LONG),
    ("a bit shorter", _TOO_LONG),
)
_NO_MESSAGES = 93  # the app may not see private messages
_NOT_TAKEN = XRefusal(
    why=(
        "This person's settings on X let our account send them no private message. "
        "If they wrote in public, too, they can be answered there."
    )
)
_ENCRYPTED = XRefusal(why="This conversation is encrypted on X. Somebody can answer it in X's own app.", by_hand=True)
_MESSAGE_BY_CODE: Mapping[int, XRefusal] = {149: _NOT_TAKEN, 150: _NOT_TAKEN, 349: _NOT_TAKEN, 476: _NOT_TAKEN}
_MESSAGE_BY_WORDS = (
    ("encrypted", _ENCRYPTED),
    ("permission to dm", _NOT_TAKEN),
    ("operation is not permitted", _NOT_TAKEN),
    ("cannot send messages", _NOT_TAKEN),
    ("not verified to send message", _NOT_TAKEN),
)
_PERIODS = {"daily": "for today", "monthly": "for this month"}
_OF_STATUS: Mapping[int, XRefusal] = {401: _KEYS, 402: _CREDIT, 403: _FORBIDDEN}


def x_refusal(refused: RefusedCall) -> XRefusal | None:
    """Return what X's answer says about a refusal; None: no more than its status does."""
    problems = list(_problems(refused))
    for read in (_of_the_plan, _by_type, _by_code):
        if said := next((found for one in problems if (found := read(one))), None):
            return said
    return _by_words(_texts(problems)) or _OF_STATUS.get(refused.status)


def says_gone(refused: RefusedCall) -> bool:
    """Return whether X itself says that there is no such post, and no page of something in between."""
    said = json_object(refused.body)
    return refused.status == 404 and refused.whole and any(said.get(one) for one in ("title", "detail", "errors"))


def is_duplicate(refused: RefusedCall) -> bool:
    """Return whether X refused a text because it was posted already."""
    return refused.status == 403 and refused.whole and x_refusal(refused) is _DUPLICATE


def is_about_rights(refused: RefusedCall) -> bool:
    """Return whether X refused something since our app, or its tokens, may not do it."""
    said = x_refusal(refused)
    codes = {one.get("code") for one in _problems(refused)}
    return _NO_MESSAGES in codes or said in {_NO_RIGHTS, _FORBIDDEN}


def message_refusal(refused: RefusedCall) -> XRefusal | None:
    """Return why X does not take a private message to this person; None where it does not say so."""
    problems = list(_problems(refused))
    codes = [one.get("code") for one in problems]
    text = _texts(problems)
    by_code = next((said for code, said in _MESSAGE_BY_CODE.items() if code in codes), None)
    return by_code or next((said for sign, said in _MESSAGE_BY_WORDS if sign in text), None)


def _problems(refused: RefusedCall) -> Iterator[Mapping[str, Any]]:
    said = json_object(refused.body)
    yield said
    yield from objects(said, "errors")


def _of_the_plan(one: Mapping[str, Any]) -> XRefusal | None:
    kind, title = _kind(one), text_or_empty(one, "title")
    if kind == "usage-capped" or title == "UsageCapExceeded":
        period = _PERIODS.get(text_or_empty(one, "period").casefold(), "for now")
        why = f"X says our app has used up what its plan allows {period}. "
        return XRefusal(why=f"{why}Whoever pays for it can raise that in X's console.", limit=Limit.CAP)
    if text_or_empty(one, "reason").endswith("not-enrolled"):
        return _NOT_ENROLLED
    return _CREDIT if title == "CreditsDepleted" else None


def _by_type(one: Mapping[str, Any]) -> XRefusal | None:
    return _BY_TYPE.get(_kind(one))


def _by_code(one: Mapping[str, Any]) -> XRefusal | None:
    code = one.get("code")
    return _BY_CODE.get(code) if isinstance(code, int) else None


def _kind(one: Mapping[str, Any]) -> str:
    return text_or_empty(one, "type").rpartition("/")[2]


def _texts(problems: Sequence[Mapping[str, Any]]) -> str:
    return " ".join(text_or_empty(one, name) for one in problems for name in ("detail", "message")).casefold()


def _by_words(text: str) -> XRefusal | None:
    return next((said for sign, said in _BY_WORDS if sign in text), None)
