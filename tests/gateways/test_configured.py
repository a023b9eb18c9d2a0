"""Each account is built with its own secrets, also where two are on one network."""

from pathlib import Path

from bot.gateways.networks.configured import networks
from bot.settings import load

CONFIG = """
[desk]
brand = "Northwind"
[slack]
channel = "C0CARE0001"
leads_channel = "C0CARELEA1"
[people]
approvers = ["U0BEN00001", "U0CARO0001"]
[[accounts]]
network = "street"
handle = "northwind"
id = "22"
[[accounts]]
network = "street"
handle = "northwind_help"
id = "23"
secrets = "SUPPORT"
"""


def test_two_accounts_on_one_network_have_a_token_each(tmp_path: Path) -> None:
    path = tmp_path / "heard.toml"
    path.write_text(CONFIG)
    path.chmod(0o600)
    env = {
        "SLACK_BOT_TOKEN": "xoxb-one",
        "SLACK_APP_TOKEN": "xapp-one",
        "STREET_API_URL": "http://127.0.0.1:9/s",
        "STREET_TOKEN": "of-the-brand",
        "STREET_TOKEN__SUPPORT": "of-support",
    }
    found = networks(load(path, env))
    tokens = {
        account: one._network._session.headers["Authorization"]  # type: ignore[attr-defined]
        for (name, account), one in found.items()
        if name == "street"
    }
    assert tokens == {"22": "Bearer of-the-brand", "23": "Bearer of-support"}
