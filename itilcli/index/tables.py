"""The tables of the index; the views of them that people may ask are in ``sql``."""

from __future__ import annotations

from itilcli import __version__
from itilcli.index.glances import COLUMNS

LAYOUT = 6
"""Raised whenever a table changes."""


def _version() -> int:
    """The number of the file's format: its tables, the columns of a glance, the program's own version."""
    import zlib

    return zlib.crc32(repr((LAYOUT, __version__, COLUMNS)).encode()) & 0x7FFFFFFF


VERSION = _version()
SCHEMA = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
    # one row a work tree: where it lies, the commit that git compares with, git's own index when its flags were
    # looked at, and the digest of all content
    "CREATE TABLE trees (tree INTEGER PRIMARY KEY, root TEXT NOT NULL UNIQUE, base TEXT, flags TEXT, digest TEXT NOT NULL)",
    "CREATE TABLE folders (tree INTEGER, path TEXT, mtime_ns INTEGER, ctime_ns INTEGER, inode INTEGER,"
    " PRIMARY KEY (tree, path)) WITHOUT ROWID",
    # loose: not vouched for by git, to be looked at each time
    "CREATE TABLE files (tree INTEGER, folder TEXT, name TEXT, kind TEXT, size INTEGER, mtime_ns INTEGER,"
    " ctime_ns INTEGER, inode INTEGER, hash TEXT, loose INTEGER, PRIMARY KEY (tree, folder, name)) WITHOUT ROWID",
    "CREATE INDEX files_loose ON files (tree, folder, name) WHERE loose",
    "CREATE TABLE cases (tree INTEGER, folder TEXT, name TEXT, key TEXT, unread TEXT,"
    f" {', '.join(f'{name} {kind}' for name, kind in COLUMNS)}, PRIMARY KEY (tree, folder, name)) WITHOUT ROWID",
    "CREATE INDEX cases_code ON cases (tree, substr(name, 14))",
    "CREATE INDEX cases_reported ON cases (tree, imported, as_written, reported_at)",
    "CREATE INDEX cases_closed ON cases (tree, closed_at, folder) WHERE closed_at IS NOT NULL",
    "CREATE INDEX cases_unread ON cases (tree, folder, name, unread) WHERE unread IS NOT NULL",
    "CREATE INDEX cases_id ON cases (id)",  # for those who join tables with SQL
    "CREATE INDEX cases_parent ON cases (tree, parent, folder, name) WHERE parent IS NOT NULL",
    "CREATE INDEX cases_merged ON cases (tree, merged_into, folder, name) WHERE merged_into IS NOT NULL",
    "CREATE INDEX cases_open ON cases (tree, folder, name) WHERE status = 'open'",
    # what was made of a case before: of which kind, from which content (key) and surroundings (env), and from and until
    # when (seconds since 1970) it holds where the clock counts
    "CREATE TABLE memos (tree INTEGER, kind TEXT, folder TEXT, name TEXT, key TEXT, env TEXT, since INTEGER, until INTEGER,"
    " data TEXT, PRIMARY KEY (tree, kind, folder, name)) WITHOUT ROWID",
    "CREATE INDEX memos_timed ON memos (tree, kind, since, until) WHERE until IS NOT NULL",
    "CREATE INDEX memos_waiting ON memos (tree, folder, name) WHERE kind = 'waiting' AND data IS NOT NULL",
    # of which content all that is kept under a kind is known to hold, with its surroundings, from and until when
    "CREATE TABLE kinds (tree INTEGER, kind TEXT, digest TEXT, env TEXT, since INTEGER, until INTEGER,"
    " PRIMARY KEY (tree, kind)) WITHOUT ROWID",
    "CREATE TABLE answers (tree INTEGER, kind TEXT, key TEXT, data TEXT, PRIMARY KEY (tree, kind)) WITHOUT ROWID",
    # what the check found last, for those who ask with SQL
    "CREATE TABLE problems_found (tree INTEGER, path TEXT, line INTEGER, field TEXT, incident TEXT, level TEXT, code TEXT,"
    " clause TEXT, message TEXT, hint TEXT, person TEXT)",
    "CREATE INDEX problems_found_tree ON problems_found (tree)",
)
