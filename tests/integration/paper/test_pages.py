"""What the desk and the reply page say where letters go on paper."""

from __future__ import annotations

from starlette.testclient import TestClient

from invites import paper, pipeline
from invites.model.user import Role
from invites.web.app import create_app
from tests.integration.paper.conftest import AU, Office, checked
from tests.integration.paper.test_handover import AT
from tests.integration.web.visitor import row_of, submit_login, version_in, visible
from tests.integration.web.world import PASSWORD, SESSION_KEY
from tests.scene import BASE_URL

ANSWER = {"answer": "accept", "persons": "1"}


def browser(office: Office) -> TestClient:
    return TestClient(
        create_app(office.house, session_key=SESSION_KEY, language="en"), base_url=BASE_URL, follow_redirects=True
    )


def desk(office: Office) -> str:
    """The desk as Sari sees it."""
    office.store.users.add("Sari", Role.staff, PASSWORD, by="Sari", at=office.clock.now())
    visitor = browser(office)
    assert submit_login(visitor, "Sari", PASSWORD, Origin=BASE_URL).status_code == 200
    return visitor.get("/desk").text


def test_the_desk_shows_what_is_handed_over_to_whom_and_what_is_to_be_handed(office: Office) -> None:
    office.approve()
    office.print(office.parcels())
    page = pipeline.invited(office.house, "jakarta", "SA")
    paper.hand_over(office.house, page, "Resepsionis Contoh", AT, "Sari")
    shown = desk(office)
    assert "On paper" in visible(shown)
    assert "handed over" in row_of(shown, "SA")
    assert "Resepsionis Contoh, 4 January 2027, 09:30 WIB" in row_of(shown, "SA")
    assert "to be handed" in row_of(shown, "TH")
    assert "to be handed" in row_of(shown, "JP")
    assert "handed" not in row_of(shown, "AU")
    assert "printed this letter" in row_of(shown, "JP")
    counts = visible(shown.partition('<dl class="counts">')[2].partition("</dl>")[0])
    assert "Handed over 1 To be handed 2" in counts


def test_the_desk_of_an_event_without_couriers_says_nothing_of_paper(office: Office) -> None:
    office.approve(checked(AU))
    shown = visible(desk(office))
    assert "On paper" not in shown
    assert "handed" not in shown


def test_an_embassy_without_mail_address_answers_and_is_promised_no_mail(office: Office) -> None:
    office.approve()
    said = {}
    for code in ("SA", "JP"):
        visitor = browser(office)
        path = office.house.link("jakarta", code).url.removeprefix(BASE_URL) + "?lang=en"
        version = version_in(visitor.get(path).text)
        said[code] = visible(visitor.post(path, data={"version": version, **ANSWER}).text)
        assert "Your acceptance has been recorded" in said[code]
    promise = office.house.catalogues.get("rsvp.mail_follows", "en").text
    assert [promise in said[code] for code in ("SA", "JP")] == [False, True]
