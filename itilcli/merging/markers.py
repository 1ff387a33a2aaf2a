"""Git's conflict markers in a file: the two versions that it was made of. Pure."""

from __future__ import annotations

OURS, BASE, BETWEEN, THEIRS = b"<<<<<<< ", b"||||||| ", b"=======", b">>>>>>> "


def is_marked(data: bytes) -> bool:
    """Whether conflict markers stand in a file."""
    return (data.startswith(OURS) or b"\n" + OURS in data) and b"\n" + THEIRS in data


def sides(data: bytes) -> tuple[bytes, bytes]:
    """Our version and theirs of a file with markers."""
    made: tuple[list[bytes], list[bytes]] = ([], [])
    wanted: tuple[list[bytes], ...] = made
    for line in data.splitlines(keepends=True):
        if line.startswith(OURS):
            wanted = made[:1]
        elif line.startswith(BASE) and len(wanted) == 1:
            wanted = ()
        elif line.rstrip() == BETWEEN and len(wanted) < len(made):
            wanted = made[1:]
        elif line.startswith(THEIRS):
            wanted = made
        else:
            for one in wanted:
                one.append(line)
    return b"".join(made[0]), b"".join(made[1])
