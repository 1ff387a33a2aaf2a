"""What is typed for the ten commonest jobs of a service desk: here, and with three tools that are known to be brief.

``python benchmarks/keystrokes.py`` works our ten jobs in a fresh desk, through the real command line, looks whether each
case came to be what the job says, counts, and writes ``keystrokes.md`` beside this file. ``--check`` compares instead of
writing. ``--others`` runs the commands of Taskwarrior and Backlog.md too, where they are installed.

Counted are the characters (code points) of each command as it is typed, spaces, quotes and the program's name included,
without the Enter. A case is ``7K3Q`` here, ``12`` in Taskwarrior (which numbers its open tasks anew each time one ends; one
that has ended is known by eight characters of its UUID), ``1234`` in the other two.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_suffix(".md")
NOW = "2026-11-23T09:10:00+08:00"
CASE, DONE = "7K3Q", "77e1bf06"
NAMED = re.compile(r"\[([^|\]]*)\|?([^\]]*)\]")
"""``[named|bare]`` in a command: what is typed where each fact keeps its name, and where facts are run together."""
TOOLS = {"task": "Taskwarrior", "gh": "gh issue", "backlog": "Backlog.md"}
NONE_ZH = "[变更:无 问题:无 配置:无 知识:无|其余无]"
NONE_TW = "[ch:无 pb:无 ci:无 ar:无|其余无]"
CALLER_ZH = "[单位:]第一人民医院 [联系:]张三丰 [电话:]0571-88886666"
CALLER_TW = "[or:]第一人民医院 [ca:]张三丰 [ph:]0571-88886666"
TAGS, LABELS = "+故障 +终端 +低 +一般", "-l 故障,终端,低,一般"
SOLVED_ZH = f'{CALLER_ZH} [影响:]%s [期望:无|无期望]%s [用时:]7m [方案:]%s [确认:]张三丰 {NONE_ZH}"'
SOLVED_TW = f"{CALLER_TW} [bl:]%s [ex:无|无期望]%s [mi:]7m [fi:]%s [co:]张三丰 {NONE_TW} {TAGS}"
CARD = ("3号窗口无法结算", " [查阅:无|未查知识] [指导:]重新插拔读卡器", "重新插拔后正常")
CARD_TW = (CARD[0], " [kn:无|未查知识] [gu:]重新插拔读卡器", CARD[2])
PRINTER = ("3号窗口无法开票", "", "重启打印机")


@dataclass(frozen=True)
class Job:
    """One job: its name, the facts it records, and the commands; ``became`` looks at the case (or the output) after ours."""

    name: str
    facts: str
    ours: str
    task: str
    gh: tuple[str, ...]
    backlog: str
    became: Callable[[Any], bool]

    def others(self, name: str, bare: bool = False) -> tuple[str, ...]:
        """The commands of another tool, with each fact under its name, or run together."""
        lines = getattr(self, name)
        return tuple(
            NAMED.sub(r"\2" if bare else r"\1", line) for line in ((lines,) if isinstance(lines, str) else lines)
        )


JOBS = (
    Job(
        "1a. a call solved at once, a usual fault",
        "customer, caller, phone, symptom, impact, no time wished for, type, category, severity, priority, no article consulted, "
        "guidance, 7 minutes, solution, who confirmed it, no change, no problem, no configuration item, no article; closed",
        "itil new -p 6666 -m 读卡器 -b 3号窗口无法结算 -e 无 --took 7m --solution 重新插拔后正常 --confirmed-by 张三丰 --rest none",
        f"task log 读卡器无法识别 {SOLVED_TW % CARD_TW}",
        (f'gh issue new -t 读卡器无法识别 {LABELS} -b "{SOLVED_ZH % CARD}', "gh issue close 1234"),
        f'backlog task create 读卡器无法识别 {LABELS} -s done -d "{SOLVED_ZH % CARD}',
        lambda case: case["stage"] == "closed" and case["severity"] == "low" and case["customer"]["organisation"] == "第一人民医院",
    ),
    Job(
        "1b. a call solved at once, no usual fault",
        "as 1a, without an article consulted and guidance",
        "itil new -p 6666 -y 发票打印不出 -b 3号窗口无法开票 -e 无 --type 故障 -g 终端 -s 低 -q 一般 -d 7m -x 重启打印机 -w 张三丰 -r",
        f"task log 发票打印不出 {SOLVED_TW % PRINTER}",
        (f'gh issue new -t 发票打印不出 {LABELS} -b "{SOLVED_ZH % PRINTER}', "gh issue close 1234"),
        f'backlog task create 发票打印不出 {LABELS} -s done -d "{SOLVED_ZH % PRINTER}',
        lambda case: case["stage"] == "closed" and case["customer"]["contact"] == "张三丰",
    ),
    Job(
        "2. a call taken, not solved",
        "customer, caller, phone, symptom, impact, wished for by tomorrow, type, category, severity, priority; open, with me",
        "itil new -p 6666 -y 叫号屏黑屏 -b 2号诊区无法叫号 -e 明天 --type 故障 -g 终端 -s 低 -q 一般",
        f"task ad 叫号屏黑屏 {CALLER_TW} [bl:]2号诊区无法叫号 du:1d {TAGS}",
        (f'gh issue new -t 叫号屏黑屏 -a @me {LABELS} -b "{CALLER_ZH} [影响:]2号诊区无法叫号 [期望:]明天"',),
        f'backlog task create 叫号屏黑屏 -a 张三 {LABELS} -d "{CALLER_ZH} [影响:]2号诊区无法叫号 [期望:]明天"',
        lambda case: case["stage"] == "classified" and case["assignee"] == "张三" and bool(case["expected_by"]),
    ),
    Job(
        "3. a note of progress",
        "the text, by whom, when",
        "itil 7K3Q 重启主机无效",
        "task 12 an 张三:重启主机无效",
        ("gh issue comment 1234 -b 重启主机无效",),
        "backlog task edit 1234 --comment 重启主机无效",
        lambda case: case["notes"][-1]["text"] == "重启主机无效" and case["notes"][-1]["by"] == "张三",
    ),
    Job(
        "4. my open cases to a colleague, at the shift's end",
        "from whom, to whom, by whom, when, on each case (three here)",
        "itil handover --to 陈一",
        "task to:张三 mo to:陈一 by:张三",
        ("gh issue edit 1234 1235 1236 --add-assignee chenyi --remove-assignee @me",),
        "backlog task edit 1234 1235 1236 -a 陈一",
        lambda case: case["assignee"] == "陈一",
    ),
    Job(
        "5. to tier 2",
        "the tier, who takes it there, the reason, what was tried, by whom, when",
        "itil escalate 7K3Q 2 尝试无果 重启主机无效",
        "task 12 [mo|an] [+二线 to:李四 by:张三|张三→二线李四] [wh:]尝试无果 [tr:]重启主机无效",
        (
            "gh issue edit 1234 --add-assignee lisi --add-label 二线",
            'gh issue comment 1234 -b "[原因:]尝试无果 [已试:]重启主机无效"',
        ),
        'backlog task edit 1234 -a 李四 --add-label 二线 --comment "[原因:]尝试无果 [已试:]重启主机无效"',
        lambda case: case["stage"] == "tier2" and case["assignee"] == "李四" and case["escalations"][0]["tried"] == "重启主机无效",
    ),
    Job(
        "6. on hold",
        "what it waits for, until when (three working days), why, by whom, when",
        "itil hold 7K3Q 供应商 3wd 等待备件",
        "task 12 mo wa:3d on:供应商 by:张三 wh:等待备件",
        (
            "gh issue edit 1234 --add-label 等供应商",
            'gh issue comment 1234 -b "[至:]11-26 [原因:]等待备件"',
        ),
        'backlog task edit 1234 --add-label 等供应商 --comment "[至:]11-26 [原因:]等待备件"',
        lambda case: case["hold"] == "supplier" and str(case["hold_until"]).startswith("2026-11-26"),
    ),
    Job(
        "7. solved, confirmed and closed",
        "solution, who confirmed it, no change, no problem, no configuration item, no article, by whom, when; closed",
        "itil close 7K3Q 更换信号线 -w 张三丰 -r",
        f"task 12 do [by:]张三 [fi:]更换信号线 [co:]张三丰 {NONE_TW}",
        (f'gh issue close 1234 -c "[方案:]更换信号线 [确认:]张三丰 {NONE_ZH}"',),
        f'backlog task edit 1234 -s done --comment "[方案:]更换信号线 [确认:]张三丰 {NONE_ZH}"',
        lambda case: case["stage"] == "closed" and case["confirmation"]["by"] == "张三丰" and case["knowledge"] == "none",
    ),
    Job(
        "8. the follow-up call",
        "that the customer was reached, the score, that it is still solved, by whom, when",
        "itil follow-up 7K3Q 5 --solved",
        f"task {DONE} [mo|an] [+回访 by:张三 an:已接通 gr:5 so:是|张三回访,已接通,5分,已解决]",
        ('gh issue comment 1234 -b "[回访:]已接通 [满意:]5 [解决:是|已解决]"',),
        'backlog task edit 1234 --comment "[回访:]已接通 [满意:]5 [解决:是|已解决]"',
        lambda case: any(form["ref"].endswith("/follow-up-1") for form in case["forms"]),
    ),
    Job(
        "9. what shall I do next",
        "what is mine to do, the most urgent first",
        "itil",
        "task",
        ("gh issue ls -a @me",),
        "backlog task list -a 张三",
        lambda out: out.count("待回访") == 2,
    ),
    Job(
        "10. the cases of a caller, by the end of his phone number",
        "each case, open or closed, of the number that ends in 6666",
        "itil search 6666",
        "task [ph.has:6666|/6666/] all",
        ("gh issue ls -s all -S 0571-88886666",),
        "backlog search 6666",
        lambda out: out.count("0571-88886666") == 3,
    ),
)  # fmt: skip


def characters(lines: tuple[str, ...]) -> int:
    """All that is typed."""
    return sum(map(len, lines))


@dataclass
class Desk:
    """A fresh desk in ``root``, worked by the real command line in processes of its own."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "ITIL_"))}
        self.environment = kept | {
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "ITIL_DESK": str(self.root), "ITIL_NOW": NOW,
            "PYTHONPATH": str(PAGE.parent.parent), "NO_COLOR": "1",
        }  # fmt: skip
        self.run(f"itil init {shlex.quote(str(self.root))} --organisation 示例科技 --language zh")
        self.run("itil people add 陈一 --email 陈一@example.com --role tier1")
        self.run("itil people add 李四 --email 李四@example.com --role tier2")
        self.run("itil customer add 第一人民医院 -c 张三丰 -p 0571-88886666 --address 庆春路1号")
        self.run(
            "itil model new 读卡器 --description 读不出卡 -y 读卡器无法识别 --type 故障 -g 终端 -s 低 -q 一般 -k 无 "
            "--guidance 重新插拔读卡器"
        )

    def run(self, line: str, who: str = "张三") -> str:
        """What one command prints; it must succeed."""
        named = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in
                 (("NAME", who), ("EMAIL", f"{who}@example.com"))}  # fmt: skip
        command = [sys.executable, "-m", "itilcli", *shlex.split(line)[1:]]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment | named, check=False)
        if done.returncode:
            raise AssertionError(f"{line}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def newest(self) -> str:
        """The four characters of the case taken last."""
        found = max(self.root.glob("records/*/*/*/*.incident.yaml"), key=lambda path: path.stat().st_mtime_ns)
        return found.name.removesuffix(".incident.yaml").rpartition("-")[2]

    def show(self, code: str) -> Any:
        """The case as ``show --json`` tells it."""
        return json.loads(self.run(f"itil show {code} --json"))


def work(root: Path) -> dict[str, bool]:
    """Every job of ours, in turn, in a fresh desk; of each by its name, whether the desk became what the job says."""
    desk, code, became = Desk(root), "", {}
    for job in JOBS:
        # a case on hold is taken up again before it is solved
        if job.ours.startswith("itil close"):
            desk.run(f"itil resume {code}")
        out = desk.run(job.ours.replace(CASE, code))
        if job.ours.startswith("itil new"):
            code = desk.newest()
        of_case = job.ours.split()[1:2] not in ([], ["search"])
        became[job.name] = job.became(desk.show(code) if of_case else out)
    return became


# ── the other tools, run for real where they are installed

ATTRIBUTES = (
    "organisation caller phone blocks expected knowledge guidance minutes fix confirmed change pb ci article told by why tried on "
    "answered grade solved"
)


def rehearse(root: Path) -> bool:
    """Runs what Taskwarrior and Backlog.md are given, both ways of typing; whether everything went well."""
    well = True
    for bare in (False, True):
        well &= _rehearse_task(root / f"task-{bare}", bare)
        well &= _rehearse_backlog(root / f"backlog-{bare}", bare)
    return well


def _went(line: str, done: subprocess.CompletedProcess[str]) -> bool:
    print(f"{done.returncode} {line}" + (f"\n{done.stdout}{done.stderr}" if done.returncode else ""))
    return done.returncode == 0


def _rehearse_task(root: Path, bare: bool) -> bool:
    if not shutil.which("task"):
        print("Taskwarrior is not installed: not run")
        return True
    root.mkdir(parents=True)
    settings = [f"data.location={root}", "confirmation=off", "news.version=2.6.2", "verbose=nothing"]
    settings += [f"uda.{name}.type=string\nuda.{name}.label={name}" for name in ATTRIBUTES.split()]
    (root / "rc").write_text("\n".join(settings) + "\n", encoding="utf-8")
    environment = os.environ | {"TASKRC": str(root / "rc")}

    def run(line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(shlex.split(line), capture_output=True, text=True, env=environment, check=False)

    well, uuid = True, DONE
    for job in JOBS:
        if job.task == "task":
            run("task ad 待办")
        for line in job.others("task", bare):
            well &= _went(line, run(line.replace("task 12 ", "task 1 ").replace(DONE, uuid)))
        if job.name.startswith("2."):
            run("task 1 mo to:张三")
            uuid = run("task _get 1.uuid").stdout[:8]
            run("task ad 别的")
    return well


def _rehearse_backlog(root: Path, bare: bool) -> bool:
    program = os.environ.get("BACKLOG") or shutil.which("backlog")
    if not program:
        print("Backlog.md is not installed: not run")
        return True
    root.mkdir(parents=True)

    def run(line: str) -> subprocess.CompletedProcess[str]:
        words = [program, *shlex.split(line)[1:]]
        return subprocess.run(words, cwd=root, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)

    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    run("backlog init desk --defaults --integration-mode none")
    # the case is 1234 on the page and the third one here; the other two of the hand-over are the first ones
    mine = {"1234": "3", "1235": "1", "1236": "2"}
    lines = [line for job in JOBS for line in job.others("backlog", bare)]
    went = [_went(line, run(re.sub(r"\b123[456]\b", lambda found: mine[found[0]], line))) for line in lines]
    return all(went)


# ── the page

HEAD = """\
# Keystrokes

What is typed for the ten commonest jobs of a service desk, and how many commands that takes. Written by `benchmarks/keystrokes.py`,
which works every job of `itil` for real in a fresh desk and looks whether the case came to be what the job says.

Counted are characters (a Chinese one is one), spaces, quotes and the program's name included, the Enter not. The desk knows the
customer (`itil customer add`) and the usual fault (`itil model new`). The others are treated well: their labels and attributes
are set up beforehand, the shortest documented flag, alias and abbreviation is used, GitHub and the commits of Backlog.md know
who types, Taskwarrior asks for no confirmation, and its case has two digits. Shell aliases are left out: they shorten all four alike.
"""
SAME = """
## The same content

Each fact is kept apart from the others, under a name of its own or as a label: that is what a list, a rule or a month's figures need.
Who did it is typed where the tool does not keep it (Taskwarrior's `by:`). The four answers at the end (change, problem, configuration
item, article) are four facts, as they are in the record that `--rest none` writes.
"""
BARE = """
## Facts run together

The same words without any name, as a person in a hurry would type them. Nothing in such a record can be counted or checked, so this is
not the same content; it is the least that the others can be typed with.
"""
SOURCES = """
## What was run, and where the rest stands

Ours: run, each time this page is made. Taskwarrior 2.6.2 and Backlog.md 1.52.0: run, both ways of typing, by
`benchmarks/keystrokes.py --others`. `gh`: not run, for it needs GitHub; its flags are those of `gh issue … --help` of 2.23.0 and,
for the aliases `new` and `ls` and several issues in one `edit`, of the manual of newer releases.

- <https://cli.github.com/manual/gh_issue_create>, `gh_issue_comment`, `gh_issue_edit`, `gh_issue_close`, `gh_issue_list`
- <https://taskwarrior.org/docs/syntax>; `man task` (COMMAND ABBREVIATION), `man taskrc` (`abbreviation.minimum`, `uda`)
- <https://raw.githubusercontent.com/MrLesk/Backlog.md/main/CLI-INSTRUCTIONS.md>, and `backlog task create --help`
"""
LOST = """
What the others do not keep, whatever is typed:

- Taskwarrior: who typed it (here `by:`, which keeps the last one only); the earlier assignee, reason and hold, for an attribute
  is overwritten; working days. `task log` dates the call at its end.
- gh, Backlog.md: any fact but title, labels, assignee and state is text. GitHub keeps who did what and when; its search goes by
  words (not tried here), so the whole phone number is typed.
- All three: whether the record is complete when it closes, the time limits, the follow-up that falls due, the form to print, and the
  month's figures (`itil report`, 11 characters; none of the others can do that job).
"""


def shorter(job: Job) -> set[str]:
    """The tools that need fewer characters than we do for the same content."""
    return {name for name in TOOLS if characters(job.others(name)) < len(job.ours)}


def table(bare: bool) -> str:
    """One row for each job: characters, and the commands where there are several; the fewest are bold."""
    rows = [f"| job | itil | {' | '.join(TOOLS.values())} |", "|---|" + "---:|" * (len(TOOLS) + 1)]
    for job in JOBS:
        typed = [(job.ours,), *(job.others(name, bare) for name in TOOLS)]
        least = min(map(characters, typed))
        cells = [f"**{n}**" if (n := characters(lines)) == least else str(n) for lines in typed]
        cells = [
            cell + (f" in {len(lines)}" if len(lines) > 1 else "") for cell, lines in zip(cells, typed, strict=True)
        ]
        rows.append(f"| {job.name} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def reading() -> str:
    """How often ours is the shortest, and where it is not."""
    numbers = [(job.name.partition(".")[0], shorter(job)) for job in JOBS]
    longer = [
        f"{number} ({', '.join(TOOLS[name] for name in TOOLS if name in tools)})" for number, tools in numbers if tools
    ]
    ties = [
        job.name.partition(".")[0]
        for job in JOBS
        if len(job.ours) == min(characters(job.others(name)) for name in TOOLS)
    ]
    said = f"\nNone of the others is shorter in {len(JOBS) - len(longer)} of {len(JOBS)} rows"
    said += f"; as short in {', '.join(ties)}." if ties else "."
    return said + (f" Shorter than ours: {'; '.join(longer)}." if longer else "") + "\n"


def page() -> str:
    """The whole page."""
    parts = [HEAD, SAME, "\n", table(False), reading(), LOST, BARE, "\n", table(True), "\n## The commands\n"]
    for job in JOBS:
        lines = [job.ours, *(line for name in TOOLS for line in job.others(name))]
        parts.append(
            f"\n### {job.name}\n\n{job.facts[0].upper()}{job.facts[1:]}.\n\n```sh\n" + "\n".join(lines) + "\n```\n"
        )
    return "".join((*parts, SOURCES))


def main(words: list[str]) -> int:
    """Works the jobs and writes the page; with ``--check`` compares it; with ``--others`` runs the other tools."""
    with tempfile.TemporaryDirectory() as folder:
        if "--others" in words:
            return 0 if rehearse(Path(folder)) else 1
        failed = [name for name, became in work(Path(folder) / "desk").items() if not became]
    if failed:
        print("not what the job says:", *failed, sep="\n  ")
        return 1
    if "--check" in words:
        if PAGE.read_text(encoding="utf-8") != page():
            print(f"{PAGE.name} is not what benchmarks/keystrokes.py writes")
            return 1
        return 0
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
