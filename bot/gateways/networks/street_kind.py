"""Declares the rehearsal's own network as a kind of network."""

from bot.domain.accounts.holds import SEPARATE
from bot.ports.network import KnowsItself
from bot.ports.network_kind import AccountGiven, Address, NeededSecret, NetworkKind

_TOKEN = NeededSecret("STREET_TOKEN", "the rehearsal, outside of which this network does not exist")


def _build(given: AccountGiven) -> KnowsItself:
    from bot.gateways.networks.street import StreetNetwork  # noqa: PLC0415 - only when it is configured

    token = given.secrets[_TOKEN.name]
    within = {} if given.within is None else {"timeout": given.within}
    return StreetNetwork(account=given.id, handle=given.handle, token=token, api_url=given.api_url, **within)


KIND = NetworkKind(
    name="street",
    label="Street",
    build=_build,
    id_pattern=r"\d{1,20}",
    id_is="the account's number, of up to 20 digits",
    description="exists in a rehearsal only",
    secrets=(_TOKEN,),
    address=Address(
        name="STREET_API_URL", remedy="`heard rehearse` sets it; the network street exists nowhere else."
    ),
    private_answers=True,
    reports_deletions=True,
    budgets=SEPARATE,
    answers_itself=True,
    stand_in="bot.rehearsal.stand_ins:street",
    rehearsal_only=True,
)
