"""Counting failures: by network, for a while, within bounds."""

from __future__ import annotations

import pytest

from invites.web.limits import Failures, network_of


class Hands:
    """A clock turned by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("testclient", "testclient"),
        ("-", "-"),
    ],
)
def test_one_visitor_owns_many_addresses(client: str, network: str) -> None:
    assert network_of(client) == network


def test_the_limit_is_reached_by_failures_alone() -> None:
    failures = Failures(limit=3, window=60, clock=Hands())
    for _ in range(3):
        assert not failures.exceeded("a")
        failures.add("a")
    assert failures.exceeded("a")
    assert not failures.exceeded("b")


def test_a_window_after_the_first_failure_all_is_forgotten() -> None:
    hands = Hands()
    failures = Failures(limit=2, window=60, clock=hands)
    failures.add("a")
    hands.now += 59
    failures.add("a")
    assert failures.exceeded("a")
    hands.now += 1
    assert not failures.exceeded("a")
    failures.add("a")
    assert not failures.exceeded("a")


def test_a_flood_of_networks_does_not_fill_the_memory() -> None:
    failures = Failures(limit=1, window=60, remembered=100, clock=Hands())
    for number in range(1000):
        failures.add(f"10.0.{number}.0/24")
    assert len(failures._counts) == 100
    assert failures.exceeded("10.0.999.0/24")


def test_what_is_taken_before_it_is_known_counts_unless_it_is_given_back() -> None:
    failures = Failures(limit=2, window=60, clock=Hands())
    assert failures.take("a")
    assert failures.take("a")
    assert not failures.take("a")
    failures.give_back("a")
    assert failures.take("a")
    assert not failures.take("a")
    assert failures.take("b")


def test_giving_back_what_is_forgotten_already_gives_no_more_than_the_limit() -> None:
    hands = Hands()
    failures = Failures(limit=1, window=60, clock=hands)
    assert failures.take("a")
    hands.now += 60
    failures.give_back("a")
    assert failures.take("a")
    assert not failures.take("a")
