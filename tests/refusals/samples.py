"""One sample for each problem code: on the desk of `scene.py`, what was done, and the command that then says the code.

``{name}`` is the ID of the scene's case at that station. A hand edit is a pattern and what it becomes, once, in a part
of a case or in a file of the desk. Codes that another test already shows need no row here.
"""

from __future__ import annotations

from dataclasses import dataclass

FULL = "-o 一院 -c 张 -p 10086 -y 黑屏 -b 停诊 -e none --type fault -g terminal -s low -q 一般"
FINISH = "--diagnosis 比对 --cause 驱动不符"
DISPATCH = "--reason 远程无法解决 --from +1h --until +3h"
LATER = "2026-12-15T09:00:00+08:00"
SOON = "2026-11-23T10:00:00+08:00"


@dataclass(frozen=True)
class Sample:
    """``first`` are commands that succeed, ``edits`` are (case and part or file, pattern, replacement)."""

    code: str
    command: str
    who: str = "张三"
    now: str | None = None
    first: tuple[str, ...] = ()
    edits: tuple[tuple[str, str, str], ...] = ()


def found(code: str, place: str, pattern: str, becomes: str = "") -> Sample:
    """What `check` finds after a hand edit; of one case alone where the edit is in one."""
    case = place.partition("/")[0]
    whole = case in ("records", "knowledge")
    return Sample(code, "check" if whole else f"check {{{case}}}", edits=((place, pattern, becomes),))


REFUSED = (
    # §5, at any stage
    Sample("E-5-text", "note {fresh}"),
    Sample("E-5-hold-on", "hold {fresh} --reason 等备件"),
    Sample("E-5-itself", "merge {fresh} --into {fresh} --reason 重复"),
    # §5.1
    Sample("E-5.1-caller", "new -y 黑屏 --incomplete 线路中断"),
    Sample("E-5.1-channel", f"new {FULL}", edits=(("desk.yaml", 'intake_channel: "hotline"\n', ""),)),
    Sample("E-5.1-no-draft", "new --draft"),
    # §5.2
    Sample("E-5.2-notice-to", "notify {unnotified}", edits=(("people.yaml", "department_manager", "archivist"),)),
    Sample("E-5.2-supplier-name", "escalate {tried} --to tier3 --reason supplier"),
    # §5.4
    Sample("E-5.4-consent-via", "remote {web} --consent-by 张三丰 --unsolved"),
    Sample("E-5.4-session", "remote {fresh} --consent-by 张三丰 --started 09:40 --ended 09:30 --unsolved", now=SOON),
    # §5.5
    Sample("E-5.5-stage", "escalate {approved} --to tier2 --reason beyond_capability"),
    Sample("E-5.5-take", "assign {fresh} --reason 换班", who="李四"),
    Sample("E-5.5-waiting", "escalate {waiting} --to tier2 --reason beyond_capability"),
    # §5.6
    Sample("E-5.6-lead", f"dispatch {{tried}} {DISPATCH} --decided-by 王五 --engineer 李四 --engineer 陈一"),
    Sample("E-5.6-no-order", "approve {waiting}/remote-1", who="赵总"),
    Sample("E-5.6-not-manager", f"dispatch {{tried}} {DISPATCH} --decided-by 李四 --engineer 李四"),
    Sample(
        "E-5.6-schedule",
        "dispatch {tried} --reason 远程无法解决 --from +3h --until +1h --decided-by 王五 --engineer 李四",
    ),
    Sample("E-5.6-waiting", f"dispatch {{waiting}} {DISPATCH} --decided-by 王五 --engineer 李四"),
    # §5.7
    Sample("E-5.7-appointment", "visit start {approved}", first=("visit plan {approved} --ready",)),
    Sample("E-5.7-not-needed", "visit start {planned}", first=("visit plan {planned} --not-needed patches",)),
    Sample("E-5.7-reason", "visit leave {onsite}"),
    # §5.8
    Sample("E-5.8-session", f"visit finish {{onsite}} {FINISH} --unsolved --left 08:00"),
    # §5.9
    Sample("E-5.9-backup-late", "backup {major} --location /b/9", now=SOON),
    Sample("E-5.9-on-site", "resolve {onsite} --solution 更新驱动"),
    Sample("E-5.9-plan", "plan {fresh} --solution 换新"),
    Sample("E-5.9-waiver", "backup {fresh} --waived-by 张三丰"),
    # §5.10
    Sample("E-5.10-method", "confirm {solved} --confirmed-by 张三丰"),
    Sample("E-5.10-sign-what", "sign {tried}/remote-1 --signed-by 张三丰"),
    Sample("E-5.10-unsigned-reason", "confirm {solved} --unsigned refused"),
    # §5.11
    Sample("E-5.11-location", "receive {visited}/work-order-1", who="档案"),
    Sample("E-5.11-received", "receive {visited}/work-order-1 --location B柜", who="档案"),
    # the desk and the command line
    Sample("E-answer-at", "respond {fresh} --guidance 重启 --at 某日"),
    Sample("E-cli-stdin", "new -y - -b -"),
    Sample("E-desk-clock", "show {fresh}", now="noon"),
    Sample("E-desk-format", "show {fresh}", edits=(("desk.yaml", "format: 1", "format: 2"),)),
    Sample("E-desk-language", "show {fresh}", edits=(("desk.yaml", 'language: "zh"', 'language: "fr"'),)),
    Sample("E-desk-target", "show {fresh}", edits=(("desk.yaml", r"\Z", 'response_targets: {high: "soon"}\n'),)),
    Sample("E-find-form", "show {fresh}/onsite-1"),
    Sample("E-list-limit", "list --limit 0"),
    Sample("E-list-value", "list --sort colour"),
    Sample("E-people-id", "new " + FULL, edits=(("people.yaml", '- id: "周总"\n    ', "- "),)),
)

WARNED = (
    Sample("W-5.2-contract-time", "escalate {linked} --to tier3 --reason supplier --contract HT-1"),
    Sample("W-5.7-cooperation", "visit start {approved}", first=("visit plan {approved} --appointment +1h --ready",)),
    Sample(
        "W-5.9-plan", f"visit finish {{onsite}} {FINISH} --solved --solution 更新驱动 --backup /b/3 --signed-by 张三丰"
    ),
    Sample("W-5.12-pending", "item {fresh} --update 读卡器-03.driver=2"),
)

FOUND = (
    # §5, the history and the files
    found("E-5-attachment", "other/incident", r"^    sha256: .*\n"),
    found("E-5-attachment-name", "other/incident", r'file: "sign.jpg"', 'file: "../sign.jpg"'),
    found("E-5-history-empty", "fresh/incident", r"^history:\n(?:.|\n)*", "history: []\n"),
    # §5.1
    found("E-5.1-form-no", "fresh/remote-1", r"^(form_no:.*)2", r"\g<1>3"),
    found("E-5.1-id", "fresh/incident", r'^id: ".*"', 'id: "7K3Q"'),
    found("E-5.1-receipt", "fresh/incident", r"^received_by: .*\n"),
    # §5.2
    found("E-5.2-category-na", "asked/incident", r"^importance:", 'category: "terminal"\nimportance:'),
    found("E-5.2-severity-na", "asked/incident", r"^importance:", 'severity: "low"\nimportance:'),
    Sample("W-5.2-review", "check {major}", now=LATER),
    # §5.3, §5.4
    found("E-5.3-response", "solved/incident", r"^      first_response_at: .*\n"),
    found("E-5.4-consent-at", "tried/remote-1", r'(given_by: "张三丰"\n)  at: .*\n', r"\1"),
    found("E-5.4-consent-late", "tried/remote-1", r'(given_by: "张三丰"\n  at: "2026-11-23T)09', r"\g<1>10"),
    found("E-5.4-operator", "tried/remote-1", r"^operator: .*\n"),
    # §5.6–§5.8
    found("E-5.6-approved", "visited/work-order-1", r"^approved:\n(?:  .*\n)*"),
    found("E-5.7-contact", "visited/onsite-1", r"^  customer_contact: .*\n"),
    found("E-5.7-not-approved", "visited/work-order-1", r'decision: "approved"', 'decision: "rejected"'),
    found("E-5.7-place", "visited/onsite-1", r"^  place: .*\n"),
    found("E-5.8-performed-by", "visited/onsite-1", r"^performed_by:\n  - .*\n"),
    found("E-5.8-times", "visited/onsite-1", r"^    left_at: .*\n"),
    # §5.9, §5.10
    found("E-5.9-resolution", "solved/incident", r"^  kind: .*\n"),
    found("E-5.9-tier", "solved/incident", r"^  tier: 1$", "  tier: 7"),
    found("E-5.10-confirmed-at", "closed/incident", r'^(  by: "张三丰"\n)  at: .*\n', r"\1"),
    found("E-5.10-early", "closed/incident", r'^(  by: "张三丰"\n  at: "2026-11-23T)09', r"\g<1>08"),
    found("E-5.10-digest", "visited/onsite-1", r'sha256: "....', 'sha256: "ABCD'),
    # §5.11–§5.13
    found("E-5.11-archived", "closed/incident", r"^archived:\n(?:  .*\n)*"),
    found("E-5.11-not-filed", "closed/remote-1", r"^archived:\n(?:  .*\n)*"),
    Sample("E-5.11-serial", "check", edits=(("closed/remote-1", r'^serial: ".*"', 'serial: "A-7"'),)),
    found("E-5.11-serials-name", "records/serials/old.yaml", r"\Z", "{}\n"),
    Sample("W-5.11-receipt", "check {visited}", now=LATER, edits=(("visited/work-order-1", r"^received:\n(?:  .*\n)*", ""),)),
    found("E-5.12-items", "visited/incident", r"^      attribute: .*\n"),
    found("E-5.13-closed-by", "closed/incident", r'by: "张三"(\n    recorded_by: "张三"\n    action: "close")', r'by: "李四"\1'),
    found("E-5.13-reviewed", "knowledge/KB-7K3Q.md", r"\Z", '---\nid: "KB-7K3Q"\nstatus: "published"\n---\n\n## 现象\n\n黑屏\n'),
    # §5.14
    found("E-5.14-call", "closed/follow-up-1", r'^by: "张三"\n'),
    found("E-5.14-range", "closed/follow-up-1", r"^satisfaction: 5", "satisfaction: 6"),
    found("W-5.14-due-on", "closed/incident", r'^due_on: "2026-11-30"', 'due_on: "2026-11-27"'),
    Sample("W-5.14-late", "check {solved}", now=LATER),
    # a day that is none
    found("E-record-day", "closed/incident", r'^due_on: "2026-11-30"', 'due_on: "2026-11-31"'),
)  # fmt: skip
