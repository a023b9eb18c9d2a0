"""Writes proofs as files: the last line holds the digest of all bytes before it. See docs/proof.md."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO

from bot.ports.proofs import Proofs
from bot.services.audit.proof import prove_case, whole_trail
from bot.services.audit.statement_proof import prove_statement


def write_case(store: Proofs, case_id: int, now: datetime) -> bytes:
    """Return the file that proves a case, one JSON document; raise Unknown or NotUsable."""
    return _sealed(prove_case(store, case_id, now))


def write_statement(store: Proofs, number: int, now: datetime) -> bytes:
    """Return the file that proves a statement, one JSON document; raise Unknown or NotUsable."""
    return _sealed(prove_statement(store, number, now))


def _sealed(document: Mapping[str, object]) -> bytes:
    said = json.dumps(document, indent=1)
    before = f"{said[:-2]},\n".encode()
    return before + f' "sha256": "{sha256(before).hexdigest()}"}}\n'.encode()


def write_trail(store: Proofs, file: BinaryIO, now: datetime) -> str:
    """Write the file of the whole trail, one JSON object a line; return the head of the whole."""
    found, head = sha256(), ""
    for document in whole_trail(store, now):
        line = _line(document)
        found.update(line)
        file.write(line)
        head = str(document.get("head", ""))
    file.write(_line({"sha256": found.hexdigest()}))
    return head


def _line(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"
