"""§5.8: what was found on site, read from whatever it was written down in: YAML, JSON, INI, properties, a command's output."""

from __future__ import annotations

import configparser
import json
from collections.abc import Mapping
from typing import Any

from itilcli.errors import Kind, Problem, Refused
from itilcli.model.configuration import flat
from itilcli.text import Listing, t
from itilcli.values import pattern, value

FORMATS = ("yaml", "json", "ini", "properties", "text")
"""What can be told apart by itself; ``text`` is the output of a command: a name, then ``:``, ``=`` or two spaces, then a value."""
ENCODINGS = ("utf-8-sig", "gb18030")
LARGEST = 4 * 1024 * 1024
WIDEST = 200
"""The most characters of a name in the output of a command; what is longer is prose."""
_SECTION = pattern(r"^\s*\[[^\]\n]+\]\s*$")
_PAIR = pattern(r"^\s*([^\s:=#;!][^:=]*?)\s*(?:=|:(?!//|\\))\s*(.*?)\s*$")
_COLUMNS = pattern(r"^\s*(\S(?:.*?\S)?)(?:\t+| {2,})(\S.*?)\s*$")
_COLON = pattern(r"^\s*([^\s:：=＝#][^:：=＝]*?)\s*[:：=＝]\s*(.*?)\s*$")


@value
class Found:
    """What was found: the format it was read as, its values by dotted name, and those by section or item where it has such."""

    format: str
    values: Mapping[str, str]
    sections: Mapping[str, Mapping[str, str]]


def read_found(data: bytes, name: str, given: str | None = None) -> Found:
    """What a file or a command's output holds.

    :param name: what it is called: its ending tells the format where ``given`` does not.
    :raises Refused: where it is empty, too large, or not what it is said to be.
    """
    if len(data) > LARGEST:
        raise _unread(
            name, t("the file has {size} bytes, more than the {limit} that are read", size=len(data), limit=LARGEST)
        )
    text = _decoded(data)
    if not text.strip():
        raise _unread(name, t("there is nothing in it"))
    if given is not None and given not in FORMATS:
        hint = t("one of: {items}", items=Listing(FORMATS))
        message = t("{value} is no format that is read here", value=repr(given))
        raise Refused([Problem("E-5.8-compare-format", message, hint, "5.8", "--as", Kind.MISSING)])
    kind = given or _by_ending(name) or _by_content(text)
    if kind in ("yaml", "json"):
        return _tree(kind, data, text, name)
    if kind == "ini":
        return _ini(text, name)
    pairs = _properties(text) if kind == "properties" else _lines(text)
    if not pairs:
        raise _unread(name, t("no line of it reads as a name and a value"))
    return Found(kind, pairs, {})


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _by_ending(name: str) -> str | None:
    ending = name.rpartition(".")[2].casefold()
    known = {
        "yaml": "yaml",
        "yml": "yaml",
        "json": "json",
        "ini": "ini",
        "properties": "properties",
        "env": "properties",
    }
    return known.get(ending)


def _by_content(text: str) -> str:
    first = text.lstrip()
    if first.startswith(("{", "[{")):
        return "json"
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", ";", "!"))]
    if lines and _SECTION.match(lines[0]):
        return "ini"
    return "properties" if lines and all("=" in line and not line.startswith((" ", "\t")) for line in lines) else "text"


def _tree(kind: str, data: bytes, text: str, name: str) -> Found:
    raw: Any
    if kind == "json":
        try:
            raw = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _unread(name, t("this is no JSON: {reason}", reason=str(error))) from None
    else:
        from itilcli.store import yaml

        raw = yaml.read(text.encode(), name)
    if isinstance(raw, list) and raw and all(isinstance(one, Mapping) for one in raw):
        raw = raw[0] if len(raw) == 1 else {str(one.get("name") or number): one for number, one in enumerate(raw, 1)}
    if not isinstance(raw, Mapping):
        raise _unread(name, t("it holds no names with values"))
    raw = raw["items"] if isinstance(raw.get("items"), Mapping) else raw
    sections = {str(key): dict(flat(one)) for key, one in raw.items() if isinstance(one, Mapping)}
    return Found(kind, dict(flat(raw)), sections)


def _ini(text: str, name: str) -> Found:
    parser = configparser.ConfigParser(interpolation=None, strict=False, allow_no_value=True, delimiters=("=", ":"))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text if _SECTION.search(text.split("\n", 1)[0]) else f"[DEFAULT]\n{text}")
    except configparser.Error as error:
        reason = str(error).splitlines()[0]
        raise _unread(name, t("this is no INI file: {reason}", reason=reason)) from None
    sections = {one: {key: held or "" for key, held in parser.items(one)} for one in parser.sections()}
    alone = {key: held or "" for key, held in parser.defaults().items()}
    values = dict(alone) if not sections else {}
    for one, held in sections.items():
        values |= {f"{one}.{key}" if one else key: said for key, said in held.items()}
    return Found("ini", values, sections)


def _properties(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.replace("\\\n", "").splitlines():
        words = line.strip()
        if words.startswith("export "):
            words = words[len("export ") :]
        pair = _PAIR.match(words)
        if pair:
            found[pair[1].strip()] = _bare(pair[2])
    return found


def _lines(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        pair = _COLON.match(line) or _COLUMNS.match(line)
        if pair and len(pair[1]) <= WIDEST and pair[1].strip():
            found.setdefault(pair[1].strip(), _bare(pair[2]))
    return found


def _bare(text: str) -> str:
    """A value without the quotes around it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _unread(name: str, message: Any) -> Refused:
    hint = t(
        "give the values as NAME=VALUE lines, or name the format with {flag}", flag="--as yaml|json|ini|properties|text"
    )
    return Refused([Problem("E-5.8-compare-unread", message, hint, "5.8", name, Kind.MISSING)])
