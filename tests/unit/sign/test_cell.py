"""The reader's process takes harm alone."""

from __future__ import annotations

import os
import time

import pytest

from invites.sign import reading
from invites.sign.cell import Cell
from invites.sign.reading import Unreadable


def test_it_is_another_process_and_stays_the_same_one() -> None:
    with Cell() as cell:
        first, second = cell.run(os.getpid), cell.run(os.getpid)
    assert first == second != os.getpid()


def test_it_ends_with_its_work() -> None:
    with Cell() as cell:
        number = cell.run(os.getpid)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_what_takes_too_long_is_ended_and_the_next_call_works() -> None:
    with Cell(seconds=10) as cell:
        number = cell.run(os.getpid)
        cell._seconds = 0.5
        with pytest.raises(Unreadable) as caught:
            cell.run(time.sleep, 60)
        cell._seconds = 30
        assert caught.value.reason == "too_much_work"
        assert cell.run(os.getpid) != number


def test_what_takes_too_much_memory_is_ended_and_the_next_call_works() -> None:
    with Cell(memory=1 << 27) as cell:
        with pytest.raises(Unreadable) as caught:
            cell.run(bytes, 1 << 28)
        assert caught.value.reason == "too_much_work"
        assert cell.run(len, b"abc") == 3


def test_a_crash_is_told_and_the_next_call_works() -> None:
    with Cell() as cell:
        with pytest.raises(Unreadable) as caught:
            cell.run(os.abort)
        assert caught.value.reason == "too_much_work"
        assert cell.run(len, b"abc") == 3


def test_why_a_file_is_unreadable_comes_back_whole() -> None:
    with Cell() as cell, pytest.raises(Unreadable) as caught:
        cell.run(reading.read, b"no PDF")
    assert (caught.value.reason, caught.value.fields) == ("not_pdf", {})
