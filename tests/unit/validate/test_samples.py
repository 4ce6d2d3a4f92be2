"""What the shipped events hold as samples may be rehearsed with, and never leaves for an embassy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from invites.validate.event_file import read_event
from tests.unit.validate.conftest import REPOSITORY

EVENTS = REPOSITORY / "templates" / "events"
NOW = datetime(2024, 1, 20, 3, tzinfo=UTC)
SHIPPED = ["venue.id", "venue.en", "signatory.name", "contact.phone", "contact.email", "kemlu.email"]
REAL = (
    ('id = "Tempat acara (contoh), Jakarta"', 'id = "Balai Kota, Jakarta"'),
    ('en = "Event venue (sample), Jakarta"', 'en = "City Hall, Jakarta"'),
    ('name = "Nama Pejabat"', 'name = "H. Pejabat Sungguhan"'),
    ('phone = "+62 511 0000 0000"', 'phone = "+62 511 4772 0000"'),
    ('email = "undangan@protokol.kalsel.example"', 'email = "undangan@protokol.kalsel.surel"'),
    ('email = "protokol@kemlu.example"', 'email = "protokol@kemlu.surel"'),
    ('number = "500.2/0123/DISDAG/2024"', 'number = "500.2/0124/DISDAG/2024"'),
)
Samples = Callable[..., list[str]]


@pytest.fixture
def samples(tmp_path: Path) -> Samples:
    """The sample texts found in an event, as "W venue.id"; `changes` are (old, new) pieces of it."""

    def check(
        *changes: tuple[str, str], slug: str = "jakarta", live: bool = True, sending: bool = True, code: str = "E109"
    ) -> list[str]:
        text = (EVENTS / slug / "event.toml").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / slug / "event.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        result = read_event(path, now=NOW, for_sending=sending, live=live, holidays=EVENTS / "holidays.toml")
        return [f"{problem.severity} {problem.cell}" for problem in result.problems if problem.code == code]

    return check


@pytest.mark.parametrize("slug", ["jakarta", "yogyakarta", "bali"])
@pytest.mark.parametrize("sending", [False, True])
def test_every_sample_of_a_shipped_event_blocks_where_real_mail_leaves(samples, slug, sending):
    number = ["letter.number"] if slug == "jakarta" else []

    found = samples(slug=slug, sending=sending)

    assert sorted(found) == sorted(f"B {key}" for key in [*SHIPPED, *number])


def test_a_rehearsal_is_only_reminded_of_them(samples):
    assert sorted(samples(live=False)) == sorted(f"W {key}" for key in [*SHIPPED, "letter.number"])


def test_an_event_with_everything_filled_in_has_no_samples(samples):
    assert samples(*REAL) == []


@pytest.mark.parametrize("left", range(len(REAL)))
def test_each_sample_that_is_left_is_named_by_its_key(samples, left):
    keys = ["venue.id", "venue.en", "signatory.name", "contact.phone", "contact.email", "kemlu.email", "letter.number"]

    assert samples(*(change for number, change in enumerate(REAL) if number != left)) == [f"B {keys[left]}"]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("Balai Kota, Jakarta", "Gedung Contoh, Jakarta"), "venue.id"),
        (('name = "Meja Protokol Misi Dagang"', 'name = "Meja Protokol (contoh)"'), "contact.name"),
        (("4772 0000", "000-00000"), "contact.phone"),
        (("kalsel.surel", "example.com"), "contact.email"),
        (("500.2/0124/DISDAG/2024", "500.2/0123/DISDAG/2027"), "letter.number"),
        (('city = "Jakarta"', 'city = "Jakarta"\nsample_note = true'), "sample_note"),
    ],
)
def test_a_sample_in_other_words_is_recognised(samples, change, key):
    assert samples(*REAL, change) == [f"B {key}"]


def test_an_event_without_kemlu_has_no_sample_there(samples):
    without = ('[kemlu]\nemail = "protokol@kemlu.surel"\nas = "tembusan"\n', "")

    assert samples(*REAL, without) == []


def test_letters_to_real_embassies_that_nobody_signs_are_pointed_out(samples):
    signed = ('signing = "none"', 'signing = "upload"')

    assert samples(code="E113") == ["W signatory.signing"]
    assert samples(signed, code="E113") == samples(live=False, code="E113") == []


@pytest.mark.parametrize("live", [True, False])
def test_a_letter_signed_here_says_by_whose_certificate(samples, live):
    here = ('signing = "none"', 'signing = "pades"')
    named = ('signing = "none"', 'signing = "pades"\nissuer = "CA Contoh"')

    assert samples(here, live=live, code="E113") == ["B signatory.issuer"]
    assert samples(named, live=live, code="E113") == []
