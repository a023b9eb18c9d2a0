"""Facts from a full verification of the audit trail."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.domain.audit.trail import TrailHead, TrailProof, TrailSeal
from bot.gateways.findings import Finding, bad, ok

_NOT_OURS = "The seal of the audit trail was changed or taken away by somebody without the desk's key."
_READ = "`heard doctor --trail` reads every line."
_KEEP = "Keep the database as it is, and look who could write it. See docs/trail.md."


def of_trail(proof: TrailProof) -> list[Finding]:
    """Return the findings about the audit trail after a full verification."""
    if proof.whole:
        return [ok(f"The audit trail is whole: {proof.sealed}.{_last_told(proof)}")]
    broken = [f"The audit trail of {chain} does not add up." for chain in proof.broken]
    return [bad(one, _KEEP) for one in (*broken, *_beside_the_seal(proof))]


def of_seal(seal: TrailSeal) -> list[Finding]:
    """Return the findings about the seal of the audit trail, and how to verify its lines."""
    if not seal.genuine:
        return [bad(f"{_NOT_OURS} {_READ}", _KEEP)]
    if seal.shrunk and seal.told:
        return [bad(f"{_less(seal.told)} {_READ}", _KEEP)]
    return [ok(f"The audit trail is sealed by this desk: {seal.sealed}.{_last_told(seal)} {_READ}")]


def _beside_the_seal(proof: TrailProof) -> Iterator[str]:
    if not proof.genuine:
        yield _NOT_OURS
    if proof.chains != proof.sealed.chains:
        gone = f" Numbers without a case: {_listed(proof.missing)}." if proof.missing else ""
        yield f"The audit trail has {proof.chains:,} chains, and {proof.sealed.chains:,} were sealed.{gone}"
    if proof.lines != proof.sealed.lines:
        yield f"The audit trail has {proof.lines:,} lines, and {proof.sealed.lines:,} were sealed."
    elif not proof.adds_up:
        yield "The lines of the audit trail are not those that were sealed."
    if proof.shrunk and proof.told:
        yield _less(proof.told)


def _less(told: tuple[date, TrailHead]) -> str:
    return f"There is less than was told before: {told[0].day} {told[0]:%B %Y}, {told[1]}."


def _last_told(proof: TrailProof | TrailSeal) -> str:
    if proof.told is None:
        return ""
    day, head = proof.told
    return f" Last told in the leads' channel, of {day.day} {day:%B %Y}: {head}. Compare it there."


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))
