"""What the tests start ends with them, also where they are killed."""

import subprocess
import sys
from pathlib import Path

import pytest

RUN = """
import signal, sys
from pathlib import Path
from tests.children import Child
folder = Path(sys.argv[1])
folder.mkdir()
child = Child([sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"], folder=folder)
signal.pause()
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells when a process began")
def test_after_a_kill_of_the_run_its_processes_end_and_their_folders_go(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUN, str(tmp_path / "cluster")]
    with subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"up\n"
        run.kill()
        assert run.stdout.read() == b"", "every process that writes here has ended"
    assert not (tmp_path / "cluster").exists()
