"""What typer and the standard library name and a command seldom uses: loaded when it is first looked into.

The standard library's own ``LazyLoader`` does not help here: up to Python 3.13 ``import`` itself looks into a module that
is already known, and so loads it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from importlib.util import find_spec, module_from_spec
from types import ModuleType

SELDOM = (
    "bz2", "fnmatch", "inspect", "ipaddress", "lzma", "ntpath", "platform", "subprocess", "sysconfig", "textwrap",
    "tokenize",
)  # fmt: skip
"""Modules of the standard library, each whole in itself, that are imported by name and not from: a tenth of `show`."""


class _Parameter:
    """What typer looks at of ``inspect`` while it is loaded: the mark of a value that is not there.

    Typer asks for it again only where a function is made a command, which is not done here: ``program`` hands it options.
    """

    empty = type("empty", (), {})


_ZONES = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo")


def _config_var(name: str) -> object:
    """``sysconfig.get_config_var``: where the system keeps its time zones in the usual place, ``zoneinfo`` is told so.

    All of what Python was built with is a thousand values, for the sake of this one.
    """
    if name == "TZPATH" and os.path.isdir(_ZONES[0]):  # noqa: PTH112 (pathlib is not loaded yet)
        return ":".join(_ZONES)
    import sysconfig

    sysconfig.get_paths  # noqa: B018 (loads it)
    return sysconfig.get_config_var(name)


def _cleandoc(text: str) -> str:
    """``inspect.cleandoc``, for the one line that typer has of its own."""
    if "\n" not in text:
        return text.expandtabs().lstrip()
    import inspect

    inspect.getdoc  # noqa: B018 (loads it)
    return inspect.cleandoc(text)


def _system() -> str:
    """``platform.system``."""
    return os.uname().sysname


BEFOREHAND: dict[str, dict[str, object]] = {
    "inspect": {"Parameter": _Parameter, "cleandoc": _cleandoc},
    "platform": {"system": _system} if hasattr(os, "uname") else {},
    "sysconfig": {"get_config_var": _config_var},
}
"""What is there of such a module before it is loaded, and is replaced when it is."""


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
            vars(module).update(BEFOREHAND.get(name, {}))
            sys.modules[name] = module
