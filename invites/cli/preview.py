"""`invites preview EVENT`: the very letters that would go out, as PDF files and on one page to look them over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from invites import approval, config
from invites.bootstrap import open_house
from invites.cli.console import bar, line, result
from invites.cli.files import clear, write_secret
from invites.cli.options import EventName, ListFile, Mode, one_of
from invites.cli.texts import findings, language, say
from invites.cli.validate import read
from invites.compose import facts
from invites.compose.overview import Said, overview
from invites.errors import ConfigurationError
from invites.house import House
from invites.model.batch import Invitation
from invites.model.checked import Checked
from invites.model.event import Event
from invites.model.message import Document, Form, RenderMode
from invites.model.recipient import Severity

Only = Annotated[list[str] | None, typer.Option("--only", metavar="CODE", help=say("option.only"), show_default=False)]


class Following(StrEnum):
    """The letters that follow an invitation."""

    update = "update"
    postponement = "postponement"
    cancellation = "cancellation"
    pour_memoire = "pour_memoire"
    thanks = "thanks"


_form = one_of("--form", Following, str)
Wanted = Annotated[
    Following | None,
    typer.Option("--form", metavar="|".join(Following), parser=_form, help=say("option.form"), show_default=False),
]
Frozen = Annotated[bool, typer.Option("--frozen", help=say("option.frozen"))]
Open = Annotated[bool, typer.Option("--open", help=say("option.open"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One letter on the page: `files` are names of PDFs with the names of their pictures."""

    code: str
    number: str
    said: tuple[Said, ...]
    fonts: tuple[str, ...]
    files: tuple[tuple[str, tuple[str, ...]], ...]


def run(
    event: EventName,
    list_file: ListFile = None,
    only: Only = None,
    form: Wanted = None,
    frozen: Frozen = False,
    show: Open = False,
    renderer: Mode = RenderMode.auto,
) -> None:
    """Render and say where the files are; warnings are printed, errors end it."""
    checked, _ = read(event, list_file)
    for told in findings(checked.problems):
        line(told)
    settings = config.workspace()
    with open_house(settings, renderer=renderer) as house:
        folder = settings.letters / event / (form or ("frozen" if frozen else ""))
        count = render(house, checked, folder, only=only, form=Form(form) if form else None, frozen=frozen)
    result(say("preview.done", count=count, folder=folder))
    result(say("preview.page", page=folder / "index.html"))
    if show:
        typer.launch(str(folder / "index.html"))


def render(
    house: House,
    checked: Checked,
    folder: Path,
    *,
    only: list[str] | None = None,
    form: Form | None = None,
    frozen: bool = False,
) -> int:
    """Write `<CODE>.pdf` for every recipient (or those in `only`), what lies beside it, and a page of them all;
    returns how many letters. `form` is a letter that would follow the invitation, as a specimen; `frozen`: nothing is
    made, the files that will leave, or have left, are laid out."""
    event = approval.usable(checked)
    stored = {each.invitation.code: each for each in approval.standing(house, event.slug)} if frozen else {}
    planned = [each.invitation for each in stored.values()] or approval.plan(house, event, checked.recipients)
    codes = {code.upper() for code in only or ()}
    if unknown := codes - {invitation.code for invitation in planned}:
        raise ConfigurationError("unknown_code", setting="--only", codes=", ".join(sorted(unknown)))
    wanted = [invitation for invitation in planned if not codes or invitation.code in codes]
    if stored:
        made: Iterable[Sequence[Document]] = (approval.files(house, stored[each.code]) for each in wanted)
    elif form:
        made = house.specimens(event, wanted, form)
    else:
        made = house.documents(event, wanted, house.register(event, planned))
    if not codes:
        for pattern in ("*.pdf", "*.png"):
            clear(folder, pattern)
    shown = []
    with bar(say("preview.bar"), len(wanted)) as step:
        for invitation, documents in zip(wanted, made, strict=True):
            laid = tuple(_lay_out(folder, invitation.code, document) for document in documents)
            shown.append(_shown(house, event, invitation, documents, laid))
            step()
    page = house.templates.render(
        "pages/preview.html",
        language(),
        title=facts.title(event, language()).text,
        warnings=tuple(findings(one for one in checked.problems if one.severity is Severity.W)),
        letters=tuple(shown),
    )
    write_secret(folder / "index.html", page.encode())
    return len(wanted)


def _lay_out(folder: Path, code: str, document: Document) -> tuple[str, tuple[str, ...]]:
    """The letter as `<CODE>.pdf`, what lies beside it as `<CODE>-<form>.pdf`, and their pages as pictures."""
    from invites.render.thumbnails import thumbnails  # noqa: PLC0415 - only a preview draws

    stem = code if document.form is Form.letter else f"{code}-{document.form}"
    write_secret(folder / f"{stem}.pdf", document.pdf)
    pictures = []
    for number, picture in enumerate(thumbnails(document.pdf), 1):
        pictures.append(f"{stem}-{number}.png")
        write_secret(folder / pictures[-1], picture)
    return f"{stem}.pdf", tuple(pictures)


def _shown(
    house: House,
    event: Event,
    invitation: Invitation,
    documents: Sequence[Document],
    files: tuple[tuple[str, tuple[str, ...]], ...],
) -> Shown:
    return Shown(
        code=invitation.code,
        number=invitation.number,
        said=overview(event, invitation, house.catalogues),
        fonts=tuple(sorted({family for document in documents for family in document.fonts})),
        files=files,
    )
