"""`./run bench letters`: milliseconds, memory and bytes a letter, of ours and of what others would use, in six scripts.

Every figure is processor time of a process of its own and all that it starts, on one core, warm: the median of five
rounds. The pool is wall time on all cores.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import overload

from invites.compose.letter import compose_documents
from invites.model.batch import Invitation
from invites.model.message import Form, Letter, RenderMode
from invites.render import cut
from invites.render.choice import open_renderer
from invites.track import links, verification
from invites.validate.event_file import read_event
from invites.validate.reader import read_list
from invites.words.catalogue import Catalogues
from invites.words.jinja import Templates

ROOT = Path(__file__).parents[1]
LOCALES = {"en": "US", "ar": "SA", "zh": "CN", "ja": "JP", "hi": "IN", "th": "TH"}
KEY, BASE = b"k" * 32, "https://undangan.kalsel.example"
ROUNDS = 5
#: letters a round
COUNTS = {
    "naive": 3,
    "full": 3,
    "full, cut faces": 3,
    "instanced 100": 100,
    "instanced 1000": 1000,
    "instanced 1000, cut faces": 1000,
    "typst": 20,
    "chromium": 3,
}
LONG = (1000, 20000)
TICKS = os.sysconf("SC_CLK_TCK")


class Letters(Sequence[Letter]):
    """Letters to as many missions of a locale as one likes, each with a number, names, a link and an address to
    verify it of its own, composed when asked for: no list of them is held."""

    def __init__(self, code: str, count: int, start: int = 0) -> None:
        self._catalogues = Catalogues([ROOT / "templates"], lambda *_: True)
        self._templates = Templates([ROOT / "templates"], self._catalogues)
        file = ROOT / "templates/events/jakarta/event.toml"
        event = read_event(file, now=datetime(2024, 1, 8, tzinfo=UTC), for_sending=False).event
        listed = read_list(
            ROOT / "recipients/embassies.csv", catalogues=self._catalogues, today=date(2024, 1, 8)
        ).recipients
        assert event is not None
        self._event = event
        self._known = next(each for each in listed if each.code == code)
        self._count, self._start = count, start

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, n: int) -> Letter: ...
    @overload
    def __getitem__(self, n: slice) -> Sequence[Letter]: ...
    def __getitem__(self, n: int | slice) -> Letter | Sequence[Letter]:
        if isinstance(n, slice):
            return [self[m] for m in range(*n.indices(self._count))]
        if n >= self._count:
            raise IndexError(n)
        number = self._start + n
        who = replace(
            self._known,
            name_id=f"{self._known.name_id} {number}",
            mission_name_local=f"{self._known.mission_name_local} {number}",
        )
        invitation = Invitation(
            event=self._event.slug,
            code=f"{who.code}{number}",
            revision=1,
            number=f"500.2/{number}/CONTOH/2024",
            recipient=who,
        )
        link = links.derive([KEY], BASE, self._event.slug, invitation.code)
        checked_at = verification.address(BASE, verification.derive([KEY], self._event.slug, invitation.code, 1))
        made = compose_documents(
            self._event,
            invitation,
            link,
            templates=self._templates,
            catalogues=self._catalogues,
            wanted=(Form.letter,),
            verification=checked_at,
        )
        return made[0]


#: makes PDFs of letters and says how long each is
Make = Callable[[Sequence[Letter]], Iterator[int]]


def naive(_: Letter, __: Path) -> Make:
    """What one writes first: a document, a style sheet, write_pdf."""
    from weasyprint import CSS, HTML  # noqa: PLC0415 - a process uses one of them

    from invites.render.assets import Assets  # noqa: PLC0415
    from invites.render.fonts import font_css  # noqa: PLC0415

    def make(letters: Sequence[Letter]) -> Iterator[int]:
        for letter in letters:
            style = letter.assets["letter.css"].decode() + font_css(("en", *letter.languages))
            html = HTML(string=letter.html, url_fetcher=Assets(letter.assets))
            css = CSS(string=style, url_fetcher=Assets(letter.assets))
            yield len(html.write_pdf(stylesheets=[css], pdf_variant="pdf/ua-1"))

    return make


def ours(name: str, fonts: Path | None) -> Make:
    """One of our renderers, with the cut faces in `fonts` if there are any."""
    renderer = open_renderer(RenderMode(name), cut_fonts=fonts)
    return lambda letters: (len(document.pdf) for document in renderer.render_many(letters))


def typst(letter: Letter, folder: Path) -> Make:
    """The same page in Typst's words, its template and fonts kept."""
    from tests.bench_typst import Typst  # noqa: PLC0415 - may not be installed

    compiler = Typst(letter, folder)
    return lambda letters: (len(compiler.render(each)) for each in letters)


def chromium(letter: Letter, folder: Path) -> Make:
    """The same HTML printed, tagged, by one browser in one tab."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - may not be installed

    from invites.render.fonts import font_css  # noqa: PLC0415

    for name, content in letter.assets.items():
        (folder / name).write_bytes(content)
    (folder / "letter.css").write_text(font_css(("en", *letter.languages)) + letter.assets["letter.css"].decode())
    browser = sync_playwright().start().chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    page = browser.new_page()

    def make(letters: Sequence[Letter]) -> Iterator[int]:
        for each in letters:
            (folder / "qr.svg").write_bytes(each.assets["qr.svg"])
            html = each.html.replace("asset:", "").replace("</head>", "<link rel=stylesheet href=letter.css></head>")
            (folder / "letter.html").write_text(html.replace("asset:", ""), encoding="utf-8")
            page.goto((folder / "letter.html").as_uri())
            yield len(page.pdf(prefer_css_page_size=True, tagged=True, print_background=True))

    return make


def one(name: str, code: str, fonts: str) -> None:
    """The figures of one way in one locale, as JSON. `fonts` is the folder of cut faces."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    count = COUNTS[name]
    with tempfile.TemporaryDirectory() as folder:
        first = Letters(code, 1)[0]
        made = {"naive": naive, "typst": typst, "chromium": chromium}.get(name)
        make = made(first, Path(folder)) if made else ours(*_mode(name, Path(fonts)))
        spent, sizes = [], [0]
        for round_ in range(ROUNDS + 1):
            letters = Letters(code, min(count, 60) if not round_ else count, round_ * count)[:]
            began = processor()
            sizes = list(make(letters))
            spent.append((processor() - began) * 1000 / len(letters))
        say(ms=statistics.median(spent[1:]), mib=memory(), kb=statistics.mean(sizes) / 1024)
    os._exit(0)  # Playwright's own end takes longer than all of this


def _mode(name: str, fonts: Path) -> tuple[str, Path | None]:
    return name.split(",", maxsplit=1)[0].split(maxsplit=1)[0], fonts if name.endswith("cut faces") else None


def long(count: int) -> None:
    """Peak memory of a long list, composed and forgotten letter by letter."""
    lengths = [len(document.pdf) for document in open_renderer(RenderMode.instanced).render_many(Letters("US", count))]
    say(mib=memory(), kb=statistics.mean(lengths) / 1024)


def pool(workers: int) -> None:
    """Wall time of a thousand letters with so many processes."""
    renderer = open_renderer(RenderMode.instanced, workers=workers)
    spent = []
    for round_ in range(ROUNDS + 1):
        letters = Letters("US", 1000, round_ * 1000)[:]
        began = time.perf_counter()
        list(renderer.render_many(letters))
        spent.append((time.perf_counter() - began) * 1000 / len(letters))
    say(ms=statistics.median(spent[1:]), mib=memory())


def processor() -> float:
    """Processor seconds of this process and all that live below it."""
    parents, times = {}, {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(entry.parent.name)
        parents[pid], times[pid] = int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS
    own = os.getpid()
    times[own] = time.process_time()
    return sum(spent for pid, spent in times.items() if own in set(_above(pid, parents)))


def _above(pid: int, parents: dict[int, int]) -> Iterator[int]:
    while pid:
        yield pid
        pid = parents.get(pid, 0)


def memory() -> float:
    """Peak MiB of this process, or of the largest below it."""
    # not ru_maxrss: a process inherits that of the one that started it
    own = str(os.getpid())
    peaks = [0.0]
    for entry in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in entry.read_text(encoding="utf-8").splitlines() if ":" in line)
        except OSError:
            continue
        if own in (fields["PPid"].strip(), entry.parent.name) and "VmHWM" in fields:
            peaks.append(int(fields["VmHWM"].split()[0]) / 1024)
    return max(peaks)


def say(**figures: float) -> None:
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


def ask(*words: object) -> dict[str, float]:
    """The figures of a process of its own."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench_letters", *map(str, words)],
        cwd=ROOT,
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return dict(json.loads(run.stdout.splitlines()[-1]))


def main(fonts: Path) -> None:
    """The tables of docs/performance.md. Cut faces are laid into `fonts`."""
    list(cut.build(fonts))
    names = list(COUNTS)
    found = {(name, code): ask("one", name, code, fonts) for name in names for code in LOCALES.values()}
    out = ["| ms a letter | " + " | ".join(LOCALES) + " | mean | peak MiB | KiB a letter |", "| --- " * 10 + "|"]
    means = {}
    for name in names:
        rows = [found[name, code] for code in LOCALES.values()]
        means[name] = statistics.mean(row["ms"] for row in rows)
        cells = [f"{row['ms']:.1f}" for row in rows] + [f"{means[name]:.1f}", f"{max(row['mib'] for row in rows):.0f}"]
        sizes = " ".join(format(row["kb"], ".0f") for row in rows)
        out.append(f"| {name} | {' | '.join(cells)} | {sizes} |")
    base = means["instanced 1000"]
    out.append("")
    out += [f"{name}: {mean / base:.2f} times the time of instanced 1000" for name, mean in means.items()]
    for count in LONG:
        out.append(f"{count} letters, instanced: {ask('long', count)['mib']:.0f} MiB")
    single, double = ask("pool", 1)["ms"], ask("pool", 2)["ms"]
    out.append(
        f"1000 letters, wall: {single:.1f} ms with one process, {double:.1f} with two: {single / double:.2f} times"
    )
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    {"one": one, "long": lambda count: long(int(count)), "pool": lambda workers: pool(int(workers))}[sys.argv[1]](
        *sys.argv[2:]
    )
