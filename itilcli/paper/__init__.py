"""The door to Jinja2: forms and reports out of ``templates/``, or a desk's own instead of them.

What a record says is data, never a template, and is escaped on the way: in Markdown no text can break a table's row or
open a block, in HTML it is escaped as HTML. Templates run in a sandbox, and a name they misspell is an error.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from itilcli.paper.escaping import escaped, exact, safe
    from itilcli.paper.faults import foreign_names, trial, unknown
    from itilcli.paper.filling import press, render
    from itilcli.paper.filters import label_of, percent

__all__ = [
    "FORMS",
    "built_in",
    "escaped",
    "exact",
    "foreign_names",
    "label_of",
    "percent",
    "press",
    "render",
    "safe",
    "trial",
    "unknown",
]

_ELSEWHERE = {
    "escaped": "escaping", "exact": "escaping", "safe": "escaping", "foreign_names": "faults", "trial": "faults", "unknown": "faults",
    "label_of": "filters", "percent": "filters", "press": "filling", "render": "filling",
}  # fmt: skip
"""Where what is needed only by commands that print is to be had."""
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _ELSEWHERE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"itilcli.paper.{_ELSEWHERE[name]}"), name)


FORMS = "forms/"
"""The folder of the templates that write a form: a small part of HTML, read again before it becomes a page (`itilcli.forms`)."""


def built_in() -> Path:
    """The folder of the program's own templates: packed into the wheel, or at the top of a checkout."""
    program = Path(__file__).parent.parent
    packed = program / "_templates"
    return packed if packed.is_dir() else program.parent / "templates"
