"""Routing of a post: a danger first, then the first matching route; languages match, not only their codes."""

from dataclasses import replace

import pytest

from bot.domain.cases.case import Priority
from bot.domain.mentions.safety import SafetyRule
from bot.domain.mentions.word_rules import Sign
from bot.ports import Route
from bot.services.mentions.routing import route
from tests.builders import a_post
from tests.fakes import POLICY

BILLING = Route(channel="C0BILLING1", words=("charge*",), topic="billing", priority="high")
POLICY_WITH = replace(
    POLICY, routes=(BILLING,), safety=SafetyRule(signs=(Sign(words=("melt*",), beside=("charger*",)),))
)


def said(text, policy=POLICY_WITH, language="en"):
    return route(replace(a_post(), text=text, language=language), policy)


def test_a_danger_is_urgent_and_no_other_word_takes_it_elsewhere():
    routed = said("I was charged and then the charger melted")
    assert (routed.channel, routed.priority, routed.topic) == (POLICY.channel, Priority.URGENT, "safety")


def test_a_danger_goes_to_its_own_channel():
    policy = replace(POLICY_WITH, safety=replace(POLICY_WITH.safety, channel="C0SAFETY01"))
    assert said("charger melted", policy).channel == "C0SAFETY01"


def test_a_route_for_everybody_of_a_network_keeps_its_channel_in_danger():
    everybody = Route(channel="C0STREET01", networks=frozenset({a_post().ref.network}))
    assert said("charger melted", replace(POLICY_WITH, routes=(everybody,))).channel == "C0STREET01"


def test_a_route_that_makes_it_urgent_decides_itself():
    own = Route(channel="C0PLANT001", words=("melted",), topic="plant", priority="urgent")
    assert said("charger melted", replace(POLICY_WITH, routes=(own,))).topic == "plant"


def test_a_broken_charger_is_no_matter_of_billing():
    assert said("my charger is broken").topic == ""
    assert said("you are charging me twice").topic == "billing"


@pytest.mark.parametrize(("written", "posted"), [("he", "iw"), ("iw", "he"), ("pt", "pt-BR"), ("EN_gb", "en")])
def test_languages_meet_by_language(written, posted):
    only = Route(channel="C0LANGUAGE", languages=frozenset({written}))
    assert said("hello", replace(POLICY, routes=(only,)), posted).channel == "C0LANGUAGE"


@pytest.mark.parametrize(
    ("text", "topic"),
    [("my lawyer will write to you", "legal"), ("my mum is in a wheelchair and waits", "vulnerable")],
)
def test_law_and_the_vulnerable_are_urgent_where_the_routes_send_them(text, topic):
    everybody = Route(channel="C0STREET01", networks=frozenset({a_post().ref.network}))
    routed = said(text, replace(POLICY_WITH, routes=(everybody,)))
    assert (routed.channel, routed.priority, routed.topic) == ("C0STREET01", Priority.URGENT, topic)
    assert routed.by_words


def test_law_keeps_the_topic_of_the_route_whose_words_it_says():
    routed = said("you charged me twice, my lawyer will write to you")
    assert (routed.channel, routed.priority, routed.topic) == ("C0BILLING1", Priority.URGENT, "billing")


def test_a_danger_comes_before_law():
    assert said("my lawyer says that the charger melted").topic == "safety"
