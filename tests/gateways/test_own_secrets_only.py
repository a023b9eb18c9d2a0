"""A call carries the secret of the desk, and nobody else's login from this machine."""

from pathlib import Path

import pytest
import requests

from bot.gateways.networks.wire import WireSession

THERE = "https://crm.northwind.example"


@pytest.mark.parametrize(("carried", "sent"), [({"Authorization": "Bearer ours"}, "Bearer ours"), ({}, None)])
def test_a_login_in_the_users_netrc_never_takes_the_place_of_the_desks_own_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, carried: dict[str, str], sent: str | None
) -> None:
    (tmp_path / "netrc").write_text("machine crm.northwind.example login tom password another\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    asked = WireSession(THERE, 1).prepare_request(requests.Request("GET", THERE, headers=carried))
    assert asked.headers.get("Authorization") == sent
