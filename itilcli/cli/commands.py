"""The table of commands: name, clause, summary, what they take, and which function they are. Nothing runs here."""

from __future__ import annotations

from collections.abc import Callable

from itilcli.cli.table import Argument, Command, Option
from itilcli.text import N_

SOLVING = "solution kind tier performed_by mode_exception backup backup_waived verified"
ENDING = "confirmed_by method change problem item knowledge rest"
INTAKE = (
    "organisation contact phone email address channel symptom business_impact expected_by no_expected title type category "
    "severity importance urgency square supplier contract supplier_ref due_at major major_manager project model"
)


def answers(names: str, *more: Option) -> Callable[[], tuple[Option, ...]]:
    """The options for these answers of the procedure, built when the command is wanted."""

    def options() -> tuple[Option, ...]:
        from itilcli.procedure.answers import ANSWERS

        rows = (ANSWERS[name] for name in dict.fromkeys(names.split()))
        return (*(_option(row) for row in rows), *more)

    return options


def only(*options: Option) -> Callable[[], tuple[Option, ...]]:
    """These options and no others."""
    return lambda: options


def _option(row: object) -> Option:
    from itilcli.cli.complete import case_ids, codes_of, models, people
    from itilcli.procedure.answers import Answer

    assert isinstance(row, Answer)
    kind = row.kind
    shape = "many" if row.many else kind if kind in ("flag", "switch") else "choice" if row.codes else "prose"
    complete = codes_of(row.codes) if row.codes else people if kind in ("person", "people") else None
    complete = {"organisation": _complete_customer, "phone": _complete_phone}.get(row.name, complete)
    complete = case_ids if kind in ("case", "parent", "cases") else models if row.name == "model" else complete
    metavar = row.metavar or ("|".join(row.codes) if row.codes else "" if kind in ("flag", "switch") else "TEXT")
    bare, valued = ALONE.get(row.name, ("", None))
    return Option(row.name, row.flags, row.help, shape, metavar, complete, bare, valued)  # type: ignore[arg-type]


def _on_checklist(word: str) -> bool:
    from itilcli.model.codes import CHECKLIST_ITEM

    item = word.replace("：", ":").partition(":")[0]
    return item == "all" or CHECKLIST_ITEM.parse(item) is not None


def _none(word: str) -> bool:
    from itilcli.procedure.reading import NONE

    return word.lower() in NONE


ALONE: dict[str, tuple[str, Callable[[str], bool] | None]] = {"ready": ("all", _on_checklist), "rest": ("none", _none)}
"""Flags that may stand alone: what they mean then, and which words after them are their value."""


def _complete_id(text: str) -> list[tuple[str, object]]:
    from itilcli.cli.complete import case_ids

    return case_ids(text)


def _filters() -> tuple[Option, ...]:
    from itilcli.cli.filters import filters

    return filters()


def _export() -> tuple[Option, ...]:
    from itilcli.cli.exporting import options

    return options()


def _complete_article(text: str) -> list[tuple[str, object]]:
    from itilcli.cli.kb import article_ids

    return list(article_ids(text))


def _complete_action(text: str) -> list[tuple[str, object]]:
    from itilcli.cli.improving import action_ids

    return action_ids(text)


def _complete_model(text: str) -> list[tuple[str, object]]:
    from itilcli.cli.complete import models

    return models(text)


def _complete_person(text: str) -> list[tuple[str, object]]:
    from itilcli.cli.complete import people

    return people(text)


def _complete_customer(text: str) -> list[tuple[str, object]]:
    from itilcli.cli.complete import customers

    return customers(text)


def _complete_phone(text: str) -> list[tuple[str, object]]:
    from itilcli.cli.complete import phones

    return phones(text)


def _codes(name: str) -> Callable[[str], list[tuple[str, object]]]:
    """Completion over a closed list, loaded when it is wanted."""

    def complete(text: str) -> list[tuple[str, object]]:
        from itilcli.cli.complete import codes_of
        from itilcli.model import codes

        return list(codes_of(getattr(codes, name))(text))

    return complete


ID = Argument("id", "ID", N_("the case: any part of its ID that is unique"), complete=_complete_id)
REF = Argument(
    "id",
    "REF",
    N_("a form of a case, like 7K3Q/work-order-1; the case alone where only one can be meant"),
    complete=_complete_id,
)
ANY = Argument("id", "ID", N_("the case, or a form of it"), complete=_complete_id)
STEP = "itilcli.cli.steps:step"
CASE, FIELD, READ = N_("working a case"), N_("on site"), N_("looking")
DESK_, KNOW = N_("the desk"), N_("knowledge base")
KB = Argument("id", "KB", N_("the article: any part of its ID that is unique"), complete=_complete_article)
ON = Option("on", ("--on",), N_("as of this day (default: today)"), metavar="DATE")
NEWCOMER = (
    Option("email", ("--email",), N_("the address of their git commits; several may be given"), "many", "ADDRESS"),
    Option(
        "role", ("--role",), N_("a role, by code or Chinese term; several may be given"), "many", "ROLE", _codes("ROLE")
    ),
    Option("id", ("--id",), N_("how records name them, where the name is taken (default: the name)")),
    Option("from_day", ("--from",), N_("the first day of the roles (default: open)"), metavar="DATE"),
    Option(
        "approved_by",
        ("--approved-by",),
        N_("who of the top management approved it"),
        "text",
        "PERSON",
        _complete_person,
    ),
    Option("phone", ("--phone",), N_("phone number")),
)
NAMED = Argument("name", "NAME", N_("the person, by name or e-mail"), complete=_complete_person)
IDS_TO = Argument(
    "ids",
    "ID… [PERSON] [REASON]",
    N_("the cases: of each any part of its ID that is unique; then who takes them, and why"),
    "+",
    complete=_complete_id,
)
FIRST = Option("from_day", ("--from",), N_("the first day (default: today)"), metavar="DATE")
LAST = Option("until_day", ("--until",), N_("the last day"), metavar="DATE")
CHANGED = (
    Option("add_role", ("--add-role",), N_("a role they get; several may be given"), "many", "ROLE", _codes("ROLE")),
    Option(
        "remove_role",
        ("--remove-role",),
        N_("a role that ends: with today, with --until, or before --from"),
        "many",
        "ROLE",
        _codes("ROLE"),
    ),
    FIRST,
    LAST,
    Option("email", ("--email",), N_("one more address of their git commits; several may be given"), "many", "ADDRESS"),
    Option("phone", ("--phone",), N_("phone number")),
    Option(
        "approved_by",
        ("--approved-by",),
        N_("who of the top management approved it"),
        "text",
        "PERSON",
        _complete_person,
    ),
    Option("shown", ("--name",), N_("the name shown; records keep naming them as before"), metavar="NAME"),
)
TAKER = Option("taker", ("--to",), N_("who takes the cases over"), "text", "PERSON", _complete_person)
WHY = Option("reason", ("--reason",), N_("why (default: a shift's end, or the leaving)"))
LEAVING = (Option("on", ("--on",), N_("the last day at the desk (default: today)"), metavar="DATE"), TAKER, WHY)
DEPUTY = (
    Option("to", ("--to",), N_("who acts for them"), "text", "PERSON", _complete_person),
    FIRST,
    LAST,
    Option("end", ("--end",), N_("it ends: with today, or with --until"), "flag"),
)
HANDOVER = (
    TAKER,
    Option(
        "giver",
        ("--from",),
        N_("whose cases (default: mine); another's only by the incident manager"),
        "text",
        "PERSON",
        _complete_person,
    ),
    WHY,
)
CUSTOMER = (
    Option("contact", ("--contact", "-c"), N_("a person there who calls")),
    Option("phone", ("--phone", "-p"), N_("the contact's phone number")),
    Option("email", ("--email",), N_("the contact's e-mail address")),
    Option("address", ("--address",), N_("the customer's address")),
    Option("project", ("--project",), N_("a project supported there; several may be given"), "many"),
    Option("vip", ("--vip/--not-vip",), N_("a VIP: the contact where one is named, else the whole customer"), "switch"),
)
ARTICLE = (
    Option("title", ("--title", "-t"), N_("title (default: the case's)")),
    Option("symptom", ("--symptom", "-y"), N_("what is seen"), "prose"),
    Option("environment", ("--environment",), N_("where it happens: product, version, device"), "prose"),
    Option("cause", ("--cause",), N_("why it happens"), "prose"),
    Option("solution", ("--solution",), N_("what solves it"), "prose"),
    Option("workaround", ("--workaround",), N_("what helps until it is solved"), "prose"),
    Option("category", ("--category", "-g"), N_("where the fault lies"), "choice", "CODE", _codes("CATEGORY")),
    Option("source", ("--from",), N_("draft it out of this case"), "text", "ID", _complete_id),
)
MODEL = "title symptom type category severity importance urgency square major supplier contract project item consulted guidance solution kind"
MODEL_ONLY = (
    Option("description", ("--description",), N_("when to use it"), "prose"),
    Option("source", ("--from",), N_("make it out of this case"), "text", "ID", _complete_id),
)
REPORT = (
    Option("format", ("--format",), N_("md (the default), html, json, xlsx, docx or csv"), metavar="md|html|json|…"),
    Option("output", ("--output",), N_("write it to a file, whose ending tells the format"), metavar="FILE"),
    Option("chart", ("--chart",), N_("only its charts, as text"), "flag"),
    Option("from_month", ("--from",), N_("the first of several months"), metavar="MONTH"),
    Option("to_month", ("--to",), N_("the last of several months (else last month)"), metavar="MONTH"),
    Option("as_of", ("--as-of",), N_("as it was at a commit, a tag or a day"), metavar="REV|DATE"),
    Option(
        "organisation",
        ("--organisation", "-o"),
        N_("the monthly service report of one customer"),
        metavar="NAME",
        complete=_complete_customer,
    ),
    Option("project", ("--project",), N_("the monthly service report of one project"), metavar="NAME"),
    Option("comment", ("--comment",), N_("the manager's text on problems and improvements"), "prose", metavar="TEXT"),
    Option(
        "issue",
        ("--issue",),
        N_("keep it in the desk for good; the incident manager does, once the month is over"),
        "flag",
    ),
    Option(
        "excluding",
        ("--excluding",),
        N_("with --issue: leave out a record in fault (again for more)"),
        "many",
        metavar="ID",
    ),
    Option("reason", ("--reason",), N_("with --excluding: why"), metavar="WHY"),
    Option(
        "unattended",
        ("--unattended",),
        N_("with --issue, for cron: asks nothing, says one line, needs no text of the manager"),
        "flag",
    ),
    Option(
        "preflight",
        ("--preflight",),
        N_("what stands in the way of this month's report: whom to ask, what to type"),
        "flag",
    ),
    Option("notify", ("--notify",), N_("with --issue or --preflight: tell the team (docs/cron.md)"), "flag"),
    Option("verify", ("--verify",), N_("compute an issued report anew and say what differs"), "flag"),
    Option("all", ("--all",), N_("with --verify: every issued report"), "flag"),
    Option("dry_run", ("--dry-run",), N_("show what would be written"), "flag"),
)
LOG = (
    Option("map", ("--map",), N_("the YAML file that explains its columns"), metavar="MAP"),
    Option(
        "skip_refused", ("--skip-refused",), N_("leave out incidents at fault, instead of importing nothing"), "flag"
    ),
)
IMPROVEMENT = (
    Option("owner", ("--owner",), N_("who sees to it"), "text", "PERSON", _complete_person),
    Option("due", ("--due",), N_("the day until which it is to be done"), metavar="DATE"),
    Option(
        "month",
        ("--month",),
        N_("the month whose report names it (default: the last one that is over)"),
        metavar="MONTH",
    ),
)
IMPROVED = (
    Option("note", ("--note",), N_("what was done, or why it is given up"), "prose"),
    Option("on", ("--on",), N_("the day on which it was done (default: today)"), metavar="DATE"),
    Option("dropped", ("--dropped",), N_("it is given up, not done; the note says why"), "flag"),
)
INIT = (
    Option("organisation", ("--organisation", "-o"), N_("the name of your organisation"), metavar="NAME"),
    Option("language", ("--language",), N_("the desk's language (default: yours, else zh)"), metavar="zh|en"),
    Option("timezone", ("--timezone",), N_("the desk's time zone (default: Asia/Shanghai)"), metavar="ZONE"),
)
CORRECTING = (
    Option("step", ("--step",), N_("the step with this number in itil log"), "number", "N"),
    Option("set", ("--set",), N_("when that step really happened"), "many", "at=TIME"),
    Option("retract", ("--retract",), N_("that step did not happen; it stays readable"), "flag"),
)
EDIT = Option("edit", ("--edit",), N_("fill in the form in your editor"), "flag")
SLIPS = Option(
    "slips", ("--from",), N_("many slips, all or none, as lines or YAML; - for standard input"), metavar="FILE"
)
SEND = Option("send", ("--send",), N_("send the notice first; only one that arrived is recorded"), "flag")
DRAFT = Option("draft", ("--draft",), N_("go on from the answers of the refused call"), "flag")
DRAFTS = Option("drafts", ("--drafts",), N_("list the refused calls that are kept, newest first"), "flag")
DROP_DRAFTS = Option("drop_drafts", ("--drop-drafts",), N_("let go of all refused calls that are kept"), "flag")


WORDED = {
    "escalate": "[TIER] [REASON] [TRIED]", "hold": "[ON] [UNTIL] [REASON]", "agree": "[UNTIL] [REASON]",
    "follow-up": "[SATISFACTION] [RESULT] [COMMENT]", "respond": "[GUIDANCE]", "resolve": "[SOLUTION]", "close": "[ID…] [SOLUTION]",
    "confirm": "[CONFIRMED-BY]", "return": "[REASON]", "reopen": "[REASON]", "void": "[REASON]", "reject": "[REASON]",
    "withdraw": "[REASON]", "resume": "[REASON]", "merge": "[INTO] [REASON]", "link": "[PARENT] [REASON]",
    "backup": "[LOCATION]", "plan": "[SOLUTION]", "diagnose": "[DIAGNOSIS] [CAUSE]", "review": "[FINDINGS] [ACTIONS]",
    "hand-in": "[COMMENT]", "visit leave": "[BACK] [REASON]", "visit cancel": "[REASON]",
}  # fmt: skip
"""The verbs whose answers may stand without their flags, as the usage line shows them; `procedure.words` reads them."""


def _words(name: str) -> Argument:
    return Argument("words", WORDED[name], N_("the same as the flags of these names, in any order that is plain"), "*")


def verb(
    name: str, clause: str, summary: str, takes: str, example: str, group: str = CASE, *arguments: Argument
) -> Command:
    """A verb that records a step on a case."""
    return Command(
        name,
        clause,
        summary,
        STEP,
        (*(arguments or (ID,)), *((_words(name),) if name in WORDED else ())),
        answers(takes),
        f"itil {name} {example}",
        writes=True,
        group=group,
    )


COMMANDS: tuple[Command, ...] = (
    Command(
        "new", "5.1", N_("take a call; with a solution it is solved at once"), "itilcli.cli.taking:new", (),
        answers(f"{INTAKE} same_as received_by incomplete item notified consulted guidance responded_at took resolved_at {SOLVING} {ENDING}", DRAFT, DRAFTS, DROP_DRAFTS, EDIT, SLIPS),
        "itil new -o 第一人民医院 -c 张三丰 -p 0571-88886666 -y 读卡器无法识别 -b 3号窗口无法结算 -e 明天 --type fault -g terminal -s low -q 一般",
        writes=True, group=CASE,
    ),
    verb("classify", "5.2", N_("complete the intake, classify, regrade with a reason"), f"{INTAKE} item reason", "7K3Q --severity medium --reason 影响全院"),
    Command("notify", "5.2", N_("report a major incident to the department manager"), "itilcli.cli.notices:notify", (ID,), answers("to unreachable instead", SEND), "itil notify 7K3Q", writes=True, group=CASE),
    verb("review", "5.2", N_("the review after a major incident"), "findings review_actions", "7K3Q --findings 单点故障 --actions 增加备机"),
    verb("respond", "5.3", N_("guide the customer by phone, after the knowledge base"), "consulted guidance notified", "7K3Q -k none --guidance 重新插拔读卡器"),
    verb("remote", "5.4", N_("record a remote session, with the customer's consent"), f"consent_by consent_via tool actions started ended solved notified {SOLVING} {ENDING}", "7K3Q --consent-by 张三丰 --tool 向日葵 --actions 重装驱动 --unsolved"),
    verb("escalate", "5.5", N_("hand it to tier 2 or 3, or report it to a manager"), "escalate_to escalation_reason tried assignee supplier contract supplier_ref due_at notified", "7K3Q --to tier2 --reason unresolved --tried 重装驱动无效"),
    verb("return", "5.5", N_("hand it back to the tier it came from"), "reason", "7K3Q --reason 已定位为现场接线问题"),
    Command("assign", "5.5", N_("give it to somebody, or take it; several cases alike in one commit"), "itilcli.cli.handover:assign", (IDS_TO,), answers("to_person owner reason"), "itil assign 7K3Q --to 李四 --reason 换班", writes=True, group=CASE),
    Command("handover", "5.5", N_("all my open cases to somebody else, at a shift's end"), "itilcli.cli.handover:handover", (Argument("ids", "[ID…] [PERSON] [REASON]", N_("only these cases; without any, all; then who takes them, and why"), "*", complete=_complete_id),), only(*HANDOVER), "itil handover --to 陈一", writes=True, group=CASE),
    verb("plan", "5.9", N_("what will be done, and when the customer was told"), "solution feasibility duration told_at", "7K3Q --solution 更换读卡器 --feasibility 备件已到 --duration 2h --told-at -10m"),
    verb("diagnose", "5.8", N_("method and cause"), "diagnosis cause", "7K3Q --diagnosis baseline_comparison --cause 驱动版本不符"),
    verb("agree", "5.9", N_("a time agreed with the customer"), "until with_whom reason", "7K3Q --until 3wd --with 张三丰 --reason 等备件"),
    verb("backup", "5.9", N_("a backup made, or waived"), "location verified waived_by reason", "7K3Q --location /backup/20261123 --verified"),
    Command("change", "5.9", N_("whether the fix needs a change"), "itilcli.cli.steps:answer", (ID, Argument("none", "none", N_("no change is needed"), "?")), answers("change_class ref"), "itil change 7K3Q --class normal --ref CHG-0012", writes=True, group=CASE),
    Command("problem", "5.9", N_("whether problem management takes it"), "itilcli.cli.steps:answer", (ID, Argument("none", "none", N_("it is no problem"), "?")), answers("problem_reason ref problem_by"), "itil problem 7K3Q --reason recurring --ref PRB-0007", writes=True, group=CASE),
    verb("resolve", "5.9", N_("it is solved"), f"{SOLVING} notified with_children {ENDING}", "7K3Q --solution 更新驱动后正常"),
    verb("confirm", "5.10", N_("the customer's word: yes, no, silence or refusal"), "confirmed_by method no_answer unsigned accept reason witness evidence solved change problem item knowledge rest", "7K3Q --confirmed-by 张三丰 --method phone"),
    verb("archive", "5.11", N_("file the records, hand over the work orders"), "", "7K3Q"),
    Command("receive", "5.11", N_("the archivist has the work order, or sends it back; several alike at once"), "itilcli.cli.receiving:receive", (Argument("ids", "REF", N_("a work order by case, form or serial; several may be named"), "+", complete=_complete_id),), answers("location refuse"), "itil receive 7K3Q/work-order-1 --location A柜3层", writes=True, group=CASE),
    verb("hand-in", "5.11", N_("a work order that the archivist sent back, mended and handed over again"), "comment", "7K3Q/work-order-1 --comment 已补签名", CASE, REF),
    Command("item", "5.12", N_("configuration items that change"), "itilcli.cli.steps:answer", (ID, Argument("none", "none", N_("none changes"), "?")), answers("update done commit"), "itil item 7K3Q --update 读卡器-03.driver=2.1.4", writes=True, group=CASE),
    Command("close", "5.13", N_("walk what is left of 5.9–5.13 in one commit; of several cases alike at once"), "itilcli.cli.closing:close", (ID, _words("close")), answers(f"{SOLVING} notified {ENDING}"), "itil close 7K3Q --confirmed-by 张三丰 --rest none", writes=True, group=CASE),
    verb("follow-up", "5.14", N_("the call to the customer after the solution"), "result satisfaction solved comment complaint handler outcome", "7K3Q --result reached --satisfaction 5 --solved"),
    verb("hold", "5", N_("wait for somebody or something"), "hold until reason", "7K3Q --on supplier --until 3wd --reason 等待备件"),
    verb("resume", "5", N_("end the hold"), "reason", "7K3Q"),
    verb("reopen", "5", N_("the same fault again"), "reason", "7K3Q --reason 故障重现"),
    Command(
        "correct", "5", N_("put right what was recorded wrongly; old and new are kept"), "itilcli.cli.correcting:correct",
        (ANY, Argument("fields", "FIELD=VALUE", N_("a field by its name, flag or label, and what it should hold; nothing empties it"), "*")),
        answers("reason", *CORRECTING), "itil correct 7K3Q phone=0571-88886667 severity=medium --reason 问清后更正", writes=True, group=CASE,
    ),
    Command(
        "edit", "5", N_("the same in your editor: change the fields, save, and it becomes a correction"), "itilcli.cli.correcting:edit",
        (ANY,), answers("reason"), "itil edit 7K3Q", writes=True, group=CASE,
    ),
    verb("void", "5", N_("it is no incident; kept, in no figure"), "reason", "7K3Q --reason 误报"),
    verb("merge", "5", N_("it was reported twice; it goes into the other case"), "into reason", "7K3Q --into 8M2P --reason 重复报修"),
    verb("link", "5", N_("the case it belongs to, or has to do with"), "parent related reason", "8M2P --parent 7K3Q"),
    Command("note", "5", N_("a remark; word from or to the customer"), STEP, (ID, Argument("text", "TEXT", N_("the text; - for standard input"), "?", prose=True)), answers("from_customer to_customer"), "itil note 7K3Q 客户来电催办 --from-customer", writes=True, group=CASE),
    Command("attach", "5", N_("keep files with the case"), STEP, (ID, Argument("attachments", "FILE", N_("the files"), "+")), answers(""), "itil attach 7K3Q 截图.png", writes=True, group=CASE),
    Command("undo", "5", N_("take back my own last step while nothing stands on it, by an inverse commit"), "itilcli.cli.undoing:undo", (Argument("id", "ID", N_("the case (default: my last step, on whatever it was)"), "?", complete=_complete_id),), only(), "itil undo 7K3Q", writes=True, group=CASE),
    verb("dispatch", "5.6", N_("ask for a visit: the project manager's decision and the work order"), "decided_by decided_at project reason engineer lead from_time until mode_exception notified verbal_approval approval_via evidence", "7K3Q --decided-by 王五 --reason 远程无法解决 --engineer 李四 --from '11-24 09:00' --until '11-24 12:00'", FIELD),
    verb("approve", "5.6", N_("the technical director approves people and time"), "comment engineer lead from_time until", "7K3Q/work-order-1", FIELD, Argument("id", "REF", N_("the work order; without one, the only one that waits"), "?", complete=_complete_id)),
    verb("reject", "5.6", N_("the technical director sends the work order back"), "reason", "7K3Q/work-order-1 --reason 可远程解决", FIELD, REF),
    verb("withdraw", "5.6", N_("take a work order back before the visit"), "reason", "7K3Q/work-order-1 --reason 客户已自行恢复", FIELD, REF),
    verb("visit plan", "5.7", N_("appointment and checklist; again when it moves"), "appointment place visit_contact cooperation invite ready not_needed reason", "7K3Q --appointment '11-24 10:00' --cooperation 准备管理员账号 --ready", FIELD),
    verb("visit start", "5.7", N_("arrived on site"), "appointment place visit_contact cooperation invite ready not_needed performed_by", "7K3Q", FIELD),
    verb("visit leave", "5.7", N_("away before it is over"), "left back reason", "7K3Q --back '11-25 09:00' --reason 等备件", FIELD),
    verb("visit finish", "5.8", N_("what was found and done, and the signature"), f"arrived left diagnosis cause {SOLVING} signed_by signature solved {ENDING}", "7K3Q --diagnosis 比对 --cause 驱动版本不符 --solved --solution 更新驱动 --signed-by 张三丰 --signature 签字单.jpg", FIELD),
    verb("visit cancel", "5.7", N_("the appointment is given up"), "reason", "7K3Q --reason 客户改期", FIELD),
    verb("sign", "5.10", N_("the scan of the signed form, or why nobody signed"), "signed_by signature unsigned reason witness", "7K3Q/onsite-1 --signature 签字单.jpg", FIELD, REF),
    Command("show", "5", N_("a case with its forms and history"), "itilcli.cli.look:show", (ANY,), only(), "itil show 7K3Q", group=READ),
    Command("next", "5", N_("which steps are possible, and what each still needs"), "itilcli.cli.ahead:next_steps", (ID,), only(), "itil next 7K3Q", group=READ),
    Command(
        "check", "5", N_("validate every file and replay every history"), "itilcli.cli.checking:check",
        (Argument("paths", "PATH|ID", N_("files, folders or cases; without any, the whole desk"), "*"),),
        only(Option("all", ("--all",), N_("every warning of imported cases, not only their number"), "flag")),
        "itil check", group=READ,
    ),
    Command(
        "report", "5.15", N_("the month's figures, for the department manager"), "itilcli.cli.reporting:report",
        (Argument("month", "MONTH", N_("2026-10, or last (the default); edit MONTH: write the manager's text for it"), "*"),),
        only(*REPORT),
        "itil report 2026-10", group=READ,
    ),
    Command("list", "5", N_("cases: all, or those that every filter fits"), "itilcli.cli.listing:list_cases", (), _filters, "itil list --open --severity high,medium", group=READ),
    Command("export", "5", N_("cases as a file for Excel or a program, by the filters of list"), "itilcli.cli.exporting:export", (), _export, "itil export --month last --output cases.xlsx", group=READ),
    Command("log", "5", N_("the story of a case, with its commits"), "itilcli.cli.telling:log", (ANY,), only(), "itil log 7K3Q", group=READ),
    Command("search", "5", N_("where a text or phone number stands: cases, forms, articles"), "itilcli.cli.telling:search", (Argument("text", "TEXT", N_("the text")),), only(), "itil search 读卡器", group=READ),
    Command(
        "due", "5", N_("what I can do now, the most urgent first"), "itilcli.cli.telling:due", (),
        only(
            Option("all", ("--all",), N_("what waits for anybody"), "flag"),
            Option("exit_code", ("--exit-code",), N_("end with 1 if something is due (for cron)"), "flag"),
            Option("notify", ("--notify",), N_("send what is due for anybody to the team, at the addresses kept outside the desk"), "flag"),
            Option("dry_run", ("--dry-run",), N_("with --notify: show the message, send nothing"), "flag"),
        ),
        "itil due --all", group=READ, default=True,
    ),
    Command("init", "", N_("make a ready desk, or add what one lacks"), "itilcli.cli.desks:init", (Argument("path", "PATH", N_("the desk's folder: new, or with a git repository in it")),), only(*INIT), "itil init 服务台 --organisation 示例科技 --language zh", writes=True, group=DESK_),
    Command("people add", "2.5", N_("add somebody to the desk"), "itilcli.cli.people:people_add", (Argument("name", "NAME", N_("the person's name")),), only(*NEWCOMER), "itil people add 李四 --email lisi@example.com --role 二线支持 --approved-by 周总", writes=True, group=DESK_),
    Command("people set", "2.5", N_("change roles, addresses, phone or shown name; a role is ended, never taken out"), "itilcli.cli.people:people_set", (NAMED,), only(*CHANGED), "itil people set 李四 --add-role tier1 --from 2026-12-01", writes=True, group=DESK_),
    Command("people leave", "2.5", N_("somebody leaves; their cases are named, or handed over with --to"), "itilcli.cli.people:people_leave", (NAMED,), only(*LEAVING), "itil people leave 陈一 --on 2026-11-30 --to 张三", writes=True, group=DESK_),
    Command("people deputy", "2.5", N_("who acts for somebody, with all their roles, from a day until a day"), "itilcli.cli.people:people_deputy", (NAMED,), only(*DEPUTY), "itil people deputy 赵总 --to 李四 --until 2026-12-05", writes=True, group=DESK_),
    Command("people list", "2.5", N_("the people and their roles on a day"), "itilcli.cli.people:people_list", (), only(ON), "itil people list --on 2026-11-01", group=DESK_),
    Command("customer add", "5.1", N_("put a customer or a contact into the register, or what is new about one"), "itilcli.cli.customers:customer_add", (Argument("name", "NAME", N_("the customer's organisation"), complete=_complete_customer),), only(*CUSTOMER), "itil customer add 第一人民医院 --contact 张三丰 --phone 0571-88886666 --address 庆春路1号 --project 门诊系统", writes=True, group=DESK_),
    Command("customer list", "5.1", N_("the register of customers: all, or those a text or the end of a phone number stands for"), "itilcli.cli.customers:customer_list", (Argument("text", "TEXT", N_("part of a name, address or project, or the last digits of a phone number"), "?"),), only(), "itil customer list 6666", group=DESK_),
    Command("whoami", "2.5", N_("who git says you are, and what you may do today"), "itilcli.cli.people:whoami", (), only(), "itil whoami", group=DESK_),
    Command("action add", "5.15", N_("name an improvement that the monthly report follows up"), "itilcli.cli.improving:add", (Argument("text", "TEXT", N_("what is to be done; - for standard input"), "?", prose=True),), only(*IMPROVEMENT), "itil action add 补充读卡器备件 --owner 李四 --due 2026-12-15", writes=True, group=DESK_),
    Command("action done", "5.15", N_("an improvement is done, or given up with --dropped"), "itilcli.cli.improving:done", (Argument("id", "ACT", N_("the improvement: any part of its ID that is unique"), complete=_complete_action),), only(*IMPROVED), "itil action done 7K3Q --note 备件已到货 --on 2026-12-10", writes=True, group=DESK_),
    Command("action list", "5.15", N_("the improvements that are open, with the days they are overdue"), "itilcli.cli.improving:listing", (), only(Option("all", ("--all",), N_("those done or given up as well"), "flag")), "itil action list --all", group=DESK_),
    Command("import", "5.1", N_("bring in a foreign log: its rows become cases"), "itilcli.cli.bring:import_", (Argument("file", "FILE", N_("the log: CSV, plain or .gz")),), only(*LOG), "itil import log.csv --map log.yaml --dry-run", writes=True, group=DESK_),
    Command("calendar update", "5.14", N_("bring in a year's working days, as the installed package knows them"), "itilcli.cli.calendars:update", (Argument("year", "YEAR", N_("the year")),), only(), "itil calendar update 2027", writes=True, group=DESK_),
    Command("calendar import", "5.14", N_("bring in a year's working days from a file of the public holiday-cn data"), "itilcli.cli.calendars:import_", (Argument("file", "FILE", N_("the file: JSON or YAML")),), only(), "itil calendar import 2027.json", writes=True, group=DESK_),
    Command("calendar list", "5.14", N_("which years are covered"), "itilcli.cli.calendars:listing", (), only(), "itil calendar list", group=DESK_),
    Command("migrate", "2.5", N_("bring the desk's files to this program's format"), "itilcli.cli.bring:migrate", (), only(), "itil migrate --dry-run", writes=True, group=DESK_),
    Command("model new", "5.2", N_("make an incident model, by hand or out of a case"), "itilcli.cli.models:new", (Argument("name", "NAME", N_("the name: the usual fault, in a few words")),), answers(MODEL, *MODEL_ONLY), "itil model new 读卡器 --from 7K3Q --guidance 重新插拔读卡器", writes=True, group=KNOW),
    Command("model show", "5.2", N_("an incident model"), "itilcli.cli.models:show", (Argument("name", "NAME", N_("the model: any part of its name that is unique"), complete=_complete_model),), only(), "itil model show 读卡器", group=KNOW),
    Command("model list", "5.2", N_("the incident models"), "itilcli.cli.models:listing", (), only(), "itil model list", group=KNOW),
    Command("kb new", "5.13", N_("draft an article, by hand or out of a case"), "itilcli.cli.kb:new", (), only(*ARTICLE), "itil kb new --from 7K3Q --cause 驱动版本不符", writes=True, group=KNOW),
    Command("kb show", "5.13", N_("an article"), "itilcli.cli.kb:show", (KB,), only(), "itil kb show 4M2P", group=KNOW),
    Command("kb list", "5.13", N_("the articles"), "itilcli.cli.kb:listing", (), only(Option("status", ("--status",), N_("only those of this status"), "choice", "CODE", _codes("ARTICLE_STATUS"))), "itil kb list --status published", group=KNOW),
    Command("kb publish", "5.13", N_("publish a draft once it is complete"), "itilcli.cli.kb:publish", (KB,), only(), "itil kb publish 4M2P", writes=True, group=KNOW),
)  # fmt: skip
