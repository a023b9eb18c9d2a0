"""Slack's message text is shown in a case as people read it in Slack."""

import pytest

from bot.blocks.base.from_slack import as_read, without_codes

NAMES = {"U0ANA": "Ana", "W0BEN": "Ben"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<@U0ANA> look", "@Ana look"),
        ("<@W0BEN|benny> look", "@Ben look"),
        ("<@U0NEW|newcomer> look", "@newcomer look"),
        ("<@U0NEW> look", "@someone look"),
        ("seen in <#C0CARE|care>", "seen in #care"),
        ("seen in <#C0CARE>", "seen in #channel"),
        ("seen in <#C0CARE|>", "seen in #channel"),
        ("<!here> quick", "@here quick"),
        ("<!subteam^S0LEADS|@leads> quick", "@leads quick"),
        ("<!subteam^S0LEADS> quick", "@subteam quick"),
        ("since <!date^1700000000^{date_short}|14 Nov>", "since 14 Nov"),
        ("see <https://example.com/a?b=1&amp;c=2>", "see https://example.com/a?b=1&c=2"),
        ("see <https://example.com/a|the page>", "see the page (https://example.com/a)"),
        ("see <http://example.com|example.com>", "see http://example.com"),
        ("write <mailto:lee@example.com|lee@example.com>", "write lee@example.com"),
        ("call <tel:+4930123|+4930123>", "call +4930123"),
        (":tada: late :thumbsup::skin-tone-3:", "🎉 late 👍🏼"),
        (":our-own-logo: late", ":our-own-logo: late"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("she wrote &lt;@U0ANA&gt;", "she wrote <@U0ANA>"),
        ("a < b and c > d", "a < b and c > d"),
    ],
)
def test_a_message_reads_as_it_did_in_slack(written: str, read: str) -> None:
    assert as_read(written, NAMES) == read


def test_what_was_unescaped_already_is_not_unescaped_again() -> None:
    assert without_codes("R&amp;D with <@U0ANA>", NAMES) == "R&amp;D with @Ana"
