"""What comes into a desk from outside: a foreign log, or a desk of an older format."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.errors import Kind, Problem, Refused
from itilcli.text import Label, Text, render, t

if TYPE_CHECKING:
    from itilcli.actions.importing.run import Imported


def import_(invocation: Invocation, answers: dict[str, Any]) -> int:
    """``itil import``: exit code 1 where a dry run shows incidents that the import would be refused for."""
    from itilcli.actions.importing.run import Wish, import_log
    from itilcli.desk import Desk

    undated(invocation)
    wish = Wish(Path(answers["file"]), asked_map(answers), invocation.dry_run, answers["skip_refused"])
    made = import_log(
        Desk.open(invocation.desk),
        wish,
        lambda total, label: invocation.screen.progress(total, render(label, invocation.translate)),
    )
    if invocation.json:
        found = as_document(made, invocation) | ({"dry_run": True, "message": made.message} if wish.dry_run else {})
        sys.stdout.write(document(found, sys.stdout) + "\n")
    else:
        tell(invocation, made)
    return int(wish.dry_run and bool(made.refused) and not wish.skip_refused)


def asked_map(answers: dict[str, Any]) -> Path:
    """The map's file; an import without one is refused."""
    if not answers.get("map"):
        hint = t("write one as docs/importing.md shows, and give it with --map FILE")
        raise Refused(
            [Problem("E-import-no-map", t("the map of the log is missing"), hint, where="--map", kind=Kind.MISSING)]
        )
    return Path(answers["map"])


def undated(invocation: Invocation) -> None:
    """Neither command is a step that happened at some time."""
    if invocation.at:
        message = t("itil {command} is no step that --at could date", command=invocation.command)
        raise Refused([Problem("E-cli-at", message, t("leave it out"), where="--at", kind=Kind.MISSING)])


def as_document(made: Imported, invocation: Invocation) -> dict[str, object]:
    """The JSON of an import."""
    new = made.new
    problems = [
        {"code": one.code, "message": render(one.message, invocation.translate), "where": one.where}
        for one in made.refused
    ]
    return {
        "file": made.file,
        "map": made.map,
        "rows": made.rows,
        "incidents": made.incidents,
        "imported": made.imported,
        "known": made.known,
        "refused": made.refused_incidents,
        "problems": problems,
        "by_month": dict(sorted(new.by_month.items())),
        "by_severity": dict(sorted(new.by_severity.items())),
        "by_tier": dict(sorted(new.by_tier.items())),
        "by_stage": dict(sorted(new.by_stage.items())),
        "derived": new.derived,
        "reopened": new.reopened,
        "commit": made.commit,
    }


def tell(invocation: Invocation, made: Imported) -> None:
    """What came of an import, for people: every incident refused, the counts, and one line that sums up."""
    screen, translate = invocation.screen, invocation.translate
    for text in made.mended:
        screen.note(safe(render(text, translate)))
    for problem in made.refused:
        hint = f" → {render(problem.hint, translate)}" if problem.hint else ""
        screen.show(safe(f"{problem.where}: {render(problem.message, translate)}{hint}"))
    if made.imported:
        screen.show(counted(invocation, made))
    if made.new.derived:
        screen.show(
            safe(
                render(
                    t(
                        "{count} closed without a time of solution: the closing time stands for it",
                        count=made.new.derived,
                    ),
                    translate,
                )
            )
        )
    screen.show(safe(render(summary(made, invocation.dry_run), translate)))
    if invocation.dry_run:
        screen.show("\n" + safe(made.message, lines=True).rstrip())
    elif made.imported and not invocation.quiet:
        screen.show(f"  → itil report {max(made.new.by_month)}")


def summary(made: Imported, dry_run: bool) -> Text:
    """How many incidents of how many rows are new, known already, refused."""
    file, rows, new, known, refused = made.file, made.rows, made.imported, made.known, made.refused_incidents
    if dry_run:
        return t(
            "{file}, {rows} rows: {new} incidents would be imported, {known} are here already, {refused} refused",
            file=file, rows=rows, new=new, known=known, refused=refused,
        )  # fmt: skip
    return t(
        "{file}, {rows} rows: {new} incidents imported, {known} were here already, {refused} left out",
        file=file, rows=rows, new=new, known=known, refused=refused,
    )  # fmt: skip


def counted(invocation: Invocation, made: Imported) -> str:
    """The new cases by month, severity, tier and stage, side by side."""
    from itertools import zip_longest

    from itilcli.model.codes import SEVERITY, STAGE, TIER

    def label(labels: Label) -> str:
        return render(labels, invocation.translate)

    new = made.new
    names = {"not_applicable": t("no severity"), "unclassified": t("not classified")}
    severities = [
        (
            render(names[code], invocation.translate) if code in names else label(SEVERITY.label(code)),
            new.by_severity[code],
        )
        for code in (*SEVERITY, *names)
        if new.by_severity[code]
    ]
    blocks = [
        sorted(new.by_month.items()),
        severities,
        [(label(TIER.label(tier)), count) for tier, count in sorted(new.by_tier.items())],
        [(label(STAGE.label(stage)), new.by_stage[stage]) for stage in STAGE if new.by_stage[stage]],
    ]
    rows = [
        [cell for pair in line for cell in (str(pair[0]), str(pair[1]))]
        for line in zip_longest(*blocks, fillvalue=("", ""))
    ]
    headings = [render(text, invocation.translate) for text in (t("month"), t("severity"), t("tier"), t("stage"))]
    titled = [cell for heading in headings for cell in (heading, "")]
    return invocation.screen.table(rows, titled, "lr" * len(blocks))


def migrate(invocation: Invocation, answers: dict[str, Any]) -> int:
    """``itil migrate``."""
    from itilcli.actions.migrate import migrate_desk
    from itilcli.desk import find_root

    undated(invocation)
    made = migrate_desk(find_root(invocation.desk, os.environ, Path.cwd()), os.environ, invocation.dry_run)
    if invocation.json:
        found: dict[str, object] = {
            "found": made.found,
            "format": made.format,
            "changed": list(made.paths),
            "commit": made.commit,
        }
        found |= {"dry_run": True, "diff": made.diff, "message": made.message} if invocation.dry_run else {}
        sys.stdout.write(document(found, sys.stdout) + "\n")
        return 0
    for text in made.mended:
        invocation.screen.note(safe(render(text, invocation.translate)))
    if invocation.dry_run and made.paths:
        invocation.screen.show(safe(f"{made.diff}{made.message}", lines=True).rstrip())
        return 0
    done = t("the desk has format {format} now", format=made.format)
    nothing = t("the desk has format {format} already; there is nothing to do", format=made.format)
    invocation.screen.show(safe(render(done if made.paths else nothing, invocation.translate)))
    return 0
