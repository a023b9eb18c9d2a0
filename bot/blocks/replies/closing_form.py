"""Draws the public closing line of a case that was solved in private: its offer and its form."""

from collections.abc import Sequence

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import text_input
from bot.blocks.base.phrases import Bold, Phrase, as_line
from bot.blocks.base.simple_forms import View
from bot.blocks.base.wording import full_name, network, who_waits
from bot.blocks.cases.buttons import closing_button
from bot.blocks.replies.forms import Metadata, case_form
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Mention
from bot.domain.slack.readers import OURS
from bot.ports.chat import Message

_APPROVED = "Somebody else approves it before anything goes out. Say nothing that was said in private."


def closing_offer(view: CaseView, secret: bytes) -> Message:
    """Draw the answer to whoever called the case solved; it holds no words and no name of the customer."""
    said: Phrase = [f"Case {view.case.id} is solved. It began in public, and readers there do not know it yet."]
    blocks = [parts.rich(parts.line(said, view.now)), *parts.actions([closing_button(view, secret)])]
    return limits.fit(Message(text=as_line(said, view.now), blocks=blocks, kept_to=OURS))


def closing_form(view: CaseView, post: Mention, words: str, notes: Sequence[str], metadata: Metadata) -> View:
    """Draw the form with the public post and the words that are to stand under it."""
    wrote: Phrase = [Bold(full_name(view.case)), f" wrote on {network(view)}, in public, at ", post.posted_at, ":"]
    label = f"The public closing line to {who_waits(view.case)}"
    blocks = [
        parts.rich(parts.line(wrote, view.now), parts.post(post.text, limits.BRIEFLY)),
        text_input(ids.WORDS_BLOCK + "closing", ids.WORDS_INPUT, label, _APPROVED, words=words),
        *([parts.small(" · ".join(notes))] if notes else []),
    ]
    title = f"Closing line, case {view.case.id}"
    return case_form(view, ids.CLOSING_MODAL, title, "Send for approval", blocks, metadata=metadata)
