"""Scenes of what is said to everybody, or to others: thank-yous that marketing may quote, statements, templates."""

from itertools import count

from bot.domain.light_lane.light_mention import words_mark
from bot.domain.mentions.mention import Mention
from bot.ports import Desk, OutcomeLost
from bot.services.cases import casework
from bot.services.light_lane import thank_yous as thanking
from bot.services.light_lane.deciding import tend
from bot.services.replies import statement_deciding, statement_sending, statement_writing, template_writing
from tests.bench.growth.making import came, sent
from tests.fakes import ANA, BEN, CARO
from tests.services.journey import clock, everybody_is_known, street

_numbers = count(1)
_TEMPLATE = """---
title: Late lamp {number}
use_when: A lamp is late.
---
{{{{ first_name or "Hello" }}}}, your lamp is on its way. ^{{{{ initials }}}}"""


def thanked(desk: Desk) -> None:
    """Good words after our answers: more than a page, offered ones, and what marketing may quote."""
    for _ in range(thanking.SHOWN + 6):
        who = f"kind{next(_numbers)}"
        case = sent(desk, by=who, root=who)
        casework.solve(desk, case, by=ANA, at=desk.clock.now())
        clock(desk).move(minutes=1)
        came(desk, "@northwind thank you so much, that was quick!", by=who, root=who)
    found = thanking.queue_page(desk, 0, desk.clock.now()).shown
    posts = [one.post for one in found[:4]]
    for post in posts:
        thanking.offer_to_marketing(desk, post.id, by=ANA, at=desk.clock.now(), mark=words_mark(post.text))
    for post in posts[:2]:
        _may_be_quoted(desk, post)
    tend(desk, desk.clock.now())
    everybody_is_known(desk)


def _may_be_quoted(desk: Desk, post: Mention) -> None:
    thanking.let_marketing_quote(desk, post.id, by=BEN, at=desk.clock.now(), mark=words_mark(post.text))


def statements(desk: Desk) -> None:
    """One that waits, one that waited for long, one that is public, and one of unknown outcome."""
    _proposed(desk)
    clock(desk).move(hours=5)
    everybody_is_known(desk)
    _proposed(desk)
    _let_out(desk, _proposed(desk))
    street(desk).outcomes += [OutcomeLost("No answer came.")]
    street(desk).readable = False
    _let_out(desk, _proposed(desk))
    street(desk).outcomes.clear()
    street(desk).readable = True


def _proposed(desk: Desk) -> int:
    words = f"Our shop is down, for the {next(_numbers)}th time. We are sorry, and say more here at noon."
    on_x = [one.name for one in statement_writing.statement_accounts(desk)].index("x")
    return statement_writing.propose_statement(desk, words, "", [on_x], by=CARO, at=desk.clock.now())


def _let_out(desk: Desk, number: int) -> None:
    mark = desk.store.statement(number).mark
    now = desk.clock.now()
    statement_deciding.decide_on_statement(desk, number, mark=mark, approves=True, by=BEN, at=now)
    statement_sending.post_due_statements(desk, now)


def templates(desk: Desk) -> None:
    """One that waits for approval, and one with an earlier version."""
    for name in ("late_lamp", "late_lamp", "lost_lamp"):
        content = _TEMPLATE.format(number=next(_numbers))
        version = template_writing.propose(desk, name, content, by=CARO, at=desk.clock.now())
        if name == "late_lamp":
            template_writing.decide(desk, version, approves=True, by=BEN, at=desk.clock.now())
