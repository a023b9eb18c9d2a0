import threading
import time

import pytest
from slack_sdk.errors import SlackApiError

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.cast import ANA, BEN, CARE, GUS
from bot.rehearsal.workspace.errors import SlackError

from .conftest import bolt_app, over_http, over_socket, wait_until


def plain(text):
    return {"type": "plain_text", "text": text}


def button(action_id, value="v"):
    return {"type": "button", "action_id": action_id, "text": plain("Claim"), "value": value}


def actions(*elements):
    return [{"type": "actions", "block_id": "row", "elements": list(elements)}]


def question(block_id="words", **more):
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("Words"),
        "element": {"type": "plain_text_input", "action_id": "typed", **more},
    }


def modal(*blocks, title="Reply", **more):
    return {
        "type": "modal",
        "callback_id": "reply",
        "title": plain(title),
        "submit": plain("Send"),
        "blocks": list(blocks),
        **more,
    }


def typed(text, block_id="words"):
    return {block_id: {"typed": {"type": "plain_text_input", "value": text}}}


def card(client, *elements):
    return client.chat_postMessage(channel=CARE, text="card", blocks=actions(*elements))["ts"]


def pressed_opens(app, view):
    """Let the button `draft` open this modal."""

    @app.action("draft")
    def open_modal(ack, body, client):
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()


def test_a_press_arrives_in_slacks_shape_and_is_acknowledged(app, client, unlimited, connected):
    seen = []

    @app.action("claim")
    def claim(ack, body):
        seen.append(body)
        ack()

    ts = card(client, button("claim", "case 7"))
    with connected(app):
        assert unlimited.act.press(BEN, CARE, ts, "claim") == {"ok": True, "acked": True}
    (body,) = seen
    assert body["type"] == "block_actions"
    assert body["user"] == {"id": BEN, "username": "ben", "name": "ben", "team_id": cast.TEAM}
    assert body["container"] == {"type": "message", "message_ts": ts, "channel_id": CARE, "is_ephemeral": False}
    assert body["channel"] == {"id": CARE, "name": "care"}
    assert body["message"]["ts"] == ts
    (action,) = body["actions"]
    assert {**action, "action_ts": ""} == {
        "type": "button", "action_id": "claim", "block_id": "row", "text": plain("Claim"), "value": "case 7", "action_ts": "",
    }  # fmt: skip
    (ack,) = unlimited.ledger()["acks"]
    assert (ack["kind"], ack["what"], ack["acked"], ack["error"]) == ("interactive", "claim", True, None)


def test_a_choice_is_made_by_value_and_arrives_whole(app, client, unlimited, connected):
    seen = []

    @app.action("more")
    def more(ack, action):
        seen.append(action["selected_option"])
        ack()

    options = [{"text": plain("Release"), "value": "release"}, {"text": plain("Assign"), "value": "assign"}]
    ts = card(client, {"type": "overflow", "action_id": "more", "options": options})
    with connected(app):
        assert unlimited.act.press(BEN, CARE, ts, "more", value="assign")["ok"]
    assert seen == [options[1]]


def test_a_listener_that_does_not_acknowledge_in_time_costs_the_person_an_error(app, client, unlimited, connected):
    held = threading.Event()

    @app.action("claim")
    def claim(ack):
        held.wait(10)
        ack()

    ts = card(client, button("claim"))
    with connected(app):
        told = unlimited.act.press(BEN, CARE, ts, "claim")
        held.set()
    assert told == {"ok": False, "acked": False, "error": "operation_timeout"}


def test_with_nobody_connected_the_person_is_told_at_once(client, unlimited):
    ts = card(client, button("claim"))
    assert unlimited.act.press(BEN, CARE, ts, "claim") == {"ok": False, "acked": False, "error": "dispatch_failed"}


def test_a_button_that_was_redrawn_away_is_pressed_only_on_purpose(app, client, unlimited, connected):
    seen = []

    @app.action("claim")
    def claim(ack, action):
        seen.append(action["value"])
        ack()

    ts = card(client, button("claim", "old"))
    client.chat_update(channel=CARE, ts=ts, text="claimed", blocks=[])
    with connected(app):
        with pytest.raises(SlackError, match="no_such_element"):
            unlimited.act.press(BEN, CARE, ts, "claim")
        assert unlimited.act.press(BEN, CARE, ts, "claim", stale=True)["ok"]
    assert seen == ["old"]


def test_a_press_in_the_moment_of_a_redraw_arrives_as_the_person_saw_it(app, client, unlimited, connected):
    seen = []

    @app.action("claim")
    def claim(ack, action):
        seen.append(action["value"])
        ack()

    ts = card(client, button("claim", "as seen"))
    [block] = unlimited.look.messages(BEN, CARE)[-1]["blocks"]
    client.chat_update(
        channel=CARE, ts=ts, text="card", blocks=[{**actions(button("claim", "new"))[0], "block_id": "row2"}]
    )
    with connected(app):
        assert unlimited.act.press(BEN, CARE, ts, "claim", block["block_id"])["ok"]
        with pytest.raises(SlackError, match="no_such_element"):
            unlimited.act.press(BEN, CARE, ts, "claim", "never drawn")
    assert seen == ["as seen"]


def test_a_modal_opens_refuses_and_closes(app, client, unlimited, connected):
    pressed_opens(app, modal(question(max_length=20), private_metadata="7"))

    @app.view("reply")
    def submitted(ack, view):
        text = view["state"]["values"]["words"]["typed"]["value"]
        assert view["private_metadata"] == "7"
        if "good" in text:
            ack()
        else:
            ack(response_action="errors", errors={"words": "Please say something good."})

    ts = card(client, button("draft"))
    with connected(app):
        assert unlimited.act.press(ANA, CARE, ts, "draft")["ok"]
        (open_view,) = unlimited.look.views(ANA)
        submit = lambda text: unlimited.modals.submit(ANA, open_view["id"], typed(text))  # noqa: E731
        assert submit("")["errors"] == {"words": "Please complete this required field."}
        assert "20 characters" in submit("x" * 21)["errors"]["words"]
        assert submit("bad")["errors"] == {"words": "Please say something good."}
        assert unlimited.look.views(ANA)[0]["view"]["state"]["values"] == typed("bad")
        assert submit("good") == {"ok": True, "acked": True, "closed": True}
        assert unlimited.look.views(ANA) == []
    assert unlimited.ledger()["strangers"] == []


def test_what_was_typed_reaches_the_app_escaped_and_the_person_as_it_was(app, client, unlimited, connected):
    """Slack sends &, < and > as their three escapes, in forms as in messages."""
    pressed_opens(app, modal({**question(), "dispatch_action": True}))
    seen = []

    @app.action("typed")
    def typing(ack, action, body):
        seen.append((action["value"], body["view"]["state"]["values"]["words"]["typed"]["value"]))
        ack()

    @app.view("reply")
    def submitted(ack, view):
        seen.append(view["state"]["values"]["words"]["typed"]["value"])
        ack(response_action="errors", errors={"words": "Once more."})

    ts = card(client, button("draft"))
    with connected(app):
        unlimited.act.press(ANA, CARE, ts, "draft")
        (view,) = unlimited.look.views(ANA)
        unlimited.modals.choose(ANA, view["id"], "typed", value="R&D < &lt;")
        unlimited.modals.submit(ANA, view["id"])
        assert unlimited.look.views(ANA)[0]["view"]["state"]["values"] == typed("R&D < &lt;")
    sent = "R&amp;D &lt; &amp;lt;"
    assert seen == [(sent, sent), sent]


def test_a_submission_can_update_push_and_clear(app, client, unlimited, connected):
    pressed_opens(app, modal(question()))

    @app.view("reply")
    def submitted(ack, view):
        text = view["state"]["values"]["words"]["typed"]["value"]
        if text == "clear":
            ack(response_action="clear")
        else:
            ack(response_action=text, view=modal(question(), title=text))

    ts = card(client, button("draft"))
    with connected(app):
        unlimited.act.press(ANA, CARE, ts, "draft")
        view_id = unlimited.look.views(ANA)[0]["id"]
        assert not unlimited.modals.submit(ANA, view_id, typed("update"))["closed"]
        assert [v["view"]["title"]["text"] for v in unlimited.look.views(ANA)] == ["update"]
        unlimited.modals.submit(ANA, view_id, typed("push"))
        top = unlimited.look.views(ANA)[-1]
        assert (top["view"]["title"]["text"], top["view"]["previous_view_id"]) == ("push", view_id)
        assert unlimited.modals.submit(ANA, top["id"], typed("clear"))["closed"]
        assert unlimited.look.views(ANA) == []


def test_what_was_typed_stays_while_the_app_redraws_the_modal(app, client, unlimited, connected):
    select = {
        "type": "static_select",
        "action_id": "template",
        "options": [{"text": plain("Sorry"), "value": "sorry"}],
    }
    chooser = {"type": "section", "block_id": "choose", "text": plain("Template"), "accessory": select}
    pressed_opens(app, modal(chooser, question()))

    @app.action("template")
    def chosen(ack, body, client):
        view = body["view"]
        assert body["actions"][0]["selected_option"]["value"] == "sorry"
        client.views_update(view_id=view["id"], hash=view["hash"], view=modal(chooser, question(), title="Chosen"))
        with pytest.raises(SlackApiError, match="hash_conflict"):
            client.views_update(view_id=view["id"], hash=view["hash"], view=modal(chooser, question()))
        ack()

    ts = card(client, button("draft"))
    with connected(app):
        unlimited.act.press(ANA, CARE, ts, "draft")
        view_id = unlimited.look.views(ANA)[0]["id"]
        told = unlimited.modals.choose(ANA, view_id, "template", value="sorry", state=typed("half a sen"))
        assert told["ok"]
        (view,) = unlimited.look.views(ANA)
        assert view["view"]["title"]["text"] == "Chosen"
        assert view["view"]["state"]["values"]["words"] == typed("half a sen")["words"]


def test_closing_is_told_to_an_app_that_asked_for_it(app, client, unlimited, connected):
    closed = []
    pressed_opens(app, modal(question(), notify_on_close=True))

    @app.view_closed("reply")
    def heard(ack, body):
        closed.append(body["is_cleared"])
        ack()

    ts = card(client, button("draft"))
    with connected(app):
        unlimited.act.press(ANA, CARE, ts, "draft")
        assert unlimited.modals.close(ANA, unlimited.look.views(ANA)[0]["id"])["closed"]
    assert closed == [False]


def test_a_trigger_opens_one_modal_and_only_for_three_seconds(client, unlimited):
    trigger = unlimited.team.tickets.trigger(ANA)
    view = modal(question())
    assert client.views_open(trigger_id=trigger.id, view=view)["view"]["callback_id"] == "reply"
    for trigger_id, error in ((trigger.id, "exchanged_trigger_id"), ("1.2.3", "invalid_trigger_id")):
        with pytest.raises(SlackApiError, match=error):
            client.views_open(trigger_id=trigger_id, view=view)
    late = unlimited.team.tickets.trigger(ANA)
    late.born = time.monotonic() - 3.1
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        client.views_open(trigger_id=late.id, view=view)


def test_three_modals_lie_on_each_other_and_a_fourth_does_not_fit(client, unlimited):
    client.views_open(trigger_id=unlimited.team.tickets.trigger(ANA).id, view=modal(question()))
    for _ in range(2):
        client.views_push(trigger_id=unlimited.team.tickets.trigger(ANA).id, view=modal(question()))
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        client.views_push(trigger_id=unlimited.team.tickets.trigger(ANA).id, view=modal(question()))


def test_a_command_is_answered_to_the_asker_or_to_all(app, unlimited, connected):
    @app.command("/care")
    def care(ack, command):
        if command["text"] == "share":
            ack(text="3 open", response_type="in_channel")
        elif command["text"] == "status":
            ack("3 open")
        else:
            ack()

    with connected(app):
        told = unlimited.act.command(ANA, CARE, "/care", "status")
        assert (told["response"]["text"], told["response"]["response_type"]) == ("3 open", "ephemeral")
        assert unlimited.look.messages(BEN, CARE) == []
        assert unlimited.act.command(ANA, CARE, "/care", "share")["ok"]
        assert [m["text"] for m in unlimited.look.messages(BEN, CARE)] == ["3 open"]
        assert unlimited.act.command(ANA, CARE, "/care") == {"ok": True, "acked": True}


def test_shortcuts_and_a_home_tab(app, client, unlimited, connected):
    seen = []

    @app.shortcut("send_to_care")
    def on_message(ack, shortcut):
        seen.append(shortcut["message"]["text"] if "message" in shortcut else "global")
        ack()

    @app.event("app_home_opened")
    def home(event, client):
        view = {"type": "home", "blocks": [{"type": "header", "text": plain("Hello")}]}
        client.views_publish(user_id=event["user"], view=view)

    ts = unlimited.act.write(ANA, CARE, "look at <this>")["ts"]
    with connected(app):
        unlimited.act.shortcut(ANA, "send_to_care", CARE, ts)
        unlimited.act.shortcut(ANA, "send_to_care")
        unlimited.act.home(ANA)
        wait_until(lambda: unlimited.look.home(ANA))
    assert seen == ["look at &lt;this&gt;", "global"]
    assert unlimited.look.home(ANA)["view"]["blocks"][0]["text"]["text"] == "Hello"
    assert unlimited.look.home(BEN) == {}


def test_what_a_person_types_arrives_as_an_event_when_subscribed(app, unlimited, connected):
    heard = []

    @app.event("message")
    def message(event):
        heard.append((event["user"], event["text"], event["channel_type"]))

    unlimited.arrange.app(events=["message.channels"])
    with connected(app):
        unlimited.act.write(ANA, CARE, "5 < 6")
        wait_until(lambda: heard)
    assert heard == [(ANA, "5 &lt; 6", "channel")]


def test_an_event_that_is_not_acknowledged_comes_three_times_more(slack, app, unlimited):
    attempts = refusing(app)
    with over_http(slack, app):
        unlimited.act.home(ANA)
        for number, pause in enumerate((1, 60, 300), start=1):
            wait_until(lambda number=number: len(unlimited.ledger()["acks"]) == number)
            assert len(attempts) == number
            unlimited.clock.jump(pause)
        wait_until(lambda: len(attempts) == 4)
    assert [number for number, _, _ in attempts] == ["", "1", "2", "3"]
    assert {reason for _, reason, _ in attempts[1:]} == {"http_error"}
    assert len({event_id for _, _, event_id in attempts}) == 1


def test_an_event_comes_again_over_a_socket_too(slack, app, unlimited):
    attempts = refusing(app)
    with over_socket(slack, app):
        unlimited.act.home(ANA)
        wait_until(lambda: len(unlimited.ledger()["acks"]) == 1)
        unlimited.clock.jump(1)
        wait_until(lambda: len(attempts) == 2)
    assert [number for number, _, _ in attempts] == ["0", "1"]


def refusing(app):
    """Answer every delivery with 500, and note its retry headers."""
    attempts = []

    @app.middleware
    def refuse(req, resp):
        number, reason = (req.headers.get(f"x-slack-retry-{name}", [""])[0] for name in ("num", "reason"))
        attempts.append((number, reason, req.body["event_id"]))
        resp.status = 500
        return resp

    return attempts


def test_payloads_go_to_any_of_several_connections(slack, client, unlimited):
    heard = [[], []]

    def listening(number):
        app = bolt_app(slack)

        @app.action("claim")
        def claim(ack):
            heard[number].append(1)
            ack()

        return app

    ts = card(client, button("claim"))
    with over_socket(slack, listening(0)), over_socket(slack, listening(1)):
        wait_until(lambda: unlimited.sockets.count() == 2)
        for _ in range(30):
            assert unlimited.act.press(BEN, CARE, ts, "claim")["ok"]
    assert min(map(len, heard)) > 0
    assert sum(map(len, heard)) == 30


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_the_sdk_comes_back_after_every_reason_to_go(slack, app, client, unlimited, reason):
    @app.action("claim")
    def claim(ack):
        ack()

    ts = card(client, button("claim"))
    with over_socket(slack, app):
        unlimited.disconnect(reason)
        wait_until(lambda: unlimited.sockets.ever == 2)
        wait_until(lambda: unlimited.act.press(BEN, CARE, ts, "claim")["ok"])


def test_the_sdk_comes_back_after_a_cut(slack, app, client, unlimited):
    @app.action("claim")
    def claim(ack):
        ack()

    ts = card(client, button("claim"))
    with over_socket(slack, app, ping_interval=0.2):
        unlimited.add_fault("socket", "disconnect", value="cut")
        wait_until(lambda: unlimited.sockets.ever == 2)
        wait_until(lambda: unlimited.act.press(BEN, CARE, ts, "claim")["ok"])


def test_a_private_room_and_a_whisper_are_closed_to_others(client, unlimited):
    whisper = client.chat_postEphemeral(channel=CARE, user=ANA, text="x", blocks=actions(button("claim")))[
        "message_ts"
    ]
    with pytest.raises(SlackError, match="message_not_found"):
        unlimited.act.press(BEN, CARE, whisper, "claim")
    with pytest.raises(SlackError, match="channel_not_found"):
        unlimited.look.messages(GUS, cast.LEADS)
    assert {room["name"] for room in unlimited.look.channels(GUS)} == {"care", "heard"}
