"""What typer and the standard library name and a command seldom uses: loaded when it is first looked into."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.util import LazyLoader, find_spec, module_from_spec

SELDOM = ("ast", "bz2", "ipaddress", "lzma", "platform", "subprocess", "textwrap", "tokenize")
"""Modules of the standard library, each whole in itself, that are imported by name and not from: a tenth of `show`."""


def put_off(names: Iterable[str] = SELDOM) -> None:
    """Let these modules be loaded at their first use, by the standard library's own means for that.

    To be called before anything else is imported, while there is one thread; a module that is there already stays.
    """
    for name in names:
        spec = None if name in sys.modules else find_spec(name)
        if spec is None or spec.loader is None:
            continue
        loader = LazyLoader(spec.loader)
        spec.loader = loader
        module = module_from_spec(spec)
        sys.modules[name] = module
        loader.exec_module(module)
