"""Fills a template in: in a sandbox, escaped for the kind of page, one that is the desk's own within bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itilcli.errors import Refused
from itilcli.paper import FORMS, built_in
from itilcli.paper.bounds import bounded, joined
from itilcli.paper.escaping import exact, markdown, safe
from itilcli.paper.faults import blamed, fault
from itilcli.paper.filters import hours, label_of, number, percent, shown
from itilcli.text import Translate
from itilcli.values import pattern

if TYPE_CHECKING:
    import re

    from jinja2 import Undefined
    from jinja2.ext import Extension
    from jinja2.lexer import TokenStream
    from jinja2.sandbox import SandboxedEnvironment

_TAG = pattern(r"<(?=/?[A-Za-z!])")


def render(
    name: str,
    context: Mapping[str, Any],
    translate: Translate,
    overrides: Path | None = None,
    undefined: type[Undefined] | None = None,
) -> str:
    """The template ``name`` filled in; a desk's own of that name in the folder ``overrides`` goes before the program's.

    :raises Refused: E-paper-template, naming file and line, when a desk's own template is at fault.
    """
    return press(name, translate, overrides, undefined)(context)


def press(
    name: str, translate: Translate, overrides: Path | None = None, undefined: type[Undefined] | None = None
) -> Callable[[Mapping[str, Any]], str]:
    """The template ``name``, made ready once for many pages: called with what fills it in, it gives the text.

    A desk's own template, and one that stands on another of the same folder which is the desk's own, is bounded.
    What is called raises Refused as :func:`render`.
    """
    environment = prepare(name, translate, overrides, undefined)
    desks = overrides if overrides and overrides.is_dir() and not overrides.samefile(built_in()) else None
    own = desks is not None and ((desks / name).is_file() or ("/" in name and (desks / name).parent.is_dir()))

    def printed(context: Mapping[str, Any]) -> str:
        try:
            with bounded() if own else nullcontext():
                return joined(environment.get_template(name).generate(**context))
        except Exception as error:
            file, line = blamed(error)
            if not file and desks and (desks / name).is_file():
                file = str(desks / name)
            if desks is None or not file.startswith(str(desks)):
                raise
            raise Refused([fault(file, line, error)]) from error

    return printed


def prepare(
    name: str, translate: Translate, overrides: Path | None, undefined: type[Undefined] | None = None
) -> SandboxedEnvironment:
    """The sandbox for one template, escaping for its kind: Markdown or plain by the name, HTML by the name.

    :param undefined: what stands for a name that is none; unless given, one at which the template fails.
    """
    from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment
    from markupsafe import escape as escape_html

    suffix = Path(name.removesuffix(".j2")).suffix
    escape: Callable[[str], str] = {".md": markdown, ".html": escape_html, ".svg": escape_html}.get(suffix, str)
    of_form = name.startswith(FORMS)
    if of_form:
        escape = exact
    folders = [folder for folder in (overrides, built_in()) if folder is not None]
    environment = SandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(folder, encoding="utf-8-sig") for folder in folders]),
        autoescape=escape is not str,
        finalize=lambda value: shown(value, translate, escape),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        undefined=undefined or StrictUndefined,
        extensions=[_marking()] if of_form else [],
    )

    def message(msgid: str, **values: object) -> str:
        """A message of the catalogue; its values are record text and escaped as such."""
        filled = {name: shown(value, translate, escape) for name, value in values.items()}
        return safe(translate(msgid).format(**filled) if filled else translate(msgid))

    environment.globals["_"] = message
    environment.filters |= {
        "label": lambda code, kind: shown(label_of(code, kind), translate, escape),
        "percent": percent,
        "hours": hours,
        "number": number,
    }
    return environment


def _marking() -> type[Extension]:
    """What writes before each tag of a form in which template and line it stands: ``<?forms/onsite.html.j2 12?>``."""
    from jinja2.ext import Extension
    from jinja2.lexer import Token

    class Marking(Extension):
        """Goes through the plain parts of a template."""

        def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
            """The tokens, with a mark before each tag."""
            for token in stream:
                yield marked(stream.name, token) if token.type == "data" else token

    def marked(name: str | None, token: Token) -> Token:
        def mark(found: re.Match[str]) -> str:
            return f"<?{name} {token.lineno + token.value.count(chr(10), 0, found.start())}?><"

        return Token(token.lineno, "data", _TAG.sub(mark, token.value))

    return Marking
