"""The forms that hide a customer's post on its network, or show a hidden one again."""

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import input_block, select, text_input
from bot.blocks.base.simple_forms import View
from bot.blocks.base.wording import network
from bot.blocks.replies.forms import Metadata, case_form
from bot.domain.cases.view import CaseView
from bot.domain.promises.spoken_promise import in_words

MOST = 10  # posts that a form offers


def hide_form(view: CaseView, metadata: Metadata, *, hide: bool) -> View:
    """Draw the form that hides a post, or shows a hidden one again."""
    where, posts = network(view), [one for one, hidden in view.hideable if hidden != hide][:MOST]
    choices = {str(one.id): f"{in_words(one.posted_at, view.now, view.zone)}: {one.text}" for one in posts}
    offered = {row: parts.shortened(words, limits.OPTION) for row, words in choices.items()}
    hides = f"{where} hides it from other readers at once, or behind one more press; its author still sees it."
    what = hides if hide else f"Everybody on {where} sees it again, at once."
    blocks = [
        input_block(ids.HIDE_BLOCK, "Which post?", select(ids.HIDE_SELECT, offered)),
        text_input(ids.NOTE_BLOCK, ids.NOTE_INPUT, "Why?", "It stays with the case. The customer does not see it."),
        parts.small(f"{what} Our promise to the customer runs on."),
    ]
    title, send = (f"Hide on {where}", "Hide it") if hide else (f"Show on {where}", "Show it again")
    modal = ids.HIDE_MODAL if hide else ids.SHOW_MODAL
    return case_form(view, modal, title, send, blocks, metadata=metadata)
