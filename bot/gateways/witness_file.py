"""The witness in the state directory: a small private file, replaced whole."""

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from bot.domain.backups.witness import Witness
from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.durable_files import replace_whole

NAME = "witness.json"


@dataclass(slots=True)
class WitnessFile:
    """The file; what it held when it was written last is not written again."""

    path: Path
    _written: Witness | None = None

    def kept(self) -> Witness | None:
        """Return the witness; None where there is none, or it is not readable."""
        with suppress(OSError, ValueError, TypeError):
            return Witness(**json.loads(self.path.read_text("utf-8")))
        return None

    def keep(self, witness: Witness) -> bool:
        """Write it down, unless it says the same, and return whether it is there.

        A disk that is full or read-only is told of elsewhere.
        """
        if witness == self._written:
            return True
        with suppress(OSError):
            replace_whole(self.path, json.dumps(asdict(witness)).encode())
            self._written = witness
            return True
        return False
