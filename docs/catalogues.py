"""The message catalogues: extracted from the code and the templates, compiled, and checked.

    python docs/catalogues.py update     every message of the code into each .po, those no longer used out of it
    python docs/catalogues.py compile    each .po into its .mo
    python docs/catalogues.py check      fail on a message missing, fuzzy, unused or with other placeholders,
                                         on one that cannot be extracted, and on a .mo that is out of date

The messages are English; the keys of the .po are the messages themselves. No dates, paths or line numbers are
written, so that a catalogue changes only where a message does.
"""

from __future__ import annotations

import argparse
import ast
import io
import string
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh",)
KEYWORDS = {"t": None, "N_": None, "translate": None, "_": None}
MARKERS = ("t", "N_")
COMMENTS = ("Translators:",)
SOURCES = (
    ("itilcli", [("**.py", "python")]),
    ("templates", [("**.j2", "jinja2.ext.babel_extract")]),
)


class PlainCatalog(Catalog):
    """A catalogue whose header holds nothing that changes by itself."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]

    @mime_headers.setter
    def mime_headers(self, headers: object) -> None:
        pass


def extracted(root: Path) -> dict[str, list[str]]:
    """Every message of the code and the templates, with the notes for its translators."""
    found: dict[str, list[str]] = {}
    for folder, methods in SOURCES:
        if not (root / folder).is_dir():
            continue
        for _, _, message, comments, _ in extract_from_dir(
            root / folder, methods, keywords=KEYWORDS, comment_tags=COMMENTS, strip_comment_tags=True
        ):
            notes = found.setdefault(message, [])
            notes += [note for note in comments if note not in notes]
    return found


def out_of_reach(root: Path, messages: Collection[str]) -> Iterator[str]:
    """The calls whose message no catalogue can know: not written out, or inside an f-string."""
    for path in sorted((root / "itilcli").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS):
                continue
            place = f"{path.relative_to(root)}:{node.lineno}"
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                if first.value and first.value not in messages:
                    yield f"{place}: a message inside an f-string is not extracted: {first.value!r}"
            elif node.func.id in MARKERS:
                yield f"{place}: {node.func.id}() needs its message written out"


def paths(root: Path, language: str) -> tuple[Path, Path]:
    """The .po and the .mo of a language."""
    folder = root / "itilcli" / "locale" / language / "LC_MESSAGES"
    return folder / "itil.po", folder / "itil.mo"


def read(path: Path) -> Catalog:
    """The catalogue at ``path``; an empty one where there is none."""
    return read_po(io.BytesIO(path.read_bytes() if path.exists() else b""), charset="utf-8")


def merged(root: Path, language: str, old: Catalog) -> PlainCatalog:
    """The messages of the code with the translations that ``old`` has for them."""
    catalog = PlainCatalog(locale=language, domain="itil", charset="utf-8", fuzzy=False)
    catalog.header_comment = ""
    for message, notes in sorted(extracted(root).items()):
        known = old.get(message)
        flags = {"fuzzy"} if known is not None and known.fuzzy else set()
        catalog.add(message, known.string if known is not None else "", flags=flags, auto_comments=notes)
    return catalog


def compiled(catalog: Catalog, language: str) -> bytes:
    """The .mo of a catalogue, without the fuzzy messages."""
    plain = PlainCatalog(locale=language, domain="itil", charset="utf-8", fuzzy=False)
    for message in catalog:
        if message.id and message.string and not message.fuzzy:
            plain.add(message.id, message.string)
    out = io.BytesIO()
    write_mo(out, plain)
    return out.getvalue()


def update(root: Path) -> None:
    for language in LANGUAGES:
        po, _ = paths(root, language)
        po.parent.mkdir(parents=True, exist_ok=True)
        out = io.BytesIO()
        write_po(out, merged(root, language, read(po)), width=0, no_location=True)
        po.write_bytes(out.getvalue().strip(b"\n") + b"\n")


def compile_all(root: Path) -> None:
    for language in LANGUAGES:
        po, mo = paths(root, language)
        mo.write_bytes(compiled(read(po), language))


def placeholders(text: str) -> set[str]:
    """The names in braces of a message; ``?`` stands for one that cannot be read."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {"?"}


def problems(root: Path) -> list[str]:
    """Everything that is wrong with the catalogues; nothing where they are complete."""
    messages = extracted(root)
    found = list(out_of_reach(root, messages))
    for language in LANGUAGES:
        po, mo = paths(root, language)
        catalog = read(po)
        known = {str(message.id): message for message in catalog if message.id}
        found += [f"{language}: missing: {m!r}" for m in messages if m not in known or not known[m].string]
        found += [f"{language}: fuzzy: {m!r}" for m, entry in known.items() if entry.fuzzy]
        unused = [*(m for m in known if m not in messages), *(str(m) for m in catalog.obsolete)]
        found += [f"{language}: no longer used: {m!r}" for m in unused]
        found += [
            f"{language}: other placeholders: {m!r}"
            for m, entry in known.items()
            if entry.string and placeholders(m) != placeholders(str(entry.string))
        ]
        if not mo.exists() or mo.read_bytes() != compiled(catalog, language):
            found.append(f"{language}: {mo.name} is out of date")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("action", choices=("update", "compile", "check"))
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder")
    given = parser.parse_args()
    if given.action == "update":
        update(given.root)
    elif given.action == "compile":
        compile_all(given.root)
    else:
        found = problems(given.root)
        print("\n".join(found) or "The catalogues are complete.", file=sys.stderr if found else sys.stdout)
        return int(bool(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
