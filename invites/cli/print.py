"""`invites print EVENT`: the letters that a courier carries, as one file for the printer."""

from __future__ import annotations

import errno
import getpass
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from invites import approval, config, paper
from invites.bootstrap import is_live, open_house
from invites.cli.console import as_json, bar, line, result
from invites.cli.options import AsJson, EventName, ListFile
from invites.cli.texts import say
from invites.cli.validate import read
from invites.errors import ConfigurationError, StoreError
from invites.house import House
from invites.model.checked import Checked
from invites.paper import Parcel

To = Annotated[
    Path | None, typer.Option("--to", metavar=say("metavar.file"), help=say("option.print_to"), show_default=False)
]
Only = Annotated[list[str] | None, typer.Option("--only", metavar="CODE", help=say("option.only"), show_default=False)]
All = Annotated[bool, typer.Option("--all", help=say("option.print_all"))]
OneSided = Annotated[bool, typer.Option("--one-sided", help=say("option.one_sided"))]


def run(
    event: EventName,
    to: To = None,
    only: Only = None,
    everyone: All = False,
    one_sided: OneSided = False,
    list_file: ListFile = None,
    json: AsJson = False,
) -> None:
    """Write the file, readable for its owner only, and record that these letters were printed."""
    checked, _ = read(event, list_file, for_sending=True)
    settings = config.workspace()
    settings.refuse_samples()
    path = to or settings.letters / f"{event}-print.pdf"
    with open_house(settings) as house:
        batch = approval.approved(house, checked)
        carried = _chosen(house, checked, only or (), everyone=everyone)
        before = house.store.handovers.prints(event)
        if carried:
            with bar(say("print.bar"), len(carried)) as step, _file(path) as draft:
                from invites.render.booklet import bind  # noqa: PLC0415 - `--help` must not wait for pikepdf

                title = house.catalogues.fill("paper.bound", "id", event_title=batch.event.titles["id"])
                parts = paper.printout(house, batch.event, carried, step)
                _write(draft, bind(parts, title=title, both_sides=not one_sided))
                # recorded before the file is there: no number is on paper that another letter could still get
                paper.record_printing(house, batch.event, carried, getpass.getuser(), live=is_live(settings))
    again = [each.recipient.code for each in carried if each.recipient.code in before]
    if json:
        codes = [each.recipient.code for each in carried]
        as_json({"event": event, "printed": len(codes), "file": str(path) if codes else None, "order": codes})
    else:
        _tell(event, path, carried, again)


def _chosen(house: House, checked: Checked, only: Sequence[str], *, everyone: bool) -> list[Parcel]:
    """The letters to print. ConfigurationError for a code that nobody has, or whose letter goes by mail alone."""
    codes = {code.upper() for code in only}
    if unknown := codes - {recipient.code for recipient in checked.recipients}:
        raise ConfigurationError("unknown_code", setting="--only", codes=", ".join(sorted(unknown)))
    event = approval.usable(checked)
    carried = paper.parcels(house, event, checked.recipients, only=codes, everyone=everyone)
    if mailed := codes - {each.recipient.code for each in carried}:
        raise ConfigurationError("goes_by_mail", setting="--only", codes=", ".join(sorted(mailed)))
    return carried


@contextmanager
def _file(path: Path) -> Iterator[Path]:
    """A draft beside `path`, which takes its place when all went well. Its links are alive: mode 600 from the start."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(path)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(descriptor)
    except OSError as error:
        raise ConfigurationError("no_such_file", setting="--to", path=path) from error
    draft = Path(name)
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _write(draft: Path, content: bytes) -> None:
    """To the disk, before anything says that it is there."""
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreError("disk_full", path=draft.parent) from error
        raise StoreError("blob_write", path=draft.parent, reason=error.strerror) from error


def _tell(event: str, path: Path, carried: Sequence[Parcel], again: Sequence[str]) -> None:
    if not carried:
        result(say("print.nothing", event=event))
        return
    result(say("print.done", count=len(carried), file=path))
    line(say("print.secret"))
    line(say("print.order", codes=", ".join(each.recipient.code for each in carried)))
    if lost := [each.recipient.code for each in carried if not each.has_address]:
        line(say("print.no_address", codes=", ".join(lost)))
    if again:
        line(say("print.again", codes=", ".join(again)))
    line(say("print.next", event=event, code=carried[0].recipient.code))
