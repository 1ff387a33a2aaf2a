"""The door to Typst, which sets pages in one process: no network, no clock, no files but those handed to it.

Templates are the program's own (``*.typ`` beside this module). What a record says reaches them as JSON, never as markup.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from itilcli.errors import Kind, Problem, Refused
from itilcli.formats import font
from itilcli.formats.glyphs import REGULAR, Glyphs
from itilcli.text import Listing, t

FALLBACK = "DejaVu Sans Mono"
"""Comes with the library; draws ``glyphs.BESIDE``."""
SIMPLIFIED = (" SC", " GB", " CN", "YaHei", "Hei", "Song")
FEW = 40
"""So many characters are named that a font lacks."""
Warn = Callable[[Problem], None]


DRAWN = b'#image("/" + json(bytes(sys.inputs.data)))'


class Faulty(Exception):
    """A page that cannot be set: one of its pictures is none."""


class Setter:
    """A font that is ready to set pages in."""

    def __init__(self, fonts: Any, family: str, glyphs: Glyphs) -> None:
        self._fonts, self.family, self.glyphs = fonts, family, glyphs

    def set(self, template: str | bytes, data: object, pictures: Mapping[str, bytes], *, tagged: bool = True) -> bytes:
        """A PDF by a template of this room, the same bytes for the same content and font.

        :param data: what JSON can hold; the template's ``d``.
        :param pictures: by the names that ``data`` uses for them.
        :param tagged: with the structure that screen readers go by, which for long tables is most of the file.
        :raises Faulty: where a picture is at fault.
        """
        import typst

        inputs = {"data": json.dumps(data, ensure_ascii=False), "family": self.family, "beside": FALLBACK}
        with TemporaryDirectory() as root:
            for name, content in pictures.items():
                (Path(root) / name).write_bytes(content)
            try:
                made, _ = typst.compile_with_warnings(
                    template if isinstance(template, bytes) else (Path(__file__).parent / template).read_bytes(),
                    root=root, font_paths=self._fonts, ignore_system_fonts=True, sys_inputs=inputs,
                    package_path=root, package_cache_path=root, timestamp=0, pdf_tags=tagged,
                )  # fmt: skip
            except typst.TypstError as error:
                raise Faulty(error.message) from error
        return bytes(made)

    def draws(self, name: str, content: bytes) -> bool:
        """Whether a picture can be read."""
        try:
            self.set(DRAWN, name, {name: content})
        except Faulty:
            return False
        return True

    def warned(self, warn: Warn | None) -> None:
        """Name the characters that the font lacks: ``W-form-glyphs``."""
        lacked = sorted(self.glyphs.lacked)
        if not lacked or warn is None:
            return
        named = [f"{char if char.isprintable() else '?'} U+{ord(char):04X}" for char in lacked[:FEW]]
        more = [f"+ {len(lacked) - FEW}"] if len(lacked) > FEW else []
        text = t("the font {font} lacks: {characters}", font=self.family, characters=Listing((*named, *more)))
        hint = t(
            "the file shows their numbers; name a font that has them: export {variable}=FILE", variable=font.VARIABLE
        )
        warn(Problem("W-form-glyphs", text, hint, where="--format"))


@contextmanager
def setter() -> Iterator[Setter]:
    """Typst with a font.

    :raises Refused: ``E-form-pdf`` where a library is not installed, ``E-form-font`` where there is no font (``Kind.DESK``).
    """
    try:
        import typst
        import uharfbuzz  # noqa: F401
    except ImportError as error:
        raise missing(error.name or "typst") from error
    paths = font.files()
    with TemporaryDirectory() as folder:
        for number, path in enumerate(paths):
            (Path(folder) / f"{number}{path.suffix}").symlink_to(path.resolve())
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
        faces = [face for face in fonts.fonts() if face.path]
        if not faces:
            raise font.unreadable(paths[0])
        face = min(faces, key=_fitness)
        yield Setter(fonts, face.family, Glyphs(Path(str(face.path)), face.index))


def missing(library: str) -> Refused:
    """The refusal where a library that writes PDF is not installed."""
    text = t("{format} needs {library}, which is not installed", format="pdf", library=library)
    hint = t("install it with: {command}", command="pip install 'itilcli[pdf]'")
    return Refused([Problem("E-form-pdf", text, hint, where="--format", kind=Kind.DESK)])


def _fitness(face: Any) -> tuple[bool, bool, bool, int, int]:
    """Less for a face that fits better: simplified Chinese, proportional, upright, near the regular weight."""
    simplified = any(word in face.family for word in SIMPLIFIED)
    return (not simplified, "Mono" in face.family, face.style != "normal", abs(face.weight - REGULAR), face.index)
