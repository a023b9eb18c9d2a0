"""A synchronous standby beside a test's PostgreSQL, and the failover to it."""

import signal
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from tests.engines import STARTS_WITHIN, Cluster, somebody_else
from tests.person import until

SETTINGS = ("wal_level=replica", "max_wal_senders=4", "hot_standby=on")  # of a server that can have a standby
FIRST, SECOND = 5432, 5433
_IN_STEP = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"


class Standby:
    """The second server of a cluster; from now on its addresses name both."""

    def __init__(self, cluster: Cluster, binaries: Path, *chosen: str) -> None:
        self.cluster, self.promoted = cluster, False
        user = somebody_else()
        who: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        log = (cluster.folder / "standby.log").open("wb")
        common: dict[str, Any] = {"stdout": log, "stderr": log, "stdin": subprocess.DEVNULL, **who}
        common["cwd"], place = cluster.folder, str(cluster.folder / "standby")
        copied = [
            binaries / "pg_basebackup",
            "-h",
            str(cluster.folder),
            "-U",
            "heard",
            "-D",
            place,
            "-R",
            "-c",
            "fast",
        ]
        subprocess.run([*copied, "--no-sync"], check=True, **common)
        mine = ["fsync=off", "listen_addresses=", "synchronous_standby_names=", f"port={SECOND}", *SETTINGS, *chosen]
        command = [binaries / "postgres", "-D", place, "-k", str(cluster.folder), *(f"-c{one}" for one in mine)]
        self.start = partial(subprocess.Popen, command, **common)
        self.server: subprocess.Popen[bytes] = self.start()
        with psycopg.connect(cluster.address(), autocommit=True) as conn:
            conn.execute(b"ALTER SYSTEM SET synchronous_standby_names = '*'")
            conn.execute(b"SELECT pg_reload_conf()")
            until(lambda: conn.execute(_IN_STEP).fetchall(), "the standby is in step")
        cluster.ports = [FIRST, SECOND]

    def fail_over(self) -> None:
        """End the first server at once, for good, and let this one take its place."""
        self.promoted = True
        self.cluster.server.send_signal(signal.SIGKILL)
        self.cluster.server.wait(STARTS_WITHIN)
        self.cluster.server, self.cluster.start = self.server, self.start
        with psycopg.connect(self.cluster.address(), autocommit=True) as conn:
            conn.execute(b"SELECT pg_promote(true, 60)")

    def close(self) -> None:
        """End the server, unless its cluster ends it."""
        if not self.promoted:
            self.server.send_signal(signal.SIGQUIT)
            self.server.wait(STARTS_WITHIN)
