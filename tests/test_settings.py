"""heard.toml and the secrets: valid files, and the text of every fault."""

import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.light_lane.light_mention import Way
from bot.domain.replies.solo import Lane
from bot.domain.team.people import Roster
from bot.domain.team.skills import Skill
from bot.domain.triage.triage import Kind
from bot.ports import Route, Turnaround
from bot.ports.network_kind import network_kinds
from bot.settings import Fault, Settings, SettingsFaults, load
from bot.settings.lines import Lines
from bot.settings.model import Config, Section
from bot.settings.reread import reread
from bot.settings.secrets import in_reach, secret_names

ROOT = Path(__file__).parents[1]
LEAST = """
[desk]
brand = "Northwind"

[slack]
channel = "C0CARE0001"
leads_channel = "C0CARELEA1"

[people]
approvers = ["U0BEN00001", "U0CARO0001"]
"""
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-canary-bot", "SLACK_APP_TOKEN": "xapp-canary-app"}
X_SECRETS = {
    "X_CONSUMER_KEY": "canary-key",
    "X_CONSUMER_SECRET": "canary-secret",
    "X_ACCESS_TOKEN": "canary-token",
    "X_ACCESS_TOKEN_SECRET": "canary-token-secret",
}
MODE_BITS = pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")


def written(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    path = tmp_path / "heard.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def loaded(tmp_path: Path, text: str = LEAST, env: dict[str, str] | None = None) -> Settings:
    return load(written(tmp_path, text), TOKENS if env is None else env)


def faults(tmp_path: Path, text: str = LEAST, env: dict[str, str] | None = None, mode: int = 0o600) -> list[Fault]:
    with pytest.raises(SettingsFaults) as raised:
        load(written(tmp_path, text, mode), TOKENS if env is None else env)
    return raised.value.faults


def only(found: list[Fault]) -> Fault:
    assert len(found) == 1, found
    return found[0]


def test_the_least_that_is_needed_is_enough(tmp_path):
    settings = loaded(tmp_path)
    policy = settings.policy()
    assert policy.brand == "Northwind"
    assert policy.turnarounds == (Turnaround(within=timedelta(hours=1)),)
    assert policy.hours.is_open(datetime(2026, 12, 25, 3, tzinfo=UTC))
    assert (policy.four_eyes, policy.sends) == (True, True)
    assert settings.state_dir == tmp_path / "state"
    assert settings.database == str(tmp_path / "state" / "heard.db")
    assert (settings.slack_api_url, settings.network_api_urls["X_API_URL"]) == (
        "https://slack.com/api/",
        "https://api.x.com",
    )


def test_every_section_reaches_the_policy(tmp_path):
    text = LEAST.replace('brand = "Northwind"', 'brand = "Northwind"\nzone = "Europe/London"\nsends = false') + (
        'leads = ["U0CARO0001"]\nteam = ["S0CARETEAM"]\nfour_eyes = false\n'
        '[[accounts]]\nnetwork = "x"\nhandle = "@northwind"\nid = "22"\n'
        '[[routes]]\nwords = ["refund"]\npriority = "high"\ntopic = "billing"\nchannel = "C0CAREBIL1"\n'
        '[[routes]]\nlanguages = ["de"]\n'
        '[hours]\nmon = ["09:00-12:30", "13:30-17:00"]\nsun = "always"\nclosed = [2026-12-25]\n'
        '[[turnaround]]\nwithin = "30m"\npriority = "urgent"\n'
    )
    settings = loaded(tmp_path, text, TOKENS | X_SECRETS)
    policy = settings.policy()
    assert policy.roster == Roster(
        approvers=frozenset({"U0BEN00001", "U0CARO0001"}),
        leads=frozenset({"U0CARO0001"}),
        team=frozenset({"S0CARETEAM"}),
        readers=frozenset({"U0BEN00001", "U0CARO0001", "S0CARETEAM"}),
    )
    assert policy.routes == (
        Route(channel="C0CAREBIL1", words=("refund",), topic="billing", priority="high"),
        Route(channel="C0CARE0001", languages=frozenset({"de"})),
    )
    assert policy.turnarounds == (
        Turnaround(within=timedelta(minutes=30), priority="urgent"),
        Turnaround(within=timedelta(hours=1)),
    )
    assert dict(policy.hours.periods) == {
        0: ((540, 750), (810, 1020)), 1: (), 2: (), 3: (), 4: (), 5: (), 6: ((0, 1440),),
    }  # fmt: skip
    assert (policy.hours.zone.key, policy.hours.closed) == ("Europe/London", frozenset({date(2026, 12, 25)}))
    assert (policy.sends, policy.four_eyes) == (False, False)
    assert settings.channels == ("C0CARE0001", "C0CARELEA1", "C0CAREBIL1")


def test_every_fault_is_named_at_once_with_its_line(tmp_path):
    text = (
        '[desk]\nbrnad = "Northwind"\nzone = "Europe/Lndon"\nsends = "yes"\n'
        '[slack]\nchannel = "care"\nleads_channel = "C0CARELEA1"\nmode = "carrier"\n'
        '[people]\napprovers = [\n  "U0BEN00001",\n  "ben",\n]\n'
        '[[routes]]\nwords = ["refund"]\n[[routes]]\npriority = "top"\n'
        '[hours]\nmon = ["09:00-12:30", "12:00-13:00"]\ntue = ["17:00-09:00"]\nwed = "late"\nclosed = ["someday"]\n'
        '[[turnaround]]\nwithin = "soon"\n'
    )
    found = faults(tmp_path, text, {})
    assert [(one.line, one.where) for one in found] == [
        (1, "desk.brand"),
        (2, "desk.brnad"),
        (3, "desk.zone"),
        (4, "desk.sends"),
        (6, "slack.channel"),
        (8, "slack.mode"),
        (12, "people.approvers[2]"),
        (17, "routes[2].priority"),
        (19, "hours.mon"),
        (20, "hours.tue"),
        (21, "hours.wed"),
        (22, "hours.closed[1]"),
        (24, "turnaround[1].within"),
        (None, "SLACK_APP_TOKEN"),
        (None, "SLACK_BOT_TOKEN"),
    ]
    assert all(one.what.endswith(".") and one.remedy for one in found)


def test_a_misspelt_key_is_answered_with_the_key_that_was_meant(tmp_path):
    found = only(faults(tmp_path, LEAST + "four_eye = true\n"))
    assert (found.what, found.remedy) == ("There is no setting four_eye here.", "Did you mean four_eyes?")


def test_a_misspelt_section_is_answered_with_the_section_that_was_meant(tmp_path):
    found = only(faults(tmp_path, LEAST + '[[turnarounds]]\nwithin = "1h"\n'))
    assert (found.line, found.remedy) == (11, "Did you mean turnaround?")


def test_a_token_in_the_file_is_sent_to_where_tokens_belong(tmp_path):
    found = only(faults(tmp_path, LEAST.replace("[people]", 'bot_token = "xoxb-canary"\n[people]')))
    assert found.what == "Secrets do not belong in this file (bot_token)."
    assert "canary" not in str(found)


def test_a_token_pasted_into_the_wrong_key_is_not_repeated(tmp_path):
    found = only(faults(tmp_path, LEAST.replace("C0CARE0001", "xoxb-canary-pasted")))
    assert found.where == "slack.channel"
    assert "canary" not in str(found)


@MODE_BITS
def test_a_token_in_a_file_that_others_can_read_is_a_fault(tmp_path):
    found = only(faults(tmp_path, LEAST + "# xoxb-canary-token\n", mode=0o644))
    assert (found.line, found.where) == (11, "heard.toml")
    loaded(tmp_path, LEAST + "# xoxb-canary-token\n")


def test_broken_toml_is_named_by_its_line(tmp_path):
    found = only(faults(tmp_path, LEAST + "[hours\n"))
    assert (found.line, found.where) == (11, "heard.toml")
    assert "(at line" not in found.what


def test_a_missing_file_names_the_command_that_writes_one(tmp_path):
    with pytest.raises(SettingsFaults) as raised:
        load(tmp_path / "heard.toml", TOKENS)
    assert "heard init" in only(raised.value.faults).remedy


def test_an_empty_list_of_approvers_is_a_fault(tmp_path):
    found = only(faults(tmp_path, re.sub(r"approvers = .*", "approvers = []", LEAST)))
    assert found.what == "Nobody is named here, so no reply could ever go out."


def test_an_account_needs_its_secrets(tmp_path):
    text = LEAST + '[[accounts]]\nnetwork = "x"\nhandle = "northwind"\nid = "22"\n'
    assert [one.where for one in faults(tmp_path, text)] == sorted(X_SECRETS)
    loaded(tmp_path, text, TOKENS | X_SECRETS)


STREET = '[[accounts]]\nnetwork = "street"\nhandle = "northwind"\nid = "22"\n'
ON_STREET = {"STREET_TOKEN": "canary-street", "STREET_API_URL": "http://127.0.0.1:8030/s"}


def test_the_rehearsals_own_network_needs_its_token_and_its_address_and_nothing_of_x(tmp_path):
    assert [one.where for one in faults(tmp_path, LEAST + STREET)] == sorted(ON_STREET)
    settings = loaded(tmp_path, LEAST + STREET, TOKENS | ON_STREET)
    assert settings.network_api_urls["STREET_API_URL"] == ON_STREET["STREET_API_URL"]
    assert settings.secrets.by_name()["STREET_TOKEN"] == ON_STREET["STREET_TOKEN"]
    assert "canary-street" in settings.secrets.values()


def test_both_networks_can_stand_beside_each_other(tmp_path):
    both = LEAST + STREET + STREET.replace("street", "x")
    assert [one.network for one in loaded(tmp_path, both, TOKENS | X_SECRETS | ON_STREET).config.accounts] == [
        "street",
        "x",
    ]
    assert {one.where for one in faults(tmp_path, both)} == {*X_SECRETS, *ON_STREET}


def test_a_reload_keeps_the_street(tmp_path):
    settings = loaded(tmp_path, LEAST + STREET, TOKENS | ON_STREET)
    fresh = reread(settings)
    assert (fresh.network_api_urls, fresh.secrets) == (settings.network_api_urls, settings.secrets)


def test_a_streets_address_that_would_show_the_token_is_a_fault(tmp_path):
    env = TOKENS | ON_STREET | {"STREET_API_URL": "http://street.example/s"}
    assert only(faults(tmp_path, LEAST + STREET, env)).where == "STREET_API_URL"


def test_http_needs_the_signing_secret_and_no_app_token(tmp_path):
    text = LEAST.replace("[slack]", '[slack]\nmode = "http"')
    found = only(faults(tmp_path, text, {"SLACK_BOT_TOKEN": "xoxb-canary"}))
    assert found.where == "SLACK_SIGNING_SECRET"
    loaded(tmp_path, text, {"SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_SIGNING_SECRET": "canary"})


def test_tokens_that_were_swapped_are_noticed(tmp_path):
    swapped = {"SLACK_BOT_TOKEN": "xapp-canary", "SLACK_APP_TOKEN": "xoxb-canary"}
    found = faults(tmp_path, env=swapped)
    assert [one.where for one in found] == ["SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"]
    assert "canary" not in str(found)


def secret_file(tmp_path: Path, mode: int = 0o600, content: str = "xoxb-from-a-file\n") -> dict[str, str]:
    path = tmp_path / "bot-token"
    path.write_text(content)
    path.chmod(mode)
    return {"SLACK_BOT_TOKEN_FILE": str(path), "SLACK_APP_TOKEN": "xapp-canary"}


def test_a_secret_may_live_in_a_file_of_its_own(tmp_path):
    settings = loaded(tmp_path, env=secret_file(tmp_path))
    assert settings.secrets.slack_bot_token.get_secret_value() == "xoxb-from-a-file"


@MODE_BITS
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o666])
def test_a_secret_file_that_others_can_read_is_a_fault(tmp_path, mode):
    found = only(faults(tmp_path, env=secret_file(tmp_path, mode)))
    assert (found.where, found.remedy) == ("SLACK_BOT_TOKEN_FILE", f"chmod 600 {tmp_path / 'bot-token'}")
    assert f"{mode:04o}" in found.what


def test_a_secret_file_that_is_missing_or_empty_is_one_fault(tmp_path):
    gone = TOKENS | {"SLACK_BOT_TOKEN": "", "SLACK_BOT_TOKEN_FILE": str(tmp_path / "nowhere")}
    assert only(faults(tmp_path, env=gone)).where == "SLACK_BOT_TOKEN_FILE"
    assert "is empty" in only(faults(tmp_path, env=secret_file(tmp_path, content="\n"))).what


def test_a_secret_given_twice_is_a_fault(tmp_path):
    twice = secret_file(tmp_path) | {"SLACK_BOT_TOKEN": "xoxb-canary"}
    assert only(faults(tmp_path, env=twice)).remedy == "Keep one of them."


def test_nothing_that_is_printed_shows_a_secret(tmp_path):
    settings = loaded(tmp_path, env=TOKENS | X_SECRETS)
    shown = f"{settings} {settings!r} {settings.secrets!r} {vars(settings.config)}"
    assert "canary" not in shown
    assert set(settings.secrets.values()) == set((TOKENS | X_SECRETS).values())


def test_base_addresses_come_from_the_environment(tmp_path):
    env = TOKENS | {"SLACK_API_URL": "http://127.0.0.1:8999/api/", "X_API_URL": "http://localhost:9000"}
    settings = loaded(tmp_path, env=env)
    assert settings.slack_api_url == "http://127.0.0.1:8999/api/"
    assert settings.network_api_urls["X_API_URL"] == "http://localhost:9000"


@pytest.mark.parametrize("address", ["http://slack.example/api/", "slack.example", "ftp://127.0.0.1/"])
def test_an_address_that_would_show_the_tokens_is_a_fault(tmp_path, address):
    assert only(faults(tmp_path, env=TOKENS | {"SLACK_API_URL": address})).where == "SLACK_API_URL"


@pytest.mark.parametrize(
    ("written_as", "means"),
    [('["22:00-24:00"]', ((1320, 1440),)), ('"08:00-20:00"', ((480, 1200),)), ('"closed"', ()), ("[]", ())],
)
def test_hours_can_be_written_in_these_ways(tmp_path, written_as, means):
    text = LEAST + f'[hours]\nzone = "Asia/Tokyo"\nmon = "always"\nsat = {written_as}\n'
    hours = loaded(tmp_path, text).policy().hours
    assert (hours.periods[5], hours.zone.key) == (means, "Asia/Tokyo")


@pytest.mark.parametrize("period", ["9-17", "09:60-10:00", "25:00-26:00", "10:00-10:00", "24:00-24:00", ""])
def test_a_period_that_is_none_is_a_fault(tmp_path, period):
    assert only(faults(tmp_path, LEAST + f'[hours]\nmon = ["{period}"]\n')).where == "hours.mon"


def test_hours_that_never_open_are_a_fault(tmp_path):
    found = only(faults(tmp_path, LEAST + '[hours]\nzone = "UTC"\n'))
    assert (found.line, found.where) == (11, "hours")


@pytest.mark.parametrize("word", ["*", "", " ", "!!"])
def test_a_routing_word_that_would_fit_everything_or_nothing_is_a_fault(tmp_path, word):
    assert only(faults(tmp_path, LEAST + f'[[routes]]\nwords = ["{word}"]\n')).where == "routes[1].words[1]"


def test_networks_languages_and_hosts_are_taken_in_small_letters(tmp_path):
    text = LEAST.replace("[slack]", 'allowed_links = ["Help.Northwind.example"]\n[slack]')
    policy = loaded(tmp_path, text + '[[routes]]\nnetworks = ["X"]\nlanguages = ["EN"]\n').policy()
    assert (policy.routes[0].networks, policy.routes[0].languages) == ({"x"}, {"en"})
    assert policy.allowed_links == {"help.northwind.example"}


def test_what_we_publish_and_the_countries_of_phone_numbers_are_read(tmp_path):
    text = LEAST + '[replies]\npublished = ["+44 20 7946 0100"]\nphone_countries = ["IE"]\n'
    policy = loaded(tmp_path, text).policy()
    assert (policy.own_numbers, policy.phone_countries) == ({"+44 20 7946 0100"}, ("IE",))
    found = only(faults(tmp_path, text.replace("IE", "ie")))
    assert (found.line, found.what) == (13, "“ie” is not a country's code.")


def test_two_turnarounds_for_the_same_cases_are_a_fault(tmp_path):
    found = only(faults(tmp_path, LEAST + '[[turnaround]]\nwithin = "1h"\n[[turnaround]]\nwithin = "2h"\n'))
    assert (found.line, found.where) == (13, "turnaround[2]")


def rules(*named):
    return "".join(f"[[turnaround]]\n{one}\n" for one in named)


def test_every_kind_of_promise_has_rules_of_its_own(tmp_path):
    text = LEAST + rules('within = "2h"', 'within = "2d"\nkind = "resolution"\nchannel = "C0CAREBIL1"')
    assert loaded(tmp_path, text).policy().turnarounds == (
        Turnaround(within=timedelta(hours=2)),
        Turnaround(within=timedelta(days=2), kind="resolution", channel="C0CAREBIL1"),
    )


def test_a_case_that_two_rules_fit_equally_well_is_a_fault_until_a_third_decides(tmp_path):
    both = ('within = "1h"\nnetwork = "x"', 'within = "15m"\npriority = "urgent"')
    found = only(faults(tmp_path, LEAST + rules(*both)))
    assert (found.line, found.where) == (14, "turnaround[2]")
    assert 'network = "x" and priority = "urgent"' in found.remedy
    decided = rules(*both, 'within = "10m"\nnetwork = "x"\npriority = "urgent"')
    assert len(loaded(tmp_path, LEAST + decided).policy().turnarounds) == 4


@pytest.mark.parametrize(
    "other", ['kind = "resolution"', 'network = "bluesky"', 'network = "bluesky"\nkind = "first_response"']
)
def test_rules_that_never_meet_are_no_rivals(tmp_path, other):
    named = ('within = "1h"\nnetwork = "x"', f'within = "15m"\n{other}')
    assert len(loaded(tmp_path, LEAST + rules(*named)).policy().turnarounds) == 3


def test_a_promise_longer_than_the_desk_is_open_in_a_year_is_a_fault(tmp_path):
    text = LEAST + '[hours]\nmon = ["09:00-10:00"]\n' + rules('within = "52h"', 'within = "53h"\nnetwork = "x"')
    found = only(faults(tmp_path, text))
    assert (found.where, found.remedy[:12]) == ("turnaround[2]", "Promise less")
    assert only(faults(tmp_path, LEAST + rules('within = "365d"'))).where == "turnaround[1]"


def test_public_holidays_close_the_desk(tmp_path):
    text = LEAST + '[hours]\nmon = "always"\nholidays = "{}"\nclosed = [2027-02-01]\n'
    berlin = loaded(tmp_path, text.format("DE-BE")).policy().hours.closed
    assert {date(2027, 3, 8), date(2027, 10, 3), date(2027, 2, 1)} <= berlin
    assert date(2027, 3, 8) not in loaded(tmp_path, text.format("de")).policy().hours.closed


@pytest.mark.parametrize("place", ["Atlantis", "DE-XX", "XX"])
def test_a_place_without_known_holidays_is_a_fault(tmp_path, place):
    found = only(faults(tmp_path, LEAST + f'[hours]\nmon = "always"\nholidays = "{place}"\n'))
    assert (found.line, found.where) == (13, "hours.holidays")
    assert "DE-BE" in found.remedy


ONE = '[[accounts]]\nnetwork = "x"\nhandle = "@Northwind"\nid = "22"\n'
OTHER = '[[accounts]]\nnetwork = "x"\nhandle = "northwind_help"\nid = "23"\nname = "support"\n'
OF_SUPPORT = {f"{name}__SUPPORT": "canary-support" for name in X_SECRETS}


def test_a_further_account_on_one_network_needs_secrets_of_its_own(tmp_path):
    found = only(faults(tmp_path, LEAST + ONE + OTHER, TOKENS | X_SECRETS))
    assert (found.line, found.where) == (15, "accounts[2]")
    assert "__SUPPORT" in found.remedy
    both = LEAST + ONE + OTHER + 'secrets = "SUPPORT"\n'
    assert {one.where for one in faults(tmp_path, both, TOKENS | X_SECRETS)} == set(OF_SUPPORT)
    settings = loaded(tmp_path, both, TOKENS | X_SECRETS | OF_SUPPORT)
    assert settings.secrets.by_name()["X_ACCESS_TOKEN__SUPPORT"] == "canary-support"
    assert "canary-support" in in_reach(OF_SUPPORT)
    assert [(one.name, one.approvers) for one in settings.policy().accounts.values()] == [
        ("northwind", frozenset()),
        ("support", frozenset()),
    ]


def test_the_same_account_twice_is_a_fault(tmp_path):
    again = ONE + 'secrets = "SUPPORT"\n'
    found = only(faults(tmp_path, LEAST + ONE + again, TOKENS | X_SECRETS | OF_SUPPORT))
    assert (found.where, found.what) == ("accounts[2]", "This account is here twice.")


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ('[[routes]]\naccounts = ["suport"]\n', "routes[1].accounts[1]", "There is no account “suport”."),
        (
            '[[turnaround]]\nwithin = "1h"\naccount = "suport"\n',
            "turnaround[1].account",
            "There is no account “suport”.",
        ),
        ('secrets = "support"\n', "accounts[1].secrets", "“support” is no ending of a name."),
        ('approvers = ["U0STRANGER1"]\n', "accounts[1].approvers[1]", "U0STRANGER1 is not among people.approvers."),
    ],
)
def test_what_names_no_account_or_no_approver_is_a_fault(tmp_path, text, where, what):
    found = only(faults(tmp_path, LEAST + OTHER + text, TOKENS | X_SECRETS))
    assert (found.where, found.what) == (where, what)


SHIFT = '[[shifts]]\ndays = ["mon", "tue"]\nhours = ["09:00-17:00"]\npeople = ["U0CARO0001"]\n'


@pytest.mark.parametrize(
    ("was", "instead", "what", "line"),
    [
        ('"mon", "tue"', '"mon", "funday"', "There is no weekday “funday”.", 12),
        ('["mon", "tue"]', "[]", "This is empty, so the shift would never run.", 12),
        ("09:00-17:00", "17:00-09:00", "“17:00-09:00” does not end after it begins, within one day.", 13),
        ("U0CARO0001", "caro", "“caro” does not look like a Slack user id or user group id.", 14),
    ],
)
def test_a_shift_that_cannot_be_is_refused_on_its_line(tmp_path, was, instead, what, line):
    found = only(faults(tmp_path, LEAST + SHIFT.replace(was, instead), TOKENS))
    assert (found.line, found.what) == (line, what)


def test_nobody_is_in_two_shifts_at_once(tmp_path):
    other = SHIFT.replace("09:00-17:00", "16:00-20:00").replace('"mon", ', "")
    found = only(faults(tmp_path, LEAST + SHIFT + other, TOKENS))
    assert (found.line, found.where) == (15, "shifts[2]")
    assert "U0CARO0001 is in shifts[1] too" in found.what


def test_shifts_that_meet_in_summer_only_are_refused_too(tmp_path):
    other = '[[shifts]]\ndays = ["mon"]\nhours = ["16:30-17:00"]\npeople = ["U0CARO0001"]\nzone = "Europe/London"\n'
    assert only(faults(tmp_path, LEAST + SHIFT.replace("17:00", "16:00") + other, TOKENS)).where == "shifts[2]"


LADDER = "[ladder]\nbackup = 110\nlead = 150\nchannel = 200\n"
LEADS = 'leads = ["U0CARO0001"]\n'


@pytest.mark.parametrize(
    ("text", "where", "line", "what"),
    [
        ("[ladder]\n", "ladder", 11, "This ladder ends in nobody."),
        (LADDER, "ladder.lead", 13, "Nobody leads, so this step asks nobody."),
        (
            LEADS + LADDER.replace("110", "100"),
            "ladder.backup",
            13,
            "100 does not come after 100, the step before it.",
        ),
        (
            LEADS + LADDER.replace("200", "120"),
            "ladder.channel",
            15,
            "120 does not come after 150, the step before it.",
        ),
        ("[nags]\nat_most = 0\n", "nags.at_most", 12, "0 is too few."),
    ],
)
def test_a_ladder_or_nags_that_cannot_be_are_refused_on_their_line(tmp_path, text, where, line, what):
    found = only(faults(tmp_path, LEAST + text, TOKENS))
    assert (found.where, found.line, found.what) == (where, line, what)
    assert found.remedy


def test_without_a_ladder_the_usual_steps_are_climbed_and_no_lead_is_made_up(tmp_path):
    assert [level for level, _ in loaded(tmp_path).policy().reminders.ladder] == [110, 200]
    assert [level for level, _ in loaded(tmp_path, LEAST + LEADS).policy().reminders.ladder] == [110, 150, 200]
    assert [
        level for level, _ in loaded(tmp_path, LEAST + "[ladder]\nchannel = 130\n").policy().reminders.ladder
    ] == [130]


ALONE = '[[routes]]\nwords = ["refund"]\ntopic = "Billing"\n'


def test_the_topics_of_two_people_are_those_that_routes_give(tmp_path):
    text = f'{LEAST}{ALONE}[do_not_feed]\ntwo_people = ["billing", "Safety"]\nfor_good = ["spam"]\n'
    rules = loaded(tmp_path, text).policy().do_not_feed
    assert (rules.two_people, rules.for_good) == ({"Billing", "safety"}, {"spam"})
    odd = only(faults(tmp_path, f'{LEAST}{ALONE}[do_not_feed]\ntwo_people = ["parcels"]\n', TOKENS))
    assert (odd.where, odd.what) == (
        "do_not_feed.two_people",
        "No route gives the topic “parcels”, so this would hold for nothing.",
    )


def test_lanes_are_closed_until_leads_open_them(tmp_path):
    assert loaded(tmp_path).policy().solo == ()
    text = f'{LEAST}{LEADS}{ALONE}[[alone]]\nlanes = ["template"]\n[[alone]]\ntopics = ["billing"]\nlanes = []\n'
    general, billing = loaded(tmp_path, text).policy().solo
    assert (general.lanes, general.topics) == ({Lane.TEMPLATE}, frozenset())
    assert (billing.lanes, billing.topics) == (frozenset(), {"billing"})


@pytest.mark.parametrize(
    ("text", "where", "line", "what"),
    [
        (
            LEADS + '[[alone]]\nlanes = ["template", "nobody"]\n',
            "alone[1].lanes[2]",
            13,
            "This value is not known here.",
        ),
        (LEADS + '[[alone]]\ntopics = ["billing"]\n', "alone[1].lanes", 12, "lanes is missing."),
        (
            '[[alone]]\nlanes = ["reason"]\n',
            "alone[1]",
            11,
            "Nobody leads, so nobody would read what goes out this way.",
        ),
        (
            LEADS + "[[alone]]\nlanes = []\n[[alone]]\nlanes = []\n",
            "alone[2]",
            14,
            "alone[1] is for every topic that no other section names too.",
        ),
        (
            LEADS
            + ALONE
            + '[[alone]]\nlanes = []\ntopics = ["billing"]\n[[alone]]\nlanes = []\ntopics = ["BILLING"]\n',
            "alone[2]",
            18,
            "alone[1] is for the topic “billing” too.",
        ),
        (
            LEADS + ALONE + '[[alone]]\nlanes = []\ntopics = ["biling"]\n',
            "alone[1].topics",
            17,
            "No route gives the topic “biling”, so this would hold for nothing.",
        ),
    ],
)
def test_lanes_that_cannot_be_are_refused_on_their_line(tmp_path, text, where, line, what):
    found = only(faults(tmp_path, LEAST + text, TOKENS))
    assert (found.where, found.line, found.what) == (where, line, what)
    assert found.remedy


def test_lines_are_found_in_every_way_toml_can_be_written():
    text = 'a.b = 1\n[ t ] # note\n"quoted key" = 2\n[[r]]\nk = 1\n[[r]]\nk = [\n  "x",\n  "y"\n]\n[r.deep]\nz = 1\n'
    lines = Lines(text)
    assert [
        lines.of(("a", "b")),
        lines.of(("t", "quoted key")),
        lines.of(("t", "missing")),
        lines.of(("r", 1, "k", 1), "y"),
        lines.of(("nowhere",)),
    ] == [1, 3, 2, 9, None]


def documented() -> dict[str, str]:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    section, found = "", {}
    for line in text.splitlines():
        if line.startswith("## "):
            heading = re.match(r"## `\[+(\w+)\]+`", line)
            section = heading[1] if heading else ""
        elif section and (row := re.match(r"\| `(\w+)` \| .+? \| (.+) \|$", line)):
            found[f"{section}.{row[1]}"] = row[2]
    return found


def modelled() -> dict[str, str]:
    found = {}
    for name, field in Config.model_fields.items():
        kinds = [field.annotation, *getattr(field.annotation, "__args__", ())]
        model = next(one for one in kinds if isinstance(one, type) and issubclass(one, Section))
        found |= {f"{name}.{key}": inner.description for key, inner in model.model_fields.items()}
    return found


def test_the_documented_keys_and_meanings_are_those_there_are():
    assert documented() == modelled()


def test_every_secret_and_address_is_documented():
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    addresses = [one.address.name for one in network_kinds().values() if one.address]
    for name in (*secret_names(), "SLACK_API_URL", *addresses):
        assert f"`{name}`" in text


def test_the_example_loads_without_a_fault(tmp_path):
    example = (ROOT / "heard.example.toml").read_text(encoding="utf-8")
    assert loaded(tmp_path, example, TOKENS | X_SECRETS).desk.brand == "Northwind"


def test_a_lapse_waits_only_where_a_rule_says_so(tmp_path):
    assert not loaded(tmp_path).policy().reminders.lapse_waits
    assert loaded(tmp_path, LEAST + "[nags]\nlapse_waits = true\n").policy().reminders.lapse_waits


SKILL = '[[skills]]\npeople = ["U0CARO0001", "S0GERMANS1"]\nlanguages = ["en", "DE"]\ntopics = ["billing"]\n'
BILLING = '[[routes]]\nwords = ["refund"]\ntopic = "billing"\n'


def test_skills_and_whether_cases_are_given_out_are_read(tmp_path):
    assert (loaded(tmp_path).policy().skills, loaded(tmp_path).policy().gives_out) == ((), False)
    policy = loaded(tmp_path, LEAST + BILLING + SKILL + '[assignment]\nmode = "load"\n').policy()
    people = frozenset({"U0CARO0001", "S0GERMANS1"})
    assert policy.skills == (Skill(people=people, languages=frozenset({"en", "de"}), topics=frozenset({"billing"})),)
    assert policy.gives_out


@pytest.mark.parametrize("left_out", ['languages = ["en", "DE"]\n', 'topics = ["billing"]\n'])
def test_skills_may_name_languages_or_topics_alone(tmp_path, left_out):
    assert len(loaded(tmp_path, LEAST + BILLING + SKILL.replace(left_out, "")).policy().skills) == 1


@pytest.mark.parametrize(
    ("was", "instead", "what", "line"),
    [
        ('["U0CARO0001", "S0GERMANS1"]', "[]", "Nobody is named here.", 15),
        ('["billing"]', '["biling"]', "No route gives the topic “biling”.", 17),
        (SKILL[SKILL.index("languages") :], "", "This says neither which languages nor which topics.", 14),
    ],
)
def test_skills_that_say_nothing_or_cannot_be_are_refused_on_their_line(tmp_path, was, instead, what, line):
    found = only(faults(tmp_path, LEAST + BILLING + SKILL.replace(was, instead), TOKENS))
    assert (found.line, found.what) == (line, what)
    assert found.remedy


def test_the_light_lane_is_read_with_what_holds_where_nothing_is_said(tmp_path):
    usual = loaded(tmp_path).policy().light
    assert [usual.way(kind) for kind in (Kind.PRAISE, Kind.THANKS, Kind.CHATTER)] == [
        Way.SET_ASIDE,
        Way.WAIT,
        Way.WAIT,
    ]
    assert usual.after == timedelta(hours=1)
    lane = '[light_lane]\npraise = "wait"\nthanks = "case"\nchatter = "set aside"\nafter = "90m"\n'
    said = loaded(tmp_path, LEAST + lane).policy().light
    assert [said.way(kind) for kind in (Kind.PRAISE, Kind.THANKS, Kind.CHATTER)] == [
        Way.WAIT,
        Way.CASE,
        Way.SET_ASIDE,
    ]
    assert said.after == timedelta(minutes=90)


@pytest.mark.parametrize("key", ["praise", "thanks", "chatter", "after"])
@pytest.mark.parametrize("value", ['"never"', '""', "7", "true"])
def test_what_the_light_lane_does_not_know_is_a_fault_that_names_its_key(tmp_path, key, value):
    assert f"light_lane.{key}" in str(only(faults(tmp_path, f"{LEAST}[light_lane]\n{key} = {value}\n")))


WEBHOOK = '[[accounts]]\nnetwork = "webhook"\nhandle = "northwind"\nid = "forum"\n'
SHARED = TOKENS | {"WEBHOOK_SECRET": "s" * 64}


def test_a_tool_that_pushes_posts_needs_the_port_for_webhooks(tmp_path):
    found = only(faults(tmp_path, LEAST + WEBHOOK, SHARED))
    assert (found.where, found.remedy) == ("accounts[1]", "Add a section [webhooks]; it may be empty.")
    section = loaded(tmp_path, LEAST + WEBHOOK + "[webhooks]\n", SHARED).config.webhooks
    assert (section.host, section.port) == ("127.0.0.1", 3001)


def test_no_port_is_open_for_nothing(tmp_path):
    assert only(faults(tmp_path, LEAST + "[webhooks]\n")).where == "webhooks"
    assert loaded(tmp_path).config.webhooks is None


def test_monitoring_listens_only_where_it_is_configured_and_on_this_machine(tmp_path):
    assert loaded(tmp_path).config.health is None
    section = loaded(tmp_path, LEAST + "[health]\n").config.health
    assert (section.host, section.port) == ("127.0.0.1", 3002)


def test_monitoring_shares_no_port(tmp_path):
    text = LEAST.replace("[slack]", '[slack]\nmode = "http"\nport = 3002') + "[health]\n"
    assert only(faults(tmp_path, text, TOKENS | {"SLACK_SIGNING_SECRET": "s"})).where == "health.port"
    text = LEAST + WEBHOOK + "[webhooks]\nport = 3002\n[health]\n"
    assert only(faults(tmp_path, text, SHARED)).where == "health.port"


def test_webhooks_and_slack_do_not_share_a_port(tmp_path):
    text = LEAST.replace("[slack]", '[slack]\nmode = "http"\nport = 3001') + WEBHOOK + "[webhooks]\n"
    assert only(faults(tmp_path, text, SHARED | {"SLACK_SIGNING_SECRET": "s"})).where == "webhooks.port"


def test_all_that_is_wrong_with_a_webhook_account_is_said_at_once(tmp_path):
    text = (
        LEAST
        + WEBHOOK.replace("forum", "My Forum")
        + 'options = { receiver = "http://forum.example", longest = "0" }\n'
    )
    found = faults(tmp_path, text + "[webhooks]\nport = 0\n", TOKENS)
    assert [one.where for one in found] == [
        "accounts[1].id",
        "accounts[1].options",
        "webhooks.port",
        "WEBHOOK_SECRET",
    ]
    assert "receiver: This would send replies in plain sight" in found[1].what


def test_walls_between_brands_are_refused_with_what_to_do_instead(tmp_path):
    assert not loaded(tmp_path, LEAST + "[walls]\nbetween_brands = false\n").config.walls.between_brands
    found = only(faults(tmp_path, LEAST + "[walls]\nbetween_brands = true\n"))
    assert (found.line, found.where) == (12, "walls.between_brands")
    assert "a desk for each brand" in found.remedy


def test_the_day_on_which_a_token_ends_begins_in_the_desks_zone(tmp_path):
    text = LEAST.replace('brand = "Northwind"', 'brand = "Northwind"\nzone = "Europe/Berlin"') + OTHER
    settings = loaded(tmp_path, text + "token_until = 2027-01-20\n", TOKENS | X_SECRETS)
    assert settings.policy().token_until("x", "23") == datetime(2027, 1, 19, 23, tzinfo=UTC)
    assert settings.policy().token_until("x", "24") is None
