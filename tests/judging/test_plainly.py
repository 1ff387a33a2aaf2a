"""Whatever a history holds, what is taken over from version to version and shared out says of it what judging plainly says.

Plainly: each file read from its first line to its last, each case made and replayed whole, every rule asked, one process.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "tampering"))
from insider import OPEN, VISITED, story

from itilcli.actions.proving import walk as proving
from itilcli.actions.proving.shelf import Shelf
from itilcli.errors import Problem
from itilcli.journal.running import find
from itilcli.journal.walked import Walk
from itilcli.judging import breaches
from itilcli.judging.deed import Held, Verdict
from itilcli.judging.judge import Judge
from itilcli.judging.terms import Terms
from itilcli.judging.version import Version, version_of
from itilcli.procedure.checks import check_case
from itilcli.procedure.clause import World

Files = dict[str, bytes]
BEGUN = 1795485600  # 2026-11-24T10:00:00+08:00
PEOPLE = ("zhang@example.com", "chen@example.com", "nobody@example.com")


def step(action: str, by: str) -> Callable[[bytes, int], bytes]:
    """A step typed at the end of a history."""

    def typed(text: bytes, number: int) -> bytes:
        at = f"2026-11-24T10:{number:02}:00+08:00"
        entry = f'  - id: "ZZZZ{number:04}"\n    at: "{at}"\n    recorded_at: "{at}"\n    by: "{by}"\n    recorded_by: "{by}"\n'
        lines = f'{entry}    action: "{action}"\n    clause: "5"\n'.encode()
        head, mark, tail = text.partition(b"\nhistory:\n")
        own, after = (tail, b"") if b"\n" not in tail else _items(tail)
        return head + mark + own + lines + after

    return typed


def _items(tail: bytes) -> tuple[bytes, bytes]:
    lines = tail.splitlines(keepends=True)
    own = next((place for place, line in enumerate(lines) if not line.startswith(b" ")), len(lines))
    return b"".join(lines[:own]), b"".join(lines[own:])


TYPED: dict[str, Callable[[bytes, int], bytes]] = {
    "note": step("note", "张三"),
    "of another": step("note", "陈一"),
    "no such step": step("dance", "张三"),
    "closed": step("close", "张三"),
    "text": lambda text, number: text.replace(b'symptom: "', f'symptom: "{number} '.encode()),
    "stage": lambda text, number: text.replace(b'\nstage: "', b'\nstage: "x', 1),
    "unknown": lambda text, number: text + b"strange: 1\n",
    "twice": lambda text, number: text + b"".join(text.splitlines(keepends=True)[:1]),
    "comment": lambda text, number: b"# %d\n" % number + text,
    "within": lambda text, number: text.replace(b"\nhistory:\n", b"\n# %d\nhistory:\n" % number),
    "ends": lambda text, number: text.replace(b"\n", b"\r\n"),
    "broken": lambda text, number: text.replace(b'"', b"", 1),
    "markers": lambda text, number: b"<<<<<<< a\n" + text + b">>>>>>> b\n",
    "step gone": lambda text, number: text[: text.rfind(b"\n  - ") + 1],
    "order": lambda text, number: b"".join(sorted(text.splitlines(keepends=True)[:3])) + text.split(b"\n", 3)[-1],
    "control": lambda text, number: text.replace(b'"', b'"\x07', 1),
    "latin": lambda text, number: text.replace(b'"', b'"\xe4', 1),
    "emptied": lambda text, number: b"",
}
MILD = ("note", "text", "stage", "unknown", "comment", "within", "back")
"""What leaves a file that can be read."""
FILES = ("incident", "incident", "form", "visited", "people", "paper")
DEEDS = st.tuples(
    st.sampled_from(FILES),
    st.sampled_from([*MILD * 4, *TYPED, "deleted"]),
    st.sampled_from([*PEOPLE[:1] * 4, *PEOPLE]),
)


class Plain(Judge):
    """Knows nothing of the version before."""

    def _version(self, place: str, parts: Mapping[str, Held], before: Version | None = None) -> Version | None:
        return version_of(place, parts, self._look.read)


def every_rule(version: Version, world: World) -> list[Problem]:
    """All of them, whatever is known."""
    return check_case(version.case, world)


@pytest.fixture(scope="module")
def desk() -> Any:
    """A desk with a story, some of whose files are then changed."""
    top = Path(tempfile.mkdtemp())
    shutil.copytree(story()[0] / "desk", top / "desk", symlinks=True)
    root, ids = top / "desk", story()[1]
    git = ["git", "-C", str(root)]
    names = subprocess.run([*git, "ls-files", "-z"], check=True, capture_output=True).stdout.decode().split("\0")
    ends = {"incident": f"{ids[OPEN]}.incident.yaml", "form": f"{ids[OPEN]}.remote-1.yaml",
            "visited": f"{ids[VISITED]}.incident.yaml", "people": "people.yaml", "paper": f"{ids[VISITED]}.files/签字单.pdf"}  # fmt: skip
    files = {which: next(name for name in names if name.endswith(end)) for which, end in ends.items()}
    yield root, files, {name: (root / name).read_bytes() for name in files.values()}
    shutil.rmtree(top)


def worked(root: Path, names: Mapping[str, str], begun: Files, deeds: list[tuple[str, str, str]]) -> None:
    """These deeds on a branch of their own, a commit each."""
    said: list[bytes] = []
    past, now = [dict(begun)], dict(begun)
    for number, (which, what, who) in enumerate(deeds):
        path = names[which]
        if what == "back":
            now = dict(past[-2] if len(past) > 1 else begun)
        elif what == "deleted":
            now.pop(path, None)
        else:
            now[path] = TYPED[what](now.get(path, begun[path]), number)
        at = BEGUN + 60 * number
        said.append(
            b"commit refs/heads/tried\n" + f"author x <{who}> {at} +0800\ncommitter x <{who}> {at} +0800\n".encode()
        )
        said.append(b"data 1\nx\n" + (b"from refs/heads/main^0\n" if not number else b""))
        for name in begun:
            text = now.get(name)
            row = (
                b"D %s\n" % name.encode()
                if text is None
                else b"M 100644 inline %s\ndata %d\n%s\n" % (name.encode(), len(text), text)
            )
            said.append(row)
        past.append(dict(now))
    subprocess.run(["git", "-C", str(root), "fast-import", "--quiet", "--force"], input=b"".join(said), check=True)


def said_of(root: Path, workers: int, together: int) -> list[Verdict]:
    """What is said of each commit."""
    walk = Walk(find(root))
    span = tuple(walk.run("rev-parse", "refs/heads/tried", "^refs/heads/main").decode().split())
    batches = walk.stream(*span, together=together)
    some = proving.stretch(walk, span, next(batches, []), batches, together=together)
    return [*proving.judged(walk, some, Terms(None), workers)]


@settings(
    max_examples=16,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(deeds=st.lists(DEEDS, min_size=4, max_size=14))
def test_quickly_as_plainly(desk: Any, deeds: list[tuple[str, str, str]]) -> None:
    """The same verdict on each commit, by stretches and processes as well."""
    root, names, begun = desk
    worked(root, names, begun, deeds)
    for mended in (True, False):  # what is put right in a later stretch than the next one is not found to be so
        with pytest.MonkeyPatch.context() as patch:
            if not mended:
                patch.setattr(proving, "_mended", lambda rows, judge: [verdict for _, verdict in rows])
            with patch.context() as plainly:
                plainly.setattr(proving, "Judge", Plain)
                plainly.setattr(breaches, "_breaches", every_rule)
                plainly.setattr(Shelf, "ahead", lambda *_: lambda: None)
                wanted = said_of(root, 1, 4000)
            assert len(wanted) == len(deeds)
            patch.setattr(proving, "ALONE", 1)
            for workers, together in ((1, 4000), (2, 4000)) if mended else ((2, 3),):
                assert said_of(root, workers, together) == wanted
