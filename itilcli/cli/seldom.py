"""What typer and the standard library name and a command seldom uses: loaded when it is first looked into.

The standard library's own ``LazyLoader`` does not help here: up to Python 3.13 ``import`` itself looks into a module that
is already known, and so loads it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.util import find_spec, module_from_spec
from types import ModuleType

SELDOM = (
    "bz2", "fnmatch", "inspect", "ipaddress", "lzma", "ntpath", "subprocess", "textwrap", "tokenize",
)  # fmt: skip
"""Modules of the standard library, each whole in itself, that are imported by name and not from: a tenth of `show`."""


class Seldom(ModuleType):
    """A module that knows its name and place, and is loaded when anything else of it is asked for."""

    def __getattr__(self, name: str) -> object:
        spec = self.__spec__
        assert spec is not None
        assert spec.loader is not None
        self.__class__ = ModuleType  # type: ignore[assignment]
        spec.loader.exec_module(self)
        return getattr(self, name)


def put_off(names: Iterable[str] = SELDOM) -> None:
    """Let these modules be loaded at their first use.

    To be called before anything else is imported, while there is one thread; a module that is there already stays.
    """
    for name in names:
        spec = None if name in sys.modules else find_spec(name)
        if spec is not None and spec.loader is not None:
            module = module_from_spec(spec)
            module.__class__ = Seldom
            sys.modules[name] = module
