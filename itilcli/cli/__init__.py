"""The command line: a table of commands, thin functions behind it, and one place that shows what went wrong."""


def main() -> int:
    """The program ``itil``; returns its exit code."""
    try:
        from itilcli.cli.app import run
        from itilcli.cli.commands import COMMANDS

        return run(COMMANDS)
    except KeyboardInterrupt:
        return 130
