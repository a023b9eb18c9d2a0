"""A script gives the same posts each time, as many as written, by invented people."""

from datetime import timedelta

from bot.domain.drill.script import Crowd, Script, ScriptMoment, Voice, posts_of

MINUTE = timedelta(minutes=1)
CROWD = Crowd({"late": ("@brand where is it?",)}, [Voice(handle="amy_m"), Voice(handle="kofi_b")])
LOUD = Voice(handle="harbourlive", followers=241_000)


def script(*moments: ScriptMoment) -> Script:
    length = 30 * MINUTE
    return Script(name="s", title="T", brand="Lumen", handle="lumen", situation="S", length=length, moments=moments)


def test_posts_of_many_are_spread_over_their_time_and_come_from_different_people() -> None:
    many = ScriptMoment(at=2 * MINUTE, until=12 * MINUTE, count=50, words=("@brand down", "down again @brand"))
    posts = posts_of(script(many), CROWD)
    assert len(posts) == len({one.author.handle for one in posts}) == 50
    assert [one.after for one in posts] == sorted(one.after for one in posts)
    assert posts[0].after == 2 * MINUTE
    assert posts[-1].after <= 12 * MINUTE
    assert {one.text for one in posts} == {"@lumen down", "down again @lumen"}


def test_a_drill_that_goes_on_has_the_posts_that_it_began_with() -> None:
    moments = (
        ScriptMoment(at=MINUTE, until=9 * MINUTE, count=20, words=("one", "two"), kinds=("late",)),
        ScriptMoment(at=MINUTE, until=MINUTE, words=("three",), by=LOUD),
        ScriptMoment(at=2 * MINUTE, until=2 * MINUTE, news="The cause is found."),
    )
    posts = posts_of(script(*moments), CROWD)
    assert posts == posts_of(script(*moments), CROWD)
    assert [one.id for one in posts] == [f"d{n}" for n in range(1, 22)]
    assert [one.author for one in posts if one.text == "three"] == [LOUD]
    assert "@lumen where is it?" in {one.text for one in posts}
