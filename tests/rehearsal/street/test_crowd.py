"""The crowd writes in stage time and by its mood, and never more than the mood allows."""

import re
from collections import Counter
from pathlib import Path

import pytest

import cli
from bot.rehearsal.clock import StageClock
from bot.rehearsal.street import Hand, Street
from bot.rehearsal.street.crowd import FILE, MOODS, Crowd, Said
from bot.rehearsal.street.words import load_words
from bot.rehearsal.street.xcount import weighted_length


@pytest.fixture
def street():
    return Street(StageClock(speed=0.0))


@pytest.fixture
def crowd(street):
    return Crowd(street, seed=7)


def live(street, crowd, minutes):
    """Let stage minutes pass, one second at a time."""
    for _ in range(int(minutes * 60)):
        street.pace.jump(1)
        crowd.tick()


def test_the_crowd_has_enough_words_in_five_languages():
    lines = load_words().lines
    assert len(lines) >= 60
    assert len({line.text for line in lines}) == len(lines)
    assert set(Counter(line.lang for line in lines)) == {"en", "de", "es", "fr", "pt"}
    assert set(Counter(line.kind for line in lines)) == {
        "late", "charge", "outage", "unsafe", "chat", "praise", "thanks", "troll",
        "loud", "news", "joke", "again", "same", "campaign", "hijack",
    }  # fmt: skip


def test_every_text_fits_the_network_and_names_the_brand_so_that_the_desk_hears_most():
    lines = load_words().lines
    assert max(weighted_length(line.text) for line in lines) <= 280
    assert sum("@northwind" in line.text for line in lines) > 0.8 * len(lines)


def test_everybody_has_a_handle_of_the_network_and_every_language_its_speakers():
    words = load_words()
    everyone = [*words.everyone, *words.others, *words.loud]
    assert all(1 <= len(one.handle) <= 15 and one.handle.isascii() for one in everyone)
    assert len({one.handle for one in everyone}) == len(everyone) > 300
    assert all(words.people(lang) for lang in {line.lang for line in words.lines})
    assert all(words.speakers(line) for line in words.lines)


def test_a_silent_crowd_writes_nothing(street, crowd):
    live(street, crowd, 10)
    assert street.everything() == []


def test_the_first_post_comes_at_once(street, crowd):
    crowd.start("calm")
    crowd.tick()
    assert [post.hand for post in street.everything()] == [Hand.CROWD]


@pytest.mark.parametrize("seed", range(5))
def test_a_newcomer_meets_priya_first(street, seed):
    crowd = Crowd(street, seed=seed)
    crowd.start("calm")
    crowd.tick()
    first = street.everything()[0]
    assert (first.author.handle, first.lang) == ("priya_n", "en")
    assert first.text.startswith("Charged twice AGAIN")


@pytest.mark.parametrize("mood", ["calm", "busy", "storm"])
def test_the_rate_follows_the_mood_in_stage_time(street, crowd, mood):
    crowd.start(mood)
    live(street, crowd, 5)
    wanted = MOODS[mood].rate * 5
    assert 0.7 * wanted <= len(street.everything()) <= 1.3 * wanted + 1


def test_a_mood_ends_when_its_posts_are_used_up(street, crowd):
    crowd.start("calm")
    live(street, crowd, 60)
    assert len(street.everything()) == MOODS["calm"].most
    assert crowd.state()["left"] == 0


def test_a_jump_of_the_clock_brings_no_flood(street, crowd):
    crowd.start("storm")
    street.pace.jump(8 * 3600)
    assert crowd.tick() <= 25
    assert crowd.tick() == 0


def test_no_rate_is_beyond_600_a_minute(crowd):
    crowd.start("storm", 1e9)
    assert crowd.state()["rate"] == 600


def told(street):
    """Count the crowd's posts by kind; a place in a text stands for any."""
    lines = {line.text.split("{place}")[0]: line.kind for line in load_words().lines}
    posts = [post for post in street.everything() if post.hand is Hand.CROWD]
    kinds = [[kind for begin, kind in lines.items() if post.text.startswith(begin)] for post in posts]
    return Counter(kind for found in kinds for kind in found[:1])


def test_a_storm_is_mostly_about_one_thing(street, crowd):
    crowd.start("storm")
    live(street, crowd, 2)
    assert told(street)["outage"] > sum(told(street).values()) / 2


def test_a_storm_has_what_stands_out_and_what_is_light_and_several_languages(street, crowd):
    crowd.start("storm")
    live(street, crowd, 10)
    kinds = told(street)
    assert {"loud", "news", "unsafe", "joke", "thanks", "hijack", "again", "same"} <= set(kinds)
    assert {post.lang for post in street.everything()} == {"en", "de", "es", "fr", "pt"}
    words = load_words()
    assert kinds["loud"] == len(words.loud)  # each speaks once
    assert kinds["unsafe"] == sum(line.kind == "unsafe" for line in words.lines)


def test_in_a_storm_some_write_again_and_some_answer_each_other(street, crowd):
    crowd.start("storm")
    live(street, crowd, 10)
    under = [(post, street.post(post.reply_to)) for post in street.everything() if post.reply_to]
    again = [post for post, above in under if above.author.id == post.author.id]
    others = [post for post, above in under if above.author.id not in {post.author.id, street.brand.id}]
    campaign = [post for post, above in under if above.author.id == street.brand.id]
    assert len(again) >= 20
    assert len(others) >= 20
    assert campaign
    assert {street.post(post.reply_to).hand for post in campaign} == {Hand.PHONE}


def test_who_has_an_answer_does_not_say_that_nobody_answers(street, crowd):
    crowd.start("storm")
    for _ in range(300):
        live(street, crowd, 1 / 60)
        answered = {post.reply_to for post in street.everything()}
        for post in [one for one in street.everything() if one.hand is Hand.CROWD and one.id not in answered]:
            street.publish(street.brand, "We are looking.", hand=Hand.APP, reply_to=post.id)
    assert not told(street)["again"]


def test_who_is_answered_answers_once(street, crowd):
    crowd.start("calm")
    live(street, crowd, 20)
    speakers = {line.text: line.then for line in load_words().lines}
    post = next(one for one in street.everything() if speakers[one.text])
    crowd.stop()
    before = len(street.everything())
    reply = street.publish(street.brand, "We are looking.", hand=Hand.APP, reply_to=post.id)
    live(street, crowd, 3)
    later = street.everything()[before + 1 :]
    assert [(one.text, one.reply_to, one.author.id) for one in later] == [
        (speakers[post.text], reply.id, post.author.id)
    ]


def test_the_words_name_the_brand_that_is_rehearsed():
    street = Street(StageClock(), handle="acme_home", name="Acme Home")
    crowd = Crowd(street, seed=1)
    crowd.start("storm", 600)
    for _ in range(8):
        street.pace.jump(1)
        crowd.tick()
    assert not any("@northwind" in post.text for post in street.everything())
    assert any("acme_home" in post.names for post in street.everything())


def test_an_unknown_mood_is_refused(crowd):
    with pytest.raises(ValueError, match="calm, busy, storm"):
        crowd.start("furious")


def test_what_real_customers_wrote_is_told_again_once_and_follow_ups_under_the_first(street, crowd):
    with pytest.raises(ValueError, match="calm, busy, storm"):
        crowd.start("file")
    crowd.learn(
        [
            Said("1", "c_501", "@northwind late"),
            Said("4", "c_602", "@northwind me too"),
            Said("3", "c_501", "still", "1"),
        ]
    )
    assert crowd.state()["moods"] == ["calm", "busy", "storm", "file"]
    crowd.start("file")
    live(street, crowd, 3)
    first, other, follow_up = street.everything()
    assert (first.author.handle, first.hand) == ("c_501", Hand.CROWD)
    assert (other.reply_to, follow_up.reply_to) == (None, first.id)
    assert crowd.state()["left"] == 0


def test_every_mood_can_be_chosen_on_the_command_line_and_on_the_page():
    offered = next(one for one in cli.command("rehearse").params if one.name == "crowd").type.choices
    assert set(offered) == {"none", *MOODS}
    page = (Path(__file__).parents[3] / "bot/rehearsal/page/street.js").read_text()
    named = re.search(r"const MOODS = {(.+?)}", page)[1]
    assert set(re.findall(r"(\w+):", named)) == {"silent", FILE, *MOODS}
