"""Reports how templates were used: counted from what went out, by its period."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.cases.earlier_case import Ending, ended_with
from bot.domain.replies.origins import OriginKind, cut_into_passages
from bot.domain.replies.past_reply import common_words, with_gaps
from bot.domain.replies.template_use import (
    PERIOD,
    SentReply,
    TemplateReport,
    after_reply,
    lacking,
    repeated,
    uses,
)
from bot.domain.triage.triage import Triage
from bot.domain.triage.vocabulary import Vocabulary
from bot.ports import Store
from bot.ports.words import TemplateLike

NEWEST = 1_000  # replies whose sentences are compared: each costs a fraction of a millisecond


def template_report(
    store: Store, templates: Sequence[TemplateLike], vocabulary: Vocabulary, now: datetime
) -> TemplateReport:
    """Return how templates were used in the last 90 days, and what is missing."""
    since = now - PERIOD
    sent = [_answered(one, last, taken_for, now) for one, last, taken_for in store.sent_replies(since)]
    titles = {one.name: one.title for one in templates}
    used = uses(titles, sent)
    named = {one.name for one in used}
    return TemplateReport(
        since=since,
        replies=len(sent),
        with_template=sum(bool(one.words.template) for one in sent),
        uses=used,
        never_used=[one.title for one in templates if one.name not in named],
        lacking=lacking(templates, sent),
        repeated=repeated(_own_words(vocabulary, sent)),
    )


def _answered(sent: SentReply, last: int, taken_for: Triage | None, now: datetime) -> SentReply:
    how = ended_with(taken_for) if last else Ending.SILENT
    return replace(sent, ending=after_reply(how, sent.words.at, now))


def _own_words(vocabulary: Vocabulary, sent: Sequence[SentReply]) -> Iterator[tuple[SentReply, str]]:
    """Yield what people wrote themselves in public replies, without what was their customers'."""
    public = [one for one in sent if not one.private][:NEWEST]
    common = common_words([one.words for one in public], vocabulary.all_tongues.plain)
    for one in public:
        own = "\n".join(
            words
            for origin, words in cut_into_passages(one.words.reply, one.passages)
            if origin.kind == OriginKind.PERSON
        )
        text = own if one.passages else "" if one.words.template else one.words.reply
        if text.strip():
            yield one, with_gaps(replace(one.words, reply=text), common)
