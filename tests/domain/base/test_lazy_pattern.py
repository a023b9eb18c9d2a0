"""A lazy pattern is compiled at its first use, and then is what `re.compile` gives."""

import re

import pytest

from bot.domain.base.lazy_pattern import lazy_pattern


def test_it_finds_what_a_compiled_pattern_finds():
    lazy, compiled = lazy_pattern("(a)|b", re.IGNORECASE), re.compile("(a)|b", re.IGNORECASE)
    for text in ("", "xAb", "b", "c"):
        assert [one.groups() for one in lazy.finditer(text)] == [one.groups() for one in compiled.finditer(text)]
        assert lazy.sub("-", text) == compiled.sub("-", text)
        assert bool(lazy.search(text)) == bool(compiled.search(text))
    assert (lazy.pattern, lazy.flags) == (compiled.pattern, compiled.flags)


def test_a_faulty_one_is_found_at_its_first_use_and_not_before():
    faulty = lazy_pattern("(")
    with pytest.raises(re.error):
        faulty.search("")
