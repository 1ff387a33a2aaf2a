"""The command line: a table of commands, thin functions behind it, and one place that shows what went wrong."""

import gc
import os
import sys
from typing import NoReturn


def program() -> NoReturn:
    """The program ``itil``."""
    leave(main())


def main() -> int:
    """Does what the command line asks for; the exit code."""
    # a command makes much and drops little: looking for cycles would be a tenth of a short one
    gc.set_threshold(50_000)
    try:
        from itilcli.cli.seldom import put_off

        put_off()
        from itilcli.cli.app import run
        from itilcli.cli.commands import COMMANDS

        return run(COMMANDS)
    except KeyboardInterrupt:
        return 130


def leave(code: int) -> NoReturn:
    """Ends the process, all it had to say being said, without taking its some three hundred modules apart first."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # closed, or its reader left: run() has seen to the exit code
            continue
    os._exit(code)
