"""A post that two people like at once, each from another list, is liked once."""

import threading

import pytest

from bot.domain.base.refusals import Outdated
from bot.domain.light_lane.light_mention import words_mark
from bot.services.light_lane import likes
from bot.services.light_lane.thank_yous import like_thank_you
from tests.fakes import ANA, BEN, a_desk
from tests.services.light_lane.scenes import LikingNetwork, light
from tests.storage.mentions.test_link_and_poll_at_once import waits

PRAISE = "@northwind you are the best, love your shop"


@pytest.mark.parametrize("first", ["lane", "thanks"])
def test_two_likes_of_one_post_from_two_lists_are_one(store, first):
    desk, said = a_desk(store, networks={("x", "42"): LikingNetwork()}), []
    row, at, mark = light(desk, text=PRAISE).mention, desk.clock.now(), words_mark(PRAISE)
    deeds = {
        "lane": lambda: likes.like(desk, row, by=ANA, at=at),
        "thanks": lambda: like_thank_you(desk, row, by=BEN, at=at, mark=mark),
    }

    def second():
        with pytest.raises(Outdated, match="Somebody likes this one already"):
            deeds[next(name for name in deeds if name != first)]()
        said.append("refused")

    other = threading.Thread(target=second)
    with store.transaction():
        deeds[first]()
        other.start()
        assert waits(store, other), "the second one waits for the end of the first"
    other.join(timeout=30)
    assert said == ["refused"]
