"""The jobs that look every minute whether there is something to do, in the order in which they run."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.ports import Desk
from bot.services.accounts import spending
from bot.services.audit import trail
from bot.services.backups import reconciling
from bot.services.cases import assigning, casework, inquiries
from bot.services.do_not_feed import sampling
from bot.services.erasure import retention
from bot.services.halts.gate import reminders_wait
from bot.services.light_lane import deciding as light_lane
from bot.services.mentions import deleted_posts, ending_tokens, hiding, private_silence, unreadable
from bot.services.promises import daily, weekly
from bot.services.reminders import claim_checks
from bot.services.replies import solo_unread, template_news
from bot.services.slack import backlog, shared_channels
from bot.services.storms import holding_replies
from bot.services.team import access, handover, swaps

Job = Callable[[Desk, datetime], object]
HOUSE: Mapping[str, Job] = {  # in this order, in one thread: people are read before cases are assigned
    "rooms": shared_channels.check_channels,
    "backlogs": backlog.tell_backlogs,
    "what an older copy does not know": reconciling.look_around,
    "people and groups": access.renew_directory,
    "closing and resurfacing": casework.tidy,
    "private messages that did not come": private_silence.look_for_messages,
    "light lane": light_lane.tend,
    "deleted posts": deleted_posts.check_shown_posts,
    "posts that were to be hidden": hiding.look_for_hidings,
    "erasures": retention.erase_what_is_due,
    "silent claims": claim_checks.check_claims,
    "questions to other teams": inquiries.remind_teams,
    "giving out": assigning.give_out_waiting,
    "holding replies": holding_replies.offer_all,
    "swaps": swaps.expire,
    "ended turns": handover.hand_over_ended,
    "who is on": handover.look_who_is_on,
    "reading unreadable posts again": unreadable.look_again,
    "telling of unreadable posts": unreadable.tell_unreadable,
    "templates that wait for approval": template_news.remind_of_proposals,
}
DIGESTS: Mapping[str, Job] = {
    "morning list": solo_unread.morning,
    "weekly digest": weekly.tell_weekly_digest,
    "daily note": daily.tell_daily_note,
    "sample of what was set aside": sampling.tell_sample,
    "credit that ends": spending.foretell,
    "tokens that end": ending_tokens.tell_ending_tokens,
    "head of the trail": trail.tell_head_of_trail,
}
# Jobs that ask people to do something; they rest while nobody is reminded.
ASKING = frozenset(
    {
        "giving out",
        "silent claims",
        "questions to other teams",
        "private messages that did not come",
        "ended turns",
        "morning list",
        "sample of what was set aside",
        "templates that wait for approval",
    }
)


def do(desk: Desk, name: str, job: Job) -> None:
    """Run a job, unless it asks people for something while nobody is reminded."""
    if name in ASKING and reminders_wait(desk):
        return
    job(desk, desk.clock.now())
