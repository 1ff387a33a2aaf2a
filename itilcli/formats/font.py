"""Which font a PDF is set in: the one that ITIL_FONT names, one that comes with a package, or one of the system's.

A desk never names a font: its files come from others, and a font is a program of a kind.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from itilcli.errors import Kind, Problem, Refused
from itilcli.text import Text, t

VARIABLE = "ITIL_FONT"
PACKAGES = {
    "manimgx_fonts_cjk": ("NotoSansCJK-VF.otf.ttc",),
    "pylopdf_fonts_zh_cn": ("NotoSansSC-Regular.otf",),
}
"""Packages that hold a Chinese font under the SIL Open Font License, and its file; none of them is imported."""
NAMES = (
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf"),
    ("NotoSansCJK-VF.otf.ttc",),
    ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"),
    ("NotoSansSC[wght].ttf",),
    ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"),
    ("SourceHanSansCN-Regular.otf", "SourceHanSansCN-Bold.otf"),
    ("SourceHanSans.ttc",),
    ("NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc"),
    ("PingFang.ttc",),
    ("Hiragino Sans GB.ttc",),
    ("STHeiti Medium.ttc",),
    ("Songti.ttc",),
    ("msyh.ttc", "msyhbd.ttc"),
    ("wqy-microhei.ttc",),
    ("wqy-zenhei.ttc",),
    ("DroidSansFallbackFull.ttf",),
)
"""Fonts that a system may have, the best first: a regular cut and, where there is one, its bold one."""
ENDINGS = frozenset({".ttf", ".otf", ".ttc", ".otc"})
DEEP, MANY = 4, 20_000
"""So many folders below each other, and so many files, are looked through."""


def files(environ: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The files of the font to use, the regular cut first.

    :raises Refused: ``E-form-font`` (``Kind.DESK``) where there is none, or ITIL_FONT names none.
    """
    named = environ.get(VARIABLE)
    if named:
        path = Path(named).expanduser()
        if path.suffix.lower() in ENDINGS and path.is_file():
            return (path,)
        text = t("{variable} names no font file: {path}", variable=VARIABLE, path=named)
        raise Refused([Problem("E-form-font", text, _hint(), where=VARIABLE, kind=Kind.DESK)])
    found = next((one for one in (*_packaged(), _installed(environ)) if one), ())
    if not found:
        text = t("no font with Chinese characters was found, which a PDF needs")
        raise Refused([Problem("E-form-font", text, _hint(), where="--format", kind=Kind.DESK)])
    return found


def unreadable(path: Path) -> Refused:
    """The refusal where a font file cannot be read as one."""
    text = t("{path} cannot be read as a font", path=path.name)
    return Refused([Problem("E-form-font", text, _hint(), where=VARIABLE, kind=Kind.DESK)])


def _hint() -> Text:
    ways = ("pip install 'itilcli[pdf]'", "apt install fonts-noto-cjk", f"export {VARIABLE}=FILE.ttc")
    return t("any of: {one}; {two}; {three}", one=ways[0], two=ways[1], three=ways[2])


def _packaged() -> Iterator[tuple[Path, ...]]:
    for package, names in PACKAGES.items():
        spec = find_spec(package)
        if spec is not None and spec.origin:
            paths = tuple(Path(spec.origin).parent / name for name in names)
            if all(path.is_file() for path in paths):
                yield paths


def _installed(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The best font in the system's own folders."""
    held: dict[str, Path] = {}
    for folder in folders(environ):
        for path in _below(folder):
            held.setdefault(path.name, path)
    for names in NAMES:
        if names[0] in held:
            return tuple(held[name] for name in names if name in held)
    return ()


def folders(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Where this kind of system keeps its fonts, a person's own first."""
    home = Path(environ.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return (home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts"))
    if sys.platform == "win32":
        return (Path(environ.get("WINDIR", r"C:\Windows")) / "Fonts",)
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local/share")
    return (data / "fonts", home / ".fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))


def _below(folder: Path) -> Iterator[Path]:
    """The font files below a folder, in order."""
    seen = 0
    for root, inner, names in os.walk(folder):
        inner.sort()
        if len(Path(root).relative_to(folder).parts) >= DEEP:
            inner.clear()
        for name in sorted(names):
            seen += 1
            if seen > MANY:
                return
            if Path(name).suffix.lower() in ENDINGS:
                yield Path(root) / name
