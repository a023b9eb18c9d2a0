"""The people, groups, rooms and app of the make-believe workspace, with their ids."""

from bot.rehearsal.workspace.model import HOME_TEAM, Channel, Group, Person

TEAM = HOME_TEAM
TEAM_NAME = "Northwind"
TEAM_DOMAIN = "northwind"
STRANGE_TEAM = "T0ELSEWHRE"

APP = "A0HEARD001"
BOT_USER = "U0HEARDBOT"
BOT = "B0HEARD001"
BOT_NAME = "heard"
OTHER_APP, OTHER_BOT_USER, OTHER_BOT = "A0OTHER001", "U0OTHERBOT", "B0OTHER001"

ANA = "U0ANA00001"
BEN = "U0BEN00001"
CARO = "U0CARO0001"
DEE = "U0DEE00001"
GUS = "U0GUS00001"
STAN = "U0STAN0001"

APPROVERS = "S0APPROVE1"

CARE = "C0CARE0001"
BILLING = "C0CAREBIL1"
FINANCE = "C0FINANCE1"  # works on no cases, and can be asked
LEADS = "C0CARELEA1"
RANDOM = "C0RANDOM01"

BOT_TOKEN = "xoxb-rehearsal-bot"  # noqa: S105 - opens nothing but the stage
OTHER_BOT_TOKEN = "xoxb-rehearsal-other"  # noqa: S105 - of another app, which can only say who it is
APP_TOKEN = "xapp-rehearsal-app"  # noqa: S105 - opens nothing but the stage
SIGNING_SECRET = "rehearsal-signing-secret"  # noqa: S105 - opens nothing but the stage
VERIFICATION = "rehearsal-verification"

SCOPES = (
    "app_mentions:read", "channels:history", "channels:join", "channels:manage", "channels:read", "chat:write",
    "commands", "dnd:read", "files:write", "groups:history", "groups:read", "im:history", "im:read", "im:write",
    "metadata.message:read", "reactions:write", "team:read", "usergroups:read", "users:read",
)  # fmt: skip
EVENTS = (
    "app_home_opened", "channel_shared", "channel_unshared", "subteam_members_changed", "subteam_updated",
    "user_change",
)  # fmt: skip


def people() -> list[Person]:
    """Return the people: four teammates, a guest, somebody of another workspace, and the bot."""
    return [
        Person(ANA, "ana", "Ana Lindqvist", tz="Europe/Stockholm", locale="en-GB", title="Care"),
        Person(BEN, "ben", "Ben Okafor", tz="Europe/London", locale="en-GB", title="Care, approver"),
        Person(CARO, "caro", "Caro Meyer", tz="Europe/Berlin", locale="de-DE", title="Care lead"),
        Person(DEE, "dee", "Dee Tanaka", tz="America/New_York", locale="en-US", title="Billing"),
        Person(GUS, "gus", "Gus Hollis", tz="Europe/London", locale="en-GB", title="Agency", is_restricted=True),
        Person(STAN, "stan", "Stan Petrov", team_id=STRANGE_TEAM, tz="America/Chicago", is_stranger=True),
        Person(BOT_USER, BOT_NAME, "Heard", tz="Etc/UTC", is_bot=True),
        Person("USLACKBOT", "slackbot", "Slackbot", tz="America/Los_Angeles", is_bot=True),
    ]


def groups() -> list[Group]:
    """Return the user groups: the approvers."""
    return [Group(APPROVERS, "care-approvers", "Care approvers", [BEN, CARO])]


def channels() -> list[Channel]:
    """Return the rooms; the bot is a member of all but #random."""
    team = {ANA, BEN, CARO, DEE}
    return [
        Channel(CARE, "care", {*team, GUS, BOT_USER}, topic="Complaints, and what we do about them"),
        Channel(BILLING, "care-billing", {*team, BOT_USER}, topic="Charges and refunds"),
        Channel(FINANCE, "finance", {*team, BOT_USER}, topic="Accounts, invoices, and what care asks us"),
        Channel(LEADS, "care-leads", {BEN, CARO, BOT_USER}, is_private=True, topic="For leads"),
        Channel(RANDOM, "random", set(team), topic="Everything else"),
    ]
