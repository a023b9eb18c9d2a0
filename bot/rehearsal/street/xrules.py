"""X's rules for posts of the brand's app: length, duplicates, and whom it may answer."""

from datetime import datetime, timedelta
from typing import Any

from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.posts import Hand, Post, Where
from bot.rehearsal.street.xcount import can_be_posted, weighted_length
from bot.rehearsal.street.xproblems import Problem, bad_request, forbidden

EDITABLE_WITHIN, MOST_EDITS = timedelta(minutes=30), 5
DUPLICATE_WITHIN = timedelta(hours=24)  # X says only "recently"
BODY = {
    "text": str,
    "reply": dict,
    "reply_settings": str,
    "made_with_ai": bool,
    "paid_partnership": bool,
    "edit_options": dict,
}  # accepted fields of X's body; small accounts do not get quotes, polls and places
_REPLY = frozenset({"in_reply_to_tweet_id", "exclude_reply_user_ids", "auto_populate_reply_metadata"})
_SETTINGS = frozenset({"following", "mentionedUsers", "subscribers", "verified"})


def check_body(body: dict[str, Any]) -> None:
    """Raise Problem 400 for a body that X would refuse."""
    unknown = [name for name in body if name not in BODY]
    unknown += [f"reply.{name}" for name in body.get("reply") or {} if name not in _REPLY]
    unknown += [f"edit_options.{name}" for name in body.get("edit_options") or {} if name != "previous_post_id"]
    if unknown:
        raise bad_request(f"$.{unknown[0]}: is not defined in the schema.")
    if any(not isinstance(body[name], BODY[name]) for name in body):
        raise bad_request("A field has another type than the schema says.")
    if body.get("reply_settings", "following") not in _SETTINGS:
        raise bad_request("$.reply_settings: is not one of the settings known.")


def check_text(street: Street, text: str) -> None:
    """Raise Problem 400 or 403 for a text that is empty, too long or a duplicate."""
    if weighted_length(text) > 280:
        raise bad_request(f"Your text is too long: {weighted_length(text)} of 280.", text=text)
    if not can_be_posted(text):
        raise bad_request("The text is empty or holds signs that cannot be posted.", text=text)
    if any(_said_before(street, post, text) for post in street.everything()):
        # The sentence is X's own: only by it can clients tell this refusal from others.
        raise forbidden("You are not allowed to create a Tweet with duplicate content.")


def check_target(street: Street, number: str) -> Post:
    """Return the post to answer. Raises Problem 400 when it is deleted, 403 when the app may not answer it."""
    target = street.post(int(number)) if number.isdigit() and len(number) <= 19 else None
    if target is None or target.deleted_at or target.network != Where.X:
        raise bad_request("Your reply tweet ID is invalid.", **{"reply.in_reply_to_tweet_id": number})
    refusal = _settings_refusal(street, target) or _summons_refusal(street, target)
    if refusal:
        raise refusal
    return target


def _said_before(street: Street, post: Post, text: str) -> bool:
    ours = post.network == Where.X and post.author.id == street.brand.id and post.newest and not post.deleted_at
    return ours and post.text == text and street.pace.now() - post.created_at < DUPLICATE_WITHIN


def _settings_refusal(street: Street, target: Post) -> Problem | None:
    """Return the refusal by the author's reply settings, or None; the author follows and verifies nobody."""
    root = street.post(target.root) or target
    for post in (root, target):
        by_mention = post.reply_settings == "mentionedUsers" and street.brand.key in post.names
        if post.reply_settings != "everyone" and not by_mention and post.author.id != street.brand.id:
            return forbidden("Replies to this conversation are limited by its author.")
    return None


def _summons_refusal(street: Street, target: Post) -> Problem | None:
    quoted = street.post(target.quotes)
    summoned = street.brand.key in target.names or (quoted and quoted.author.id == street.brand.id)
    if summoned or target.author.id == street.brand.id:
        return None
    return forbidden(
        "This reply is not allowed because you have not been mentioned or otherwise engaged by the author of "
        "the post you are replying to."
    )


def edit_post(street: Street, body: dict[str, Any]) -> Post:
    """Change the words of a post of the brand's app, if X still lets it. Raises Problem."""
    check_body(body)
    number, text = str(body["edit_options"].get("previous_post_id", "")), body.get("text", "")
    with street.lock:
        post = street.readable(int(number), Where.X) if number.isdigit() and len(number) <= 19 else None
        if post is None or post.author.id != street.brand.id or not post.newest:
            raise bad_request("Your previous post ID is invalid.", **{"edit_options.previous_post_id": number})
        if not can_be_edited(street, post):
            raise forbidden("You are not permitted to edit this post.")
        check_text(street, text)
        return street.edit(post.id, text)


def set_hidden(street: Street, number: str, body: dict[str, Any]) -> bool:
    """Hide an answer in a conversation of the brand, or show it again; return which it is now. Raises Problem."""
    if [*body] != ["hidden"] or not isinstance(body["hidden"], bool):
        raise bad_request("$.hidden: is not defined in the schema, or is no boolean.")
    with street.lock:
        post = street.readable(int(number), Where.X) if number.isdigit() and len(number) <= 19 else None
        root = street.post(post.root) if post else None
        if post is None or root is None:
            raise bad_request("Your tweet ID is invalid.", id=number)
        if post.reply_to is None or root.author.id != street.brand.id:
            raise forbidden("You are not allowed to hide this reply: you did not begin its conversation.")
        return street.set_hidden(post, hidden=body["hidden"])


def can_be_edited(street: Street, post: Post) -> bool:
    """Return whether X lets a post be changed now; of answers to others only where `edits_replies` says so."""
    may = street.edits_replies or post.reply_to is None
    return may and edits_left(post) > 0 and street.pace.now() < editable_until(post)


def edits_left(post: Post) -> int:
    """Return how often a post can still be changed."""
    return max(0, 1 + MOST_EDITS - len(post.versions))


def editable_until(post: Post) -> datetime:
    """Return until when a post can be changed."""
    return post.created_at + EDITABLE_WITHIN


def post_reply(street: Street, body: dict[str, Any], late: timedelta) -> Post:
    """Publish a reply of the brand's app after checking every rule. Raises Problem."""
    check_body(body)
    reply, text = body.get("reply") or {}, body.get("text", "")
    with street.lock:
        target = check_target(street, str(reply["in_reply_to_tweet_id"])) if reply else None
        check_text(street, text)
        return street.publish(
            street.brand,
            text,
            hand=Hand.APP,
            reply_to=target.id if target else None,
            reply_settings=body.get("reply_settings", "everyone"),
            unnamed=frozenset(int(number) for number in reply.get("exclude_reply_user_ids", ())),
            late=late,
        )
