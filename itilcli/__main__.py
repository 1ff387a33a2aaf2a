"""``python -m itilcli``."""

from itilcli.cli import program

program()
