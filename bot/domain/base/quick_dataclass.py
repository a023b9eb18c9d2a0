"""Makes dataclasses as the standard decorator does, in a tenth of its time.

The standard one compiles up to six methods for each class, which was a quarter of the desk's start. Here all classes
share these methods except `__init__`, which is compiled when the class makes its first value. The class stays a
dataclass: `fields`, `replace`, `match`, equality, hash, repr, copies and pickles are the same.
"""

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - so that classes are checked as usual
else:

    def dataclass(kind: type | None = None, /, *, frozen: bool = False, eq: bool = True, **more: bool) -> type:
        """Return the class as a dataclass. `more`: `slots` and `kw_only`, as the standard decorator takes them."""
        return (lambda kind: _made(kind, frozen, eq, more)) if kind is None else _made(kind, frozen, eq, more)


def _made(kind: type, frozen: bool, eq: bool, more: dict[str, bool]) -> type:
    own = vars(kind)
    kind.__doc__ = kind.__doc__ or kind.__name__  # without one the standard decorator writes a signature, slowly
    methods = {
        name: method
        for name, method in _methods(frozen, eq, more.get("slots", False)).items()
        if own.get(name) is None
    }
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, **more)(kind)
    for name, method in methods.items():
        setattr(made, name, method)
    if "__init__" in methods:
        made.__init__ = _Init(made, frozen)
    made._compared = _reader([one.name for one in dataclasses.fields(made) if one.compare])  # noqa: SLF001 - ours
    return made  # type: ignore[no-any-return]


def _methods(frozen: bool, eq: bool, slots: bool) -> dict[str, object]:
    """Return the methods that a class gets unless it defines them."""
    every: dict[str, object] = {"__init__": None, "__repr__": _repr}
    if eq:
        every |= {"__eq__": _equal, "__hash__": _hash if frozen else None}
    if frozen:
        every |= {"__setattr__": _refuse, "__delattr__": _refuse}
    if frozen and slots:
        every |= {"__getstate__": _state, "__setstate__": _restore}
    return every


class _Init:
    """The `__init__` of a class until it is asked for: then it is compiled, and takes this one's place."""

    __slots__ = ("frozen", "kind")

    def __init__(self, kind: Any, frozen: bool) -> None:  # noqa: ANN401 - any class
        self.kind, self.frozen = kind, frozen

    def __get__(self, value: object, _: type | None = None) -> Any:  # noqa: ANN401 - as a function's
        if vars(self.kind)["__init__"] is self:
            self.kind.__init__ = _compiled(self.kind, self.frozen)
        found = vars(self.kind)["__init__"]
        return found if value is None else found.__get__(value)


_MADE_ANEW = object()  # stands for a default that is made for each value


def _compiled(kind: Any, frozen: bool) -> Any:  # noqa: ANN401 - any class, and its `__init__`
    known: dict[str, Any] = {"_put": object.__setattr__, "_anew": _MADE_ANEW}
    positional: list[str] = []
    named: list[str] = []
    body: list[str] = []
    for one in dataclasses.fields(kind):
        value, default = _value(one, known)
        if one.init:
            (named if one.kw_only else positional).append(one.name + default)
        if value:
            body.append(f"_put(self, {one.name!r}, {value})" if frozen else f"self.{one.name} = {value}")
    if hasattr(kind, "__post_init__"):
        body.append("self.__post_init__()")
    params = ", ".join(["self", *positional, *(["*", *named] if named else [])])
    made: dict[str, Any] = {}
    exec(f"def __init__({params}):\n  " + "\n  ".join(body or ["pass"]), known, made)  # noqa: S102 - names of fields only
    init = made["__init__"]
    init.__module__, init.__qualname__ = kind.__module__, f"{kind.__qualname__}.__init__"
    init.__annotations__ = {one.name: one.type for one in dataclasses.fields(kind) if one.init} | {"return": None}
    return init


def _value(one: "dataclasses.Field[Any]", known: dict[str, Any]) -> tuple[str, str]:
    """Return what a field is set to (empty: nothing), and how its default is written; both as program text."""
    usual = f"_usual_{one.name}"
    if one.default_factory is not dataclasses.MISSING:
        known[usual] = one.default_factory
        return (f"{usual}() if {one.name} is _anew else {one.name}", "=_anew") if one.init else (f"{usual}()", "")
    if one.default is not dataclasses.MISSING:
        known[usual] = one.default
        return (one.name if one.init else usual), f"={usual}"
    return (one.name if one.init else ""), ""


def _reader(names: list[str]) -> Callable[[Any], tuple[object, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _equal(one: Any, other: Any) -> Any:  # noqa: ANN401 - it may be NotImplemented
    if other.__class__ is not one.__class__:
        return NotImplemented
    read = type(one)._compared  # noqa: SLF001 - ours
    return read(one) == read(other)


def _hash(one: Any) -> int:  # noqa: ANN401 - of any class made here
    return hash(type(one)._compared(one))  # noqa: SLF001 - ours


@recursive_repr()
def _repr(one: Any) -> str:  # noqa: ANN401 - of any class made here
    shown = (field.name for field in dataclasses.fields(one) if field.repr)
    return f"{type(one).__qualname__}({', '.join(f'{name}={getattr(one, name)!r}' for name in shown)})"


def _refuse(_one: object, name: str, *_value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _state(one: Any) -> list[object]:  # noqa: ANN401 - of any class made here
    return [getattr(one, field.name) for field in dataclasses.fields(one)]


def _restore(one: Any, state: list[object]) -> None:  # noqa: ANN401 - of any class made here
    for field, value in zip(dataclasses.fields(one), state, strict=True):
        object.__setattr__(one, field.name, value)
