"""What goes with the letter: which forms, in which PDF, in which order, and what each of them says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from invites.compose.letter import compose_documents
from invites.errors import RenderError
from invites.model.event import Bundle, Event, LinkOn, Product, ProductGroup, Signatory, SignatoryKind
from invites.model.message import Form, Letter
from invites.model.recipient import Channel, Gender, HeadClass, Kind

from .missions import BALI, CATALOGUES, EMBASSIES, JAKARTA, TEMPLATES, URL, invitation, link
from .test_letter import plain, read

WHOLE = (Form.letter, Form.programme, Form.products, Form.card)
NUMBER = "500.2/0123/CONTOH/2027"


def product(name: str, group: ProductGroup = ProductGroup.anyaman, **changes: object) -> Product:
    fields: dict[str, object] = {
        "group": group,
        "names": {"id": name, "en": f"{name} (en)"},
        "maker": "Rumah Purun Contoh",
        "place": "Barito Kuala",
        "price_from": 95000,
        "price_to": 1225000,
        "minimum_order": 100,
        "export_ready": True,
    }
    return Product(**{**fields, **changes})  # type: ignore[arg-type]


FULL = replace(JAKARTA, forms=WHOLE, products=(product("Tas purun"), product("Kain", ProductGroup.sasirangan)))


def documents(
    event: Event = FULL,
    code: str = "AU",
    *,
    void: bool = False,
    changes: dict[str, object] | None = None,
    **options: object,
) -> tuple[Letter, ...]:
    return compose_documents(
        event,
        invitation(event, code, **(changes or {})),
        None if void else link(event, code),
        templates=TEMPLATES,
        catalogues=CATALOGUES,
        **options,  # type: ignore[arg-type]
    )


def pages(letter: Letter) -> list[list[str]]:
    """The blocks of each sheet."""
    return [
        read(f"<section{part}".replace("</p>", "</p><br>")).blocks
        for part in letter.html.split('<section class="sheet"')[1:]
    ]


def said(letter: Letter) -> str:
    return plain(" ".join(" ".join(page) for page in pages(letter)))


def forms_of(letters: Sequence[Letter]) -> list[Form]:
    return [letter.form for letter in letters]


def test_one_pdf_holds_every_form_as_sheets_with_the_letter_first() -> None:
    (whole,) = documents()
    assert (whole.form, whole.languages, whole.sheets) == (Form.letter, ("id", "en"), 7)
    titles = ["Yang Mulia Duta Besar,", "Your Excellency,", "Susunan Acara", "Programme"]
    for page, title in zip(pages(whole), titles, strict=False):
        assert title in page
    assert whole.html.count('data-form="card"') == 1


def test_several_pdfs_hold_a_form_each() -> None:
    made = documents(replace(FULL, bundle=Bundle.several))
    assert forms_of(made) == list(WHOLE)
    assert [letter.sheets for letter in made] == [2, 2, 2, 1]


def test_an_event_without_further_forms_has_its_letter_alone() -> None:
    assert [(letter.form, letter.sheets) for letter in documents(JAKARTA)] == [(Form.letter, 2)]


@pytest.mark.parametrize("bundle", list(Bundle))
def test_an_annex_without_content_is_none(bundle: Bundle) -> None:
    made = documents(replace(FULL, bundle=bundle, programme=(), products=()))
    assert sum(letter.sheets for letter in made) == 3
    assert "Susunan acara" not in said(made[0])


def test_the_letter_names_its_annexes_and_leaves_the_programme_to_its_own() -> None:
    (whole,) = documents()
    letter, annex = pages(whole)[0], pages(whole)[2]
    assert letter[letter.index("Lampiran") + 2] == "Susunan acara, Produk Unggulan Kalimantan Selatan"
    assert "Registrasi tamu" not in letter
    assert "Registrasi tamu" in annex
    assert f"Lampiran surat nomor {NUMBER} tanggal 5 Januari 2027" in annex


def test_the_programme_of_bali_has_a_column_for_each_clock() -> None:
    programme = documents(BALI, wanted=(Form.programme,))[0]
    for page, (here, jakarta) in zip(
        pages(programme), [("08.30 WITA", "07.30 WIB"), ("08:30 WITA", "07:30 WIB")], strict=True
    ):
        assert page[page.index(here) + 1] == jakarta


def test_jakarta_needs_one_clock() -> None:
    page = pages(documents(wanted=(Form.programme,))[0])[0]
    assert page[page.index("08.30 WIB") + 1] == "Registrasi tamu"


def test_products_are_told_group_by_group_with_our_own_drawings() -> None:
    (products,) = documents(wanted=(Form.products,))
    original, translation = pages(products)
    assert (
        original.index("Kain sasirangan")
        < original.index("Kain")
        < original.index("Anyaman")
        < original.index("Tas purun")
    )
    assert {"Kisaran harga Rp95.000–1.225.000", "Pesanan minimum 100 buah", "Siap ekspor Ya"} <= set(original)
    assert {"Price range IDR 95,000–1,225,000", "Minimum order 100 pieces", "Ready for export Yes"} <= set(translation)
    assert {"product-sasirangan.svg", "product-anyaman.svg"} <= products.assets.keys()


def test_a_product_without_a_name_in_the_language_of_the_embassy_is_shown_in_english_and_says_so() -> None:
    (products,) = documents(code="JP", wanted=(Form.products,))
    assert '<h3 lang="en" dir="ltr">Tas purun (en)</h3>' in products.html


def test_many_products_take_further_sheets() -> None:
    event = replace(FULL, products=tuple(product(f"Tas {n}") for n in range(9)))
    (products,) = documents(event, wanted=(Form.products,))
    assert products.sheets == 4
    assert [f"Tas {n}" in page for page in pages(products)[:2] for n in (7, 8)] == [True, False, False, True]


@pytest.mark.parametrize("code", EMBASSIES)
def test_a_card_invites_the_head_of_the_post_in_both_languages_on_one_page(code: str) -> None:
    (card,) = documents(code=code, wanted=(Form.card,))
    (page,) = pages(card)
    gender = {"m": "m", "f": "f"}.get(EMBASSIES[code].head_gender, "n")
    for language in card.languages:
        assert CATALOGUES.fill("card.requests", language) in page
        head = {HeadClass.ambassador: "ambassador", HeadClass.cda_ai: "cda"}[EMBASSIES[code].head_class]
        assert CATALOGUES.fill(f"card.guest.{head}", language, gender=gender) in page
        assert plain(CATALOGUES.fill("card.admits", language, count=JAKARTA.max_delegates + 2)) in page
    assert NUMBER not in card.html
    assert URL not in card.html


def test_a_card_for_a_vacant_post_or_a_person_names_no_ambassador() -> None:
    for changes in (
        {"head_class": HeadClass.vacant},
        {"kind": Kind.person, "name_id": "Orang Contoh", "name_en": "A Sample"},
    ):
        (card,) = documents(wanted=(Form.card,), changes=changes)
        assert "Ambassador" not in said(card)
        assert "Duta Besar" not in said(card).replace("Kedutaan Besar", "")


def test_a_card_names_nobody_for_a_vacant_post_nor_without_an_honorific() -> None:
    named = {"head_name": "Nama Contoh"}
    (vacant,) = documents(wanted=(Form.card,), changes={"head_class": HeadClass.vacant, **named})
    assert said(vacant).count("Nama Contoh") == 0
    (japanese,) = documents(code="JP", wanted=(Form.card,), changes=named)
    assert said(japanese).count("Nama Contoh") == 1


def test_a_link_that_stands_on_a_card_is_on_a_pdf_of_its_own_and_nowhere_else() -> None:
    letter, card = documents(replace(FULL, link_on=LinkOn.card))
    assert (letter.form, card.form, card.sheets) == (Form.letter, Form.reply_card, 1)
    assert URL not in letter.html
    assert "qr.svg" not in letter.assets
    assert URL in card.html
    assert "qr.svg" in card.assets
    assert "Kedutaan Besar Australia" in said(card)
    assert NUMBER not in card.html
    assert "Nama Pejabat" not in card.html


def test_a_copy_has_no_link_and_says_so() -> None:
    (whole,) = documents(void=True)
    assert URL not in whole.html
    assert "qr.svg" not in whole.assets
    assert "Ini salinan; tautan jawaban tidak dimuat dan tidak berlaku." in said(whole)
    assert forms_of(documents(replace(FULL, link_on=LinkOn.card), void=True)) == [Form.letter]


def test_the_proof_of_a_reply_card_is_void() -> None:
    _, card = documents(replace(FULL, link_on=LinkOn.card), void=True, proof=True)
    assert "This is a copy; it bears no valid reply link." in said(card)
    assert "qr.svg" not in card.assets
    assert URL not in card.html


def test_a_proof_brings_the_word_that_lies_across_every_page() -> None:
    (proof,) = documents(proof=True)
    assert {"proof.css", "specimen.svg"} <= proof.assets.keys()
    assert not {"proof.css", "specimen.svg"} & documents()[0].assets.keys()


def test_english_can_take_the_place_of_a_translation_that_may_not_go_out() -> None:
    (whole,) = documents(code="JP", translation="en")
    assert whole.languages == ("id", "en")
    assert "Embassy of Japan" in said(whole)
    assert "在インドネシア日本国大使館" not in whole.html


@pytest.mark.parametrize(
    ("form", "subject", "sentence"),
    [
        (Form.update, "Change:", "I have the honour to inform you of a change to"),
        (Form.postponement, "Postponed:", "has been postponed"),
        (Form.cancellation, "Cancelled:", "has been cancelled"),
        (Form.pour_memoire, "To remind:", "No reply is needed."),
        (Form.thanks, "Letter of Thanks", "I thank you most warmly for attending"),
    ],
)
def test_a_letter_that_follows_the_invitation_says_what_it_is_and_cites_the_earlier_one(
    form: Form, subject: str, sentence: str
) -> None:
    (letter,) = documents(wanted=(form,), previous=("500.2/0099/CONTOH/2026", date(2026, 12, 1)))
    original, translation = pages(letter)
    assert any(block.startswith(subject) for block in translation)
    assert any(sentence in block for block in translation)
    assert "We refer to our letter No. 500.2/0099/CONTOH/2026 of 1 December 2026." in translation
    assert "Surat ini menyusuli surat kami nomor 500.2/0099/CONTOH/2026 tanggal 1 Desember 2026." in original
    assert "Yang Mulia Duta Besar," in original
    assert letter.sheets == 2


def test_only_a_letter_that_asks_holds_the_link() -> None:
    asks = {form for form in Form if URL in documents(wanted=(form,))[0].html}
    assert asks == {Form.letter, Form.update}


def test_a_venue_in_another_script_keeps_its_direction_within_a_sentence() -> None:
    (letter,) = documents(code="SA", wanted=(Form.update,))
    assert '<span lang="en" dir="ltr">Sample Hall, Jakarta</span>' in letter.html


def test_a_change_gives_the_new_facts() -> None:
    text = said(documents(wanted=(Form.update,))[0])
    for fact in ("Tuesday, 2 March 2027", "09:00–15:30 WIB", "Sample Hall, Jakarta"):
        assert fact in text


def test_a_reminder_to_those_who_come_repeats_the_details_and_asks_for_nothing() -> None:
    text = said(documents(wanted=(Form.pour_memoire,))[0])
    assert "Sample Hall, Jakarta" in text
    assert "R.S.V.P." not in text


def test_a_note_goes_to_the_ministry_in_the_third_person_and_unsigned() -> None:
    (note,) = documents(code="JP", wanted=(Form.note,), changes={"channel": Channel.via_kemlu})
    original, translation = pages(note)
    assert note.languages == ("id", "en")
    assert "Kementerian Luar Negeri Republik Indonesia" in original
    assert any("forwarding to the Embassy of Japan" in block for block in translation)
    assert any(block.startswith("The Provincial Government of South Kalimantan avails itself") for block in translation)
    assert f"Nomor: {NUMBER}" in original
    assert "Banjarbaru, 5 Januari 2027" in original
    for absent in (URL, "Nama Pejabat", "Yang Mulia", " I ", "Excellency"):
        assert absent not in note.html


def test_a_note_with_a_copy_asks_the_ministry_for_nothing() -> None:
    text = said(documents(code="JP", wanted=(Form.note,))[0])
    assert "a copy of the invitation to the Embassy of Japan" in text
    assert "forward" not in text


def test_a_note_to_a_post_that_is_written_to_directly_uses_the_words_of_a_note() -> None:
    (note,) = documents(code="JP", wanted=(Form.note,), changes={"channel": Channel.direct})
    text = said(note)
    assert (
        plain(
            CATALOGUES.fill("note.opening", "en", mission_to="the Embassy of Japan", event_title=JAKARTA.titles["en"])
        )
        in text
    )
    assert "Ministry" not in text


def test_a_note_names_the_city_of_whom_it_is_written_to() -> None:
    abroad = {"kind": Kind.consulate, "address_lines": ("Jl. Contoh 1", "Surabaya 60241")}
    (to_post,) = documents(wanted=(Form.note,), changes={"channel": Channel.direct, **abroad})
    assert ["di Surabaya" in pages(to_post)[0], "di Jakarta" in pages(to_post)[0]] == [True, False]
    (to_ministry,) = documents(wanted=(Form.note,), changes=abroad)
    assert ["di Surabaya" in pages(to_ministry)[0], "di Jakarta" in pages(to_ministry)[0]] == [False, True]


@pytest.mark.parametrize("kind", [Kind.consulate, Kind.organisation, Kind.person])
@pytest.mark.parametrize("channel", list(Channel))
def test_a_note_about_who_is_no_mission_says_the_plain_name(kind: Kind, channel: Channel) -> None:
    names = {"name_id": "Nama Contoh", "name_en": "Sample Name", "mission_name_local": "", "mission_to_local": ""}
    names |= {"mission_to_id": "", "mission_to_en": ""}
    (note,) = documents(wanted=(Form.note,), changes={"kind": kind, "channel": channel, **names})
    original, translation = pages(note)
    assert "kepada Nama Contoh" in " ".join(original)
    assert "to Sample Name" in " ".join(translation)


def test_a_note_for_a_post_without_the_form_after_to_is_refused() -> None:
    with pytest.raises(RenderError) as caught:
        documents(wanted=(Form.note,), changes={"mission_to_en": "", "mission_to_local": ""})
    assert caught.value.key == "no_mission_name"


def test_the_line_on_the_electronic_signature_stands_only_when_it_is_so_and_names_the_issuer() -> None:
    signed = said(documents(JAKARTA, esign="Balai Sertifikat Contoh")[0])
    assert "dengan a certificate" not in signed
    assert "with a certificate issued by Balai Sertifikat Contoh." in signed
    assert "elektronik" not in said(documents(JAKARTA)[0])


def test_the_address_that_says_whether_a_letter_is_genuine_stands_on_what_has_a_number() -> None:
    (whole,) = documents(verification="kalsel.example/v/7Q3K-9M2X")
    shown = ["kalsel.example/v/7Q3K-9M2X" in " ".join(page) for page in pages(whole)]
    assert shown == [True, True, False, False, False, False, False]
    assert "Verification of the authenticity of a letter: kalsel.example/v/7Q3K-9M2X" in said(whole)


@pytest.mark.parametrize("kind", [Kind.consulate, Kind.organisation, Kind.person])
@pytest.mark.parametrize("form", [Form.letter, Form.card, Form.update, Form.thanks])
def test_a_consulate_an_organisation_and_a_person_are_written_to_without_excellency(kind: Kind, form: Form) -> None:
    names = {"name_id": "Nama Contoh", "name_en": "Sample Name", "mission_to_en": "", "mission_name_local": ""}
    (made,) = documents(JAKARTA, wanted=(form,), changes={"kind": kind, "head_gender": Gender.m, **names})
    assert "Sample Name" in said(made)
    for absent in ("Excellency", "Yang Mulia", "Ambassador", "your Embassy"):
        assert absent not in said(made)


@pytest.mark.parametrize("form", [Form.letter, Form.update, Form.thanks, Form.reply_card])
@pytest.mark.parametrize("head", [HeadClass.ambassador, HeadClass.cda_ai, HeadClass.vacant])
def test_a_delegation_is_written_to_as_one(form: Form, head: HeadClass) -> None:
    names = {"name_id": "Delegasi Contoh", "name_en": "Sample Delegation", "mission_name_local": ""}
    changes = {"kind": Kind.delegation, "head_class": head, **names}
    (made,) = documents(JAKARTA, wanted=(form,), changes=changes)
    assert "Embassy" not in said(made)
    assert "Kedutaan" not in said(made)
    if form is Form.letter:
        assert ("Your Excellency," in said(made)) == (head is HeadClass.ambassador)


def test_a_mission_that_serves_several_states_gets_one_letter_in_its_own_name() -> None:
    (made,) = documents(JAKARTA, changes={"concurrent_for": ("TL", "PG")})
    assert said(made) == said(documents(JAKARTA)[0])


@pytest.mark.parametrize(
    ("kind", "host"), [("governor", "Gubernur"), ("on_behalf", "Gubernur"), ("agency", "Kepala Dinas")]
)
def test_the_governor_is_the_host_of_a_card_unless_the_agency_invites(kind: str, host: str) -> None:
    event = replace(JAKARTA, signatory=Signatory(kind=SignatoryKind(kind), name="Nama Pejabat"))
    assert pages(documents(event, wanted=(Form.card,))[0])[0][0].startswith(host)
