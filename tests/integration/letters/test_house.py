"""Letters as they leave the house, each with its own verification address: those of a long list are set together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from invites.house import House
from invites.model.batch import Invitation
from invites.model.event import Event
from invites.model.message import Document, RenderMode
from invites.model.recipient import Recipient
from invites.ports import Renderer
from invites.render.choice import open_renderer
from invites.validate.reader import read_list
from tests.scene import new_store, open_office

from .test_sixteen import LIST, house, renderer, shipped

COUNT = 14


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Callable[[Renderer], House]]:
    catalogues, templates = house()
    with closing(new_store(tmp_path)) as store:

        def with_renderer(chosen: Renderer) -> House:
            return open_office(store, tmp_path, chosen, (catalogues, templates))

        yield with_renderer


def invitations(event: Event, code: str) -> list[Invitation]:
    """To as many missions with names of their own as are worth setting together, all like the one on the list."""
    listed = read_list(LIST, catalogues=house()[0], today=date(2024, 1, 8)).recipients
    known = next(each for each in listed if each.code == code)
    return [_invitation(event, known, n) for n in range(COUNT)]


def _invitation(event: Event, known: Recipient, n: int) -> Invitation:
    who = replace(
        known,
        code=f"{known.code}{n}",
        name_id=f"{known.name_id} {n}",
        mission_to_id=f"{known.mission_to_id} {n}",
        mission_name_local=f"{known.mission_name_local} {n}",
        email=f"protocol{n}@embassy.example",
    )
    return Invitation(event=event.slug, code=who.code, revision=1, number=f"500.2/{n + 100}/CONTOH/2024", recipient=who)


def pictures(document: Document) -> list[str]:
    pdf = pypdfium2.PdfDocument(document.pdf)
    return [hashlib.sha256(page.render(scale=1.5).to_pil().tobytes()).hexdigest() for page in pdf]


def texts(document: Document) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(document.pdf)]


@pytest.mark.parametrize("code", ["US", "SA", "JP"])
def test_what_leaves_the_house_is_set_together_and_is_what_it_would_be_alone(
    code: str, office: Callable[[Renderer], House], caplog: pytest.LogCaptureFixture
) -> None:
    event = shipped("jakarta")
    own = office(open_renderer(RenderMode.instanced))
    to = invitations(event, code)
    made = [documents[0] for documents in own.documents(event, to)]
    assert [each.getMessage() for each in caplog.records if each.name == "invites.render"] == []
    in_full = [renderer().render(own.letters(event, invitation)[0]) for invitation in to]
    assert all(one.sha256 != other.sha256 for one, other in zip(made, in_full, strict=True))
    for n in (0, 9, COUNT - 1):
        assert pictures(made[n]) == pictures(in_full[n])
    for invitation, ours, theirs in zip(to, made, in_full, strict=True):
        assert texts(ours) == texts(theirs)
        address = own.verification_address(invitation).removeprefix("https://")
        assert all(address in each for each in texts(ours))
