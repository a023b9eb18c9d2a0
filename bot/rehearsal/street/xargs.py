"""Reads the arguments of a call to the X API strictly: one that X does not have is refused and recorded."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.rehearsal.street.xproblems import bad_request

_TOKEN = re.compile(r"7140([0-9a-f]{1,16})")


def _names(line: str) -> frozenset[str]:
    return frozenset(line.split())


_FIELDS = {
    "tweet.fields": _names(
        "article attachments author_id card_uri community_id context_annotations conversation_id created_at "
        "display_text_range edit_controls edit_history_tweet_ids entities geo id in_reply_to_user_id lang "
        "media_metadata non_public_metrics note_tweet organic_metrics possibly_sensitive promoted_metrics "
        "public_metrics referenced_tweets reply_settings scopes source text withheld"
    ),
    "user.fields": _names(
        "affiliation connection_status created_at description entities id is_identity_verified location "
        "most_recent_tweet_id name parody pinned_tweet_id profile_banner_url profile_image_url protected "
        "public_metrics receives_your_dm subscription subscription_type url username verified "
        "verified_followers_count verified_type withheld"
    ),
    "media.fields": _names(
        "alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url "
        "promoted_metrics public_metrics type url variants width"
    ),
    "expansions": _names(
        "article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet "
        "attachments.poll_ids author_id edit_history_tweet_ids entities.mentions.username geo.place_id "
        "in_reply_to_user_id entities.note.mentions.username referenced_tweets.id "
        "referenced_tweets.id.author_id referenced_tweets.id.attachments.media_keys pinned_tweet_id"
    ),
    "exclude": _names("replies retweets"),
}
SHAPES = frozenset({"tweet.fields", "user.fields", "media.fields", "expansions", "place.fields", "poll.fields"})
PAGES = SHAPES | {"since_id", "until_id", "max_results", "pagination_token", "start_time", "end_time"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The parsed arguments of a read."""

    wants: dict[str, frozenset[str]] = field(default_factory=dict)
    since_id: int = 0
    until_id: int | None = None
    before_id: int | None = None  # from the pagination token
    start_at: datetime | None = None
    end_at: datetime | None = None
    limit: int = 10

    def has(self, family: str, name: str) -> bool:
        """Return whether one field or expansion was asked for."""
        return name in self.wants.get(family, frozenset())


EVERYTHING = Asked(wants=_FIELDS)


def read_args(
    query: Mapping[str, str], allowed: frozenset[str], note: Callable[[str], None], default_limit: int = 10
) -> Asked:
    """Parse a query. Raises Problem 400 at the first argument that X would refuse, after recording it with `note`."""
    for name in query:
        if name not in allowed:
            note(f"argument {name}")
            raise bad_request(f"The query parameter [{name}] is not one this endpoint knows.", **{name: query[name]})
    return Asked(
        wants={name: _chosen(name, query[name], note) for name in query if name in _FIELDS},
        since_id=_number(query, "since_id") or 0,
        until_id=_number(query, "until_id"),
        before_id=_token(query),
        start_at=_moment(query, "start_time"),
        end_at=_moment(query, "end_time"),
        limit=_limit(query, default_limit),
    )


def page_token(before_id: int) -> str:
    """Return the pagination token of the page before this id."""
    return f"7140{before_id:x}"


def _chosen(name: str, value: str, note: Callable[[str], None]) -> frozenset[str]:
    chosen = frozenset(value.split(","))
    unknown = chosen - _FIELDS[name]
    if unknown:
        note(f"{name} {', '.join(sorted(unknown))}")
        raise bad_request(f"The `{name}` query parameter value [{value}] is not known.", **{name: value})
    return chosen


def _number(query: Mapping[str, str], name: str) -> int | None:
    value = query.get(name)
    if value is not None and not (value.isascii() and value.isdigit() and len(value) <= 19):
        raise bad_request(f"The `{name}` query parameter value [{value}] is not an id.", **{name: value})
    return None if value is None else int(value)


def _token(query: Mapping[str, str]) -> int | None:
    token = query.get("pagination_token")
    if token is None:
        return None
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise bad_request("The `pagination_token` is not one of ours.", pagination_token=token)
    return int(match.group(1), 16)


def _moment(query: Mapping[str, str], name: str) -> datetime | None:
    value = query.get(name)
    try:
        return None if value is None else datetime.fromisoformat(value)
    except ValueError:
        raise bad_request(f"The `{name}` query parameter value [{value}] is no moment.") from None


def _limit(query: Mapping[str, str], default: int) -> int:
    value = query.get("max_results", str(default))
    if not value.isdigit() or not 5 <= int(value) <= 100:
        raise bad_request(
            f"The `max_results` query parameter value [{value}] is not between 5 and 100.", max_results=value
        )
    return int(value)
