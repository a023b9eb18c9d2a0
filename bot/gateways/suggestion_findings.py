"""Findings on the program that is asked for words, and on what networks demand of replies that begin with them."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from bot.gateways.findings import Finding, ok, warn
from bot.ports.network_kind import network_kind, network_label
from bot.settings import Settings
from bot.settings.health import is_loopback
from bot.settings.suggestions import suggestion_policy

_WORKS = "The desk works without it. Check url, model and SUGGESTIONS_KEY of [suggestions]."


def of_suggestions(settings: Settings, tried: Callable[[Settings], object]) -> Iterator[Finding]:
    """Yield whether the machine answers, where customers' words go, and what each network of ours demands."""
    given, policy = settings.config.suggestions, suggestion_policy(settings.config)
    if given is None or policy is None:
        return
    yield _answers(given.model, lambda: tried(settings))
    host = urlsplit(given.url).hostname or ""
    if not is_loopback(host):
        what = f"Customers' posts are told to {host} when somebody asks for a start or a translation."
        yield warn(what, "Make sure that your agreements on personal data cover it, or use a model of your own.")
    for name in dict.fromkeys(one.network for one in settings.config.accounts):
        yield _demands(name, is_told=name in policy.networks)


def _answers(model: str, tried: Callable[[], object]) -> Finding:
    try:
        tried()
    except Exception as trouble:  # noqa: BLE001 - one check that fails must not hide the others
        return warn(f"{str(trouble) or type(trouble).__name__} It is asked for suggestions.", _WORKS)
    return ok(f"{model} answers when it is asked for words.")


def _demands(network: str, *, is_told: bool) -> Finding:
    kind, label = network_kind(network), network_label(network)
    if kind is None or not kind.machine_replies:
        return ok(f"{label}: no demand on a machine's words is known here; its own terms decide.")
    if kind.approves_machines and is_told:
        remedy = f"Have the approval of {label} in writing, or take it out of networks in [suggestions]."
        return warn(f"{label}: {kind.machine_replies}", remedy)
    left_out = " So the machine is told nothing of it." if not is_told else ""
    return ok(f"{label}: {kind.machine_replies}{left_out}")
