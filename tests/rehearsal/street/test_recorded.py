"""A crowd that says again what real customers once wrote to some brand."""

import pytest

from bot.rehearsal.clock import StageClock
from bot.rehearsal.street import Hand, Street
from bot.rehearsal.street.crowd import Crowd
from bot.rehearsal.street.recorded import Said, read

HEADER = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
FILE = (
    HEADER
    + """\
3,501,True,Tue Oct 31 22:30:00 +0000 2017,and still nothing,,2
1,501,True,Tue Oct 31 22:10:47 +0000 2017,"@EastRail late again,
and @602 agrees",2,
2,EastRail,False,Tue Oct 31 22:20:00 +0000 2017,@501 Sorry,3,1.0
4,602,True,2017-10-31T22:15:00+00:00,@eastrail me too,,99
"""
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text(FILE)
    return path


def test_customers_speak_to_our_brand_in_the_order_they_wrote_and_brands_are_left_out(file):
    assert read(file, "northwind").said == [
        Said("1", "c_501", "@northwind late again,\nand @602 agrees"),
        Said("4", "c_602", "@northwind me too"),
        Said("3", "c_501", "@northwind and still nothing", after="1"),
    ]


def test_json_lines_say_the_same(tmp_path):
    path = tmp_path / "posts.jsonl"
    path.write_text(
        '{"tweet_id": 7, "author_id": 501, "inbound": true, "created_at": "2017-10-31T22:15:00+00:00", '
        '"text": "hello?", "in_response_to_tweet_id": null}\n'
    )
    assert read(path, "northwind").said == [Said("7", "c_501", "@northwind hello?")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(HEADER, "holds no posts"), ("a,b\n1,2\n", "does not name the columns tweet_id"), ("", "does not name")],
)
def test_a_file_that_cannot_be_used_is_named_with_what_is_missing(tmp_path, content, sentence):
    path = tmp_path / "posts.csv"
    path.write_text(content)
    with pytest.raises(ValueError, match=sentence):
        read(path, "northwind")


def test_a_row_that_cannot_be_used_is_named_by_line_and_the_rest_goes_in(file):
    broken = [
        "5,501,maybe,Tue Oct 31 22:30:00 +0000 2017,x,,",
        "6,501,True,yesterday,x,,",
        "seven,501,True,Tue Oct 31 22:30:00 +0000 2017,x,,",
        "8,501,True,2017-10-31T22:15:00,no zone,,",
    ]
    file.write_text(FILE + "\n".join(broken) + "\n")
    found = read(file, "northwind")
    assert len(found.said) == 3
    assert [one.split(" was")[0] for one in found.faults] == ["Line 7", "Line 8", "Line 9", "Line 10"]


def test_the_crowd_says_each_post_once_and_follow_ups_under_the_first(file):
    street = Street(StageClock(speed=0.0))
    crowd = Crowd(street, recorded=read(file, "northwind").said)
    assert crowd.state()["moods"] == ["calm", "busy", "storm", "file"]
    crowd.start("file")
    for _ in range(120):
        street.pace.jump(1)
        crowd.tick()
    first, other, follow_up = street.everything()
    assert (first.author.handle, first.hand) == ("c_501", Hand.CROWD)
    assert follow_up.reply_to == first.id
    assert other.reply_to is None
    assert crowd.state()["left"] == 0


def test_without_a_file_there_is_no_such_mood():
    crowd = Crowd(Street(StageClock(speed=0.0)))
    with pytest.raises(ValueError, match="calm, busy, storm"):
        crowd.start("file")
