"""A case that nobody else has seen gets another ID: all of it moves, and nothing of it changes but the ID."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from itilcli.errors import Problem
from itilcli.judging.breaches import errors_of
from itilcli.judging.cases import named
from itilcli.judging.plan import CaseTask, TableTask
from itilcli.judging.steps import SYNC
from itilcli.judging.version import FILES, INCIDENT, Version
from itilcli.procedure.clause import World
from itilcli.store import yaml
from itilcli.store.cases import SUFFIX
from itilcli.text import t

Read = Callable[[str], bytes]


def renamed(
    old: CaseTask, new: CaseTask, version: Version | None, before: Version | None, read: Read, person: str, world: World
) -> Iterator[Problem]:
    """Everything wrong with moving the case ``old`` to ``new``; ``before`` and ``version`` are what they hold.

    A closed case is sealed anew by one more step of the author's.
    """
    was, now = old.before[0], new.after
    if version is None or before is None or before.problems or was.keys() != now.keys():
        yield _wrong(f"{new.place}.{INCIDENT}{SUFFIX}")
        return
    old_id, new_id = (one.place.rpartition("/")[2].encode() for one in (old, new))
    for part, held in was.items():
        if part.startswith(FILES):
            if now[part] != held:
                yield _wrong(f"{new.place}.{part}")
            continue
        path = f"{new.place}.{part}{SUFFIX}"
        data = read(held.blob).replace(old_id, new_id)
        if data != read(now[part].blob) and not (
            part == INCIDENT and _sealed(yaml.read(data, path), version.raw, person)
        ):
            yield _wrong(path)
    yield from named(new.place, version)
    known = errors_of(before, world)
    yield from (one for key, one in errors_of(version, world).items() if key not in known)


def _sealed(was: Mapping[str, Any], raw: Mapping[str, dict[str, Any]], person: str) -> bool:
    """Whether an incident file differs by steps that seal it anew alone."""
    now = raw.get(INCIDENT, {})
    old, new = was.get("history"), now.get("history")
    if type(old) is not list or type(new) is not list or {**was, "history": new} != now or new[: len(old)] != old:
        return False
    return all(
        type(one) is dict and one.get("action") == SYNC and one.get("recorded_by") == person for one in new[len(old) :]
    )


def follows(task: CaseTask | TableTask, old: str, new: str, read: Read) -> Iterator[Problem]:
    """Another file of the commit calls the case by its new ID, and is otherwise as it was."""
    if isinstance(task, TableTask):
        pairs = [(task.path, task.before[0] if task.before else None, task.after)]
    else:
        pairs = [
            (
                f"{task.place}.{part}" + ("" if part.startswith(FILES) else SUFFIX),
                task.before[0].get(part),
                task.after.get(part),
            )
            for part in task.before[0].keys() | task.after.keys()
        ]
    for path, was, now in pairs:
        if was == now:
            continue
        if was is None or now is None or read(was.blob).replace(old.encode(), new.encode()) != read(now.blob):
            yield _wrong(path)


def _wrong(where: str) -> Problem:
    hint = t("a case that was never shared gets another ID with: itil rename {id}", id="ID")
    return Problem("E-gate-renamed", t("more was changed with the ID than the ID"), hint, "5.1", where)
