"""The scan of a customer's signed form is an image or a PDF by what it holds, and `check` proves it unchanged (F27)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from conftest import TestDesk

from itilcli.actions.writing.attachments import LIMIT
from itilcli.model.scan import KNOWN, scan_of

DISPATCH = ("--decided-by", "王五", "--reason", "远程无法解决", "--engineer", "李四", "--from", "+1h", "--until", "+3h")
PDF = b"%PDF-1.7\n"
HEADS = {
    "PDF": PDF, "JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF", "PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "GIF": b"GIF89a",
    "TIFF": b"II*\0\x08\0\0\0", "WebP": b"RIFF\0\0\0\0WEBPVP8 ", "BMP": b"BM\x36\0\0\0\0\0\0\0\x36",
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0",
}  # fmt: skip


@pytest.fixture
def visited(desk: TestDesk) -> str:
    """A case whose visit waits for the signed form."""
    case = desk.new("-s", "medium")
    desk.itil("respond", case, "-k", "none", "--guidance", "重新插拔")
    desk.itil("remote", case, "--consent-by", "张三丰", "--tool", "向日葵", "--actions", "重装驱动", "--unsolved")
    desk.itil("dispatch", case, *DISPATCH)
    desk.itil("approve", case, who="赵总")
    desk.itil("visit", "plan", case, "--appointment", "+1h", "--cooperation", "管理员账号", "--ready")
    desk.itil("visit", "start", case)
    done = ("--diagnosis", "baseline_comparison", "--cause", "驱动版本不符", "--performed-by", "李四", "--solved")
    desk.itil("visit", "finish", case, *done, "--solution", "更新驱动", "--backup", "/b/1", "--signed-by", "张三丰")
    return case


def test_every_kind_is_known_by_its_beginning() -> None:
    """And text, programs and archives are none, whatever follows."""
    assert {one.name: scan_of(HEADS[one.name]) for one in KNOWN} == {one.name: one for one in KNOWN}
    wrong = (
        b"",
        b"scan",
        b"MZ\x90\0",
        b"PK\x03\x04",
        b"<html>%PDF-",
        b"RIFF\0\0\0\0WAVE",
        b"\0\0\0\x18ftypisom",
        b"\xff\xd8",
    )
    assert not [data for data in wrong if scan_of(data)]


def test_a_scan_is_what_it_holds_not_what_it_is_called(desk: TestDesk, visited: str, tmp_path: Path) -> None:
    """Refused otherwise, and named after what it is; its digest stands in the record."""
    files = {"a.jpg": b"no picture", "b.pdf": b"", "c.png": PDF + b"\0" * LIMIT, "签字单.html": PDF + b"<script>"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    given = [word for name in files for word in ("--signature", str(tmp_path / name))]
    found = desk.refused("sign", f"{visited}/onsite-1", *given, code=2)
    assert found == ["E-file-scan", "E-file-empty", "E-file-size"]
    desk.itil("sign", f"{visited}/onsite-1", *given[-2:])
    form = next(form for form in desk.show(visited)["forms"] if form["ref"].endswith("onsite-1"))
    [page] = form["signature"]["files"]
    assert page == {"file": "签字单.html.pdf", "sha256": hashlib.sha256(files["签字单.html"]).hexdigest()}
    desk.itil("check")
    kept = next(desk.root.glob(f"records/**/*{visited}.files/签字单.html.pdf"))
    kept.write_bytes(HEADS["JPEG"] + b"another")
    assert "E-5-attachment-changed" in [row["code"] for row in desk.itil("check", "--json", code=1).json]
    kept.unlink()
    assert "E-5-attachment-missing" in [row["code"] for row in desk.itil("check", "--json", code=1).json]
