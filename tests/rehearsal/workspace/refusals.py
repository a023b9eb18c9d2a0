"""For each refusal in a method's table, a call that gets it, so that every entry of docs/stage.md is tested."""

import json
from typing import Any

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.cast import ANA, BEN, CARE, DEE, LEADS, RANDOM
from bot.rehearsal.workspace.workspace import Workspace

NOWHERE, NOBODY, NEVER = "C0NOWHERE1", "U0NOBODY01", "1.000001"
SECTION = {"type": "section", "text": {"type": "plain_text", "text": "x"}}
LONG = [{"type": "section", "text": {"type": "plain_text", "text": "x" * 3000}} for _ in range(5)]
FULL = [{**SECTION, "block_id": f"b{n}", "text": {"type": "plain_text", "text": "€" * 3000}} for n in range(90)]


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": {"type": "plain_text", "text": "Reply"}, "blocks": [SECTION], **more}


class Scene:
    """A workspace in memory, with the messages and views that the calls use."""

    def __init__(self) -> None:
        self.workspace = Workspace(limits=False)
        self.team = self.workspace.team
        self.arrange = self.workspace.arrange

    def call(self, method: str, **given: Any) -> dict[str, Any]:
        return self.workspace.call(method, given).body

    def posted(self, **given: Any) -> str:
        return self.call("chat.postMessage", **{"channel": CARE, "text": "x", **given})["ts"]

    def by_ana(self) -> str:
        return self.workspace.act.write(ANA, CARE, "mine")["ts"]

    def trigger(self, *, used: bool = False, old: bool = False) -> str:
        trigger = self.team.tickets.trigger(ANA)
        trigger.used = used
        trigger.born -= 4 if old else 0
        return trigger.id

    def opened(self, **more: Any) -> dict[str, Any]:
        return self.call("views.open", trigger_id=self.trigger(), view=modal(**more))

    def in_thread(self) -> str:
        return self.posted(thread_ts=self.posted())

    def archived(self) -> str:
        self.arrange.channel(CARE, is_archived=True)
        return CARE

    def read_only(self) -> str:
        self.arrange.channel(CARE, is_read_only=True)
        return CARE


def deep(scene: Scene) -> dict[str, Any]:
    scene.opened()
    for _ in range(2):
        scene.call("views.push", trigger_id=scene.trigger(), view=modal())
    return {"trigger_id": scene.trigger(), "view": modal()}


WORDS = {
    "no_text": lambda s: {"text": " "},
    "markdown_text_conflict": lambda s: {"markdown_text": "*x*"},
    "msg_too_long": lambda s: {"text": "", "markdown_text": "x" * 12_001},
    "invalid_blocks_format": lambda s: {"blocks": "[not json"},
    "invalid_blocks": lambda s: {"blocks": [{"type": "section"}]},
    "msg_blocks_too_long": lambda s: {"blocks": LONG},
    "invalid_attachments": lambda s: {"attachments": {"a": 1}},
    "too_many_attachments": lambda s: {"attachments": [{"text": "x"}] * 101},
}
METADATA = {
    "invalid_metadata_format": lambda s: {"metadata": {"event_type": "case"}},
    "invalid_metadata_schema": lambda s: {"metadata": {"event_type": "a case", "event_payload": {}}},
    "metadata_too_large": lambda s: {"metadata": {"event_type": "case", "event_payload": {"a": "x" * 16_001}}},
}
PLACES = {
    "channel_not_found": lambda s: {"channel": NOWHERE},
    "is_archived": lambda s: {"channel": s.archived()},
    "not_in_channel": lambda s: {"channel": RANDOM},
    "restricted_action_read_only_channel": lambda s: {"channel": s.read_only()},
    "thread_not_found": lambda s: {"thread_ts": NEVER},
    "cannot_reply_to_message": lambda s: {"thread_ts": s.in_thread()},
}
TRIGGERS = {
    "invalid_trigger_id": lambda s: {"trigger_id": "1.2.x"},
    "exchanged_trigger_id": lambda s: {"trigger_id": s.trigger(used=True)},
    "expired_trigger_id": lambda s: {"trigger_id": s.trigger(old=True)},
}
TOO_LARGE = {"view_too_large": lambda s: {"view": modal(blocks=FULL)}}
TWIN = {"duplicate_external_id": lambda s: s.opened(external_id="one") and {"view": modal(external_id="one")}}
NO_ROOM = {"channel_not_found": lambda s: {"channel": NOWHERE}}
OUTSIDE = {"not_in_channel": lambda s: {"channel": RANDOM}}
LIMIT = {"invalid_limit": lambda s: {"limit": 100_000}}
CURSOR = {"invalid_cursor": lambda s: {"cursor": "elsewhere"}}


def update(scene: Scene) -> dict[str, Any]:
    return {"channel": CARE, "ts": scene.posted(), "text": "y"}


def rich(scene: Scene) -> dict[str, Any]:
    said = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
    return {"ts": scene.posted(blocks=[{"type": "rich_text", "elements": [said]}]), "blocks": [SECTION]}


def archived_update(scene: Scene) -> dict[str, Any]:
    ts = scene.posted()
    return {"ts": ts, "channel": scene.archived()}


def uploaded(scene: Scene) -> dict[str, Any]:
    told = scene.call("files.getUploadURLExternal", filename="a.txt", length=1)
    scene.team.uploads[told["file_id"]]["arrived"] = True
    return {"files": [{"id": told["file_id"]}], "channel_id": CARE}


# method -> (a call that works, {refusal: change that makes it fail})
CALLS: dict[str, tuple[Any, dict[str, Any]]] = {
    "chat.postMessage": (lambda s: {"channel": CARE, "text": "x"}, WORDS | METADATA | PLACES),
    "chat.update": (
        update,
        WORDS | METADATA | NO_ROOM | {
            "msg_too_long": lambda s: {"text": "x" * 4001},
            "message_not_found": lambda s: {"ts": NEVER},
            "cant_update_message": lambda s: {"ts": s.by_ana()},
            "is_inactive": archived_update,
            "block_mismatch": rich,
        },
    ),
    "chat.delete": (
        lambda s: {"channel": CARE, "ts": s.posted()},
        NO_ROOM | {"message_not_found": lambda s: {"ts": NEVER}, "cant_delete_message": lambda s: {"ts": s.by_ana()}},
    ),
    "chat.postEphemeral": (
        lambda s: {"channel": CARE, "user": ANA, "text": "x"},
        WORDS | PLACES | {"user_not_in_channel": lambda s: {"user": NOBODY}},
    ),
    "chat.getPermalink": (
        lambda s: {"channel": CARE, "message_ts": s.posted()},
        NO_ROOM | {"message_not_found": lambda s: {"message_ts": NEVER}},
    ),
    "reactions.add": (
        lambda s: {"channel": CARE, "timestamp": s.posted(), "name": "eyes"},
        NO_ROOM | OUTSIDE | {
            "no_item_specified": lambda s: {"timestamp": ""},
            "message_not_found": lambda s: {"timestamp": NEVER},
            "invalid_name": lambda s: {"name": ""},
            "already_reacted": lambda s: (
                s.call("reactions.add", channel=CARE, timestamp=(ts := s.posted()), name="eyes") and {"timestamp": ts}
            ),
        },
    ),
    "users.info": (lambda s: {"user": ANA}, {"user_not_found": lambda s: {"user": NOBODY}}),
    "users.list": (lambda s: {}, LIMIT | CURSOR),
    "users.getPresence": (lambda s: {"user": ANA}, {"user_not_found": lambda s: {"user": NOBODY}}),
    "dnd.teamInfo": (lambda s: {"users": [ANA]}, {"too_many_users": lambda s: {"users": [ANA] * 51}}),
    "usergroups.list": (lambda s: {}, {"plan_upgrade_required": lambda s: s.arrange.app(has_groups=False) and {}}),
    "usergroups.users.list": (
        lambda s: {"usergroup": cast.APPROVERS},
        {
            "plan_upgrade_required": lambda s: s.arrange.app(has_groups=False) and {},
            "no_such_subteam": lambda s: {"usergroup": "S0NOBODY01"},
            "subteam_disabled": lambda s: s.arrange.group(cast.APPROVERS, is_disabled=True) and {},
        },
    ),
    "team.info": (lambda s: {}, {}),
    "bots.info": (lambda s: {"bot": cast.BOT}, {"bot_not_found": lambda s: {"bot": "B0NOBODY01"}}),
    "conversations.info": (lambda s: {"channel": CARE}, NO_ROOM),
    "conversations.list": (lambda s: {}, LIMIT | CURSOR | {"invalid_types": lambda s: {"types": "lounge"}}),
    "conversations.history": (lambda s: {"channel": CARE}, NO_ROOM | OUTSIDE | LIMIT),
    "conversations.replies": (
        lambda s: {"channel": CARE, "ts": s.posted()},
        NO_ROOM | OUTSIDE | LIMIT | {"thread_not_found": lambda s: {"ts": NEVER}},
    ),
    "conversations.open": (
        lambda s: {"users": [ANA]},
        {
            "users_list_not_supplied": lambda s: {"users": []},
            "method_not_supported_for_channel_type": lambda s: {"users": [ANA, BEN]},
            "user_not_found": lambda s: {"users": [NOBODY]},
            "cannot_dm_bot": lambda s: {"users": [cast.BOT_USER]},
            "user_disabled": lambda s: s.arrange.person(DEE, deleted=True) and {"users": [DEE]},
            "channel_not_found": lambda s: {"users": [], "channel": NOWHERE},
        },
    ),
    "conversations.members": (lambda s: {"channel": CARE}, NO_ROOM | LIMIT | CURSOR),
    "conversations.join": (
        lambda s: {"channel": RANDOM},
        NO_ROOM | {
            "method_not_supported_for_channel_type": lambda s: {"channel": LEADS},
            "is_archived": lambda s: {"channel": s.archived()},
        },
    ),
    "views.open": (lambda s: {"trigger_id": s.trigger(), "view": modal()}, TRIGGERS | TOO_LARGE | TWIN),
    "views.push": (
        lambda s: s.opened() and {"trigger_id": s.trigger(), "view": modal()},
        TRIGGERS | TOO_LARGE | TWIN | {
            "push_limit_reached": deep,
            "not_found": lambda s: s.team.views.clear(ANA) or {},
        },
    ),
    "views.update": (
        lambda s: {"view_id": s.opened()["view"]["id"], "view": modal()},
        TOO_LARGE | {"not_found": lambda s: {"view_id": "V0"}, "hash_conflict": lambda s: {"hash": "older"}},
    ),
    "views.publish": (
        lambda s: {"user_id": ANA, "view": {"type": "home", "blocks": [SECTION]}},
        {
            "not_enabled": lambda s: s.arrange.app(has_home=False) and {},
            "user_not_found": lambda s: {"user_id": NOBODY},
            "hash_conflict": lambda s: (
                s.call("views.publish", user_id=ANA, view={"type": "home", "blocks": [SECTION]}) and {"hash": "older"}
            ),
            "view_too_large": lambda s: {"view": {"type": "home", "blocks": FULL}},
        },
    ),
    "api.test": (lambda s: {"foo": "bar"}, {}),
    "auth.test": (lambda s: {}, {}),
    "apps.connections.open": (lambda s: {}, {}),
    "blocks.validate": (lambda s: {"blocks": [SECTION]}, {"invalid_blocks": lambda s: {"blocks": [{"type": "section"}]}}),
    "files.getUploadURLExternal": (lambda s: {"filename": "a.txt", "length": 1}, {}),
    "files.completeUploadExternal": (
        uploaded,
        {
            "file_not_found": lambda s: {"files": json.dumps([{"id": "F0"}])},
            "channel_not_found": lambda s: {"channel_id": NOWHERE},
            "not_in_channel": lambda s: {"channel_id": RANDOM},
            "thread_not_found": lambda s: {"thread_ts": NEVER},
            "cannot_reply_to_message": lambda s: {"thread_ts": s.in_thread()},
        },
    ),
}  # fmt: skip
