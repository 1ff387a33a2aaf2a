"""The arguments and flags that commands share, and the long lists of a command's own: rows of a table, nothing runs here."""

from __future__ import annotations

from itilcli.cli.offers import (
    codes_of_list,
    complete_article,
    complete_customer,
    complete_id,
    complete_month,
    complete_person,
    complete_project,
    found_formats,
)
from itilcli.cli.table import Argument, Option
from itilcli.text import N_

ID = Argument("id", "ID", N_("the case: any part of its ID that is unique"), complete=complete_id)
REF = Argument(
    "id",
    "REF",
    N_("a form of a case, like 7K3Q/work-order-1; the case alone where only one can be meant"),
    complete=complete_id,
)
ANY = Argument("id", "ID", N_("the case, or a form of it"), complete=complete_id)
STEP = "itilcli.cli.steps:step"
CASE, FIELD, READ = N_("working a case"), N_("on site"), N_("looking")
DESK_, KNOW = N_("the desk"), N_("knowledge base")
KB = Argument("id", "KB", N_("the article: any part of its ID that is unique"), complete=complete_article)
ON = Option("on", ("--on",), N_("as of this day (default: today)"), metavar="DATE")
NEWCOMER = (
    Option("email", ("--email",), N_("the address of their git commits; several may be given"), "many", "ADDRESS"),
    Option(
        "role",
        ("--role",),
        N_("a role, by code or Chinese term; several may be given"),
        "many",
        "ROLE",
        codes_of_list("ROLE"),
    ),
    Option("id", ("--id",), N_("how records name them, where the name is taken (default: the name)")),
    Option("from_day", ("--from",), N_("the first day of the roles (default: open)"), metavar="DATE"),
    Option(
        "approved_by",
        ("--approved-by",),
        N_("who of the top management approved it"),
        "text",
        "PERSON",
        complete_person,
    ),
    Option("phone", ("--phone",), N_("phone number")),
)
NAMED = Argument("name", "NAME", N_("the person, by name or e-mail"), complete=complete_person)
IDS_TO = Argument(
    "ids",
    "ID… [PERSON] [REASON]",
    N_("the cases: of each any part of its ID that is unique; then who takes them, and why"),
    "+",
    complete=complete_id,
)
FIRST = Option("from_day", ("--from",), N_("the first day (default: today)"), metavar="DATE")
LAST = Option("until_day", ("--until",), N_("the last day"), metavar="DATE")
CHANGED = (
    Option(
        "add_role", ("--add-role",), N_("a role they get; several may be given"), "many", "ROLE", codes_of_list("ROLE")
    ),
    Option(
        "remove_role",
        ("--remove-role",),
        N_("a role that ends: with today, with --until, or before --from"),
        "many",
        "ROLE",
        codes_of_list("ROLE"),
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
        complete_person,
    ),
    Option("shown", ("--name",), N_("the name shown; records keep naming them as before"), metavar="NAME"),
)
TAKER = Option("taker", ("--to",), N_("who takes the cases over"), "text", "PERSON", complete_person)
WHY = Option("reason", ("--reason",), N_("why (default: a shift's end, or the leaving)"))
LEAVING = (Option("on", ("--on",), N_("the last day at the desk (default: today)"), metavar="DATE"), TAKER, WHY)
DEPUTY = (
    Option("to", ("--to",), N_("who acts for them"), "text", "PERSON", complete_person),
    FIRST,
    LAST,
    Option("end", ("--end",), N_("it ends: with today, or with --until"), "flag"),
)
KEY_ADDED = (
    Option("key", ("--key",), N_("the public key: a file, or its one line (default: the one that you sign with)"), metavar="FILE|TEXT"),
    FIRST,
)  # fmt: skip
KEY_ENDED = (Option("on", ("--on",), N_("the last day of the key (default: today)"), metavar="DATE"),)
HANDOVER = (
    TAKER,
    Option(
        "giver",
        ("--from",),
        N_("whose cases (default: mine); another's only by the incident manager"),
        "text",
        "PERSON",
        complete_person,
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
    Option("category", ("--category", "-g"), N_("where the fault lies"), "choice", "CODE", codes_of_list("CATEGORY")),
    Option("source", ("--from",), N_("draft it out of this case"), "text", "ID", complete_id),
)
MODEL = "title symptom type category severity importance urgency square major supplier contract project item consulted guidance solution kind"
MODEL_ONLY = (
    Option("description", ("--description",), N_("when to use it"), "prose"),
    Option("source", ("--from",), N_("make it out of this case"), "text", "ID", complete_id),
)
FORM = (
    Option("format", ("--format",), N_("html (the default), pdf, docx or md; else by the name of the file"), "choice", "html|pdf|docx|md"),
    Option("output", ("--output",), N_("the file or folder to write it to; - for standard output (default: a file here named after the form)"), metavar="FILE"),
    Option("blank", ("--blank",), N_("an empty form to be filled in by hand: onsite, remote, work-order, article, follow-up"), "flag"),
    Option("all", ("--all",), N_("the whole case file in order, with a cover"), "flag"),
    Option("force", ("--force",), N_("overwrite a file that holds something else"), "flag"),
    Option("check_templates", ("--check-templates",), N_("try every template with a full and an empty record, the desk's own first"), "flag"),
)  # fmt: skip
REPORT = (
    Option(
        "format",
        ("--format",),
        N_("md (the default), html, json, xlsx, docx, pdf or csv"),
        metavar="md|html|json|xlsx|docx|pdf|csv",
    ),
    Option("output", ("--output",), N_("write it to a file, whose ending tells the format"), metavar="FILE"),
    Option("chart", ("--chart",), N_("only its charts, as text"), "flag"),
    Option("from_month", ("--from",), N_("the first of several months"), metavar="MONTH", complete=complete_month),
    Option(
        "to_month",
        ("--to",),
        N_("the last of several months (else last month)"),
        metavar="MONTH",
        complete=complete_month,
    ),
    Option("as_of", ("--as-of",), N_("as it was at a commit, a tag or a day"), metavar="REV|DATE"),
    Option(
        "organisation",
        ("--organisation", "-o"),
        N_("the monthly service report of one customer"),
        metavar="NAME",
        complete=complete_customer,
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
    Option("owner", ("--owner",), N_("who sees to it"), "text", "PERSON", complete_person),
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
FROM_EMAIL = Option(
    "letter",
    ("--from-email",),
    N_("an e-mail: a case, a note on the case it answers, or a draft; - for standard input"),
    metavar="FILE",
)
SEND = Option("send", ("--send",), N_("send the notice first; only one that arrived is recorded"), "flag")
DRAFT = Option("draft", ("--draft",), N_("go on from the answers of the refused call"), "flag")
DRAFTS = Option("drafts", ("--drafts",), N_("list the refused calls that are kept, newest first"), "flag")
DROP_DRAFTS = Option("drop_drafts", ("--drop-drafts",), N_("let go of all refused calls that are kept"), "flag")

PROJECT = Argument(
    "project", "PROJECT", N_("the project: any part of its name that is unique"), complete=complete_project
)
NEW_PROJECT = Argument("project", "PROJECT", N_("the project's name"))
ITEM = Argument("item", "ITEM", N_("this item alone"), "?")
FOUND = Argument(
    "file",
    "FILE",
    N_(
        "what was found: YAML, JSON, INI, properties, NAME=VALUE lines, or the output of a command; - for standard input"
    ),
)
THEN = Option(
    "on", ("--on",), N_("as it was committed on a day, at a time, or when a case was reported"), metavar="DATE|ID"
)
AS = Option(
    "as",
    ("--as",),
    N_("the format, where it cannot be told"),
    "choice",
    "|".join(("yaml", "json", "ini", "properties", "text")),
    found_formats,
)
COMPARED = (
    Option("item", ("--item",), N_("the item that it was found on"), metavar="ITEM"),
    AS,
    THEN,
    Option(
        "attach",
        ("--attach",),
        N_("keep the comparison with this case, as what the diagnosis rests on"),
        metavar="ID",
        complete=complete_id,
    ),
    Option("exit_code", ("--exit-code",), N_("end with 1 where something differs"), "flag"),
)
CONFIGURED = (
    Option("owner", ("--owner",), N_("who looks after it"), metavar="NAME", complete=complete_person),
    Option("item", ("--item",), N_("the item whose attributes the file holds"), metavar="ITEM"),
    AS,
)
APPLYING = (
    Option(
        "project",
        ("--project",),
        N_("the project, where the case does not tell it"),
        metavar="PROJECT",
        complete=complete_project,
    ),
    Option("new_item", ("--new-item",), N_("an item that is not there may be made"), "flag"),
)
