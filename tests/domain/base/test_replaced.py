"""A copy with changes is the same as the one that the standard library makes."""

import dataclasses
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.domain.base.replaced import replace
from tests import builders
from tests.builders import NOW, a_post, owed

VALUES = [builders.opened(), builders.in_review(), builders.in_review().draft, owed(), a_post().author]


@pytest.mark.parametrize("value", VALUES, ids=lambda one: type(one).__name__)
def test_a_copy_without_changes_equals_its_value(value):
    copy = replace(value)
    assert copy == value
    assert copy is not value


@pytest.mark.parametrize("value", VALUES, ids=lambda one: type(one).__name__)
def test_every_field_can_be_changed_alone(value):
    for one in dataclasses.fields(value):
        changed = {one.name: "something else"}
        assert repr(replace(value, **changed)) == repr(dataclasses.replace(value, **changed))


def test_the_value_stays_as_it_was():
    before = owed()
    replace(before, due_at=NOW + timedelta(days=9))
    assert before == owed()


def test_a_copy_is_frozen_as_well():
    with pytest.raises(dataclasses.FrozenInstanceError):
        replace(owed(), id=3).id = 4


def test_a_field_that_does_not_exist_is_refused():
    with pytest.raises((AttributeError, TypeError)):
        replace(owed(), colour="red")


@dataclass(frozen=True, slots=True)
class Doubled:
    number: int
    twice: int = 0

    def __post_init__(self):
        object.__setattr__(self, "twice", 2 * self.number)


@dataclass(frozen=True)
class WithoutSlots:
    number: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Alone:
    number: int


@pytest.mark.parametrize("value", [Doubled(1), WithoutSlots(1), Alone(1)], ids=lambda one: type(one).__name__)
def test_a_class_of_another_kind_is_copied_by_the_standard_library(value):
    assert replace(value, number=4) == dataclasses.replace(value, number=4)
