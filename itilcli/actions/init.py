"""A ready desk in one commit. What is there already is never touched: only what is missing is added."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from itilcli.actions.sharing.driver import install
from itilcli.actions.writing.writing import diff
from itilcli.desk import clock
from itilcli.errors import Kind, Problem, Refused
from itilcli.journal import Identity, Journal, init, message
from itilcli.journal.running import Git, Place
from itilcli.journal.settings import identity, settings
from itilcli.language import of_desk, translator
from itilcli.paper import built_in, escaped
from itilcli.store import files, yaml
from itilcli.store.bounds import CONTROL, clean
from itilcli.store.calendar import packaged_years, render_year, year_from_package
from itilcli.store.change import Change
from itilcli.store.emit import emit
from itilcli.store.people import SETTINGS
from itilcli.store.rewrite import rewrite
from itilcli.text import Text, t

FIRST_ROLES = ("incident_manager", "tier1")
NAMES = {"gitattributes": ".gitattributes"}


@dataclass(frozen=True, slots=True)
class Wish:
    """The desk that is wanted: folder, organisation (empty: to be filled in), language (zh or en), time zone."""

    path: str
    organisation: str = ""
    language: str = "zh"
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: the desk's folder, the files added and those left as they were, the commit and its message."""

    root: Path
    language: str
    person: Identity
    message: str
    added: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    diff: str = ""
    commit: str | None = None
    organisation: str = ""
    """The name that the settings have now, where another was asked for, or the one that they have got now."""
    named: bool = False
    """Whether the settings had no organisation and have got the one asked for."""


def make_desk(wish: Wish, environ: Mapping[str, str], dry_run: bool = False) -> Made:
    """A desk at ``wish.path``: new, or a repository or half a desk made whole.

    :raises Refused: a bad path or time zone, no git identity (4), all that the journal raises; nothing is made then.
    """
    now, rehearsed = clock(environ)
    root = _place(wish)
    person = _identity(root)
    known = _journal(root)
    language = of_desk(str(root), {}, "") or wish.language
    wanted = dict(_files(replace(wish, language=language), person, now))
    subject = t("a desk is made") if known is None else t("the desk gets what it lacked")
    made = Made(root, language, person, _message(subject, language, person, now if rehearsed else None))
    if dry_run:
        made, changes = _lacking(made, wanted, known, wish.organisation)
        return replace(made, diff=diff(changes))
    with _repository(root, fresh=known is None) as journal, journal.lock():
        journal.mend()
        made, changes = _lacking(made, wanted, journal, wish.organisation)
        if changes:
            made = replace(made, commit=journal.commit(changes, made.message, now if rehearsed else None))
        with suppress(Refused):
            install(journal)
        return made


def _lacking(
    made: Made, wanted: Mapping[str, str], journal: Journal | None, organisation: str
) -> tuple[Made, list[Change]]:
    """What is missing, as changes: files, and the organisation's name. A committed file deleted by hand is left deleted."""
    there = set(journal.tracked()) if journal and made.root.is_dir() else set()
    missing = tuple(path for path in wanted if path not in there and not os.path.lexists(made.root / path))
    _refuse_blocked(made.root, missing)
    kept = tuple(path for path in wanted if path not in missing)
    changes = [Change(path, None, wanted[path].encode()) for path in missing]
    made = replace(made, added=missing, kept=kept)
    return _named(made, changes, clean(organisation).strip()) if SETTINGS in kept else (made, changes)


def _named(made: Made, changes: list[Change], organisation: str) -> tuple[Made, list[Change]]:
    """The settings that are there get the organisation where they name none; else it is told that theirs stays."""
    path = made.root / SETTINGS
    if not organisation or path.is_symlink() or not path.is_file():
        return made, changes
    before = files.read_bytes(path)
    try:
        settings = yaml.read(before, SETTINGS)
    except Refused:  # `check` tells what is wrong with it
        return made, changes
    known = settings.get("organisation")
    if known == organisation:
        return made, changes
    if known:
        return replace(made, organisation=str(known)), changes
    after = rewrite(before, {**settings, "organisation": organisation}, SETTINGS)
    return replace(made, organisation=organisation, named=True), [*changes, Change(SETTINGS, before, after)]


# ── what forbids it


def _place(wish: Wish) -> Path:
    """The folder, symbolic links resolved. Raises Refused unless a desk can be there."""
    found = [problem for problem in (_bad_path(wish.path), _bad_zone(wish.timezone)) if problem]
    if found:
        raise Refused(found)
    return Path(wish.path).resolve()


def _bad_path(typed: str) -> Problem | None:
    def bad(why: Text) -> Problem:
        return Problem(
            "E-init-path", why, t("name a new folder, or one that holds a repository"), where=typed, kind=Kind.MISSING
        )

    if not typed.strip() or CONTROL.search(typed):
        return bad(t("this is not the path of a folder"))
    try:
        real = Path(typed).resolve()
        blocked = [
            folder for folder in (Path(typed), real, *real.parents) if os.path.lexists(folder) and not folder.is_dir()
        ]
    except (OSError, RuntimeError):
        return bad(t("this is not the path of a folder"))
    if blocked:
        return bad(t("{path} is not a folder", path=blocked[0]))
    return bad(t("this folder belongs to git")) if ".git" in real.parts else None


def _bad_zone(name: str) -> Problem | None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        hint = t('write one like "Asia/Shanghai"')
        return Problem(
            "E-desk-timezone",
            t("{zone} is not a time zone", zone=repr(name)),
            hint,
            where="--timezone",
            kind=Kind.MISSING,
        )
    return None


def _nearest(root: Path) -> Path:
    return next(folder for folder in (root, *root.parents) if folder.is_dir())


def _identity(root: Path) -> Identity:
    """The author as git knows him, not as git would guess him. Raises Refused: E-actor-identity (4)."""
    near = _nearest(root)
    git = Git(Place(near, near, near / ".git", near / ".git"))
    asked = [("-c", "user.useConfigOnly=true", "var", f"GIT_{role}_IDENT") for role in ("AUTHOR", "COMMITTER")]
    if any(git.attempt(*words).returncode for words in asked):
        hint = t("git config --global user.name NAME; git config --global user.email ADDRESS")
        raise Refused([Problem("E-actor-identity", t("git does not know who you are."), hint, kind=Kind.PERMISSION)])
    return identity(git, settings(git), "author")


def _journal(root: Path) -> Journal | None:
    """The repository that ``root`` lies in, None where there is none. Raises Refused where nothing can be committed."""
    try:
        journal = Journal.open(_nearest(root))
    except Refused as refused:
        if any(problem.code != "E-desk-no-git" for problem in refused.problems):
            raise
        return None
    state = [problem for problem in journal.check_state() if problem.code != "E-desk-locked"]  # locks may be let go
    if state:
        raise Refused(state)
    return journal


def _refuse_blocked(root: Path, missing: tuple[str, ...]) -> None:
    """Folders of a desk are folders, not files or links. Raises Refused."""
    places = sorted({root / path.partition("/")[0] for path in missing if "/" in path})
    blocked = [place.name for place in places if place.is_symlink() or (place.exists() and not place.is_dir())]
    hint = t("a desk keeps its files there; move it away")
    found = [
        Problem("E-init-blocked", t("{path} is not a folder", path=name), hint, where=name, kind=Kind.DESK)
        for name in blocked
    ]
    if found:
        raise Refused(found)


# ── what is in it


def _files(wish: Wish, person: Identity, now: datetime) -> Iterator[tuple[str, str]]:
    """Every file of a new desk with its text, the settings first."""
    from string import Template
    from zoneinfo import ZoneInfo

    organisation = clean(wish.organisation).strip()
    first = {"id": person.name, "emails": [person.email], "roles": [{"role": role} for role in FIRST_ROLES]}
    heading = t("Incident desk of {organisation}", organisation=organisation) if organisation else t("Incident desk")
    values = {
        "organisation": emit({"organisation": organisation}).rstrip("\n"),
        "timezone": emit({"timezone": wish.timezone}).rstrip("\n"),
        "people": emit({"people": [first]}).rstrip("\n"),
        "title": escaped(heading.render(translator(wish.language))),
    }
    folder = built_in() / "desk" / wish.language
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        yield NAMES.get(name, name), Template(file.read_text("utf-8")).substitute(values)
    year = now.astimezone(ZoneInfo(wish.timezone)).year
    for one in sorted({year - 1, year, year + 1} & set(packaged_years())):
        yield f"calendar/{one:04}.yaml", render_year(year_from_package(one))


def _message(subject: Text, language: str, person: Identity, clock_: datetime | None) -> str:
    rehearsed = [("Itil-Clock", clock_.isoformat())] if clock_ else []
    trailers = [("Itil-Action", "init"), ("Itil-Actor", person.name), *rehearsed]
    return message(subject.render(translator(language)), "", trailers)


# ── writing it


@contextmanager
def _repository(root: Path, *, fresh: bool) -> Iterator[Journal]:
    """The journal of ``root``; folders and a repository that had to be made for it go again if what follows fails."""
    folders = [folder for folder in (root, *root.parents) if not folder.exists()]
    ours = fresh and not os.path.lexists(root / ".git")
    try:
        yield init(root)
    except BaseException:
        if ours and _unborn(root):
            shutil.rmtree(root / ".git", ignore_errors=True)
        for folder in folders:
            with suppress(OSError):
                folder.rmdir()
        raise


def _unborn(root: Path) -> bool:
    """Whether nobody has committed there yet; another ``init`` of the same folder may have been faster."""
    try:
        return Journal.open(root).head() is None
    except Refused:
        return True
