"""Work on many cases shared out among processes: what each makes comes back in the order of the parts.

Plain forks with a pipe each, which begin at once and outlive nothing: they hold no file and no lock, and end when the
one that began them does, however that is.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NoReturn, TypeVar

Part = TypeVar("Part")
Made = TypeVar("Made")
ALONE = 1000
"""So many cases are worked on sooner than further processes are begun."""
MOST = 8
_NUMBER = 4
"""The bytes of a part's number, and of the length of what was made of it."""
_RUNS = 1000
"""So many numbers fit into any pipe before somebody reads it."""
_END = b"\xff" * 2 * _NUMBER
"""What a process says instead when nothing is left to do."""


def processors(count: int) -> int:
    """How many processes so many cases are worth; one where they cannot be forked safely."""
    if count <= ALONE or sys.platform != "linux":
        return 1
    return min(len(os.sched_getaffinity(0)), MOST)


def meanwhile(work: Callable[[], Made]) -> Callable[[], Made]:
    """What comes of some work that mostly waits for others, done while this goes on; whoever asks for it waits, or meets
    its error."""
    from threading import Thread

    made: list[Made] = []
    met: list[Exception] = []

    def run() -> None:
        try:
            made.append(work())
        except Exception as error:
            met.append(error)

    running = Thread(target=run, daemon=True)
    running.start()

    def answer() -> Made:
        running.join()
        if met:
            raise met[0]
        return made[0]

    return answer


def shared_out(
    work: Callable[[Part], Made], parts: Sequence[Part], workers: int, begun: Callable[[], None] | None = None
) -> Iterator[Made]:
    """What ``work`` makes of each part, in their order, done by ``workers`` processes that begin as copies of this one.

    ``begun`` is called once they all are under way: threads of this process begin then, never before.

    What is made is pickled, ``work`` and parts are not. Raises OSError or RuntimeError where no further processes are to
    be had, or one ended before its work, be it by an error of ``work``: whoever does the work alone meets the error.
    """
    length = max(-(-len(parts) // _RUNS), 1)
    runs = [parts[start : start + length] for start in range(0, len(parts), length)]
    crew = _Crew(lambda run: [work(part) for part in run], runs)
    early: dict[int, list[Made]] = {}
    wanted = 0
    try:
        crew.begin(min(workers, len(runs)))
        if begun is not None:
            begun()
        for number, made in crew.results():
            early[number] = made
            while wanted in early:
                yield from early.pop(wanted)
                wanted += 1
    finally:
        crew.end()


class _Crew:
    """Processes that draw the number of the next part from one pipe, and send what they make of it, each by its own."""

    def __init__(self, work: Callable[[Any], Any], parts: Sequence[Any]) -> None:
        self.work, self.parts = work, parts
        self.pipes: dict[int, int] = {}

    def begin(self, workers: int) -> None:
        """So many processes begin."""
        with _unstopped():
            numbers, given = os.pipe()
            try:
                os.write(given, b"".join(place.to_bytes(_NUMBER, "big") for place in range(len(self.parts))))
                os.close(given)
                for _ in range(workers):
                    self._fork(numbers)
            finally:
                os.close(numbers)

    def end(self) -> None:
        """None of them is left, whatever it was doing."""
        from signal import SIGKILL

        with _unstopped():
            for process, pipe in self.pipes.items():
                with suppress(ProcessLookupError):
                    os.kill(process, SIGKILL)
                with suppress(ChildProcessError):
                    os.waitpid(process, 0)
                os.close(pipe)
            self.pipes.clear()

    def results(self) -> Iterator[tuple[int, Any]]:
        """What was made, with the number of its part, as it comes. Raises RuntimeError where a process ended too soon."""
        import pickle
        from selectors import EVENT_READ, DefaultSelector

        with DefaultSelector() as ready:
            for pipe in self.pipes.values():
                ready.register(pipe, EVENT_READ)
            while ready.get_map():
                for key, _ in ready.select():
                    head = _read(key.fd, 2 * _NUMBER)
                    if head == _END:
                        ready.unregister(key.fd)
                        continue
                    made = pickle.loads(_read(key.fd, int.from_bytes(head[_NUMBER:], "big")))  # noqa: S301 (our own fork)
                    yield int.from_bytes(head[:_NUMBER], "big"), made

    def _fork(self, numbers: int) -> None:
        mine, theirs = os.pipe()
        process = os.fork()
        if process == 0:
            try:
                self._work_off(numbers, theirs, [mine, *self.pipes.values()])
            finally:
                os._exit(1)  # whatever it was: nothing of the process that this is a copy of may be ended here
        os.close(theirs)
        self.pipes[process] = mine

    def _work_off(self, numbers: int, theirs: int, foreign: Sequence[int]) -> NoReturn:
        """In a process of its own: part after part, until none is left or nobody reads any more."""
        import pickle
        import signal

        for pipe in foreign:
            os.close(pipe)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it too; who began it ends it
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        while place := os.read(numbers, _NUMBER):
            made = pickle.dumps(self.work(self.parts[int.from_bytes(place, "big")]), pickle.HIGHEST_PROTOCOL)
            _write(theirs, place + len(made).to_bytes(_NUMBER, "big") + made)
        _write(theirs, _END)
        os._exit(0)


def _read(pipe: int, size: int) -> bytes:
    """So many bytes. Raises RuntimeError where they end before."""
    data = bytearray()
    while len(data) < size:
        part = os.read(pipe, size - len(data))
        if not part:
            raise RuntimeError("a process ended before its work was done")
        data += part
    return bytes(data)


def _write(pipe: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(pipe, rest) :]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Many small values are made, and kept or dropped at once: the collector of cycles would only look at them in vain."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def _unstopped() -> Iterator[None]:
    """A signal that would stop the command waits until this is done."""
    from signal import SIG_BLOCK, SIG_SETMASK, SIGHUP, SIGINT, SIGTERM, pthread_sigmask

    before = pthread_sigmask(SIG_BLOCK, (SIGINT, SIGTERM, SIGHUP))
    try:
        yield
    finally:
        pthread_sigmask(SIG_SETMASK, before)
