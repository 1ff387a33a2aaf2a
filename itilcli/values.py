"""Frozen dataclasses that cost a tenth of the time to make, and regular expressions that cost nothing until they are used.

A desk's model has some sixty of them, and writing the methods of each as source text is what a short command would
spend most of its time on. Here the methods are written once and find the fields when they are called: all that
``dataclasses`` offers (``fields``, ``replace``) works on them. See docs/decisions/starting-fast.md for the figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field
from functools import partial
from operator import attrgetter
from types import FunctionType
from typing import Any, AnyStr, TypeVar, cast, dataclass_transform

Made = TypeVar("Made")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(made: type[Made]) -> type[Made]:
    """Makes a class a frozen dataclass: values equal by their fields, hashable, never changed.

    What ``dataclasses`` knows of it is made out when somebody asks: most classes that a command loads it never looks into.
    """
    cls: Any = made
    own: dict[str, Any] = vars(cls).get("__annotations__", {})
    given = {name: vars(cls)[name] for name in own if name in vars(cls)}
    anew: dict[str, Callable[[], Any]] = dict(getattr(cls, "__value_made__", ()))
    needed = set(getattr(cls, "__value_needed__", ()))
    for name in own:
        default = given.get(name, MISSING)
        shown = default.default if isinstance(default, Field) else default
        factory = default.default_factory if isinstance(default, Field) else MISSING
        anew.pop(name, None)
        needed.discard(name)
        if factory is not MISSING:
            anew[name] = factory
            delattr(cls, name)
        elif isinstance(shown, FunctionType):  # it would be a method of the class
            anew[name] = partial(_same, shown)
            delattr(cls, name)
        elif shown is not MISSING:
            setattr(cls, name, shown)
        else:
            needed.add(name)
            if name in given:
                delattr(cls, name)
    cls.__value_names__ = tuple(dict.fromkeys((*getattr(cls, "__value_names__", ()), *own)))
    cls.__value_known__ = frozenset(cls.__value_names__)
    cls.__value_needed__ = frozenset(needed)
    cls.__value_made__ = tuple(anew.items())
    cls.__value_all__ = attrgetter(*cls.__value_names__)
    cls.__dataclass_fields__ = _Fields(given)
    cls.__init__ = _init_checked if "__post_init__" in vars(cls) else _init
    cls.__repr__, cls.__eq__, cls.__hash__ = _repr, _equal, _hash
    cls.__setattr__, cls.__delattr__ = _frozen, _frozen
    return made


class _Fields:
    """Stands where ``dataclasses`` keeps the fields of a class, and has them made out when they are first asked for."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._given = given

    def __get__(self, held: Any, cls: Any) -> Any:
        owner = next(one for one in cls.__mro__ if vars(one).get("__dataclass_fields__") is self)
        shown = {name: vars(owner)[name] for name in self._given if name in vars(owner)}
        for name, default in self._given.items():
            setattr(owner, name, default)
        del owner.__dataclass_fields__
        dataclass(init=False, repr=False, eq=False)(owner)
        for name in self._given:
            if name in shown:
                setattr(owner, name, shown[name])
            elif name in vars(owner):
                delattr(owner, name)
        return getattr(cls, "__dataclass_fields__")  # noqa: B009  (the owner's own now)


def _same(default: Any) -> Any:
    return default


def _init(self: Any, *args: Any, **given: Any) -> None:
    cls = self.__class__
    if args:
        named = dict(zip(cls.__value_names__, args, strict=False))
        if len(args) > len(cls.__value_names__) or named.keys() & given.keys():
            raise TypeError(f"{cls.__name__} takes {', '.join(cls.__value_names__)}, each once")
        given |= named
    if not cls.__value_known__ >= given.keys():
        raise TypeError(f"{cls.__name__} has no {', '.join(given.keys() - cls.__value_known__)}")
    for name, make in cls.__value_made__:
        if name not in given:
            given[name] = make()
    if not cls.__value_needed__ <= given.keys():
        raise TypeError(f"{cls.__name__} lacks {', '.join(cls.__value_needed__ - given.keys())}")
    self.__dict__.update(given)


def made_of(cls: type[Made], given: dict[str, Any]) -> Made:
    """A value of known fields, which are all there or have defaults: without the looks that making one else takes."""
    made = object.__new__(cls)
    known: Any = cls
    for name, make in known.__value_made__:
        if name not in given:
            given[name] = make()
    made.__dict__.update(given)
    return made


def _init_checked(self: Any, *args: Any, **given: Any) -> None:
    _init(self, *args, **given)
    self.__post_init__()


def _repr(self: Any) -> str:
    said = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__value_names__)
    return f"{self.__class__.__qualname__}({said})"


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self is other or self.__class__.__value_all__(self) == self.__class__.__value_all__(other)


def _hash(self: Any) -> int:
    return hash((self.__class__, self.__class__.__value_all__(self)))


def _frozen(self: Any, name: str, *value: Any) -> None:
    raise FrozenInstanceError(f"cannot change {name}")


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The regular expression ``text``, compiled when it is first used: a command needs few of all those it loads."""
    return cast(re.Pattern[AnyStr], _Pattern(text, flags))


class _Pattern:
    """Stands for a compiled expression; each of its methods is looked up once."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self.pattern, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = self.__dict__["_compiled"] = self.__dict__.get("_compiled") or re.compile(self.pattern, self._flags)
        found = self.__dict__[name] = getattr(compiled, name)
        return found
