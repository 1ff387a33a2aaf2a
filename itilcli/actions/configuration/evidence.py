"""§5.8: a comparison with the standard configuration kept with the case, beside what was found: what the diagnosis rests on."""

from __future__ import annotations

from itilcli.actions.configuration.compare import KINDS, Comparison
from itilcli.actions.writing.advance import Ask, advance
from itilcli.actions.writing.attachments import ENCLOSED, Enclosed
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk
from itilcli.language import translator
from itilcli.model.configuration import Standard
from itilcli.text import t
from itilcli.values import pattern

_UNSAFE = pattern(r"[^\w.-]+")
FOUND_LONGEST = 80


def keep(
    desk: Desk,
    reference: str,
    standard: Standard,
    made: Comparison,
    found: tuple[str, bytes],
    at: str | None,
    dry_run: bool,
) -> Written:
    """The comparison as a page of text, and what was found as it came, attached to the case in one commit.

    :param found: what the file is called, and its bytes.
    :raises Refused: as any step.
    """
    name, data = found
    project = _UNSAFE.sub("-", standard.project).strip("-.") or "project"
    stem = _UNSAFE.sub("-", name).strip("-.")[-FOUND_LONGEST:] or "output.txt"
    enclosed = (
        Enclosed(f"compare-{project}.md", page(desk, standard, made).encode()),
        Enclosed(f"found-{stem}" if "." in stem else f"found-{stem}.txt", data),
    )
    return advance(desk, Ask("compare", reference, {}, at, dry_run, lambda *_: {ENCLOSED: enclosed}))


def page(desk: Desk, standard: Standard, made: Comparison) -> str:
    """The comparison as Markdown, in the desk's language."""
    say = translator(desk.settings.language or "zh")
    title = t("{project} compared with its standard configuration", project=standard.project).render(say)
    when = f"{desk.now.astimezone(desk.zone):%Y-%m-%d %H:%M}"
    lines = [f"# {title}", "", f"{when} · {desk.actor}", ""]
    heads = (t("kind"), t("item"), t("attribute"), t("standard"), t("found"))
    if made.differences:
        lines += ["| " + " | ".join(one.render(say) for one in heads) + " |", "|---|---|---|---|---|"]
        for one in made.differences:
            cells = (KINDS[one.kind].render(say), one.item, one.attribute, one.standard or "—", one.found or "—")
            lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
        lines.append("")
    lines.append(t("compared: {items}; {count} agree", count=made.agreeing, items=", ".join(made.items)).render(say))
    return "\n".join(lines) + "\n"
