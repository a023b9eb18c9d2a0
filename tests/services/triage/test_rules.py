"""Rules of triage in heard.toml: what they decide on a desk, and the sentence for each that cannot be used."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.base.text import clean
from bot.domain.cases.case import Priority
from bot.domain.mentions.mention import Mention
from bot.domain.triage.triage import Kind, Triage, Urgent
from bot.domain.triage.weighing import ALWAYS, Weights
from bot.gateways.drawing import draw
from bot.ports import Desk, Policy
from bot.services.mentions.routing import route
from bot.services.triage.triage import triage_by
from bot.settings.patterns import Re2Pattern
from bot.settings.triage_rules import TriageSection
from tests.fakes import NOON, a_post
from tests.long import examples
from tests.services.journey import only_case, receive
from tests.test_settings import LEAST, faults, loaded

ROUTE = '[[routes]]\nwords = ["lamp"]\ntopic = "lamps"\nchannel = "C0CARELAM1"\n'


def rule(pattern: str, more: str = 'kind = "spam"', name: str = "club") -> str:
    return f"[[triage]]\nname = \"{name}\"\npattern = '{pattern}'\n{more}\n"


def policy_of(tmp_path: Path, *parts: str) -> Policy:
    return loaded(tmp_path, LEAST + "".join(parts)).policy()


def told(policy: Policy, text: str) -> Triage:
    return triage_by(policy, a_post("1", text))


def post(text: str) -> Mention:
    return a_post("1", text)


@pytest.mark.parametrize(
    ("pattern", "text", "words"),
    [
        ("lamp ?club", "my LampClub card", "LampClub"),
        ("^lamp", "Lamp please", "Lamp"),
        ("(?-i)NK-[0-9]+", "the NK-200 hums", "NK-200"),
        (r"tarjeta\s+perdida", "mi tarjeta\nperdida", "tarjeta perdida"),
        ("電球", "この電球が", "電球"),
        ("café", "the cafe\u0301, the café", "café"),
        (r"\p{Greek}+", "το φως", "το"),
        ("lamp\ufffd", "a lamp\ud800 with half a sign", "lamp\ufffd"),
    ],
)
def test_a_pattern_finds_the_words_that_are_the_reason(tmp_path: Path, pattern: str, text: str, words: str) -> None:
    found = told(policy_of(tmp_path, rule(pattern)), text)
    assert (found.kind, found.kind_by.words, found.kind_by.configured) == (Kind.SPAM, (words,), "club")


def test_what_fits_no_rule_is_as_its_words_say(tmp_path: Path) -> None:
    text = "@northwind thank you"
    assert told(policy_of(tmp_path, rule("lamp")), text) == told(policy_of(tmp_path), text)


def test_a_topic_and_an_urgent_reason_go_to_the_case_too(tmp_path: Path) -> None:
    policy = policy_of(tmp_path, ROUTE, rule("club", 'topic = "club"\nurgent = "vulnerable"'))
    routed = route(post("my lamp club card"), policy)
    assert (routed.channel, routed.priority, routed.topic) == ("C0CARELAM1", Priority.URGENT, "club")
    assert told(policy, "my lamp club card").topic == "club"
    assert "club" in loaded(tmp_path, LEAST + ROUTE + rule("club", 'topic = "club"')).config.topics


@pytest.mark.parametrize(
    "more", ['topic = "club"', 'urgent = "legal"\ntopic = "club"', 'kind = "praise"\nlight = true']
)
def test_safety_stays_safety_whatever_a_rule_says(tmp_path: Path, more: str) -> None:
    policy = policy_of(tmp_path, ROUTE, rule("lamp", more))
    text = "your lamp caught fire"
    routed = route(post(text), policy)
    assert (routed.priority, routed.topic) == (Priority.URGENT, "safety")
    assert (told(policy, text).urgent, told(policy, text).light) == (Urgent.SAFETY, False)


def test_a_rule_can_add_a_danger(tmp_path: Path) -> None:
    policy = policy_of(tmp_path, ROUTE, "[safety]\nchannel = 'C0CARESAF1'\n", rule("lamp hums", 'urgent = "safety"'))
    routed = route(post("my lamp hums"), policy)
    assert (routed.channel, routed.priority, routed.topic) == ("C0CARESAF1", Priority.URGENT, "safety")
    assert told(policy, "my lamp hums").urgent == Urgent.SAFETY


def test_the_card_names_the_rule_and_the_words(desk: Desk, tmp_path: Path) -> None:
    desk = replace(
        desk, policy=replace(desk.policy, triage_rules=policy_of(tmp_path, rule("lamp club")).triage_rules)
    )
    receive(desk, a_post("100", "@northwind is the Lamp Club yours?"))
    card = draw(desk, desk.store.card(only_case(desk).id), NOON)  # type: ignore[arg-type]
    assert card
    assert "Spam: Lamp Club (rule “club”)." in card[0].text
    assert "rule “club”" in str(card[0].blocks)


def test_the_card_names_the_rule_of_a_topic_and_of_a_usual_kind(desk: Desk, tmp_path: Path) -> None:
    rules = policy_of(tmp_path, rule("lamp club", 'topic = "club"\nkind = "complaint"')).triage_rules
    desk = replace(desk, policy=replace(desk.policy, triage_rules=rules))
    receive(desk, a_post("100", "@northwind is the Lamp Club yours?"))
    card = draw(desk, desk.store.card(only_case(desk).id), NOON)  # type: ignore[arg-type]
    assert card
    assert "Complaint: Lamp Club (rule “club”) · topic club: Lamp Club (rule “club”)." in card[0].text


BAD = {
    "(lamp": "cannot be used: missing ): (lamp.",
    "lamp(?=s)": "cannot be used: invalid perl operator: (?=.",
    r"(l)\1": r"cannot be used: invalid escape sequence: \1.",
    "[": "cannot be used: missing ]: [.",
    "*lamp": "cannot be used: no argument for repetition operator: *.",
    "l{1001}": "cannot be used: invalid repetition size: {1001}.",
    r"\pL{300}": "too large to be fast",
    ".{300}": "too large to be fast",
    "(l{500}){2}": "too large to be fast",
    "[ab]*a[ab]{500}c": "too large to be fast",
    "(?:[ab]{1,30}a){8}c": "too large to be fast",
    "lamp" * 300: "too large to be fast",
    "lamp*|": "fits every post, even an empty one",
    ".*": "fits every post, even an empty one",
    " ": "has an empty pattern",
}


@pytest.mark.parametrize(("pattern", "said"), BAD.items())
def test_a_pattern_that_cannot_be_used_is_refused_with_the_name_of_its_rule(
    tmp_path: Path, pattern: str, said: str
) -> None:
    (found,) = faults(tmp_path, LEAST + rule(pattern))
    assert (found.where, found.line) == ("triage[1].pattern", 13)
    assert found.what.startswith("The rule “club” ")
    assert said in found.what
    assert found.remedy


def test_all_rules_that_cannot_be_used_are_said_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, LEAST + "".join(rule(one, name=f"no {number}") for number, one in enumerate(BAD)))
    assert [one.what.split("”")[0] for one in found] == [f"The rule “no {number}" for number in range(len(BAD))]


@pytest.mark.parametrize(
    "pattern",
    [
        "refund.{0,40}late",
        "|".join(f"word{one}x" for one in range(60)),
        r"\pL+ club",
        r"(\pL+ ?){3}x",
        r"\p{Greek}{3}",
    ],
)
def test_patterns_that_people_write_are_taken(tmp_path: Path, pattern: str) -> None:
    assert policy_of(tmp_path, rule(pattern)).triage_rules


@given(pattern=st.text(max_size=40), post=st.text(max_size=80))
@settings(max_examples=examples(300), deadline=None)
def test_whatever_is_written_is_refused_or_finds_a_part_of_the_post(pattern: str, post: str) -> None:
    try:
        section = TriageSection(name="any", pattern=pattern, kind="spam")
    except ValidationError:
        return
    assert Re2Pattern(section.pattern)(post) in clean(post)


ODD = {
    "decides nothing": rule("lamp", ""),
    "is for nobody": rule("lamp", 'kind = "spam"\nfollowers_at_least = 10\nfollowers_below = 10'),
    "complaint is never light": rule("lamp", 'kind = "complaint"\nlight = true'),
    "legal is never light": rule("lamp", 'urgent = "legal"\nlight = true'),
    "no route leads to its channels": rule("lamp", 'kind = "spam"\nchannels = ["C0CARENOT1"]'),
    "names a language that nobody writes": rule("lamp", 'kind = "spam"\nlanguages = ["und"]'),
    "has the name of another one": rule("lamp") + rule("sofa"),
}


@pytest.mark.parametrize(("said", "text"), ODD.items())
def test_a_rule_that_can_never_fit_or_contradicts_itself_is_said(tmp_path: Path, said: str, text: str) -> None:
    (found,) = faults(tmp_path, LEAST + text)
    assert said in found.what
    assert found.remedy


def test_a_bad_pattern_hides_no_contradiction_of_another_rule(tmp_path: Path) -> None:
    found = faults(tmp_path, LEAST + rule("(lamp") + rule("sofa", "", "b") + "[hours]\nmon = 7\n")
    assert [one.where for one in found] == ["triage[1].pattern", "triage[2]", "hours.mon"]


TWO = [
    # the first rule, the later one, what of the later one never counts
    (rule("lamp"), rule("lamp", 'kind = "troll"', "b"), "kind"),
    (rule("lamp"), rule("lamp club", 'kind = "troll"\ntopic = "b"', "b"), "kind"),
    (rule("Lamp|sofa"), rule("lamp club|my sofa", 'kind = "troll"', "b"), "kind"),
    (rule(".", 'topic = "a"'), rule("(?:lamp|sofa)s?", 'topic = "b"', "b"), "topic"),
    (rule("lamp", 'urgent = "safety"'), rule("lamp", 'urgent = "legal"', "b"), "urgent"),
    (rule("lamp", "light = false"), rule("lamp", 'light = true\nnetworks = ["x"]', "b"), "light"),
    (
        rule("lamp", 'kind = "spam"\nfollowers_below = 20'),
        rule("lamp", 'kind = "troll"\nfollowers_below = 10', "b"),
        "kind",
    ),
    (
        rule("lamp", 'kind = "spam"\nstars_at_most = 2'),
        rule("lamp", 'kind = "troll"\nstars_at_most = 1', "b"),
        "kind",
    ),
]
FINE = [
    rule("lamp club") + rule("lamp", 'kind = "troll"', "b"),
    rule("lamp") + rule("lamp", 'topic = "b"', "b"),
    rule("lamp", 'urgent = "legal"') + rule("lamp", 'urgent = "safety"', "b"),
    rule("lamp", 'kind = "spam"\nnetworks = ["x"]') + rule("lamp", 'kind = "troll"', "b"),
    rule("lamp|sofa") + rule("lamp club|chair", 'kind = "troll"', "b"),
    rule("lam.") + rule("lamp", 'kind = "troll"', "b"),
    rule("lamp", "light = true"),
    rule("lamp", 'kind = "thanks"\nlight = true'),
]


@pytest.mark.parametrize(("first", "later", "taken"), TWO)
def test_a_rule_that_never_counts_behind_a_wider_one_is_said(
    tmp_path: Path, first: str, later: str, taken: str
) -> None:
    (found,) = faults(tmp_path, LEAST + first + later)
    assert found.what == f"The rule “b” comes after “club”, which fits all its posts: its {taken} never counts."


@pytest.mark.parametrize("text", FINE)
def test_rules_that_can_both_count_are_no_fault(tmp_path: Path, text: str) -> None:
    assert policy_of(tmp_path, text).triage_rules


def test_too_many_rules_are_refused(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, LEAST + "".join(rule(f"word{one}x", name=str(one)) for one in range(101)))
    assert "at most 100 are allowed" in found.remedy


def test_two_readings_of_the_same_rules_are_equal(tmp_path: Path) -> None:
    assert policy_of(tmp_path, rule("lamp")) == policy_of(tmp_path, rule("lamp"))


@pytest.mark.parametrize(
    ("text", "weighed"),
    [("the lamp is broken", Kind.CHATTER), ("do you ship lamps to Norway?", Kind.COMPLAINT)],
)
def test_what_was_weighed_against_the_words_is_not_made_light_by_a_rule_that_says_no_kind(
    tmp_path: Path, text: str, weighed: Kind
) -> None:
    others = tuple(kind for kind in (Kind.COMPLAINT, Kind.QUESTION, Kind.CHATTER) if kind != weighed)
    weights = Weights(kinds=(weighed, *others), of_clue={ALWAYS: (900, 0, 0)}, certain=9999)
    policy = replace(policy_of(tmp_path, rule("lamp", "light = true")), weights=lambda: weights)
    assert (told(policy, text).kind, told(policy, text).light) == (weighed, False)
