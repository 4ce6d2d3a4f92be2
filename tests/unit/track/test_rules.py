"""Open, late, closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from invites.model.page import Phase
from invites.track.rules import phase, reference
from tests.scene import event


@pytest.mark.parametrize(
    ("before_start", "expected"),
    [
        (timedelta(days=9), Phase.open),
        (timedelta(days=8), Phase.open),
        (timedelta(days=8) - timedelta(seconds=1), Phase.late),
        (timedelta(seconds=1), Phase.late),
        (timedelta(0), Phase.closed),
    ],
)
def test_a_reply_is_open_to_the_deadline_late_to_the_start_then_closed(
    before_start: timedelta, expected: Phase
) -> None:
    mission = event()
    assert mission.start is not None
    assert phase(mission, mission.start - before_start) is expected


def test_late_until_moves_the_end() -> None:
    mission = event()
    assert mission.start is not None
    longer = event(late_until=mission.start + timedelta(hours=1))
    assert phase(longer, mission.start) is Phase.late


def test_a_reference_says_which_event_which_embassy_and_which_answer() -> None:
    assert reference("jakarta", "JP", 2) == "JAKARTA-JP-2"
