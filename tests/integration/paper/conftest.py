"""An office whose letters go by courier: real letters in four scripts, real SQLite, real PDFs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from invites import approval, paper
from invites.house import House
from invites.model.batch import Batch
from invites.model.checked import Checked
from invites.model.event import Event
from invites.model.recipient import DeliveryMode, Recipient
from invites.paper import Parcel
from invites.render.booklet import bind
from invites.render.pdf import PdfRenderer
from invites.store.database import SqlStore
from tests.integration.web.world import CATALOGUES, WORDS
from tests.scene import StandingClock, event, new_store, open_office, recipient

RENDERER = PdfRenderer()
JP = recipient(
    "JP",
    locale="ja-JP",
    mission_name_local="在インドネシア日本国大使館",
    mission_to_local="在インドネシア日本国大使館",
    name_id="Kedutaan Besar Jepang",
    delivery=DeliveryMode.both,
    address_lines=("Jl. Contoh 24", "Jakarta Pusat 10350"),
)
SA = recipient(
    "SA",
    locale="ar-SA",
    mission_name_local="سفارة المملكة العربية السعودية",
    mission_to_local="سفارة المملكة العربية السعودية",
    name_id="Kedutaan Besar Kerajaan Arab Saudi",
    delivery=DeliveryMode.courier,
    email="",
    address_lines=("Jl. Contoh 3", "Kota Jakarta Selatan, 12940"),
)
TH = recipient(
    "TH",
    locale="th-TH",
    mission_name_local="สถานเอกอัครราชทูต",
    mission_to_local="สถานเอกอัครราชทูต",
    name_id="Kedutaan Besar Kerajaan Thailand",
    delivery=DeliveryMode.courier,
    address_lines=("Jl. Contoh 74", "Jakarta Pusat 10310"),
)
AU = recipient("AU", name_id="Kedutaan Besar Australia")
POSTS = (JP, SA, TH, AU)


def checked(*recipients: Recipient, of: Event | None = None, digest: str = "list 1") -> Checked:
    return Checked(event=of or event(), recipients=recipients or POSTS, problems=(), digest=digest)


@dataclass
class Office:
    """Sari's office: it approves, prints and hands over."""

    house: House
    store: SqlStore
    clock: StandingClock

    def approve(self, of: Checked | None = None) -> Batch:
        return approval.approve(self.house, of or checked(), "Sari")

    def parcels(self, *posts: Recipient, only: tuple[str, ...] = (), everyone: bool = False) -> list[Parcel]:
        return paper.parcels(self.house, event(), posts or POSTS, only=only, everyone=everyone)

    def print(self, carried: list[Parcel], *, both_sides: bool = True) -> bytes:
        """The file, recorded as printed."""
        parts = list(paper.printout(self.house, event(), carried))
        paper.record_printing(self.house, event(), carried, "sari", live=False)
        return bind(parts, title="Misi Dagang Contoh", both_sides=both_sides)

    def stored(self, code: str) -> bytes:
        """The PDF that was approved."""
        name = self.store.batches.document("jakarta", code)
        assert name is not None
        return self.house.blobs.get(name)

    def actions(self) -> list[tuple[str, str, str]]:
        return [(each.action, each.code, each.detail) for each in self.store.audit.entries("jakarta")]

    def numbers(self) -> dict[str, str]:
        return {each.code: each.state.value for each in self.store.numbers.all()}


@contextmanager
def opened(folder: Path) -> Iterator[Office]:
    store, clock = new_store(folder), StandingClock()
    house = open_office(store, folder, RENDERER, (CATALOGUES, WORDS), clock=clock)
    yield Office(house, store, clock)
    store.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with an approved batch, for tests that only look."""
    with opened(tmp_path_factory.mktemp("office")) as made:
        made.approve()
        yield made


def texts(pdf: bytes) -> list[str]:
    """The text of each page on one line; pypdf reads nobody else's idea of it."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def links(pdf: bytes) -> list[set[str]]:
    """The addresses that each page leads to."""
    found = []
    for page in PdfReader(BytesIO(pdf)).pages:
        marks = [mark.get_object() for mark in page.get("/Annots", [])]
        found.append({str(mark["/A"]["/URI"]) for mark in marks if mark["/Subtype"] == "/Link"})
    return found
