"""The renderer for long lists: letters of one skeleton are laid out once and differ in their slots only.

Whatever it can't do, or can't prove, is rendered in full, and logged.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from invites.errors import RenderError
from invites.model.message import Document, Letter
from invites.render.fonts import families
from invites.render.pdf import PdfRenderer, text_of, undisturbed
from invites.render.slots import Cut, cut
from invites.render.tasks import LEAST, Result, Task, in_order, tasks

if TYPE_CHECKING:
    from invites.render.engine import Engine
    from invites.render.skeleton import Skeleton

_log = logging.getLogger("invites.render")
#: letters whose lines fall alike, from which on they are worth a skeleton of their own
WORTH = 6
#: skeletons that may turn out to be none before the rest of a group is given up
_TRIES = 3
#: laid-out skeletons that are kept
_KEPT = 8


class InstancedRenderer:
    """ports.Renderer. A letter alone, or one of fewer than `least`, is rendered in full."""

    def __init__(self, full: PdfRenderer | None = None, *, least: int = LEAST) -> None:
        self._full = full or PdfRenderer()
        self._least = least
        self._skeletons: dict[tuple[Engine, str], list[Skeleton]] = {}
        self._allowed: dict[Engine, bool] = {}

    def render(self, letter: Letter) -> Document:
        """The PDF of one letter, in full."""
        return self._full.render(letter)

    def render_many(self, letters: Sequence[Letter]) -> Iterator[Document]:
        """The PDFs in the order of the letters. Each letter is asked for twice; a thousand PDFs at most wait for
        their turn."""
        return in_order(tasks(letters, self._least), lambda made: (self.carry_out(task, letters) for task in made))

    def close(self) -> None:
        """Forget the layouts and the faces."""
        self._skeletons.clear()
        self._allowed.clear()
        self._full.close()

    def carry_out(self, task: Task, letters: Sequence[Letter]) -> list[Result]:
        """The letters of one task."""
        return self.make([letters[position] for position in task.positions], together=task.together)

    def make(self, letters: Sequence[Letter], *, together: bool) -> list[Result]:
        """These letters; `together`: they have one skeleton."""
        if not together:
            return [self._alone(letter) for letter in letters]
        slots = [cut(letter) for letter in letters]
        languages = letters[0].languages
        usual = [n for n, own in enumerate(slots) if own and not self._full.lacks(languages, "".join(own.texts))]
        found: dict[int, Document] = {}
        if usual:
            with self._full.engine(languages, text_of(letters[usual[0]])) as engine:
                work = _Work(engine=engine, letters=letters, slots=slots, waiting=usual)
                if self._may(engine):
                    with undisturbed():
                        self._set(work)
                found = work.made
        return [found.get(n) or self._alone(letter) for n, letter in enumerate(letters)]

    def _alone(self, letter: Letter) -> Result:
        try:
            return self._full.render(letter)
        except RenderError as error:
            return error

    def _may(self, engine: Engine) -> bool:
        """Whether letters may be set together with this engine: its faces are its own."""
        if engine not in self._allowed:
            from invites.render.selftest import passes  # noqa: PLC0415 - imports WeasyPrint

            self._allowed[engine] = passes(engine)
        return self._allowed[engine]

    def _set(self, work: _Work) -> None:
        """Make the letters that can be set from a skeleton; those that can't are logged. A skeleton that is kept saves
        the time to lay it out, and changes nothing else: what was made before must not be seen in the bytes."""
        kept = self._skeletons.pop(work.key, [])
        tries = _TRIES
        while len(work.waiting) >= WORTH and tries:
            skeleton = work.skeleton(kept)
            if skeleton is not None:
                kept = [skeleton, *(each for each in kept if each is not skeleton)][:_KEPT]
            if skeleton is None or not work.set(skeleton):
                tries -= 1
        for n in work.waiting:
            _note(work.letters[n], "its lines fall as those of few others")
        self._skeletons[work.key] = kept
        while len(self._skeletons) > _KEPT:
            self._skeletons.pop(next(iter(self._skeletons)))


class _Work:
    """Letters of one skeleton on their way: `waiting` are the positions of those not made and not given up."""

    def __init__(
        self, *, engine: Engine, letters: Sequence[Letter], slots: Sequence[Cut | None], waiting: Sequence[int]
    ) -> None:
        self._engine = engine
        self.letters = letters
        self._slots = {n: own for n in waiting if (own := slots[n]) is not None}
        self.waiting = list(waiting)
        self.made: dict[int, Document] = {}

    @property
    def key(self) -> tuple[Engine, str]:
        """What the skeleton depends on."""
        return self._engine, next(iter(self._slots.values())).key

    def skeleton(self, kept: Sequence[Skeleton]) -> Skeleton | None:
        """One that suits the first letter that waits, of those kept or its own; None, and the letter given up, when it
        has none."""
        from invites.render.skeleton import Skeleton  # noqa: PLC0415 - imports WeasyPrint

        first = self.waiting[0]
        try:
            known = next((each for each in kept if each.suits(self._slots[first])), None)
            return known or Skeleton(self._engine, self.letters[first], self._slots[first])
        except Exception as reason:  # noqa: BLE001 - no letter may fail because another way to print it did
            _note(self.letters[first], repr(reason))
            self.waiting.remove(first)
            return None

    def set(self, skeleton: Skeleton) -> int:
        """Make the waiting letters whose lines fall as in this skeleton; give up those of them that it can't show, and
        all when they are few. Returns how many were made; none when it can't be relied upon, and then the first letter
        is given up."""
        positions = self.waiting
        try:
            outcomes = skeleton.set([self._slots[n] for n in positions], WORTH)
            made = {n: pdf for n, pdf in zip(positions, outcomes, strict=True) if isinstance(pdf, bytes)}
            if made:
                longest = max(made, key=lambda n: len(self.letters[n].html))
                skeleton.vouch(self.letters[longest], made[longest])
        except Exception as reason:  # noqa: BLE001 - the same
            _note(self.letters[positions[0]], repr(reason))
            self.waiting = positions[1:]
            return 0
        for n, outcome in zip(positions, outcomes, strict=True):
            if isinstance(outcome, bytes):
                self.made[n] = _document(outcome, self.letters[n])
            elif outcome is not None:
                _note(self.letters[n], outcome)
        self.waiting = [n for n, outcome in zip(positions, outcomes, strict=True) if outcome is None]
        return len(made)


def _document(pdf: bytes, letter: Letter) -> Document:
    return Document(
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        pages=letter.sheets,
        fonts=tuple(sorted(set(families(letter.languages)))),
    )


def _note(letter: Letter, reason: object) -> None:
    _log.warning("rendered in full: %s %s: %s", letter.event, letter.code, reason)
