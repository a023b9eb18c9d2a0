"""Joins two authors on different networks who are one person, on a person's word, and takes them apart again."""

import re
from datetime import datetime

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.text import clean
from bot.domain.cases import author_events
from bot.domain.cases.case import Case
from bot.domain.cases.same_person import HowKnown
from bot.ports import Desk
from bot.ports.network_kind import network_label
from bot.services.mentions.links import web_address

WHO, NOTE = "same_person", "note"  # the fields of the form
_NUMBER = re.compile(r"#?(\d{1,9})")
_FOUND = 20  # cases that are looked through for a handle
_TOLD = 20  # cases of each of the two whose cards say so


def join_person(desk: Desk, case_id: int, who: str, how: HowKnown, note: str, *, by: str, at: datetime) -> Case:
    """Join the author of a case with another author, named by a case's number or a handle; return that one's case.

    `note`: the link to their own words, or which colleague knows it. Raises NotUsable naming the field.
    """
    case, other = desk.store.case(case_id), _meant(desk, desk.store.case(case_id), who)
    said = _note(how, note)
    with desk.store.transaction():
        _refuse(desk, case, other)
        desk.store.join_people(case, other, how=how, note=said, by=by, at=at)
        for one, two in ((case, other), (other, case)):
            for told in _told(desk, one):
                desk.store.record(told, author_events.PeopleJoined(by=by, at=at, other=two.id, how=how))
    return desk.store.case(other.id)


def _meant(desk: Desk, case: Case, who: str) -> Case:
    number = _NUMBER.fullmatch(who.strip())
    if number:
        return desk.store.case(int(number[1]))
    handle = clean(who).strip().lstrip("@").casefold()
    found = desk.store.find(handle, _FOUND, private=False) if handle else ()
    theirs = [
        one for one in found if one.author.handle.lstrip("@").casefold() == handle and one.network != case.network
    ]
    authors = {(one.network, one.author.id) for one in theirs}
    if not authors:
        raise NotUsable("No such author is known here on another network. Please give a case's number.", WHO)
    if len(authors) > 1:
        numbers = ", ".join(str(one.id) for one in theirs)
        raise NotUsable(f"Several authors are called that: cases {numbers}. Please give the number of one.", WHO)
    return theirs[0]


def _note(how: HowKnown, note: str) -> str:
    said = clean(note).strip()
    if how == HowKnown.OWN_WORD and (web_address(said) is None or len(said.split()) != 1):
        raise NotUsable("Please paste the link to the post in which they said so themselves.", NOTE)
    if not said:
        raise NotUsable("Please say who knows it.", NOTE)
    return said


def _refuse(desk: Desk, case: Case, other: Case) -> None:
    if case.network == other.network:
        where = network_label(case.network)
        raise NotUsable(f"Case {other.id} is on {where}, too. Only people on different networks are joined.", WHO)
    for one in (case, other):
        if one.private or not one.author.id:
            raise NotUsable(f"Case {one.id} does not say in public who wrote it, so it is joined with nobody.", WHO)
    for one, two in ((case, other), (other, case)):
        if any(same.network == two.network for same in desk.store.same_people(one.network, one.author.id)):
            where = network_label(two.network)
            raise NotUsable(f"The author of case {one.id} is joined with somebody on {where} already.", WHO)


def _told(desk: Desk, case: Case) -> list[Case]:
    """Return the cases on whose cards it is said: this one, and the author's that go on."""
    live = desk.store.public_cases_of(case.network, case.author.id, _TOLD, live=True)
    return [desk.store.case(one) for one in sorted({case.id, *live})]


def part_person(desk: Desk, case_id: int, *, by: str, at: datetime) -> None:
    """Say that the author of a case is not the person with whom they were joined last. Raises Outdated."""
    with desk.store.transaction():
        case = desk.store.case(case_id)
        joined = desk.store.same_people(case.network, case.author.id)
        if not joined or not desk.store.part_people(case, joined[-1]):
            raise Outdated(f"The author of case {case_id} is joined with nobody now.")
        other = desk.store.case(joined[-1].case_id)
        for one, two in ((case, other), (other, case)):
            for told in _told(desk, one):
                desk.store.record(told, author_events.PeopleParted(by=by, at=at, other=two.id))
