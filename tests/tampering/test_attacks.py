"""What an insider with push access tries, each stopped by the gate: by name, file and rule."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from insider import CLOSED, NOW, OPEN, VISITED, WAITING, Insider, insider

Attack = Callable[[Insider], None]
ATTACKS: list[tuple[str, Attack]] = []
ZERO = "0" * 40


def stopped(*codes: str) -> Callable[[Attack], Attack]:
    """An attack, and the codes that it must be stopped by; the first one is what a person reads first of all."""

    def marked(attack: Attack) -> Attack:
        ATTACKS.append((codes[0], attack))
        attack.codes = codes  # type: ignore[attr-defined]
        return attack

    return marked


@pytest.mark.parametrize(("code", "attack"), ATTACKS, ids=[attack.__name__ for _, attack in ATTACKS])
def test_it_is_stopped(code: str, attack: Attack, tmp_path: Path):
    """The gate refuses the push, and says whose commit it is and how to mend it."""
    hands = insider(tmp_path)
    attack(hands)
    gated = hands.push()
    found = {one.problem.code for one in gated.errors}
    assert found >= set(attack.codes), f"{sorted(found)}"  # type: ignore[attr-defined]
    assert all(one.commit and (one.problem.hint or one.problem.code.startswith("E-5")) for one in gated.errors)


def test_there_are_enough_of_them():
    """At least forty."""
    assert len(ATTACKS) >= 40


# ── closed and past records


@stopped("E-gate-no-step", "E-5.13-changed")
def edited_closed_case(hands: Insider) -> None:
    """A closed case says something else from now on."""
    with hands.record(CLOSED) as incident:
        incident["symptom"] = "用户误操作"
    hands.hand("张三")


@stopped("E-gate-history")
def sealed_anew(hands: Insider) -> None:
    """The closing entry of an edited case gets a digest that fits."""
    with hands.record(CLOSED) as incident:
        incident["history"][-1]["set"]["digest"] = "0" * 64
    hands.hand("张三")


@stopped("E-gate-no-step")
def correction_that_names_nothing(hands: Insider) -> None:
    """A correcting entry stands there, but no row says what was corrected."""
    with hands.record(CLOSED) as incident:
        incident["symptom"] = "用户误操作"
    hands.step(CLOSED, "张三", "correct", "5", reason="更正", set={"digest": "0" * 64})
    hands.hand("张三")


@stopped("E-5-correct-filed")
def correction_by_tier1_after_filing(hands: Insider) -> None:
    """After the archiving only the incident manager corrects."""
    with hands.record(CLOSED) as incident:
        row = {"id": "ZZZZ0001", "field": "symptom", "old": incident["symptom"], "new": "误操作"}
        incident["symptom"], incident["corrections"] = "误操作", [row]
    hands.step(CLOSED, "陈一", "correct", "5", reason="更正", set={"digest": "0" * 64})
    hands.hand("陈一")


@stopped("E-gate-correction")
def correction_that_lies(hands: Insider) -> None:
    """The row tells of another old value than there was."""
    with hands.record(OPEN) as incident:
        row = {"id": "ZZZZ0001", "field": "symptom", "old": "从未写过", "new": "误操作"}
        incident["symptom"], incident["corrections"] = "误操作", [row]
    hands.step(OPEN, "张三", "correct", "5", reason="更正")
    hands.hand("张三")


@stopped("E-gate-correction")
def correction_of_what_nobody_corrects(hands: Insider) -> None:
    """Who approved is never put right by a correction."""
    with hands.record(VISITED, "work-order-1") as order:
        order["approval"]["comment"] = "已电话确认"
    with hands.record(VISITED) as incident:
        row = {"id": "ZZZZ0001", "form": "work-order-1", "field": "approval.comment", "new": "已电话确认"}
        incident["corrections"] = [row]
    hands.step(VISITED, "张三", "correct", "5", reason="更正", form="work-order-1", set={"digest": "0" * 64})
    hands.hand("张三")


@stopped("E-gate-history")
def step_taken_out(hands: Insider) -> None:
    """A customer's chasing never happened."""
    with hands.record(OPEN) as incident:
        del incident["history"][-1]
        del incident["chased"]
    hands.hand("张三")


@stopped("E-gate-history")
def step_moved(hands: Insider) -> None:
    """The first response came sooner."""
    with hands.record(OPEN) as incident:
        incident["history"][1]["at"] = "2026-11-23T08:50:00+08:00"
    hands.hand("张三")


@stopped("E-gate-deleted")
def deleted_case(hands: Insider) -> None:
    """A case is gone."""
    for path in hands.path(OPEN).parent.glob(f"*-{hands.ids[OPEN]}.*"):
        path.unlink()
    hands.hand("张三")


@stopped("E-gate-deleted")
def deleted_form(hands: Insider) -> None:
    """A work order is gone."""
    hands.path(WAITING, "work-order-1").unlink()
    hands.hand("张三")


@stopped("E-gate-deleted")
def deleted_scan(hands: Insider) -> None:
    """A signed page is gone."""
    next(hands.root.glob("records/**/签字单.pdf")).unlink()
    hands.hand("张三")


@stopped("E-gate-attachment")
def swapped_scan(hands: Insider) -> None:
    """Another page lies where the signed one lay."""
    next(hands.root.glob("records/**/签字单.pdf")).write_bytes(b"another page")
    hands.hand("李四")


@stopped("E-gate-no-step", "E-gate-attachment")
def swapped_scan_with_its_digest(hands: Insider) -> None:
    """… and the record is made to fit."""
    import hashlib

    page = b"another page"
    next(hands.root.glob("records/**/签字单.pdf")).write_bytes(page)
    with hands.record(VISITED, "onsite-1") as form:
        form["signature"]["files"][0]["sha256"] = hashlib.sha256(page).hexdigest()
    hands.hand("李四")


@stopped("E-gate-attachment-unrecorded")
def slipped_in_page(hands: Insider) -> None:
    """A page that no step recorded."""
    folder = next(hands.root.glob("records/**/签字单.pdf")).parent
    (folder / "补充.jpg").write_bytes(b"slipped in")
    hands.hand("李四")


@stopped("E-gate-attachment-missing")
def page_that_is_not_there(hands: Insider) -> None:
    """A step tells of a file that nobody has seen."""
    with hands.record(OPEN) as incident:
        row = {"file": "日志.txt", "sha256": "0" * 64, "size": 3, "at": NOW, "by": "张三"}
        incident["attachments"] = [row]
    hands.step(OPEN, "张三", "attach", "5")
    hands.hand("张三")


@stopped("E-gate-report")
def rewritten_report(hands: Insider) -> None:
    """An issued report says something else."""
    hands.desk.itil("report", "2026-10", "--issue", "--unattended", code=None)
    hands.write("records/reports/2026-09/figures.json", "{}\n")
    hands.hand("张三")
    hands.write("records/reports/2026-09/figures.json", '{"month": "2026-09"}\n')
    hands.hand("张三")


# ── in whose name


@stopped("E-actor-unknown")
def unknown_author(hands: Insider) -> None:
    """Somebody nobody knows."""
    hands.write("README.md", "hello\n")
    hands.hand("mallory@example.com")


@stopped("E-gate-recorder")
def step_in_anothers_name(hands: Insider) -> None:
    """The record says that somebody else recorded it."""
    hands.desk.itil("approve", who="赵总")
    hands.run("commit", "-q", "--amend", "--no-edit", "--reset-author", who="李四")


@stopped("E-gate-pusher")
def pushed_in_anothers_name(hands: Insider) -> None:
    """The author's name is free text; the server knows whose key it is."""
    hands.desk.itil("approve", who="赵总")
    hands.variables["ITIL_PUSHER"] = "li@example.com"


@stopped("E-gate-by")
def step_taken_for_another(hands: Insider) -> None:
    """Recorded by oneself, but as if another had closed it."""
    hands.step(OPEN, "张三", "hold", "5", reason="等客户", set={"hold": "customer"}, by="陈一")
    hands.hand("张三")


@stopped("E-5.6-role", "E-5.6-not-director")
def approval_without_the_role(hands: Insider) -> None:
    """An engineer approves his own visit."""
    approve(hands, "李四")
    hands.hand("李四")


@stopped("E-5.6-own-order")
def approval_by_the_requester(hands: Insider) -> None:
    """Who asked holds both roles."""
    hands.desk.itil(
        "people", "set", "张三", "--add-role", "technical_director", "--approved-by", "周总", "--from", "2026-11-01"
    )
    approve(hands, "张三")
    hands.hand("张三")


@stopped("E-gate-no-step")
def requester_changed_by_the_approver(hands: Insider) -> None:
    """… and another is made the one who had asked."""
    hands.desk.itil(
        "people", "set", "张三", "--add-role", "technical_director", "--approved-by", "周总", "--from", "2026-11-01"
    )
    approve(hands, "张三")
    with hands.record(WAITING, "work-order-1") as order:
        order["requested_by"] = "陈一"
    hands.hand("张三")


@stopped("E-gate-signed")
def approval_that_names_another(hands: Insider) -> None:
    """The director's step, but the paper names her deputy."""
    approve(hands, "赵总")
    with hands.record(WAITING, "work-order-1") as order:
        order["approval"]["by"] = "李四"
    hands.hand("赵总")


@stopped("E-5.13-owner")
def closed_by_a_stranger(hands: Insider) -> None:
    """Somebody of tier 1 closes what another tracks."""
    given = ("--solution", "已恢复", "--confirmed-by", "张三丰", "--rest", "none")
    hands.desk.itil("close", hands.ids[OPEN], *given, who="张三")
    with hands.record(OPEN) as incident:
        for entry in incident["history"]:
            if entry["recorded_at"] == NOW:
                entry["recorded_by"] = entry["by"] = "陈一"
    hands.desk.git("add", "-A")
    hands.run("commit", "-q", "--amend", "--no-edit", "--reset-author", who="陈一")


@stopped("E-2.5-gone")
def work_after_leaving(hands: Insider) -> None:
    """Who has left goes on."""
    hands.desk.itil("people", "leave", "陈一", "--on", "2026-11-23")
    hands.step(OPEN, "陈一", "resume", "5")
    hands.hand("陈一")


def approve(hands: Insider, who: str) -> None:
    """An approval typed in by hand."""
    hands.step(WAITING, who, "approve", "5.6", form="work-order-1")
    with hands.record(WAITING, "work-order-1") as order:
        order["approval"] = {"kind": "signed", "by": who, "at": NOW, "decision": "approved"}
        order["approved"] = order["asked"]
    with hands.record(WAITING) as incident:
        incident["stage"] = "dispatched"


# ── when


@stopped("E-gate-recorded")
def backdated_step(hands: Insider) -> None:
    """Recorded today, as if it had been on the day."""
    hands.step(OPEN, "张三", "resume", "5", at="2026-11-23T09:30:00+08:00")
    with hands.record(OPEN) as incident:
        incident["history"][-1]["recorded_at"] = "2026-11-23T09:30:00+08:00"
    hands.hand("张三")


@stopped("E-5-history-future")
def step_of_tomorrow(hands: Insider) -> None:
    """It has not happened yet."""
    with hands.record(OPEN) as incident:
        note = {"id": "ZZZZ0001", "at": "2026-11-25T09:30:00+08:00", "by": "张三", "text": "已回访"}
        incident["notes"] = [note]
    hands.step(OPEN, "张三", "note", "5")
    with hands.record(OPEN) as incident:
        incident["history"][-1]["at"] = "2026-11-25T09:30:00+08:00"
    hands.hand("张三")


@stopped("E-gate-clock")
def commit_of_tomorrow(hands: Insider) -> None:
    """The machine's clock was set ahead."""
    hands.write("README.md", "hello\n")
    hands.hand("张三", at="2026-11-25T10:00:00+08:00")


@stopped("E-gate-clock")
def commit_of_yesterday(hands: Insider) -> None:
    """… or back, behind a commit that stands already."""
    hands.write("README.md", "hello\n")
    hands.hand("张三")
    hands.write("README.md", "good-bye\n")
    hands.hand("张三", at="2026-11-24T08:00:00+08:00")


# ── steps that were none


@stopped("E-5-derived")
def typed_stage(hands: Insider) -> None:
    """The stage is typed into the file."""
    with hands.record(OPEN) as incident:
        incident["stage"] = "resolved"
    hands.hand("张三")


@stopped("E-gate-due")
def typed_due_day(hands: Insider) -> None:
    """The follow-up falls due later."""
    with hands.record(VISITED) as incident:
        incident["due_on"] = "2026-12-31"
    hands.hand("张三")


@stopped("E-5.13-stage")
def closed_out_of_order(hands: Insider) -> None:
    """Closed from the middle of the work."""
    hands.step(OPEN, "张三", "close", "5.13", set={"closed_at": NOW})
    hands.hand("张三")


@stopped("E-gate-clause")
def step_under_another_clause(hands: Insider) -> None:
    """Which figure it goes into is decided by the clause."""
    hands.step(OPEN, "张三", "hold", "5.14", reason="等客户", set={"hold": "customer"})
    hands.hand("张三")


@stopped("E-5-history-twice")
def id_of_a_step_used_again(hands: Insider) -> None:
    """Two steps under one id: a correction of the one would change the other."""
    with hands.record(OPEN) as incident:
        entry = {
            **incident["history"][-1],
            "at": NOW,
            "recorded_at": NOW,
            "by": "张三",
            "recorded_by": "张三",
            "action": "resume",
        }
        incident["history"].append(entry)
    hands.hand("张三")


@stopped("E-gate-field")
def hidden_field(hands: Insider) -> None:
    """Something that no form has, and nobody reads."""
    with hands.record(OPEN) as incident:
        incident["secret"] = "给经理看的"
    hands.hand("张三")


@stopped("E-gate-undo", "E-gate-deleted")
def undo_that_is_none(hands: Insider) -> None:
    """A deletion that calls itself an undo of another's step."""
    commit = hands.desk.git("rev-list", "-1", "HEAD", "--", str(hands.path(OPEN).relative_to(hands.root))).strip()
    hands.path(OPEN).unlink()
    hands.hand("李四", f"taken back\n\nItil-Undoes: {commit}")


# ── IDs and serials


@stopped("E-5.1-file-id")
def duplicate_id(hands: Insider) -> None:
    """A second file claims the ID of a case."""
    source = hands.path(OPEN)
    for path in source.parent.glob(f"*-{hands.ids[OPEN]}.*.yaml"):
        hands.write(str(path.relative_to(hands.root)).replace(hands.ids[OPEN], "9ZZZ"), path.read_bytes())
    hands.hand("张三")


@stopped("E-record-no-incident")
def form_without_a_case(hands: Insider) -> None:
    """A form of no case."""
    path = hands.path(OPEN, "remote-1")
    hands.write(str(path.relative_to(hands.root)).replace(hands.ids[OPEN], "9ZZZ"), path.read_bytes())
    hands.hand("张三")


@stopped("E-gate-serial")
def serial_used_again(hands: Insider) -> None:
    """A form gets the serial of another."""
    with hands.record(VISITED, "work-order-1") as order:
        order["serial"] = order["archived"]["serial"] = "JQ-ITSMS-04-01-03-2026-0009"
    hands.hand("张三")


@stopped("E-gate-serial")
def serials_left_out(hands: Insider) -> None:
    """The counter rises and no form has what it counted."""
    path = next(hands.root.glob("records/serials/*.yaml"))
    data = path.read_text("utf-8").replace("-02: 2", "-02: 7")
    path.write_text(data, "utf-8")
    hands.hand("张三")


@stopped("E-gate-serial")
def serial_without_its_counter(hands: Insider) -> None:
    """Archived by the verb, but the counter is put back, so that the serial is given once more."""
    before = next(hands.root.glob("records/serials/*.yaml")).read_bytes()
    given = ("--solution", "已恢复", "--confirmed-by", "张三丰", "--rest", "none")
    hands.desk.itil("close", hands.ids[OPEN], *given)
    next(hands.root.glob("records/serials/*.yaml")).write_bytes(before)
    hands.desk.git("add", "-A")
    hands.run("commit", "-q", "--amend", "--no-edit", "--reset-author", who="张三")


# ── tables


@stopped("E-gate-role")
def roles_for_oneself(hands: Insider) -> None:
    """An engineer makes himself technical director."""
    promote(hands)
    hands.hand("李四")


@stopped("E-gate-role")
def roles_used_in_the_same_push(hands: Insider) -> None:
    """… and approves in the same push."""
    promote(hands)
    hands.hand("李四")
    hands.desk.itil("approve", who="李四")


@stopped("E-gate-no-manager")
def nobody_left_to_manage(hands: Insider) -> None:
    """The last incident manager takes the role from himself."""
    path = hands.root / "people.yaml"
    path.write_text(path.read_text("utf-8").replace('{role: "incident_manager"}, ', ""), "utf-8")
    hands.hand("张三")


@stopped("E-people-twice")
def address_of_another(hands: Insider) -> None:
    """Two people under one address."""
    path = hands.root / "people.yaml"
    path.write_text(path.read_text("utf-8").replace("chen@example.com", "zhao@example.com"), "utf-8")
    hands.hand("张三")


def promote(hands: Insider) -> None:
    """李四 becomes technical director by hand."""
    path = hands.root / "people.yaml"
    text = path.read_text("utf-8").replace('{role: "tier2"}', '{role: "tier2"}, {role: "technical_director"}')
    path.write_text(text, "utf-8")


def table_of(path: str, text: str) -> Attack:
    """Somebody of tier 1 changes what is the incident manager's."""

    def attack(hands: Insider) -> None:
        hands.write(path, text)
        hands.hand("陈一")

    attack.__name__ = f"changed_{path.replace('/', '_').replace('.', '_')}"
    return stopped("E-gate-role")(attack)


SETTINGS = 'format: 1\norganisation: "别家公司"\nlanguage: "zh"\ntimezone: "Asia/Shanghai"\n'
for place, said in (("desk.yaml", SETTINGS), ("calendar/2026.yaml", "year: 2026\ndays: []\n"), ("models/读卡器.yaml", "name: x\n"),
                    ("templates/report.md", "x\n"), ("records/reports/actions.yaml", "actions: []\n"),
                    (".github/workflows/itil.yml", "on: push\n"), ("records/reports/2026-10/comment.md", "x\n")):  # fmt: skip
    table_of(place, said)


@stopped("E-gate-role")
def published_by_its_author(hands: Insider) -> None:
    """A draft is published by who wrote it."""
    path = next(hands.root.glob("knowledge/KB-*.md"))
    path.write_text(
        path.read_text("utf-8").replace('status: "draft"', 'status: "published"\nreviewed_by: "陈一"'), "utf-8"
    )
    hands.hand("陈一")


@stopped("E-gate-article")
def published_in_anothers_name(hands: Insider) -> None:
    """The manager publishes, and another is named as who reviewed it."""
    path = next(hands.root.glob("knowledge/KB-*.md"))
    path.write_text(
        path.read_text("utf-8").replace('status: "draft"', 'status: "published"\nreviewed_by: "周总"'), "utf-8"
    )
    hands.hand("张三")


@stopped("E-gate-import")
def import_by_tier1(hands: Insider) -> None:
    """A case that claims to come from a foreign log, which rules are softened for."""
    short = hands.desk.new("-y", "旧系统来的", who="陈一")
    with hands.record(short) as incident:
        incident["imported"] = True
    hands.desk.git("add", "-A")
    hands.run("commit", "-q", "--amend", "--no-edit", "--reset-author", who="陈一")


# ── the tree


@stopped("E-gate-link")
def symlinked_record(hands: Insider) -> None:
    """A record is a link to a file of the reader's machine."""
    path = hands.path(OPEN)
    path.unlink()
    path.symlink_to("/etc/passwd")
    hands.hand("张三")


@stopped("E-gate-path")
def path_that_leads_out(hands: Insider) -> None:
    """A folder named .. in the tree."""
    blob = hands.run("hash-object", "-w", "--stdin", stdin="x")
    inner = hands.run("mktree", stdin=f"100644 blob {blob}\tpasswd\n")
    hands.tree(f"040000 tree {inner}\t..\n")


@stopped("E-gate-path")
def git_folder_in_the_tree(hands: Insider) -> None:
    """A folder .GIT with a configuration of its own."""
    blob = hands.run("hash-object", "-w", "--stdin", stdin="[core]\n")
    inner = hands.run("mktree", stdin=f"100644 blob {blob}\tconfig\n")
    hands.tree(f"040000 tree {inner}\t.GIT\n")


@stopped("E-gate-collision")
def folder_that_collides(hands: Insider) -> None:
    """Records beside records: one folder on a Mac."""
    blob = hands.run("hash-object", "-w", "--stdin", stdin="x")
    inner = hands.run("mktree", stdin=f"100644 blob {blob}\tREADME.md\n")
    hands.tree(f"040000 tree {inner}\tRecords\n")


@stopped("E-gate-collision")
def file_that_collides(hands: Insider) -> None:
    """People.yaml beside people.yaml."""
    blob = hands.run("hash-object", "-w", "--stdin", stdin="people: []\n")
    hands.tree(f"100644 blob {blob}\tPeople.yaml\n")


@stopped("E-gate-size")
def huge_record(hands: Insider) -> None:
    """A record that no program reads any more."""
    with hands.path(OPEN).open("a", encoding="utf-8") as file:
        file.write("# " + "x" * 300_000 + "\n")
    hands.hand("张三")


@stopped("E-gate-size")
def huge_attachment(hands: Insider) -> None:
    """A file that every clone has to carry."""
    folder = hands.path(OPEN).parent / (hands.path(OPEN).name.partition(".")[0] + ".files")
    folder.mkdir()
    with (folder / "dump.bin").open("wb") as file:
        os.truncate(file.fileno(), 21 * 1024 * 1024)
    hands.hand("张三")


@stopped("E-gate-submodule")
def submodule(hands: Insider) -> None:
    """Another repository in the tree."""
    hands.tree(f"160000 commit {hands.began}\tvendor\n")


@stopped("E-gate-submodule")
def list_of_submodules(hands: Insider) -> None:
    """The file that names them."""
    hands.write(".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c id\n')
    hands.hand("张三")


@stopped("E-gate-attributes")
def filter_by_attribute(hands: Insider) -> None:
    """A filter that rewrites what is checked out."""
    hands.write(".gitattributes", "*.yaml filter=mine\n")
    hands.hand("张三")


@stopped("E-gate-hook")
def hook_in_the_tree(hands: Insider) -> None:
    """A program that waits for core.hooksPath."""
    hands.write(".githooks/post-checkout", "#!/bin/sh\nid\n")
    hands.hand("张三")


@stopped("E-gate-executable")
def program(hands: Insider) -> None:
    """A file that can be run."""
    hands.write("tool", "#!/bin/sh\nid\n")
    (hands.root / "tool").chmod(0o755)
    hands.hand("张三")


@stopped("E-gate-stray")
def stray_record(hands: Insider) -> None:
    """A file among the records that belongs to none."""
    hands.write("records/2026/11/23/notes.txt", "x\n")
    hands.hand("张三")


# ── histories


@stopped("E-gate-rewound")
def rewound(hands: Insider) -> None:
    """The last steps are cut off and pushed by force."""
    hands.run("reset", "-q", "--hard", "HEAD~2")
    hands.write("README.md", "hello\n")
    hands.hand("张三")


@stopped("E-gate-delete")
def deleted_branch(hands: Insider) -> None:
    """The branch is gone."""
    hands.updates = [(hands.began, ZERO, "refs/heads/main")]


@stopped("E-gate-delete")
def deleted_report_tag(hands: Insider) -> None:
    """Which commit a report was made of is forgotten."""
    hands.updates = [(hands.began, ZERO, "refs/tags/report/2026-10")]


@stopped("E-gate-tag")
def moved_report_tag(hands: Insider) -> None:
    """… or is another one."""
    hands.updates = [(hands.began, hands.desk.git("rev-parse", "HEAD~1").strip(), "refs/tags/report/2026-10")]


@stopped("E-gate-tag")
def plain_seal(hands: Insider) -> None:
    """A seal that names nobody."""
    hands.updates = [(ZERO, hands.began, "refs/tags/audit/2026-11-24")]


@stopped("E-gate-ref")
def replaced_objects(hands: Insider) -> None:
    """Git is told to show another commit instead."""
    hands.updates = [(ZERO, hands.began, f"refs/replace/{hands.began}")]


@stopped("E-gate-root")
def another_beginning(hands: Insider) -> None:
    """A history that never met this one, on a branch of its own."""
    hands.run("checkout", "-q", "--orphan", "new")
    head = hands.hand("张三")
    hands.updates = [(ZERO, head, "refs/heads/new")]


@stopped("E-gate-octopus")
def merge_of_three(hands: Insider) -> None:
    """A merge that nobody can look through."""
    for name in ("a", "b"):
        hands.run("checkout", "-q", "-b", name, hands.began)
        hands.write(f"{name}.md", "x\n")
        hands.hand("张三")
    hands.run("checkout", "-q", "main")
    tree = hands.run("rev-parse", "HEAD^{tree}")
    made = hands.run("commit-tree", tree, "-p", "HEAD", "-p", "a", "-p", "b", "-m", "three")
    hands.run("update-ref", "refs/heads/main", made)


def two_sides(hands: Insider) -> tuple[str, str]:
    """A note on either side of a case, each by a verb; the work tree stands on the first."""
    hands.desk.itil("note", hands.ids[OPEN], "甲记的", who="张三")
    first = hands.run("rev-parse", "HEAD")
    hands.run("checkout", "-q", "-b", "other", hands.began)
    hands.desk.itil("note", hands.ids[OPEN], "乙记的", who="陈一")
    second = hands.run("rev-parse", "HEAD")
    hands.run("checkout", "-q", "main")
    return first, second


def merged_as(hands: Insider, sides: tuple[str, str], who: str = "张三") -> None:
    """A merge of both with the work tree's files."""
    hands.desk.git("add", "-A")
    tree = hands.run("write-tree")
    made = hands.run("commit-tree", tree, "-p", sides[0], "-p", sides[1], "-m", "merge", who=who)
    hands.run("update-ref", "refs/heads/main", made)


@stopped("E-gate-history")
def merge_that_loses_a_step(hands: Insider) -> None:
    """A merge that takes one side and drops the other's step."""
    merged_as(hands, two_sides(hands))


@stopped("E-gate-joined")
def merge_that_adds_something(hands: Insider) -> None:
    """A merge that says what neither side said."""
    sides = two_sides(hands)
    with hands.record(OPEN) as incident:
        incident["symptom"] = "两边都没写过"
    merged_as(hands, sides)


@stopped("E-gate-deleted")
def merge_that_drops_a_case(hands: Insider) -> None:
    """A merge in which a case is gone."""
    sides = two_sides(hands)
    for path in hands.path(CLOSED).parent.glob(f"*-{hands.ids[CLOSED]}.*"):
        path.unlink()
    merged_as(hands, sides)


@stopped("E-gate-role")
def merge_that_promotes(hands: Insider) -> None:
    """A role slipped into a merge."""
    sides = two_sides(hands)
    promote(hands)
    merged_as(hands, sides, who="李四")


@stopped("E-gate-founding")
def desk_that_begins_with_records(hands: Insider) -> None:
    """A new desk on an empty server, with cases that nobody recorded."""
    hands.run("checkout", "-q", "--orphan", "fresh")
    head = hands.hand("张三")
    import shutil
    import subprocess

    shutil.rmtree(hands.server)
    subprocess.run(["git", "init", "-q", "--bare", str(hands.server)], check=True)
    hands.updates = [(ZERO, head, "refs/heads/main")]


# ── what nobody could read any more


@stopped("E-people-key-days")
def key_that_ends_before_it_begins(hands: Insider) -> None:
    """Every command of everybody would refuse from then on."""
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJyY9Yvdeq6i0Eub3pZJt3xTqyX2bZ0vVd4W7QkX5c0A"
    path = hands.root / "people.yaml"
    row = f'id: "陈一"\n    keys: [{{key: "{key}", from: "2026-11-20", until: "2026-11-10"}}]\n'
    path.write_text(path.read_text("utf-8").replace('id: "陈一"\n', row), "utf-8")
    hands.hand("张三")


@stopped("E-desk-timezone")
def settings_that_no_command_reads(hands: Insider) -> None:
    """A time zone that there is not."""
    path = hands.root / "desk.yaml"
    path.write_text(path.read_text("utf-8").replace("Asia/Shanghai", "Asia/Shangai"), "utf-8")
    hands.hand("张三")


@stopped("E-calendar-twice")
def calendar_with_a_day_twice(hands: Insider) -> None:
    """The whole year would count as not covered."""
    path = hands.root / "calendar" / "2026.yaml"
    text = path.read_text("utf-8")
    day = '  - {name: "x", date: "2026-01-01", isOffDay: true}\n'
    path.write_text(text.rstrip("\n") + "\n" + day, "utf-8")
    hands.hand("张三")
