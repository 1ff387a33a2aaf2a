"""The installation: Python, git, the program itself, what may be installed beside it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from itilcli import __version__
from itilcli.actions.doctor.finding import Finding, fault, fine, warning
from itilcli.actions.doctor.patient import Patient
from itilcli.text import N_, Text, t
from itilcli.values import pattern

PYTHON, GIT = (3, 11), (2, 39)
NEWER = (("reftable", (2, 45)),)
"""Ways of keeping a repository that an older git cannot read, each with the git that can; by a folder in git's own."""
MEANT = {
    "office": N_("Excel and Word: --format xlsx, docx"),
    "notify": N_("notices to the team: due --notify, report --notify"),
    "pdf": N_("PDF: --format pdf"),
    "tui": N_("the board: itil board"),
}
"""What comes with an extra; one that is not named here is told by its name alone."""
_REQUIREMENT = pattern(r"([A-Za-z0-9._-]+).*;\s*extra\s*==\s*['\"]([^'\"]+)['\"]")
_NAME = pattern(r"[A-Za-z0-9._-]+")
_FOR_DEVELOPERS = "dev"
_PACKAGE = "itilcli"


def python(patient: Patient) -> Iterator[Finding]:
    """Python's version."""
    here = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < PYTHON:
        yield fault(
            t("Python {version} is too old; itil needs {least}", version=here, least="3.11"),
            hint=t("install a newer Python"),
        )
    else:
        yield fine(t("Python {version}, {path}", version=here, path=sys.executable))


def program(patient: Patient) -> Iterator[Finding]:
    """Which itil this is, and whether a shell finds the same one."""
    found = shutil.which("itil", path=patient.environ.get("PATH"))
    own = Path(sys.executable).parent / "itil"
    if found is None:
        yield warning(
            t("itil {version} is not on the PATH of this shell", version=__version__),
            *((f'export PATH="{own.parent}:$PATH"',) if own.exists() else ()),
            hint=None if own.exists() else t("install it with pipx, which puts it there"),
        )
    elif own.exists() and not own.samefile(found):
        yield warning(
            t(
                "itil {version} runs from {here}, but a shell finds {other} first",
                version=__version__,
                here=own,
                other=found,
            ),
            hint=t("uninstall one of the two, or put the folder of the right one first in PATH"),
        )
    else:
        yield fine(t("itil {version}, {path}", version=__version__, path=found))


def git(patient: Patient) -> Iterator[Finding]:
    """Git's version, and what of this repository a git so old cannot do."""
    numbers, said = patient.health.version
    if numbers[:2] < GIT:
        yield fault(
            t("git {version} is too old; itil needs {least}", version=said, least="2.39"), hint=t("install a newer git")
        )
        return
    yield fine(t("git {version}", version=said))
    place = patient.health.place
    for name, least in NEWER:
        if place and (place.common_dir / name).is_dir() and numbers[:2] < least:
            said_least = ".".join(map(str, least))
            yield fault(
                t("this repository is kept as {name}, which needs git {least}", name=name, least=said_least),
                hint=t("install a newer git"),
            )


def extras(patient: Patient) -> Iterator[Finding]:
    """What may be installed beside it, and which formats there are without."""
    for name, needed in sorted(_extras().items()):
        meant: Text | str = Text(MEANT[name]) if name in MEANT else name
        missing = [one for one in needed if not _installed(one)]
        if not missing:
            yield fine(t("{extra} is installed ({meant})", extra=name, meant=meant))
        else:
            hint = t("if you want it: {command}", command=f"pip install 'itilcli[{name}]'")
            yield fine(t("{extra} is not installed ({meant})", extra=name, meant=meant), hint)


def _extras() -> dict[str, list[str]]:
    """The packages of each extra, as the installed program names them; in a checkout, as its project file does."""
    try:
        rows = (_REQUIREMENT.match(one) for one in metadata.requires(_PACKAGE) or ())
        pairs = [(row[2], row[1]) for row in rows if row]
    except metadata.PackageNotFoundError:
        pairs = [
            (name, found[0]) for name, rows in _of_project().items() for one in rows if (found := _NAME.match(one))
        ]
    made: dict[str, list[str]] = {}
    for extra, package in pairs:
        if extra != _FOR_DEVELOPERS:
            made.setdefault(extra, []).append(package)
    return made


def _of_project() -> dict[str, list[str]]:
    import tomllib

    path = Path(__file__).parents[3] / "pyproject.toml"
    try:
        project = tomllib.loads(path.read_text("utf-8"))["project"]
    except (OSError, ValueError, KeyError):
        return {}
    return dict(project.get("optional-dependencies", {}))


def _installed(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def words(patient: Patient) -> Iterator[Finding]:
    """Whether the terminal can show what is written."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    if "utf" not in encoding.replace("-", ""):
        yield warning(
            t("what is printed here is encoded as {encoding}, which has no Chinese characters", encoding=encoding),
            "export LC_ALL=C.UTF-8",
            "export PYTHONIOENCODING=utf-8",
            hint=t("either of the two; for good in the start file of your shell"),
        )
    elif sys.getfilesystemencoding().lower() not in ("utf-8", "utf8"):
        yield warning(
            t("file names are encoded as {encoding} here", encoding=sys.getfilesystemencoding()),
            "export LC_ALL=C.UTF-8",
        )
    else:
        locale = next(
            (patient.environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if patient.environ.get(name)), "C"
        )
        yield fine(t("UTF-8 (locale {locale})", locale=locale))


def completion(patient: Patient) -> Iterator[Finding]:
    """Whether the user's shell completes verbs, flags and cases."""
    from itilcli.actions.shells import SHELLS, installed

    shell = os.path.basename(patient.environ.get("SHELL", ""))  # noqa: PTH119
    if shell not in SHELLS:
        yield fine(t("not looked for: the shell is {shell}", shell=shell or "?"))
    elif installed(shell, patient.environ):
        yield fine(t("{shell} completes verbs, flags and cases", shell=shell))
    else:
        hint = t("if you want it: {command}", command=f"itil --install-completion {shell}")
        yield fine(t("{shell} does not complete the words of itil yet", shell=shell), hint)
