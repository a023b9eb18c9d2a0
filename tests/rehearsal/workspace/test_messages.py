import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.cast import ANA, BEN, CARE, GUS, LEADS, RANDOM


def refusal(call):
    with pytest.raises(SlackApiError) as refused:
        call()
    return refused.value.response["error"]


def words(*texts):
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}} for text in texts]


def test_a_posted_message_is_read_back_with_its_thread(client, unlimited):
    head = client.chat_postMessage(channel=CARE, text="A complaint")
    first = client.chat_postMessage(channel=CARE, text="first", thread_ts=head["ts"])
    second = client.chat_postMessage(channel=CARE, text="second", thread_ts=head["ts"])
    (shown,) = client.conversations_history(channel=CARE)["messages"]
    assert (shown["ts"], shown["reply_count"], shown["latest_reply"]) == (head["ts"], 2, second["ts"])
    thread = client.conversations_replies(channel=CARE, ts=head["ts"])["messages"]
    assert [m["ts"] for m in thread] == [head["ts"], first["ts"], second["ts"]]
    later = client.conversations_replies(channel=CARE, ts=head["ts"], oldest=first["ts"])["messages"]
    assert [m["ts"] for m in later] == [head["ts"], second["ts"]]


def test_metadata_is_read_back_only_when_asked_for_and_with_the_scope(client, unlimited):
    metadata = {"event_type": "care_case", "event_payload": {"case": 7, "post": "abc"}}
    client.chat_postMessage(channel=CARE, text="A complaint", metadata=metadata)
    read = client.conversations_history(channel=CARE, include_all_metadata=True)["messages"]
    assert read[0]["metadata"] == metadata
    assert "metadata" not in client.conversations_history(channel=CARE)["messages"][0]
    unlimited.arrange.app(scopes=set(cast.SCOPES) - {"metadata.message:read"})
    assert "metadata" not in client.conversations_history(channel=CARE, include_all_metadata=True)["messages"][0]


def test_metadata_survives_an_update_that_does_not_name_it(client, unlimited):
    metadata = {"event_type": "care_case", "event_payload": {"case": 7}}
    ts = client.chat_postMessage(channel=CARE, text="one", metadata=metadata)["ts"]
    client.chat_update(channel=CARE, ts=ts, text="two")
    assert (
        client.conversations_history(channel=CARE, include_all_metadata=True)["messages"][0]["metadata"] == metadata
    )


def test_history_pages_by_cursor_from_the_newest(client, unlimited):
    sent = [client.chat_postMessage(channel=CARE, text=str(n))["ts"] for n in range(7)]
    pages = client.conversations_history(channel=CARE, limit=3)
    read = [m["ts"] for page in pages for m in page["messages"]]
    assert read == sent[::-1]


def test_history_reads_between_two_moments(client, unlimited):
    sent = [client.chat_postMessage(channel=CARE, text=str(n))["ts"] for n in range(4)]
    between = client.conversations_history(channel=CARE, oldest=sent[0], latest=sent[3])["messages"]
    assert [m["ts"] for m in between] == [sent[2], sent[1]]
    inclusive = client.conversations_history(channel=CARE, oldest=sent[0], latest=sent[1], inclusive=True)["messages"]
    assert [m["ts"] for m in inclusive] == [sent[1], sent[0]]


def test_an_update_without_blocks_drops_the_old_ones(client, unlimited):
    ts = client.chat_postMessage(channel=CARE, text="one", blocks=words("one"))["ts"]
    client.chat_update(channel=CARE, ts=ts, text="two")
    (message,) = client.conversations_history(channel=CARE)["messages"]
    assert message["text"] == "two"
    assert "blocks" not in message
    assert unlimited.ledger()["updates"] == 1


def test_a_second_post_within_the_second_passes_and_a_third_is_told_to_wait(client, workspace):
    client.chat_postMessage(channel=CARE, text="1")
    client.chat_postMessage(channel=CARE, text="2")
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=CARE, text="3")
    assert refused.value.response.status_code == 429
    assert refused.value.response["error"] == "ratelimited"
    assert refused.value.response.headers["Retry-After"] == "1"
    assert client.chat_postMessage(channel=cast.BILLING, text="another room is free")["ok"]
    workspace.clock.jump(1)
    assert client.chat_postMessage(channel=CARE, text="3")["ok"]
    assert workspace.ledger()["ratelimited"] == {"chat.postMessage": 1}


def test_the_sdk_waits_as_long_as_it_is_told(client, workspace):
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=3))
    for n in range(4):
        client.chat_postMessage(channel=CARE, text=str(n))
    assert len(workspace.ledger()["messages"]) == 4


def test_threads_count_against_their_room(client, workspace):
    head = client.chat_postMessage(channel=CARE, text="1")["ts"]
    client.chat_postMessage(channel=CARE, text="2", thread_ts=head)
    assert refusal(lambda: client.chat_postMessage(channel=CARE, text="3", thread_ts=head)) == "ratelimited"


def test_fifty_updates_a_minute_pass_for_the_whole_workspace_and_no_more(client, workspace):
    ts = client.chat_postMessage(channel=CARE, text="x")["ts"]
    other = client.chat_postMessage(channel=cast.BILLING, text="x")["ts"]
    for n in range(25):
        client.chat_update(channel=CARE, ts=ts, text=str(n))
        client.chat_update(channel=cast.BILLING, ts=other, text=str(n))
    assert refusal(lambda: client.chat_update(channel=CARE, ts=ts, text="more")) == "ratelimited"
    workspace.clock.jump(60)
    assert client.chat_update(channel=CARE, ts=ts, text="more")["ok"]


def test_three_hundred_posts_a_minute_pass_for_the_whole_workspace(workspace):
    for n in range(300):
        workspace.arrange.channel(f"C0MANY{n:04d}", members=[cast.BOT_USER])
        assert workspace.call("chat.postMessage", {"channel": f"C0MANY{n:04d}", "text": "x"}).status == 200
    answer = workspace.call("chat.postMessage", {"channel": CARE, "text": "x"})
    assert (answer.status, answer.body["error"]) == (429, "ratelimited")
    assert 1 <= answer.retry_after <= 60


@pytest.mark.parametrize(
    ("arrange", "call", "error"),
    [
        ({}, {"channel": "C0NOWHERE1", "text": "x"}, "channel_not_found"),
        ({}, {"channel": RANDOM, "text": "x"}, "not_in_channel"),
        ({"is_archived": True}, {"channel": CARE, "text": "x"}, "is_archived"),
        ({"is_read_only": True}, {"channel": CARE, "text": "x"}, "restricted_action_read_only_channel"),
        ({"is_private": True, "members": [ANA]}, {"channel": CARE, "text": "x"}, "channel_not_found"),
        ({}, {"channel": CARE, "text": "  "}, "no_text"),
        ({}, {"channel": CARE, "text": "x", "thread_ts": "1700000000.000001"}, "thread_not_found"),
        ({}, {"channel": CARE, "text": "x", "blocks": "no list"}, "invalid_blocks_format"),
        ({}, {"channel": CARE, "text": "x", "blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({}, {"channel": CARE, "text": "x", "blocks": words(*["y" * 2700] * 5)}, "msg_blocks_too_long"),
        ({}, {"channel": CARE, "text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        (
            {},
            {"channel": CARE, "text": "x", "metadata": {"event_type": "x", "event_payload": {"a": "b" * 16_000}}},
            "metadata_too_large",
        ),
        ({}, {"channel": CARE, "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({}, {"channel": CARE, "text": "x", "colour": "red"}, "invalid_arguments"),
    ],
)
def test_a_post_that_slack_would_refuse_is_refused_in_its_words(workspace, arrange, call, error):
    workspace.arrange.channel(CARE, **arrange)
    answer = workspace.call("chat.postMessage", call)
    assert answer.body["error"] == error
    assert workspace.ledger()["messages"] == []


def test_other_peoples_messages_cannot_be_changed_or_deleted(client, unlimited):
    ts = unlimited.act.write(ANA, CARE, "mine")["ts"]
    assert refusal(lambda: client.chat_update(channel=CARE, ts=ts, text="x")) == "cant_update_message"
    assert refusal(lambda: client.chat_delete(channel=CARE, ts=ts)) == "cant_delete_message"
    assert refusal(lambda: client.chat_update(channel=CARE, ts="1.000001", text="x")) == "message_not_found"


def test_an_update_is_shorter_than_a_post_may_be(client, unlimited):
    ts = client.chat_postMessage(channel=CARE, text="x" * 50_000)["ts"]
    assert len(client.conversations_history(channel=CARE)["messages"][0]["text"]) == 40_000
    assert refusal(lambda: client.chat_update(channel=CARE, ts=ts, text="x" * 4001)) == "msg_too_long"


def test_a_deleted_head_leaves_a_tombstone_over_its_thread(client, unlimited):
    head = client.chat_postMessage(channel=CARE, text="head")["ts"]
    reply = client.chat_postMessage(channel=CARE, text="reply", thread_ts=head)["ts"]
    client.chat_delete(channel=CARE, ts=head)
    (shown,) = client.conversations_history(channel=CARE)["messages"]
    assert (shown["subtype"], shown["ts"]) == ("tombstone", head)
    client.chat_delete(channel=CARE, ts=reply)
    assert client.conversations_history(channel=CARE)["messages"] == []


def test_an_ephemeral_message_is_seen_by_its_reader_only(client, unlimited):
    client.chat_postEphemeral(channel=CARE, user=ANA, text="only for you")
    assert [m["text"] for m in unlimited.look.messages(ANA, CARE)] == ["only for you"]
    assert unlimited.look.messages(BEN, CARE) == []
    assert client.conversations_history(channel=CARE)["messages"] == []
    assert refusal(lambda: client.chat_postEphemeral(channel=LEADS, user=GUS, text="x")) == "user_not_in_channel"


def test_a_post_to_a_person_lands_in_their_own_room(client, unlimited):
    posted = client.chat_postMessage(channel=ANA, text="hello")
    assert posted["channel"] == client.conversations_open(users=ANA)["channel"]["id"]
    assert [m["text"] for m in unlimited.look.messages(ANA, posted["channel"])] == ["hello"]


def test_a_method_an_argument_and_a_scope_that_are_not_known_are_told(client, unlimited):
    assert refusal(lambda: client.api_call("chat.shout", json={"channel": CARE})) == "unknown_method"
    assert refusal(lambda: client.chat_postMessage(channel=CARE, text="x", loud=True)) == "invalid_arguments"
    assert unlimited.ledger()["strangers"] == [
        {"what": "method", "method": "chat.shout"},
        {"what": "argument", "method": "chat.postMessage", "arguments": ["loud"]},
    ]
    unlimited.arrange.app(scopes=["chat:write"])
    with pytest.raises(SlackApiError) as refused:
        client.users_list()
    assert (refused.value.response["error"], refused.value.response["needed"]) == ("missing_scope", "users:read")
    assert refused.value.response["provided"] == "chat:write"


@pytest.mark.parametrize(
    ("token", "error"), [("", "not_authed"), ("xoxb-no", "invalid_auth"), (cast.APP_TOKEN, "not_allowed_token_type")]
)
def test_a_token_that_does_not_fit_is_refused(slack, token, error):
    stranger = WebClient(token or None, base_url=slack.api_url, retry_handlers=[])
    assert refusal(stranger.auth_test) == error


def test_a_permalink_names_room_and_message(client, unlimited):
    ts = client.chat_postMessage(channel=CARE, text="x")["ts"]
    link = client.chat_getPermalink(channel=CARE, message_ts=ts)["permalink"]
    assert link == f"https://northwind.slack.com/archives/{CARE}/p{ts.replace('.', '')}"


def test_a_file_goes_up_in_three_steps(client, unlimited):
    client.files_upload_v2(channel=CARE, filename="report.csv", content="a,b\n1,2\n", initial_comment="The report")
    (message,) = unlimited.ledger()["messages"]
    assert (message["text"], message["files"][0]["name"]) == ("The report", "report.csv")
    assert unlimited.ledger()["strangers"] == []


def test_a_response_address_works_five_times_and_for_half_an_hour(slack, unlimited):
    given = unlimited.team.tickets.response(ANA, CARE)
    speaker = WebhookClient(f"{slack.url}/respond/{given.id}")
    assert [speaker.send(text=str(n)).status_code for n in range(6)] == [200] * 5 + [404]
    assert [m["text"] for m in unlimited.look.messages(ANA, CARE)] == list("01234")
    late = unlimited.team.tickets.response(ANA, CARE)
    unlimited.clock.jump(30 * 60 + 1)
    assert WebhookClient(f"{slack.url}/respond/{late.id}").send(text="late").status_code == 404


def test_a_response_address_can_replace_and_delete_what_it_answers(slack, client, unlimited):
    ts = client.chat_postMessage(channel=CARE, text="before")["ts"]
    speaker = WebhookClient(f"{slack.url}/respond/{unlimited.team.tickets.response(ANA, CARE, ts).id}")
    speaker.send(text="after", replace_original=True)
    assert [m["text"] for m in unlimited.look.messages(BEN, CARE)] == ["after"]
    speaker.send(text="for all", response_type="in_channel")
    speaker.send(delete_original=True)
    assert [m["text"] for m in unlimited.look.messages(BEN, CARE)] == ["for all"]
