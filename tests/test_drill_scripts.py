"""The scripts of drills: those that ship, all faults of a wrong one at once, and one made of a desk's own mentions."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from bot.domain.drill.script import posts_of
from bot.gateways.drill_from_mentions import NoMentions, script_from
from bot.settings import SettingsFaults
from bot.settings.drill_script import read_script, script_text, shipped_scripts
from cli.drilled import crowd_of, script_of

KINDS = {"late", "joke"}
WRONG = """\
title = "T"
brand = "Lumen"
handle = "lumen"
length = "ages"
colour = "red"

[[moments]]
at = "5m"
words = ["down"]
news = "And news"

[[moments]]
at = "9m"
until = "2m"
crowd = ["singing"]
name = "Nobody"

[[moments]]
at = "1m"
words = [""]
"""


def test_each_shipped_script_is_a_storm_with_news_and_teams_to_ask() -> None:
    assert len(shipped_scripts()) == 3
    for name, text in shipped_scripts().items():
        script = script_of(name, text)
        posts = posts_of(script, crowd_of(script))
        assert len({one.author.handle for one in posts}) > 20, name
        assert script.news, name
        assert script.ask, name
        assert all("{place}" not in one.text and "northwind" not in one.text.casefold() for one in posts), name


def test_all_faults_of_a_script_are_said_at_once_each_with_its_line() -> None:
    with pytest.raises(SettingsFaults) as found:
        read_script("mine", WRONG, KINDS)
    said = [str(one) for one in found.value.faults]
    assert said == [
        'line 4, length: This is no length of time. Write it as "90s", "5m" or "1h".',
        "line 5, colour: A script has no such key. Take it out: docs/drill.md has every key.",
        "line 8, moments[1].at: A moment has either posts (words, crowd) or news. Give it words, crowd or news.",
        "line 12, moments[2].by: A name or followers are given, and nobody who writes. Add by, a handle.",
        "line 14, moments[2].until: This is before the beginning of the moment. Swap at and until.",
        "line 15, moments[2].crowd: The crowd has no such words. There are joke, late.",
        "line 20, moments[3].words[1]: Here some words are missing. Write what is said, in quotation marks.",
        "situation: This is missing. Add it: docs/drill.md has every key.",
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("title = ", "TOML cannot read this"),
        ('title="T"\nbrand="B"\nhandle="b"\nsituation="S"\nlength="5m"\nmoments=[]', "Nobody writes anything"),
        (
            'title="T"\nbrand="B"\nhandle="b"\nsituation="S"\nlength="5m"\n[[moments]]\nat="6m"\nwords=["x"]',
            "after the end",
        ),
        (
            'title="T"\nbrand="B"\nhandle="b"\nsituation="S"\nlength="9h"\n[[moments]]\nat="1m"\nwords=["x"]',
            "at most 8 hours",
        ),
    ],
)
def test_a_script_that_cannot_be_played_is_refused_with_a_sentence(text: str, what: str) -> None:
    with pytest.raises(SettingsFaults, match=what):
        read_script("mine", text, KINDS)


def test_a_script_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(SettingsFaults, match="payments-down"):
        script_text("nowhere/mine.toml")


def mention(text: str, minute: int, **facts: object) -> str:
    usual = {"written_by": "customer", "private": False, "author_handle": "priya_n", "author_name": "Priya Nair"}
    row = usual | {"text": text, "posted_at": f"2026-01-05T09:{minute:02}:00+00:00"} | facts
    return json.dumps(row, ensure_ascii=False)


def test_a_script_of_real_mentions_plays_and_names_nobody(tmp_path: Path) -> None:
    file, out = tmp_path / "month.jsonl", tmp_path / "own.toml"
    file.write_text(
        "\n".join(
            [
                mention("@northwind this is Priya, order NW-404177 is late, call +44 20 7946 0991", 1),
                mention('Ask @kofi_b or me: priya.nair@mail.example https://x.example/1 "soon" \x7f', 3),
                mention("Ana here, we are sorry", 4, written_by="us", author_handle="northwind"),
                mention("My secret", 5, private=True),
                mention("Northwind, you promised. NORTHWIND!", 5),
                mention("I live at 12 Mill Road, Priya", 6),
            ]
        )
    )
    done = CliRunner().invoke(cli.command("drill"), ["--from-mentions", str(file), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "Wrote 3 posts" in done.output
    assert "Left out: 1 that show personal data, 0 that are older" in done.output
    text = out.read_text()
    hidden = ("priya", "nair", "404177", "7946", "x.example", "mail.example", "kofi", "secret", "mill", "ana here")
    assert [one for one in hidden if one in text.casefold()] == []
    script = script_of("own", text)
    posts = posts_of(script, crowd_of(script))
    assert posts[0].text.startswith("@ourbrand this is (name), order (number) is late")
    assert [one.after.total_seconds() for one in posts] == [0, 120, 240]
    assert posts[2].text == "Our brand, you promised. Our brand!"
    assert CliRunner().invoke(cli.command("drill"), ["--from-mentions", str(file), "--out", str(out)]).exit_code == 1


def test_a_name_is_left_out_however_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "month.jsonl"
    people = [
        ("Anna McDonald", "a1", "Anna McDonald here, ANNA MCDONALD, for @anna-lee.bsky.example. Li was late."),
        ("Li Wei", "w2", "It is Li again, @northwind."),
        ("Lamp Club", "lc", "We wait"),
    ]
    lines = [mention(text, at, author_name=name, author_handle=one) for at, (name, one, text) in enumerate(people)]
    ours = mention("We look", 9, written_by="us", author_handle="northwind", author_name="Northwind")
    file.write_text("\n".join([*lines, ours]))
    script = script_of("own", script_from(file).text)
    assert [one.text for one in posts_of(script, crowd_of(script))] == [
        "(name) (name) here, (name) (name), for @somebody. Li was late.",
        "It is (name) again, @ourbrand.",
        "We wait",
    ]


def test_a_file_without_mentions_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("case,state\n1,new\n")
    with pytest.raises(NoMentions, match="heard export mentions --nl"):
        script_from(file)
    file.write_text("{}\n")
    with pytest.raises(NoMentions, match="no public posts"):
        script_from(file)
