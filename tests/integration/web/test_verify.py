"""Is this letter genuine? Anybody may ask; the page says only what the letter's code proves."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.testclient import TestClient

from invites.track import verification
from tests.integration.web.world import BALI as EVENT
from tests.integration.web.world import BASE_URL, EMBASSIES, World, dated, embassy
from tests.scene import approve


def said(visitor: TestClient, path: str, language: str = "en") -> str:
    return visitor.get(path, headers={"Accept-Language": language}).text


def test_a_letter_that_was_sent_is_genuine(visitor: TestClient, world: World) -> None:
    response = visitor.get(f"/v/{world.code('JP')}", headers={"Accept-Language": "en"})
    assert response.status_code == 200
    assert "500.2/0123/DISDAG/2031" in response.text
    assert "is genuine and valid" in response.text
    assert "Embassy of Japan" in response.text


def test_the_page_speaks_the_language_of_whoever_asks(visitor: TestClient, world: World) -> None:
    path = f"/v/{world.code('SA')}"
    assert 'lang="ar" dir="rtl"' in said(visitor, path, "ar-EG,ar;q=0.9")
    assert "سفارة المملكة العربية السعودية" in said(visitor, path, "ar")
    assert "adalah asli dan berlaku" in said(visitor, path, "xx")
    assert 'lang="ja"' in said(visitor, f"{path}?lang=ja", "de")


def test_it_tells_nothing_that_is_not_on_the_letter(visitor: TestClient, world: World) -> None:
    page = said(visitor, f"/v/{world.code('JP')}")
    for secret in (world.link("JP").token, "@embassy-jp.example", "Royal Thai Embassy", "/r/"):
        assert secret not in page


@pytest.mark.parametrize("how", ["plain", "hyphen", "shouted", "lookalikes"])
def test_a_code_is_typed_from_paper(visitor: TestClient, world: World, how: str) -> None:
    code = world.code("JP")
    printed = verification.address("", code).removeprefix("/v/")
    typed = {
        "plain": code,
        "hyphen": f" {printed} ",
        "shouted": printed.upper(),
        "lookalikes": code.replace("0", "O").replace("1", "l"),
    }[how]
    response = visitor.post("/v?lang=en", data={"code": typed}, follow_redirects=True)
    assert response.status_code == 200
    assert "is genuine and valid" in response.text


@pytest.mark.parametrize("typed", ["", "nothing", "0" * 10, "<script>alert(1)</script>", "я" * 10, "a" * 5000])
def test_a_code_of_no_letter_is_unknown(visitor: TestClient, typed: str) -> None:
    response = visitor.post("/v?lang=en", data={"code": typed}, follow_redirects=True)
    assert response.status_code == 404
    assert "No letter with this number was found" in response.text
    assert "script>alert" not in response.text


def test_a_reply_link_is_no_verification_code_and_the_other_way_round(visitor: TestClient, world: World) -> None:
    assert visitor.get(f"/v/{world.link('JP').token}").status_code == 404
    assert visitor.get(f"/r/{world.code('JP')}").status_code == 404


def test_a_letter_that_nobody_sent_yet_proves_nothing(visitor: TestClient, world: World) -> None:
    world.invite(dated(EVENT, slug="later"), [embassy("JP")], released=False)
    draft = world.store.batches.invitation("later", "JP")
    assert draft is not None
    assert visitor.get(f"/v/{world.house.verification(draft)}").status_code == 404


def test_a_number_that_is_void_proves_nothing(visitor: TestClient, world: World) -> None:
    later = dated(EVENT, slug="later")
    world.invite(later, [embassy("JP"), embassy("TH")], released=False)
    approve(world.store, "later", "Sari", world.clock.now())
    printed = world.store.batches.invitation("later", "JP")
    document = world.store.batches.document("later", "JP")
    assert printed is not None
    assert document is not None
    world.store.handovers.printed("later", {"JP": document}, "Sari", world.clock.now())
    assert visitor.get(f"/v/{world.house.verification(printed)}").status_code == 200
    world.invite(later, [embassy("TH")], released=False)
    assert visitor.get(f"/v/{world.house.verification(printed)}").status_code == 404


def test_a_letter_that_has_left_stays_genuine_when_its_row_leaves_the_list(visitor: TestClient, world: World) -> None:
    (waiting,) = [item for item in world.store.deliveries.due(world.clock.now()) if item.code == "JP"]
    assert world.store.deliveries.claim(waiting, "worker", "", world.clock.now()).result()
    world.invite(EVENT, [one for one in EMBASSIES if one.code != "JP"])
    assert visitor.get(f"/v/{world.code('JP')}").status_code == 200


def test_guessing_is_slowed_down_a_network(visitor: TestClient, app: Starlette, world: World) -> None:
    statuses = [visitor.get(f"/v/{number:010}").status_code for number in range(35)]
    assert statuses == [404] * 30 + [429] * 5
    assert visitor.get(f"/v/{world.code('JP')}").status_code == 429
    stranger = TestClient(app, base_url=BASE_URL, client=("198.51.100.1", 1))
    assert stranger.get(f"/v/{world.code('JP')}").status_code == 200


def test_a_genuine_code_is_never_counted(visitor: TestClient, world: World) -> None:
    assert {visitor.get(f"/v/{world.code('JP')}").status_code for _ in range(40)} == {200}


def test_a_letter_that_a_later_one_replaced_says_so(visitor: TestClient, world: World) -> None:
    world.store.numbers.reserve("bali", 2, lambda _known: {"JP": "500.2/0200/DISDAG/2031"}, world.clock.now())
    with world.store.engine.connect() as connection:
        connection.execute(sa.text("UPDATE letter_number SET state = 'used' WHERE revision = 2"))
    page = said(visitor, f"/v/{world.code('JP')}")
    assert "is genuine but has been replaced by a later letter" in page
    assert "is genuine and valid" in said(visitor, f"/v/{world.code('TH')}")
