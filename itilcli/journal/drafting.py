"""A commit that is made on no branch, so that it can be shared before it is there. Part of the journal's room."""

from __future__ import annotations

import contextlib
import os

from itilcli.errors import Refused
from itilcli.journal.running import Git, failure
from itilcli.journal.ways import Order


def drafted(git: Git, order: Order, sign: bool) -> str:
    """The commit of an order, on no branch; neither the index nor any file of the work tree is touched.

    :raises Refused: what git refuses, E-desk-signing among it.
    """
    index = {"GIT_INDEX_FILE": str(git.place.git_dir / "itil-draft-index")}
    try:
        git.run("read-tree", order.head or "--empty", extra=index)
        rows = []
        for change in order.changes:
            blob = git.run("hash-object", "-w", "--stdin", stdin=change.after or b"").decode().strip()
            rows.append(f"100644 {blob}\t{git.place.prefix}{change.path}\0")
        git.run("update-index", "--add", "-z", "--index-info", stdin="".join(rows), extra=index)
        tree = git.run("write-tree", extra=index).decode().strip()
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(index["GIT_INDEX_FILE"])  # noqa: PTH108
    parents = [word for one in (order.head, *order.others) if one for word in ("-p", one)]
    command = ["commit-tree", *(["-S"] if sign else []), *parents, tree]
    done = git.attempt(
        "-c", "i18n.commitEncoding=UTF-8", *command, stdin=order.message, extra=order.variables(), limit=None
    )
    if done.returncode:
        raise Refused([failure(done.stderr)])
    return done.stdout.decode().strip()
