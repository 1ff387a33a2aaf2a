"""What commands share that make a file, or read every case for one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from itilcli.cli.screen import Step, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.store.cases import all_ids
from itilcli.text import render, t


@contextmanager
def counting(invocation: Invocation, desk: Desk) -> Iterator[Step]:
    """Progress over the desk's cases."""
    screen = invocation.screen
    total = sum(1 for _ in all_ids(desk.root)) if screen.shows_progress else 0  # not counted for nobody
    with screen.progress(total, invocation.translate("reading cases")) as step:
        yield step


def put(invocation: Invocation, data: bytes, output: str | None) -> int:
    """The bytes in the file, whole or not at all; else on standard output, made safe where that is a terminal."""
    if output:
        from itilcli.store.files import write_atomically

        path = Path(output).absolute()
        if not path.parent.is_dir():
            message = t("{path} is not a folder", path=str(path.parent))
            hint = t("make it, or name another file")
            raise Refused([Problem("E-cli-output", message, hint, where="--output", kind=Kind.MISSING)])
        write_atomically(path, data)
        invocation.screen.note(render(t("written: {path}", path=safe(output)), invocation.translate))
    elif sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        sys.stdout.write(safe(text, lines=True))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    return 0
