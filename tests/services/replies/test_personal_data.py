"""Personal data in a public reply is shown before it is approved; card and bank numbers need a second thought."""

from dataclasses import replace

import pytest

from bot.blocks.base.phrases import as_line
from bot.blocks.cases.buttons import draft_buttons
from bot.blocks.cases.circumstances import circumstances
from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import DraftState
from bot.domain.replies.personal_data import Personal, PersonalKind
from bot.domain.slack.readers import InChannel
from bot.ports import Desk
from bot.services.cases.view import remarks, view
from bot.services.replies import joint_drafts, review
from bot.services.replies.personal_data import personal_data
from storage import SqlStore
from tests.fakes import ANA, BEN, POLICY, a_desk, a_post
from tests.services.journey import a_case, approve, draft_of, in_review, only_case, receive, seen
from tests.services.replies.test_joint_drafts import shown, three, together

COUNTRIES = ("GB", "US", "DE", "FR")
PUBLISHED = frozenset({"+44 20 7946 0100", "help@northwind.example", "1 Harbour Street, Portsmouth"})
CARD = "4111 1111 1111 1111"
CARELESS = f"Priya, we paid it back to {CARD} today. ^AN"


def kinds(text: str, handle: str = "@priya_n") -> list[str]:
    found = personal_data(text, handle=handle, published=PUBLISHED, countries=COUNTRIES)
    return [one.kind.value for one in found]


@pytest.mark.parametrize(
    "text",
    [
        CARD, "4111111111111111", "4111-1111-1111-1111", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "4111\n1111\n1111\n1111",
        "４１１１ １１１１ １１１１ １１１１", "4111\u200b1111\u200b1111\u200b1111", "٤١١١ ١١١١ ١١١١ ١١١١",
        "4111\u00a01111\u20091111\u20111111", "card371449635398431", "exp 4111 1111 1111 1111 12/27", "#4111.1111.1111.1111",
    ],
)  # fmt: skip
def test_a_payment_card_number_is_found_however_it_is_written(text: str) -> None:
    assert "card" in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "DE89370400440532013000", "de89-3704-0044-0532-0130-00", "D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0",
        "IBAN:GB82WEST12345698765432.", "DE89 3704 0044\n0532 0130 00", "ＤＥ８９３７０４００４４０５３２０１３０００",
        "sort code 12-34-56", "your routing number 021000021", "BLZ 37040044", "2100 0418 45 0200051332", "CLABE 032180000118359719",
    ],
)  # fmt: skip
def test_a_bank_number_is_found(text: str) -> None:
    assert kinds(text) == ["bank"]


@pytest.mark.parametrize(
    "text",
    [
        "020 7946 0958", "+44 20 7946 0958", "+49 30 901820", "(818) 930-5703", "818.930.5703", "+1 (818) 930‑5703", "+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨",
        "+4 4 2 0 7 9 4 6 0 9 5 8", "01 23 45 67 89", "call us back from 8106028994", "0171\n2345678", "電話は020 7946 0958です",
    ],
)  # fmt: skip
def test_a_phone_number_is_found_with_and_without_its_prefix(text: str) -> None:
    assert kinds(text) == ["phone"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("priya@mail.example", "email"), ("priya (at) mail (dot) example", "email"), ("priya at gmail dot com", "email"),
        ("ｐｒｉｙａ＠mail.example", "email"), ("priya@ gmail.com", "email"),
        ("order 111-5014070-4118645", "reference"), ("order number: 48213", "reference"), ("order no. NW-48213", "reference"),
        ("Bestellnummer 4821377", "reference"), ("commande n° 48213", "reference"), ("order id 4 8 2 1 3", "reference"),
        ("tracking 1Z999AA10123456784", "reference"), ("TBA566517950000", "reference"), ("order\nnumber\n48213", "reference"),
        ("12 Baker Street", "street"), ("221b Baker St, London", "street"), ("Hauptstraße 12", "street"), ("Lange Str. 5", "street"),
        ("12 rue de la Paix", "street"), ("Calle Mayor 4", "street"), ("Via Roma 12", "street"), ("SW1A 1AA", "street"),
        ("0062395415777", "number"),
    ],
)  # fmt: skip
def test_other_personal_data_is_found_by_its_kind(text: str, kind: str) -> None:
    assert kinds(f"Priya, {text} is yours.") == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "we refund £1,234.56 and €12.99 by 12/11/2017", "in 2016-2017, 20171103, 2017-11-03", "open 0800-2000 and 7:00 AM - 1:00 AM",
        "flight BA2490 at 10:45", "version 8.4.24.871 at 192.168.1.1", "https://northwind.example/help/12345678901",
        "@115712 #blackfriday2017 #2017", "24/7, 1000000 customers, 1,000,000 more", "5, 10, 15, 20, 25, 30 minutes",
        "seat 12A, 10% off, 50 GB, KB4038788", "order by 17:00, order 2 of 3", "it takes 5 to 10 minutes on the road",
        "case 412 is with us", "call 1-800-325-8224", "for members only at Target dot com",
    ],
)  # fmt: skip
def test_prices_dates_times_links_handles_and_free_numbers_are_nobodys(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    ["020 7946 0100", "+44 (0)20 7946 0100", "0044 20 79460100", "HELP@northwind.example", "1 harbour street, Portsmouth"],
)  # fmt: skip
def test_what_we_publish_ourselves_is_no_personal_data_however_it_is_written(text: str) -> None:
    assert kinds(text) == []


def test_the_handle_by_which_the_customer_is_known_in_public_is_none_either() -> None:
    assert kinds("hi 115712345", handle="@115712345") == []
    assert kinds("hi 115712345") == ["number"]


def test_a_long_text_of_digits_is_read_in_time() -> None:
    assert kinds("4111 " * 300) != []
    assert kinds("1 " * 1_500) != []


# --- on the desk


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return a_desk(store, policy=replace(POLICY, own_numbers=PUBLISHED, phone_countries=COUNTRIES))


def said(desk: Desk, text: str) -> list[str]:
    return [
        one.sentence for one in remarks(desk, only_case(desk), text, desk.clock.now()) if "everybody" in one.sentence
    ]


def test_the_writer_reads_what_everybody_would_read_with_no_more_than_its_end(desk: Desk) -> None:
    a_case(desk)
    text = "Priya, call 020 7946 0100. Yours is 020 7946 0958, order 48213, priya@mail.example."
    assert said(desk, text) == [
        "shows everybody a phone number ending in 58, an e-mail address and an order or reference number ending in 13"
    ]


@pytest.mark.parametrize(
    ("text", "private", "says"),
    [
        (
            f"My card is {CARD} and you took it twice @northwind",
            False,
            "the post shows everybody a payment card number: ask",
        ),
        (
            "Call me on 020 7946 0958 or priya@mail.example",
            False,
            "the post shows everybody a phone number and an e-mail",
        ),
        ("My order 48213 is late, I called 020 7946 0100", False, ""),
        (f"My card is {CARD}", True, ""),
    ],
)
def test_what_a_customer_shows_of_themselves_in_public_is_named_on_the_card_by_its_kind(
    desk: Desk, text: str, private: bool, says: str
) -> None:
    receive(desk, replace(a_post("100", text), private=private))
    lines = [as_line(one, desk.clock.now()) for one in circumstances(seen(desk, only_case(desk)))]
    found = [one for one in lines if "everybody" in one]
    assert [one.startswith(says) for one in found] == ([True] if says else [])
    assert not any("ending" in one for one in found)


def test_a_private_answer_may_hold_it(desk: Desk) -> None:
    receive(desk, replace(a_post("100", "My order 48213"), private=True))
    assert said(desk, CARELESS) == []
    review.begin_writing(desk, 1, by=ANA, at=desk.clock.now())
    review.submit(desk, 1, review.Words(text=CARELESS), by=ANA, at=desk.clock.now())
    assert approve(desk).draft is not None


def drawn(desk: Desk) -> tuple[list[str], list[str]]:
    """Return the approving buttons' ids, and the questions that they ask first."""
    seen = view(desk, only_case(desk), InChannel(only_case(desk).channel), desk.clock.now())
    buttons = [one for one in draft_buttons(seen, desk.secret) if one and "pprove" in str(one["action_id"])]
    return [str(one["action_id"]) for one in buttons], [str(one["confirm"]) for one in buttons if "confirm" in one]


def test_a_card_number_is_approved_only_by_somebody_who_was_asked_about_it(desk: Desk) -> None:
    in_review(desk, text=CARELESS)
    ids, [asked] = drawn(desk)
    assert ids == ["draft_approve_sure", "draft_edit_approve"]
    assert "a payment card number ending in 11" in asked
    assert CARD not in asked
    with pytest.raises(Outdated, match="Everybody would read a payment card number ending in 11"):
        approve(desk)
    draft = draft_of(desk)
    review.approve(desk, draft.id, version=1, seen=draft.seen, by=BEN, at=desk.clock.now(), sure=True)
    assert draft_of(desk).state == DraftState.APPROVED


def test_a_phone_number_is_shown_and_needs_no_second_question(desk: Desk) -> None:
    in_review(desk, text="Priya, I'll call you on 020 7946 0958 by 17:00. ^AN")
    assert drawn(desk) == (["draft_approve", "draft_edit_approve"], [])
    assert (
        "shows everybody a phone number ending in 58"
        in view(desk, only_case(desk), InChannel(only_case(desk).channel), desk.clock.now()).remarks
    )
    assert approve(desk).draft is not None


def test_an_approver_cannot_write_a_card_number_into_words_and_let_them_out(desk: Desk) -> None:
    case = in_review(desk)
    assert case.draft is not None
    facts = {"version": 1, "seen": case.draft.seen}
    with pytest.raises(NotUsable, match="take it out"):
        review.edit_and_approve(
            desk, case.draft.id, f"{case.draft.text} {CARD}", **facts, by=BEN, at=desk.clock.now()
        )
    assert (draft_of(desk).state, draft_of(desk).version) == (DraftState.IN_REVIEW, 1)


def test_of_drafts_for_several_customers_the_ones_with_a_bank_number_are_left_out(desk: Desk) -> None:
    three(desk)
    together(desk, text=f"{CARELESS}")
    with pytest.raises(Outdated, match="payment card number"):
        joint_drafts.approve_together(desk, shown(desk), by=BEN, at=desk.clock.now())


def test_the_audit_trail_holds_no_part_of_it(desk: Desk) -> None:
    in_review(desk, text=CARELESS)
    review.approve(desk, 1, version=1, seen=draft_of(desk).seen, by=BEN, at=desk.clock.now(), sure=True)
    trail = str(desk.store.audit("case:1"))
    assert "approve" in trail
    assert not any(part in trail for part in ("4111", "card", "ending"))


def test_kinds_are_told_the_gravest_first() -> None:
    found = personal_data(f"priya@mail.example {CARD}")
    assert found == (Personal(PersonalKind.CARD, "11"), Personal(PersonalKind.EMAIL))
