"""Notices by Slack's own messages that the database is an older copy, also where the witness went back with it."""

import logging
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.ports import ChatTrouble, Desk
from bot.services.backups.returning import begin_held, go_on_in_newest_epoch
from bot.services.slack.shared_channels import rooms

log = logging.getLogger(__name__)

KNOWS_MORE = "Slack shows messages of this desk that the database does not know."


@dataclass(slots=True)
class SlackKnows:
    """Compares once after a start, before anything is sent; a channel that cannot be read is tried again later."""

    compared: bool = False

    def look(self, desk: Desk, now: datetime) -> bool:
        """Compare, unless that was done; return whether the desk is held by it."""
        if self.compared:
            return False
        since = desk.store.last_known_at()
        try:
            found = [one for room in rooms(desk.policy) for one in desk.chat.marks(room, since)] if since else []
        except ChatTrouble as trouble:  # sending goes on: what keeps Slack from being read may last
            log.info("returning.slack_unread why=%s", trouble)
            return False
        self.compared = True
        if not any(desk.epochs.is_ahead(one, desk.store.highest_telling()) for one in found):
            return False
        begin_held(desk.store, KNOWS_MORE, now, after=desk.epochs.number)
        go_on_in_newest_epoch(desk)
        return True
