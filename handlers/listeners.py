"""The table of what people press, send and close, and of the function that answers each.

Bolt asks its listeners one after the other whether a request is for them. So all buttons and forms come before those,
through one function that looks an id up; and the module that answers is imported at the first press that needs it.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.blocks.base import ids
from bot.domain.team.people import Act
from bot.gateways.outside import object_in, objects, text_or_empty
from handlers.door import Door, Visit
from handlers.payloads import Payload

if TYPE_CHECKING:
    from slack_bolt import Ack, App, BoltResponse

COMMANDS = ("/care", "/care-drill")  # the app for drills has a command of its own
SEND_TO_CARE = "care_add"

# An id, the needed right, and the function in a module of this folder that answers.
Row = tuple[str, Act, str]

BUTTONS: Sequence[Row] = (
    (ids.CASE_CLAIM, Act.WORK, "claiming.claim"),
    (ids.CASE_REPLY, Act.WRITE, "case_buttons.reply"),
    (ids.CASE_TAKE_PRIVATE, Act.WRITE, "case_buttons.take_private"),
    (ids.CASE_APART, Act.WORK, "case_buttons.another_matter"),
    (ids.CASE_EARLIER, Act.LOOK, "case_buttons.earlier"),
    (ids.CASE_TRANSLATE, Act.WORK, "case_buttons.translated"),
    (ids.CASE_MORE, Act.WORK, "case_buttons.more"),
    (ids.OPEN_POST, Act.LOOK, "door.nothing"),
    (ids.CASE_CLOSING, Act.WRITE, "closing_line.write_from_card"),
    (ids.INQUIRY_ANSWER, Act.ANSWER, "inquiries.answer"),
    (ids.INQUIRY_WITHDRAW, Act.WORK, "inquiries.withdraw_inquiry"),
    (ids.TRIAGE_CHOOSE, Act.WORK, "triage_buttons.chosen"),
    (ids.DRAFT_APPROVE, Act.APPROVE, "review_buttons.approve"),
    (ids.DRAFT_STILL_RIGHT, Act.APPROVE, "review_buttons.still_right"),
    (ids.DRAFT_APPROVE_SURE, Act.APPROVE, "review_buttons.approve_sure"),
    (ids.DRAFT_STILL_RIGHT_SURE, Act.APPROVE, "review_buttons.still_right_sure"),
    (ids.DRAFT_EDIT_APPROVE, Act.APPROVE, "review_buttons.edit"),
    (ids.DRAFT_REQUEST_CHANGES, Act.APPROVE, "review_buttons.open_changes_form"),
    (ids.DRAFT_BACK, Act.APPROVE, "review_buttons.open_changes_form"),
    (ids.DRAFT_OPEN, Act.LOOK, "review_buttons.see"),
    (ids.DRAFT_WITHDRAW, Act.WRITE, "review_buttons.withdraw"),
    (ids.DRAFT_STOP, Act.WORK, "review_buttons.stop"),
    (ids.DRAFT_LEAVE, Act.APPROVE, "review_buttons.leave"),
    (ids.DRAFT_NOT_ME, Act.APPROVE, "review_buttons.not_me"),
    (ids.UNKNOWN_SEEN, Act.WORK, "review_buttons.open_link_form"),
    (ids.HAND_POSTED, Act.WORK, "review_buttons.open_link_form"),
    (ids.UNKNOWN_MISSING, Act.APPROVE, "review_buttons.missing"),
    (ids.UNKNOWN_ON_WORD, Act.APPROVE, "review_buttons.missing_on_word"),
    (ids.SEND_AGAIN, Act.APPROVE, "review_buttons.send_again"),
    (ids.HAND_OVER, Act.APPROVE, "review_buttons.hand_over"),
    (ids.CORRECT_REPLY, Act.WRITE, "review_buttons.correct"),
    (ids.JOINT_APPROVE, Act.APPROVE, "joint_drafts.approve_all"),
    (ids.JOINT_CHANGES, Act.APPROVE, "joint_drafts.open_changes"),
    (ids.HOLDING_WRITE, Act.WRITE, "holding_replies.open_holding_form"),
    (ids.HOLDING_FIXED, Act.WRITE, "holding_replies.open_holding_form"),
    (ids.HOLDING_PAUSE, Act.WORK, "holding_replies.pause"),
    (ids.HOLDING_RESUME, Act.APPROVE, "holding_replies.resume"),
    (ids.HOLDING_END, Act.WORK, "holding_replies.end_holding"),
    (ids.REMINDER_ON_IT, Act.WORK, "reminder_buttons.on_it"),
    (ids.REMINDER_SNOOZE, Act.WORK, "reminder_buttons.snooze"),
    (ids.REMINDER_HAVE_IT, Act.WORK, "reminder_buttons.have_it"),
    (ids.REMINDER_HAND_OVER, Act.WORK, "reminder_buttons.open_assign_form"),
    (ids.CHECK_STILL, Act.WORK, "reminder_buttons.still_on_it"),
    (ids.CHECK_HAND_BACK, Act.WORK, "reminder_buttons.hand_back"),
    (ids.REMINDER_LIST, Act.WORK, "reminder_buttons.show_all"),
    (ids.OPEN_THREAD, Act.LOOK, "door.nothing"),
    (ids.SWAP_ACCEPT, Act.WORK, "shift_buttons.accept"),
    (ids.SWAP_DECLINE, Act.WORK, "shift_buttons.decline"),
    (ids.HANDOVER_GIVE, Act.WORK, "shift_buttons.open_assign_form"),
    (ids.HANDOVER_BACK, Act.WORK, "shift_buttons.put_back"),
    (ids.WORDS_INPUT, Act.WRITE, "reply_forms.keep"),
    (ids.LANE_CHOICE, Act.WRITE, "reply_forms.keep"),
    (ids.WHY_INPUT, Act.WRITE, "reply_forms.keep"),
    (ids.TEMPLATE_SELECT, Act.WRITE, "reply_forms.choose"),
    (ids.FILL_IN, Act.WRITE, "reply_forms.fill"),  # of a form opened under a version without automatic facts
    (ids.PAST_START, Act.WRITE, "reply_forms.begin_from"),
    (ids.SUGGEST, Act.WRITE, "reply_forms.suggest"),
    (ids.SUGGESTED_START, Act.WRITE, "reply_forms.begin_from_suggestion"),
    (ids.FACT_INPUT, Act.WRITE, "reply_forms.fill"),
    (ids.SOLO_LIST, Act.LOOK, "solo_unread.show"),
    (ids.SOLO_READ, Act.LOOK, "solo_unread.read"),
    (ids.LIGHT_OPEN, Act.WORK, "light_lane.open_case"),
    (ids.LIGHT_THANK, Act.WRITE, "light_lane.thank"),
    (ids.LIGHT_LIKE, Act.LIKE, "light_lane.like"),
    (ids.LIGHT_ASIDE, Act.WORK, "light_lane.set_light_aside"),
    (ids.LIGHT_ASIDE_REST, Act.WORK, "light_lane.set_aside_the_rest"),
    (ids.LIGHT_MORE, Act.LOOK, "light_lane.show_more"),
    (ids.THANK_YOU_LIKE, Act.LIKE, "thank_yous.like_thank_you"),
    (ids.THANK_YOU_OFFER, Act.WRITE, "thank_yous.offer_thank_you"),
    (ids.THANK_YOU_SKIP, Act.WORK, "thank_yous.skip_thank_you"),
    (ids.THANK_YOU_APPROVE, Act.APPROVE, "thank_yous.approve_thank_you"),
    (ids.THANK_YOU_DECLINE, Act.WORK, "thank_yous.decline_thank_you"),
    (ids.THANK_YOU_WITHDRAW, Act.WORK, "thank_yous.withdraw_thank_you"),
    (ids.THANK_YOU_MORE, Act.LOOK, "thank_yous.show_more_thank_yous"),
    (ids.THANK_YOU_QUOTES, Act.LOOK, "thank_yous.show_more_thank_yous"),
    (ids.STORM_OPEN, Act.WORK, "storms.open_storm"),
    (ids.STORM_SAME, Act.WORK, "storms.add_to_storm"),
    (ids.STORM_FOLDED, Act.LOOK, "storms.show_folded"),
    (ids.STORM_TAKE_OUT, Act.WORK, "storms.take_out"),
    (ids.STORM_OVER, Act.WORK, "storms.ask_end"),
    (ids.STORM_MERGE, Act.WORK, "storms.merge"),
    (ids.STORM_COMMUNICATIONS, Act.WORK, "storms.take_role"),
    (ids.STORM_OWN, Act.WORK, "storms.take_role"),
    (ids.STORM_SCRIBE, Act.WORK, "storms.take_role"),
    (ids.STORM_STEP, Act.WORK, "storms.tick"),
    (ids.STORM_PAUSE, Act.WORK, "storms.ask_to_pause"),
    (ids.STORM_SEEN, Act.ANSWER, "storms.saw_request"),
    (ids.STATEMENT_WRITE, Act.WORK, "statements.write"),
    (ids.STATEMENT_APPROVE, Act.APPROVE, "statements.approve_statement"),
    (ids.STATEMENT_APPROVE_SURE, Act.APPROVE, "statements.approve_stale_statement"),
    (ids.STATEMENT_DECLINE, Act.WORK, "statements.decline_statement"),
    (ids.STATEMENT_TAKE_BACK, Act.WORK, "statements.ask_to_take_back"),
    (ids.STATEMENT_CORRECT, Act.WORK, "statements.correct_statement"),
    (ids.STATEMENT_UNKNOWN, Act.WORK, "statements.ask_what_is_there"),
    (ids.TEMPLATE_WRITE, Act.WORK, "template_buttons.write"),
    (ids.TEMPLATE_APPROVE, Act.APPROVE, "template_buttons.approve_template"),
    (ids.TEMPLATE_DECLINE, Act.APPROVE, "template_buttons.ask_why_declined"),
    (ids.TEMPLATE_PUT_BACK, Act.WORK, "template_buttons.back"),
    (ids.TEMPLATE_BEGIN, Act.WORK, "template_buttons.begin_template"),
    (ids.TEMPLATE_PROPOSALS, Act.LOOK, "template_buttons.show_waiting"),
    (ids.UNREADABLE_LIST, Act.LOOK, "unreadable.show"),
    (ids.UNREADABLE_OPEN, Act.WORK, "unreadable.open_case"),
    (ids.UNREADABLE_LEAVE, Act.WORK, "unreadable.leave_out"),
    (ids.ASIDE_BACK, Act.WORK, "do_not_feed.take_back"),
    (ids.ASIDE_POSTS, Act.LOOK, "do_not_feed.show_posts"),
    (ids.ASIDE_OPEN, Act.WORK, "do_not_feed.open_post"),
    (ids.ASIDE_AGREE, Act.APPROVE, "do_not_feed.agree"),
    (ids.ASIDE_DECLINE, Act.WORK, "do_not_feed.let_go_on"),
    (ids.SAMPLE_SHOW, Act.WORK, "do_not_feed.show_sample"),
    (ids.SAMPLE_RIGHT, Act.WORK, "do_not_feed.call_right"),
    (ids.SAMPLE_MISSED, Act.WORK, "do_not_feed.call_missed"),
    (ids.IMPOSTOR_WARN, Act.WRITE, "do_not_feed.warn"),
    (ids.ASIDE_MORE, Act.LOOK, "do_not_feed.show_more_asides"),
    (ids.SHARE, Act.SHARE, "commands.share_status"),
    (ids.LIST_CLAIM, Act.WORK, "queue.claim"),
    (ids.LIST_FILTER, Act.LOOK, "queue.turn"),
    (ids.LIST_NEXT, Act.LOOK, "queue.turn"),
    (ids.LIST_FIRST, Act.LOOK, "queue.turn"),
    (ids.HOME_SHOW, Act.LOOK, "home.show_section"),
    (ids.HOME_MORE, Act.LOOK, "home.show_section"),
    (ids.SHIFT_ON, Act.WORK, "home.go_on"),
    (ids.SHIFT_OFF, Act.WORK, "home.go_off"),
)
FORMS: Sequence[Row] = (
    (ids.REST_MODAL, Act.WORK, "case_buttons.rest"),
    (ids.MERGE_MODAL, Act.WORK, "case_buttons.merge_into"),
    (ids.SET_ASIDE_MODAL, Act.WORK, "case_buttons.set_aside"),
    (ids.SIMPLE_MODAL, Act.LOOK, "door.nothing"),
    (ids.ANSWER_MODAL, Act.LOOK, "door.nothing"),
    (ids.CLOSING_MODAL, Act.WRITE, "closing_line.submit_closing"),
    (ids.ASSIGN_MODAL, Act.WORK, "assigning.assign"),
    (ids.HIDE_MODAL, Act.APPROVE, "hiding.hide_chosen"),
    (ids.SHOW_MODAL, Act.APPROVE, "hiding.show_chosen"),
    (ids.INQUIRY_MODAL, Act.WORK, "inquiries.ask_team"),
    (ids.INQUIRY_ANSWER_MODAL, Act.ANSWER, "inquiries.answered"),
    (ids.TRIAGE_MODAL, Act.WORK, "triage_buttons.chosen_in_form"),
    (ids.SAME_PERSON_MODAL, Act.WORK, "same_person.join"),
    (ids.CUSTOMER_MODAL, Act.SEE_CUSTOMER, "customers.find_by_order"),
    (ids.EDIT_APPROVE_MODAL, Act.APPROVE, "review_buttons.edited"),
    (ids.REQUEST_CHANGES_MODAL, Act.APPROVE, "review_buttons.request_changes"),
    (ids.LINK_MODAL, Act.WORK, "review_buttons.linked"),
    (ids.CORRECTION_MODAL, Act.WRITE, "review_buttons.corrected"),
    (ids.JOINT_CHANGES_MODAL, Act.APPROVE, "joint_drafts.changes"),
    (ids.HOLDING_MODAL, Act.WRITE, "holding_replies.write"),
    (ids.REPLY_MODAL, Act.WRITE, "reply_forms.submit"),
    (ids.STORM_MODAL, Act.WORK, "storms.end"),
    (ids.STATEMENT_UNKNOWN_MODAL, Act.WORK, "statements.say_what_is_there"),
    (ids.STATEMENT_MODAL, Act.WORK, "statements.put_up"),
    (ids.TEMPLATE_MODAL, Act.WORK, "template_buttons.put_up"),
    (ids.TEMPLATE_DECLINE_MODAL, Act.APPROVE, "template_buttons.decline_template"),
)
CLOSED: Sequence[Row] = (  # without being sent
    (ids.ASSIGN_MODAL, Act.WORK, "assigning.closed"),
    (ids.REPLY_MODAL, Act.WRITE, "reply_forms.closed"),
)


def register(app: "App", door: Door) -> None:
    """Let Bolt hand over what is in the tables; what is not stays unhandled, which `events` answers."""
    listeners = {
        "block_actions": {of: door.button(right, late(answer)) for of, right, answer in BUTTONS},
        "view_submission": {of: door.form(right, late(answer)) for of, right, answer in FORMS},
        "view_closed": {of: door.closed(right, late(answer)) for of, right, answer in CLOSED},
    }

    def pressed(body: Payload, ack: "Ack", next_: "Callable[[], BoltResponse]") -> "BoltResponse | None":
        listener = listeners.get(str(body.get("type")), {}).get(_id(body))
        if listener is None:
            return next_()
        listener(ack, body)
        return ack.response

    app.middleware(pressed)
    for command in COMMANDS:  # exact words: a pattern would raise at what is no text
        app.command(command)(door.command(Act.LOOK, late("commands.care")))
    app.shortcut({"type": "message_action", "callback_id": SEND_TO_CARE})(
        door.shortcut(Act.WORK, late("commands.send_to_care"))
    )
    app.event("app_home_opened")(door.home())


def late(answer: str) -> Callable[[Visit], Any]:
    """Return the function "module.name", which imports its module when it is called.

    The door calls it, so a fault of that import is answered like any other of the function.
    """
    module, _, name = answer.partition(".")

    def work(visit: Visit) -> object:
        return getattr(import_module(f"handlers.{module}"), name)(visit)

    return work


def _id(body: Payload) -> str:
    """Return the id of the button that was pressed, or of the form that was sent or closed."""
    if body.get("type") == "block_actions":
        return text_or_empty(next(iter(objects(body, "actions")), {}), "action_id")
    return text_or_empty(object_in(body, "view"), "callback_id")
