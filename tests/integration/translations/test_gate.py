"""No text that nobody has read reaches an embassy: not in a letter, a mail, a calendar entry or a page."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from email import message_from_bytes, policy
from io import BytesIO

import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient

from invites import approval
from invites.errors import NotApproved
from invites.house import House
from invites.model.batch import Batch
from invites.model.delivery import MessageKind
from invites.model.event import CalendarMode
from invites.model.reply import Answer, Verb
from invites.web.app import create_app
from invites.words.catalogue import Catalogues
from invites.words.jinja import Templates
from tests.integration.translations.conftest import Workspace
from tests.integration.web.conftest import blueprint, world  # noqa: F401 - the house of the reply page
from tests.integration.web.world import BALI, SESSION_KEY, TEMPLATES, World

INJECTED = "نص لم يقرأه أحد"
OPENING = f"{INJECTED}: {{event_title}}"


def frozen(house: House, batch: Batch) -> dict[str, tuple[str, str]]:
    """By code what letter and mail say: the text of the PDF, and every header and text of the message."""
    found = {}
    for letter in house.store.batches.frozen(batch.id):
        pdf = PdfReader(BytesIO(house.blobs.get(letter.document)))
        delivery = next(
            item
            for item in house.store.deliveries.of_event(batch.event.slug)
            if item.code == letter.invitation.code and item.kind is MessageKind.invitation
        )
        mail = message_from_bytes(house.blobs.get(delivery.blob), policy=policy.default)
        texts = [part.get_content() for part in mail.walk() if part.get_content_type() in ("text/plain", "text/html")]
        said = "\n".join([str(mail["Subject"]), *texts])
        found[letter.invitation.code] = "\n".join(page.extract_text() for page in pdf.pages), said
    return found


def scripts(text: str) -> set[str]:
    """The scripts of a text's letters, in Unicode's words."""
    return {unicodedata.name(char, "?").split()[0] for char in text if char.isalpha()}


def everything_in(workspace: Workspace, *, gate: bool = True) -> dict[str, tuple[str, str]]:
    batch = workspace.freeze(gate=gate)
    with workspace.house() as house:
        return frozen(house, batch)


def test_a_new_office_writes_in_indonesian_and_english_until_somebody_has_read_the_language(
    workspace: Workspace,
) -> None:
    said = everything_in(workspace)
    for code in ("SA", "JP"):
        for text in said[code]:
            assert scripts(text) <= {"LATIN", "MICRO"}, code
            assert "Your Excellency" in text
    assert "Excellence" in said["FR"][0]
    warned = [(one.code, one.severity, one.row) for one in workspace.check().problems if one.code == "R021"]
    assert warned == [("R021", "W", 2), ("R021", "W", 3)]


def test_an_approved_language_is_used_in_letter_and_mail(workspace: Workspace) -> None:
    workspace.approve_language("ar")
    said = everything_in(workspace)
    assert all("ARABIC" in scripts(text) for text in said["SA"])
    assert all(scripts(text) <= {"LATIN", "MICRO"} for text in said["JP"])
    assert [one.row for one in workspace.check().problems if one.code == "R021"] == [2]


def test_a_text_that_was_put_there_after_the_approval_is_in_no_message_that_is_queued(workspace: Workspace) -> None:
    workspace.approve_language("ar", "ja")
    workspace.say("letter.opening", OPENING)
    workspace.say("email.intro", OPENING, "locales/ar/LC_MESSAGES/lain.po")
    letter, mail = everything_in(workspace)["SA"]
    assert INJECTED not in letter + mail
    assert "ARABIC" not in scripts(letter + mail)
    assert "Your Excellency" in letter
    assert [one.code for one in workspace.check().problems if one.code == "R021"] == ["R021"]


def test_without_the_gate_that_text_would_have_gone(workspace: Workspace) -> None:
    workspace.say("letter.opening", OPENING)
    workspace.say("email.intro", OPENING, "locales/ar/LC_MESSAGES/lain.po")
    letter, mail = everything_in(workspace, gate=False)["SA"]
    assert "ARABIC" in scripts(letter)
    assert INJECTED in mail


def test_a_changed_text_asks_again_and_the_same_text_does_not(workspace: Workspace) -> None:
    workspace.approve_language("ar")
    own = workspace.settings.home / "templates/locales/ar"
    with workspace.house() as house:
        shipped = house.catalogues.get("org.province", "ar").text
    workspace.say("org.province", "حكومة")
    with workspace.house() as house:
        assert house.catalogues.resolve("ar-SA") == "en"
    workspace.say("org.province", shipped)
    assert own.is_dir()
    with workspace.house() as house:
        assert house.catalogues.resolve("ar-SA") == "ar"


def test_a_changed_template_asks_again(workspace: Workspace) -> None:
    workspace.approve_language("ar")
    path = workspace.settings.home / "templates/mail/invitation.txt"
    path.parent.mkdir(parents=True)
    path.write_text("{{ t('email.body') }}", encoding="utf-8")
    with workspace.house() as house:
        assert house.catalogues.resolve("ar-SA") == "en"


def test_a_language_approved_after_freezing_voids_the_batch_and_is_named(workspace: Workspace) -> None:
    with workspace.house() as house:
        approval.approve(house, workspace.check(), "Sari")
    workspace.approve_language("ar")
    with workspace.house() as house, pytest.raises(NotApproved) as error:
        approval.approved(house, workspace.check())
    assert error.value.fields["changed"] == "templates"
    assert "ARABIC" in scripts(everything_in(workspace)["SA"][0])


def test_an_approval_for_the_record_voids_nothing(workspace: Workspace) -> None:
    with workspace.house() as house:
        batch = approval.approve(house, workspace.check(), "Sari")
    workspace.approve_language("fr", "id", "en")
    with workspace.house() as house:
        assert approval.approved(house, workspace.check()).id == batch.id


def test_an_approval_opens_the_language_of_a_site_that_is_running(workspace: Workspace) -> None:
    with workspace.house() as running:
        assert running.catalogues.resolve("ar-SA") == "en"
        workspace.approve_language("ar")
        assert running.catalogues.resolve("ar-SA") == "ar"


def closed(house: House) -> House:
    catalogues = Catalogues([TEMPLATES])
    return replace(house, catalogues=catalogues, templates=Templates([TEMPLATES], catalogues))


def test_the_reply_page_stands_in_english_and_offers_no_unread_language(world: World) -> None:  # noqa: F811
    visitor = TestClient(create_app(closed(world.house), session_key=SESSION_KEY), base_url="https://kalsel.example")
    for address in (world.path("SA"), f"{world.path('SA')}?lang=ar"):
        page = visitor.get(address)
        assert page.headers["Content-Language"] == "en"
        assert '<html lang="en" dir="ltr">' in page.text
        assert "ARABIC" not in scripts(page.text)


def test_confirmation_and_calendar_stand_in_english(world: World) -> None:  # noqa: F811
    world.answer("SA", Answer(verb=Verb.accept))
    (reply,) = world.history("SA")
    house, page = closed(world.house), world.page("SA")
    for mode in CalendarMode:
        message = house.confirmation_message(replace(BALI, calendar=mode), page.invitation, reply)
        mail = message_from_bytes(message.content, policy=policy.default)
        texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        assert "ARABIC" not in scripts("".join(map(str, texts)) + str(mail["Subject"]))
    entry = house.calendar(BALI, page.invitation, "PUBLISH").decode()
    assert "ARABIC" not in scripts(entry)
    assert "Trade Mission" in entry
