"""All ids that Slack sends back, with how they are signed. Never change an id: old messages contain it."""

from typing import Final

from bot.blocks.base.signed_values import (
    Value,
    button_value,
    draft_version,
    joint_version,
    menu_value,
    pack,
    read_menu,
    read_value,
    seal,
    unpack,
    unseal,
)

__all__ = [
    "Value",
    "button_value",
    "draft_version",
    "joint_version",
    "menu_value",
    "pack",
    "read_menu",
    "read_value",
    "seal",
    "unpack",
    "unseal",
]

# Buttons of a case
CASE_REPLY: Final = "case_reply"
CASE_TAKE_PRIVATE: Final = "case_take_private"  # a public line that asks for a private message
CASE_CLOSING: Final = "case_closing"  # says in public that it was solved in private
CASE_CLAIM: Final = "case_claim"
CASE_APART: Final = "case_apart"  # makes a private message a case of its own
CASE_TRANSLATE: Final = "case_translate"  # by a machine, for whoever presses
CASE_MORE: Final = "case_more"  # the overflow menu; its options follow
CASE_EARLIER: Final = "case_earlier"  # the customer's earlier cases
TRIAGE_CHOOSE: Final = "triage_choose"  # the menu that corrects what a mention was taken for
SHARE: Final = "share"  # shows a /care answer to the channel
OPEN_POST: Final = "open_post"  # a link; Slack still sends the click

MORE_TAKE: Final = "take"
MORE_ASSIGN: Final = "assign"
MORE_RELEASE: Final = "release"
MORE_SOLVED: Final = "solved"
MORE_SET_ASIDE: Final = "set_aside"
MORE_REOPEN: Final = "reopen"
MORE_CLOSING: Final = "closing_line"
MORE_HISTORY: Final = "history"
MORE_INQUIRE: Final = "inquire"
MORE_READER: Final = "reader"  # a colleague who reads the language
MORE_SOMETHING_ELSE: Final = "something_else"  # the form that corrects what it was taken for
MORE_MERGE: Final = "merge"
MORE_TAKE_APART: Final = "take_apart"
MORE_SAME_PERSON: Final = "same_person"
MORE_NOT_THE_SAME: Final = "not_the_same"
MORE_HIDE: Final = "hide"  # a post of the customer, on its network
MORE_SHOW: Final = "show"  # a hidden post again
MORE_TRANSLATE: Final = "translate"
MORE_CUSTOMER: Final = "customer"  # what our own systems know of them
MORE_REST: Final = "rest"  # the form with what the menu has no room for
MORE: Final = (
    MORE_TAKE, MORE_ASSIGN, MORE_RELEASE, MORE_SOLVED, MORE_SET_ASIDE, MORE_REOPEN, MORE_HISTORY, MORE_INQUIRE,
    MORE_READER, MORE_REST, MORE_SOMETHING_ELSE, MORE_MERGE, MORE_TAKE_APART, MORE_SAME_PERSON, MORE_NOT_THE_SAME,
    MORE_CLOSING, MORE_HIDE, MORE_SHOW, MORE_TRANSLATE, MORE_CUSTOMER,
)  # fmt: skip

# Buttons of the reply form on what a machine is asked for
SUGGEST: Final = "suggest"
SUGGESTED_START: Final = "suggested_start"

# Buttons of a template
TEMPLATE_WRITE: Final = "template_write"
TEMPLATE_APPROVE: Final = "template_approve"
TEMPLATE_DECLINE: Final = "template_decline"
TEMPLATE_PUT_BACK: Final = "template_put_back"
TEMPLATE_BEGIN: Final = "template_begin"
TEMPLATE_PROPOSALS: Final = "template_proposals"

# Buttons of a statement
STATEMENT_WRITE: Final = "statement_write"
STATEMENT_APPROVE: Final = "statement_approve"
STATEMENT_APPROVE_SURE: Final = "statement_approve_sure"  # after a question whether it is still true
STATEMENT_DECLINE: Final = "statement_decline"
STATEMENT_TAKE_BACK: Final = "statement_take_back"
STATEMENT_CORRECT: Final = "statement_correct"
STATEMENT_UNKNOWN: Final = "statement_unknown"  # says what became of a post

# Buttons of a draft
DRAFT_OPEN: Final = "draft_open"
DRAFT_APPROVE: Final = "draft_approve"
DRAFT_EDIT_APPROVE: Final = "draft_edit_approve"
DRAFT_REQUEST_CHANGES: Final = "draft_request_changes"
DRAFT_STILL_RIGHT: Final = "draft_still_right"
DRAFT_APPROVE_SURE: Final = "draft_approve_sure"  # approves what shows card or bank numbers, after a question
DRAFT_STILL_RIGHT_SURE: Final = "draft_still_right_sure"
DRAFT_BACK: Final = "draft_back"
DRAFT_WITHDRAW: Final = "draft_withdraw"
DRAFT_NOT_ME: Final = "draft_not_me"
DRAFT_LEAVE: Final = "draft_leave"  # what is public of a reply in parts counts as the reply
DRAFT_STOP: Final = "draft_stop"
UNKNOWN_SEEN: Final = "unknown_seen"
UNKNOWN_MISSING: Final = "unknown_missing"
UNKNOWN_ON_WORD: Final = "unknown_on_word"
SEND_AGAIN: Final = "send_again"
HAND_OVER: Final = "hand_over"
HAND_POSTED: Final = "hand_posted"
CORRECT_REPLY: Final = "correct_reply"

# Buttons of a reminder
REMINDER_ON_IT: Final = "nag_on_it"
REMINDER_SNOOZE: Final = "nag_snooze"
REMINDER_HAND_OVER: Final = "nag_hand_over"
REMINDER_HAVE_IT: Final = "nag_have_it"
REMINDER_LIST: Final = "nag_list"  # all that waits for somebody, page by page
CHECK_STILL: Final = "check_still"
CHECK_HAND_BACK: Final = "check_hand_back"
INQUIRY_ANSWER: Final = "inquiry_answer"
INQUIRY_WITHDRAW: Final = "inquiry_withdraw"
SWAP_ACCEPT: Final = "swap_accept"
SWAP_DECLINE: Final = "swap_decline"
HANDOVER_GIVE: Final = "handover_give"
HANDOVER_BACK: Final = "handover_back"
OPEN_THREAD: Final = "open_thread"  # a link; Slack still sends the click

# Buttons about what went out solo
SOLO_LIST: Final = "unpaired_list"
SOLO_READ: Final = "unpaired_read"

# Buttons about posts that could not be read
UNREADABLE_LIST: Final = "unreadable_list"
UNREADABLE_OPEN: Final = "unreadable_open"
UNREADABLE_LEAVE: Final = "unreadable_leave"

# Buttons of a list of cases
LIST_CLAIM: Final = "list_claim"
LIST_FILTER: Final = "list_filter"  # a menu
LIST_NEXT: Final = "list_next"
LIST_FIRST: Final = "list_first"
# Buttons of a draft for several customers
JOINT_APPROVE: Final = "joint_approve"
JOINT_CHANGES: Final = "joint_changes"
# Buttons of a storm's holding reply
HOLDING_WRITE: Final = "holding_write"
HOLDING_FIXED: Final = "holding_fixed"  # the same form, for all who complained: a row has each id once
HOLDING_PAUSE: Final = "holding_pause"
HOLDING_RESUME: Final = "holding_resume"
HOLDING_END: Final = "holding_end"
# Buttons about light mentions
LIGHT_OPEN: Final = "light_open"
LIGHT_THANK: Final = "light_thank"
LIGHT_LIKE: Final = "light_like"
LIGHT_ASIDE: Final = "light_aside"
LIGHT_ASIDE_REST: Final = "light_aside_rest"
LIGHT_MORE: Final = "light_more"
# Buttons about thank-yous
THANK_YOU_LIKE: Final = "thank_you_like"
THANK_YOU_OFFER: Final = "thank_you_offer"
THANK_YOU_SKIP: Final = "thank_you_skip"
THANK_YOU_APPROVE: Final = "thank_you_approve"
THANK_YOU_DECLINE: Final = "thank_you_decline"
THANK_YOU_WITHDRAW: Final = "thank_you_withdraw"
THANK_YOU_MORE: Final = "thank_you_more"
THANK_YOU_QUOTES: Final = "thank_you_quotes"

# Buttons about what is set aside
ASIDE_BACK: Final = "aside_back"
ASIDE_POSTS: Final = "aside_posts"
ASIDE_OPEN: Final = "aside_open"
ASIDE_MORE: Final = "aside_more"
ASIDE_AGREE: Final = "aside_agree"
ASIDE_DECLINE: Final = "aside_decline"
IMPOSTOR_WARN: Final = "impostor_warn"
SAMPLE_SHOW: Final = "sample_show"
SAMPLE_RIGHT: Final = "sample_right"
SAMPLE_MISSED: Final = "sample_missed"

# Buttons of a storm
STORM_OPEN: Final = "storm_open"
STORM_SAME: Final = "storm_same"  # a spike is what an open storm is about
STORM_FOLDED: Final = "storm_folded"  # the pages of folded ones
STORM_TAKE_OUT: Final = "storm_take_out"
STORM_OVER: Final = "storm_over"
STORM_MERGE: Final = "storm_merge"
STORM_COMMUNICATIONS: Final = "storm_lead"
STORM_OWN: Final = "storm_own"
STORM_SCRIBE: Final = "storm_scribe"
STORM_STEP: Final = "storm_step"  # a menu
STORM_PAUSE: Final = "storm_pause"
STORM_SEEN: Final = "storm_seen"

# Buttons of somebody's home tab
HOME_SHOW: Final = "home_show"
HOME_MORE: Final = "home_more"
SHIFT_ON: Final = "shift_on"
SHIFT_OFF: Final = "shift_off"

# Modals (callback ids)
REPLY_MODAL: Final = "reply_modal"
EDIT_APPROVE_MODAL: Final = "edit_approve_modal"
REQUEST_CHANGES_MODAL: Final = "request_changes_modal"
ASSIGN_MODAL: Final = "assign_modal"
TRIAGE_MODAL: Final = "triage_modal"
REST_MODAL: Final = "rest_modal"
INQUIRY_MODAL: Final = "inquiry_modal"
INQUIRY_ANSWER_MODAL: Final = "inquiry_answer_modal"
SET_ASIDE_MODAL: Final = "set_aside_modal"
HOLDING_MODAL: Final = "holding_modal"
JOINT_CHANGES_MODAL: Final = "joint_changes_modal"
LINK_MODAL: Final = "link_modal"
CORRECTION_MODAL: Final = "correction_modal"
CLOSING_MODAL: Final = "closing_modal"
STORM_MODAL: Final = "storm_modal"
MERGE_MODAL: Final = "merge_modal"
SAME_PERSON_MODAL: Final = "same_person_modal"
CUSTOMER_MODAL: Final = "customer_modal"
HIDE_MODAL: Final = "hide_modal"
SHOW_MODAL: Final = "show_modal"
TEMPLATE_MODAL: Final = "template_modal"
TEMPLATE_DECLINE_MODAL: Final = "template_decline_modal"
STATEMENT_MODAL: Final = "statement_modal"
STATEMENT_UNKNOWN_MODAL: Final = "statement_unknown_modal"
SIMPLE_MODAL: Final = "simple_modal"
ANSWER_MODAL: Final = "answer_modal"  # what would be answered in a channel, to a press on the home tab
HOME_TAB: Final = "home_tab"  # of a view that is no modal

# Inputs of the modals: action ids
TEMPLATE_SELECT: Final = "template_select"
FACT_INPUT: Final = "fact_input"
FILL_IN: Final = "fill_in"
PAST_START: Final = "past_start"  # begin with what was said last time
TEMPLATE_NAME_INPUT: Final = "template_name_input"
WORDS_INPUT: Final = "words_input"
NOTE_INPUT: Final = "note_input"
ASSIGNEE_SELECT: Final = "assignee_select"
ASSIGNEE_OTHER: Final = "assignee_other"
PRIORITY_SELECT: Final = "priority_select"
REASON_SELECT: Final = "reason_select"
REASON_INPUT: Final = "reason_input"
TERM_SELECT: Final = "term_select"
LINK_INPUT: Final = "link_input"
AUDIENCE_SELECT: Final = "audience_select"
PARTS_CHOICE: Final = "parts_choice"  # words too long for one post go out in parts
PARTS_BLOCK: Final = "parts"
ACCOUNTS_CHOICE: Final = "accounts_choice"  # of ours that post a statement
ALSO_CHOICE: Final = "also_choice"  # other customers who get the words, too
TRIAGE_SELECT: Final = "triage_select"
STORM_SELECT: Final = "storm_select"
HIDE_SELECT: Final = "hide_select"  # which post
REST_CHOICE: Final = "rest_choice"
MERGE_SELECT: Final = "merge_select"
SAME_PERSON_INPUT: Final = "same_person_input"
ORDER_INPUT: Final = "order_input"
OTHER_TEAM_SELECT: Final = "other_team_select"
CORRECTION_CHOICE: Final = "correction_choice"
SAW_CHOICE: Final = "saw_choice"  # what somebody saw on a network
PROMISE_SELECT: Final = "promise_select"
LANE_CHOICE: Final = "lane_choice"
WHY_INPUT: Final = "why_input"

# Inputs of the modals: block ids (a refusal names the one it belongs to)
TEMPLATE_BLOCK: Final = "template"
TEMPLATE_NAME_BLOCK: Final = "template_name"
FACT_BLOCK: Final = "fact."  # followed by the fact's name
WORDS_BLOCK: Final = "words."  # followed by a hash of the words: Slack keeps typed text under the same id
NOTE_BLOCK: Final = "note"
HIDE_BLOCK: Final = "hide"
ASSIGNEE_BLOCK: Final = "assignee"
ASSIGNEE_OTHER_BLOCK: Final = "assignee_other"
PRIORITY_BLOCK: Final = "priority"
REASON_BLOCK: Final = "reason"
REASON_WORDS_BLOCK: Final = "reason_words"
TERM_BLOCK: Final = "term"
LINK_BLOCK: Final = "link"
AUDIENCE_BLOCK: Final = "audience"
VARIANT_BLOCK: Final = "words_in."  # followed by the language
ACCOUNTS_BLOCK: Final = "accounts"
ALSO_BLOCK: Final = "also"
TRIAGE_BLOCK: Final = "triage"
STORM_BLOCK: Final = "storm"
REST_BLOCK: Final = "rest"
MERGE_BLOCK: Final = "merge"
SAME_PERSON_BLOCK: Final = "same_person"
ORDER_BLOCK: Final = "order"
OTHER_TEAM_BLOCK: Final = "other_team"
CORRECTION_BLOCK: Final = "correction"
SAW_BLOCK: Final = "saw"
PROMISE_BLOCK: Final = "promise."  # followed by a hash of the promise that the input asks about
LANE_BLOCK: Final = "lane"
WHY_BLOCK: Final = "why"

# Values of the selects
LEAVE: Final = "leave"  # leave it for approval; a lane's value is its own name
KEEP: Final = "keep"
KIND: Final = "kind."  # followed by the kind of a mention
URGENT: Final = "urgent."  # followed by what makes it urgent, or by nothing
NO_PROMISE: Final = "no_promise"
LET_THEM_OUT: Final = "let_out"
SET_THEM_ASIDE: Final = "aside"
CORRECT: Final = "correct"
TAKE_BACK: Final = "take_back"
IT_IS_THERE: Final = "there"
IT_IS_MISSING: Final = "missing"
CHANGE_THERE: Final = "in_place"  # new words for the reply where it stands

# Kinds of value
CASE: Final = "case"
DRAFT: Final = "draft"
MESSAGE: Final = "message"  # a private message on a public case; the version is the case's number
ANSWER: Final = "answer"  # a /care answer
REMINDER: Final = "nag"
REMINDERS: Final = "nags"  # a list of them; its version is the place where a page begins
CHECK: Final = "check"
INQUIRY: Final = "inquiry"
SWAP: Final = "swap"
HANDOVER: Final = "handover"  # the version is the case's number
SOLO: Final = "unpaired"
UNREADABLE: Final = "unreadable"
LIST: Final = "list"  # of cases; its row is the case of the button or 0, its version says what is listed
HOME: Final = "home"  # its version says what the home tab shows
JOINT: Final = "joint"  # its version has each text as it was shown
TEMPLATE: Final = "template"  # a version of one; 0: its version is the name
STATEMENT: Final = "statement"  # its version is the mark of what was shown
SPIKE: Final = "spike"
STORM: Final = "storm"  # its version is a page, a case, a role, a step, or the storm it is merged into
HOLDING: Final = "holding"
FOR_STORM: Final = "for_storm"  # its version says for whom the words are
LIGHT: Final = "light"  # its version is the page it stands on
ASIDE: Final = "aside_case"  # a case set aside; its version is the row before the page it stands on
ASIDE_POST: Final = "aside_post"  # a post set aside because of who wrote it; its version is the page it stands on
ASIDE_PAGE: Final = "aside_page"  # of the posts of one (0: of all who are set aside), after its version
SAMPLE: Final = "sample"  # one of a sample of what was set aside; 0: the newest sample
LIGHT_PAGE: Final = "light_page"  # of a message of the light lane (0: of all), after its version
THANK_YOU: Final = "thank_you"  # its version is the row before its page, and the mark of the words that were shown
THANK_YOU_PAGE: Final = "thank_you_page"  # after its row (0: the first one); its version is the list
