"""INVITES_PDF_VARIANT=pdf/a-3a: what a workspace set so gives to an embassy."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from invites.bootstrap import create_workspace, find_event, open_house
from invites.config import Settings, load
from invites.errors import ConfigurationError
from invites.model.batch import Invitation
from invites.model.message import Document
from invites.validate.event_file import read_event
from invites.validate.reader import read_list


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    create_workspace(
        tmp_path,
        base_url="https://undangan.kalselprov.example",
        mail_from="Protokol <undangan@kalselprov.example>",
        smtp_url=f"maildir:{tmp_path}/mail",
        from_environment=False,
    )
    return tmp_path


def letter(settings: Settings) -> tuple[Document, str, str]:
    """Japan's letter, its reply link, the digest of what shapes letters."""
    event = read_event(find_event(settings, "jakarta"), now=datetime(2024, 1, 8, tzinfo=UTC), for_sending=False).event
    assert event is not None
    with open_house(settings) as house:
        listed = read_list(
            settings.home / "recipients/embassies.csv", catalogues=house.catalogues, today=date(2024, 1, 8)
        )
        recipient = next(each for each in listed.recipients if each.code == "JP")
        invitation = Invitation(
            event=event.slug, code="JP", revision=1, number=event.letter.number, recipient=recipient
        )
        return (
            house.renderer.render(house.letters(event, invitation)[0]),
            house.link(event.slug, "JP").url,
            house.templates_digest,
        )


def settings(workspace: Path, **values: str) -> Settings:
    read = load(workspace, environment=False)
    return Settings(home=read.home, values={**read.values, **values})


def test_the_letter_holds_its_calendar_entry_with_the_embassys_own_link(workspace: Path) -> None:
    made, link, _ = letter(settings(workspace, INVITES_PDF_VARIANT="pdf/a-3a"))
    with pikepdf.open(BytesIO(made.pdf)) as pdf:
        entry = pdf.attachments["invitation.ics"].get_file().read_bytes().decode()
        assert 'pdfaid:part="3"' in pdf.Root.Metadata.read_bytes().decode()
    unfolded = entry.replace("\r\n ", "")
    assert "METHOD:PUBLISH" in unfolded
    assert link in unfolded


def test_an_approval_knows_which_standard_it_approved(workspace: Path) -> None:
    made, _, plain = letter(settings(workspace))
    archived, _, other = letter(settings(workspace, INVITES_PDF_VARIANT="pdf/a-3a"))
    assert plain != other
    assert made.sha256 != archived.sha256
    assert letter(settings(workspace, INVITES_PDF_VARIANT="pdf/ua-1"))[2] == plain


def test_another_standard_is_refused_with_the_choices(workspace: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        letter(settings(workspace, INVITES_PDF_VARIANT="pdf/x-4"))
    assert caught.value.fields == {"setting": "INVITES_PDF_VARIANT", "choices": "pdf/ua-1 / pdf/a-3a"}
