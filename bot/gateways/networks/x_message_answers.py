"""The meaning of X's answers about private messages: what they refuse holds nothing public."""

from bot.domain.accounts.holds import Limit
from bot.gateways.networks.answers import RefusedCall, Trouble
from bot.gateways.networks.x_answers import WINDOW, outcome_after, reading_trouble, wait
from bot.gateways.networks.x_refusals import is_about_rights, message_refusal
from bot.ports.network import NetworkTrouble, NotSent, OutcomeLost

_RIGHTS = (
    "X does not let our app read or send private messages. Whoever runs Heard can set “Read and write and Direct "
    "message” in X's developer console, and make the access tokens again."
)
_PACE = "X takes no more private messages of our account for now. Please send it later."
_SLOWLY = "X asks us to read private messages more slowly."


def message_outcome(refused: RefusedCall) -> NotSent | OutcomeLost:
    """Return the outcome of a private message that X refused."""
    known = outcome_after(refused)
    if not isinstance(known, NotSent) or known.limit == Limit.SHUT:
        return known
    if refused.status == 429 and known.limit == Limit.PACE:
        long = wait(refused.headers) > WINDOW  # the limit of a day must not keep public replies back
        return NotSent(_PACE) if long else known
    if said := message_refusal(refused):
        return NotSent(said.why, by_hand=said.by_hand)
    return NotSent(_RIGHTS) if is_about_rights(refused) else known


def message_trouble(trouble: Trouble) -> NetworkTrouble:
    """Return the NetworkTrouble for private messages that could not be read; posts are read on, unless X is shut."""
    known = reading_trouble(trouble)
    if not isinstance(trouble, RefusedCall) or known.limit == Limit.SHUT:
        return known
    if is_about_rights(trouble):
        return NetworkTrouble(_RIGHTS)
    if known.limit == Limit.PACE:
        return NetworkTrouble(_SLOWLY)  # without a wait, which would hold posts as well; see XWithMessages.met
    return known
