"""A desk with one case at each station of the way, made once; every sample has a copy of its own."""

from __future__ import annotations

from pathlib import Path

from conftest import FAULT, TestDesk, desk_at

DISPATCH = ("--decided-by", "王五", "--reason", "远程无法解决", "--engineer", "李四", "--from", "+1h", "--until", "+3h")
SOLVED = ("--solution", "重新插拔后正常")
GRAVE = ("-s", "high", "-q", "重要紧急", "--major")
ENDED = ("--confirmed-by", "张三丰", "--rest", "none")


def scene(root: Path) -> tuple[TestDesk, dict[str, str]]:
    """The desk and the short IDs of its cases, by the station each has reached."""
    desk = desk_at(root)
    page = root.parent / "sign.jpg"
    page.write_bytes(b"\xff\xd8\xffa signed page")
    ids = {
        "fresh": desk.new(),
        "other": desk.new(who="陈一"),
        "web": desk.new("--channel", "web", "-k", "none", "--guidance", "重启"),
        "solved": desk.new("--channel", "web", *SOLVED),
        "closed": desk.new("-k", "none", *SOLVED, *ENDED),
        "linked": desk.new("--supplier", "惠普"),
        "asked": _asked(desk),
        "major": desk.new(*GRAVE, "--mode-exception", "已远程", "--backup", "/b/1", "--notified", *SOLVED),
        "unnotified": desk.new(*GRAVE),
    }  # fmt: skip
    desk.itil("attach", ids["other"], str(page))
    desk.itil("follow-up", ids["closed"], "--result", "reached", "--satisfaction", "5", "--solved")
    desk.itil(
        "remote", ids["web"], "--consent-by", "张三丰", "--consent-via", "email", "--tool", "向日葵", "--unsolved"
    )
    for name in ("tried", "waiting", "approved", "planned", "onsite", "visited"):
        ids[name] = _on_site(desk, name, page)
    return desk, ids


def _asked(desk: TestDesk) -> str:
    """A consultation, which has neither severity nor category."""
    words = [word for word in FAULT if word not in ("--type", "fault", "-g", "terminal")]
    made = desk.itil("new", *words, "--type", "consultation", "-q", "一般", "--json").json
    return str(made["id"]).rpartition("-")[2]


def _on_site(desk: TestDesk, until: str, page: Path) -> str:
    """A medium fault on its way through a visit, up to a station."""
    case = desk.new("-s", "medium", "--not-major")
    finish = ("--diagnosis", "比对", "--cause", "驱动不符", "--solved", "--solution", "更新驱动", "--backup", "/b/2")
    paper = ("--signed-by", "张三丰", "--signature", str(page))
    way: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("", "张三", ("respond", case, "-k", "none", "--guidance", "重插")),
        (
            "tried",
            "张三",
            ("remote", case, "--consent-by", "张三丰", "--tool", "向日葵", "--actions", "重装驱动", "--unsolved"),
        ),
        ("waiting", "张三", ("dispatch", case, *DISPATCH)),
        ("approved", "赵总", ("approve", case)),
        ("planned", "张三", ("visit", "plan", case, "--appointment", "+1h", "--cooperation", "管理员账号", "--ready")),
        ("onsite", "张三", ("visit", "start", case)),
        ("", "张三", ("visit", "finish", case, *finish, *paper)),
        ("", "张三", ("close", case, "--item", "读卡器-03.driver=2.1.4", *ENDED)),
        ("visited", "档案", ("receive", case, "--location", "A柜3层")),
    )
    for station, who, words in way:
        desk.itil(*words, who=who)
        if station == until:
            break
    return case
