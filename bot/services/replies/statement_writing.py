"""Statements to everybody: written by a lead, shown as each account would post it, approved by a second person."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.mentions.mention import RECORDED
from bot.domain.replies.draft_checks import RemarkKind, checks
from bot.domain.replies.origins import KnownText, machines_in
from bot.domain.replies.repeats import LATELY
from bot.domain.replies.statement import (
    SOURCE,
    Statement,
    StatementPost,
    StatementState,
    same_statement,
    statement_terms,
)
from bot.domain.replies.text_length import TextLength, tightest
from bot.domain.slack.notice import Addressed, Said
from bot.ports import Desk, EditsReplies, Network, PostsStatements, StatementDraft
from bot.ports.network_kind import network_kind, network_label
from bot.services.accounts.spending import statement_link_costs
from bot.services.replies.review import as_it_goes_out
from bot.services.replies.starting_texts import with_machines_found
from bot.services.slack.tell_leads import tell_leads
from bot.services.team.access import must_lead

SHORT = "note"  # the field of the form with the shorter version
WORDS = "words"
CHOSEN = "accounts"


@dataclass(frozen=True, slots=True)
class StatementShape:
    """A statement as one account would post it; `why_not`: why it cannot, or ""."""

    network: str
    account: str
    label: str
    text: str
    length: TextLength | None
    why_not: str = ""
    costs: str = ""  # what a link in it costs, as a sentence


def account_label(desk: Desk, network: str, account: str) -> str:
    """Return an account as people call it."""
    known = desk.networks.get((network, account))
    return f"{network_label(network)} @{known.handle}" if known else f"{network_label(network)} {account}"


def posting(network: Network | None) -> PostsStatements | None:
    """Return a network that can post a statement by our account; None where it cannot, or is not there."""
    if network is None or not isinstance(network, PostsStatements):
        return None
    return network if network.posts_statements else None


def editing(network: Network | None) -> EditsReplies | None:
    """Return a network that lets us change our posts; None where it does not, or is not there."""
    if network is None or not isinstance(network, EditsReplies):
        return None
    return network if network.edits_replies else None


def statement_accounts(desk: Desk) -> Sequence[Network]:
    """Return our accounts that can post a statement, in one order."""
    return [one for _, one in sorted(desk.networks.items()) if posting(one)]


def accounts_left_out(desk: Desk) -> Sequence[str]:
    """Return a sentence for each account of ours that cannot post a statement."""
    others = [one for _, one in sorted(desk.networks.items()) if not posting(one) and one.name != RECORDED]
    return [f"{account_label(desk, one.name, one.account)} is left out: {_why_left_out(one.name)}" for one in others]


def _why_left_out(network: str) -> str:
    kind = network_kind(network)
    return (kind.no_statements if kind else "") or "here Heard only answers posts of others."


def statement_shapes(desk: Desk, text: str, short: str, chosen: Sequence[int]) -> Sequence[StatementShape]:
    """Return the statement as each chosen account would post it: the shorter version where the other is too long.

    `chosen` are places in `statement_accounts`.
    """
    known = statement_accounts(desk)
    versions = in_versions(text, short)
    return [shape_on(desk, known[one], versions) for one in chosen if one < len(known) and versions]


def in_versions(text: str, short: str) -> Sequence[str]:
    """Return the versions that there are, the longer one first, as they would go out."""
    return [one for one in (as_it_goes_out(text), as_it_goes_out(short)) if one]


def shape_on(desk: Desk, network: Network, versions: Sequence[str]) -> StatementShape:
    """Return the first version that one account has room for, or the last one with how much it is too long."""
    measured = [(one, _length(network, one)) for one in versions]
    text, length = next((one for one in measured if not (one[1] and one[1].over)), measured[-1])
    label = account_label(desk, network.name, network.account)
    over = length.over if length else 0
    unit = (length.unit if length else "") or "characters"
    which = "Even the shorter version" if len(versions) > 1 else "It"
    why_not = f"{which} is {over} {unit} too long for {label}." if over else ""
    costs = statement_link_costs(desk, network.name, text)
    return StatementShape(network.name, network.account, label, text, length, why_not, costs)


def _length(network: Network, text: str) -> TextLength | None:
    able = posting(network)
    found = able.statement_lengths(text) if able else ()
    return tightest(found) if found else None


def propose_statement(desk: Desk, text: str, short: str, chosen: Sequence[int], *, by: str, at: datetime) -> int:
    """Put a statement up for approval; return its row. Raises NotUsable naming the field, or NotYours."""
    must_lead(desk, by, at)
    found = statement_shapes(desk, text, short, chosen)
    refuse_unless_whole(desk, found, text, short)
    with desk.store.transaction():
        return put_up_new(desk, Statement(by=by, at=at, posts=posts_of(found), storm=_storm(desk)))


def put_up_new(desk: Desk, new: Statement, also: str = "") -> int:
    """Put words up for approval that no other statement says now, in a transaction; `also` is told to leads, too."""
    if same := same_statement(new, desk.store.statements_lately(new.at - LATELY), new.at):
        raise NotUsable(said_already(desk, same), WORDS)
    acts_on = desk.store.statement(new.corrects).posts if new.corrects else ()
    before = [KnownText(one.text, one.origins) for one in acts_on]
    posts = [replace(one, origins=with_machines_found(desk, one.text, by=new.by, before=before)) for one in new.posts]
    new = replace(new, posts=posts)
    return _put_up(desk, new, "statement_correction_proposed" if new.corrects else "statement_proposed", also)


def posts_of(found: Sequence[StatementShape]) -> Sequence[StatementPost]:
    """Return the post of each account."""
    return [StatementPost(network=one.network, account=one.account, text=one.text) for one in found]


def _storm(desk: Desk) -> int:
    """Return the newest storm that is not over; 0: there is none."""
    return max((one.id for one in desk.store.open_storms()), default=0)


def propose_from_source(desk: Desk, draft: StatementDraft, at: datetime) -> int:
    """Put up for approval what another system brought, on each account that has room for it; return its row.

    Each event is put up once. Raises NotUsable.
    """
    by = f"{SOURCE}{draft.source}"
    with desk.store.transaction():
        if known := desk.store.statement_of_event(by, draft.event):
            return known
        every = range(len(statement_accounts(desk)))
        found = statement_shapes(desk, draft.text, draft.short, every)
        fits = [one for one in found if not one.why_not]
        _refuse_from_source(desk, draft, found, fits)
        short = " ".join(f"{one.why_not} That account is left out." for one in found if one not in fits)
        storm = _storm(desk)
        return put_up_new(desk, Statement(by=by, at=at, posts=posts_of(fits), event=draft.event, storm=storm), short)


def _refuse_from_source(
    desk: Desk, draft: StatementDraft, found: Sequence[StatementShape], fits: Sequence[StatementShape]
) -> None:
    """Raise NotUsable as a form does, in words for who sends no form."""
    if not statement_accounts(desk):
        raise NotUsable("No account of this desk can post a statement.", CHOSEN)
    if not as_it_goes_out(draft.text):
        raise NotUsable("Nothing is left of “text” as it would go out.", WORDS)
    if not fits:
        too_long = " ".join(one.why_not for one in found)
        raise NotUsable(f"{too_long} Send a “short” that has room on at least one account.", SHORT)
    refuse_unless_whole(desk, fits, draft.text, draft.short)


def said_already(desk: Desk, same: StatementPost) -> str:
    """Return a sentence about a statement that says the same on an account."""
    state = desk.store.statement(same.statement).state
    waits = "waits for approval" if state == StatementState.PROPOSED else same.stands
    label = account_label(desk, same.network, same.account)
    return f"Statement {same.statement} says the same. {label}: {waits.rstrip('.')}."


def refuse_unless_whole(desk: Desk, found: Sequence[StatementShape], text: str, short: str) -> None:
    """Raise NotUsable unless there are sound words, accounts, and each of them can post the words."""
    if not as_it_goes_out(text):
        raise NotUsable("Please write the statement.", WORDS)
    if not found:
        raise NotUsable("Please choose at least one account.", CHOSEN)
    if too_long := [one.why_not for one in found if one.why_not]:
        raise NotUsable(f"{' '.join(too_long)} Please write a shorter version below.", SHORT)
    for given, field in ((text, WORDS), (short, SHORT)):
        _refuse_unsound(desk, given, field)


def _refuse_unsound(desk: Desk, given: str, field: str) -> None:
    """Raise NotUsable for what blocks a reply, too: gaps, letters in place of emoji, names that would be notified."""
    for remark in checks(as_it_goes_out(given), author_handle="", allowed_links=desk.policy.allowed_links):
        if remark.blocking:
            notifies = remark.kind == RemarkKind.MENTIONS_OTHERS
            raise NotUsable(_NAMES_NOBODY if notifies else remark.sentence, field)


_NAMES_NOBODY = "A statement notifies nobody by name. Please write the name without the @."


def propose_take_back(desk: Desk, statement_id: int, *, by: str, at: datetime) -> int:
    """Ask to delete every public post of a statement, which a second person approves; return the row of that."""
    must_lead(desk, by, at)
    with desk.store.transaction():
        statement = desk.store.statement(statement_id)
        if not statement.public:
            raise Outdated("No post of this statement is public, so there is nothing to take back.")
        others = [one for one in desk.store.statements_about(statement_id) if one.takes_back]
        if any(one.state == StatementState.PROPOSED for one in others):
            raise Outdated("Somebody has asked to take it back already: it waits for approval.")
        posts = [
            StatementPost(network=one.network, account=one.account, text=one.text, takes_back=one.post_id)
            for one in statement.public
        ]
        asked = Statement(by=by, at=at, posts=posts, takes_back=statement_id)
        return _put_up(desk, asked, "statement_take_back_proposed")


def _put_up(desk: Desk, statement: Statement, verb: str, also: str = "") -> int:
    with desk.store.transaction():
        number = desk.store.add_statement(statement)
        facts: dict[str, object] = {"statement": number, "terms": statement_terms(statement)}
        facts |= {"takes_back": statement.takes_back} if statement.takes_back else {}
        facts |= {"corrects": statement.corrects} if statement.corrects else {}
        facts |= {"event": statement.event} if statement.event else {}
        machines = {name for one in statement.posts for name in machines_in(one.origins)}
        facts |= {"machines": sorted(machines)} if machines else {}
        desk.store.note(verb, statement.by, statement.at, facts)
        where = ", ".join(account_label(desk, one.network, one.account) for one in statement.posts)
        decides = "decides on it with /care statements."
        said: Said = (
            Addressed(statement.by),
            f" {_asked(statement)} {where}. Somebody else {decides} {also}".rstrip(),
        )
        if statement.source:
            from bot.services.replies.statement_source_news import tell_of_draft  # noqa: PLC0415 - few desks have such a system

            tell_of_draft(desk, number, statement, where, also)
        else:
            tell_leads(desk, f"statement:{number}:proposed", said, statement.at)
    return number


def _asked(statement: Statement) -> str:
    if statement.takes_back:
        return f"asks to take statement {statement.takes_back} back from"
    return f"asks to correct statement {statement.corrects} on" if statement.corrects else "wrote a statement for"
