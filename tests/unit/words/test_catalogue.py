"""Looking up and filling texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from invites.errors import TemplateError
from invites.words.catalogue import Catalogues, direction, isolate, ltr, number, script
from tests.scene import approved_all

from .conftest import SHIPPED, Write

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"


def po(language: str, area: str = "invites") -> str:
    return f"locales/{language}/LC_MESSAGES/{area}.po"


@pytest.mark.parametrize(
    ("locale", "catalogue"),
    [
        ("ja-JP", "ja"),
        ("zh-Hans-CN", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("ar-SA", "ar"),
        ("ar-AE", "ar"),
        ("en-AU", "en"),
        ("en-US", "en-US"),
        ("id-ID", "id"),
        ("ID-id", "id"),
        ("ms-MY", "ms"),
        ("pt-BR", "en"),
    ],
)
def test_a_locale_finds_the_nearest_catalogue(shipped: Catalogues, locale: str, catalogue: str) -> None:
    assert shipped.resolve(locale) == catalogue


def test_taiwan_is_not_given_simplified_characters(shipped: Catalogues) -> None:
    assert shipped.resolve("zh-TW") == "en"
    assert shipped.resolve("zh-Hant", "id") == "id"


def test_a_recipients_own_fallback_comes_before_english(shipped: Catalogues) -> None:
    assert shipped.resolve("pt-MZ", "fr-FR") == "fr"
    assert shipped.resolve("pt-MZ", "") == "en"


@pytest.mark.parametrize(
    ("locale", "fallback"),
    [("pt-BR", "sw"), ("", "en"), ("english", "en"), ("en_US", "en"), ("ja", "../en"), ("x", "y")],
)
def test_a_chain_that_ends_nowhere_is_refused(shipped: Catalogues, locale: str, fallback: str) -> None:
    with pytest.raises(LookupError):
        shipped.resolve(locale, fallback)


def test_gender_falls_back_to_neutral_and_then_to_the_plain_text(shipped: Catalogues) -> None:
    assert shipped.get("salutation.ambassador", "fr", gender="f").text == "Madame l’Ambassadrice,"
    assert shipped.get("addressee.cda", "ru", gender="f") == shipped.get("addressee.cda", "ru", gender="n")
    assert shipped.get("addressee.cda", "ru") == shipped.get("addressee.cda", "ru", gender="n")
    assert shipped.get("label.venue", "fr", gender="f").text == "Lieu"


@pytest.mark.parametrize(
    ("language", "count", "text"),
    [
        ("en", 1, "1 delegate"),
        ("en", 4, "4 delegates"),
        ("id", 1, "1 anggota delegasi"),
        ("ru", 1, "1 член делегации"),
        ("ru", 3, "3 члена делегации"),
        ("ru", 5, "5 членов делегации"),
        ("ru", 21, "21 член делегации"),
        ("fr", 0, "0 délégué"),
        ("fr", 1_000_000, "1\u202f000\u202f000 de délégués"),
        ("ar", 0, "لا أعضاء في الوفد"),
        ("ar", 2, "عضوان في الوفد"),
        ("ar", 3, f"{FSI}3{PDI} أعضاء في الوفد"),
        ("ar", 11, f"{FSI}11{PDI} عضواً في الوفد"),
        ("ar", 100, f"{FSI}100{PDI} عضو في الوفد"),
        ("ja", 2, "出席者2名"),
    ],
)
def test_a_number_takes_the_form_its_language_needs(shipped: Catalogues, language: str, count: int, text: str) -> None:
    assert shipped.fill("rsvp.delegates_summary", language, count=count) == text


def test_a_counted_text_is_not_said_without_its_count(shipped: Catalogues) -> None:
    with pytest.raises(LookupError, match=r"rsvp\.delegates_summary"):
        shipped.get("rsvp.delegates_summary", "en")


def test_a_value_that_lacks_is_named_and_never_printed_as_a_brace(shipped: Catalogues) -> None:
    with pytest.raises(LookupError, match="event_title"):
        shipped.fill("letter.subject", "en")


def test_a_value_is_put_in_as_it_is_and_never_read_again(shipped: Catalogues) -> None:
    said = shipped.fill("letter.subject", "en", event_title="{ref} {0.__class__} %s \\1", ref="no")
    assert said == "Invitation: {ref} {0.__class__} %s \\1"


def test_an_unknown_key_is_a_mistake_of_ours(shipped: Catalogues) -> None:
    with pytest.raises(LookupError, match=r"no\.such\.key"):
        shipped.get("no.such.key", "ja")


def test_a_right_to_left_text_isolates_its_values(shipped: Catalogues) -> None:
    said = shipped.fill("email.plain_fallback", "ar", contact_name="Sari", contact_phone=ltr("+62 511 000 000"))
    assert f"{FSI}Sari{PDI}" in said
    assert f"{LRI}+62 511 000 000{PDI}" in said


@pytest.mark.parametrize("language", ["id", "en", "ja", "th", "hi", "ru"])
def test_a_left_to_right_text_gets_no_invisible_marks(shipped: Catalogues, language: str) -> None:
    said = shipped.fill("email.plain_fallback", language, contact_name="Sari", contact_phone=ltr("+62 511 000 000"))
    assert not set(said) & {LRI, "\u2067", FSI, PDI}


def test_isolation_follows_the_text_that_was_found_not_the_one_that_was_wished(write: Write, tmp_path: Path) -> None:
    write(po("en"), 'msgid "greeting"\nmsgstr "Dear {name}"\n')
    write(po("ar"), 'msgid "other"\nmsgstr "آخر"\n')
    assert Catalogues([tmp_path]).fill("greeting", "ar", name="Sari") == "Dear Sari"
    assert isolate("Sari", "ar") == f"{FSI}Sari{PDI}"


def test_a_missing_text_appears_in_english_and_is_listed(write: Write, tmp_path: Path) -> None:
    write(po("en"), 'msgid "a"\nmsgstr "A"\n\nmsgid "b"\nmsgstr "B"\n')
    write(po("id"), 'msgid "a"\nmsgstr "A"\n\nmsgid "b"\nmsgstr "B"\n')
    write(po("nl"), 'msgid "a"\nmsgstr "Aa"\n\nmsgid "b"\nmsgstr ""\n')
    catalogues = Catalogues([tmp_path])
    assert catalogues.get("b", "nl") == ("B", "en")
    assert catalogues.missing() == {"nl": ("b",)}


def test_an_overlay_lacks_nothing(write: Write, tmp_path: Path) -> None:
    write(po("en"), 'msgid "a"\nmsgstr "honour"\n\nmsgid "b"\nmsgstr "B"\n')
    write(po("en-US"), 'msgid "a"\nmsgstr "honor"\n')
    catalogues = Catalogues([tmp_path])
    assert catalogues.get("a", "en-US") == ("honor", "en-US")
    assert catalogues.get("b", "en-US") == ("B", "en")
    assert "en-US" not in catalogues.missing()


def test_texts_for_staff_are_wanted_in_indonesian_and_english_only(write: Write, tmp_path: Path) -> None:
    for language in ("en", "id", "nl"):
        write(po(language), 'msgid "a"\nmsgstr "A"\n')
    write(po("en", "desk"), 'msgid "desk.title"\nmsgstr "Replies"\n')
    assert Catalogues([tmp_path]).missing() == {"id": ("desk.title",)}


def test_a_text_that_english_lacks_is_listed_too(write: Write, tmp_path: Path) -> None:
    write(po("en"), 'msgid "a"\nmsgstr "A"\n')
    write(po("id"), 'msgid "a"\nmsgstr "A"\n\nmsgid "b"\nmsgstr "B"\n')
    assert Catalogues([tmp_path]).missing() == {"en": ("b",)}


def test_a_folder_adds_a_language(write: Write, tmp_path: Path) -> None:
    write(po("sw"), 'msgid "label.venue"\nmsgstr "Mahali"\n')
    catalogues = Catalogues([tmp_path, SHIPPED], approved_all)
    assert "sw" in catalogues.languages
    assert catalogues.resolve("sw-KE") == "sw"
    assert catalogues.get("label.venue", "sw") == ("Mahali", "sw")
    assert catalogues.get("label.dress", "sw").language == "en"
    assert "label.dress" in catalogues.missing()["sw"]


def test_a_workspace_changes_one_text_and_keeps_the_others(write: Write, tmp_path: Path) -> None:
    write(po("id"), 'msgid "label.venue"\nmsgstr "Lokasi"\n')
    catalogues = Catalogues([tmp_path, SHIPPED], approved_all)
    assert catalogues.get("label.venue", "id").text == "Lokasi"
    assert catalogues.get("label.dress", "id").text == "Pakaian"


@pytest.mark.parametrize("slip", ['msgstr "A', "msgstr A", 'msgstr "A "quoted" word"', 'msg "A"', "A"])
def test_a_broken_file_is_named_with_its_line(write: Write, tmp_path: Path, slip: str) -> None:
    write(po("ja"), f'msgid "a"\n{slip}\n')
    with pytest.raises(TemplateError) as caught:
        Catalogues([tmp_path]).get("a", "ja")
    assert caught.value.key == "catalogue_broken"
    assert caught.value.fields["template"].endswith("ja/LC_MESSAGES/invites.po")
    assert caught.value.fields["line"] == 6


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / po("fr")
    path.parent.mkdir(parents=True)
    path.write_bytes('msgid "a"\nmsgstr "é"\n'.encode("latin-1"))
    with pytest.raises(TemplateError) as caught:
        Catalogues([tmp_path]).get("a", "fr")
    assert caught.value.key == "catalogue_broken"


def test_wrong_plural_forms_are_refused_rather_than_guessed(write: Write, tmp_path: Path) -> None:
    write(po("ru"), 'msgid "a"\nmsgid_plural "a"\nmsgstr[0] "x"\nmsgstr[1] "y"\n')
    with pytest.raises(TemplateError) as caught:
        Catalogues([tmp_path]).get("a", "ru", count=2)
    assert caught.value.key == "catalogue_plurals"


def test_one_broken_language_does_not_silence_the_others(write: Write, tmp_path: Path) -> None:
    write(po("ja"), 'msgid "a"\nmsgstr "A\n')
    write(po("id"), 'msgid "a"\nmsgstr "A"\n')
    assert Catalogues([tmp_path]).get("a", "id").text == "A"


@pytest.mark.parametrize(
    ("tag", "written", "runs"),
    [
        ("id", "Latn", "ltr"),
        ("ar", "Arab", "rtl"),
        ("ar-SA", "Arab", "rtl"),
        ("zh-Hans", "Hans", "ltr"),
        ("zh-TW", "Hant", "ltr"),
        ("ja", "Jpan", "ltr"),
        ("ko-KR", "Kore", "ltr"),
        ("hi", "Deva", "ltr"),
        ("th", "Thai", "ltr"),
        ("ru", "Cyrl", "ltr"),
        ("he", "Hebr", "rtl"),
        ("ur-PK", "Arab", "rtl"),
    ],
)
def test_script_and_direction(tag: str, written: str, runs: str) -> None:
    assert (script(tag), direction(tag)) == (written, runs)


@pytest.mark.parametrize(
    ("language", "value", "written"),
    [
        ("hi", 364628, "3,64,628"),
        ("hi", 328567, "3,28,567"),
        ("id", 364628, "364.628"),
        ("en", 364628, "364,628"),
        ("ar-SA", 364628, "364,628"),
        ("fr", 364628, "364\u202f628"),
        ("ru", 364628, "364\u00a0628"),
    ],
)
def test_numbers_are_grouped_as_the_language_does_in_latin_digits(language: str, value: int, written: str) -> None:
    assert number(value, language) == written
