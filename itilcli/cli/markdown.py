"""Markdown on a terminal, by rich; loaded for nothing else."""

from __future__ import annotations

from io import StringIO


def rendered(text: str, width: int) -> str:
    """The text with its headings, lists, tables and code as a terminal shows them; links keep their addresses.

    :param text: without control characters. :param width: in columns.
    """
    from rich.console import Console
    from rich.markdown import Markdown

    out = StringIO()
    console = Console(
        file=out, width=width, force_terminal=True, color_system="standard", highlight=False, legacy_windows=False
    )
    console.print(Markdown(text, hyperlinks=False))
    return out.getvalue().rstrip("\n")
