"""No path loses a letter or sends one twice: the process is killed at every step, then run again."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from invites.rehearsal.sink import Sink
from invites.store.database import SqlStore, open_store
from invites.track import links
from tests.integration.sending import child
from tests.scene import KEY, new_store

CHILD = Path(child.__file__)
ROOT = CHILD.parents[3]


def run(folder: Path, sink: Sink, step: int | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CHILD), str(folder), str(sink.port), *([str(step)] if step else [])]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env={"PYTHONPATH": str(ROOT)}
    )


def fates(store: SqlStore) -> dict[str, str]:
    return {item.envelope.rcpt_to: item.state.value for item in store.deliveries.of_event("jakarta")}


@pytest.mark.slow
def test_killed_at_any_step_and_run_again_each_embassy_has_one_letter_or_is_unknown(tmp_path: Path) -> None:
    step, killed, unknown = 1, True, 0
    while killed:
        folder = tmp_path / str(step)
        folder.mkdir()
        new_store(folder).close()
        with Sink(folder / "mail") as sink:
            killed = run(folder, sink, step).returncode == -9
            again = run(folder, sink)
            assert again.returncode == 0, again.stderr
            letters = Counter(rcpt for kept in sink.kept() for rcpt in kept.rcpt_to)
        store = open_store(folder / "invites.db", key_fingerprints=[links.fingerprint(KEY)])
        for address, state in fates(store).items():
            where = f"step {step}, {address}: {state}, {letters[address]} letters"
            assert state in {"sent", "unknown"}, where
            assert letters[address] == 1 or (state == "unknown" and letters[address] == 0), where
            unknown += state == "unknown"
        assert len(fates(store)) == len(child.CODES)
        store.close()
        step += 1
    assert step > 25, "the steps are no longer seen"
    assert unknown, "no kill fell between a marker and its answer"


def test_sending_twice_sends_nothing_twice(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    with Sink(tmp_path / "mail") as sink:
        for _ in range(2):
            assert run(tmp_path, sink).returncode == 0
        assert len(sink.kept()) == len(child.CODES)


def test_two_processes_at_once_send_each_letter_once(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    with Sink(tmp_path / "mail") as sink:
        command = [sys.executable, str(CHILD), str(tmp_path), str(sink.port)]
        racing = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)})
            for _ in range(3)
        ]
        said = [process.communicate(timeout=60)[1] for process in racing]
        # one sends; another may find the relay busy, which loses nothing
        assert all(process.returncode == 0 or b"relay_busy" in err for process, err in zip(racing, said, strict=True))
        assert Counter(rcpt for kept in sink.kept() for rcpt in kept.rcpt_to) == {
            f"protocol@embassy-{code.lower()}.example": 1 for code in child.CODES
        }
