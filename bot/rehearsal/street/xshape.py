"""Posts and accounts in X's JSON: only the fields asked for, text escaped as X escapes it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.posts import Account, Post, named_spans
from bot.rehearsal.street.xargs import Asked
from bot.rehearsal.street.xcount import links
from bot.rehearsal.street.xrules import editable_until, edits_left

Shape = dict[str, Any]
# X is renaming tweets to posts: some clients read the old names, X's own client reads the new ones.
_POST_COUNTS = (
    "retweet_count",
    "repost_count",
    "reply_count",
    "like_count",
    "quote_count",
    "bookmark_count",
    "impression_count",
)
_ALWAYS_USER = frozenset({"id", "name", "username"})


def moment(at: datetime) -> str:
    """Return a moment as X writes it, with milliseconds."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def escaped(text: str) -> str:
    """Escape the three characters that X escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shape_post(street: Street, post: Post, asked: Asked) -> Shape:
    """Return a post with the fields asked for."""
    shape: Shape = {
        "id": str(post.id),
        "text": escaped(post.shown),
        "edit_history_tweet_ids": [str(number) for number in post.versions],
    }
    for name, value in _optional(street, post).items():
        if asked.has("tweet.fields", name) and value is not None:
            shape[name] = value
    if asked.has("expansions", "author_id"):
        shape["author_id"] = str(post.author.id)
    if asked.has("expansions", "attachments.media_keys") and post.photos:
        shape["attachments"] = {"media_keys": _media_keys(post)}
    return shape


def shape_account(street: Street, account: Account, asked: Asked) -> Shape:
    """Return an account with the fields asked for."""
    full: Shape = {
        "id": str(account.id),
        "name": account.name,
        "username": account.handle,
        "created_at": moment(account.created_at),
        "description": "",
        "protected": False,
        "verified": account.id == street.brand.id,
        "public_metrics": {
            "followers_count": account.followers,
            "following_count": 0,
            "tweet_count": 0,
            "post_count": 0,
            "listed_count": 0,
        },
    }
    return {name: value for name, value in full.items() if name in _ALWAYS_USER or asked.has("user.fields", name)}


def shape_includes(street: Street, posts: Iterable[Post], asked: Asked) -> Shape:
    """Return what the expansions ask for, each thing once; empty lists are left out, as X does."""
    posts = list(posts)
    referred = [post for post in map(street.readable, _referred(posts, asked)) if post]
    users = {one.id: one for one in _people(street, posts, referred, asked)}
    shape = {
        "users": [shape_account(street, account, asked) for account in users.values()],
        "tweets": [shape_post(street, post, asked) for post in dict.fromkeys(referred)],
        "media": [photo for post in posts for photo in _photos(post, asked)],
    }
    return {name: things for name, things in shape.items() if things}


def _optional(street: Street, post: Post) -> Shape:
    parent = street.post(post.reply_to)
    return {
        "author_id": str(post.author.id),
        "conversation_id": str(post.root),
        "created_at": moment(post.created_at),
        "in_reply_to_user_id": str(parent.author.id) if parent else None,
        "referenced_tweets": _references(post) or None,
        "lang": post.lang,
        "reply_settings": post.reply_settings,
        "attachments": {"media_keys": _media_keys(post)} if post.photos else None,
        "entities": _entities(street, escaped(post.shown)) or None,
        "public_metrics": {**dict.fromkeys(_POST_COUNTS, 0), "like_count": street.likes_of(post)},
        "edit_controls": {
            "edits_remaining": edits_left(post),
            "is_edit_eligible": street.edits_replies or post.reply_to is None,
            "editable_until": moment(editable_until(post)),
        },
        "display_text_range": [len(escaped(post.shown)) - len(escaped(post.text)), len(escaped(post.shown))],
        "possibly_sensitive": False,
    }


def _references(post: Post) -> list[Shape]:
    named = {"replied_to": post.reply_to, "quoted": post.quotes, "retweeted": post.reposts}
    return [{"type": kind, "id": str(number)} for kind, number in named.items() if number is not None]


def _entities(street: Street, text: str) -> Shape:
    mentions = []
    for start, end, handle in named_spans(text):
        account = street.find_account(handle=handle)
        if account:
            mentions.append({"start": start, "end": end, "username": account.handle, "id": str(account.id)})
    urls = [
        {
            "start": found["indices"][0],
            "end": found["indices"][1],
            "url": found["url"],
            "expanded_url": found["url"],
            "display_url": found["url"],
        }
        for found in links(text)
    ]
    return {name: things for name, things in (("mentions", mentions), ("urls", urls)) if things}


def _media_keys(post: Post) -> list[str]:
    return [f"3_{(post.versions[0] + 1 + number)}" for number in range(post.photos)]


def _photos(post: Post, asked: Asked) -> list[Shape]:
    if not asked.has("expansions", "attachments.media_keys"):
        return []
    photos = []
    for key in _media_keys(post):
        full = {"url": f"https://photos.street.invalid/{key}.jpg", "alt_text": "A photo", "width": 4, "height": 3}
        chosen = {name: value for name, value in full.items() if asked.has("media.fields", name)}
        photos.append({"media_key": key, "type": "photo", **chosen})
    return photos


def _referred(posts: list[Post], asked: Asked) -> list[int | None]:
    wanted = asked.wants.get("expansions", frozenset())
    if not any(name.startswith("referenced_tweets.id") for name in wanted):
        return []
    return [number for post in posts for number in (post.reply_to, post.quotes, post.reposts)]


def _people(street: Street, posts: list[Post], referred: list[Post], asked: Asked) -> list[Account]:
    people: list[Account | None] = []
    if asked.has("expansions", "author_id"):
        people += [post.author for post in posts]
    if asked.has("expansions", "in_reply_to_user_id"):
        people += [parent.author for post in posts if (parent := street.post(post.reply_to))]
    if asked.has("expansions", "entities.mentions.username"):
        people += [street.find_account(handle=handle) for post in posts for handle in sorted(post.names)]
    if asked.has("expansions", "referenced_tweets.id.author_id"):
        people += [post.author for post in referred]
    return [street.find_account(handle=one.handle) or one for one in people if one]  # with their current name
