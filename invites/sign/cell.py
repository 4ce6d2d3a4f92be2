"""A process of its own for files of unknown origin, with limits: it may die, hang or eat memory alone."""

from __future__ import annotations

import logging
import multiprocessing
import resource
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from invites.sign.reading import Unreadable

P = ParamSpec("P")
T = TypeVar("T")

_SECONDS = 30.0
_MEMORY = 1 << 30  # bytes of address space beyond what the process has when it starts working
_SPAWN = multiprocessing.get_context("spawn")


class Cell:
    """Runs functions of importable modules, one after another; a context manager. `seconds` a call."""

    def __init__(self, seconds: float = _SECONDS, memory: int = _MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._process: multiprocessing.process.BaseProcess | None = None
        self._line: Connection | None = None

    def run(self, function: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """What the function returns; Unreadable when it raises that, takes too long, or takes the process down."""
        line = self._line or self._start()
        try:
            line.send((function, args, options))
            if not line.poll(self._seconds):
                raise EOFError
            result = line.recv()
        except (EOFError, OSError) as error:
            self.close()
            raise Unreadable("too_much_work") from error
        if isinstance(result, Unreadable):
            raise result
        return result  # type: ignore[no-any-return] # what came over the line has lost its type

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None and self._line is not None:
            self._line.close()
            self._process.kill()
            self._process.join()
        self._process = self._line = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> Connection:
        line, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, self._memory), daemon=True)
        self._process.start()
        theirs.close()
        self._line = line
        return line


def _serve(line: Connection, memory: int) -> None:
    """The process's whole life."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - no path of ours
        now = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + memory, now + memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts the command ends us with it
    logging.disable(logging.CRITICAL)  # what a library says about a damaged file is nothing for the terminal
    while True:
        try:
            function, args, options = line.recv()
        except EOFError:
            return
        try:
            result = function(*args, **options)
        except Unreadable as unreadable:
            result = unreadable
        except MemoryError:
            return
        line.send(result)
