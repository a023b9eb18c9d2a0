"""What is said of templates: a fallback text calls nobody, whatever stands in a template."""

from datetime import UTC, datetime

from bot.blocks.replies import template_form, template_use
from bot.domain.replies.template_use import RepeatedSentence, TemplateReport
from bot.domain.replies.template_version import TemplateVersion, VersionState

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CALLS = "Read this <!channel> and <@U0BEN00001>"
INERT = "Read this &lt;!channel&gt; and &lt;@U0BEN00001&gt;"
VERSION = TemplateVersion(name="late", content=CALLS, state=VersionState.PROPOSED, by="U0ANA00001", at=NOW, id=3)


def test_a_template_that_would_call_a_channel_calls_nobody() -> None:
    assert template_form.proposal_aloud(VERSION) == f"late, version 3: {INERT}"
    assert INERT in template_form.versions("late", CALLS, [VERSION], NOW, b"secret").text


def test_nor_does_a_sentence_that_people_repeat() -> None:
    said = RepeatedSentence(words=CALLS, customers=4, template_language="en")
    none = {"uses": [], "never_used": [], "lacking": []}
    report = TemplateReport(since=NOW, replies=1, with_template=0, repeated=[said], **none)
    assert INERT in template_use.templates(report).text
