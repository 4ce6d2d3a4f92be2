"""`./run bench [letters]`: the numbers of docs/performance.md, measured on this machine."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from invites import approval, pipeline
from invites.bootstrap import SystemClock, create_workspace, find_event, find_list, open_house
from invites.cli.translations import record_all
from invites.config import Settings
from invites.house import House
from invites.model.batch import Invitation
from invites.model.event import Event, LinkOn
from invites.model.message import Form
from invites.rehearsal.stage import dated
from invites.validate.products import read_products
from tests import bench_letters

COMMAND = Path(sys.executable).parent / "invites"
RUNS = 3


def main() -> None:
    """Print a row for each."""
    with tempfile.TemporaryDirectory() as folder:
        settings = workspace(Path(folder) / "office")
        if sys.argv[1:] == ["letters"]:
            bench_letters.main(Path(folder) / "fonts")
            for what, seconds in sixteen(settings).items():
                sys.stdout.write(f"{what}: {seconds:.2f} s\n")
            return
        for words in (("--version",), ("validate", "jakarta"), ("demo", "--no-serve")):
            say(f"`invites {' '.join(words)}`", *whole_process(*words, folder=settings.home))
        with open_house(settings) as house:
            spent = milliseconds_a_letter(settings, house)
    sys.stdout.write(
        f"a letter: {statistics.median(spent):.0f} ms (median), {max(spent):.0f} ms (slowest of sixteen)\n"
    )


def workspace(folder: Path) -> Settings:
    """A fresh one, with a date ahead for Jakarta."""
    settings = create_workspace(
        folder,
        base_url="http://127.0.0.1:8080",
        mail_from="undangan@kalsel.example",
        smtp_url="maildir:mail",
        from_environment=False,
    )
    event = find_event(settings, "jakarta")
    event.write_text(dated(event.read_text(encoding="utf-8"), "jakarta", SystemClock().now().date()), encoding="utf-8")
    record_all(settings, "Sari")
    return settings


def whole_process(*words: str, folder: Path) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak MiB of an installed command: medians of RUNS, after one to warm up."""
    runs = [run_once(words, folder) for _ in range(RUNS + 1)][1:]
    wall, processor, peak = (statistics.median(numbers) for numbers in zip(*runs, strict=True))
    return wall, processor, peak


def run_once(words: tuple[str, ...], folder: Path) -> tuple[float, float, float]:
    """One run, as the system accounts for the finished process."""
    command = [str(COMMAND), *words]
    began = time.perf_counter()
    running = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    wall = time.perf_counter() - began
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        sys.exit(f"{' '.join(command)} ended with {running.returncode}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def milliseconds_a_letter(settings: Settings, house: House) -> list[float]:
    """Processor time of each of Jakarta's sixteen PDFs, after one that loads fonts and templates."""
    event_file, list_file = find_event(settings, "jakarta"), find_list(settings, None, house.catalogues)
    checked = pipeline.check(house.catalogues, SystemClock(), list_file, event_file, for_sending=True)
    event = approval.usable(checked)
    invitations = approval.plan(house, event, checked.recipients)
    house.renderer.render(house.letters(event, invitations[0])[0])
    spent = []
    for invitation in invitations:
        began = time.process_time()
        house.renderer.render(house.letters(event, invitation)[0])
        spent.append((time.process_time() - began) * 1000)
    return spent


def sixteen(settings: Settings) -> dict[str, float]:
    """Wall seconds on all cores in which sixteen embassies' PDFs are composed, read again and rendered: medians of
    ROUNDS after one to warm up."""
    forms = (Form.letter, Form.programme, Form.products, Form.card)
    event_file = find_event(settings, "jakarta")
    with open_house(settings) as house:
        list_file = find_list(settings, None, house.catalogues)
        checked = pipeline.check(house.catalogues, SystemClock(), list_file, event_file, for_sending=True)
        letter = replace(approval.usable(checked), forms=(Form.letter,))
        products = read_products(event_file.parent).products
        whole = replace(letter, forms=forms, link_on=LinkOn.card, products=products)
        invitations = approval.plan(house, letter, checked.recipients)
        return {
            "sixteen letters of two pages": wall(house, letter, invitations),
            "sixteen sets of letter, programme, products, card and reply card": wall(house, whole, invitations),
        }


def wall(house: House, event: Event, invitations: Sequence[Invitation]) -> float:
    """The median of ROUNDS, after one to warm up."""
    spent = []
    for _ in range(bench_letters.ROUNDS + 1):
        began = time.perf_counter()
        made = list(house.documents(event, invitations, house.register(event, invitations)))
        spent.append(time.perf_counter() - began)
    assert len(made) == len(invitations)
    return statistics.median(spent[1:])


def say(what: str, wall: float, processor: float, peak: float) -> None:
    """One row of the page's table."""
    # a child starts as a copy of this process, so no peak below our own can be seen
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    memory = f"{peak:.0f} MiB" if peak > ours + 1 else f"below {ours:.0f} MiB"
    sys.stdout.write(f"| {what} | {wall:.1f} s | {processor:.1f} s | {memory} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
