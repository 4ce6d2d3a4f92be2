"""Which letters are set together, in which order, and how their PDFs come back in the order of the letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from invites.errors import RenderError
from invites.model.message import Document, Letter
from invites.render.slots import groups

#: letters of one skeleton from which on setting them together is worth its checks
LEAST = 50
#: letters that share one subset of their fonts: each carries the glyphs of all
_TOGETHER = 200
#: finished PDFs that may wait for a letter before them
_WAITING = 1000
#: letters of one task that are rendered one by one: few, so that no process waits for another at the end
_ALONE = 2

#: a letter's PDF, or what forbids that it leaves the house
Result = Document | RenderError


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Positions of letters that are made in one go; `together`: they have one skeleton."""

    positions: tuple[int, ...]
    together: bool


def tasks(letters: Sequence[Letter], least: int = LEAST) -> list[Task]:
    """All letters, in tasks ordered by their first letter. Each letter is asked for once, and none is kept; who makes
    them changes nothing, for a PDF has the glyphs of all letters of its task."""
    found, alone = groups(letters)
    for key in [key for key, positions in found.items() if len(positions) < least]:
        alone += found.pop(key)
    size = max(LEAST, min(_TOGETHER, _WAITING // max(1, len(found))))
    made = [Task(positions=part, together=True) for positions in found.values() for part in _parts(positions, size)]
    made += [Task(positions=part, together=False) for part in _parts(sorted(alone), _ALONE)]
    return sorted(made, key=lambda task: task.positions)


def _parts(positions: Sequence[int], size: int) -> Iterator[tuple[int, ...]]:
    """Parts of about the same length, none longer than `size`; if several, an even number: two processes then end
    together."""
    count = -(-len(positions) // size)
    count += count > 1 and count % 2
    edges = [len(positions) * n // count for n in range(count + 1)] if count else [0]
    for start, end in pairwise(edges):
        yield tuple(positions[start:end])


def in_order(made: Sequence[Task], results: Callable[[Sequence[Task]], Iterator[list[Result]]]) -> Iterator[Document]:
    """Every letter's PDF in the order of the letters. The first that is none is raised in its turn."""
    waiting: dict[int, Result] = {}
    following = 0
    for task, finished in zip(made, results(made), strict=True):
        waiting.update(zip(task.positions, finished, strict=True))
        while following in waiting:
            result = waiting.pop(following)
            if isinstance(result, RenderError):
                raise result
            yield result
            following += 1
