"""Groups, and what one bad unit may do to its neighbours: nothing."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from invites.store.database import SqlStore
from invites.store.tables import meta


def add(key: str) -> sa.Insert:
    return sa.insert(meta).values(key=key, value="1")


class Gate:
    """Holds the writer in a commit of its own until it is opened."""

    def __init__(self, store: SqlStore) -> None:
        self._entered, self._opened = threading.Event(), threading.Event()
        store.writer.submit(self._wait)
        assert self._entered.wait(5)

    def _wait(self, _connection: sa.Connection) -> None:
        self._entered.set()
        self._opened.wait(5)

    def open(self) -> None:
        self._opened.set()


def keys(store: SqlStore) -> set[str]:
    with store.engine.connect() as connection:
        return set(connection.scalars(sa.select(meta.c.key))) - {"link_key"}


def test_what_queues_while_a_commit_runs_shares_the_next_one(store: SqlStore) -> None:
    commits: list[str] = []
    sa.event.listen(
        store.engine,
        "before_cursor_execute",
        lambda _c, _cur, statement, *_: commits.append(statement) if statement == "COMMIT" else None,
    )
    gate = Gate(store)
    others = [store.writer.submit(lambda c, name=str(n): c.execute(add(name))) for n in range(10)]
    gate.open()
    for other in others:
        other.result()
    assert keys(store) == {str(n) for n in range(10)}
    assert len(commits) == 2


def test_a_unit_that_fails_takes_no_neighbour_with_it(store: SqlStore) -> None:
    def fails(connection: sa.Connection) -> None:
        connection.execute(add("half"))
        raise LookupError("planted")

    gate = Gate(store)
    good = store.writer.submit(lambda c: c.execute(add("good")))
    bad = store.writer.submit(fails)
    late = store.writer.submit(lambda c: c.execute(add("late")))
    gate.open()
    good.result()
    late.result()
    with pytest.raises(LookupError, match="planted"):
        bad.result()
    assert keys(store) == {"good", "late"}


def test_a_caller_hears_only_after_the_commit(store: SqlStore) -> None:
    gate = Gate(store)
    told = store.writer.submit(lambda c: c.execute(add("told")))
    heard: list[bool] = []
    sa.event.listen(
        store.engine,
        "before_cursor_execute",
        lambda _c, _cur, statement, *_: heard.append(told.done()) if statement == "COMMIT" else None,
    )
    gate.open()
    told.result()
    assert heard
    assert not any(heard)
    assert "told" in keys(store)


def test_closing_finishes_what_is_queued(store: SqlStore) -> None:
    done = [store.writer.submit(lambda c, name=str(n): c.execute(add(name))) for n in range(200)]
    store.writer.close()
    assert all(future.done() for future in done)


def test_a_caller_that_gave_up_takes_nobody_with_it(store: SqlStore) -> None:
    gate = Gate(store)
    given_up = store.writer.submit(lambda c: c.execute(add("given up")))
    assert given_up.cancel()
    gate.open()
    store.writer.run(lambda c: c.execute(add("after")))
    assert keys(store) == {"after"}
