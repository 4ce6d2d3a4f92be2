"""Letters of one skeleton that share one subset of its fonts: the frozen bytes, and all strings that go into them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from invites.render.freeze import Filled, Frozen
from invites.render.proof import Expected, prove
from invites.render.runs import Place, Unsuitable
from invites.render.slots import Block, Cut

#: the number of a slot and what stands in it
Content = tuple[int, Block]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A string as it was set among all others, and as it must look when it is set alone."""

    place: Place
    operators: tuple[bytes, ...]
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """`shown` has every string of its letters, or why it can't be shown; `frozen` is None when none can be."""

    frozen: Frozen | None
    shown: Mapping[Content, Shown | Unsuitable]

    def letter(self, cut: Cut) -> bytes | Unsuitable:
        """One letter's PDF, read back and proven, or why it must be rendered in full."""
        try:
            if self.frozen is None:
                raise Unsuitable("no string of these letters can be shown")
            own = list(self._own(cut))
            pdf = self.frozen.write(
                Filled(
                    title=cut.title,
                    places=[each.place for each in own],
                    operators=[each.operators for each in own],
                    pictures=cut.pictures,
                )
            )
            self.prove(pdf, cut)
        except Unsuitable as reason:
            return reason
        return pdf

    def prove(self, pdf: bytes, cut: Cut) -> None:
        """Unsuitable unless a PDF of this edition is this letter."""
        if self.frozen is not None:
            prove(pdf, self.frozen, cut, [each.expected for each in self._own(cut)])

    def _own(self, cut: Cut) -> Iterator[Shown]:
        for content in enumerate(cut.blocks):
            shown = self.shown[content]
            if isinstance(shown, Unsuitable):
                raise shown
            yield shown
