"""The user's own editor: a text goes out to it and comes back. Any command that edits a text uses this."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from itilcli.errors import Kind, Problem, Refused, reason_of
from itilcli.text import Text, t

DEFAULT = "vi"
"""The editor where neither VISUAL nor EDITOR names one."""


def edit_text(text: str, suffix: str = ".yaml") -> str | None:
    """``text`` as the user leaves it in the editor, with LF line ends; None where it was left as it is.

    :param suffix: how the name of the file ends, by which editors choose their colours and indentation.
    :raises Refused: where the editor cannot be started or fails (``E-cli-editor``), or what it left is no UTF-8 text.
    """
    import tempfile

    from itilcli.store import yaml

    command = editor()
    with tempfile.TemporaryDirectory(prefix="itil-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / f"itil{suffix}"
        path.write_text(text, encoding="utf-8")
        _run([*command, str(path)])
        try:
            left = path.read_bytes()
        except OSError as error:
            raise _failed(command[0], t("it left no file: {reason}", reason=reason_of(error))) from None
    edited = yaml.decode(left, path.name)
    return None if edited == (text if text.endswith("\n") else text + "\n") else edited


def editor() -> list[str]:
    """The words of the editor's command: VISUAL, else EDITOR, else vi; no shell reads them.

    :raises Refused: where they cannot be told apart (``E-cli-editor``).
    """
    import shlex

    said = os.environ.get("VISUAL", "").strip() or os.environ.get("EDITOR", "").strip() or DEFAULT
    try:
        return shlex.split(said)
    except ValueError as error:
        raise _failed(said, t("its quotation marks do not match")) from error


def _run(command: list[str]) -> None:
    import subprocess

    # An editor that draws on standard output must not spoil the document that is expected there.
    output = None if sys.stdout.isatty() else 2
    try:
        with _interrupts_left_to_the_editor():
            code = subprocess.run(command, stdout=output, check=False).returncode
    except (OSError, ValueError) as error:
        raise _failed(command[0], t("it cannot be started: {reason}", reason=reason_of(error))) from None
    if code:
        raise _failed(command[0], t("it ended with {code}", code=code))


@contextmanager
def _interrupts_left_to_the_editor() -> Iterator[None]:
    """Ctrl-C is the editor's business while it runs; a handler, unlike SIG_IGN, is not handed down to it."""
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _failed(name: str, why: Text) -> Refused:
    message = t("the editor {name} failed: {why}", name=name, why=why)
    hint = t("name another one: export EDITOR=nano")
    return Refused([Problem("E-cli-editor", message, hint, where="EDITOR", kind=Kind.MISSING)])
