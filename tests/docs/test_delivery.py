"""docs/delivery.md shows what the policy does."""

from __future__ import annotations

from tests.docs.policy_table import parts, table


def test_the_table_of_moments_is_the_policy() -> None:
    _, written, _ = parts()
    assert written == table(), "write it anew: python -m tests.docs.policy_table"
