"""Recorded complaints are changed into complaints to our brand, for the crowd of a rehearsal."""

from bot.gateways.networks.crowd_posts import retold
from bot.gateways.networks.recordings import read_recording

FILE = """\
tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id
3,501,True,Tue Oct 31 22:30:00 +0000 2017,and still nothing,,2
1,501,True,Tue Oct 31 22:10:47 +0000 2017,"@EastRail late again,
and @602 agrees",2,
2,EastRail,False,Tue Oct 31 22:20:00 +0000 2017,@501 Sorry,3,1.0
4,602,True,Tue Oct 31 22:15:00 +0000 2017,@eastrail me &amp; my son &lt;3,,99
"""


def test_customers_speak_to_our_brand_in_order_and_brands_are_left_out(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text(FILE)
    assert list(retold(read_recording(path), "northwind")) == [
        {"key": "1", "handle": "c_501", "text": "@northwind late again,\nand @602 agrees", "after": ""},
        {"key": "4", "handle": "c_602", "text": "@northwind me & my son <3", "after": ""},
        {"key": "3", "handle": "c_501", "text": "@northwind and still nothing", "after": "1"},
    ]


def test_a_conversation_that_goes_in_a_circle_ends(tmp_path):
    path = tmp_path / "posts.csv"
    head = FILE.splitlines()[0]
    path.write_text(f"{head}\n1,5,True,2017-10-31T22:15:00Z,a,,2\n2,6,True,2017-10-31T22:16:00Z,b,,1\n")
    assert [one["after"] for one in retold(read_recording(path), "northwind")] == ["", ""]
