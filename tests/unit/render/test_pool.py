"""Several processes, and how letters are shared out among them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from subprocess import PIPE

import pytest

from invites.errors import InvitesError, MissingSystemPart, RenderError
from invites.model.message import Document, Letter, RenderMode
from invites.render import pool as pool_module
from invites.render.choice import open_renderer
from invites.render.instanced import InstancedRenderer
from invites.render.pdf import PdfRenderer
from invites.render.pool import PooledRenderer, _make
from invites.render.tasks import LEAST, Result, Task, in_order, tasks

from .test_instanced import NAMES, are_their_own, letter, notes

ROOT = Path(__file__).parents[3]
LONG = [letter(n) for n in range(60)]


@pytest.fixture(scope="module")
def pool() -> Iterator[PooledRenderer]:
    pooled = PooledRenderer(2)
    yield pooled
    pooled.close()


@pytest.mark.xdist_group("pool")
def test_two_processes_give_the_bytes_of_one(pool: PooledRenderer, renderer: PdfRenderer) -> None:
    mixed = [*LONG, letter(3, name="Perhimpunan Pengusaha Kecil dan Menengah Kalimantan")]
    assert list(pool.render_many(mixed)) == list(InstancedRenderer(renderer).render_many(mixed))


#: two tasks: names of two lines, eight in the first and three in the second, and letters that only the first has
TWO_LINES = {*range(4, 100, 12), 120, 153, 186}
TWO_TASKS = [
    letter(
        n,
        name=f"Perhimpunan Pengusaha Kalimantan {NAMES[n % 8]}"
        if n in TWO_LINES
        else f"{NAMES[n % 8]} {'Žéfiß' if n < 120 else ''}",
    )
    for n in range(240)
]


@pytest.mark.xdist_group("pool")
def test_what_was_made_before_and_by_whom_is_not_seen_in_the_bytes(
    pool: PooledRenderer, renderer: PdfRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    assert [task.positions[0] for task in tasks(TWO_TASKS)] == [0, 120]
    once = InstancedRenderer(renderer)
    first = [each.sha256 for each in once.render_many(TWO_TASKS)]
    few = [f"rendered in full: jakarta X{n}: its lines fall as those of few others" for n in (120, 153, 186)]
    assert notes(caplog) == few
    assert [each.sha256 for each in once.render_many(TWO_TASKS)] == first
    assert [each.sha256 for each in pool.render_many(TWO_TASKS)] == first
    assert [each.sha256 for each in pool.render_many(TWO_TASKS)] == first
    alone = InstancedRenderer(renderer).make(TWO_TASKS[120:], together=True)
    assert [each.sha256 for each in alone if isinstance(each, Document)] == first[120:]


@pytest.mark.xdist_group("pool")
def test_what_a_worker_notices_is_logged_here(pool: PooledRenderer, caplog: pytest.LogCaptureFixture) -> None:
    assert len(list(pool.render_many([*LONG, letter(3, name="Perhimpunan Pengusaha Kecil dan Menengah")]))) == 61
    assert notes(caplog) == ["rendered in full: jakarta X3: its lines fall as those of few others"]


@pytest.mark.xdist_group("pool")
def test_a_letters_fault_comes_back_with_all_it_says(pool: PooledRenderer) -> None:
    with pytest.raises(RenderError) as caught:
        list(pool.render_many([*LONG[:7], letter(7, name="Ꭰbdul"), *LONG[8:]]))
    assert (caught.value.key, caught.value.fields["code"]) == ("letter_glyphs", "X7")


def test_a_short_list_starts_no_process() -> None:
    pooled = PooledRenderer(2)
    assert are_their_own(list(pooled.render_many(LONG[:3])), LONG[:3])
    assert pooled._pool is None


@pytest.mark.xdist_group("pool")
def test_sixteen_letters_are_shared_out(pool: PooledRenderer, renderer: PdfRenderer) -> None:
    assert list(pool.render_many(LONG[:16])) == [renderer.render(each) for each in LONG[:16]]
    assert pool._pool is not None


@pytest.mark.xdist_group("pool")
def test_when_a_worker_is_killed_its_letters_are_made_all_the_same(
    renderer: PdfRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(PooledRenderer(2)) as pooled:
        in_full = [each.sha256 for each in renderer.render_many(LONG[:16])]
        found = pooled.render_many(LONG[:16])
        begun = [next(found).sha256]
        kill_workers(pooled)
        assert [*begun, *(each.sha256 for each in found)] == in_full
        assert any("ended from outside" in note for note in notes(caplog))
        caplog.clear()
        list(pooled.render_many(LONG[:16]))
        assert notes(caplog) == []
        kill_workers(pooled)
        assert [each.sha256 for each in pooled.render_many(LONG[:16])] == in_full


def kill_workers(pooled: PooledRenderer) -> None:
    assert pooled._pool is not None
    for worker in list(pooled._pool._processes.values()):
        worker.kill()
        worker.join()


@pytest.mark.parametrize("kind", [RenderError, MissingSystemPart])
def test_an_error_that_ends_a_task_is_the_answer_for_each_of_its_letters(
    kind: type[InvitesError], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(InstancedRenderer):
        def make(self, *_: object, **__: object) -> list[Result]:
            raise kind("letter_fonts", event="jakarta", code="X0", what="Noto")

    monkeypatch.setattr(pool_module, "_renderer", lambda _: (Failing(), pool_module._Notes()))
    answers, _ = _make(None, LONG[:3], False)
    assert [str(each()) for each in answers if not isinstance(each, Document)] == [
        str(kind("letter_fonts", event="jakarta", code="X0", what="Noto"))
    ] * 3


KILLED = """
import multiprocessing, time
from tests.unit.render.test_pool import LONG, PooledRenderer
if __name__ == "__main__":
    pool = PooledRenderer(2)
    list(pool.render_many(LONG[:12]))
    print(*pool._pool._processes, flush=True)
    time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.xdist_group("pool")
def test_no_worker_outlives_a_process_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    with subprocess.Popen(
        [sys.executable, script], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=PIPE
    ) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(workers) == 2
        assert all(map(runs, workers))
        parent.kill()
    until = time.monotonic() + 20
    while any(map(runs, workers)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(map(runs, workers))


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_fewer_than_fifty_of_a_skeleton_are_not_set_together() -> None:
    assert {task.together for task in tasks(LONG[: LEAST - 1])} == {False}
    assert {task.together for task in tasks(LONG[:LEAST])} == {True}


def test_a_task_holds_so_many_letters_that_no_thousand_pdfs_wait() -> None:
    lists = {count: tasks([letter(n) for n in range(count)]) for count in (50, 200, 210, 1000)}
    assert [len(found) for found in lists.values()] == [1, 1, 2, 6]
    for count, found in lists.items():
        assert sorted(position for task in found for position in task.positions) == list(range(count))
        assert max(len(task.positions) for task in found) <= 200


def test_who_comes_first_is_made_first_whatever_its_skeleton() -> None:
    words = [letter(n, name=NAMES[0]) for n in range(100)]
    german = [Letter(**{**fields(each), "languages": ("id", "de")}) for each in words]
    mixed = [each for pair in zip(words, german, strict=True) for each in pair]
    assert [task.positions[:2] for task in tasks(mixed)] == [(0, 2), (1, 3)]


def fields(own: Letter) -> dict[str, object]:
    return {name: getattr(own, name) for name in Letter.__slots__}


def test_results_come_in_the_order_of_the_letters_and_wait_no_longer_than_needed() -> None:
    made = [Task(positions=(0, 2), together=True), Task(positions=(1,), together=False)]
    asked: list[Task] = []

    def results(given: Sequence[Task]) -> Iterator[list[Result]]:
        for task in given:
            asked.append(task)
            yield [Document(pdf=b"%d" % n, sha256="", pages=1, fonts=()) for n in task.positions]

    documents = in_order(made, results)
    assert next(documents).pdf == b"0"
    assert asked == made[:1]
    assert [each.pdf for each in documents] == [b"1", b"2"]


def test_renderers_are_chosen_by_name() -> None:
    assert isinstance(open_renderer(RenderMode.full), PdfRenderer)
    assert isinstance(open_renderer(), InstancedRenderer)
    assert isinstance(open_renderer(RenderMode.instanced, workers=2, cut_fonts=Path("none")), PooledRenderer)


def test_full_sets_nothing_together_and_instanced_short_lists_too(renderer: PdfRenderer) -> None:
    few = LONG[:8]
    in_full = [each.sha256 for each in renderer.render_many(few)]
    assert [each.sha256 for each in open_renderer().render_many(few)] == in_full
    assert [each.sha256 for each in open_renderer(RenderMode.full, workers=2).render_many(few)] == in_full
    assert [each.sha256 for each in open_renderer(RenderMode.instanced).render_many(few)] != in_full
