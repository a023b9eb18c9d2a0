"""People on two networks are joined by a person, on their own word, and taken apart with one press."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.blocks.base import ids
from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.cases.same_person import HowKnown
from bot.domain.do_not_feed.aside import AsideKind
from bot.domain.mentions.mention import Mention, PostRef
from bot.domain.slack.readers import ToPerson
from bot.ports import Batch, Desk
from bot.services.cases import casework, same_person
from bot.services.cases.earlier_cases import earlier_cases
from bot.services.cases.view import also_known
from bot.services.mentions import intake
from storage import SqlStore
from tests.fakes import ANA, BEN, NOON, FakeNetwork, a_desk, a_post
from tests.handlers.pressing import Hands
from tests.services.journey import receive, verbs

HOUR = timedelta(hours=1)
SAID = "https://mastodon.example/@priya/77"
OTHERS = FakeNetwork(name="mastodon", account="7", handle="northwind")


def on_mastodon(post_id: str, text: str, *, by: str = "priya", **facts: Any) -> Mention:
    return a_post(post_id, text, by=by, ref=PostRef("mastodon", "7", post_id), **facts)


def comes(desk: Desk, post: Mention) -> None:
    intake.receive(desk, OTHERS, "mentions", Batch(posts=(post,)), desk.clock.now())


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    """Priya writes on X (case 1), Cleo on X (case 2), Priya on Mastodon (case 3)."""
    found = a_desk(store, networks={("x", "42"): FakeNetwork(), ("mastodon", "7"): OTHERS})
    receive(found, a_post("100", "Charged twice @northwind", by="priya_n"))
    receive(found, a_post("101", "Where is my parcel @northwind", by="cleo"))
    comes(found, on_mastodon("200", "Charged twice, as I said on X @northwind", url=SAID))
    return found


def join(desk: Desk, who: str = "3", how: HowKnown = HowKnown.OWN_WORD, note: str = SAID, case: int = 1) -> None:
    same_person.join_person(desk, case, who, how, note, by=ANA, at=desk.clock.now())


def known(desk: Desk, case: int) -> list[str]:
    return [f"{one.handle} {one.label} {one.how} {one.by}" for one in also_known(desk, desk.store.case(case))]


def test_nobody_is_joined_who_only_has_the_same_name(desk: Desk) -> None:
    comes(desk, on_mastodon("201", "Hello @northwind", by="priya_n"))
    assert [known(desk, one) for one in (1, 2, 3, 4)] == [[]] * 4


@pytest.mark.parametrize("who", ["3", "#3", "@priya", "Priya"])
def test_both_cards_say_so_with_who_and_how_it_is_known(desk: Desk, who: str) -> None:
    join(desk, who)
    assert known(desk, 1) == ["@priya Mastodon own_word U0ANA"]
    assert known(desk, 3) == ["@priya_n X own_word U0ANA"]
    assert known(desk, 2) == []
    line = desk.store.audit("case:3")[-1]
    assert (line.verb, line.by, line.facts["other"], line.facts["how"]) == ("same_person", ANA, 1, "own_word")


def test_later_cases_of_both_say_so_too(desk: Desk) -> None:
    join(desk)
    comes(desk, on_mastodon("300", "And again @northwind", at=NOON + HOUR))
    assert known(desk, 4) == ["@priya_n X own_word U0ANA"]


def test_one_press_undoes_it_on_all_cards(desk: Desk) -> None:
    join(desk, how=HowKnown.COLLEAGUE, note="Caro met her in the shop")
    same_person.part_person(desk, 3, by=BEN, at=desk.clock.now())
    assert [known(desk, one) for one in (1, 3)] == [[], []]
    assert (verbs(desk, 1)[-1], verbs(desk, 3)[-1]) == ("another_person", "another_person")
    with pytest.raises(Outdated, match="joined with nobody"):
        same_person.part_person(desk, 1, by=BEN, at=desk.clock.now())
    join(desk)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"note": ""}, "note"),
        ({"note": "she said so"}, "note"),
        ({"note": "https://x.example/1 and more"}, "note"),
        ({"how": HowKnown.COLLEAGUE, "note": " "}, "note"),
        ({"who": "2"}, "same_person"),
        ({"who": "1"}, "same_person"),
        ({"who": "@nobody_here"}, "same_person"),
        ({"who": ""}, "same_person"),
    ],
)
def test_what_is_missing_or_cannot_be_is_refused_at_its_field(
    desk: Desk, given: Mapping[str, Any], field: str
) -> None:
    with pytest.raises(NotUsable) as refused:
        join(desk, **given)
    assert refused.value.field == field
    assert known(desk, 1) == []


def test_a_person_has_one_author_on_each_network(desk: Desk) -> None:
    join(desk)
    comes(desk, on_mastodon("201", "Hello @northwind", by="omar"))
    for case, who in ((1, "4"), (2, "3")):
        with pytest.raises(NotUsable, match="already"):
            join(desk, who, case=case)


def test_private_cases_are_joined_with_nobody(desk: Desk) -> None:
    comes(desk, on_mastodon("202", "My number is 5", by="omar", private=True))
    with pytest.raises(NotUsable, match="in public"):
        join(desk, "4")


def test_the_history_of_both_is_shown_together(desk: Desk) -> None:
    assert earlier_cases(desk, desk.store.case(1), ToPerson(ANA), NOON) == []
    join(desk)
    found = earlier_cases(desk, desk.store.case(1), ToPerson(ANA), NOON)
    assert [one.view.case.id for one in found] == [3]


def test_no_list_follows_from_one_to_the_other(desk: Desk) -> None:
    join(desk)
    casework.set_aside(desk, 1, by=ANA, at=NOON, reason="Bait", until=None, kind=AsideKind.SPAM)
    comes(desk, on_mastodon("300", "Another thing @northwind", root="290", at=NOON + HOUR))
    assert desk.store.mention_of("mastodon", "300") is not None
    assert desk.store.case(4).state == "new"


def test_a_deleted_post_takes_the_link_to_it_along_and_the_last_one_all(desk: Desk) -> None:
    join(desk)
    comes(desk, on_mastodon("300", "Another thing @northwind", root="290", at=NOON + HOUR))
    intake.receive(desk, OTHERS, "asked", Batch(deletions=("200",)), NOON)
    assert [one.note for one in also_known(desk, desk.store.case(1))] == [""]
    intake.receive(desk, OTHERS, "asked", Batch(deletions=("300",)), NOON)
    assert [known(desk, one) for one in (1, 3)] == [[], []]


# --- through the real doors


def card(hands: Hands, case: int) -> Any:
    hands.publish()
    told = hands.desk.store.card(case)
    assert told is not None
    return hands.chat.messages[told.channel, told.ts]


def choose(hands: Hands, option: str, case: int) -> None:
    value = ids.menu_value(option, ids.button_value(ids.CASE, case, 1, hands.desk.secret))
    hands.choose(ids.CASE_MORE, value)


def test_the_form_joins_and_the_menu_takes_apart(desk: Desk) -> None:
    hands = Hands(desk)
    choose(hands, ids.MORE_SAME_PERSON, 1)
    given = {ids.SAME_PERSON_INPUT: "@priya", ids.REASON_SELECT: "own_word"}
    assert ids.NOTE_BLOCK in hands.submit(**given, **{ids.NOTE_INPUT: "she says so"})["errors"]
    assert hands.submit(**given, **{ids.NOTE_INPUT: SAID}) == {}
    assert "Also @priya on Mastodon · joined by Ana at " in card(hands, 1).text
    assert SAID in str(card(hands, 1).blocks)
    choose(hands, ids.MORE_NOT_THE_SAME, 1)
    assert "@priya on Mastodon" not in card(hands, 1).text


def test_a_desk_with_one_network_offers_nothing(store: SqlStore) -> None:
    hands = Hands(a_desk(store))
    receive(hands.desk, a_post("100", "Charged twice @northwind"))
    assert ids.MORE_SAME_PERSON not in str(card(hands, 1).blocks)
