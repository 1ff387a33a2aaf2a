"""The command line: a table of commands, thin functions behind it, and one place that shows what went wrong."""

import gc


def main() -> int:
    """The program ``itil``; returns its exit code."""
    gc.set_threshold(
        50_000
    )  # a command makes much and drops little: looking for cycles would be a tenth of a short one
    try:
        from itilcli.cli.seldom import put_off

        put_off()
        from itilcli.cli.app import run
        from itilcli.cli.commands import COMMANDS

        return run(COMMANDS)
    except KeyboardInterrupt:
        return 130
    finally:
        gc.freeze()  # nor is there anything to be found when all ends
