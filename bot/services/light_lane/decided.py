"""Says who decided about a light mention before somebody else could."""

from collections.abc import Mapping

from bot.domain.base.refusals import Outdated, Unknown
from bot.domain.light_lane.light_mention import LightMention, LightState
from bot.ports import Desk


def known(desk: Desk, mention_id: int) -> LightMention:
    """Return a light mention; raise Unknown."""
    light = desk.store.light(mention_id)
    if light is None:
        raise Unknown("That mention is not known here.")
    return light


def decided(desk: Desk, mention_id: int) -> Outdated:
    """Return the refusal that says who was faster, and what they decided."""
    light = known(desk, mention_id)
    if light.by == "author" and light.case_id:
        return Outdated(f"Its author wrote again, so this one is on case {light.case_id} now.")
    case = f" as case {light.case_id}" if light.case_id else ""
    return Outdated(f"{_who(light)} {_DID[light.state]}{case} already.")


def _who(light: LightMention) -> str:
    if light.by in _NOBODY:
        return _NOBODY[light.by]
    return f"<@{light.by}>"


_NOBODY = {"desk": "The desk", "author": "The author", "": "Somebody"}
_DID: Mapping[LightState, str] = {
    LightState.WAITING: "put this one back",
    LightState.LIKING: "likes this one",
    LightState.LIKED: "liked this one",
    LightState.SET_ASIDE: "set this one aside",
    LightState.OPENED: "opened this one",
}
