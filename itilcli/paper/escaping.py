"""What a record says, escaped for Markdown and for the small HTML of the forms."""

from __future__ import annotations

from itilcli.values import pattern

_KEPT = pattern(r"[ \t\r\n\f]{2,}|^ | $|[\t\r\n\f]")


_BREAKS = pattern(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


_SPECIAL = pattern(r"([\\`*_\[\]<>|~&])")


_OPENS = pattern(r"^(\s*(?=[#+=-])|\s*\d+(?=[.)](?:\s|$)))")


def escaped(text: str) -> str:
    """Text of a record as Markdown shows it letter by letter, on one line."""
    line = _SPECIAL.sub(r"\\\1", _BREAKS.sub(" ", text))
    opens = _OPENS.match(line)
    return f"{opens[1]}\\{line[opens.end(1) :]}" if opens else line


def safe(text: str) -> str:
    """Text that needs no escaping: it comes from the program, or has been escaped."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 (that is its meaning)


def markdown(text: str) -> str:
    """Record text for a Markdown page."""
    return safe(escaped(text))


def exact(text: str) -> str:
    """Record text for a form: HTML of which every blank and every line end counts."""
    from markupsafe import escape

    return safe(_KEPT.sub(lambda found: "".join(f"&#{ord(one)};" for one in found[0]), str(escape(str(text)))))
