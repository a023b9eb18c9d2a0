"""Forms and messages about no case in particular: a refusal, sentences, an answer over Slack; who may read a form."""

from collections.abc import Mapping

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block, plain_text
from bot.domain.slack.readers import NOWHERE, OUTSIDE
from bot.ports.chat import Message

View = Mapping[str, object]
# in a form's metadata
KEPT_TO = "kept_to"  # who may read what it shows (bot/domain/slack/readers.py)
FACE = "face"  # which page the home tab shows, on the tab itself and in a form that was opened there


def kept_to(form: View) -> str:
    """Return who may read a form; a simple one is for everybody, since it has nothing about a customer."""
    if form["callback_id"] == ids.SIMPLE_MODAL:
        return OUTSIDE
    return str(ids.unpack(str(form.get("private_metadata", ""))).get(KEPT_TO, NOWHERE))


def simple(title: str, text: str) -> View:
    """Draw a modal with some sentences of our own (mrkdwn) and no inputs."""
    return {
        "type": "modal",
        "callback_id": ids.SIMPLE_MODAL,
        "title": title_of(title),
        "close": plain_text("Close", limits.VIEW_TITLE),
        "blocks": [parts.section(text)],
    }


def showing(answer: Message) -> View:
    """Draw an answer over Slack, for a press in a place where no message can stand."""
    return {
        "type": "modal",
        "callback_id": ids.ANSWER_MODAL,
        "title": title_of("Heard"),
        "close": plain_text("Close", limits.VIEW_TITLE),
        "private_metadata": ids.pack({KEPT_TO: answer.kept_to}),
        "blocks": [dict(one) for one in answer.blocks] or [parts.section(answer.text)],
    }


def refusal(sentence: str) -> Message:
    """Draw a refusal, for the person who asked."""
    return limits.fit(
        Message(text=parts.own(sentence, limits.FALLBACK), blocks=[parts.section(sentence)], kept_to=OUTSIDE)
    )


def title_of(words: str) -> Block:
    """Return a form's title, which Slack bounds."""
    return plain_text(parts.shortened(words, limits.VIEW_TITLE), limits.VIEW_TITLE)
