"""What stands at the head and the foot of a sheet in every file format."""

from __future__ import annotations

from collections.abc import Iterable

from itilcli.forms.sheet import Sheet
from itilcli.text import Label, Translate, render, t

NUMBER, VERSION = Label("form_no", "表单号", "Form"), Label("version", "版次", "Version")
RECORD, SERIAL = Label("reference", "单据", "Record"), Label("serial", "编号", "Serial")


def title_of(sheet: Sheet) -> str:
    """The title on one line; an English one begins with a capital."""
    title = " ".join(sheet.title.split())
    return title[:1].upper() + title[1:] if sheet.language == "en" else title


def facts(sheet: Sheet, translate: Translate) -> list[tuple[str, str]]:
    """Form number, version, what it is the form of, serial: label and value of what there is."""
    record = sheet.reference if sheet.reference != sheet.serial else ""
    rows = ((NUMBER, sheet.number), (VERSION, sheet.version), (RECORD, record), (SERIAL, serial(sheet, translate)))
    return [(render(label, translate), value) for label, value in rows if value]


def serial(sheet: Sheet, translate: Translate, line: str = "____________") -> str:
    """The archive's serial; that there is none yet, or on a blank form a ``line`` to write it on. A cover has none."""
    if sheet.serial or not sheet.number:
        return sheet.serial
    return render(t("no serial yet"), translate) if sheet.reference else line


def edge(sheet: Sheet, translate: Translate) -> str:
    """What stands at the head of every page: form number and version."""
    return _labelled(((NUMBER, sheet.number), (VERSION, sheet.version)), translate)


def below(sheet: Sheet, translate: Translate, line: str) -> tuple[str, str]:
    """What stands below the title: what it is the form of, and its serial; ``line`` is to write either on."""
    record = sheet.reference or (line if sheet.number else "")
    return (
        _labelled([(RECORD, record)], translate),
        _labelled([(SERIAL, serial(sheet, translate, line))], translate),
    )


def _labelled(rows: Iterable[tuple[Label, str]], translate: Translate) -> str:
    told = [render(t("{label}: {value}", label=label, value=value), translate) for label, value in rows if value]
    return "  ".join(told)


def foot(sheet: Sheet) -> str:
    """What stands at the foot of each page, beside its number."""
    return " · ".join(filter(None, (sheet.number, title_of(sheet), sheet.reference)))
