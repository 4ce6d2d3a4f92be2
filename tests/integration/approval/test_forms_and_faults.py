"""What an invitation consists of leaves in its mail; what a faulty template puts into a letter never gets that far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from invites import approval
from invites.config import shipped
from invites.errors import RenderError
from invites.house import House
from invites.model.event import Bundle, LinkOn
from invites.model.message import Form
from invites.model.recipient import Gender, HeadClass, Recipient
from invites.render.pdf import PdfRenderer
from invites.store.database import SqlStore
from invites.track import links
from invites.words.catalogue import Catalogues
from invites.words.jinja import Templates
from tests.integration.approval.test_approval import checked
from tests.scene import BASE_URL, KEY, approved_all, event, new_store, open_office, recipient

RENDERER = PdfRenderer()
GUESTS = (
    recipient("JP", head_gender=Gender.m),
    recipient("KR", head_name="Orang Contoh"),
    recipient("DE", head_class=HeadClass.cda_ai, credentials_at=None),
)
Open = Callable[..., House]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """A house whose own templates change texts of the shipped ones; `changes` are file, old, new."""

    stores: list[SqlStore] = []

    def house(*changes: tuple[str, str, str]) -> House:
        own = tmp_path / "templates"
        for name, old, new in changes:
            text = (shipped("templates") / name).read_text(encoding="utf-8")
            assert old in text
            path = own / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
        folders = [own, shipped("templates")]
        catalogues = Catalogues(folders, approved_all)
        stores.append(new_store(tmp_path))
        return open_office(stores[-1], tmp_path, RENDERER, (catalogues, Templates(folders, catalogues)))

    yield house
    for store in stores:
        store.close()


def refused(house: House, *guests: Recipient) -> tuple[str, str, str]:
    """Key, code and `what` of the error at which freezing ends; nothing is kept of it."""
    with pytest.raises(RenderError) as caught:
        approval.freeze(house, checked(*guests), "Sari")
    assert house.store.batches.current("jakarta") is None
    assert list(house.store.deliveries.of_event("jakarta")) == []
    return caught.value.key, caught.value.fields["code"], caught.value.fields["what"]


def files(house: House, code: str) -> list[str]:
    """The names of the PDF files in this guest's mail."""
    (sent,) = [item for item in house.store.deliveries.of_event("jakarta") if item.code == code]
    parsed = message_from_bytes(house.blobs.get(sent.blob), policy=policy.default)
    return [part.get_filename() for part in parsed.iter_attachments() if part.get_content_type() == "application/pdf"]


def test_several_forms_travel_as_several_files_and_the_reply_card_as_one_of_them(opened: Open) -> None:
    house = opened()
    forms = (Form.letter, Form.programme, Form.card)
    several = replace(event(), forms=forms, bundle=Bundle.several, link_on=LinkOn.card)
    approval.freeze(house, checked(*GUESTS, of=several), "Sari")
    assert files(house, "JP") == [
        "undangan-jakarta-jp-r1.pdf",
        "susunan-acara-jakarta-jp-r1.pdf",
        "kartu-undangan-jakarta-jp-r1.pdf",
        "kartu-jawaban-jakarta-jp-r1.pdf",
    ]


def test_one_file_holds_them_all_but_the_reply_card(opened: Open) -> None:
    house = opened()
    one = replace(event(), forms=(Form.letter, Form.programme, Form.card), link_on=LinkOn.card)
    approval.freeze(house, checked(*GUESTS, of=one), "Sari")
    assert files(house, "KR") == ["undangan-jakarta-kr-r1.pdf", "kartu-jawaban-jakarta-kr-r1.pdf"]


@pytest.mark.parametrize("name", ["Embassy of KR", "the Embassy of KR", "Kedutaan Besar KR", "Orang Contoh"])
def test_a_template_that_names_another_guest_freezes_nothing(opened: Open, name: str) -> None:
    house = opened(("letter/sheet.html", "</article>", f"<p>{name}</p></article>"))
    key, code, what = refused(house, *GUESTS)
    assert (key, what) == ("letter_foreign", name)
    assert code in ("JP", "DE")


def test_a_template_that_prints_one_link_in_every_letter_freezes_nothing(opened: Open) -> None:
    url = links.derive([KEY], BASE_URL, "jakarta", "KR").url
    house = opened(("letter/rsvp.html", '<p class="personal">', f'<p>{url}</p><p class="personal">'))
    key, _, what = refused(house, *GUESTS)
    assert (key, what) == ("letter_foreign", "https://…")


def test_a_template_that_calls_everybody_excellency_freezes_nothing(opened: Open) -> None:
    house = opened(
        ("letter/sheet.html", "say(phrases.salutation, gender=gender)", 'say("salutation.ambassador", gender="n")')
    )
    assert refused(house, *GUESTS)[:2] == ("letter_address_form", "DE")


def test_a_template_without_the_number_freezes_nothing(opened: Open) -> None:
    house = opened(("letter/top.html", "{{ ltr(number) }}", "–"))
    assert refused(house, *GUESTS)[0::2] == ("letter_lacks", "500.2/1/CONTOH/2027")


def test_sound_templates_freeze_every_letter(opened: Open) -> None:
    house = opened()
    assert approval.freeze(house, checked(*GUESTS), "Sari").size == len(GUESTS)
