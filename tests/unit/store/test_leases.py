"""One process sends per relay."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

from invites.store.database import SqlStore
from invites.store.leases import LIFETIME, alive
from tests.scene import NOW

RELAY = "smtp://relay.example:587"
IDENTIFY = "from invites.store.leases import SqlLeases; print(SqlLeases.identify(None))"


def dead_worker() -> str:
    return subprocess.run([sys.executable, "-c", IDENTIFY], check=True, capture_output=True, text=True).stdout.strip()


def test_a_second_worker_is_kept_out_while_the_first_lives(store: SqlStore) -> None:
    one, other = store.leases.identify(), store.leases.identify()
    assert store.leases.take(RELAY, one, NOW)
    assert not store.leases.take(RELAY, other, NOW)
    store.leases.drop(RELAY, one)
    assert store.leases.take(RELAY, other, NOW)


def test_a_worker_whose_process_ended_is_replaced_at_once(store: SqlStore) -> None:
    assert store.leases.take(RELAY, dead_worker(), NOW)
    assert store.leases.take(RELAY, store.leases.identify(), NOW)


def test_a_worker_from_before_a_reboot_is_replaced_at_once(store: SqlStore) -> None:
    assert store.leases.take(RELAY, "another-boot:1:1:1:abcd", NOW)
    assert store.leases.take(RELAY, store.leases.identify(), NOW)


def test_a_worker_of_another_container_is_replaced_only_when_its_lease_expired(store: SqlStore) -> None:
    boot, _namespace, *rest = store.leases.identify().split(":")
    assert store.leases.take(RELAY, ":".join([boot, "elsewhere", *rest]), NOW)
    assert not store.leases.take(RELAY, store.leases.identify(), NOW + LIFETIME - timedelta(seconds=1))
    assert store.leases.take(RELAY, store.leases.identify(), NOW + LIFETIME + timedelta(seconds=1))


def test_a_heartbeat_tells_a_worker_that_it_was_replaced(store: SqlStore) -> None:
    gone, new = dead_worker(), store.leases.identify()
    store.leases.take(RELAY, gone, NOW)
    store.leases.take(RELAY, new, NOW)
    assert not store.leases.beat(RELAY, gone, NOW)
    assert store.leases.beat(RELAY, new, NOW)


def test_a_pid_that_is_used_again_is_not_taken_for_the_old_process(store: SqlStore) -> None:
    boot, namespace, pid, _started, token = store.leases.identify().split(":")
    assert not alive(f"{boot}:{namespace}:{pid}:1:{token}")
