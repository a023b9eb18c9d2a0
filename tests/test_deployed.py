"""How a desk is installed and kept: the container, the service, the audit of its dependencies, the page on security."""

import configparser
import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bot.settings.secrets import SYSTEMD, read
from handlers.draining import DRAINS_WITHIN

ROOT = Path(__file__).parents[1]


# --- the container ------------------------------------------------------------------------------------------------


def container() -> list[tuple[str, str]]:
    """Return the instructions of the last stage, each with what follows it."""
    text = re.sub(r"\\\n", " ", (ROOT / "deploy/Containerfile").read_text())
    lines = [line.partition(" ") for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    stages = [number for number, (word, *_) in enumerate(lines) if word == "FROM"]
    return [(word, rest) for word, _, rest in lines[stages[-1] :]]


def test_the_container_runs_as_a_user_of_its_own_and_writes_only_to_its_state() -> None:
    said = dict(container())
    user, _, group = said["USER"].partition(":")
    assert (user.isdecimal(), int(user) > 0, int(group) > 0) == (True, True, True)
    assert said["VOLUME"] == said["WORKDIR"] == "/var/lib/heard"
    assert "PYTHONDONTWRITEBYTECODE=1" in said["ENV"]
    words = [word for word, _ in container()]
    assert max(n for n, word in enumerate(words) if word in {"RUN", "COPY", "ADD"}) < words.index("USER")
    assert said["STOPSIGNAL"] == "SIGTERM"
    assert said["ENTRYPOINT"] == '["heard"]'


def test_the_container_is_built_from_the_locks_and_fetches_nothing_else() -> None:
    text = (ROOT / "deploy/Containerfile").read_text()
    installs = [line for line in text.splitlines() if "pip install" in line]
    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert "--no-deps --no-build-isolation --no-index" in installs[1]
    assert re.findall(r"^ADD|curl|wget|apt-get|TOKEN|SECRET", text, re.MULTILINE) == []
    lock = re.search(r"ARG LOCK=(\S+)", text)
    assert lock is not None
    assert "setuptools==" in (ROOT / f"requirements/{lock[1]}.lock").read_text()
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE))
    assert {part for one in copied for part in one.split()} >= {
        "app.py",
        "bot",
        "cli",
        "handlers",
        "storage",
        "templates",
    }


# --- the service --------------------------------------------------------------------------------------------------


class Multiple(dict[str, Any]):
    """Keeps each value of a key that stands there several times."""

    def __setitem__(self, key: str, value: Any) -> None:
        before = self.get(key)
        super().__setitem__(key, [*before, *value] if isinstance(before, list) and isinstance(value, list) else value)


def service() -> dict[str, list[str]]:
    found = configparser.RawConfigParser(dict_type=Multiple, strict=False, empty_lines_in_values=False)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(ROOT / "deploy/heard.service")
    return {key: value.splitlines() for key, value in found["Service"].items()}


HARDENED = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes",
    "PrivateUsers": "yes", "ProtectProc": "invisible", "ProtectKernelTunables": "yes", "ProtectKernelModules": "yes",
    "ProtectKernelLogs": "yes", "ProtectControlGroups": "yes", "ProtectClock": "yes", "ProtectHostname": "yes",
    "LockPersonality": "yes", "MemoryDenyWriteExecute": "yes", "RestrictNamespaces": "yes", "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes", "SystemCallArchitectures": "native", "CapabilityBoundingSet": "", "UMask": "0077", "LimitCORE": "0",
    "StateDirectoryMode": "0700", "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
}  # fmt: skip


def test_the_service_may_do_little_more_than_its_work() -> None:
    found = service()
    assert {name: " ".join(found[name]) for name in HARDENED} == HARDENED
    assert found["User"] == ["heard"]


def test_the_service_waits_for_a_desk_that_drains_and_gives_it_its_secrets_as_files() -> None:
    found = service()
    assert int(found["TimeoutStopSec"][0]) > DRAINS_WITHIN
    assert found["KillSignal"] == ["SIGTERM"]
    loaded = {one.partition(":")[0] for one in found["LoadCredential"]}
    named = dict(one.split("=") for one in found["Environment"])
    assert named == {f"{one.upper()}_FILE": f"%d/{one}" for one in loaded}


def test_a_secret_that_systemd_hands_over_is_taken_whatever_its_mode_says(tmp_path: Path) -> None:
    secret = tmp_path / "slack_bot_token"
    secret.write_text("xoxb-invented")
    secret.chmod(0o440)  # as its access list looks
    env = {"SLACK_BOT_TOKEN_FILE": str(secret)}
    assert "can be read by others" in read(env, ())[1][0].what
    assert read({**env, SYSTEMD: str(tmp_path)}, ())[1] == []
    assert read({**env, SYSTEMD: str(tmp_path.parent)}, ())[1] != []


# --- the audit of the dependencies --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / "requirements/audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SOUND = {"name": "click", "version": "8.3", "vulns": []}
FAULTY = {"name": "jinja2", "version": "3.1", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["3.2"]}]}
UNKNOWN = {"name": "rich", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("known", "must", "said", "code"),
    [
        ([SOUND], True, "No known fault in 1 packages.", 0),
        ([SOUND, FAULTY], False, "jinja2 3.1: PYSEC-2026-1, mended in 3.2", 1),
        ([FAULTY, UNKNOWN], False, "jinja2 3.1: PYSEC-2026-1, mended in 3.2", 1),
        ([SOUND, UNKNOWN], False, "1 of 2 packages were not audited", 0),
        ([SOUND, UNKNOWN], True, "1 of 2 packages were not audited", 1),
        ([], True, "The packages were not audited", 1),
        (None, False, "The packages were not audited", 0),
    ],
)
def test_an_audit_never_says_more_than_it_could_ask(
    audit: ModuleType, known: Any, must: bool, said: str, code: int
) -> None:
    found = audit.verdict(None if known is None else {"dependencies": known}, must=must)
    assert (said in found[0], found[1]) == (True, code)


def test_every_version_in_every_lock_is_asked_about_once(audit: ModuleType) -> None:
    one, two = "a==1 \\\n    --hash=x\nb==1 \\\n    --hash=y\n", "a==2 \\\n    --hash=z\nb==1 \\\n    --hash=y\n"
    found = audit.layers([one, two])
    assert [[entry.split()[0] for entry in layer] for layer in found] == [["a==1", "b==1"], ["a==2"]]
    assert all("--hash=" in entry for layer in found for entry in layer)
    assert {lock.name for lock in audit.LOCKS} >= {"run.lock", "dev.lock", "postgres.lock", "google-play.lock"}


# --- the page on security -----------------------------------------------------------------------------------------

ROW = re.compile(r"^\| (\d+) \|.*\|([^|]*)\|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def security_rows() -> dict[int, list[tuple[str, str]]]:
    page = (ROOT / "SECURITY.md").read_text()
    return {int(number): NAMED.findall(tests) for number, tests in ROW.findall(page)}


def test_every_threat_has_a_row_and_a_test_or_says_that_it_has_none() -> None:
    found = security_rows()
    assert sorted(found) == list(range(1, 38))
    page = (ROOT / "SECURITY.md").read_text()
    bare = {number for number, tests in found.items() if not tests}
    explained = {int(one) for one in re.findall(r"^\| (\d+) \|.*\| none:", page, re.MULTILINE)}
    assert bare == explained


def test_every_test_beside_a_threat_exists() -> None:
    named = {one for tests in security_rows().values() for one in tests}
    texts = {path: (ROOT / path).read_text() if (ROOT / path).exists() else "" for path, _ in named}
    missing = [f"{path}::{name}" for path, name in named if f"def {name or 'test_'}" not in texts[path]]
    assert missing == []
