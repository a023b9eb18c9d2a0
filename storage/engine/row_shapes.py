"""The columns of each kind of row, by name and in order."""

from typing import NamedTuple


class MentionRow(NamedTuple):
    """A post, with the number of its case (0: none)."""

    id: int
    network: str
    account: str
    external_id: str
    root_id: str
    parent_id: str
    author_id: str
    author_handle: str
    author_name: str
    author_followers: int | None
    text: str
    posted_at: int
    side: str
    language: str
    media: int
    url: str
    answerable: str
    why_not: str
    raw: bytes | memoryview
    private: int
    answerable_until: int | None
    stars: int | None
    written_with: str
    revised_at: int | None
    editable_until: int | None
    edited_at: int | None
    deleted_at: int | None
    said_before: str
    stars_before: int | None
    case_id: int


class CaseRow(NamedTuple):
    """A case, without its promises and drafts."""

    id: int
    network: str
    account: str
    root_id: str
    author_id: str
    author_handle: str
    author_name: str
    author_followers: int | None
    state: str
    version: int
    opened_at: int
    channel: str
    priority: int
    topic: str
    language: str
    assignee: str
    assigned_at: int | None
    latest: int
    latest_at: int | None
    first_response_at: int | None
    answered_at: int | None
    answer_url: str
    answered_by: str
    approved_by: str
    follows: int
    reason: str
    resurfaces_at: int | None
    ended_at: int | None
    deleted_at: int | None
    moved: str
    assigned_by: str
    segment: str
    private: int
    answered_lane: str
    assigned_note: str
    joined_into: int
    storm: int
    impostor: int
    asked_privately_at: int | None
    private_silence_at: int | None


class PromiseRow(NamedTuple):
    """A promise."""

    id: int
    kind: str
    started_at: int
    within: int
    due_at: int
    nag_level: int
    nag_at: int | None
    kept_at: int | None
    dropped_at: int | None
    lapsed_at: int | None
    pauses: str


class DraftRow(NamedTuple):
    """A draft, without its words."""

    id: int
    case_id: int
    state: str
    version: int
    kind: str
    target_network: str
    target_account: str
    target_post: str
    target_mention: int
    seen: int
    template: str
    template_text: str
    asked: str
    note: str
    stale: str
    why: str
    corrects: str
    submitted_at: int | None
    promised: str
    promised_at: int | None
    promised_within: int | None
    note_by: str
    facts: str
    why_withdrawn: str
    also: str
    done: int
    posts: str
    dropped: int


class WordsRow(NamedTuple):
    """The words of a draft's version; all None when there is no such version."""

    text: str | None
    digest: str | None
    authors: str | None
    barred: str | None
    cuts: str | None
    numbered: int | None
    origins: str | None


class ApprovalRow(NamedTuple):
    """An approval."""

    id: int
    approved_by: str
    approved_at: int
    version: int
    digest: str
    target_network: str
    target_account: str
    target_post: str
    seen: int
    lane: str
    reason: str
    sends_at: int | None
    read_by: str
    read_at: int | None
    done: int


class AttemptRow(NamedTuple):
    """An attempt to send."""

    id: int
    n: int
    key: str
    started_at: int
    outcome: str | None
    ended_at: int | None
    post_id: str
    url: str
    why: str
    looks: int
    look_at: int | None
    missed_at: int | None
    wait_until: int | None
    again_at: int | None
    part: int


class TellingRow(NamedTuple):
    """A telling (a Slack message), with the place of its thread."""

    id: int
    case_id: int
    kind: str
    about: int
    recipient: str
    channel: str
    ts: str
    thread_ts: str
    wanted: int
    shown: int
    anew: int
    urgency: int
    started_at: int | None
    tries: int
    retry_at: int | None
    due_at: int
    since: int


class UnreadableRow(NamedTuple):
    """A post that could not be read, with the number of its case (0: none)."""

    id: int
    network: str
    account: str
    post_id: str
    why: str
    kept_at: int
    is_edit: int
    author_id: str
    handle: str
    text: str
    url: str
    root_id: str
    posted_at: int | None
    public: int
    ours: int
    settled_as: str
    settled_by: str
    raw: bytes | memoryview
    case_id: int


class TriageRow(NamedTuple):
    """The triage of a post."""

    kind: str
    urgent: str
    unheard: str
    topic: str
    language: str
    sure: int
    corrected_by: str
    reasons: str


class LightRow(NamedTuple):
    """A light mention, with the number of the case that it was opened as (0: none)."""

    mention_id: int
    digest_id: int
    kind: str
    state: str
    decided_by: str
    since: int
    why: str
    tries: int
    like_words: str
    case_id: int


class ThankYouRow(NamedTuple):
    """A thank-you, with what became of it."""

    mention_id: int
    state: str
    words: str
    offered_by: str
    offered_at: int | None
    decided_by: str
    decided_at: int | None
    week: int
    liked: str
    liked_by: str
    like_why: str
    tries: int
    like_words: str


class AsideRow(NamedTuple):
    """A case that was set aside, and how many posts of its author were set aside since."""

    id: int
    case_id: int
    network: str
    kind: str
    why: str
    until_at: int | None
    asked_by: str
    decided_by: str
    at: int
    ended_at: int | None
    ended_by: str
    posts: int


class ReminderRow(NamedTuple):
    """A reminder; the promise that it is about follows it."""

    id: int
    case_id: int
    level: int
    due_at: int
    noted_at: int
    asked: str
    holder: str
    taken_by: str
    taken_at: int | None
    quiet_until: int | None


class CheckRow(NamedTuple):
    """A question about a claim."""

    id: int
    case_id: int
    who: str
    since: int
    asked_at: int
    answered_at: int | None
    released_at: int | None


class InquiryRow(NamedTuple):
    """A question to another team."""

    id: int
    case_id: int
    team: str
    channel: str
    mention: int
    text: str
    asked_by: str
    asked_at: int
    due_at: int
    late_at: int | None
    ended_at: int | None
    ended_by: str
    answer: str


class SoloReplyRow(NamedTuple):
    """A reply that went out solo."""

    approval_id: int
    case_id: int
    draft_id: int
    lane: str
    reason: str
    by: str
    at: int
    text: str
    url: str | None
    read_by: str
    read_at: int | None


class StatementPostRow(NamedTuple):
    """A statement on one account, with its attempt."""

    id: int
    statement_id: int
    network: str
    account: str
    text: str
    takes_back: str
    state: str
    key: str
    post_id: str
    url: str
    why: str
    started_at: int | None
    ended_at: int | None
    looks: int
    look_at: int | None
    missed_at: int | None
    again_at: int | None
    corrects: str
    replaces: str
    corrected_by: int
    origins: str


class HidingRow(NamedTuple):
    """A wish to hide a post, or to show it again."""

    id: int
    case_id: int
    mention_id: int
    hide: int
    state: str
    asked_by: str
    asked_at: int
    reason: str
    why: str
    settled_at: int | None
    looks: int
