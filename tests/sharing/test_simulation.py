"""The proof of sync: random verbs in 2 to 8 clones, offline spells, syncs in any order and killed in their midst; in the end
every clone holds the same bytes, the check finds named conflicts at the most, and every step that was accepted stands once."""

from __future__ import annotations

import hashlib
import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import CALLER, FAULT, TestDesk
from team import DISPATCH, Team, killed, steps

RUNS = int(os.environ.get("ITIL_SYNC_RUNS", "5"))
FIRST = int(os.environ.get("ITIL_SYNC_SEED", "1"))
DEEDS = 40
STEPS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "classify": ("logged classified tier1", ("--severity", "medium", "--not-major", "--reason", "影响全院"), "张三"),
    "classify ": ("logged classified tier1", ("--severity", "low", "--reason", "影响变小"), "陈一"),
    "respond": ("logged classified tier1", ("-k", "none", "--guidance", "重新插拔读卡器"), "陈一"),
    "remote": ("tier1 tier2", ("--consent-by", "张三丰", "--tool", "向日葵", "--actions", "查看日志"), "李四"),
    "escalate": ("classified tier1", ("--to", "tier2", "--reason", "unresolved", "--tried", "重装无效"), "张三"),
    "return": ("tier2", ("--reason", "已定位为现场接线"), "李四"),
    "assign": ("tier1 tier2", ("--to", "李四", "--reason", "换班"), "张三"),
    "hold": ("tier1 tier2", ("--on", "customer", "--until", "3wd", "--reason", "等客户"), "张三"),
    "resume": ("tier1 tier2", (), "陈一"),
    "agree": ("tier1 tier2", ("--until", "3wd", "--with", "张三丰", "--reason", "等备件"), "张三"),
    "dispatch": ("tier1 tier2", (*DISPATCH, "--engineer", "李四"), "张三"),
    "approve": ("dispatch_pending", ("--comment", "同意"), "赵总"),
    "reject": ("dispatch_pending", ("--reason", "可远程"), "赵总"),
    "withdraw": ("dispatch_pending dispatched", ("--reason", "客户已自行恢复"), "张三"),
    "visit plan": ("dispatched", ("--appointment", "11-24 10:00", "--ready", "--cooperation", "准备机房"), "李四"),
    "visit start": ("dispatched", (), "李四"),
    "visit finish": ("onsite", ("--solved", "--diagnosis", "比对", "--cause", "松动", "--solution", "换", "--signed-by", "张三"), "李四"),
    "resolve": ("tier1 tier2", ("--solution", "更新驱动后正常", "--backup-waived", "只读操作"), "张三"),
    "confirm": ("resolved", ("--confirmed-by", "张三丰", "--method", "phone", "--rest", "none"), "陈一"),
    "archive": ("confirmed", (), "张三"),
    "close": ("resolved confirmed archived", ("--confirmed-by", "张三丰", "--rest", "none"), "张三"),
    "reopen": ("resolved closed", ("--reason", "故障重现"), "陈一"),
    "void": ("logged classified tier1 tier2", ("--reason", "误报"), "张三"),
    "follow-up": ("closed", ("--result", "reached", "--satisfaction", "4", "--solved"), "陈一"),
    "correct": ("classified tier1 tier2 resolved closed", ("phone=0571-88886667", "--reason", "问清后更正"), "张三"),
    "correct ": ("classified tier1 tier2 resolved closed", ("symptom=读卡器不亮", "--reason", "问清后更正"), "张三"),
    "note": ("logged classified tier1 tier2 dispatched resolved", ("客户来电催办", "--from-customer"), "陈一"),
    "note ": ("logged classified tier1 tier2 dispatched resolved", ("已致电",), "李四"),
    "undo": ("logged classified tier1 tier2 resolved closed", (), "张三"),
}  # fmt: skip
"""A verb, the stages in which it makes sense, its answers, and whose it is."""


class World:
    """A team at work, by one seed."""

    def __init__(self, top: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.team = Team(top, self.random.randint(2, 3) if RUNS <= 5 else self.random.randint(2, 8))
        self.now = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
        self.accepted: set[tuple[str, str]] = set()
        self.deeds: list[str] = []

    def run(self, deeds: int) -> None:
        """So many deeds, then everybody comes together."""
        for _ in range(deeds):
            self.now += timedelta(minutes=self.random.randint(0, 3))
            desk = self.random.choice(self.team.clones)
            desk.now = self.now.isoformat()
            deed = self.random.choices(
                (self.step, self.call, self.apart, self.come_together, self.killed), (60, 14, 6, 16, 4)
            )[0]
            deed(desk)
        self.now += timedelta(minutes=5)
        for desk in (*self.team.clones, *self.team.clones):
            desk.now = self.now.isoformat()
            self.come_together(desk)

    def told(self, desk: TestDesk, *words: str, who: str = "张三") -> int:
        """One command, told of where something goes wrong in the end."""
        before = {(case, one) for case, ids in steps(desk).items() for one in ids}
        said = desk.itil(*words, who=who, code=None)
        assert said.code in (0, 1, 2, 3, 4, 5) and "E-cli-bug" not in said.err, (words, said)
        after = {(case, one) for case, ids in steps(desk).items() for one in ids}
        if words[0] not in ("sync", "rename"):
            self.accepted = (self.accepted | (after - before)) - (before - after)
        self.deeds.append(f"{desk.root.name} {said.code} {' '.join(words)} ({who}) {' '.join(said.err.split())[:600]}")
        return said.code

    def call(self, desk: TestDesk) -> None:
        """A call, of somebody known or not."""
        call = self.random.choice(
            (FAULT, (*CALLER, "-y", "说不清"), ("-o", "三院", "-c", "杨过", "-p", "0571-77775555", *FAULT[8:]))
        )
        more = self.random.choice(
            ((), ("-k", "none", "--solution", "重启", "--confirmed-by", "张三丰", "--rest", "none"))
        )
        words = ("--incomplete", "客户不在") if "说不清" in call else ("-s", "low", "-q", "一般", *more)
        self.told(desk, "new", *call, *words, who=self.random.choice(("张三", "陈一")))

    def step(self, desk: TestDesk) -> None:
        """A step on some case that may need it."""
        stages = {}
        for file in sorted(desk.root.glob("records/*/*/*/*.incident.yaml")):
            line = next((row for row in file.read_text("utf-8").splitlines() if row.startswith("stage: ")), "")
            stages[file.name.partition(".")[0]] = line.removeprefix("stage: ").strip('"')
        if not stages:
            return self.call(desk)
        case = self.random.choice(sorted(stages))
        fitting = [name for name, (wanted, _, _) in STEPS.items() if stages[case] in wanted.split()]
        name = self.random.choice(fitting or sorted(STEPS))
        conflict = "conflicts:" in next(desk.root.glob(f"records/*/*/*/{case}.incident.yaml")).read_text("utf-8")
        if conflict and self.random.random() < 0.6:
            self.told(desk, "settle", case, "--take", self.random.choice(("ours", "theirs")), "--reason", "核实")
            return None
        self.told(desk, *name.split(), case, *STEPS[name][1], who=STEPS[name][2])
        return None

    def apart(self, desk: TestDesk) -> None:
        """What is no case."""
        number = self.random.randint(0, 99)
        self.told(desk, *self.random.choice((
            ("customer", "add", "二院", "--contact", f"联系人{number}", "--phone", f"0571-1000{number:04}"),
            ("people", "add", f"新人{number}", "--email", f"new{number}@example.com", "--role", "tier1", "--approved-by", "周总"),
            ("kb", "new", "--title", "卡纸", "--symptom", "卡纸", "--cause", "滚轮磨损", "--solution", "更换滚轮"),
            ("action", "add", f"改进{number}", "--owner", "张三", "--due", "2026-12-31"),
        )))  # fmt: skip

    def come_together(self, desk: TestDesk) -> None:
        """A sync, with what it may ask for."""
        code = self.told(desk, "sync", "--take", self.random.choice(("ours", "theirs")))
        assert code == 0, self.story()

    def killed(self, desk: TestDesk) -> None:
        """A sync that is killed."""
        ended = killed(desk, self.random.uniform(0.05, 0.9))
        self.deeds.append(f"{desk.root.name} sync killed: {ended}")

    def story(self) -> str:
        """What was done."""
        return "\n".join(self.deeds)


def content(desk: TestDesk) -> str:
    """A digest of all files and their names."""
    made = hashlib.sha256()
    for file in sorted(path for path in desk.root.rglob("*") if path.is_file() and ".git" not in path.parts):
        made.update(file.relative_to(desk.root).as_posix().encode() + b"\0" + file.read_bytes())
    return made.hexdigest()


def holds(world: World) -> None:
    """What must be so when everybody has come together."""
    clones, story = world.team.clones, world.story()
    assert len({desk.git("rev-parse", "HEAD") for desk in clones}) == 1, story
    assert len({content(desk) for desk in clones}) == 1, story
    assert not clones[0].git("status", "--porcelain"), story
    checked = clones[0].itil("check", "--json", code=None).json
    assert {row["code"] for row in checked if row["level"] == "error"} <= {"E-5-conflict"}, f"{story}\n{checked}"
    audited = clones[0].itil("audit", "--json", code=None).json
    assert not audited["errors"], f"{story}\n{audited['findings']}"
    found = steps(clones[0])
    counted = Counter((case, one) for case, ids in found.items() for one in ids)
    assert not [one for one, count in counted.items() if count > 1], story
    ours = {one for one in counted if one in world.accepted}
    assert ours == world.accepted, f"{story}\nlost: {world.accepted - ours}"
    serials = [
        line.split('"')[1]
        for file in clones[0].root.glob("records/*/*/*/*.yaml")
        for line in file.read_text("utf-8").splitlines()
        if line.startswith("serial: ")
    ]
    assert len(serials) == len(set(serials)), story


def simulate(top: Path, seed: int, deeds: int = DEEDS) -> None:
    """One run."""
    top.mkdir()
    world = World(top, seed)
    world.run(deeds)
    holds(world)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + min(RUNS, 5)))
def test_everybody_ends_with_the_same_and_nothing_is_lost(tmp_path: Path, seed: int) -> None:
    simulate(tmp_path / str(seed), seed)


@pytest.mark.skipif(RUNS <= 5, reason="make soak runs it")
def test_soak(tmp_path: Path) -> None:
    import shutil

    tell: Callable[[str], None] = lambda text: print(text, flush=True)  # noqa: E731
    for seed in range(FIRST, FIRST + RUNS):
        tell(f"sync run {seed}")
        simulate(tmp_path / str(seed), seed, 60)
        shutil.rmtree(tmp_path / str(seed))
