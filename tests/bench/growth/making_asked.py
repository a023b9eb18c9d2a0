"""Scenes in which the desk asks others: its own earlier replies, a machine for words, our own systems for a customer."""

from dataclasses import replace

from bot.domain.replies.suggestion import SuggestionPolicy
from bot.ports import Desk, Policy
from tests.bench.growth.making import Numbers, came, claimed, in_review, let_go, put_up
from tests.fakes import CARO, POLICY
from tests.services.journey import clock, everybody_is_known

KETTLE = "@northwind my kettle leaks water everywhere"
TOLD: Policy = replace(POLICY, suggestions=SuggestionPolicy(networks=frozenset({"x"})))


def said_before(desk: Desk) -> Numbers:
    """Replies to posts like the one that is answered now, and a post in another language."""
    for name in ("kim", "lou", "max"):
        words = f"{name.capitalize()}, a kettle that leaks is no good. Your new one is with you by 17:00. ^AN"
        let_go(desk, put_up(desk, came(desk, KETTLE, by=name), words).id)
    clock(desk).move(days=5)
    everybody_is_known(desk)
    new = claimed(desk, "My new kettle leaks @northwind", by=CARO)
    in_review(desk, "Wir schauen es an. ^AN", language="de")
    while desk.store.index_words(100):
        pass
    return {"new": new}
