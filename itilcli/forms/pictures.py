"""The pictures that a form may show: files of the desk's ``templates`` folder, looked at before they are printed."""

from __future__ import annotations

from pathlib import Path

from itilcli.forms.reading import Fetch
from itilcli.forms.sheet import Picture
from itilcli.model.scan import HEAD, JPEG, PNG, scan_of
from itilcli.text import Text, t

LOGO = ("logo.png", "logo.jpg", "logo.jpeg")
"""A file of this name is shown on every form, without a template of one's own."""
LARGEST, SIDE = 1_000_000, 6_000
"""Bytes of a picture; pixels of a side."""


def logo_of(folder: Path | None) -> str:
    """The name of the desk's logo; empty where there is none."""
    return next((name for name in LOGO if folder is not None and (folder / name).is_file()), "")


def fetch_from(folder: Path | None) -> Fetch:
    """What gives the pictures of a folder by their names."""

    def fetch(name: str, width: float, alt: str) -> Picture | Text:
        if folder is None or "/" in name or "\\" in name or name.startswith("."):
            return t("a picture is named by its file in the folder templates, without a path: {name}", name=name)
        path = folder / name
        try:
            if path.resolve().parent != folder.resolve() or path.stat().st_size > LARGEST:
                return t("{name} is larger than {size} kB, or lies elsewhere", name=name, size=LARGEST // 1000)
            content = path.read_bytes()
        except OSError:
            return t("there is no picture {name} in the folder templates", name=name)
        kind = scan_of(content[:HEAD])
        if kind not in (PNG, JPEG):
            return t("{name} is neither PNG nor JPEG", name=name)
        if kind == PNG and max(int.from_bytes(content[at : at + 4], "big") for at in (16, 20)) > SIDE:
            return t("{name} is more than {count} pixels wide or high", name=name, count=SIDE)
        return Picture(content, "png" if kind == PNG else "jpeg", width, alt)

    return fetch
