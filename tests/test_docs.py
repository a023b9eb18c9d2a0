"""The docs are compared with the code."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import cli
from bot.domain.base.tables import CASE, DRAFT, CaseState, CaseVerb, DraftState, DraftVerb
from bot.domain.base.transitions import mermaid
from bot.domain.replies.template_facts import OUR_FACTS
from bot.domain.slack.hearing import markdown
from bot.domain.slack.telling import TellingKind
from bot.settings.model import Config

ROOT = Path(__file__).parents[1]


def test_the_diagrams_in_the_docs_are_the_tables() -> None:
    page = (ROOT / "docs/architecture.md").read_text()
    assert mermaid(CASE) in page
    assert mermaid(DRAFT) in page


def test_who_hears_of_what_in_the_docs_is_the_table() -> None:
    assert markdown() in (ROOT / "docs" / "hearing.md").read_text()


def test_the_readme_begins_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text()
    assert readme.index("make rehearse") < readme.index("make test") < readme.index("## What it promises")


def test_the_readme_lists_every_page() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [page.name for page in sorted((ROOT / "docs").glob("*.md")) if f"(docs/{page.name})" not in readme] == []


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [name for name in cli.COMMANDS if f"heard {name}" not in readme] == []


def test_decisions_are_short() -> None:
    too_long = [page.name for page in (ROOT / "docs/adr").glob("*.md") if len(page.read_text().splitlines()) > 20]
    assert too_long == []


def test_each_decision_has_a_number_of_its_own() -> None:
    pages = sorted((ROOT / "docs/adr").glob("*.md"))
    assert len({page.name[:4] for page in pages}) == len(pages)
    assert [page.name for page in pages if not page.read_text().startswith(f"# {int(page.name[:4])}. ")] == []


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    page = (ROOT / "docs/dependencies.md").read_text().casefold()
    names = [one.split(">=")[0].split("==")[0] for one in wanted]
    assert [name for name in names if name not in page] == []


def test_every_metric_is_on_the_page_for_operations() -> None:
    source = "".join((ROOT / one).read_text() for one in ("handlers/measuring.py", "bot/gateways/metrics.py"))
    named = set(re.findall(r'"(heard_[a-z_]+)"', source))
    page = (ROOT / "docs/operations.md").read_text()
    assert len(named) > 15
    assert sorted(one for one in named if f"`{one}" not in page) == []


def test_the_locks_hold_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = lock.read_text()
        assert "://" not in text, lock.name
        assert "--index" not in text
    assert '"resolved"' not in (ROOT / "tests" / "networks" / "package-lock.json").read_text()


def test_what_two_locks_hold_has_one_version() -> None:
    def versions(name: str) -> dict[str, str]:
        return dict(
            re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE)
        )

    development, networks = versions("dev.lock"), versions("networks.lock")
    shared = development.keys() & networks.keys()
    assert "requests" in shared
    assert {one for one in shared if development[one] != networks[one]} == set()


def test_the_page_on_templates_names_the_facts_of_the_desk() -> None:
    page = (ROOT / "docs/templates.md").read_text()
    ours = page[page.index("The desk fills these by itself") : page.index("Everything else you ask for")]
    assert sorted(re.findall(r"{{ (\w+)", ours)) == sorted(OUR_FACTS)


def test_what_the_docs_say_to_care_is_understood() -> None:
    from handlers.commands import VERBS

    pages = [ROOT / "README.md", *ROOT.glob("docs/*.md")]
    said = {(page.name, word) for page in pages for word in re.findall(r"`/care\s+([a-z-]+)", page.read_text())}
    assert len(said) > 10
    assert sorted(said - {(page.name, one.name) for page in pages for one in VERBS}) == []


def test_the_readme_names_what_care_understands() -> None:
    from handlers.commands import VERBS

    readme = (ROOT / "README.md").read_text()
    line = readme[readme.index("In Slack:") :].splitlines()[0]
    named = [one.removeprefix("/care ") for one in re.findall(r"`([^`]+)`", line)]
    assert sorted(named) == sorted(one.name for one in VERBS)


CHANGES = """
a verb of `/care`
a list that `/care` can be narrowed to
a button, on the card or elsewhere
a part of the home tab, or of the team board that leads see there
a form, or a field of one
a card field (shown)
a card field (stored)
a kind of Slack message
who hears of an event
a sentence that people read
why a draft does not match its conversation any more
who may do what
a right of the Slack app
how much a message shows, how many of something it lists, and Slack's limits
who gets a new case
the order of the queue
a number of `/care status`
what is shown of a customer from our own systems
who is the same person on another network
what `/care find` finds
what another team reads of a case
a state or verb of case and draft
an event that changes no state
a fact in a line of the audit trail, or the wording of a line
a template fact
a reply template, or a language of templates
where words of a draft can come from
which past replies are offered, and what is taken out of them
what a machine is asked, and what becomes of its answer
what is counted of templates, and which sentences are named
how a template is written, approved and put back in Slack
how templates are written to files and read from them
how a statement to everybody is written, approved, posted, corrected and taken back
a check on words
which words or tone of a draft are remarked
what is personal data in a public reply
how a case goes on in private, and back
how a customer's post is hidden, and shown again
the ways in which a template says a sentence
what may stand in a template
who may approve
which approver is asked
how long an approval lasts
for how many customers one draft is
when a reply of unknown outcome is looked for
when a refused reply is tried again
how a long reply goes out in parts
how long a reply may be
when a case closes by itself
a reminder level, or its percentage
the words of a reminder
a turnaround rule for one channel, network or segment
which words of ours are a promise
when a claim without a draft is asked about
when nobody is disturbed
who is on, and until when
a figure of the promise report
a line of the daily note or weekly digest
what is said of pictures, films and links of a post
a fact that comes with a post
which posts belong to one case
what a changed or deleted post does
when a network is asked whether posts were deleted
a condition of `[[triage]]` rules, or what they decide
what a mention can be taken for
a word or rule of triage
the clues by which a kind is weighed
a language of triage
why a post of a storm keeps its own thread
when a storm opens by itself
what `/care storm` lists, and what a lead can start
the message of a storm
whom a holding reply is for
for how long something is set aside
a word of danger (safety word), or a language of them
which mention is light, and what the desk does with it
what can become of a light mention
the hourly message of light mentions
which posts are thank-yous, and what becomes of them
who counts as an impostor's customer, and their warning
a reason for setting aside
what counts as more than usual
a count of `/care topics`
a network
a server that speaks Mastodon's language, and how it differs
what a network's own software, or another's, is asked to judge
what a network's webhook does
what is read from Facebook and Instagram
what X's open stream tells, and what is made of it
a secret or an option of an account
a rule for one of several accounts
when a token is renewed, and when leads hear that one ends
what an answer of a network means
what waits after a refused call
what keeps the desk from sending
what is asked and read again after the database went back to an older copy
what costs money on a network
what an answer of Slack means
how often a network is read
how fast messages go to Slack
a question to the store
how many connections to PostgreSQL there are, and what ends them
a table, column or migration
how long something is kept
an export column
how a table is made safe for spreadsheets
a setting
a scheduled job
how a desk is installed
what stands against a threat
what monitoring is told
what the start of the desk loads
a command of the command line
a question of `heard init`
what is said of an account at a glance
a table or column with text
a result that is kept in memory
how erasures outlive the database
a line of `heard doctor`
the heartbeat to a watcher outside
a line of `heard check`
what no log or output may show
a call that goes out
a file that the desk keeps beside the database
what the crowd of a rehearsal posts
a drill
a fault that a rehearsal can plan
what is measured beside very many cases
a scene for tests
"""


def rows(page: str) -> list[list[str]]:
    """Return the cells of each row of a page's tables, without their headers."""
    lines = page.splitlines()
    rules = {at for at, line in enumerate(lines) if line.startswith("|---")}
    kept = [line for at, line in enumerate(lines) if line.startswith("|") and not {at, at + 1} & rules]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in kept]


# The last words of names of domain classes that are no terms of the desk, each group with what they say.
PLAIN_WORDS = {
    "what they say in every text": "action choice count ending failure figure history item person progress reason state "
    "text today way wording",
    "a part of a list or page": "entry heap row section",
    "an address in Slack or on a network": "addressed named ref room",
    "what a function found, for the next one": "decided fitting found heard judged missing noticing ongoing published "
    "took wanted written",
    "a filter": "only whose",
    "a reason why": "moved",
    "an answer of Slack": "openness",
    "what waits for Slack and the networks": "outbox",
    "whose words, or whose post": "share side",
    "what one person or screen shows": "occasion offered standing tally",
    "what is kept until it is asked for again": "memory",
}


def glossary_words() -> set[str]:
    """Return the words of the glossary's first column, those in brackets among them."""
    said = " ".join(term for term, *_ in rows((ROOT / "docs/glossary.md").read_text()))
    return set(re.findall(r"[a-z]+", said.casefold()))


def not_explained(words: Iterable[str]) -> list[str]:
    """Return the words that are neither in the glossary nor plain words, in singular or plural."""
    known = glossary_words() | set(" ".join(PLAIN_WORDS.values()).split())
    return sorted(word for word in set(words) if not {word, f"{word}s", word.removesuffix("s")} & known)


def domain_classes() -> Iterator[str]:
    """Yield the public classes of the domain, without events (they are verbs) and refusals (they are sentences)."""
    for path in sorted((ROOT / "bot/domain").rglob("*.py")):
        if not path.stem.endswith("events") and path.stem != "refusals":
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    yield node.name


def head(name: str) -> str:
    """Return the last word of the name of a class: what its values are."""
    return re.findall(r"[A-Z][a-z]+", name)[-1].casefold()


def test_the_glossary_explains_what_each_class_of_the_domain_is() -> None:
    assert not_explained(map(head, domain_classes())) == []


def test_the_glossary_explains_the_states_and_verbs_of_case_and_draft() -> None:
    words = [one.name.casefold().replace("_", " ") for one in (*CaseState, *CaseVerb, *DraftState, *DraftVerb)]
    assert not_explained(word for one in words for word in one.split()) == []


def test_the_glossary_explains_the_kinds_of_messages() -> None:
    words = [one.name.casefold() for one in TellingKind]
    assert not_explained(word for one in words for word in one.split("_")) == []


def test_the_glossary_explains_the_sections_of_the_configuration() -> None:
    assert not_explained(word for one in Config.model_fields for word in one.split("_")) == []


def test_every_plain_word_is_the_last_word_of_a_class() -> None:
    heads = {head(name).removesuffix("s") for name in domain_classes()}
    assert sorted(one for one in " ".join(PLAIN_WORDS.values()).split() if one.removesuffix("s") not in heads) == []


def test_the_page_on_where_to_change_what_has_a_row_for_each_change() -> None:
    found = rows((ROOT / "docs/where-to-change.md").read_text())
    assert [change for change, _, _ in found] == CHANGES.strip().splitlines()
    assert all("tests/" in fails or "mypy" in fails for _, _, fails in found)


def test_the_page_on_where_to_change_what_names_what_is_there() -> None:
    page = (ROOT / "docs/where-to-change.md").read_text()
    named = set(re.findall(r"`([\w./-]+(?:/|\.(?:py|md)))`", page))
    assert len(named) > 30
    assert sorted(one for one in named if not (ROOT / one).exists()) == []


def test_every_module_that_a_page_names_is_there() -> None:
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    named = {one for page in pages for one in re.findall(r"`([\w./-]+/[\w./-]+\.py)`", page.read_text())}
    assert len(named) > 40
    assert sorted(one for one in named if not (ROOT / one).exists()) == []


def test_the_names_in_it_are_in_the_files_that_it_names_with_them() -> None:
    page = (ROOT / "docs/where-to-change.md").read_text()
    pairs = re.findall(r"`(\w+)`(?: of `/care`)? (?:in|of) `([\w./-]+\.py)`", page)
    assert len(pairs) > 5
    assert [(name, file) for name, file in pairs if name not in (ROOT / file).read_text()] == []
