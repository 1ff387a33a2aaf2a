"""What the index keeps of a check: exactly what the files say, whatever was done to them, and nothing where it cannot know."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import TestDesk
from worked_desk import CLOSED, OPEN, VISITED, edit, worked

from itilcli.actions.checking import Checked, answer, check, kept
from itilcli.actions.checking.examined import Examined
from itilcli.actions.checking.plain import built, dumped, of_problem, plain, problem_of
from itilcli.errors import Kind, Problem
from itilcli.text import Label, Listing, t

LATER = "2026-12-30T09:00:00+08:00"


@pytest.fixture
def made(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[TestDesk, dict[str, str]]:
    return worked(tmp_path, tmp_path_factory.getbasetemp())


def asked(desk: TestDesk, now: str = "", every: bool = False, index: bool = True) -> Checked:
    """A check of the whole desk, with what was kept or without."""
    environ = {**os.environ, "ITIL_NOW": now or desk.now or LATER} | ({} if index else {"ITIL_NO_INDEX": "1"})
    return check(desk.root, [], environ, lambda total: lambda: None, every, 1)


def same(desk: TestDesk, now: str = "") -> Checked:
    """Asserts that what is kept changes nothing of the answer, made anew and given again; that answer."""
    for every in (False, True):
        wanted = asked(desk, now, every, index=False)
        assert asked(desk, now, every) == wanted
        assert asked(desk, now, every) == wanted
    return wanted


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The IDs of the cases that are read, and a ``*`` for each time that an answer is made."""
    counted: list[str] = []
    row_of, examined = kept.row_of, answer.examined

    def row(desk: Any, world: Any, folder: str, case_id: str, stored: Any) -> str | None:
        counted.append(case_id[-4:])
        return row_of(desk, world, folder, case_id, stored)

    def whole(*given: Any) -> Any:
        counted.append("*")
        return examined(*given)

    with monkeypatch.context() as patched:
        patched.setattr(kept, "row_of", row)
        patched.setattr(answer, "examined", whole)
        yield counted


def test_every_value_of_a_message_comes_back_exactly() -> None:
    label = Label("tier2", "二线", "tier 2")
    message = t(
        "{a} {b} {c} {d} {e} {f} {g} {h}",
        a=Listing((label, "x", t("inner {n}", n=1))), b=date(2026, 11, 23), c=datetime(2026, 11, 23, 9, tzinfo=UTC),
        d=("x", ("y", None)), e=[1, 2.5], f=True, g=label, h="\ud800\0",
    )  # fmt: skip
    for problem in (
        Problem("E-5-x", message, t("do {x}", x=label), "5", "incident:a.0", Kind.MISSING, "张三", True),
        Problem("W-5-x", t("plain")),
        Problem("E-5-x", t("plain"), None, "5", softened=True),
    ):
        again = problem_of(plain_again(of_problem(problem)))
        assert repr(again) == repr(problem)
        assert again == problem
        assert str(again.message) == str(problem.message)
    assert dumped("\ud800").isascii()


def plain_again(data: Any) -> Any:
    import json

    return json.loads(dumped(data))


@pytest.mark.parametrize("value", [object(), {"a": 1}, b"x", {1}, Kind.RULE, Path("x"), 1 + 2j])
def test_a_value_of_another_type_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no message holds"):
        plain(t("{x}", x=value))
    assert built(plain("x")) == "x"


def test_only_what_changed_is_read_again(
    made: tuple[TestDesk, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, ids = made
    with counting(monkeypatch) as counted:
        asked(desk)
        assert {*ids.values(), "*"} == set(counted)
        counted.clear()
        asked(desk)
        assert counted == []  # nothing of any case is looked at
        edit(desk.file(ids[CLOSED]), "severity: ", "severity: very ")
        asked(desk)
        assert set(counted) == {ids[CLOSED], "*"}


def test_a_closed_case_outlasts_the_day_and_an_open_one_does_not(
    made: tuple[TestDesk, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, ids = made
    same(desk)
    with counting(monkeypatch) as counted:
        late = asked(desk, LATER)
        assert set(counted) >= {ids[OPEN], "*"}
        assert ids[CLOSED] not in counted or "W-5.14-late" in {one.problem.code for one in late.findings}
    assert same(desk, LATER) == late or same(desk, LATER).findings == asked(desk, LATER, True, False).findings
    same(desk, "2026-12-30T08:00:00+08:00")  # the clock set back within the day
    same(desk)


def damages(desk: TestDesk, ids: dict[str, str]) -> Iterator[Callable[[], object]]:
    """Hand edits and worse, one upon the other."""
    root, closed, visited, still = desk.root, desk.file(ids[CLOSED]), desk.file(ids[VISITED]), desk.file(ids[OPEN])
    folder = closed.parent
    attachments = folder / visited.name.replace(".incident.yaml", ".files")
    page = attachments / "sign.jpg"
    yield lambda: edit(closed, "severity: ", "severity: very ")
    yield lambda: edit(closed, "reported_at: ", "reported_at: not a time # ")
    yield lambda: still.write_bytes(still.read_bytes() + b"parent: INC-20200101-AAAA\nrelated: [x]\n")
    yield lambda: still.write_bytes(still.read_bytes() + b"knowledge:\n  ref: KB-7K3Q\n")
    yield lambda: (root / "knowledge").mkdir(exist_ok=True)
    yield lambda: (root / "knowledge" / "KB-7K3Q.md").write_text("---\nid: KB-7K3Q\n---\n")
    yield lambda: (root / "knowledge" / "KB-7K3Q.md").unlink()
    yield lambda: page.write_bytes(b"another page")
    yield lambda: (attachments / "more.txt").write_text("x")
    yield page.unlink
    yield lambda: edit(still, "channel: ", "imported: true\nchannel: ")
    yield lambda: edit(still, "phone: ", "telephone: ")
    yield lambda: shutil.copy(closed, folder / closed.name.replace("incident", "remote-9"))
    yield lambda: shutil.copy(closed, folder / closed.name.lower())
    yield lambda: (folder / "note.txt").write_text("x")
    yield lambda: closed.write_bytes(closed.read_bytes() + b"\nx: [\n")
    yield lambda: closed.write_bytes(b"\xff\xfe")
    yield closed.unlink
    yield lambda: (folder / closed.name.replace("incident", "remote-8")).symlink_to(still)
    yield lambda: (folder / closed.name.replace("incident", "remote-8")).unlink()
    yield lambda: (root / "people.yaml").write_text((root / "people.yaml").read_text().replace("李四", "李五", 1))
    yield lambda: (root / "desk.yaml").write_text((root / "desk.yaml").read_text() + "recurrence_count: 2\n")
    yield lambda: shutil.copytree(folder, folder.parent / "31", symlinks=True)
    yield lambda: edit(next((root / "records" / "serials").glob("*.yaml")), ": ", ": 9")
    yield lambda: (root / "templates" / "x").mkdir(parents=True)
    yield lambda: (root / "templates" / "x" / "mine.j2").write_text("x")
    yield lambda: (root / "calendar").mkdir(exist_ok=True)
    yield lambda: (root / "calendar" / "2026.yaml").write_text("year: 2025\n")


def test_every_damage_is_told_alike_with_what_is_kept(made: tuple[TestDesk, dict[str, str]]) -> None:
    desk, ids = made
    told = {repr(same(desk).findings)}
    for damage in damages(desk, ids):
        damage()
        told.add(repr(same(desk).findings))
    assert len(told) > 20
    index = Examined(desk.root, {**os.environ, "ITIL_NOW": LATER}).index
    assert index is not None
    now = int(datetime.fromisoformat(LATER).timestamp())
    held = index.kept(kept.checked_kind(Examined(desk.root, {**os.environ, "ITIL_NOW": LATER})), now)
    rows = list(kept.rows_of(held))
    assert {row[5] for row in rows} >= {"E-5-no-case", "E-5-attachment-missing"}
    assert all(row[2].startswith(row[0]) and isinstance(row[8], str) for row in rows)
    index.close()


def test_what_the_index_does_not_see_is_never_kept(made: tuple[TestDesk, dict[str, str]], tmp_path: Path) -> None:
    desk, ids = made
    case = desk.file(ids[OPEN])
    folder = case.with_name(case.name.replace(".incident.yaml", ".files"))
    folder.mkdir()
    (folder / ".hidden").write_text("x")
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    case.write_text(f"{case.read_text()}attachments:\n- id: AAAAAAAA\n  file: .hidden\n  sha256: {digest}\n")
    before = same(desk)
    (folder / ".hidden").write_text("y")
    assert same(desk) != before
    shutil.rmtree(folder)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.txt").write_text("x")
    folder.symlink_to(tmp_path / "elsewhere")
    edit(case, "file: .hidden", "file: a.txt")
    before = same(desk)
    (tmp_path / "elsewhere" / "a.txt").write_text("y")
    assert same(desk) != before


def test_random_hand_edits_are_told_alike(made: tuple[TestDesk, dict[str, str]]) -> None:
    desk, _ = made
    chance = random.Random(5)
    files = sorted(desk.root.glob("records/*/*/*/*.yaml"))
    for _ in range(12):
        file = chance.choice(files)
        lines = file.read_text(encoding="utf-8").split("\n")
        place = chance.randrange(len(lines))
        lines[place : place + 1] = chance.choice([[], [lines[place]] * 2, [lines[place].replace("2026", "2025")]])
        file.write_text("\n".join(lines), encoding="utf-8")
        same(desk)
