"""Every door by which the world comes in; `register` is their table of contents."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slack_bolt import App

    from handlers.door import Door


def register(
    app: "App", door: "Door", *, directory_changed: Callable[[], None], people_changed: Callable[[], None]
) -> None:
    """Open every door. The hot buttons come first: Bolt asks its listeners in order."""
    # Imported here, so that a command that needs no Slack does not wait for its client.
    from handlers import (  # noqa: PLC0415
        assigning,
        case_buttons,
        closing_line,
        commands,
        customers,
        do_not_feed,
        events,
        hiding,
        holding_replies,
        home,
        inquiries,
        joint_drafts,
        light_lane,
        queue,
        reminder_buttons,
        reply_forms,
        review_buttons,
        same_person,
        shift_buttons,
        solo_unread,
        statements,
        storms,
        template_buttons,
        triage_buttons,
        unreadable,
    )

    case_buttons.register(app, door)
    closing_line.register(app, door)
    assigning.register(app, door)
    hiding.register(app, door)
    inquiries.register(app, door)
    triage_buttons.register(app, door)
    same_person.register(app, door)
    customers.register(app, door)
    review_buttons.register(app, door)
    joint_drafts.register(app, door)
    holding_replies.register(app, door)
    reminder_buttons.register(app, door)
    shift_buttons.register(app, door)
    reply_forms.register(app, door)
    solo_unread.register(app, door)
    light_lane.register(app, door)
    storms.register(app, door)
    statements.register(app, door)
    template_buttons.register(app, door)
    unreadable.register(app, door)
    do_not_feed.register(app, door)
    commands.register(app, door)
    queue.register(app, door)
    home.register(app, door)
    events.register(app, door, directory_changed=directory_changed, people_changed=people_changed)
