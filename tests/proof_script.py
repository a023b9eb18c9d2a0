"""The script that checks proofs without the desk, `docs/check_proof.py`, as a module."""

import importlib.util
from pathlib import Path

_spec = importlib.util.spec_from_file_location("check_proof", Path(__file__).parents[1] / "docs/check_proof.py")
assert _spec
assert _spec.loader
script = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(script)
