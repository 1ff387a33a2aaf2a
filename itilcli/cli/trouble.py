"""The one place that shows what went wrong: on standard error, for people or as one JSON object."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

from itilcli.cli.screen import Screen, document, safe
from itilcli.errors import Kind, Problem, Refused, reason_of
from itilcli.text import Text, Translate, render, t
from itilcli.values import pattern

BUG = 70
ENVIRONMENT = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO})
"""Errors of the system that no program can help."""
STEP = pattern(r"incident:history#(\d{1,5})")
"""A step by its number; the id of an entry is longer."""


def told(error: BaseException, words: Sequence[str], translate: Translate, screen: Screen, as_json: bool) -> int:
    """Show what ended the command, whatever it was; returns its exit code."""
    if isinstance(error, Refused):
        return show(error, translate, screen, as_json)
    if isinstance(error, KeyboardInterrupt):
        return interrupted(error, translate, screen, as_json)
    if isinstance(error, OSError) and error.errno in ENVIRONMENT:
        return environment(error, translate, screen, as_json)
    assert isinstance(error, Exception)
    return bug(error, words, translate, screen, as_json)


def show(refused: Refused, translate: Translate, screen: Screen, as_json: bool) -> int:
    """Show every problem of ``refused``; returns its exit code."""
    code = refused.exit_code
    if as_json:
        _document(refused.problems, _deciding(refused), translate)
    else:
        sys.stderr.write("\n".join(_lines(p, translate, screen) for p in refused.problems) + "\n")
    return code


def interrupted(stop: KeyboardInterrupt, translate: Translate, screen: Screen, as_json: bool) -> int:
    """The user pressed Ctrl-C, or the command was told to stop; the text that came with it says what that means."""
    from itilcli.cli.stopping import code_of

    text = next((one for one in stop.args if isinstance(one, Text)), t("Interrupted."))
    problem = Problem("E-cli-interrupted", text)
    if as_json:
        _document((), problem, translate)
    else:
        shown = screen.style(safe(render(text, translate)), "dim", sys.stderr)
        sys.stderr.write(screen.after_stop() + shown + "\n")
    return code_of(stop)


def bug(error: BaseException, words: Sequence[str], translate: Translate, screen: Screen, as_json: bool) -> int:
    """A bug of itil: one line that names the log file with the traceback; 70."""
    what = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}".rstrip(": ")
    path = _log(error, words)
    message = t("This is a bug in itil, and nobody's fault here: {what}.", what=what)
    hint = t("The details are in {path}; please send it to who looks after itil.", path=path) if path else None
    problem = Problem("E-cli-bug", message, hint, where=path)
    if as_json:
        _document((problem,), problem, translate)
    else:
        shown = " ".join(render(text, translate) for text in (message, hint) if text)
        label = screen.style(translate("bug:"), "red", sys.stderr)
        sys.stderr.write(f"{label} {safe(shown)}\n")
    return BUG


def environment(error: OSError, translate: Translate, screen: Screen, as_json: bool) -> int:
    """The system itself refused, a full or read-only disk for one: nobody's bug; the desk's exit code."""
    message = t("The system refused: {why}.", why=reason_of(error))
    hint = t("see to the disk and the rights of the file, then try again")
    problem = Problem("E-cli-system", message, hint, where=str(error.filename or ""), kind=Kind.DESK)
    return show(Refused([problem]), translate, screen, as_json)


def _deciding(refused: Refused) -> Problem:
    """The first problem of the kind that decided the exit code."""
    return next((p for p in refused.problems if int(p.kind) == refused.exit_code), refused.problems[0])


def _lines(problem: Problem, translate: Translate, screen: Screen) -> str:
    """What, then how to mend it, then where the rule stands."""
    warns = problem.level == "warning"
    label = screen.style(
        translate("warning:") if warns else translate("error:"), "yellow" if warns else "red", sys.stderr
    )
    lines = [f"{label} {_text(problem.message, translate)}"]
    if problem.hint:
        lines.append(f"  → {_text(problem.hint, translate)}")
    source = [f"§{problem.clause}" if problem.clause else "", safe(_where(problem.where, translate)), problem.code]
    lines.append("  " + screen.style(" · ".join(filter(None, source)), "dim", sys.stderr))
    return "\n".join(lines)


def _where(where: str, translate: Translate) -> str:
    """The place for people: a step of the history by the number that `itil log` shows."""
    found = STEP.fullmatch(where)
    return render(t("step {number}", number=found[1]), translate) if found else where


def _text(text: Text, translate: Translate) -> str:
    return safe(text.render(translate), lines=True).replace("\n", "\n    ")


def _document(problems: Sequence[Problem], deciding: Problem, translate: Translate) -> None:
    shown = [
        {
            "code": problem.code,
            "message": problem.message.render(translate),
            "hint": problem.hint.render(translate) if problem.hint else None,
            "clause": problem.clause or None,
            "where": problem.where or None,
        }
        for problem in problems
    ]
    error = {"code": deciding.code, "message": deciding.message.render(translate), "problems": shown}
    sys.stderr.write(document({"error": error}, sys.stderr) + "\n")


def _log(error: BaseException, words: Sequence[str]) -> str:
    """Write the traceback into a new file of the user's own; its path, or nothing where none could be written.

    The values of the command line stay out of it: they may be a customer's.
    """
    import platform
    import tempfile
    import traceback
    from pathlib import Path

    from itilcli import __version__

    flags = [word.partition("=")[0] if word.startswith("-") else "…" for word in words[1:]]
    head = f"itil {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    text = f"{head}itil {' '.join([*words[:1], *flags])}\n\n{''.join(traceback.format_exception(error))}"
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")  # noqa: PTH111
    for folder in (Path(state) / "itil", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, path = tempfile.mkstemp(prefix="itil-bug-", suffix=".log", dir=folder)
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
        except OSError:
            continue
        return path
    return ""
