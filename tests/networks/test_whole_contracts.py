"""Every check of each built-in network's contract; `make test` makes a third of the spoiled calls."""

import pytest

from bot.gateways.networks.certify import certify, checks
from bot.ports.network_kind import built_in_kinds, network_kind


@pytest.mark.networks
@pytest.mark.parametrize("name", [kind.name for kind in built_in_kinds()])
def test_a_built_in_network_keeps_its_whole_contract(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gateways.networks.certify.bench.HASTE", 0.3)
    kind = network_kind(name)
    assert kind is not None
    findings = list(certify(kind))
    assert [one for one in findings if one.wrong] == []
    assert [one.check for one in findings] == [one.name for one in checks(kind)]
