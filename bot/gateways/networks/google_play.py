"""Client of the reviews of one app on Google Play.

A review is changed in place and has one reply of ours, which a further one replaces: the same call made twice leaves
one reply. The API tells the reviews with words of the last week. docs/google-play-access.md has more of its traps.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from bot.domain.base.text import tag_in
from bot.domain.mentions.mention import Author, Mention, PostRef
from bot.domain.mentions.unreadable import Glimpse
from bot.domain.replies.outcome_checks import ALWAYS_SAFE, VisibilityDelay
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, json_object
from bot.gateways.networks.call_outcomes import unsent_since
from bot.gateways.networks.google_play_answers import (
    NO_ANSWER_HERE,
    NOT_UNDERSTOOD,
    OUTCOMES,
    takes_no_answer,
)
from bot.gateways.networks.google_play_reviews import (
    NAME,
    OurApp,
    StrangeReview,
    at_nanos,
    changed_at,
    is_review_id,
    nanos_in,
    our_reply_in,
    reply_id,
    review_in,
    review_of,
    said_by,
    unread_review,
    words_alone,
    words_of,
)
from bot.gateways.networks.google_play_session import GooglePlaySession
from bot.gateways.networks.whole_call import BoundedCalls
from bot.gateways.outside import Json, object_in, read_json, text_or_empty
from bot.ports.network import Batch, NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, SendOutcome, Sent, Unparsed

log = logging.getLogger(__name__)

LIMIT = 350  # characters
WITHIN = 15.0  # seconds for a whole call
NEWEST, ON_A_PAGE = 10, 100  # reviews in the first answer, and in each where more are new
PAGES, PAGES_FOR_REPLIES = 20, 3  # the most that are read at once
THOROUGH = 5  # every so many rounds more pages are read for our replies
_BEFORE_ALL = "1"  # a cursor, in nanoseconds since 1970
TOLD_LATE = timedelta(hours=1)  # in each round, so long before the newest one, since Google checks reviews first
_AHEAD = 86_400 * 10**9  # nanoseconds; a review is not from a later day than this machine's
TOGETHER = 50  # reviews in a batch, each perhaps with our reply
_TROUBLE = (NotReached, BrokenOff, RefusedCall)
_NO_REVIEW = "This is not a review on Google Play."
_NO_TAGS = "Google Play would leave “{}” out. Please write it without angle brackets."


class GooglePlayNetwork(BoundedCalls):
    """The reviews of one app of ours."""

    name = NAME
    streams: tuple[str, ...] = ("mentions", "own")
    edits_ask_again = True
    one_reply = True
    safe_repeat = ALWAYS_SAFE
    shortest_pause = timedelta(minutes=2)  # 200 readings an hour: mostly two a round
    visibility_delay = VisibilityDelay(
        shows_within=timedelta(minutes=10),
        apart=timedelta(minutes=5),
        looks=tuple(timedelta(seconds=s) for s in (30, 120, 300, 600)),
    )

    def __init__(
        self, *, account: str, handle: str, key: str, api_url: str, timeout: float = WITHIN, console: str = ""
    ) -> None:
        """Take the app's package, our name there, the service account's key and the API's address.

        `timeout` bounds a whole call, in seconds; `console` is the address of the app in the Play Console.
        """
        self.account, self.handle = account, handle.removeprefix("@")
        self._app = OurApp(account, self.handle, console.rstrip("/"))
        self._session = GooglePlaySession(key, api_url, timeout)

    def verify(self) -> Author:
        """Return our app, if the key may read its reviews; raise NetworkTrouble."""
        self._listed(1)
        return Author(id=self.account, handle=self.handle)

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield the reviews that were written or changed after `cursor`, oldest first, or our replies.

        The first reading takes the newest page alone. A review that is told again is its newest form.
        """
        place = int(cursor) if cursor.isascii() and cursor.isdigit() else 0
        if stream == "own":
            yield from self._replies(place or 1)
        elif stream == "mentions":
            yield from self._reviews(place)

    def _reviews(self, known: int) -> Iterator[Batch]:
        since = max(known - TOLD_LATE // timedelta(microseconds=1) * 1_000, 0)
        listed, whole = self._since(since, first=not known)
        new = sorted((one for one in listed if self._is_new(one, since)), key=_place)
        cursor, gap = known, "" if whole or not known else "Google Play has more new reviews than it tells at once."
        for first in range(0, len(new), TOGETHER):
            some = new[first : first + TOGETHER]
            cursor = max([cursor, *(place for one in some if (place := _place(one)) <= self._session.nanos())])
            yield self._batch(some, str(cursor), gap, (at_nanos(known), at_nanos(_place(some[0]))))
            gap = ""
        if not known and not listed:  # what comes next is read whole, and not as a first reading
            yield Batch(cursor=_BEFORE_ALL)

    @staticmethod
    def _is_new(review: object, since: int) -> bool:
        place = _place(review)
        return place == 0 or place >= since  # one that cannot be read is told too

    def _since(self, since: int, *, first: bool) -> tuple[list[object], bool]:
        """Return the listed reviews, as far back as needed, and whether that is far enough."""
        listed, more = self._listed(ON_A_PAGE if first else NEWEST)
        if first or not more or _reaches(listed, since):
            return listed, True
        found: list[object] = []
        token = ""
        for _ in range(PAGES):
            listed, token = self._listed(ON_A_PAGE, token)
            found += listed
            if not token or _reaches(listed, since):
                return found, True
        return found, False

    def _replies(self, rounds: int) -> Iterator[Batch]:
        """Yield our replies under the newest reviews; in some rounds under more, with the reviews of the last day.

        A review that Google checked for hours is told with its old moment, behind the cursor of the reviews.
        """
        thorough, token = rounds % THOROUGH == 0, ""
        for _ in range(PAGES_FOR_REPLIES if thorough else 1):
            listed, token = self._listed(ON_A_PAGE, token)
            oldest_first = listed[::-1]
            for first in range(0, len(listed), TOGETHER):
                whole = self._batch(oldest_first[first : first + TOGETHER], str(rounds + 1), "", (None, None))
                late = [one for one in whole.posts if thorough and self._is_of_today(one)]
                yield replace(whole, posts=late, unparsed=())
            if not token:
                return

    def _is_of_today(self, post: Mention) -> bool:
        today = at_nanos(max(self._session.nanos() - _AHEAD, 1))
        return today is not None and post.posted_at >= today

    def _batch(
        self, some: Sequence[object], cursor: str, gap: str, when: tuple[datetime | None, datetime | None]
    ) -> Batch:
        read = [self._read(one) for one in some]
        ours = [our_reply_in(one, self._app) for one in some if isinstance(one, dict)]
        return Batch(
            posts=[one for one in read if isinstance(one, Mention)],
            edits=[one for one in ours if one is not None],  # after the reviews that they answer
            unparsed=[one for one in read if isinstance(one, Unparsed)],
            cursor=cursor,
            gap=gap,
            gap_from=when[0] if gap else None,
            gap_to=when[1] if gap else None,
        )

    def _read(self, review: object) -> Mention | Unparsed:
        ahead = _place(review) > self._session.nanos() + _AHEAD
        if not isinstance(review, dict) or ahead:
            return unread_review(review, self._app)
        try:
            return review_in(review, self._app)
        except StrangeReview:
            return unread_review(review, self._app)

    def read_again(self, raw: bytes, known: Glimpse) -> Mention | Unparsed:  # noqa: ARG002 - the raw one has it all
        """Read a stored raw review as this version understands it; makes no call."""
        return self._read(json_object(raw))

    def with_our_reply(self, post_id: str) -> Batch:
        """Return a review as it is now, with our reply; raise NetworkTrouble."""
        if not is_review_id(review_of(post_id)):
            raise NetworkTrouble(_NO_REVIEW)
        review = self._review(review_of(post_id))
        return self._batch([review], "", "", (None, None))

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:  # noqa: ARG002 - the words are the key
        """Put `text` under a review, in the place of our reply that is there."""
        review, tag = review_of(target.post_id), tag_in(text)
        if not is_review_id(review) or tag:
            return NotSent(_NO_TAGS.format(tag) if tag else _NO_REVIEW)
        try:
            told = json_object(self._session.post(f"{self._path(review)}:reply", {"replyText": text}))
            return self._made(review, text, object_in(told, "result"))
        except Exception as trouble:  # noqa: BLE001 - the port requires an outcome
            return _outcome_of(trouble)

    def _made(self, review: str, text: str, result: Json) -> SendOutcome:
        """Return the outcome from Google's answer, which has the words that are public now."""
        if words_alone(text_or_empty(result, "replyText")) != words_alone(text):
            return OutcomeLost("Google Play said yes, but its answer does not have our words.")
        at = at_nanos(nanos_in(object_in(result, "lastEdited")))
        return Sent(reply_id(review, text), self._app.review_url(review), at)

    def why_kept(self, post_id: str) -> NotSent:  # noqa: ARG002 - no reply at all
        """Return that only a person can delete a reply."""
        return NotSent("Google Play lets no app delete a reply. Please delete it in the Play Console.", by_hand=True)

    def take_back(self, post_id: str) -> SendOutcome:
        """Refuse: only a person can delete a reply."""
        return self.why_kept(post_id)

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | ProvenAbsent | None:  # noqa: ARG002 - the words decide
        """Return our reply if these words stand under the review; None: not, or not yet."""
        review = review_of(target.post_id)
        if not is_review_id(review):
            return None
        said = said_by(self._review(review), "developerComment")
        if words_alone(words_of(said)) != words_alone(text):
            return None
        at = at_nanos(nanos_in(object_in(said, "lastModified")))
        return Sent(reply_id(review, text), self._app.review_url(review), at)

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:  # noqa: ARG002 - no name counts
        """Measure a reply in UTF-16 units, the strictest way to count characters."""
        return (TextLength(count=len(text.encode("utf-16-le", "surrogatepass")) // 2, limit=LIMIT),)

    def web_reply_url(self, target: PostRef, text: str) -> str:  # noqa: ARG002 - its form takes no words
        """Return the address of the review in the Play Console, where a person can answer it."""
        return self._app.console_url(target.post_id)

    def post_url(self, post_id: str, handle: str = "") -> str:  # noqa: ARG002 - no handle in it
        """Return the public address of a review, also of a reply to it."""
        return self._app.review_url(post_id)

    def post_behind(self, link: str) -> str:
        """Return the id of the review that an address leads to, or ""."""
        return self._app.review_behind(link)

    def _path(self, review: str = "") -> str:
        path = f"/androidpublisher/v3/applications/{quote(self.account, safe='')}/reviews"
        return f"{path}/{quote(review, safe='')}" if review else path

    def _review(self, review: str) -> Json:
        found = self._answer(self._path(review))
        if text_or_empty(found, "reviewId") != review or not changed_at(found):
            raise NetworkTrouble(NOT_UNDERSTOOD)
        return found

    def _listed(self, most: int, token: str = "") -> tuple[list[object], str]:
        """Return some reviews, the newest first, and the token of those behind them, or ""."""
        asked = {"maxResults": most, **({"token": token} if token else {})}
        told = self._answer(f"{self._path()}?{urlencode(asked)}")
        found = told.get("reviews")
        more = text_or_empty(object_in(told, "tokenPagination"), "nextPageToken")
        if found is not None and not isinstance(found, list):
            raise NetworkTrouble(NOT_UNDERSTOOD)
        return found or [], more

    def _answer(self, path: str) -> Json:
        try:
            found = read_json(self._session.get(path).decode("utf-8", "replace"))
        except _TROUBLE as trouble:
            raise OUTCOMES.reading(trouble) from trouble
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise NetworkTrouble(NOT_UNDERSTOOD)
        return found


def _place(review: object) -> int:
    """Return where a review stands in the list: when it was changed; 0 where that cannot be read."""
    return changed_at(review) if isinstance(review, dict) else 0


def _reaches(listed: Sequence[object], since: int) -> bool:
    """Return whether a page has reviews that are older than `since`, so that no newer ones are behind it."""
    return any(0 < _place(one) < since for one in listed)


def _outcome_of(trouble: Exception) -> SendOutcome:
    """Return the outcome of a reply that ended so; unknown for an error that nobody foresaw."""
    if isinstance(trouble, RefusedCall) and takes_no_answer(trouble):
        return NotSent(NO_ANSWER_HERE, by_hand=True)
    if isinstance(trouble, _TROUBLE):
        return OUTCOMES.after(trouble)
    if isinstance(trouble, NetworkTrouble):  # no token, so no call
        return unsent_since(trouble)
    log.error("google_play.send_unforeseen", extra={"kind": type(trouble).__name__})  # no words or keys
    return OutcomeLost("Something unexpected happened while the reply was sent.")
