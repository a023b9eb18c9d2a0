"""X's refusals are told apart by type and reason, then by code, and by words last; each has one sentence and class."""

import json
from datetime import timedelta

import pytest

from bot.domain.accounts.holds import NEEDS_ACTION, SHUT_FIRMLY, SHUT_FOR, Limit
from bot.gateways.networks import bluesky_answers, google_play_answers, graph_answers, mastodon_answers
from bot.gateways.networks.answers import RefusedCall
from bot.gateways.networks.call_outcomes import SHORT_WAIT, CallOutcomes, unsent_since
from bot.gateways.networks.x_answers import outcome_after, reading_trouble
from bot.ports import NetworkTrouble, NotSent, OutcomeLost
from tests.fakes import NOON

TYPES = "https://api.twitter.com/2/problems/"
NOON_S = int(NOON.timestamp())


def refused(status: int, said: object, **headers: str) -> RefusedCall:
    usual = {"date": "Mon, 02 Mar 2026 12:00:00 GMT"}
    return RefusedCall(
        status,
        usual | {name.replace("_", "-"): value for name, value in headers.items()},
        json.dumps(said).encode(),
        whole=True,
    )


def coded(code: int, status: int = 403) -> RefusedCall:
    return refused(status, {"errors": [{"code": code, "message": "Some text of X."}]})


def worded(detail: str, status: int = 403) -> RefusedCall:
    return refused(status, {"title": "Forbidden", "type": "about:blank", "status": status, "detail": detail})


def typed(name: str, status: int = 403, **more: str) -> RefusedCall:
    return refused(status, {"title": "Some title", "type": TYPES + name, "detail": "Some text of X.", **more})


SHUT: dict[str, tuple[RefusedCall, str]] = {
    "no credit, by status": (refused(402, {}), "no credit left"),
    "no credit, by type": (typed("credits"), "no credit left"),
    "no credit, by title": (refused(403, {"title": "CreditsDepleted"}), "no credit left"),
    "keys": (refused(401, {"title": "Unauthorized"}), "keys"),
    "keys, by code": (coded(89, 400), "keys"),
    "suspended": (coded(64), "suspended our account"),
    "suspended, in words": (worded("Your account is suspended and is not permitted to do this."), "suspended our"),
    "suspended, with a 401": (coded(64, 401), "suspended our account"),
    "locked": (coded(326), "locked our account"),
    "locked, in words": (worded("To protect our users, this account is temporarily locked."), "locked our account"),
}
CAPPED: dict[str, tuple[RefusedCall, str]] = {
    "cap of the month": (typed("usage-capped", 429, title="UsageCapExceeded", period="Monthly"), "for this month"),
    "cap, though calls are left": (
        RefusedCall(
            429,
            {"x-rate-limit-remaining": "290", "x-rate-limit-reset": str(NOON_S + 60)},
            b'{"type": "https://api.twitter.com/2/problems/usage-capped"}',
            whole=True,
        ),
        "used up",
    ),
    "not enrolled": (typed("client-forbidden", reason="user-not-enrolled"), "no plan that allows this"),
    "no rights, by type": (typed("client-forbidden"), "rights"),
    "no rights of the tokens": (typed("oauth1-permissions"), "rights"),
    "no rights, by code": (coded(261), "rights"),
}
OF_THE_POST: dict[str, tuple[RefusedCall, str, bool]] = {
    "not summoned": (worded("Reply not allowed because you have not been mentioned by the author."), "by hand", True),
    "reply settings": (
        worded("The original Tweet author restricted who can reply to this Tweet."),
        "some people",
        True,
    ),
    "reply settings, by code": (coded(433), "some people", True),
    "taken for a machine": (coded(226), "machine", True),
    "protected": (typed("not-authorized-for-resource"), "protected their posts", False),
    "protected, by code": (coded(179), "protected their posts", False),
    "blocked": (worded("You have been blocked from replying to this author."), "blocked our account", False),
    "deleted": (worded("You attempted to reply to a Tweet that is deleted or not visible to you."), "deleted", False),
    "deleted, by type": (typed("resource-not-found", 404), "deleted", False),
    "deleted, by code": (coded(385), "deleted", False),
    "too long": (worded("Your Tweet text is too long.", 400), "shorten", False),
    "too long, by code": (coded(186), "shorten", False),
    "of another account": (worded("User has been suspended: [1234]."), "rights", False),
}


@pytest.mark.parametrize(("answer", "word"), SHUT.values(), ids=SHUT)
def test_what_shuts_us_out_holds_all_and_the_reply_goes_out_by_itself_later(answer: RefusedCall, word: str) -> None:
    outcome, trouble = outcome_after(answer), reading_trouble(answer)
    assert isinstance(outcome, NotSent)
    assert (outcome.limit, outcome.retry_after, outcome.by_hand) == (Limit.SHUT, SHUT_FOR, False)
    assert word in outcome.why
    assert (trouble.sentence, trouble.limit) == (outcome.why, Limit.SHUT)


@pytest.mark.parametrize(("answer", "word"), CAPPED.values(), ids=CAPPED)
def test_what_our_plan_does_not_allow_holds_that_use(answer: RefusedCall, word: str) -> None:
    outcome, trouble = outcome_after(answer), reading_trouble(answer)
    assert isinstance(outcome, NotSent)
    assert (outcome.limit, outcome.retry_after) == (Limit.CAP, SHUT_FIRMLY)
    assert word in outcome.why
    assert (trouble.sentence, trouble.limit) == (outcome.why, Limit.CAP)


@pytest.mark.parametrize(("answer", "word", "by_hand"), OF_THE_POST.values(), ids=OF_THE_POST)
def test_what_is_about_one_post_holds_nothing_else(answer: RefusedCall, word: str, *, by_hand: bool) -> None:
    outcome = outcome_after(answer)
    assert isinstance(outcome, NotSent)
    assert (outcome.limit, outcome.retry_after, outcome.by_hand) == (Limit.NONE, None, by_hand)
    assert word in outcome.why


@pytest.mark.parametrize(
    "answer",
    [
        worded("You are not allowed to create a Tweet with duplicate content."),
        coded(187),
        RefusedCall(403, {}, b'{"detail": "You are not', whole=False),
        typed("usage-capped", 503),
        worded("Your account is suspended", 500),
    ],
)
def test_only_what_may_be_public_and_what_is_no_refusal_is_unknown(answer: RefusedCall) -> None:
    assert isinstance(outcome_after(answer), OutcomeLost)


def test_a_type_says_more_than_the_words_beside_it() -> None:
    outcome = outcome_after(typed("credits", detail="You have been blocked; replies to this are protected."))
    assert isinstance(outcome, NotSent)
    assert outcome.limit == Limit.SHUT


@pytest.mark.parametrize("limit", ["x_user_limit_24hour", "x_app_limit_24hour"])
def test_a_limit_of_a_day_that_is_used_up_outlasts_the_one_of_15_minutes(limit: str) -> None:
    headers = {
        f"{limit}_remaining": "0",
        f"{limit}_reset": str(NOON_S + 7_200),
        "x_rate_limit_reset": str(NOON_S + 60),
    }
    outcome = outcome_after(refused(429, {"title": "Too Many Requests"}, **headers))
    assert isinstance(outcome, NotSent)
    assert (outcome.retry_after, outcome.limit) == (timedelta(hours=2), Limit.PACE)


def test_the_posts_of_a_day_that_are_used_up_wait_and_are_tried_again() -> None:
    outcome = outcome_after(coded(185))
    assert isinstance(outcome, NotSent)
    assert (outcome.retry_after, outcome.limit) == (timedelta(hours=1), Limit.PACE)


@pytest.mark.parametrize(
    ("outcomes", "answer"),
    [
        (mastodon_answers.OUTCOMES, refused(401, {"error": "The access token was revoked"})),
        (bluesky_answers.OUTCOMES, refused(400, {"error": "AccountTakedown"})),
        (bluesky_answers.OUTCOMES, refused(401, {"error": "AuthenticationRequired"})),
        (google_play_answers.OUTCOMES, refused(401, {"error": {"code": 401}})),
        (graph_answers.graph_outcomes("Page", "TOKEN", "docs"), refused(400, {"error": {"code": 190}})),
    ],
)
def test_other_networks_shut_an_account_out_in_the_same_way(outcomes: CallOutcomes, answer: RefusedCall) -> None:
    met_while_reading = outcomes.before(answer, frozenset({400, 401}))  # what the reply needs, such as its post
    for outcome in (outcomes.after(answer), met_while_reading):
        assert isinstance(outcome, NotSent)
        assert (outcome.limit, outcome.retry_after is not None) == (Limit.SHUT, True)
    assert outcomes.reading(answer).limit == Limit.SHUT


@pytest.mark.parametrize("limit", [Limit.NONE, Limit.PACE, Limit.CAP, Limit.SHUT])
def test_a_reply_that_was_not_sent_since_something_was_not_read_keeps_its_limit_and_is_tried_again(
    limit: Limit,
) -> None:
    unsent = unsent_since(NetworkTrouble("It does not let us in.", limit=limit))
    assert unsent.limit == limit
    assert unsent.retry_after == (SHUT_FOR if limit in NEEDS_ACTION else SHORT_WAIT)
    asked = unsent_since(NetworkTrouble("It asks us to wait.", timedelta(hours=2), limit))
    assert (asked.limit, asked.retry_after) == (limit or Limit.PACE, timedelta(hours=2))


def test_a_quota_that_is_named_by_its_reason_is_the_pace_too() -> None:
    said = {"error": {"code": 403, "errors": [{"reason": "quotaExceeded"}]}}
    outcome = google_play_answers.OUTCOMES.after(refused(403, said))
    assert isinstance(outcome, NotSent)
    assert outcome.limit == Limit.PACE
