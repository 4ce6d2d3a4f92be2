"""`invites demo`: the whole way of one letter, with sixteen sample embassies, on this machine only."""

from __future__ import annotations

import fcntl
import shutil
import socket
import time
from email import message_from_bytes, policy
from pathlib import Path
from typing import IO, Annotated, Any, Literal

import typer

from invites import approval, pipeline
from invites.bootstrap import (
    SystemClock,
    create_workspace,
    find_event,
    find_list,
    open_house,
    open_transport,
    open_words,
)
from invites.cli import status, translations
from invites.cli.console import address, line, result
from invites.cli.demo_site import Answered, DemoSurprise, Site, answers
from invites.cli.preview import render
from invites.cli.send import deliver
from invites.cli.texts import say, speak
from invites.config import Settings, shipped
from invites.house import House
from invites.model.checked import Checked
from invites.rehearsal.stage import WEEKS, dated, spoilt

EventChoice = Annotated[
    Literal["jakarta", "yogyakarta", "bali", "all"], typer.Option("--event", help=say("option.demo_event"))
]
Language = Annotated[Literal["id", "en"] | None, typer.Option("--lang", help=say("option.lang"), show_default=False)]
NoServe = Annotated[bool, typer.Option("--no-serve", help=say("option.no_serve"))]

_APPROVER = "Sari"
_PORT = 8080
_held: list[IO[str]] = []


def run(event: EventChoice = "jakarta", lang: Language = None, no_serve: NoServe = False) -> None:
    """Show it, check it on the way, print the table; then serve until Ctrl-C."""
    if lang:
        speak(lang)
    began = time.monotonic()
    slugs = list(WEEKS) if event == "all" else [event]
    listening = _listen()
    settings = _stage(Path("var/demo").resolve(), listening.getsockname()[1])
    line(say("demo.nothing_leaves"))
    line(say("demo.workspace", folder=settings.home))
    _find_planted(settings)
    with open_house(settings) as house, Site(settings, house, listening) as site:
        last = [_one_mission(settings, house, site, slug) for slug in slugs][-1]
        for slug in slugs:
            result(say("demo.table", event=_title(house, slug)))
            status.show(pipeline.attendance(house, slug))
        for said in (*site.addresses(), say("demo.link", url=house.link(slugs[0], last.code).url)):
            address(said)
        line(say("demo.seconds", seconds=f"{time.monotonic() - began:.1f}"))
        if no_serve:
            result(say("demo.done", folder=settings.home))
            return
        line(say("demo.serving"))
        site.serve_until_interrupted()


def _stage(folder: Path, port: int) -> Settings:
    """A fresh workspace with sample dates; what an earlier demonstration left is removed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = (folder.parent / "demo.lock").open("w")  # held until this process ends
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise DemoSurprise("demo_running", folder=folder) from None
    _held.append(lock)
    if folder.exists():
        shutil.rmtree(folder)
    settings = create_workspace(
        folder,
        base_url=f"http://127.0.0.1:{port}",
        mail_from="Protokol Kalimantan Selatan <undangan@protokol.kalsel.example>",
        smtp_url="maildir:mail",
        database_url="sqlite:///invites.db",
        from_environment=False,
    )
    today = SystemClock().now().date()
    for slug in WEEKS:
        path = folder / "templates" / "events" / slug / "event.toml"
        path.write_text(dated(path.read_text(encoding="utf-8"), slug, today), encoding="utf-8")
    # a real office waits for its readers; the sample embassies see every language
    translations.record_all(settings, _APPROVER)
    return settings


def _check(settings: Settings, list_file: Path | None, slug: str) -> Checked:
    catalogues, _ = open_words(settings)
    path = find_list(settings, list_file, catalogues)
    return pipeline.check(catalogues, SystemClock(), path, find_event(settings, slug), for_sending=True)


def _find_planted(settings: Settings) -> None:
    """The spoilt list is refused at exactly the cells that were spoilt; the good one is not."""
    text, planted = spoilt((shipped("recipients") / "embassies.csv").read_text(encoding="utf-8"))
    path = settings.home / "spoilt.csv"
    path.write_text(text, encoding="utf-8", newline="")
    found = _check(settings, path, "jakarta")
    cells = {(problem.code.partition(".")[0], problem.cell) for problem in found.problems if problem.blocks}
    expected = {(fault.code, fault.cell) for fault in planted}
    if cells != expected:
        raise DemoSurprise("demo_surprise", what=f"{sorted(cells ^ expected)}")
    line(say("demo.spoilt", count=len(cells)))
    for code, cell in sorted(cells):
        line(f"    {cell:>4}  {code}")
    good = _check(settings, None, "jakarta")
    approval.usable(good)
    line(say("demo.good", count=len(good.recipients)))


def _one_mission(settings: Settings, house: House, site: Site, slug: str) -> Answered:
    """Letters, approval, mails, four answers, confirmations."""
    checked = _check(settings, None, slug)
    folder = settings.letters / slug
    approval.freeze(house, checked, _APPROVER)
    count = render(house, checked, folder, frozen=True)
    line(say("demo.letters", event=slug, count=count, folder=folder))
    batch = approval.approve(house, checked, _APPROVER)
    line(say("demo.approved", event=slug, count=batch.size, by=batch.approved_by))
    before = len(site.sink.kept())
    relay = open_transport(site.settings, rehearsal=True)
    tally = deliver(house, approval.approved(house, checked), relay)
    _read_strictly(site, before, count)
    line(say("demo.sent", event=slug, count=tally["sent"], relay=relay.name))
    given = [site.answer(house.link(slug, answer.code).url, answer) for answer in answers()]
    line(say("demo.replies", event=slug, count=len({answer.code for answer in given})))
    line(say("demo.confirmed", count=site.send_confirmations()))
    return given[0]


def _read_strictly(site: Site, before: int, count: int) -> None:
    """Every mail of this mission, once, read back from the sink by a parser that forgives nothing."""
    kept = site.sink.kept()[before:]
    if len({mail.rcpt_to for mail in kept}) != count or len(kept) != count:
        raise DemoSurprise("demo_surprise", what=f"{len(kept)} mails for {count} letters")
    for mail in kept:
        parsed = message_from_bytes(site.sink.content(mail), policy=policy.strict)
        kinds = [part.get_content_type() for part in parsed.walk() if not part.is_multipart()]
        if kinds[:2] != ["text/plain", "text/html"] or "application/pdf" not in kinds:
            raise DemoSurprise("demo_surprise", what=f"{mail.rcpt_to}: {kinds}")


def _title(house: House, slug: str) -> str:
    batch = house.store.batches.current(slug)
    titles: Any = batch.event.titles if batch else {}
    return str(titles.get("id", slug))


def _listen() -> socket.socket:
    """On 8080, or on any free port when something else is there. Held from now on: between looking for a free
    port and taking it, another demonstration could answer for this one."""
    try:
        return socket.create_server(("127.0.0.1", _PORT))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))
