"""The findings of `heard check` on who lets out the replies of each account."""

from collections.abc import Iterator, Sequence

from bot.domain.base.slack_ids import is_group
from bot.gateways.findings import Finding, bad, warn
from bot.gateways.slack import SlackChat
from bot.gateways.slack_answers import SlackTrouble
from bot.settings import Settings
from bot.settings.own_accounts import account_name


def of_account_approvers(settings: Settings, chat: SlackChat) -> Iterator[Finding]:
    """Yield a finding for each account whose replies nobody, or only one person, can let out."""
    for account in settings.config.accounts:
        if not account.approvers:
            continue
        name = account_name(account)
        try:
            able = _members(chat, account.approvers) & _members(chat, settings.people.approvers)
        except SlackTrouble as trouble:
            yield warn(f"The approvers of “{name}” could not be looked at. {trouble}", "Try again in a minute.")
            continue
        if not able:
            remedy = "Name people there who are among people.approvers, too."
            yield bad(f"Nobody can let out the replies of “{name}”: none of its approvers may approve.", remedy)
        elif len(able) == 1 and settings.people.four_eyes:
            what = f"Only one person can let out the replies of “{name}”, and nobody approves what they wrote."
            yield warn(what, "Name a second approver of this account, or a user group.")


def _members(chat: SlackChat, named: Sequence[str]) -> frozenset[str]:
    groups = [chat.group(one) for one in named if is_group(one)]
    people = frozenset(one for one in named if not is_group(one))
    return people.union(*(one.members for one in groups if one))
