"""The disk: what lies there can be written, by the right people, with room left; and the index that is kept on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from itilcli.actions.doctor.finding import Finding, fault, fine, warning
from itilcli.actions.doctor.patient import Patient
from itilcli.text import t
from itilcli.values import pattern

LITTLE, NEXT_TO_NOTHING = 500 << 20, 50 << 20
NETWORK = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "glusterfs",
        "fuse.sshfs",
        "fuse.s3fs",
        "davfs",
        "fuse.davfs2",
        "vboxsf",
        "drvfs",
    }
)
"""Kinds of file systems of which others may write at the same time, and on which locks and SQLite are not to be relied on."""
_MOUNT = pattern(r"^\S+ \S+ \S+ \S+ (\S+) .*? - (\S+) ", 8)
_GROUP = ("group", "true", "1", "all", "world", "everybody", "2", "3")
_OWN, _GROUP_BITS, _OTHERS_WRITE = 0o700, 0o070, 0o002


def space(patient: Patient) -> Iterator[Finding]:
    """Whether the disk takes more files."""
    assert patient.root
    held = os.statvfs(patient.root)
    free = held.f_bavail * held.f_frsize
    shown = f"{free / (1 << 30):.1f} GB"
    if held.f_flag & os.ST_RDONLY:
        yield fault(
            t("the disk is mounted read-only: it can be read, and nothing recorded"),
            hint=t("mount it for writing, or work in a clone elsewhere"),
        )
    elif free < LITTLE:
        said = t("the disk is almost full: {size} left", size=f"{free / (1 << 20):.0f} MB")
        yield (fault if free < NEXT_TO_NOTHING else warning)(
            said, hint=t("make room, or move the desk to a larger disk")
        )
    elif held.f_files and not held.f_favail:
        yield fault(t("the disk takes no more files, although there is room"), hint=t("make room by deleting files"))
    else:
        yield fine(t("{size} left", size=shown))


def kind(patient: Patient) -> Iterator[Finding]:
    """Whether the disk is this machine's own, and tells upper case from lower."""
    assert patient.root
    place = patient.health.place
    system = _kind_of(place.common_dir if place else patient.root)
    if system in NETWORK:
        said = t(
            "the desk lies on a network disk ({kind}): locks and the index are not to be relied on there", kind=system
        )
        yield warning(said, hint=t("clone it to a disk of this machine and share it with itil sync"))
    else:
        yield fine(t("a disk of this machine ({kind})", kind=system or "?"))
    if (patient.root / "DESK.YAML").exists():
        said = t(
            "the disk does not tell upper case from lower: two files whose names differ in that alone are one here"
        )
        yield warning(said, hint=t("IDs are safe from that; give attachments names that differ otherwise too"))


def rights(patient: Patient) -> Iterator[Finding]:
    """Whether what is written can be read by who shares the folder, and by nobody else."""
    mask = os.umask(0o077)
    os.umask(mask)
    shared = patient.health.config.get("core.sharedrepository", "").lower() in _GROUP
    if mask & _OWN:
        yield fault(t("the umask {mask} keeps new files from yourself", mask=f"{mask:03o}"), "umask 022")
    elif shared and mask & _GROUP_BITS & 0o050:
        said = t(
            "the repository is shared with a group, and the umask {mask} keeps new files from it", mask=f"{mask:03o}"
        )
        yield warning(said, "umask 007")
    elif not mask & _OTHERS_WRITE:
        said = t("the umask {mask} lets everybody change new files", mask=f"{mask:03o}")
        yield warning(said, "umask 022", hint=t("for good in the start file of your shell"))
    else:
        yield fine(t("umask {mask}", mask=f"{mask:03o}"))


def index(patient: Patient) -> Iterator[Finding]:
    """Whether what was read of the files is kept, and can be believed."""
    from itilcli.index.file import NAME, glimpse

    assert patient.journal
    path = patient.journal.common_dir / NAME
    if patient.environ.get("ITIL_NO_INDEX"):
        yield warning(t("ITIL_NO_INDEX is set: every command reads all files"), "unset ITIL_NO_INDEX")
        return
    if not os.access(path.parent, os.W_OK):
        yield warning(
            t("the index cannot be kept: {path} cannot be written", path=path.parent),
            hint=t("until then it is made in memory by each command"),
        )
        return
    found = glimpse(path)
    said = {"path": path, "size": f"{found.size / (1 << 20):.1f} MB", "sqlite": found.sqlite}
    if found.state == "absent":
        yield fine(
            t("none yet: the next command that looks at all cases makes it (SQLite {sqlite})", sqlite=found.sqlite)
        )
    elif found.state == "sound":
        yield fine(t("{path}, {size}, SQLite {sqlite}", **said))
    elif found.state == "older":
        yield fine(t("{path} is of another version of itil: the next command makes it anew (SQLite {sqlite})", **said))
    else:
        yield warning(
            t("{path} is damaged, or somebody else has written into it: the next command makes it anew", path=path),
            "itil list",
        )


def _kind_of(path: Path) -> str:
    """The kind of file system that a path lies on; empty where the system does not tell."""
    try:
        text = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    except OSError:
        return ""
    real = os.path.realpath(path)
    found = [
        (point, system)
        for point, system in _MOUNT.findall(text)
        if real == point or real.startswith(point.rstrip("/") + "/")
    ]
    return max(found, key=lambda row: len(row[0]), default=("", ""))[1]
