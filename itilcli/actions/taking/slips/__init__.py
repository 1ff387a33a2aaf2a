"""§5.1: many paper slips at once: lines as pasted out of a chat, or YAML. Text in, typed answers out; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from itilcli.actions.taking.slips.documents import documents, moved
from itilcli.actions.taking.slips.lines import Lines, keyless
from itilcli.actions.taking.slips.slip import Slip, slip_problem
from itilcli.actions.taking.slips.words import Words
from itilcli.errors import Refused
from itilcli.store import yaml
from itilcli.store.bounds import LIMIT
from itilcli.text import t
from itilcli.values import pattern

MOST = 1_000
"""The most slips of one command."""
LARGEST = 1_000_000
"""The largest text of slips, in bytes."""

_BEGINS = pattern(r"---(?:\s|\Z)|\[\s*(?:\{|\Z)|\{|-\s*\Z|(?:slips|单据)\s*:\s*(?:#.*)?\Z")
_ITEM = pattern(r"-\s+[^\s:：]+:(?:\s|\Z)")
_BLOCK = pattern(r"\s*[^\s:：]+:\s+[|>][-+\d]*\s*\Z")


def decode(data: bytes, where: str) -> str:
    """The text of a file of slips, with LF line ends.

    :raises Refused: where it is too large, no UTF-8, or holds control characters.
    """
    if len(data) > LARGEST:
        message = t("the slips are more than {limit} bytes", limit=LARGEST)
        raise Refused([slip_problem("size", message, t("give them in several files"), where)])
    parts: list[str] = []
    lines = 0
    while data:
        end = len(data) if len(data) <= LIMIT else data.rfind(b"\n", 0, LIMIT) + 1 or LIMIT
        try:
            parts.append(yaml.decode(data[:end], where))
        except Refused as refused:
            raise moved(refused, lines) from None
        lines += data.count(b"\n", 0, end)
        data = data[end:]
    return "".join(parts)


def read_slips(text: str, where: str, names: Iterable[str]) -> list[Slip]:
    """The slips of ``text`` in their order, each with the answers of ``names`` that it holds, as they would be typed.

    :raises Refused: where there is none, too many, or no YAML where it looks like it; else a slip carries its problems.
    """
    words = Words(names)
    found = documents(text, where, words) if is_yaml(text, words) else Lines(words).read(text)
    slips = [slip for slip in found if slip.answers or slip.problems]
    if not any(slip.answers or not keyless(slip.problems) for slip in slips):
        hint = t("write a slip like: 单位:第一人民医院 联系人:张三丰 电话:0571-88886666 现象:读卡器无法识别")
        message = t("no line says what is what") if slips else t("there is no slip")
        raise Refused([slip_problem("none", message, hint, where)])
    if len(slips) > MOST:
        message = t("{count} slips are more than the {limit} of one command", count=len(slips), limit=MOST)
        raise Refused([slip_problem("many", message, t("give them in several files"), where)])
    return [replace(slip, number=number) for number, slip in enumerate(slips, 1)]


def read_form(text: str, where: str, names: Iterable[str]) -> Slip:
    """The one slip of a form, which is a YAML mapping; of an empty form, one without answers.

    :raises Refused: with everything that cannot be read.
    """
    slip = next(documents(text, where, Words(names)), Slip(1, 0))
    if slip.problems:
        raise Refused(slip.problems)
    return slip


def is_yaml(text: str, words: Words) -> bool:
    """Whether ``text`` is YAML by its look: it begins like a list or a document, or holds a block of lines."""
    rows = [line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    if not rows:
        return False
    if _BEGINS.match(rows[0]) or (_ITEM.match(rows[0]) and len(words.known.findall(rows[0])) <= 1):
        return True
    return any(line.rstrip() == "---" or _BLOCK.match(line) for line in rows)
