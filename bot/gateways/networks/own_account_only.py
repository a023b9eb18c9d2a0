"""Wraps a network so that it publishes nothing until its keys are proven to be the configured account's."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.mentions.mention import Author, Mention, PostRef
from bot.domain.mentions.unreadable import Glimpse
from bot.domain.replies.outcome_checks import NEVER_SAFE, SafeRepeat
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.call_outcomes import wait_after
from bot.gateways.networks.identity import OtherAccount
from bot.gateways.networks.whole_call import BoundedCalls
from bot.ports import (
    AnswersInPrivate,
    Batch,
    CountsReadings,
    EditsReplies,
    EditTerms,
    HidesPosts,
    KeepsReplies,
    KeepsToken,
    KnowsItself,
    Likes,
    LimitsPolling,
    Met,
    Network,
    NetworkTrouble,
    NotSent,
    PostsStatements,
    ProvenAbsent,
    ReadsAgain,
    ReadsBack,
    RenewsToken,
    RepeatsSafely,
    ReplacesReplies,
    ReplyNow,
    SendOutcome,
    SendsOnce,
    Sent,
    Shown,
    ShowsPosts,
    TellsChanges,
    TellsWhatIsGone,
    TokenEnds,
    Unparsed,
)

_MEND = "Please put in the account's own keys, or name the right account, and start the desk again."


class Ourselves(BoundedCalls):
    """Verifies the account at the first call, and again after NetworkTrouble; OtherAccount is final.

    A renamed account is still the same, since its id decides; `heard check` names the new handle.
    """

    def __init__(self, network: KnowsItself) -> None:
        self._network, self._sure, self._other = network, False, ""
        self.name, self.streams = network.name, network.streams
        self.account, self.handle, self.visibility_delay = network.account, network.handle, network.visibility_delay

    @property
    def met(self) -> Mapping[str, Met]:
        """Return what the newest read requests met; empty for a network that does not count them."""
        return self._network.met if isinstance(self._network, CountsReadings) else {}

    @property
    def safe_repeat(self) -> SafeRepeat:
        """Return for how long a call may be repeated; see RepeatsSafely."""
        return self._network.safe_repeat if isinstance(self._network, RepeatsSafely) else NEVER_SAFE

    def sends_once(self, target: PostRef, key: str) -> bool:
        """Return whether an answer to this post must never be sent again; see SendsOnce."""
        return isinstance(self._network, SendsOnce) and self._network.sends_once(target, key)

    @property
    def shortest_pause(self) -> timedelta:
        """Return how often the network may be read; see LimitsPolling."""
        return self._network.shortest_pause if isinstance(self._network, LimitsPolling) else timedelta()

    @property
    def likes(self) -> bool:
        """Return whether the network lets us like posts; see Likes."""
        return isinstance(self._network, Likes) and self._network.likes

    def token_ends(self) -> datetime | None:
        """Return until when the token is good; see TokenEnds."""
        return self._network.token_ends() if isinstance(self._network, TokenEnds) else None

    def token_fault(self) -> str:
        """Return why the file of the token is not used, or ""; see KeepsToken."""
        return self._network.token_fault() if isinstance(self._network, KeepsToken) else ""

    @property
    def renews_token(self) -> bool:
        """Return whether the desk itself renews the token; see RenewsToken."""
        return isinstance(self._network, RenewsToken) and self._network.renews_token

    def renew_at(self) -> datetime | None:
        """Return from when on a newer token should be fetched; see RenewsToken."""
        return self._network.renew_at() if isinstance(self._network, RenewsToken) else None

    def renew_token(self) -> None:
        """Fetch a newer token; see RenewsToken."""
        if isinstance(self._network, RenewsToken):
            self._network.renew_token()

    @property
    def edits_ask_again(self) -> bool:
        """Return whether a changed post is its author writing again; see RevisesPosts."""
        return bool(getattr(self._network, "edits_ask_again", False))

    @property
    def one_reply(self) -> bool:
        """Return whether a further reply replaces the one before; see ReplacesReplies."""
        return isinstance(self._network, ReplacesReplies) and self._network.one_reply

    def with_our_reply(self, post_id: str) -> Batch:
        """Return a post with our reply to it; see ReplacesReplies."""
        return self._network.with_our_reply(post_id) if isinstance(self._network, ReplacesReplies) else Batch()

    @property
    def edits_replies(self) -> bool:
        """Return whether sent replies can be changed; see EditsReplies."""
        return isinstance(self._network, EditsReplies) and self._network.edits_replies

    def edit_terms(self, post_id: str, stored: datetime | None = None) -> EditTerms | None:
        """Return until when a reply can be changed; see EditsReplies."""
        return self._network.edit_terms(post_id, stored) if isinstance(self._network, EditsReplies) else None

    def edit_reply(self, post_id: str, text: str, key: str) -> SendOutcome:
        """Change the words of a reply of ours; see EditsReplies."""
        if not isinstance(self._network, EditsReplies):
            return NotSent("This network does not let apps change a reply.")
        return self._declined() or self._network.edit_reply(post_id, text, key)

    def reply_now(self, post_id: str, *texts: str) -> ReplyNow | None:
        """Return which of these words a reply of ours has; see EditsReplies."""
        return self._network.reply_now(post_id, *texts) if isinstance(self._network, EditsReplies) else None

    def _ask(self) -> None:
        if self._other:
            raise NetworkTrouble(self._other)
        if self._sure:
            return
        try:
            self._network.verify()
        except OtherAccount as other:
            if other.me.id != self.account:
                self._other = f"{other.sentence} {_MEND}"
                raise NetworkTrouble(self._other) from other
        self._sure = True

    def _declined(self) -> NotSent | None:
        """Return why nothing is published now, or None; with the moment to try again, where a limit refused it."""
        try:
            self._ask()
        except NetworkTrouble as trouble:
            why = "" if self._other else ", since it is not known yet whose keys these are"
            said = f"Nothing was sent{why}. {trouble.sentence}"
            return NotSent(said, retry_after=wait_after(trouble) if trouble.limit else None, limit=trouble.limit)
        return None

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield what came after `cursor`; reading uses the account's id, so it goes on after NetworkTrouble."""
        try:
            self._ask()
        except NetworkTrouble:
            if self._other:
                raise
        yield from self._network.fetch(stream, cursor)

    def read_again(self, raw: bytes, known: Glimpse) -> Mention | Unparsed:
        """Read a post that was kept; see ReadsAgain."""
        if isinstance(self._network, ReadsAgain):
            return self._network.read_again(raw, known)
        return Unparsed(raw, "This network does not read again what was kept.", glimpse=known)

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Publish `text` in answer to `target`; see Network."""
        return self._declined() or self._network.reply(target, text, key)

    def take_back(self, post_id: str) -> SendOutcome:
        """Delete a post of ours."""
        return self._declined() or self._network.take_back(post_id)

    def like(self, target: PostRef) -> SendOutcome:
        """Like a post; see Likes."""
        if not isinstance(self._network, Likes):
            return NotSent("This network does not let apps like posts.")
        return self._declined() or self._network.like(target)

    @property
    def posts_statements(self) -> bool:
        """Return whether our account can post words that answer nobody; see PostsStatements."""
        return isinstance(self._network, PostsStatements) and self._network.posts_statements

    def post_statement(self, text: str, key: str) -> SendOutcome:
        """Publish words that answer nobody; see PostsStatements."""
        if not isinstance(self._network, PostsStatements):
            return NotSent("Here Heard only answers posts of others.")
        return self._declined() or self._network.post_statement(text, key)

    def find_statement(self, text: str, since: datetime, key: str) -> Sent | ProvenAbsent | None:
        """Look for our post; see PostsStatements."""
        if not isinstance(self._network, PostsStatements):
            return None
        return self._network.find_statement(text, since, key)

    def statement_lengths(self, text: str) -> Sequence[TextLength]:
        """Measure words that answer nobody; see PostsStatements."""
        return self._network.statement_lengths(text) if isinstance(self._network, PostsStatements) else ()

    def why_kept(self, post_id: str) -> NotSent | None:
        """Return why a reply cannot be deleted; see KeepsReplies."""
        return self._network.why_kept(post_id) if isinstance(self._network, KeepsReplies) else None

    @property
    def answers_hidden(self) -> bool:
        """Return whether a hidden post can be answered; see HidesPosts."""
        return isinstance(self._network, HidesPosts) and self._network.answers_hidden

    def can_hide(self, post: Mention, *, under_ours: bool) -> bool:
        """Return whether a post can be hidden; see HidesPosts."""
        return isinstance(self._network, HidesPosts) and self._network.can_hide(post, under_ours=under_ours)

    def set_hidden(self, post_id: str, *, hidden: bool) -> SendOutcome:
        """Hide a post, or show it again; see HidesPosts."""
        if not isinstance(self._network, HidesPosts):
            return NotSent("This network does not let apps hide posts.")
        return self._declined() or self._network.set_hidden(post_id, hidden=hidden)

    def is_hidden(self, post_id: str) -> bool | None:
        """Return whether a post is hidden, None when unknown; see HidesPosts."""
        return self._network.is_hidden(post_id) if isinstance(self._network, HidesPosts) else None

    def private_answer_until(self, post: Mention) -> datetime | None:
        """Return until when a public post can be answered in private; see AnswersInPrivate."""
        return self._network.private_answer_until(post) if isinstance(self._network, AnswersInPrivate) else None

    def answer_in_private(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Answer a public post in private; see AnswersInPrivate."""
        if not isinstance(self._network, AnswersInPrivate):
            return NotSent("This network does not let apps answer a public post in private.")
        return self._declined() or self._network.answer_in_private(target, text, key)

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | ProvenAbsent | None:
        """Look for our reply; see Network."""
        return self._network.find_reply(target, text, since, key)

    def is_our_reply(self, post_id: str, target: PostRef, text: str, key: str) -> bool | None:
        """Return whether a post is our reply, None when unknown; see ReadsBack."""
        if not isinstance(self._network, ReadsBack):
            return None
        return self._network.is_our_reply(post_id, target, text, key)

    def shown(self, post_id: str) -> Shown | ProvenAbsent | None:
        """Return a post as the network shows it; see ShowsPosts."""
        return self._network.shown(post_id) if isinstance(self._network, ShowsPosts) else None

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:
        """Measure a reply; a server tells its own limit when it is asked who we are. See Network."""
        return self._network.lengths(text, addressee)

    def web_reply_url(self, target: PostRef, text: str) -> str:
        """Return an address that opens the network with the reply filled in."""
        return self._network.web_reply_url(target, text)

    def post_url(self, post_id: str, handle: str = "") -> str:
        """Return the public address of a post."""
        return self._network.post_url(post_id, handle)

    def post_behind(self, link: str) -> str:
        """Return the id of the post that an address of this network leads to."""
        return self._network.post_behind(link)


class OurselvesTelling(Ourselves):
    """The same for a network that can tell which posts are deleted."""

    def which_are_gone(self, post_ids: Sequence[str]) -> Sequence[str]:
        """Return the deleted ones of these posts; see TellsWhatIsGone."""
        return self._network.which_are_gone(post_ids) if isinstance(self._network, TellsWhatIsGone) else ()


class OurselvesTellingChanges(Ourselves):
    """The same for a network that can tell which posts were edited or deleted."""

    def changes_of(self, posts: Sequence[Mention]) -> Batch:
        """Return the edits and deletions of these posts; see TellsChanges."""
        return self._network.changes_of(posts) if isinstance(self._network, TellsChanges) else Batch()


def ourselves(network: KnowsItself) -> Network:
    """Return the network wrapped so that it acts only as the configured account."""
    if isinstance(network, TellsChanges):
        return OurselvesTellingChanges(network)
    return OurselvesTelling(network) if isinstance(network, TellsWhatIsGone) else Ourselves(network)
