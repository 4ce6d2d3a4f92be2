"""Every shipped catalogue against English and against CLDR: what a reviewer of a translation can't see."""

from __future__ import annotations

import gettext
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from invites.words.catalogue import Catalogues, locale_of, placeholders, plural_tags, script

from .conftest import SHIPPED

FILES = sorted(SHIPPED.glob("locales/*/LC_MESSAGES/*.po"))
LANGUAGES = ["ar", "de", "en", "fr", "hi", "id", "ja", "ko", "ms", "nl", "ru", "th", "tr", "vi", "zh-Hans"]
STAFF = ["en", "id"]

ALPHABETS = {
    "Arab": {"ARABIC"},
    "Cyrl": {"CYRILLIC"},
    "Deva": {"DEVANAGARI"},
    "Hans": {"CJK"},
    "Jpan": {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    "Kore": {"HANGUL"},
    "Latn": {"LATIN", "MODIFIER"},
    "Thai": {"THAI"},
}
#: names that have no other spelling, and words that readers look up as they stand
LATIN_ANYWHERE = {"WIB", "WITA", "UTC", "QR", "PDF", "ICS", "BSrE", "BSSN", "Sasirangan", "Batik"}

Entry = tuple[str, str, tuple[str, ...]]


def entries(path: Path) -> list[Entry]:
    """msgctxt, msgid and texts of each entry, read by a few lines of our own so that nothing is merged away."""
    found = []
    for block in path.read_text(encoding="utf-8").split("\n\n")[1:]:
        field = {}
        for line in block.splitlines():
            if not line.startswith("#") and line.strip():
                name, _, quoted = line.partition(" ")
                field[name] = quoted[1:-1].replace('\\"', '"')
        texts = tuple(text for name, text in field.items() if name.startswith("msgstr"))
        found.append((field.get("msgctxt", ""), field["msgid"], texts))
    return found


def texts_by_key(language: str, area: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for _, key, texts in entries(SHIPPED / f"locales/{language}/LC_MESSAGES/{area}.po"):
        found.setdefault(key, []).extend(texts)
    return found


def name_of(path: Path) -> str:
    return f"{path.parent.parent.name}-{path.stem}"


def header(path: Path) -> dict[str, str]:
    block = path.read_text(encoding="utf-8").split("\n\n")[0]
    return dict(line[1:-3].split(": ", 1) for line in block.splitlines() if line.startswith('"'))


def test_the_fifteen_languages_and_the_american_overlay_are_there(shipped: Catalogues) -> None:
    assert sorted(shipped.languages) == sorted([*LANGUAGES, "en-US"])


def test_no_embassy_and_no_clerk_sees_english_for_want_of_a_text(shipped: Catalogues) -> None:
    assert shipped.missing() == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_exactly_the_keys_of_english(language: str) -> None:
    assert texts_by_key(language, "invites").keys() == texts_by_key("en", "invites").keys()


def test_staff_read_the_same_texts_in_indonesian_and_english() -> None:
    areas = {language: {p.stem for p in FILES if p.parent.parent.name == language} for language in STAFF}
    assert areas["id"] == areas["en"]
    for area in areas["id"]:
        assert texts_by_key("id", area).keys() == texts_by_key("en", area).keys(), area


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_text_has_the_placeholders_of_its_english(path: Path) -> None:
    english = texts_by_key("en", path.stem)
    for _, key, texts in entries(path):
        wanted = placeholders("".join(english[key]))
        for text in texts:
            # Arabic says "two members" without a figure; nothing but the count may stay unsaid
            assert wanted - {"count"} <= placeholders(text) <= wanted, f"{key}: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_embassies_read_has_no_stray_brace_or_space(language: str) -> None:
    for key, texts in texts_by_key(language, "invites").items():
        for text in texts:
            assert not set("{}") & set(re.sub(r"\{[a-z_]+\}", "", text)), f"{key}: {text}"
            assert text == text.strip(), key
            assert "  " not in text, key


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_plural_forms_are_those_of_cldr(path: Path) -> None:
    language = path.parent.parent.name
    tags = plural_tags(language)
    count, expression = re.fullmatch(r"nplurals=(\d+); plural=(.+);", header(path)["Plural-Forms"]).groups()  # type: ignore[union-attr]
    assert int(count) == len(tags)
    index = gettext.c2py(expression)
    for n in [*range(1200), 10**6, 2 * 10**6, 10**6 + 1]:
        assert tags[index(n)] == locale_of(language).plural_form(n), n
    counted = {key for _, key, texts in entries(SHIPPED / f"locales/en/LC_MESSAGES/{path.stem}.po") if len(texts) > 1}
    for _, key, texts in entries(path):
        assert len(texts) == (len(tags) if key in counted else 1), key


def test_indonesian_and_malay_have_one_plural_form() -> None:
    # Babel's own gettext table says two
    for language in ("id", "ms"):
        path = SHIPPED / f"locales/{language}/LC_MESSAGES/invites.po"
        assert header(path)["Plural-Forms"].startswith("nplurals=1;")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_texts_are_composed_and_hold_no_invisible_characters(path: Path) -> None:
    for _, key, texts in entries(path):
        for text in texts:
            assert text, key
            assert text == unicodedata.normalize("NFC", text), key
            hidden = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn", "Zl", "Zp")}
            # Devanagari and Arabic may need a joiner; bidi controls come from the program alone
            assert hidden <= {"\u200c", "\u200d"}, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_written_in_its_own_script(language: str) -> None:
    allowed = ALPHABETS[script(language)]
    for key, texts in texts_by_key(language, "invites").items():
        for text in texts:
            bare = re.sub(r"\{[a-z_]+\}|[A-Za-z]+", _without_allowed_latin, text)
            foreign = {c for c in bare if c.isalpha() and unicodedata.name(c).split()[0] not in allowed}
            assert not foreign, f"{key}: {text}"


def _without_allowed_latin(match: re.Match[str]) -> str:
    word = match[0]
    return "" if word.startswith("{") or word in LATIN_ANYWHERE else word


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_names_its_language_and_hides_nothing(path: Path) -> None:
    assert header(path)["Language"] == path.parent.parent.name
    content = path.read_text(encoding="utf-8")
    assert "#, fuzzy" not in content
    assert "#~" not in content
    assert "\r" not in content


@pytest.mark.parametrize("language", [*LANGUAGES, "en-US"])
def test_no_text_is_there_twice(language: str) -> None:
    found = Counter(
        (context, key)
        for path in (SHIPPED / f"locales/{language}/LC_MESSAGES").glob("*.po")
        for context, key, _ in entries(path)
    )
    assert [entry for entry, times in found.items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_gendered_text_always_has_its_neutral_form(language: str) -> None:
    contexts: dict[str, set[str]] = {}
    for context, key, _ in entries(SHIPPED / f"locales/{language}/LC_MESSAGES/invites.po"):
        contexts.setdefault(key, set()).add(context)
    for key, found in contexts.items():
        assert found == {""} or "n" in found, key


def test_each_language_says_who_must_approve_it(shipped: Catalogues) -> None:
    levels = {language: shipped.review(language) for language in LANGUAGES}
    assert {language for language, level in levels.items() if level == "native-required"} == {"ar", "hi", "ko", "th"}
    assert set(levels.values()) == {"ok", "protocol-officer", "spot-check", "native", "native-required"}


def test_french_puts_its_spaces_before_double_punctuation() -> None:
    for key, texts in texts_by_key("fr", "invites").items():
        for text in texts:
            assert not re.search(r"[^\u00a0\u202f][:;!?»]|«[^\u00a0\u202f]", text), f"{key}: {text}"


def test_american_english_differs_from_british_wherever_it_speaks(shipped: Catalogues) -> None:
    for key in shipped.keys("en-US"):
        assert shipped.get(key, "en-US").text != shipped.get(key, "en").text
    assert "honor to invite" in shipped.get("letter.opening", "en-US").text
    assert "honour to invite" in shipped.get("letter.opening", "en").text


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("en", "Priority"),
        ("en-US", "Priority"),
        ("fr", "Priorité"),
        ("de", "Dringlichkeit"),
        ("nl", "Prioriteit"),
        ("ru", "Приоритет"),
        ("vi", "Mức độ ưu tiên"),
    ],
)
def test_how_urgent_a_letter_is_does_not_read_as_how_secret_it_is(
    shipped: Catalogues, language: str, label: str
) -> None:
    assert shipped.get("letter.label.nature", language).text == label
