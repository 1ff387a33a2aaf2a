"""The verbs, as people type them: each a deed. A verb that is refused is a deed as well."""

from __future__ import annotations

from datetime import timedelta

from conftest import CALLER, FAULT
from hypothesis import strategies as st
from index_world import NUMBER, World, deed

OPEN = "logged classified tier1 tier2 tier3 dispatch_pending dispatched onsite resolved confirmed archived"
WORKED = "tier1 tier2 tier3"
DONE = "closed void merged"
PLACE = st.sampled_from(("desk", "desk", "desk", "tree", "other"))
CHANNELS = ("hotline", "email", "im", "web", "in_person", "other:传真")
SOLVED = ("-k", "none", "--solution", "重新插拔后正常", "--confirmed-by", "张三丰", "--rest", "none")
CALLS = {
    "plain": (*FAULT, "-s", "low", "-q", "一般"),
    "medium": (*FAULT, "-s", "medium", "-q", "重要紧急", "--not-major"),
    "incomplete": (*CALLER, "-y", "说不清", "--incomplete", "客户不在现场"),
    "closed": (*FAULT, "-s", "low", "-q", "一般", *SOLVED),
    "by model": (*CALLER, "-b", "3号窗口无法结算", "-e", "无", "-m", "读卡器"),
    "another": ("-o", "三院", "-c", "杨过", "-p", "0571-77775555", *FAULT[8:], "-s", "low", "-q", "一般"),
}
STEPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "classify": ("logged classified tier1", ("--severity", "medium", "--not-major", "--reason", "影响全院")),
    "respond": ("logged classified tier1", ("-k", "none", "--guidance", "重新插拔读卡器")),
    "escalate": ("classified tier1", ("--to", "tier2", "--reason", "unresolved", "--tried", "重装无效")),
    "assign": (WORKED, ("--to", "李四", "--reason", "换班")),
    "hold": (WORKED, ("--on", "customer", "--until", "3wd", "--reason", "等客户")),
    "resume": (WORKED, ()),
    "resolve": (WORKED, ("--solution", "更新驱动后正常", "--backup-waived", "只读操作")),
    "confirm": ("resolved", ("--confirmed-by", "张三丰", "--method", "phone", "--rest", "none")),
    "close": ("resolved confirmed archived", ("--confirmed-by", "张三丰", "--rest", "none")),
    "reopen": ("resolved closed", ("--reason", "故障重现")),
    "void": (OPEN, ("--reason", "误报")),
    "follow-up": ("closed", ("--result", "reached", "--satisfaction", "4", "--solved")),
    "correct": (OPEN + " " + DONE, ("phone=0571-88886667", "--reason", "问清后更正")),
    "undo": (OPEN + " " + DONE, ()),
}
"""A verb, the stages in which it makes sense, and its answers."""


@deed(3, call=st.sampled_from(sorted(CALLS)), channel=st.sampled_from(CHANNELS), where=PLACE)
def new(world: World, call: str, channel: str, where: str) -> None:
    """A call."""
    said = world.verb("new", *CALLS[call], "--channel", channel, "--json", where=where)
    if said.code == 0 and where == "desk":
        world.last = str(said.json["id"])


@deed(6, verb=st.sampled_from(sorted(STEPS)), case=NUMBER, where=PLACE)
def step(world: World, verb: str, case: int, where: str) -> None:
    """A step on a case that is about to need it."""
    stages, answers = STEPS[verb]
    world.verb(verb, world.case(case, stages, where), *answers, where=where)


@deed(2, case=NUMBER, text=st.sampled_from(("客户来电催办", "已致电 驱动", "改")), where=PLACE)
def note(world: World, case: int, text: str, where: str) -> None:
    """A remark."""
    world.verb("note", world.case(case, OPEN + " " + DONE, where), text, "--from-customer", where=where)


@deed(1, case=NUMBER)
def attach(world: World, case: int) -> None:
    """A file."""
    file = world.top / f"scan-{world.serial}.txt"
    file.write_text(f"page {world.serial}", "utf-8")
    world.serial += 1
    world.verb("attach", world.case(case, OPEN), str(file))


@deed(1, verb=st.sampled_from(("merge", "link")), case=NUMBER, into=NUMBER)
def join(world: World, verb: str, case: int, into: int) -> None:
    """Two cases have to do with each other."""
    other = world.case(into, OPEN)
    flag = "--into" if verb == "merge" else "--parent"
    world.verb(verb, world.case(case, WORKED), flag, other, "--reason", "同一故障")


@deed(1, source=st.booleans(), case=NUMBER, publish=st.booleans(), where=PLACE)
def article(world: World, source: bool, case: int, publish: bool, where: str) -> None:
    """An article, drafted and perhaps published."""
    texts = ("--title", "打印机卡纸", "--symptom", "卡纸", "--cause", "滚轮磨损", "--solution", "更换滚轮")
    given = ("--from", world.case(case, "closed", where)) if source else ()
    said = world.verb("kb", "new", *texts, *given, "--json", where=where)
    if publish and said.code == 0:
        world.verb("kb", "publish", str(said.json["id"]), where=where)


@deed(1, number=NUMBER, where=PLACE)
def newcomer(world: World, number: int, where: str) -> None:
    """Somebody new at the desk, or at a customer's."""
    if number % 2:
        email = f"new{number}@example.com"
        given = ("--email", email, "--role", "tier1", "--approved-by", "周总")
        world.verb("people", "add", f"新人{number}", *given, where=where)
    else:
        given = ("--contact", f"联系人{number}", "--phone", f"0571-1000{number:04}", "--vip")
        world.verb("customer", "add", "二院", *given, where=where)


@deed(1, back=st.integers(1, 3))
def issue(world: World, back: int) -> None:
    """The report of a month that is over."""
    month = world.now.replace(day=1)
    for _ in range(back):
        month = (month - timedelta(days=1)).replace(day=1)
    world.verb("report", month.strftime("%Y-%m"), "--issue", "--unattended")


MAP = """\
name: "log"
rows: "events"
key: "no"
times: {formats: ["%Y-%m-%d %H:%M"]}
fields:
  reported_at: "opened"
  channel: {constant: "email"}
  type: {constant: "fault"}
  severity: {column: "prio", values: {"1": "high", "3": "medium"}}
  resolved_at: "solved"
  closed_at: "closed"
events:
  at: "changed"
  group: "group"
  state: {column: "state", steps: {New: "new", Work: "respond", Wait: "hold customer", Done: "resolve"}}
"""


@deed(1, day=st.integers(1, 28))
def bring_in(world: World, day: int) -> None:
    """Two rows of a foreign log: one case."""
    log, explained = world.top / "log.csv", world.top / "map.yaml"
    at, key = f"2026-10-{day:02}", f"L{world.serial}"
    world.serial += 1
    log.write_text(
        "no,opened,state,changed,prio,solved,closed,group\n"
        f"{key},{at} 10:00,New,{at} 10:00,3,,,A\n"
        f"{key},{at} 10:00,Done,{at} 12:00,3,{at} 11:00,{at} 12:00,A\n",
        "utf-8",
    )
    explained.write_text(MAP, "utf-8")
    world.verb("import", str(log), "--map", str(explained))


@deed(2, minutes=st.sampled_from((1, 90, 60 * 24, 60 * 24 * 3, 60 * 24 * 12, -30, -60 * 24, -60 * 24 * 20)))
def clock(world: World, minutes: int) -> None:
    """Time goes by, or the clock is set back."""
    world.now += timedelta(minutes=minutes)
    world.note(world.now.isoformat())
