"""Asks a person for the few settings without a usable default, and writes a heard.toml that loads."""

import json
import re
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.ports.network_kind import AccountOption, NetworkKind, network_kinds
from bot.settings.complaints import faults_found
from bot.settings.lines import Lines
from bot.settings.values import Channel, Filled, Length, Periods, PersonId, Zone

Ask = Callable[[str, str], str]  # question and usual answer in, answer out

_TEXT = """\
# The configuration of the desk. Every key is explained in docs/configuration.md.
# Secrets never stand here: set SLACK_BOT_TOKEN and the others in the environment.
# `heard check` says whether all is well.

[desk]
brand = {brand}
zone = {zone}
state_dir = "state"  # the desk's own files; private
sends = true  # false: everything works, and no reply goes out

[slack]
mode = "socket"  # needs no public address
channel = {channel}  # where complaints arrive
leads_channel = {leads_channel}  # where the desk speaks about itself

[people]  # Slack user ids (U...) and user group ids (S...)
approvers = {approvers}  # who may let a reply out
leads = {leads}
team = []  # empty: every member of the workspace
four_eyes = true  # whoever wrote a reply never lets it out alone
{account}
[hours]  # promises count only this time
{hours}

[[turnaround]]  # within how long a first answer is promised, in desk hours
within = {within}
"""
_ACCOUNT = """
[[accounts]]
network = {network}
handle = {handle}
id = {id}
"""
_WEEK = ("mon", "tue", "wed", "thu", "fri")
_ALL = (*_WEEK, "sat", "sun")


def ask_for_config(ask: Ask) -> str:
    """Ask with `ask` and return the text of a heard.toml; an unusable answer is asked again, with the reason."""
    answers = {
        "brand": _one(ask, "What is your brand called, as customers know it?", "", Filled),
        "zone": _one(ask, "In which time zone is the desk?", "UTC", Zone),
        "channel": _one(ask, "Which Slack channel takes the complaints? Its id (C...), please.", "", Channel),
    }
    room = answers["channel"]
    answers["leads_channel"] = _one(
        ask, "Which channel is for leads and for what the desk says about itself?", room, Channel
    )
    approvers = _several(ask, "Who may approve replies? User ids (U...) or user groups (S...), with commas.", least=1)
    leads = _several(ask, "Who leads the desk? The same way; empty for nobody.", least=0)
    account = "".join(_account(ask, kind) for kind in network_kinds().values() if _is_asked(kind))
    hours = _one(ask, 'When is it open, Monday to Friday? "09:00-17:30", or "always".', "09:00-17:30", Periods)
    within = _one(ask, "How soon should a first answer go out?", "1h", Length)
    texts = {name: _quoted(value) for name, value in {**answers, "within": within}.items()}
    return _TEXT.format(
        **texts, approvers=_quoted(approvers), leads=_quoted(leads), account=account, hours=_hours(hours)
    )


def _is_asked(kind: NetworkKind) -> bool:
    """Return whether a newcomer is asked for it; one that only takes webhooks also needs a proxy and another tool."""
    return not (kind.rehearsal_only or kind.only_webhooks)


def _account(ask: Ask, kind: NetworkKind) -> str:
    handle = ask(f"Which account on {kind.label} answers? Its handle; empty for none yet.", "").strip()
    if not handle:
        return ""
    given = {"network": kind.name, "handle": handle, "id": _id_on(ask, kind)}
    wanted = [f"{one.name} = {_quoted(_option(ask, kind, one))}" for one in kind.options if one.usual is None]
    options = f"options = {{ {', '.join(wanted)} }}\n" if wanted else ""
    return _ACCOUNT.format(**{name: _quoted(value) for name, value in given.items()}) + options


def _option(ask: Ask, kind: NetworkKind, option: AccountOption) -> str:
    why = ""
    while True:
        given = ask(f"{why}{kind.label} also wants {option.name}: {option.description}", "").strip()
        why = "One is needed. " if not given else f"{said} " if (said := option.why_not(given)) else ""
        if not why:
            return given


def _id_on(ask: Ask, kind: NetworkKind) -> str:
    why = ""
    while True:
        given = ask(f"{why}And its id on {kind.label}? That is {kind.id_is}.", "").strip()
        if re.fullmatch(kind.id_pattern, given, re.ASCII):
            return given
        why = f"That is not {kind.id_is}. "


def _hours(written_as: str) -> str:
    always = written_as == "always"
    value = '"always"' if always else _quoted([one.strip() for one in written_as.split(",")])
    return "\n".join(f"{day} = {value}" for day in (_ALL if always else _WEEK))


def _several(ask: Ask, question: str, least: int) -> list[str]:
    why = ""
    while True:
        ids = [one for one in ask(why + question, "").replace(",", " ").split() if one]
        why = next((found for one in ids if (found := _wrong(PersonId, one))), "")
        why = why or ("At least one is needed. " if len(ids) < least else "")
        if not why:
            return ids


def _one(ask: Ask, question: str, usual: str, kind: Any) -> str:  # noqa: ANN401 - a type
    why = ""
    while True:
        given = ask(why + question, usual).strip()
        why = _wrong(kind, given.split(",") if kind is Periods and given != "always" else given)
        if not why:
            return given


def _wrong(kind: Any, given: object) -> str:  # noqa: ANN401 - a type
    adapter: TypeAdapter[object] = kind if isinstance(kind, TypeAdapter) else TypeAdapter(kind)
    try:
        adapter.validate_python(given)
    except ValidationError as trouble:
        first = faults_found(trouble, Lines(""))[0]
        return f"{first.what} {first.remedy} "
    return ""


def _quoted(value: object) -> str:
    """Return a text or a list of texts as TOML, which accepts JSON's quoting."""
    return json.dumps(value, ensure_ascii=False)
