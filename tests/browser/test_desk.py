"""The desk on a phone, on a screen and on paper."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from invites import pipeline
from invites.model.reply import Answer, Delegate, ReplyChannel, Verb
from tests.browser.conftest import OpenPage, barriers, fits
from tests.integration.web.world import BALI, EMBASSIES, PASSWORD, World, dated
from tests.scene import recipient

SIXTEEN = (*EMBASSIES, *(recipient(f"Q{number}") for number in range(9)))


def log_in(open_page: OpenPage, **how: int | bool) -> Page:
    page = open_page("/desk", **how)
    page.fill("#name", "Sari")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.locator("table")).to_be_visible()
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_desk_fits_and_bars_nobody(open_page: OpenPage, world: World, width: int, *, dark: bool) -> None:
    world.answer("JP", Answer(verb=Verb.accept, delegates=(Delegate(name="Contoh"),), names_to_follow=True))
    page = log_in(open_page, width=width, dark=dark)
    page.locator("#JP summary").click()
    assert fits(page)
    assert barriers(page) == []


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_words_without_a_space_do_not_push_the_desk_sideways(open_page: OpenPage, world: World, width: int) -> None:
    """A server's refusal with an address in it, and a name on the command line that never ends."""
    refused = "5.1.1 <protocol@embassy-of-the-federal-republic-of-germany-in-jakarta.example>: Recipient rejected"
    end_delivery(world, "DE", "failed", 550, refused)
    answer = Answer(verb=Verb.accept, remarks="x" * 300, delegates=(Delegate(name="x" * 120),), contact_name="x" * 120)
    name, note = "N" * 300, "n" * 300
    page_of = world.page("JP")
    pipeline.enter_answer(world.house, page_of, answer, channel=ReplyChannel.phone, by=name, source_ref=note)
    page = log_in(open_page, width=width)
    for details in page.locator("details").all():
        details.locator("summary").click()
    assert fits(page)
    assert barriers(page) == []


def end_delivery(world: World, code: str, state: str, reply_code: int | None = None, reply_text: str = "") -> None:
    with world.store.engine.connect() as connection:
        statement = "UPDATE delivery SET state = ?, reply_code = ?, reply_text = ? WHERE code = ?"
        connection.exec_driver_sql(statement, (state, reply_code, reply_text, code))


def test_the_door_bars_nobody(open_page: OpenPage) -> None:
    page = open_page("/desk", dark=True)
    page.fill("#name", "Sari")
    page.fill("#password", "wrong")
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert barriers(page) == []


def test_sari_logs_in_looks_and_logs_out_without_javascript(open_page: OpenPage) -> None:
    page = log_in(open_page, scripts=False)
    page.get_by_role("link", name="English").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.locator("#password")).to_be_visible()
    page.goto("/desk")
    expect(page.locator("#password")).to_be_visible()


def top_of(page: Page, code: str) -> float:
    box = page.locator(f"#{code}").bounding_box()
    assert box
    return box["y"]


def test_on_a_phone_what_needs_a_person_comes_first_and_on_a_screen_precedence_does(
    open_page: OpenPage, world: World
) -> None:
    world.answer("JP", Answer(verb=Verb.accept))
    end_delivery(world, "TH", "failed")
    phone, screen = log_in(open_page), log_in(open_page, width=1280)
    assert top_of(phone, "TH") < top_of(phone, "IN") < top_of(phone, "RU") < top_of(phone, "JP")
    assert top_of(screen, "JP") < top_of(screen, "IN") < top_of(screen, "TH") < top_of(screen, "RU")


def test_sixteen_embassies_print_on_one_sheet(open_page: OpenPage, world: World) -> None:
    world.invite(dated(BALI, slug="cetak"), SIXTEEN)
    page = log_in(open_page, width=1280)
    page.goto("/desk?event=cetak")
    expect(page.locator("tbody")).to_have_count(16)
    (sheet,) = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == (595, 842)
    text = sheet.extract_text()
    assert "Kedutaan Besar Jepang" in text
    assert "Keluar" not in text


def test_a_rehearsed_mail_is_seen_in_its_frame_and_its_scripts_stay_still(
    open_page: OpenPage, mailbox: Path, world: World
) -> None:
    message = EmailMessage()
    message["Subject"] = "Undangan"
    message["To"] = "protocol@embassy-jp.example"
    message.set_content("Yth. Duta Besar")
    message.add_alternative("<h1>Yth. Duta Besar</h1><script>document.body.textContent = 'x'</script>", subtype="html")
    (mailbox / "new" / "1700000000.M1.host").write_bytes(bytes(message))
    page = open_page("/rehearsal", scripts=False)
    page.get_by_role("link", name="Undangan").click()
    expect(page.frame_locator("iframe").locator("h1")).to_have_text("Yth. Duta Besar")
