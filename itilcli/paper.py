"""The door to Jinja2: forms and reports out of ``templates/``, or a desk's own instead of them.

What a record says is data, never a template, and is escaped on the way: in Markdown no text can break a table's row or
open a block, in HTML it is escaped as HTML. Templates run in a sandbox, and a name they misspell is an error.
"""

from __future__ import annotations

import resource
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itilcli.errors import Kind, Problem, Refused
from itilcli.model import codes as code_lists
from itilcli.model.codes import Codes
from itilcli.text import Label, Listing, Text, Translate, t
from itilcli.text import render as render_text
from itilcli.values import pattern

if TYPE_CHECKING:
    import re
    from types import FrameType

    from jinja2 import Undefined
    from jinja2.ext import Extension
    from jinja2.lexer import TokenStream
    from jinja2.sandbox import SandboxedEnvironment

NOTHING = "—"
SECONDS, LARGEST, MEMORY = 20, 64_000_000, 1 << 30
"""So long may a desk's own template take, so many characters may its page have, so many bytes more may it use."""
BESIDE = Codes(
    "beside",
    ("not_applicable", "不适用", "not applicable"),
    ("unclassified", "未分类", "unclassified"),
    ("unknown", "未知", "unknown"),
)
FORMS = "forms/"
"""The folder of the templates that write a form: a small part of HTML, read again before it becomes a page (`itilcli.forms`)."""
_UNKNOWN = pattern(r"no attribute '(.*)'|'(.*)' is undefined")
_TAG = pattern(r"<(?=/?[A-Za-z!])")
_KEPT = pattern(r"[ \t\r\n\f]{2,}|^ | $|[\t\r\n\f]")
_BREAKS = pattern(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_SPECIAL = pattern(r"([\\`*_\[\]<>|~&])")
_OPENS = pattern(r"^(\s*(?=[#+=-])|\s*\d+(?=[.)](?:\s|$)))")


def escaped(text: str) -> str:
    """Text of a record as Markdown shows it letter by letter, on one line."""
    line = _SPECIAL.sub(r"\\\1", _BREAKS.sub(" ", text))
    opens = _OPENS.match(line)
    return f"{opens[1]}\\{line[opens.end(1) :]}" if opens else line


def safe(text: str) -> str:
    """Text that needs no escaping: it comes from the program, or has been escaped."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 (that is its meaning)


def markdown(text: str) -> str:
    """Record text for a Markdown page."""
    return safe(escaped(text))


def exact(text: str) -> str:
    """Record text for a form: HTML of which every blank and every line end counts."""
    from markupsafe import escape

    return safe(_KEPT.sub(lambda found: "".join(f"&#{ord(one)};" for one in found[0]), str(escape(str(text)))))


def built_in() -> Path:
    """The folder of the program's own templates: packed into the wheel, or at the top of a checkout."""
    packed = Path(__file__).parent / "_templates"
    return packed if packed.is_dir() else Path(__file__).parent.parent / "templates"


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
                return _joined(environment.get_template(name).generate(**context))
        except Exception as error:
            file, line = blamed(error)
            if not file and desks and (desks / name).is_file():
                file = str(desks / name)
            if desks is None or not file.startswith(str(desks)):
                raise
            raise Refused([fault(file, line, error)]) from error

    return printed


class TooMuch(Exception):
    """A template that would never end, with the text that says so."""


def _joined(parts: Iterable[str]) -> str:
    """What a template writes. Raises TooMuch past 64 million characters."""
    found, size = [], 0
    for part in parts:
        found.append(part)
        size += len(part)
        if size > LARGEST:
            raise TooMuch(t("it writes more than {count} million characters", count=LARGEST // 1_000_000))
    return "".join(found)


@contextmanager
def bounded() -> Iterator[None]:
    """So many seconds of the processor, and so much memory where the system says how much is in use, for a desk's own
    template, which anybody may have written. Raises TooMuch, MemoryError."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(*_: object) -> None:
        raise TooMuch(t("it takes more than {seconds} seconds", seconds=SECONDS))

    before = signal.signal(signal.SIGVTALRM, late)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        if (room := _memory() + MEMORY) > MEMORY and (limits[0] == resource.RLIM_INFINITY or limits[0] > room):
            resource.setrlimit(resource.RLIMIT_AS, (room, limits[1]))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _memory() -> int:
    """The bytes of address space in use; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (OSError, ValueError):
        return 0


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


def shown(value: Any, translate: Translate, escape: Callable[[str], str]) -> Any:
    """A value on paper: nothing as a dash, texts and labels in the reader's language, record text escaped."""
    if value is None:
        return NOTHING
    if isinstance(value, Text | Listing | Label):
        value = render_text(value, translate)
    return escape(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def label_of(code: str | None, kind: str) -> Label | str | None:
    """Filter ``label(kind)``: the label of a code in a closed list, of a figure or a rule; anything else stays as it is."""
    from itilcli.figures.rules import RULES
    from itilcli.figures.titles import TITLES

    if kind == "figure":
        return TITLES.get(str(code), code)
    if kind == "rule":
        return RULES.get(str(code), code)
    for codes in (getattr(code_lists, kind.upper(), None), BESIDE):
        if isinstance(codes, Codes) and code in codes:
            return codes.label(str(code))
    return code


def percent(rate: Mapping[str, Any], sign: bool = False) -> str:
    """Filter ``percent``: a rate to one decimal, rounded half up from its two numbers, which stand behind it."""
    numerator, denominator = rate["numerator"], rate["denominator"]
    if denominator is None:
        return NOTHING
    if rate["value"] is None:
        return f"{NOTHING} ({numerator}/{denominator})"
    thousandths = (abs(numerator) * 2000 + denominator) // (2 * denominator)
    before = "−" if numerator < 0 else "+" if sign and numerator > 0 else ""
    return safe(f"{before}{thousandths // 10}.{thousandths % 10}% ({numerator}/{denominator})")


def hours(minutes: float | None) -> str:
    """Filter ``hours``: minutes as hours to one decimal."""
    return number(None if minutes is None else minutes / 60, 1)


def number(value: float | None, digits: int = 2) -> str:
    """Filter ``number``: a number to so many decimals."""
    return NOTHING if value is None else safe(f"{value:.{digits}f}")
