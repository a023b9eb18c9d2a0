"""Reads all data that a case's messages show."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.accounts.holds import AccountHold
from bot.domain.base.tables import GOING_ON, NEEDS_A_PERSON, OURS, DraftState
from bot.domain.base.text import first_name
from bot.domain.cases.case import Case
from bot.domain.cases.redacted import hidden
from bot.domain.cases.same_person import SamePerson
from bot.domain.cases.view import CaseView
from bot.domain.do_not_feed.impostor import WroteTo
from bot.domain.halts.halt import Halt
from bot.domain.mentions.bursts import burst_of
from bot.domain.mentions.hiding import is_hidden_now
from bot.domain.mentions.mention import Author, Mention, Side
from bot.domain.mentions.moved_to_private import to_answer, went_private
from bot.domain.mentions.segments import title_of
from bot.domain.replies.draft import ANSWERS_THEM, Draft, DraftKind
from bot.domain.replies.draft_checks import Remark, RemarkKind, checks, difference, worth_saying
from bot.domain.replies.joint_draft import Sibling
from bot.domain.replies.outcome_checks import X_LIKE
from bot.domain.replies.text_length import TextLength, tightest
from bot.domain.replies.word_changes import changed
from bot.domain.slack.readers import Reader, ToPerson
from bot.domain.slack.telling import Telling
from bot.domain.team.skills import read_by_all
from bot.domain.triage.triage import Triage, of_case
from bot.ports import Desk, Network
from bot.ports.network_kind import network_label
from bot.services.accounts.holds import hold_on_draft
from bot.services.base.network_traits import has_one_reply, reads_messages
from bot.services.cases.joining import others_of
from bot.services.halts.gate import halt_on
from bot.services.mentions.hiding import hideable
from bot.services.mentions.links import has_address
from bot.services.mentions.moved_to_private import also_asked
from bot.services.replies.after_return import remarks_after_return
from bot.services.replies.costly_links import costly_link_remarks
from bot.services.replies.doubts import doubt_about
from bot.services.replies.in_place import change_terms
from bot.services.replies.personal_data import exposing, shown_by_author
from bot.services.replies.private_answers import private_until
from bot.services.replies.repeats import repeated
from bot.services.replies.taking_back import why_kept
from bot.services.replies.why_no_answer import why_no_answer
from bot.services.slack.readers import may_read
from bot.services.team import shifts
from bot.services.team.languages import colleagues_who_read

SIBLINGS = 3  # cases of other customers that a card names


def view(desk: Desk, case: Case, reader: Reader, now: datetime) -> CaseView:
    """Return the case with its posts, history, names and links, limited to what this reader may read."""
    seen = _whole(desk, case, now)
    if isinstance(reader, ToPerson) and case.draft is not None and case.draft.state == DraftState.IN_REVIEW:
        seen = replace(seen, ask=next((one.id for one in reversed(desk.store.asks_of(case.draft.id))), 0))
    return seen if may_read(desk, seen.kept_to, reader, now) else hidden(seen)


def _whole(desk: Desk, case: Case, now: datetime) -> CaseView:
    network = desk.networks.get((case.network, case.account))
    draft = case.draft
    mentions = desk.store.mentions(case.id)
    case = _by_newest_name(case, mentions)
    history = desk.store.history(case)
    hidings = desk.store.hidings(case.id)
    kept = why_kept(desk, draft)
    terms, why_no_change = change_terms(desk, draft, now)
    seen = CaseView(
        case=case,
        now=now,
        mentions=mentions,
        history=history,
        names=names(desk),
        network_label=network_label(case.network),
        segment=title_of(desk.policy.segments, case.segment),
        length=tightest(network.lengths(draft.text if draft else "", case.author)) if network else None,
        part_lengths=part_lengths(network, case.author, draft.parts) if network and draft and draft.in_parts else (),
        web_reply_url=_web_reply_url(network, draft) if network and draft else "",
        changes=difference(draft.template_text, draft.text, _title(desk, draft.template))
        if draft and draft.template
        else "",
        since_version=since_version(desk, draft) if draft else "",
        asked_for=_asked_for(desk, draft) if draft else "",
        reads_messages=reads_messages(case.network, network),
        shown_by_author=shown_by_author(desk, case, mentions) if case.state in OURS else "",
        brand=desk.policy.brand_of(case.network, case.account),
        visibility_delay=network.visibility_delay if network else X_LIKE,
        hold=_hold(desk, draft, now) if draft else None,
        halt=_halt(desk, draft) if draft else None,
        zone=desk.policy.hours.zone,
        account=_account(desk, case),
        read_by_all=read_by_all(shifts.skills(desk) if desk.policy.skills else ()),
        also_asked=_also_asked(desk, case, mentions),
        translates=_translates(desk, case, mentions),
        triage=_triage(desk, case, mentions),
        other_teams=[one.name for one in desk.policy.other_teams],
        readers=colleagues_who_read(desk, case, now) if case.state in GOING_ON else (),
        siblings=siblings(desk, case) if history.siblings else (),
        also=also_known(desk, case),
        looks_up=desk.customers is not None,
        several_networks=len({name for name, _ in desk.networks}) > 1,
        wrote_to=wrote_to(desk, case),
        impostor_link=thread_link(desk, case.impostor) if case.impostor not in {0, case.id} else "",
        inquiries=desk.store.inquiries(case.id),
        joined_link=thread_link(desk, case.joined_into) if case.joined_into else "",
        merged=desk.store.merged_into(case.id),
        one_reply=has_one_reply(network),
        privately=_goes_privately(case),
        private_until=private_until(desk, draft.target_mention) if draft and _goes_privately(case) else None,
        hideable=[(one, is_hidden_now(hidings, one.id)) for one in hideable(desk, case, mentions)],
        hidings=hidings,
        why_kept=kept.why if kept else "",
        kept_by_hand=kept is not None and kept.by_hand,
        can_change_there=terms is not None,
        change_until=terms.until if terms else None,
        why_no_change=why_no_change,
        mergeable=[one.id for one in others_of(desk, case)],
    )
    if draft is None or not draft.live:
        return seen
    if draft.state in NEEDS_A_PERSON:
        seen = replace(seen, reply_has_address=_has_address(desk, case, draft))
    found = _checked(desk, case, draft.text, private=seen.draft_is_private)
    if draft.kind == DraftKind.TAKE_BACK:
        found = tuple(one for one in found if one.kind not in {RemarkKind.PERSONAL_DATA, RemarkKind.COSTLY_LINK})
    elif draft.kind in ANSWERS_THEM:
        found = worth_saying([*found, *_worded(desk, case, draft.text, mentions, now)])
    return replace(seen, remarks=tuple(one.sentence for one in found), doubt=doubt_about(desk, case))


def part_lengths(network: Network, author: Author, parts: Sequence[str]) -> list[TextLength]:
    """Return the length of each part of a reply in the unit in which the least room is left."""
    return [tightest(network.lengths(one, author)) for one in parts]


def _web_reply_url(network: Network, draft: Draft) -> str:
    """Return where a person answers by hand; words for one person are filled into no public reply."""
    if draft.kind == DraftKind.PRIVATE:
        return network.post_url(draft.target.post_id)
    return network.web_reply_url(draft.goes_under if draft.posts else draft.target, draft.at_hand)


def _has_address(desk: Desk, case: Case, draft: Draft) -> bool:
    return not _goes_privately(case) and has_address(desk, case, desk.store.mention(draft.target_mention))


def _triage(desk: Desk, case: Case, mentions: Sequence[Mention]) -> Triage | None:
    """Return what a case is taken for; a burst is taken for the most serious of its posts."""
    said = desk.store.triages(case.id)
    newest = next((one for one in reversed(mentions) if one.id in said), None)
    together = burst_of(newest, mentions, [case.answered_at] if case.answered_at else ()) if newest else ()
    return of_case([*said.values()], max(len(together), 1))


def _translates(desk: Desk, case: Case, mentions: Sequence[Mention]) -> bool:
    policy = desk.policy.suggestions
    return desk.suggests is not None and policy is not None and policy.translates(case, mentions)


def _also_asked(desk: Desk, case: Case, mentions: Sequence[Mention]) -> Sequence[int]:
    """Return the other cases that a private message on a public case can belong to."""
    post = None if case.private else went_private(mentions)
    return also_asked(desk, case, post) if post else ()


def since_version(desk: Desk, draft: Draft) -> str:
    """Return the changes of a draft's newest version, word by word; "" for the first one."""
    if draft.version == 1:
        return ""
    return changed(desk.store.version(draft.id, draft.version - 1)[0], draft.text)


def _asked_for(desk: Desk, draft: Draft) -> str:
    """Return the approver's note that the newest version of a draft answers; "" without one."""
    asks = desk.store.asks_of(draft.id) if draft.version > 1 else ()
    return next((one.note for one in reversed(asks) if one.version == draft.version - 1), "")


def _account(desk: Desk, case: Case) -> str:
    """Return the handle of the mentioned account, if we have several on its network."""
    network = desk.networks.get((case.network, case.account))
    several = sum(name == case.network for name, _ in desk.networks) > 1
    return f"@{network.handle.lstrip('@')}" if network and several else ""


def as_called_now(desk: Desk, case: Case) -> Case:
    """Return the case with the author's newest name; for display and for texts only.

    Decisions by the name at the opening, such as the segment, stay.
    """
    return _by_newest_name(case, desk.store.mentions(case.id))


def _by_newest_name(case: Case, mentions: Sequence[Mention]) -> Case:
    theirs = [one.author for one in mentions if one.side == Side.THEIRS and one.author.id == case.author.id]
    if not theirs:
        return case
    handle, name = theirs[-1].handle or case.author.handle, theirs[-1].name or case.author.name
    return replace(case, author=replace(case.author, handle=handle, name=name))


def _halt(desk: Desk, draft: Draft) -> Halt | None:
    """Return what keeps a reply from going out that would go out by itself."""
    return halt_on(desk, draft.target) if draft.state == DraftState.APPROVED or draft.again_at else None


def _hold(desk: Desk, draft: Draft, now: datetime) -> AccountHold | None:
    """Return what keeps an approved reply from going out, unless its own wait says the same."""
    again_at = draft.again_at
    hold = hold_on_draft(desk, draft, now) if draft.state == DraftState.APPROVED or again_at else None
    if hold is None or again_at is None or hold.needs_a_person:
        return hold
    return hold if hold.until > again_at else None


def remarks(desk: Desk, case: Case, text: str, now: datetime, *, private: bool | None = None) -> tuple[Remark, ...]:
    """Return the remarks on these words, blocking ones first.

    `private`: whether only the author would read them; None: as for a reply to their newest post.
    """
    mentions = desk.store.mentions(case.id)
    case, newest = _by_newest_name(case, mentions), _answered_by(desk, case, mentions)
    alone = private if private is not None else _goes_privately(case) or (newest is not None and newest.private)
    said = repeated(desk, case, text, now)
    found = [*_checked(desk, case, text, private=alone), *said, *_worded(desk, case, text, mentions, now)]
    found += remarks_after_return(desk, case, mentions, newest)
    return worth_saying(found)


def _worded(desk: Desk, case: Case, text: str, mentions: Sequence[Mention], now: datetime) -> Iterator[Remark]:
    from bot.services.replies.wording import worded  # noqa: PLC0415 - its lists are not needed at start

    return worded(desk, case, text, mentions, now)


def _goes_privately(case: Case) -> bool:
    draft = case.draft
    return draft is not None and draft.live and draft.kind == DraftKind.PRIVATE


def _answered_by(desk: Desk, case: Case, mentions: Sequence[Mention]) -> Mention | None:
    """Return the post that words written now answer; a closing line stays under the public one."""
    draft = case.draft
    if draft is not None and draft.live and draft.kind == DraftKind.CLOSING:
        return desk.store.mention(draft.target_mention)
    return to_answer(mentions)


def _checked(desk: Desk, case: Case, text: str, *, private: bool) -> tuple[Remark, ...]:
    found = checks(
        text,
        author_handle=case.author.handle,
        first_name=first_name(case.author.name, case.author.handle),
        allowed_links=desk.policy.allowed_links,
        private=private,
    )
    if private:
        return found
    return (*found, *costly_link_remarks(desk, case, text), *exposing(desk, case, text))


def siblings(desk: Desk, case: Case) -> list[Sibling]:
    """Return the first cases of other customers under the same public post that go on."""
    found = [as_called_now(desk, one) for one in desk.store.cases(desk.store.siblings(case, SIBLINGS))]
    return [_sibling(desk, one) for one in found]


def _sibling(desk: Desk, case: Case) -> Sibling:
    author = case.author
    name = first_name(author.name, author.handle) or author.name or author.called
    return Sibling(case.id, name, thread_link(desk, case.id))


def also_known(desk: Desk, case: Case) -> list[SamePerson]:
    """Return the authors on other networks who are the same person, as they are called now; none in private."""
    if case.private or not case.author.id:
        return []
    return [_called(desk, one) for one in desk.store.same_people(case.network, case.author.id)]


def _called(desk: Desk, one: SamePerson) -> SamePerson:
    author = as_called_now(desk, desk.store.case(one.case_id)).author
    return replace(one, handle=author.called, label=network_label(one.network))


def wrote_to(desk: Desk, case: Case) -> list[WroteTo]:
    """Return the customers whom the impostor of this case wrote to; of any other case none."""
    return [_written(desk, one) for one in desk.store.impostor_customers(case.id)] if case.impostor == case.id else []


def _written(desk: Desk, one: WroteTo) -> WroteTo:
    case = as_called_now(desk, desk.store.case(one.case_id))
    why = "it has a draft already" if case.draft and case.draft.live else why_no_answer(desk, case)
    handle = case.author.called
    return replace(one, name=handle, link=thread_link(desk, case.id), why_not="" if one.warning else why)


def _title(desk: Desk, name: str) -> str:
    return next((one.title for one in desk.templates.all() if one.name == name), name)


def thread_link(desk: Desk, case_id: int) -> str:
    """Return the address of a case's thread, or ""."""
    return _address(desk, desk.store.card(case_id))


def storm_link(desk: Desk, storm_id: int) -> str:
    """Return the address of a storm's message, or ""."""
    return _address(desk, desk.store.storm_message(storm_id))


def _address(desk: Desk, message: Telling | None) -> str:
    workspace = desk.policy.slack_url or desk.workspace_url
    if message is None or not message.ts or not workspace:
        return ""
    return f"{workspace}/archives/{message.channel}/p{message.ts.replace('.', '')}"


def names(desk: Desk) -> dict[str, str]:
    """Return the names of all people in the directory."""
    return {person.id: person.name for person in desk.store.people()}
