"""The reply page as people meet it: eight scripts, a phone and a desk, light and dark, mouse and keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from invites.model.reply import Answer, Delegate, ReplyState, Verb
from tests.browser.conftest import OpenPage, barriers, fits
from tests.integration.web.world import REPLY_BY, START, World, embassy

SCRIPTS = ("JP", "SA", "TH", "RU", "IN", "DE")


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1280, False)])
@pytest.mark.parametrize("code", SCRIPTS)
def test_the_page_fits_and_bars_nobody_in_any_script(
    open_page: OpenPage, world: World, code: str, width: int, *, dark: bool
) -> None:
    page = open_page(world.path(code), width=width, dark=dark)
    expect(page.locator(".mission")).to_contain_text(embassy(code).mission_name_local)
    page.check("#answer-representative")
    page.check("#spouse")
    page.check("#names_to_follow")
    assert fits(page)
    assert barriers(page) == []


@pytest.mark.parametrize("code", SCRIPTS)
def test_at_320_pixels_nothing_sticks_out(open_page: OpenPage, world: World, code: str) -> None:
    world.answer(code, Answer(verb=Verb.accept, remarks="x" * 300, contact_email=f"{'a' * 60}@embassy.example"))
    page = open_page(world.path(code), width=320)
    page.click(".change > summary")
    assert fits(page)


@pytest.mark.parametrize("code", ["SA", "JP"])
def test_every_other_state_bars_nobody(open_page: OpenPage, world: World, code: str) -> None:
    page = open_page(world.path(code))
    page.click("button")
    expect(page.locator(".summary")).to_be_visible()
    assert barriers(page) == []
    page.check("#answer-accept")
    page.click("button")
    expect(page.locator(".current")).to_be_visible()
    assert barriers(page) == []
    world.clock.at = REPLY_BY + timedelta(hours=1)
    assert barriers(open_page(world.path(code), dark=True)) == []
    world.clock.at = START
    assert barriers(open_page(world.path(code))) == []
    for path in ("/r", "/r/none"):
        assert barriers(open_page(path)) == []


def test_the_arabic_page_runs_from_right_to_left(open_page: OpenPage, world: World) -> None:
    page = open_page(world.path("SA"), width=1280)
    box, tick = page.locator(".choice .tick").first.bounding_box(), page.locator("#answer-accept").bounding_box()
    assert box
    assert tick
    assert tick["x"] > box["x"] + box["width"] / 2


def test_an_embassy_answers_without_javascript(open_page: OpenPage, world: World) -> None:
    page = open_page(world.path("DE"), scripts=False)
    page.check("#answer-accept")
    page.fill("#delegate_name_1", "Contoh Satu")
    page.fill("#delegate_position_1", "Handelsattaché")
    page.fill("#delegate_name_2", "Contoh Dua")
    page.fill("#diet", "vegetarisch")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank. Ihre Zusage wurde vermerkt.")
    assert [delegate.name for delegate in world.history("DE")[0].answer.delegates] == ["Contoh Satu", "Contoh Dua"]
    page.reload()
    page.get_by_role("link", name="Antwort ändern").click()
    page.click(".change > summary")
    page.check("#answer-decline")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.locator(".current .answer")).to_have_text("Teilnahme leider nicht möglich")
    assert [reply.state for reply in world.history("DE")] == [ReplyState.accepted, ReplyState.declined]


def test_only_what_the_answer_asks_for_is_shown(open_page: OpenPage, world: World) -> None:
    page = open_page(world.path("DE"), scripts=False)
    name, delegate = page.locator("#representative_name"), page.locator("#delegate_name_1")
    for answer, represented, coming in (
        ("accept", False, True),
        ("representative", True, True),
        ("decline", False, False),
    ):
        page.check(f"#answer-{answer}")
        expect(name).to_be_visible(visible=represented)
        expect(delegate).to_be_visible(visible=coming)
    expect(page.locator("#remarks")).to_be_visible()


def test_one_more_delegate_is_offered_than_is_filled_in(open_page: OpenPage, world: World) -> None:
    page = open_page(world.path("DE"), scripts=False)
    page.check("#answer-accept")
    expect(page.locator("[name=delegate_name]:visible")).to_have_count(1)
    page.fill("#delegate_name_1", "Contoh Satu")
    expect(page.locator("[name=delegate_name]:visible")).to_have_count(2)
    page.fill("#delegate_name_2", "Contoh Dua")
    expect(page.locator("[name=delegate_name]:visible")).to_have_count(3)


def test_the_number_of_persons_is_asked_while_names_follow(open_page: OpenPage, world: World) -> None:
    page = open_page(world.path("DE"), scripts=False)
    page.check("#answer-accept")
    expect(page.locator("#persons")).to_be_hidden()
    page.check("#names_to_follow")
    page.fill("#persons", "3")
    page.click("button")
    expect(page.locator(".current")).to_be_visible()
    assert world.history("DE")[0].answer == Answer(verb=Verb.accept, delegate_count=2, names_to_follow=True)


def test_who_names_the_delegates_later_after_all_comes_with_those_and_no_more(
    open_page: OpenPage, world: World
) -> None:
    world.answer("DE", Answer(verb=Verb.accept, delegate_count=3, names_to_follow=True))
    page = open_page(world.path("DE"), scripts=False)
    page.click(".change > summary")
    page.check("#answer-accept")
    expect(page.locator("#persons")).to_have_value("4")
    page.uncheck("#names_to_follow")
    expect(page.locator("#persons")).to_be_hidden()
    page.fill("#delegate_name_1", "Contoh Satu")
    page.click("button")
    expect(page.locator(".current .answer")).to_be_visible()
    latest = world.history("DE")[-1].answer
    assert (latest.seats, latest.names_to_follow) == (2, False)


def test_what_an_unticked_box_hides_is_hidden_without_has_too(open_page: OpenPage, world: World) -> None:
    """The rules inside @supports selector(:has(*)) are taken away, as an older browser does."""
    page = open_page(world.path("DE"))
    page.evaluate(
        "for (const sheet of document.styleSheets) for (let i = sheet.cssRules.length; i--;)"
        " if (sheet.cssRules[i].conditionText?.includes(':has')) sheet.deleteRule(i)"
    )
    expect(page.locator("#representative_name")).to_be_visible()
    for box, detail in (("#names_to_follow", "#persons"), ("#spouse", "#spouse_name")):
        expect(page.locator(detail)).to_be_hidden()
        page.check(box)
        expect(page.locator(detail)).to_be_visible()


def press(page: Page, key: str, times: int = 1) -> None:
    for _ in range(times):
        page.keyboard.press(key)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def test_the_keyboard_alone_is_enough_and_its_place_is_seen(open_page: OpenPage, world: World) -> None:
    page = open_page(f"{world.path('DE')}?lang=en")
    press(page, "Tab")
    assert focused(page) == "Skip to content"
    for _ in range(20):
        if focused(page) == "answer-accept":
            break
        press(page, "Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", focused(page)
    press(page, "ArrowDown")
    assert page.is_checked("#answer-representative")
    press(page, "Tab")
    page.keyboard.type("Contoh Wakil")
    press(page, "Tab")
    page.keyboard.type("Economic Counsellor")
    press(page, "Enter")
    expect(page.locator(".current")).to_be_visible()
    (reply,) = world.history("DE")
    assert reply.answer.representative == Delegate(name="Contoh Wakil", position="Economic Counsellor")


def test_an_error_takes_the_reader_to_its_field(open_page: OpenPage, world: World) -> None:
    page = open_page(f"{world.path('DE')}?lang=en")
    page.check("#answer-representative")
    page.fill("#representative_name", "Contoh Wakil")
    page.click("button")
    expect(page.locator(".summary")).to_be_focused()
    expect(page.locator("#representative_name")).to_have_value("Contoh Wakil")
    page.get_by_role("link", name="Position", exact=True).click()
    expect(page.locator("#representative_position")).to_be_focused()


def test_the_dark_page_is_dark(open_page: OpenPage, world: World) -> None:
    for dark, expected in ((True, "rgb(18, 24, 22)"), (False, "rgb(250, 247, 240)")):
        page = open_page(world.path("DE"), dark=dark)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == expected


def test_looking_with_a_whole_browser_records_nothing(open_page: OpenPage, world: World) -> None:
    """Some scanners run chromium, and stay for a while."""
    before = world.dump()
    page = open_page(world.path("DE"))
    for address in page.eval_on_selector_all("a[href^='/']", "links => links.map(link => link.getAttribute('href'))"):
        page.goto(address)
    page.goto(world.path("DE"))
    page.wait_for_timeout(500)
    assert world.dump() == before
