"""What is wrong with a desk's own template: where an error arose, which names are none."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itilcli.errors import Kind, Problem, Refused
from itilcli.paper.bounds import TooMuch
from itilcli.text import Translate, t
from itilcli.values import pattern

if TYPE_CHECKING:
    from types import FrameType


_UNKNOWN = pattern(r"no attribute '(.*)'|'(.*)' is undefined")


def blamed(error: BaseException) -> tuple[str, int]:
    """The file and line of the template in which an error arose; empty where none did."""
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError) and error.filename:
        return error.filename, error.lineno
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return (frames[-1].filename, frames[-1].lineno or 0) if frames else ("", 0)


def trial(
    name: str, context: Mapping[str, Any], translate: Translate, overrides: Path | None
) -> tuple[str, list[tuple[str, int, str]]]:
    """What a template writes where every name that is none counts as empty, and those names: file, line, what was said.

    :raises Refused: as :func:`render` does, for all other faults.
    """
    from jinja2 import ChainableUndefined, make_logging_undefined

    from itilcli.paper.filling import render

    found: list[tuple[str, int, str]] = []

    class Noting:
        """Stands for a logger: notes where a name was used that is none."""

        def warning(self, _: str, said: str) -> None:
            """Called at each use, from within the template."""
            frame: FrameType | None = sys._getframe()
            while frame is not None and "__jinja_template__" not in frame.f_globals:
                frame = frame.f_back
            place = (name, 0, said)  # of a constant, while the template is compiled
            if frame is not None:
                template = frame.f_globals["__jinja_template__"]
                place = (frame.f_code.co_filename, template.get_corresponding_lineno(frame.f_lineno), said)
            if place not in found:
                found.append(place)

        error = warning

    noting: Any = Noting()
    text = render(name, context, translate, overrides, make_logging_undefined(noting, ChainableUndefined))
    return text, found


def unknown(said: str) -> str | None:
    """The name that is none, out of what Jinja2 says of it; None where it speaks of something else."""
    found = _UNKNOWN.search(said)
    return next(filter(None, found.groups()), "") if found else None


def fault(file: str, line: int, error: Exception) -> Problem:
    """What is wrong with a desk's own template."""
    said = error.args[0] if isinstance(error, TooMuch) else (str(error) or type(error).__name__)[:300]
    name = unknown(str(error))
    if name is not None:
        said = t("there is no field and no variable {name}", name=repr(name))
    where = f"{file}:{line}" if line else file
    return Problem(
        "E-paper-template",
        t("the desk's own template is wrong, {where}: {message}", where=where, message=said),
        t("mend it, or delete it: the one that comes with itil is used then"),
        where=where,
        kind=Kind.DESK,
    )


def foreign_names(own: Path, standard: Path) -> list[str] | Problem:
    """The names that a desk's own template goes by and that of the program does not; a problem where it cannot be parsed."""
    from jinja2.meta import find_undeclared_variables
    from jinja2.sandbox import SandboxedEnvironment

    from itilcli.store import files

    environment = SandboxedEnvironment()
    known = find_undeclared_variables(environment.parse(standard.read_text("utf-8-sig")))
    try:
        found = find_undeclared_variables(environment.parse(files.read_bytes(own).decode("utf-8-sig", "replace")))
    except Refused:
        raise
    except Exception as error:
        return fault(str(own), getattr(error, "lineno", 0), error)
    return sorted(found - known - {"_"})
