"""The renderer in several processes, started once; one task a time, so that a skeleton stays where it was laid out."""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache, partial
from multiprocessing import get_all_start_methods, get_context, parent_process
from pathlib import Path
from threading import Thread

from invites.errors import InvitesError, RenderError
from invites.model.message import Document, Letter
from invites.render import fonts
from invites.render.instanced import InstancedRenderer
from invites.render.pdf import PdfRenderer
from invites.render.tasks import LEAST, Result, Task, in_order, tasks

_log = logging.getLogger("invites.render")
#: letters from which on other processes are worth the second that they take to start
_WORTH = 10
#: PDFs, or what makes the error of one that is none, and what was logged meanwhile
_Answer = tuple[list[Document | Callable[[], InvitesError]], list[str]]


class PooledRenderer:
    """ports.Renderer. Short lists are made in this process. `least`: letters of one skeleton that are set together."""

    def __init__(self, workers: int, *, least: int = LEAST, cut_fonts: Path | None = None) -> None:
        self._workers = workers
        self._least = least
        self._cut_fonts = cut_fonts
        self._here = InstancedRenderer(PdfRenderer(cut_fonts), least=least)
        self._pool: ProcessPoolExecutor | None = None

    def render(self, letter: Letter) -> Document:
        """The PDF of one letter, in full."""
        return self._here.render(letter)

    def render_many(self, letters: Sequence[Letter]) -> Iterator[Document]:
        """The PDFs in the order of the letters, the same bytes as with one process."""
        if len(letters) < _WORTH:
            return self._here.render_many(letters)
        return in_order(tasks(letters, self._least), partial(self._results, letters))

    def close(self) -> None:
        """End the processes. They end with this one too, however it ends."""
        self._here.close()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _results(self, letters: Sequence[Letter], made: Sequence[Task]) -> Iterator[list[Result]]:
        """In the order of the tasks; one more than there are processes is under way, so that none waits."""
        under_way: deque[Callable[[], list[Result]]] = deque()
        for task in made:
            under_way.append(self._begin(task, letters))
            if len(under_way) > self._workers:
                yield under_way.popleft()()
        while under_way:
            yield under_way.popleft()()

    def _begin(self, task: Task, letters: Sequence[Letter]) -> Callable[[], list[Result]]:
        """Hand a task to a process, and return what waits for it. When a process was killed, its pool takes no more
        work: what it owes is made here, and another pool is opened for what follows."""
        own = [letters[position] for position in task.positions]
        pool = self._open(own[0])
        try:
            answer = pool.submit(_make, self._cut_fonts, own, task.together)
        except BrokenProcessPool:
            return partial(self._make_here, pool, own, task.together)

        def finished() -> list[Result]:
            try:
                return _unpacked(answer)
            except BrokenProcessPool:
                return self._make_here(pool, own, task.together)

        return finished

    def _make_here(self, broken: ProcessPoolExecutor, letters: Sequence[Letter], together: bool) -> list[Result]:
        if self._pool is broken:
            broken.shutdown(wait=False)
            self._pool = None
        _log.warning(
            "a process that renders was ended from outside: made in this one: %s",
            ", ".join(f"{letter.event} {letter.code}" for letter in letters),
        )
        return self._here.make(letters, together=together)

    def _open(self, first: Letter) -> ProcessPoolExecutor:
        if self._pool is None:
            fonts.require(first.languages)
            # no fork: a copy of a process with threads and an open database may stand still
            context = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
            context.set_forkserver_preload(["invites.render.engine"])
            self._pool = ProcessPoolExecutor(self._workers, mp_context=context, initializer=_watch_parent)
        return self._pool


def _watch_parent() -> None:
    """A worker waits for work on a pipe whose other end it holds itself: it would outlive a process that was killed."""
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _unpacked(answer: Future[_Answer]) -> list[Result]:
    results, notes = answer.result()
    for note in notes:
        _log.warning("%s", note)
    unpacked: list[Result] = []
    for result in results:
        if isinstance(result, Document):
            unpacked.append(result)
        elif isinstance(error := result(), RenderError):
            unpacked.append(error)
        else:
            raise error
    return unpacked


class _Notes(logging.Handler):
    """What a worker would log: the process that asked has the log."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@cache
def _renderer(cut_fonts: Path | None) -> tuple[InstancedRenderer, _Notes]:
    """The worker's own, once a process."""
    notes = _Notes()
    _log.addHandler(notes)
    _log.propagate = False
    return InstancedRenderer(PdfRenderer(cut_fonts)), notes


def _make(cut_fonts: Path | None, letters: Sequence[Letter], together: bool) -> _Answer:
    renderer, notes = _renderer(cut_fonts)
    notes.lines.clear()
    try:
        results = renderer.make(letters, together=together)
    except InvitesError as error:  # an exception with fields does not survive the way back; what makes it does
        return [partial(type(error), error.key, **error.fields)] * len(letters), notes.lines
    return [
        partial(RenderError, each.key, **each.fields) if isinstance(each, RenderError) else each for each in results
    ], notes.lines
