"""One thread writes; what queues while a commit runs joins the next group. Callers hear only after COMMIT."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

T = TypeVar("T")
Unit = Callable[[sa.Connection], T]

_GROUP = 64


@dataclass(frozen=True, slots=True)
class _Job:
    unit: Unit[Any]
    future: Future[Any]


class Writer:
    """Runs units of work in groups, each group in one durable transaction.

    A unit whose expected failure is an exception costs its whole group a second run, one by one; hot units
    therefore answer with a row count instead.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, unit: Unit[T]) -> Future[T]:
        """Queue a unit; the future answers after COMMIT, or with what went wrong."""
        future: Future[T] = Future()
        self._jobs.put(_Job(unit, future))
        return future

    def run(self, unit: Unit[T]) -> T:
        """Queue a unit and wait for it."""
        return self.submit(unit).result()

    def close(self) -> None:
        """Finish what is queued and end the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        with self._engine.connect() as connection:
            ending = False
            while not ending:
                jobs, ending = self._take()
                if jobs:
                    self._commit_together(connection, jobs)

    def _take(self) -> tuple[list[_Job], bool]:
        jobs: list[_Job] = []
        job = self._jobs.get()
        while True:
            if job is None:
                return jobs, True
            # from here on nobody can cancel it: a cancelled future could no longer be answered
            if job.future.set_running_or_notify_cancel():
                jobs.append(job)
            if len(jobs) == _GROUP:
                return jobs, False
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return jobs, False

    def _commit_together(self, connection: sa.Connection, jobs: list[_Job]) -> None:
        try:
            results = _transaction(connection, [job.unit for job in jobs])
        except Exception as error:  # noqa: BLE001 - it belongs to the unit's caller
            if len(jobs) == 1:
                jobs[0].future.set_exception(error)
                return
            for job in jobs:
                self._commit_together(connection, [job])
            return
        for job, result in zip(jobs, results, strict=True):
            job.future.set_result(result)


def _transaction(connection: sa.Connection, units: list[Unit[Any]]) -> list[Any]:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        results = [unit(connection) for unit in units]
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        # a failed COMMIT (full disk) may have rolled back by itself
        if connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
            connection.exec_driver_sql("ROLLBACK")
        raise
    return results
