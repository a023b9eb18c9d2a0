"""/care and the message shortcut: only the person who asked sees the answer, unless it is shared."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.accounts.spending import Charge
from bot.domain.base.refusals import NotYours
from bot.domain.mentions.connection import LastReading
from bot.domain.team.people import Act, PersonKind
from bot.ports import ChatOutcome, ChatTrouble, Message, NotPosted, OutOfService, Paced, Unsure
from handlers.commands import VERBS, Verb, care
from handlers.door import Visit
from handlers.payloads import Click
from storage import SqlStore
from tests.blocks.walker import judge_message
from tests.fakes import ANA, CARO, GUS, NOON, POLICY, STAN, a_desk, a_post, teammate
from tests.handlers.pressing import RESPONSE, TEAM, Hands
from tests.hostile import texts
from tests.services.doubles import BreakingStore, always
from tests.services.journey import a_case, delivered, in_review, only_case, receive

SAID = {
    "status": "1 open",
    "mine": "nothing here right now",
    "queue": "Case 1",
    "next": "Case 1",
    "find charged": "Case 1",
    "case 1": "Case 1",
    "add https://social.example/@omar/1 late": "Case 2",
    "promises": "0 kept, 0 at risk, 0 lapsed",
    "promises week": "this week",
    "promises 2026-03-01..2026-03-02": "2026-03-01 to 2026-03-02",
    "topics": "What it is about, today: 1 case opened",
    "topics week": "What it is about, this week",
    "storm": "No storm is open. Leads start one with",
    "who": "Ana is on",
    "on": "You are on",
    "off": "You are off",
    "away until 14:00": "You are off",
    "hours": "There is no sentence for the profile yet",
    "templates": "No reply went out in the last 90 days.",
    "thanks": "Nobody has thanked",
    "statements": "No statement was written yet",
    "unpaired": "No reply of yours waits to be read",
    "unreadable": "Every post that came in could be read",
    "close-day": "1 mention today",
    "set-aside": "Nobody is set aside right now",
    "help": "/care find",
    "": "/care find",
    "STATUS": "1 open",
}


@pytest.mark.parametrize(("words", "expected"), SAID.items())
def test_every_word_is_answered_to_the_asker_alone(hands: Hands, words: str, expected: str) -> None:
    a_case(hands.desk)
    answer = hands.command(words)
    assert answer["response_type"] == "ephemeral"
    assert expected in answer["text"]
    judge_message(Message(text=answer["text"], blocks=answer["blocks"]))


def test_every_word_of_the_help_is_understood() -> None:
    said = {words.casefold().split(" ")[0] or "help" for words in SAID}
    elsewhere = {"customer", "swap", "merge", "part", "pause", "resume", "release"}
    assert {one.name for one in VERBS} ^ said == elsewhere, (
        "which need more: test_customers, test_shift_buttons, test_merging, test_pausing, test_releasing"
    )


def test_every_word_has_one_row() -> None:
    names = [one.name for one in VERBS]
    assert len(names) == len(set(names))
    assert [one.name for one in VERBS if one.usage.split()[0] != one.name] == []


class Nobody(Visit):
    """A person without any rights."""

    def may(self, act: Act) -> None:
        raise NotYours(f"not for you: {act}")


@pytest.mark.parametrize("verb", VERBS, ids=[one.name for one in VERBS])
def test_every_word_asks_for_the_right_in_its_row(hands: Hands, verb: Verb) -> None:
    visit = Nobody(hands.desk, Click(user=ANA, team=TEAM, text=verb.name), hands.desk.clock.now())
    with pytest.raises(NotYours, match=f": {verb.right}$"):
        care(visit)


def shown_to_all(hands: Hands, words: str, by: str = ANA) -> list[Message]:
    """Return what everybody in the channel sees of a command; check that its author sees no other answer."""
    before = dict(hands.chat.messages)
    assert hands.command(words, by) == {"text": "", "response_type": "ephemeral"}
    return [message for place, message in hands.chat.messages.items() if place not in before]


def test_an_answer_is_shared_only_when_asked_for(hands: Hands) -> None:
    a_case(hands.desk)
    [queue] = shown_to_all(hands, "queue share")
    assert "Case 1" in queue.text
    [helped] = shown_to_all(hands, "share")
    assert "/care find" in helped.text
    assert "what to look for" in hands.command("find share")["text"]
    assert list(hands.chat.messages.values()) == [queue, helped]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (NotPosted("not_in_channel"), "/invite @Heard"),
        (NotPosted("is_archived"), "share it again in a minute"),
        (Paced(3.0), "share it again in a minute"),
        (Unsure("no_answer"), "look at the channel"),
    ],
)
def test_what_slack_does_not_show_to_all_goes_to_the_asker_with_why(
    hands: Hands, answer: ChatOutcome, why: str
) -> None:
    a_case(hands.desk)
    hands.chat.outcomes.append(answer)
    assert shown_to_all(hands, "next share") == []
    mine, sentence = hands.chat.whispers
    assert "This one is yours now" in mine.text
    assert why in sentence.text
    assert only_case(hands.desk).assignee == ANA


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("find", "what to look for"),
        ("what is this", "does not know that command. `/care help` lists"),
        ("Stauts", "Did you mean `/care status`?"),
        ("412", "Did you mean `/care case 412`?"),
        ("swap @ben", "no turn to give away"),
        ("case", "number of a case"),
        ("case 99", "no case 99"),
        ("storm parcel", "Only leads"),
        ("add", "link of the post"),
        ("add nonsense", "link of the post"),
        ("promises yesterday", "2026-03-02"),
        ("promises week csv", "Only leads"),
        ("promises soon csv", "2026-03-02"),
        ("promises 2026-03-09..2026-03-02", "swap them"),
        ("promises 2026-02-30", "no such day"),
        ("promises 2020-01-01..2026-01-01", "more than a year"),
    ],
)
def test_a_word_that_needs_more_says_what(hands: Hands, words: str, why: str) -> None:
    answer = hands.command(words)
    assert why in answer["text"]
    assert answer["response_type"] == "ephemeral"


def test_a_lead_gets_the_table_as_a_file_after_the_answer_and_it_is_written_down(hands: Hands) -> None:
    delivered(hands.desk)
    later: list[tuple[Callable[..., None], tuple[object, ...]]] = []
    hands.door.pool = Later(later)  # type: ignore[assignment]
    answer = hands.command("promises 2026-03-01..2026-03-02 csv", CARO)
    judge_message(Message(text=answer["text"], blocks=answer["blocks"]))
    assert (answer["response_type"], hands.chat.files) == ("ephemeral", [])
    assert [(line.verb, line.by) for line in hands.desk.store.audit("desk")] == [("table_asked", CARO)]
    for work, of in later:
        work(*of)
    [(to, name, content)] = hands.chat.files
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert (to, name) == (CARO, "promises-2026-03-01-to-2026-03-02.csv")
    assert [(row["case"], row["verdict"], row["person"]) for row in rows] == [("1", "kept", "Ana")]
    assert hands.chat.whispers == []


class Crowded(BreakingStore):
    """A store that reports very many cases for every period."""

    def tracked(self, *_: object) -> int:
        return 30_214


def test_slack_fetches_no_address_from_an_answer(hands: Hands) -> None:
    receive(hands.desk, a_post("100", "charged twice, see http://169.254.169.254/latest"))
    for words in ("find charged", "case 1", "queue"):
        answer = hands.command(words)
        assert (answer["unfurl_links"], answer["unfurl_media"]) == (False, False)


@pytest.mark.parametrize(("words", "shared"), [("promises month", False), ("promises month share", True)])
def test_what_takes_long_to_count_is_acknowledged_to_the_asker_and_answered_after_where_it_was_asked_for(
    store: SqlStore, words: str, shared: bool
) -> None:
    hands = Hands(a_desk(Crowded(store)))  # type: ignore[arg-type]
    delivered(hands.desk)
    later: list[tuple[Callable[..., None], tuple[object, ...]]] = []
    hands.door.pool = Later(later)  # type: ignore[assignment]
    answer = hands.command(words)
    judge_message(Message(text=answer["text"], blocks=answer["blocks"]))
    assert answer["text"].startswith("Promises, this month: counting 30,214 cases. The answer follows here")
    assert answer["response_type"] == "ephemeral"
    assert hands.chat.whispers == []
    for work, of in later:
        work(*of)
    [said] = hands.chat.messages.values() if shared else hands.chat.whispers
    assert "1 kept, 0 at risk, 0 lapsed" in said.text
    assert [len(hands.chat.messages), len(hands.chat.whispers)] == [int(shared), int(not shared)]


def test_a_table_that_slack_refuses_is_said_to_the_asker_with_what_to_do(hands: Hands) -> None:
    hands.chat.file_trouble = ChatTrouble("The Slack app lacks a permission.")
    assert "comes to you" in hands.command("promises csv", CARO)["text"]
    [said] = hands.chat.whispers
    assert said.text.startswith("The Slack app lacks a permission. Please look at your direct messages")


def test_nobody_but_a_lead_gets_a_table_or_leaves_a_trace(hands: Hands) -> None:
    hands.command("promises month csv", ANA)
    assert (hands.chat.files, hands.desk.store.audit("desk")) == ([], [])


class Later:
    """An executor that keeps the work for later."""

    def __init__(self, kept: list[tuple[Callable[..., None], tuple[object, ...]]]) -> None:
        self.kept = kept

    def submit(self, work: Callable[..., None], *of: object) -> None:
        self.kept.append((work, of))


def test_a_priority_behind_the_number_sets_it(hands: Hands) -> None:
    a_case(hands.desk)
    assert "Only whoever claims it or a lead" in hands.command("case 1 low")["text"]
    assert "urgent, high, normal, low" in hands.command("case 1 huge", CARO)["text"]
    answer = hands.command("case 1 low", CARO)
    assert "Caro made it low priority" in json.dumps(answer)
    assert only_case(hands.desk).priority == "low"


def test_next_claims_for_the_asker_and_says_when_nobody_waits(hands: Hands) -> None:
    a_case(hands.desk)
    hands.command("next")
    assert only_case(hands.desk).assignee == ANA
    assert "No case is waiting" in hands.command("next")["text"]


@pytest.mark.parametrize(("by", "why"), [(STAN, "another workspace"), ("U0WHO", "could not check")])
def test_those_who_may_not_look_are_told_why_and_see_nothing(hands: Hands, by: str, why: str) -> None:
    a_case(hands.desk)
    answer = hands.command("queue share", by)
    assert why in answer["text"]
    assert "Case 1" not in str(answer)
    assert answer["response_type"] == "ephemeral"


def test_guests_may_look_and_work(hands: Hands) -> None:
    a_case(hands.desk)
    assert "Case 1" in hands.command("next", GUS)["text"]


def test_a_desk_out_of_service_says_so(store: SqlStore) -> None:
    a_case(a_desk(store))
    broken = BreakingStore(store, record=always(OutOfService("disk full")))
    hands = Hands(replace(a_desk(store), store=broken))  # type: ignore[arg-type]
    assert "cannot write anything down" in hands.command("next")["text"]


def test_hostile_words_are_answered_like_any_others(hands: Hands) -> None:
    a_case(hands.desk)
    for text in texts(2_000)[::61]:
        for words in (text, f"find {text}", f"case {text}", f"add {text}"):
            assert hands.command(words)["text"]


def test_lists_of_hostile_cases_are_drawn_inert(hands: Hands) -> None:
    receive(hands.desk, *(a_post(str(n), "<!channel> {{ 7*7 }} *bold*", by=f"c{n}") for n in range(30)))
    answer = hands.command("queue")
    judge_message(Message(text=answer["text"], blocks=answer["blocks"]))
    assert "<!channel>" not in answer["text"]


def test_lists_lead_to_threads_also_where_only_slack_says_where_we_are(store: SqlStore) -> None:
    """`heard init` does not ask for the workspace's address."""
    where = "https://northwind.slack.example"
    hands = Hands(a_desk(store, policy=replace(POLICY, slack_url=""), workspace_url=where))
    case = a_case(hands.desk)
    card = hands.desk.store.card(case.id)
    assert card is not None
    hands.desk.store.mark_told(card.id, "C0CARE", "1767607200.000100", card.wanted)
    assert f"{where}/archives/C0CARE/p1767607200000100" in str(hands.command("queue")["blocks"])


# --- Send to care ----------------------------------------------------------------------------------------------


def send_to_care(hands: Hands, text: str, by: str = ANA) -> str:
    before = len(hands.chat.whispers)
    body = {
        "type": "message_action",
        "callback_id": "care_add",
        "team": {"id": TEAM},
        "user": {"id": by, "team_id": TEAM},
        "channel": {"id": "C0RANDOM"},
        "message": {"type": "message", "text": text, "ts": "1.0"},
        "message_ts": "1.0",
        "trigger_id": "t",
        "response_url": RESPONSE,
    }
    assert hands.dispatch(body).status == 200
    return " ".join(one.text for one in hands.chat.whispers[before:])


@pytest.mark.parametrize(
    "text",
    [
        "look: <https://social.example/@omar/1?a=1&amp;b=2> my parcel is late",
        "look: <https://social.example/@omar/1?a=1&amp;b=2|social.example> my parcel is late",
        "https://social.example/@omar/1?a=1&amp;b=2 my parcel is late",
        "our httpd log says: <https://social.example/@omar/1?a=1&amp;b=2> my parcel is late",
    ],
)
def test_a_message_with_a_link_becomes_a_case(hands: Hands, text: str) -> None:
    assert "Case 1" in send_to_care(hands, text)
    [post] = hands.desk.store.mentions(1)
    assert (post.url, post.text) == ("https://social.example/@omar/1?a=1&b=2", "my parcel is late")


def test_what_slack_escaped_is_read_as_it_was_typed(hands: Hands) -> None:
    """Slack sends &, < and > as &amp;, &lt; and &gt;, in commands as in messages."""
    hands.command("add https://social.example/@omar/1?a=1&amp;b=2 R&amp;D is &lt;late&gt; &amp;amp;")
    send_to_care(hands, "<https://social.example/@lee/2> 2 &lt; 3")
    told = [(post.url, post.text) for case in (1, 2) for post in hands.desk.store.mentions(case)]
    assert told == [
        ("https://social.example/@omar/1?a=1&b=2", "R&D is <late> &amp;"),
        ("https://social.example/@lee/2", "2 < 3"),
    ]
    assert "Case 1" in hands.command("find R&amp;D is &lt;late")["text"]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("<@U0NEW|lee> says it is late :tada:", "@lee says it is late 🎉"),
        (
            "seen in <#C0OPS|ops>, see <https://example.com/a|the page>",
            "seen in #ops, see the page (https://example.com/a)",
        ),
        ("asked <@UBEN>", "asked @Ben"),
    ],
)
def test_send_to_care_brings_names_and_signs_not_codes(hands: Hands, said: str, read: str) -> None:
    hands.desk.store.put_people([teammate("UBEN", "Ben")], [])
    for number, link in enumerate(("<https://social.example/@omar/{}>", "https://social.example/@omar/{}"), 1):
        send_to_care(hands, f"{link.format(number)} {said}")
        [post] = hands.desk.store.mentions(number)
        assert (post.url, post.text) == (f"https://social.example/@omar/{number}", read)


def test_add_brings_names_and_signs_too_and_keeps_what_was_typed(hands: Hands) -> None:
    hands.command("add https://social.example/@omar/1 <@U0NEW|lee>  says: :tada: share of 5%")
    [post] = hands.desk.store.mentions(1)
    assert post.text == "@lee  says: 🎉 share of 5%"


@pytest.mark.parametrize(
    "typed",
    ["Status Share", "status\u00a0share", " STATUS   SHARE ", "status share\u200b", "status\u2003Share\u00a0"],
)
def test_a_command_is_read_whatever_its_case_and_blanks(hands: Hands, typed: str) -> None:
    a_case(hands.desk)
    [status] = shown_to_all(hands, typed)
    assert "1 open" in status.text


@pytest.mark.parametrize("typed", ["Case\u00a01", "CASE  #1", "case\t1", "Case  1\u00a0 HIGH", "case\u00a01 high"])
def test_the_words_of_a_command_are_read_whatever_their_blanks(hands: Hands, typed: str) -> None:
    a_case(hands.desk)
    assert "Case 1" in hands.command(typed, CARO)["text"]


def test_a_message_without_a_link_is_refused_with_what_to_do(hands: Hands) -> None:
    assert "/care add" in send_to_care(hands, "no link here")


def test_a_link_sent_twice_leads_to_the_same_case(hands: Hands) -> None:
    send_to_care(hands, "<https://social.example/@omar/1>")
    assert "We have that post already" in send_to_care(hands, "<https://social.example/@omar/1>")
    assert len(hands.desk.store.queue()) == 1


def test_somebody_from_outside_cannot_send_to_care(hands: Hands) -> None:
    hands.chat.people["U0OUT"] = teammate("U0OUT", "Out", PersonKind.STRANGER)
    assert "another workspace" in send_to_care(hands, "<https://social.example/@omar/1>", "U0OUT")
    assert hands.desk.store.queue() == []


def test_a_case_in_review_is_told_by_number(hands: Hands) -> None:
    in_review(hands.desk)
    assert "Case 1" in hands.command("case 1")["text"]


def test_status_tells_leads_alone_what_a_network_costs(hands: Hands) -> None:
    hands.desk.store.add_charges("x", "42", hands.desk.clock.now().date(), {Charge.LINK_REPLY: 62})
    said = "@northwind on X: $12.40 this month."
    assert [said in hands.command("status", who)["text"] for who in (CARO, ANA)] == [True, False]


def test_status_tells_leads_alone_which_account_is_in_trouble(hands: Hands) -> None:
    hands.desk.readings["x", "42"] = LastReading(unread_since=NOON, why="It answers 503.")
    said = "@northwind on X cannot be read since"
    assert [said in hands.command("status", who)["text"] for who in (CARO, ANA)] == [True, False]
    [shared] = shown_to_all(hands, "status share", CARO)
    assert said not in shared.text
