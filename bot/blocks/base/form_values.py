"""The values that people entered in our forms, read from the state of a view."""

import re
from collections.abc import Iterator, Mapping

from bot.blocks.base import ids
from bot.blocks.base.aside_choices import ASIDE_KINDS, REASONS, TERMS
from bot.blocks.base.emoji_codes import with_emoji
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean, unescape_slack
from bot.domain.cases.same_person import HowKnown
from bot.domain.do_not_feed.aside import AsideKind
from bot.domain.promises.spoken_promise import PromiseAnswer
from bot.domain.replies.solo import Lane

Values = Mapping[str, Mapping[str, Mapping[str, object]]]

_NUMBER = re.compile("[0-9]{1,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormValues:
    """The values of a form; an input that the form does not have is empty."""

    template: str = ""
    facts: Mapping[str, str]
    words: str = ""
    words_block: str = ""  # id of the input with the reply's words: a refusal of them is shown there
    typed_block: str = ""  # id of the first input that is not empty
    template_name: str = ""  # of a template that is written
    note: str = ""
    assignee: str = ""
    priority: str = ""
    reason: str = ""  # as text, ready to be stored
    aside: AsideKind = AsideKind.OTHER  # why a case is set aside
    hours: int = 0  # term of a case set aside; 0: until reopened
    link: str = ""
    choice: str = ""  # CORRECT or TAKE_BACK; or IT_IS_THERE or IT_IS_MISSING
    option: str = ""  # of a card's menu, one of MORE; or what a mention is called instead; or a post's row
    other_case: int = 0  # into which a case is merged
    person: str = ""  # who is the same person: a case's number or a handle
    order: str = ""  # an order number, by which a customer is looked up
    how: HowKnown = HowKnown.OWN_WORD  # how that is known
    other_team: str = ""  # the name of the team that is asked
    variants: Mapping[str, str]  # words by language, of a holding reply
    audience: str = ""  # for whom they are
    also: tuple[int, ...] = ()  # cases of other customers who get the words, too
    accounts: tuple[int, ...] = ()  # our accounts that post a statement, by their places
    in_parts: bool = False  # the words go out in parts
    promise: str = ""  # KEEP or NO_PROMISE
    lane: Lane = Lane.USUAL  # how the reply goes out while nobody else can approve; usual: after approval
    why: str = ""  # why the reply cannot wait for a second person
    promise_block: str = ""  # id of the input that asked: it identifies the promise

    @property
    def answer(self) -> PromiseAnswer:
        """Return the writer's answer about the promise in the reply's words."""
        return PromiseAnswer(asked=self.promise_block.removeprefix(ids.PROMISE_BLOCK), keeps=self.promise == ids.KEEP)


def as_typed(values: Values) -> FormValues:
    """Return the values of a view's `state.values` as they were typed.

    Slack escapes &, < and > there and replaces emoji by names. That is undone only here, and only once:
    somebody who types "&lt;" means exactly that text.
    """
    found = {(block, action): _value(state) for block, action, state in _inputs(values)}
    by_action = {action: value for (_, action), value in found.items()}
    term = by_action.get(ids.TERM_SELECT, "")
    return FormValues(
        template=by_action.get(ids.TEMPLATE_SELECT, ""),
        template_name=by_action.get(ids.TEMPLATE_NAME_INPUT, "").strip(),
        facts={block.removeprefix(ids.FACT_BLOCK): value for (block, _), value in found.items() if _is_fact(block)},
        words=by_action.get(ids.WORDS_INPUT, ""),
        words_block=next((block for block, action in found if action == ids.WORDS_INPUT), ""),
        typed_block=next((block for block, _, state in _inputs(values) if state.get("value")), ""),
        note=by_action.get(ids.NOTE_INPUT, ""),
        assignee=by_action.get(ids.ASSIGNEE_OTHER, "") or by_action.get(ids.ASSIGNEE_SELECT, ""),
        priority=by_action.get(ids.PRIORITY_SELECT, ""),
        reason=_reason(by_action),
        aside=ASIDE_KINDS.get(by_action.get(ids.REASON_SELECT, ""), AsideKind.OTHER),
        hours=int(term) if term in TERMS else 0,
        link=by_action.get(ids.LINK_INPUT, "").strip(),
        variants={
            block.removeprefix(ids.VARIANT_BLOCK): value
            for (block, _), value in found.items()
            if block.startswith(ids.VARIANT_BLOCK)
        },
        audience=by_action.get(ids.AUDIENCE_SELECT, ""),
        also=_several(values, ids.ALSO_CHOICE),
        accounts=_several(values, ids.ACCOUNTS_CHOICE),
        in_parts=bool(_several(values, ids.PARTS_CHOICE)),
        promise=by_action.get(ids.PROMISE_SELECT, ""),
        promise_block=next((block for block, action in found if action == ids.PROMISE_SELECT), ""),
        lane=_lane(by_action.get(ids.LANE_CHOICE, "")),
        why=by_action.get(ids.WHY_INPUT, ""),
        choice=by_action.get(ids.CORRECTION_CHOICE, "") or by_action.get(ids.SAW_CHOICE, ""),
        option=next((by_action[one] for one in _OPTIONS if by_action.get(one)), ""),
        other_case=int(other) if (other := by_action.get(ids.MERGE_SELECT, "")).isdecimal() else 0,
        order=by_action.get(ids.ORDER_INPUT, "").strip(),
        person=by_action.get(ids.SAME_PERSON_INPUT, "").strip(),
        how=HowKnown(how) if (how := by_action.get(ids.REASON_SELECT, "")) in set(HowKnown) else HowKnown.OWN_WORD,
        other_team=by_action.get(ids.OTHER_TEAM_SELECT, ""),
    )


_OPTIONS = (ids.REST_CHOICE, ids.TRIAGE_SELECT, ids.STORM_SELECT, ids.HIDE_SELECT)


def _inputs(values: Values) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    for block, actions in values.items():
        for action, state in actions.items():
            yield block, action, state


def _is_fact(block: str) -> bool:
    return block.startswith(ids.FACT_BLOCK)


def _value(state: Mapping[str, object]) -> str:
    option = state.get("selected_option")
    chosen = option.get("value") if isinstance(option, Mapping) else None
    if typed := state.get("value"):
        return clean(with_emoji(unescape_slack(str(typed))))
    return clean(unescape_slack(str(chosen or state.get("selected_user") or "")))


def _several(values: Values, action_id: str) -> tuple[int, ...]:
    """Return the numbers that are ticked."""
    ticked = [state.get("selected_options") for _, action, state in _inputs(values) if action == action_id]
    options = [one for some in ticked if isinstance(some, list) for one in some if isinstance(one, Mapping)]
    return tuple(int(found) for one in options if _NUMBER.fullmatch(found := str(one.get("value", ""))))


def _lane(chosen: str) -> Lane:
    return Lane(chosen) if chosen in set(Lane) else Lane.USUAL


def _reason(by_action: Mapping[str, str]) -> str:
    known = REASONS.get(by_action.get(ids.REASON_SELECT, ""), "")
    own = by_action.get(ids.REASON_INPUT, "").strip()
    return ": ".join(one for one in (known, own) if one)
