"""The witness in the state directory: a small private file, replaced whole."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.domain.backups.witness import Witness

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
        part = self.path.with_name(f"{self.path.name}.part")
        with suppress(OSError):
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(json.dumps(asdict(witness)))
            part.replace(self.path)
            self._written = witness
            return True
        return False
