"""What reading the list and the event file came to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from invites.model.event import Event
from invites.model.recipient import Problem, Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An event and its recipients as the files give them, with every problem found; `source` is the list, `rows` how
    many it holds."""

    event: Event | None
    recipients: tuple[Recipient, ...]
    problems: tuple[Problem, ...]
    digest: str
    source: Path = Path()
    rows: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing found blocks."""
        return not any(problem.blocks for problem in self.problems)
