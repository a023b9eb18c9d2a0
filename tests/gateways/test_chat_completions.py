"""A machine is asked once, within bounds, and whatever its server answers is a text or one short sentence."""

import json
import logging

import pytest

from bot.domain.replies.suggestion import EACH, LONGEST, NEWEST, ReplyWanted, ToldPost, posts_told
from bot.gateways.chat_completions import LARGEST, ChatCompletions
from bot.ports.suggests import NoSuggestion, SuggestsGiven, adapter
from tests.fakes import a_post, our_post
from tests.gateways.scripted import Play, Scripted, breaks_off, drips, hangs_up, keeps_silent, says

KEY = "sk-canary-of-the-tests"
ASKED = ReplyWanted(conversation=(ToldPost(ours=False, text="It leaks"),), brand="Northwind", network="X", limit=280)


def answer(content: object = "Hello [first name], that is no good.", **more: object) -> Play:
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop", **more}
    return says(200, json.dumps({"choices": [choice]}).encode(), Content_Type="application/json")


def client(script: Scripted, *, within: float = 5.0, key: str = KEY) -> ChatCompletions:
    return ChatCompletions(SuggestsGiven(url=script.url, model="tiny-7b", key=key, within=within))


def test_one_question_tells_the_posts_as_data_and_offers_no_tools() -> None:
    with Scripted() as script:
        script.will(answer("<think>They are angry.</think>\n Hello [first name]\u200b, it leaks? "))
        assert client(script).first_version(ASKED) == "Hello [first name], it leaks?"
    [asked] = script.asked
    assert (asked.path, asked.headers["Authorization"]) == ("/api/chat/completions", f"Bearer {KEY}")
    assert set(asked.body) == {"model", "messages", "stream", "max_tokens"}
    system, posts = asked.body["messages"]
    assert (asked.body["model"], system["role"], posts["role"]) == ("tiny-7b", "system", "user")
    assert "leaks" not in system["content"]
    assert json.loads(posts["content"])["conversation"] == [{"from": "customer", "text": "It leaks"}]


def test_a_translation_is_asked_for_without_a_key_where_there_is_none() -> None:
    with Scripted() as script:
        script.will(answer("It leaks"))
        assert client(script, key="").translation("Es leckt", "en") == "It leaks"
    assert "Authorization" not in script.asked[0].headers
    assert json.loads(script.asked[0].body["messages"][1]["content"]) == {"into": "en", "text": "Es leckt"}


def test_whatever_is_no_plain_answer_gives_no_words_and_is_not_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tool = {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "send", "arguments": "{}"}}]}
    secret = f"the key is {KEY}".encode()
    hostile: dict[str, Play] = {
        "a redirect": says(302, b"", Location="http://127.0.0.1:9/elsewhere"),
        "a lasting redirect": says(308, b"", Location="/api/elsewhere"),
        "a refusal": says(401, secret),
        "trouble": says(500, secret),
        "no JSON": says(200, b"<html>" + secret),
        "a list": says(200, b"[1, 2]"),
        "nothing": says(200, b""),
        "deep nesting": says(200, b"[" * 5_000),
        "no choice": says(200, b'{"choices": []}'),
        "odd choices": says(200, b'{"choices": [7, "a"]}'),
        "a call of a tool": answer(message=tool),
        "another type": answer({"parts": ["Hello"]}),
        "cut words": answer("Hello, we are", finish_reason="length"),
        "blanks": answer(" \u200b\n"),
        "too many words": answer("a" * (LONGEST + 1)),
        "too many bytes": says(200, b'{"choices": [{"message": {"content": "Hello"}}]}' + b" " * LARGEST),
        "half an answer": breaks_off,
        "a closed line": hangs_up,
    }
    for what, play in hostile.items():
        with Scripted() as script:
            script.will(play)
            with pytest.raises(NoSuggestion) as none:
                client(script).first_version(ASKED)
            assert len(script.asked) == 1, what
            assert none.value.sentence.startswith("tiny-7b "), what
            assert KEY not in none.value.sentence
    assert KEY not in caplog.text
    assert "leaks" not in caplog.text


def test_a_silent_server_and_one_that_answers_a_byte_at_a_time_end_in_time() -> None:
    for slow in (keeps_silent, drips):
        with Scripted() as script:
            script.will(slow(script))
            with pytest.raises(NoSuggestion, match="did not answer in time"):
                client(script, within=0.05).first_version(ASKED)


def test_nobody_there_is_said_in_one_sentence() -> None:
    nowhere = SuggestsGiven(url="http://127.0.0.1:9/v1/chat/completions", model="tiny-7b", within=1.0)
    with pytest.raises(NoSuggestion, match=r"\Atiny-7b did not answer in time\.\Z"):
        ChatCompletions(nowhere).first_version(ASKED)


def test_the_adapter_is_found_by_its_name() -> None:
    assert adapter("chat-completions") is ChatCompletions
    assert adapter("nobody") is None


def test_a_machine_is_told_the_newest_posts_without_names_and_without_private_or_deleted_ones() -> None:
    posts = [a_post(str(n), f"number {n} " + "x" * 2 * EACH, by="priya") for n in range(NEWEST + 2)]
    ours = our_post("50", "Which one?", to="1", root="1")
    private = a_post("51", "my card is 1", private=True)
    gone = a_post("52", "forget this", deleted_at=posts[0].posted_at)
    found = posts_told([*posts, ours, private, gone], private=False)
    assert [one.text[:8] for one in found] == [*(f"number {n}" for n in range(3, NEWEST + 2)), "Which on"]
    assert (found[-1].ours, max(len(one.text) for one in found)) == (True, EACH)
    assert "priya" not in repr(found)
    assert posts_told([private], private=True)[0].text == "my card is 1"
