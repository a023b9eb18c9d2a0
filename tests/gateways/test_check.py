"""`heard check`: its findings about a desk, worst first, and their remedies."""

import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.base.refusals import Refusal
from bot.domain.mentions.connection import Connection
from bot.domain.mentions.stream_pace import StreamEnd
from bot.domain.team.swaps import Swap, SwapState
from bot.gateways.check import Finding, Level, Probes, as_json, as_text, exit_code, run_checks
from bot.gateways.manifest import SCOPES
from bot.gateways.templates import ReplyTemplates
from bot.ports import NetworkTrouble
from bot.ports.pushes import StreamEnded
from bot.ports.schema import CannotCompare, Differs, NotSetUpYet, SchemaFault
from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.serve import ServedWorkspace
from bot.rehearsal.workspace.workspace import Workspace
from tests.gateways.scripted import Scripted, no

MODE_BITS = pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")
GOOD = f"""
[desk]
brand = "Northwind"

[slack]
channel = "{cast.CARE}"
leads_channel = "{cast.LEADS}"

[people]
approvers = ["{cast.APPROVERS}"]
leads = ["{cast.CARO}"]

[[accounts]]
network = "x"
handle = "@northwind"
id = "22"
"""
X_SECRETS = dict.fromkeys(
    ("X_CONSUMER_KEY", "X_CONSUMER_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET"), "canary"
)


@pytest.fixture(scope="module")
def served():
    with ServedWorkspace(Workspace(scopes=SCOPES, limits=False)) as slack:
        yield slack


@pytest.fixture
def workspace(served):
    """Yield the workspace without faults, restored after each test."""
    yield served.workspace
    arrange = served.workspace.arrange
    arrange.app(scopes=set(SCOPES), has_groups=True)
    arrange.channel(cast.CARE, is_archived=False, is_ext_shared=False, members={cast.ANA, cast.BEN, cast.BOT_USER})
    arrange.group(cast.APPROVERS, users=[cast.BEN, cast.CARO], is_disabled=False)
    arrange.person(cast.CARO, deleted=False)


@pytest.fixture
def check(served, tmp_path, workspace):
    """Return a function that checks a desk with valid settings and secrets, with a test's changes."""
    (tmp_path / "state").mkdir(mode=0o700)

    def run(
        text: str = GOOD,
        *,
        url: str = served.api_url,
        now: datetime | None = None,
        probes: Probes | None = None,
        mode: int = 0o600,
        **env: str,
    ) -> list[Finding]:
        path = tmp_path / "heard.toml"
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        usual = {
            "SLACK_BOT_TOKEN": cast.BOT_TOKEN,
            "SLACK_APP_TOKEN": cast.APP_TOKEN,
            "SLACK_API_URL": url,
            **X_SECRETS,
        }
        return run_checks(path, usual | env, now=now or datetime.now(UTC), probes=probes or Probes())

    return run


def troubles(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(one.level.value, one.what) for one in findings if one.level != Level.OK]


def test_a_desk_that_is_in_order_can_run(check):
    findings = check()
    assert troubles(findings) == []
    assert exit_code(findings) == 0
    assert as_text(findings).endswith("The desk can run.")
    assert len(findings) == 13


def test_what_is_wrong_comes_first_and_says_what_to_do(check, workspace):
    workspace.arrange.channel(cast.CARE, is_archived=True)
    findings = check(GOOD.replace("[desk]", "[desk]\nsends = false"))
    assert [one.level for one in findings][:3] == [Level.BAD, Level.WARN, Level.OK]
    assert all(one.remedy for one in findings if one.level != Level.OK)
    assert exit_code(findings) == 1
    assert as_text(findings).startswith("bad   #care is archived.\n      Unarchive it")
    assert as_text(findings).endswith("The desk cannot run yet: 1 thing needs to be put right.")


def test_for_machines_the_facts_are_json(check):
    found = json.loads(as_json(check()))
    assert found["can_run"] is True
    assert set(found["facts"][0]) == {"level", "what", "remedy"}


def test_faults_of_the_file_are_facts_and_the_templates_are_tried_all_the_same(check):
    def broken() -> None:
        raise Refusal("late_delivery.txt, line 3: there is no filter “shout”.")

    findings = check(GOOD.replace(cast.CARE, "care"), probes=Probes(templates=broken))
    assert troubles(findings) == [
        ("bad", "late_delivery.txt, line 3: there is no filter “shout”."),
        ("bad", "slack.channel: “care” does not look like a channel id. (line 6)"),
    ]


def test_what_the_probes_find_is_said_in_their_words(check):
    def refuses(*_: object) -> None:
        raise Refusal("The X keys belong to @southwind, and not to @northwind.")

    def breaks(*_: object) -> None:
        raise OSError

    found = troubles(check(probes=Probes(account=refuses, database=breaks)))
    assert found == [("bad", "OSError"), ("bad", "The X keys belong to @southwind, and not to @northwind.")]


def test_a_database_that_is_as_heard_makes_it_is_one_fact(check):
    findings = check(probes=Probes(schema=lambda _: []))
    assert troubles(findings) == []
    assert "The database's tables, indexes and triggers are as Heard created them." in as_text(findings)


def test_what_differs_in_the_database_is_named_with_what_puts_it_right(check):
    faults = [
        SchemaFault(Differs.MISSING, "index", "cases_owed", "cases", "CREATE INDEX cases_owed ON cases (due_at);"),
        SchemaFault(Differs.CHANGED, "table", "cases"),
        SchemaFault(Differs.UNKNOWN, "trigger", "theirs", "cases"),
        SchemaFault(Differs.UNKNOWN, "view", "waiting"),
    ]
    findings = check(probes=Probes(schema=lambda _: faults))
    assert [(one.level.value, one.what, one.remedy) for one in findings if one.level != Level.OK] == [
        (
            "bad",
            "The database's index cases_owed of the table cases is missing.",
            "Stop the desk, then run in the database: CREATE INDEX cases_owed ON cases (due_at);",
        ),
        (
            "bad",
            "The database's table cases differs from what Heard creates.",
            "Stop the desk, and put back a copy of the database from before it was changed.",
        ),
        (
            "bad",
            "The database's trigger theirs of the table cases was not created by Heard.",
            "Stop the desk, remove it, and check who can change the database.",
        ),
        (
            "warn",
            "The database's view waiting was not created by Heard.",
            "Leave it if you know whose it is.",
        ),
    ]


def test_of_very_many_differences_the_first_are_named_and_the_rest_counted(check):
    faults = [SchemaFault(Differs.MISSING, "table", f"t{number}") for number in range(30)]
    found = troubles(check(probes=Probes(schema=lambda _: faults)))
    assert (len(found), found[-1]) == (11, ("bad", "20 further parts of the database differ."))


def test_before_the_first_start_of_a_version_the_desk_can_run(check):
    def is_older(_: object) -> None:
        raise NotSetUpYet("Start the desk once.")

    found = check(probes=Probes(database=is_older, schema=is_older, shown=is_older, swaps=is_older))
    assert troubles(found) == [("warn", "The database opens, and is not set up for this version yet.")]
    assert exit_code(found) == 0


def test_a_schema_that_cannot_be_compared_is_a_warning_and_one_that_breaks_the_look_is_said(check):
    def may_not(_: object) -> None:
        raise CannotCompare("The role may not.")

    def breaks(_: object) -> None:
        raise OSError

    [(level, what)] = troubles(check(probes=Probes(schema=may_not)))
    assert (level, what) == ("warn", "The database was not compared with what Heard creates: The role may not.")
    assert troubles(check(probes=Probes(schema=breaks))) == [("bad", "OSError")]
    assert troubles(check(probes=Probes(database=breaks, schema=breaks))) == [("bad", "OSError")]


def test_each_account_is_probed_as_configured(check):
    seen = []
    check(
        probes=Probes(
            account=lambda settings, account: seen.append((settings.desk.brand, account.handle, account.id))
        )
    )
    assert seen == [("Northwind", "@northwind", "22")]


def test_a_rule_of_triage_for_networks_without_an_account_is_warned_of(check):
    rule = '[[triage]]\nname = "{0}"\npattern = "{0}"\nkind = "spam"\nnetworks = ["{1}"]\n'
    text = GOOD + rule.format("elsewhere", "street") + rule.format("here", "x")
    assert troubles(check(text)) == [("warn", "The rule “elsewhere” in [[triage]] names no network with an account.")]


@pytest.mark.parametrize(
    ("host", "open_to_others"),
    [
        ("127.0.0.1", False),
        ("::1", False),
        ("localhost", False),
        ("0.0.0.0", True),  # noqa: S104 - it is only read
        ("::", True),
        ("desk.northwind.example", True),
    ],
)
def test_monitoring_that_others_can_reach_is_warned_of(check, host, open_to_others):
    found = troubles(check(f'{GOOD}[health]\nhost = "{host}"\n'))
    assert [level for level, _ in found] == ["warn"] * open_to_others
    assert all(f"at {host} can read the desk's numbers" in said for _, said in found)


def test_a_desk_without_an_account_and_one_that_holds_its_replies_are_warned(check):
    text = GOOD.split("[[accounts]]", maxsplit=1)[0].replace("[desk]", "[desk]\nsends = false")
    assert troubles(check(text)) == [
        ("warn", "Replies are held back: sends is false."),
        ("warn", "No account on a network is configured, so no complaint comes in by itself."),
    ]


@MODE_BITS
def test_files_that_others_can_reach_are_named(check, tmp_path):
    database = tmp_path / "state" / "heard.db-wal"
    database.touch(mode=0o644)
    (tmp_path / "state").chmod(0o750)
    found = [one for one in check(mode=0o664) if one.level == Level.BAD]
    assert [one.remedy for one in found] == [
        f"chmod go-w {tmp_path / 'heard.toml'}",
        f"chmod 700 {tmp_path / 'state'}",
        f"chmod 600 {database}",
    ]


def test_a_token_that_slack_does_not_accept_ends_the_questions(check):
    findings = check(SLACK_BOT_TOKEN="xoxb-canary-revoked")
    assert len(troubles(findings)) == 1
    assert troubles(findings)[0][1].startswith("Slack does not let the desk in (invalid_auth).")
    assert "canary" not in as_text(findings)


def test_slack_being_away_is_one_fact(check):
    with Scripted() as slack:
        slack.will(no("fatal_error", 500))
        assert [one[0] for one in troubles(check(url=slack.url))] == ["bad"]


def test_an_app_token_that_opens_nothing_is_named(check):
    found = troubles(check(SLACK_APP_TOKEN="xapp-canary-wrong"))
    assert found == [("bad", "Slack opens no connection for clicks (invalid_auth).")]


def test_a_second_look_within_a_minute_says_nothing_against_the_app_token(check, workspace):
    """Slack opens few connections a minute, and people who repair heard.toml check often."""
    workspace.add_fault("apps.connections.open", "429", value=30)
    [(level, said)] = troubles(check())
    assert (level, "could not be looked at" in said) == ("warn", True)


def test_a_place_in_which_no_file_can_be_kept_is_named(check, tmp_path):
    (tmp_path / "taken").touch()
    [(level, said)] = troubles(check(GOOD.replace("[desk]", '[desk]\nstate_dir = "taken/state"')))
    assert level == "bad"
    assert said.startswith(f"The desk cannot keep its files in {tmp_path}/taken/state: {tmp_path}/taken is a file.")


def test_missing_and_spare_rights_are_named(check, workspace):
    workspace.arrange.app(scopes=(set(SCOPES) - {"metadata.message:read"}) | {"files:read", "channels:join"})
    assert troubles(check()) == [
        ("bad", "The Slack app lacks metadata.message:read (recognise its own post in that check)."),
        ("warn", "The Slack app has rights that the desk does not use: channels:join, files:read."),
    ]


def test_without_what_can_be_spared_the_desk_runs_and_it_is_named(check, workspace):
    workspace.arrange.app(scopes=set(SCOPES) - {"dnd:read", "files:write"})
    assert troubles(check()) == [
        ("warn", "The Slack app lacks dnd:read (respect do-not-disturb)."),
        ("warn", "The Slack app lacks files:write (send leads a table when they ask for one)."),
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"is_archived": True}, "#care is archived."),
        ({"members": {cast.ANA}}, "Heard is not in #care yet."),
        (
            {"is_ext_shared": True},
            "#care is shared with another company, whose people would see complaints and drafts.",
        ),
    ],
)
def test_a_channel_that_cannot_serve_is_named(check, workspace, changes, says):
    workspace.arrange.channel(cast.CARE, **changes)
    assert troubles(check()) == [("bad", says)]


def test_a_shared_channel_that_is_allowed_is_only_mentioned(check, workspace):
    workspace.arrange.channel(cast.CARE, is_ext_shared=True)
    assert [level for level, _ in troubles(check(GOOD.replace("[slack]", "[slack]\nshared_channels = true")))] == [
        "warn"
    ]


def test_a_channel_that_slack_does_not_know_is_named_also_when_only_a_route_names_it(check):
    found = troubles(check(GOOD + '[[routes]]\nwords = ["refund"]\nchannel = "C0NOWHERE0"\n'))
    assert found == [("bad", "Slack shows no channel C0NOWHERE0 to the desk.")]


def approving(*ids: str) -> str:
    return re.sub(r"approvers = .*", f"approvers = {json.dumps(ids)}", GOOD)


def test_people_who_can_never_approve_are_named_for_what_they_are(check, workspace):
    workspace.arrange.person(cast.CARO, deleted=True)
    everybody = (cast.GUS, cast.STAN, cast.BOT_USER, cast.CARO, "U0NOBODY00")
    assert troubles(check(approving(*everybody))) == [
        ("bad", "Nobody who is named can approve a reply."),
        ("warn", "Gus is named as an approver and is a guest, and guests never approve."),
        ("warn", "Stan is named as an approver and belongs to another workspace."),
        ("warn", "Heard is named as an approver and is an app and not a person."),
        ("warn", "Caro is named as an approver and is deactivated."),
        ("warn", "Slack knows nobody with the id U0NOBODY00, who is named as an approver."),
    ]


def test_a_single_approver_is_a_warning_under_four_eyes_only(check):
    one = approving(cast.BEN)
    what = "Only one person can approve, at any hour, and nobody approves what they wrote themselves."
    assert troubles(check(one)) == [("warn", what)]
    assert troubles(check(one.replace("[people]", "[people]\nfour_eyes = false"))) == []


def test_a_group_counts_only_its_full_members(check, workspace):
    workspace.arrange.group(cast.APPROVERS, users=[cast.BEN, cast.GUS, cast.STAN])
    assert troubles(check())[0] == ("warn", f"The user group {cast.APPROVERS} has 1 member who can approve.")
    workspace.arrange.group(cast.APPROVERS, users=[])
    found = troubles(check())
    assert found[0] == ("bad", "Nobody who is named can approve a reply.")
    assert found[1] == ("warn", f"The user group {cast.APPROVERS} has 0 members who can approve.")


def test_a_group_that_is_disabled_or_cannot_be_read_is_named(check, workspace):
    workspace.arrange.group(cast.APPROVERS, is_disabled=True)
    mixed = approving(cast.APPROVERS, cast.BEN, cast.ANA)
    assert troubles(check(mixed)) == [("warn", f"Slack has no user group {cast.APPROVERS}, or it is disabled.")]
    workspace.arrange.app(has_groups=False)
    assert "This Slack plan has no user groups." in troubles(check(mixed))[0][1]


def test_leads_and_team_that_slack_does_not_know_are_warned(check):
    text = GOOD.replace(f'leads = ["{cast.CARO}"]', 'leads = ["U0NOBODY00"]\nteam = ["S0NOBODY00"]')
    assert troubles(check(text)) == [
        ("warn", "Slack knows no U0NOBODY00, who is named in [people]."),
        ("warn", "Slack knows no S0NOBODY00, who is named in [people]."),
    ]


@pytest.mark.parametrize("off", [timedelta(minutes=3), -timedelta(minutes=3)])
def test_a_clock_that_is_off_is_a_warning(check, off):
    ((level, what),) = troubles(check(now=datetime.now(UTC) + off))
    assert level == "warn"
    assert re.match(r"This machine's clock is 1[678]\d seconds away from Slack's", what)


def test_over_http_no_connection_is_asked_for(check):
    text = GOOD.replace("[slack]", '[slack]\nmode = "http"')
    findings = check(text, SLACK_SIGNING_SECRET="canary", SLACK_APP_TOKEN="")
    assert troubles(findings) == []
    assert not [one for one in findings if "Socket Mode" in one.what]


def test_nothing_that_is_checked_is_written(check, tmp_path):
    before = sorted(path.name for path in Path(tmp_path).rglob("*"))
    check()
    assert sorted(path.name for path in Path(tmp_path).rglob("*")) == sorted([*before, "heard.toml"])


def test_hours_with_fewer_than_two_approvers_are_named(check):
    shifts = f"""
[hours]
mon = ["09:00-17:00"]

[[shifts]]
days = ["mon"]
hours = ["09:00-12:00"]
people = ["{cast.APPROVERS}"]

[[shifts]]
days = ["mon"]
hours = ["12:00-17:00"]
people = ["{cast.BEN}", "{cast.ANA}"]
"""
    [(level, what)] = troubles(check(GOOD + shifts))
    assert (level, what) == ("warn", "Fewer than two people who can approve are on: Mon 12:00-17:00 (1).")
    covered = check(GOOD + shifts.replace("12:00-17:00", "16:00-17:00").replace("09:00-12:00", "09:00-16:00", 1))
    assert "Mon 16:00-17:00 (1)" in troubles(covered)[0][1]
    whole = check(GOOD + shifts.replace(cast.BEN, cast.APPROVERS))
    assert "At every hour of the week two people who can approve are on." in [one.what for one in whole]


def test_nothing_is_counted_where_slack_does_not_know_a_group_of_a_shift(check):
    shifts = """
[[shifts]]
days = ["mon"]
hours = ["09:00-12:00"]
people = ["S0NOSUCH"]
"""
    assert not [what for _, what in troubles(check(GOOD + shifts)) if what.startswith("Fewer than two")]


def test_a_turn_that_was_swapped_counts_for_whoever_took_it(check):
    shifts = f"""
[hours]
mon = ["09:00-17:00"]

[[shifts]]
days = ["mon"]
hours = ["09:00-17:00"]
people = ["{cast.BEN}", "{cast.CARO}"]
"""
    assert troubles(check(GOOD + shifts)) == []
    asked, for_ever = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)
    swap = Swap(asker=cast.BEN, taker=cast.ANA, begins=asked, ends=for_ever, asked_at=asked)
    taken = replace(swap, state=SwapState.ACCEPTED, decided_at=asked)
    [(_, what)] = troubles(check(GOOD + shifts, probes=Probes(swaps=lambda *_: [taken])))
    assert what == "Fewer than two people who can approve are on: Mon 09:00-17:00 (1)."

    def shut(*_: object) -> list[Swap]:
        raise Refusal("The database is of a newer Heard.")

    assert troubles(check(GOOD + shifts, probes=Probes(swaps=shut))) == []


@pytest.mark.parametrize(
    ("many", "more", "level", "said"),
    [
        (
            212,
            "",
            Level.OK,
            "@northwind on X: 212 posts are asked about once a day, whether they were deleted (about $1.06 a day).",
        ),
        (
            1,
            "",
            Level.OK,
            "@northwind on X: 1 post is asked about once a day, whether it was deleted (about $0.005 a day).",
        ),
        (
            1_200,
            "",
            Level.WARN,
            "@northwind on X: 1,200 posts are still shown, and only 500 a day are asked about: each every 3 days.",
        ),
    ],
)
def test_how_many_posts_are_asked_about_and_what_that_costs_is_said(check, many, more, level, said):
    facts = check(GOOD + more, probes=Probes(shown=lambda _: {("x", "22"): many}))
    assert [one.level for one in facts if one.what == said] == [level]


@pytest.mark.parametrize("more", ["", "[deletions]\nask = false\n"])
def test_nothing_is_said_of_posts_that_nobody_is_asked_about(check, more):
    counts = {("x", "22"): 5} if more else {}
    facts = check(GOOD + more, probes=Probes(shown=lambda _: counts))
    assert not [one for one in facts if "asked about" in one.what]


def test_hours_in_which_nobody_reads_a_language_of_a_route_are_named(check):
    text = f"""
[hours]
mon = ["09:00-17:00"]

[[routes]]
languages = ["de", "en"]

[[shifts]]
days = ["mon"]
hours = ["09:00-12:00"]
people = ["{cast.APPROVERS}"]

[[shifts]]
days = ["mon"]
hours = ["12:00-17:00"]
people = ["{cast.BEN}", "{cast.ANA}"]

[[skills]]
people = ["{cast.CARO}"]
languages = ["de", "en"]

[[skills]]
people = ["{cast.BEN}", "{cast.ANA}"]
languages = ["en"]
"""
    assert ("warn", "Nobody who is on reads German (Mon 12:00-17:00).") in troubles(check(GOOD + text))
    everything = text.replace('languages = ["en"]', 'languages = ["en", "de"]')
    assert "somebody who is on reads the languages of the routes" in as_text(check(GOOD + everything))


def test_a_time_zone_that_is_not_known_here_is_named(check, workspace):
    workspace.arrange.person(cast.CARO, tz="America/Newtown")
    try:
        [(level, what)] = troubles(check())
    finally:
        workspace.arrange.person(cast.CARO, tz="Europe/Berlin")
    assert level == "warn"
    assert what.startswith("Slack gives Caro the time zone “America/Newtown”, which is not known here.")


# --- streams -----------------------------------------------------------------------------------------------


class SaysItsState:
    name, accounts = "x", ("22",)

    def __init__(self, state: str | StreamEnded) -> None:
        self._state = state

    def state(self) -> str:
        if isinstance(self._state, StreamEnded):
            raise self._state
        return self._state


def of_streams(findings):
    return [(one.level, one.what) for one in findings if "ew posts" in one.what]


def test_a_network_that_could_tell_of_posts_at_once_is_named_while_it_only_is_read(check):
    assert of_streams(check()) == [
        (
            Level.OK,
            (
                "New posts for @northwind on X come in by reading only, since X_BEARER_TOKEN is not set. "
                "That is enough; docs/x-access.md says how they come in at once."
            ),
        )
    ]


def test_an_account_whose_posts_are_told_at_once_is_named(check):
    stream = SaysItsState("5 of 5 subscriptions are there")
    assert of_streams(check(probes=Probes(streams=lambda _: [stream]))) == [
        (Level.OK, "New posts for @northwind on X are told at once: 5 of 5 subscriptions are there.")
    ]


def test_a_stream_that_cannot_be_had_keeps_no_desk_from_running(check):
    stream = SaysItsState(StreamEnded("X does not accept X_BEARER_TOKEN.", StreamEnd.REFUSED, for_good=True))
    findings = check(probes=Probes(streams=lambda _: [stream]))
    said = (Level.WARN, "X does not tell of new posts by itself: X does not accept X_BEARER_TOKEN.")
    assert (of_streams(findings), exit_code(findings)) == ([said], 0)


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ([cast.APPROVERS], ""),
        ([cast.BEN], "Only one person can let out the replies of “northwind”, and nobody approves what they wrote."),
        ([cast.ANA], "Nobody can let out the replies of “northwind”: none of its approvers may approve."),
    ],
)
def test_an_account_whose_replies_nobody_lets_out_is_named(check, named, says):
    found = [one.what for one in check(f"{GOOD}approvers = {json.dumps(named)}\n", **X_SECRETS)]
    assert [one for one in found if "“northwind”" in one] == ([says] if says else [])


def test_a_template_for_an_account_that_is_not_there_is_named(check, tmp_path):
    folder = tmp_path / "replies"
    folder.mkdir()
    words = "---\ntitle: Help\nuse_when: Always.\naccounts: {}\n---\nWe help.\n"
    for name, account in (("help", "support"), ("sorry", "northwind")):
        (folder / f"{name}.txt").write_text(words.format(account))
    found = check(probes=Probes(templates=lambda: ReplyTemplates.load(folder)), **X_SECRETS)
    assert [one.what for one in found if "names no account" in one.what] == [
        "The template help names no account of yours."
    ]


def test_the_connection_of_an_account_that_answers_is_said(check):
    one = Connection(name="@northwind on X", read_at=datetime.now(UTC) - timedelta(days=2))
    found = check(probes=Probes(account=lambda settings, account: one), **X_SECRETS)
    [said] = [each for each in found if each.what.startswith("@northwind on X: read ")]
    assert (said.level, "behind by 2 days" in said.what) == (Level.WARN, True)


def test_a_part_of_an_account_that_is_out_of_order_is_a_warning_and_not_asked_for_where_nothing_answers(check):
    def refuses(settings, account):
        raise NetworkTrouble("X could not be reached.")

    broken = Probes(part=lambda settings, account: "There is no file of keys.")
    said = "@northwind on X: There is no file of keys."
    assert ("warn", said) in troubles(check(probes=broken, **X_SECRETS))
    assert said not in [one for _, one in troubles(check(probes=replace(broken, account=refuses), **X_SECRETS))]


def test_of_two_accounts_on_one_network_the_one_that_does_not_answer_is_named(check):
    def refuses(settings, account):
        if account.secrets:
            raise NetworkTrouble("X cannot be reached.")

    text = f'{GOOD}[[accounts]]\nnetwork = "x"\nhandle = "northwind_help"\nid = "23"\nsecrets = "SUPPORT"\n'
    env = X_SECRETS | {f"{name}__SUPPORT": "canary" for name in X_SECRETS}
    found = {one.what: one.remedy for one in check(text, probes=Probes(account=refuses), **env)}
    assert "The account @northwind on X answers, and is the one configured." in found
    assert "X_ACCESS_TOKEN__SUPPORT" in found["@northwind_help on X: X cannot be reached."]
