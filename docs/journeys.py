"""Runs the transcripts in tests/journeys again: `python docs/journeys.py` writes what they print now and the index docs/bad-days.md;
`--check` fails when one is out of date. Names of files (`01-not-signed.md …`) limit it to those transcripts.
"""

from __future__ import annotations

import difflib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "journeys")]

from journey import Journey, journeys, run_again  # noqa: E402

LATER = ROOT / "tests" / "journeys" / "test_later_rule.py"
INDEX = ROOT / "docs" / "bad-days.md"
HEAD = """<!-- made by docs/journeys.py; change the transcripts in tests/journeys instead -->

# Bad days

The procedure describes the good day. This is what to type on the others. Each row links to a transcript: every command in it is run
again by the tests, and prints what is shown there.

| Day | What happens | What to type | What stays on record, and where it shows |
|---|---|---|---|
"""
LAST = (
    "| [19](../tests/journeys/test_later_rule.py) | A rule is added to the procedure next year. | a rule with its `since` in the "
    "clause's file | Each case keeps its `procedure_version`; older cases stay valid, and `check` and `report` judge them by the "
    "rules of their day. |\n"
)


def calm() -> None:
    """Nothing of the user's own git, desk or language reaches the transcripts."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "ITIL_")) or name in ("NO_COLOR", "PAGER")]:
        del os.environ[name]
    os.environ.update(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")


def index() -> str:
    """One row for each transcript, and the day that no transcript can show."""
    return HEAD + "".join(row(journey) for journey in journeys()) + (LAST if LATER.exists() else "")


def row(journey: Journey) -> str:
    """What happens, what to type, what stays; with a link."""
    about, link = journey.about, f"../tests/journeys/{journey.path.name}"
    typed = "<br>".join(f"`{command} …`" for command in about["type"])
    happens, stays = (" ".join(str(about[name]).split()) for name in ("happens", "stays"))
    return f"| [{int(journey.path.name[:2])}]({link}) | {happens} | {typed} | {stays} |\n"


def main(words: list[str]) -> int:
    """0 when all is up to date or was written, 1 when something would change or a desk is left in disorder."""
    calm()
    check, wanted = "--check" in words, {Path(word).name for word in words if not word.startswith("-")}
    failed = False
    for journey in journeys():
        if wanted and journey.path.name not in wanted:
            continue
        try:
            parts = [run_again(part) for part in journey.parts]
        except AssertionError as bug:  # is not written down as if it were right
            sys.stderr.write(f"{journey.path.name}: {bug}\n")
            failed = True
            continue
        wrong = [f"{journey.path.name}: {line}\n" for _, lines in parts for line in lines]
        sys.stderr.writelines(wrong)
        failed |= keep(journey.path, "".join(text for text, _ in parts), check) or bool(wrong)
    failed |= keep(INDEX, index(), check)
    return int(failed)


def keep(path: Path, text: str, check: bool) -> bool:
    """Writes a text that has changed; or only shows the change, and says that there is one."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    name = path.relative_to(ROOT).as_posix()
    if before == text:
        return False
    if check:
        sys.stderr.writelines(difflib.unified_diff(before.splitlines(True), text.splitlines(True), name, name))
        sys.stderr.write(f"{name} is out of date; run: make journeys\n")
    else:
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"wrote {name}\n")
    return check


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
