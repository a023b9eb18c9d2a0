"""Which doors each scene opens; `tests/bench/growth/test_growth.py` fails for one that none opens."""

from collections.abc import Mapping

HOME = "home"
# Names of buttons, inputs that report, forms, and options of a card's menu.
PRESSED: Mapping[str, str] = {
    "solo": (
        "assign assign_modal case_claim case_reply case_take_private correct_reply correction_modal "
        "fact_input fill_in history inquire inquiry_modal lane_choice release reply_modal rest rest_modal "
        "same_person set_aside set_aside_modal solved something_else take template_select triage_choose "
        "triage_modal unpaired_list unpaired_read why_input words_input"
    ),
    "may be stopped": "draft_open draft_stop draft_withdraw",
    "new, claimed and solved": "hide hide_modal reopen",
    "in review": (
        "draft_approve draft_approve_sure draft_back draft_edit_approve draft_not_me draft_request_changes "
        "draft_still_right draft_still_right_sure edit_approve_modal request_changes_modal"
    ),
    "sent, refused, by hand, in parts": "draft_leave hand_over hand_posted link_modal open_post open_thread send_again",
    "of unknown outcome": "unknown_on_word unknown_seen",
    "of unknown outcome, read": "unknown_missing",
    "one customer, several cases": "case_earlier merge merge_modal not_the_same same_person_modal take_apart",
    "what was said before": (
        "case_translate customer customer_modal past_start suggest suggested_start template_begin translate"
    ),
    "in private": "case_apart case_closing closing_line closing_modal",
    "hidden": "show show_modal",
    "storms": (
        "holding_end holding_fixed holding_modal holding_pause holding_resume holding_write joint_approve "
        "joint_changes joint_changes_modal storm_folded storm_lead storm_merge storm_modal storm_open "
        "storm_over storm_own storm_pause storm_same storm_scribe storm_seen storm_step storm_take_out"
    ),
    "light": "light_aside light_aside_rest light_like light_more light_open light_thank",
    "set aside": "aside_back aside_more aside_open aside_posts",
    "to be set aside by two": "aside_agree aside_decline",
    "a sample": "sample_missed sample_right sample_show",
    "unreadable": "unreadable_leave unreadable_list unreadable_open",
    "another team": "inquiry_answer inquiry_answer_modal inquiry_withdraw",
    "reminded": "nag_hand_over nag_have_it nag_list nag_on_it nag_snooze",
    "silent": "check_hand_back check_still",
    "shifts": "handover_back handover_give swap_accept swap_decline",
    "in German": "reader",
    "an impostor": "impostor_warn",
    "thank-yous": (
        "thank_you_approve thank_you_decline thank_you_like thank_you_more thank_you_offer thank_you_quotes "
        "thank_you_skip thank_you_withdraw"
    ),
    "statements": (
        "statement_approve statement_approve_sure statement_correct statement_decline statement_modal statement_take_back "
        "statement_unknown statement_unknown_modal statement_write"
    ),
    "templates": (
        "template_approve template_decline template_decline_modal template_modal template_proposals "
        "template_put_back template_write"
    ),
    "nothing else": "list_claim list_filter list_first list_next share",
    HOME: "home_more home_show shift_off shift_on",
}
