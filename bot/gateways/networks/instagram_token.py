"""The token of Instagram's own sign-in: it lasts 60 days, and the desk replaces it by a newer one in time."""

from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.base.moments import moment_in
from bot.domain.base.text import sha256_of
from bot.gateways.networks.kept_tokens import KeptTokens

RENEWED_BEFORE = timedelta(days=30)  # its end
YOUNGEST = timedelta(hours=25)  # Instagram renews no token that is younger than a day


class InstagramToken:
    """The newest token of one account. One that a person puts in goes before those that came from an older one."""

    def __init__(self, folder: Path | None, account: str, given: str) -> None:
        self._given, self._kept = given, KeptTokens(folder, "instagram", account)
        self._of = sha256_of(given)

    def __call__(self) -> str:
        """Return the token to use now."""
        return self._mine().get("token") or self._given

    @property
    def fault(self) -> str:
        """Return why the file is not used, or ""."""
        return self._kept.fault

    def ends(self) -> datetime | None:
        """Return when it ends; None: that is not known before the first renewal."""
        return moment_in(self._mine().get("ends", ""))

    def renew_at(self) -> datetime | None:
        """Return from when on it is renewed; None: it was not used yet."""
        ends, since = self.ends(), moment_in(self._mine().get("since", ""))
        return ends - RENEWED_BEFORE if ends else since + YOUNGEST if since else None

    def used(self, at: datetime | None) -> None:
        """Note when a token was used first."""
        if at and not self._mine():
            self._kept.keep({"of_given": self._of, "since": at.isoformat()})

    def keep(self, token: str, at: datetime, lasts: timedelta) -> None:
        """Use a newer token from now on."""
        self._kept.keep({"of_given": self._of, "token": token, "ends": (at + lasts).isoformat()})

    def _mine(self) -> dict[str, str]:
        kept = dict(self._kept.read())
        return kept if kept.get("of_given") == self._of else {}
