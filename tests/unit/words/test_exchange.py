"""A file for a reviewer goes out whole, comes back whole, or is refused with everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from invites.errors import TemplateError, TranslationError
from invites.words import exchange
from invites.words.catalogue import Catalogues
from invites.words.problems import problem_line

from .conftest import SHIPPED, Write

LANGUAGES = ["ar", "de", "en", "en-US", "fr", "hi", "id", "ja", "ko", "ms", "nl", "ru", "th", "tr", "vi", "zh-Hans"]
OPENING = re.compile(r'(msgid "letter.opening"\nmsgstr )"(.*)"')

Refused = Callable[[str], list[str]]


@pytest.fixture
def back(tmp_path: Path, shipped: Catalogues) -> Callable[[str], exchange.Texts]:
    """Takes a file with this content."""

    def read(content: str) -> exchange.Texts:
        path = tmp_path / "back.po"
        path.write_bytes(content.encode())
        return exchange.read(shipped, path)

    return read


@pytest.fixture
def refused(back: Callable[[str], exchange.Texts]) -> Refused:
    """Why such a file is not taken, as "T003.lost letter.opening"."""

    def read(content: str) -> list[str]:
        with pytest.raises(TranslationError) as error:
            back(content)
        return [f"{'.'.join(filter(None, (one.code, one.variant)))} {one.cell}".strip() for one in error.value.problems]

    return read


def opening(file: str, change: Callable[[str], str]) -> str:
    """A file with another sentence at letter.opening."""
    changed, count = OPENING.subn(lambda found: f'{found[1]}"{change(found[2])}"', file)
    assert count == 1
    return changed


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_comes_back_as_it_went_says_the_same(
    shipped: Catalogues, back: Callable[[str], exchange.Texts], language: str
) -> None:
    texts = back(exchange.export(shipped, language))
    assert texts == (language, shipped.entries(language))


@pytest.mark.parametrize(
    ("language", "form", "serves"),
    [
        ("en", 0, "1"),
        ("en", 1, "many"),
        ("id", 0, "many"),
        ("fr", 0, "0 and 1"),
        ("ru", 0, "1, 21, 31 and so on"),
        ("ru", 2, "many"),
        ("ar", 0, "0"),
        ("ar", 1, "1"),
        ("ar", 2, "2"),
        ("ar", 3, "many"),
        ("ar", 5, "many"),
    ],
)
def test_a_count_stays_unsaid_only_in_a_form_that_serves_for_one_number(
    shipped: Catalogues, tmp_path: Path, language: str, form: int, serves: str
) -> None:
    """Guests that are asked to come "minutes before" come when they like."""
    pattern = rf'(msgid_plural "letter.arrival"\n(?:msgstr.*\n){{{form}}}msgstr\[{form}\] ".*?)({{count}} ?)(.*")'
    file = exchange.export(shipped, language)
    assert serves.isdigit() or re.search(pattern, file)
    path = tmp_path / "back.po"
    path.write_text(re.sub(pattern, r"\1\3", file), encoding="utf-8")
    if serves.isdigit():
        exchange.read(shipped, path)
        return
    with pytest.raises(TranslationError) as refused:
        exchange.read(shipped, path)
    assert [(each.code, each.variant, each.cell) for each in refused.value.problems] == [
        ("T003", "lost", "letter.arrival")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_workspace_keeps_is_read_as_it_was_taken(tmp_path: Path, shipped: Catalogues, language: str) -> None:
    kept = tmp_path / f"locales/{language}/LC_MESSAGES/invites.po"
    kept.parent.mkdir(parents=True)
    kept.write_text(exchange.write(shipped, exchange.Texts(language, shipped.entries(language))), encoding="utf-8")
    own = Catalogues([tmp_path, SHIPPED])
    assert own.entries(language) == shipped.entries(language)
    assert own.review(language) == shipped.review(language)


def test_a_reviewer_sees_both_sources_and_what_to_look_at_first(shipped: Catalogues) -> None:
    text = exchange.export(shipped, "ar")
    block = next(block for block in text.split("\n\n") if 'msgid "letter.closing"' in block)
    indonesian, english = (shipped.get("letter.closing", language).text for language in ("id", "en"))
    assert block.startswith(f"#. Indonesia: {indonesian}\n#. English: {english}\n")
    marked = [block for block in text.split("\n\n") if "#. review\n" in block]
    assert any('msgid "salutation.ambassador"' in block for block in marked)
    assert f"X-Version: {shipped.version('ar')[:12]}\\n" in text


def test_quotation_marks_and_line_ends_in_a_text_do_not_break_out_of_its_line(write: Write, tmp_path: Path) -> None:
    hostile = '"\\n\\"msgid \\"x\\"\\nmsgstr \\"=cmd|calc\\"\\\\ \\t"'
    for language in ("en", "id", "fr"):
        write(f"locales/{language}/LC_MESSAGES/invites.po", f'msgid "a"\nmsgstr {hostile}\n')
    own = Catalogues([tmp_path])
    lines = exchange.export(own, "fr").splitlines()
    assert all(re.match(r'#|msg|"|$', line) for line in lines)
    assert own.get("a", "fr").text == '\n"msgid "x"\nmsgstr "=cmd|calc"\\ \t'


def test_a_text_that_is_lacking_goes_out_empty_and_may_come_back_filled_or_empty(tmp_path: Path, write: Write) -> None:
    write("locales/en/LC_MESSAGES/invites.po", 'msgid "a"\nmsgstr "A {n}"\n\nmsgid "b"\nmsgstr "B"\n')
    write("locales/id/LC_MESSAGES/invites.po", 'msgid "a"\nmsgstr "A {n}"\n')
    write("locales/fr/LC_MESSAGES/invites.po", 'msgid "b"\nmsgstr "Bé"\n')
    own = Catalogues([tmp_path])
    file = exchange.export(own, "fr")
    assert '#. English: A {n}\nmsgid "a"\nmsgstr ""\n' in file
    path = tmp_path / "back.po"
    path.write_text(file, encoding="utf-8")
    assert exchange.read(own, path).entries == {("b", None): "Bé"}
    path.write_text(file.replace('msgid "a"\nmsgstr ""', 'msgid "a"\nmsgstr "Â {n}"'), encoding="utf-8")
    assert exchange.read(own, path).entries == {("b", None): "Bé", ("a", None): "Â {n}"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text.replace("{event_title}", ""), "T003.lost"),
        (lambda text: f"{text} {{link}}", "T003.added"),
        (lambda text: f"{text} {{__class__}}", "T003.brace"),
        (lambda text: f"{text} {{0}}", "T003.brace"),
        (lambda text: f"{text} {{event_title.__class__}}", "T003.brace"),
        (lambda text: f"{text} }}", "T003.brace"),
        (lambda text: f"{text} <b>", "T004.markup"),
        (lambda text: f"{text} &lt;", "T004.markup"),
        (lambda text: f"{text} {{{{ 7 }}}}", "T004.markup"),
        (lambda text: f"{text} {{% x %}}", "T004.markup"),
        (lambda text: f"{text} http://127.0.0.1", "T004.address"),
        (lambda text: f"{text} \u202e", "T005.hidden"),
        (lambda text: f"{text}\u2066", "T005.hidden"),
        (lambda text: f"{text}\u200b", "T005.hidden"),
        (lambda text: f"{text}\\n", "T005.hidden"),
        (lambda text: f"{text}\x07", "T005.hidden"),
        (lambda text: f"{text} e\u0301", "T005.composed"),
        (lambda text: f" {text}", "T005.spaces"),
        (lambda text: f"{text}  {text}", "T005.spaces"),
        (lambda text: text + " مع" * 900, "T005.long"),
        (lambda text: f"{text} х", "T006"),
        (lambda text: f"{text} Dear Sir", "T006"),
        (lambda _text: "", "T002.emptied"),
    ],
)  # fmt: skip
def test_a_sentence_that_a_machine_can_see_is_wrong_is_refused_by_its_key(
    shipped: Catalogues, refused: Refused, change: Callable[[str], str], why: str
) -> None:
    problems = refused(opening(exchange.export(shipped, "ar"), change))
    assert f"{why} letter.opening" in problems
    assert all(problem.endswith(" letter.opening") for problem in problems)


def test_a_hostile_script_is_named_and_shown_harmlessly(shipped: Catalogues, tmp_path: Path) -> None:
    path = tmp_path / "ar.po"
    hostile = "<script>alert(1)</script>\u202e"
    path.write_text(opening(exchange.export(shipped, "ar"), lambda text: text + hostile), encoding="utf-8")
    with pytest.raises(TranslationError) as error:
        exchange.read(shipped, path)
    for language, word in (("id", "HTML"), ("en", "HTML")):
        said = [problem_line(problem, shipped, language) for problem in error.value.problems]
        assert any("<script>" in line and word in line and "ar.po, letter.opening: " in line for line in said)
        assert not any("\u202e" in line for line in said)
        assert any("U+202E" in line for line in said)


@pytest.mark.parametrize(
    ("pattern", "replacement", "why"),
    [
        (
            r'msgid "letter.closing"',
            'msgid "letter.close"',
            ["T002.missing letter.closing", "T002.unknown letter.close"],
        ),
        (r'(msgctxt "f"\nmsgid "addressee.cda"\n.*\n)', r"\1\n\1", ["T002.twice addressee.cda (f)"]),
        (r'msgid "letter.closing"', '#, fuzzy\nmsgid "letter.closing"', ["T002.unsure letter.closing"]),
        (r'msgstr\[1\] "عضو واحد في الوفد"', 'msgstr[1] ""', ["T002.emptied rsvp.delegates_summary"]),
        (
            r'msgid "letter.closing"\nmsgstr (.*)\n',
            r'msgid "letter.closing"\nmsgid_plural "x"\nmsgstr[0] \1\nmsgstr[1] \1\n',
            ["T002.emptied letter.closing", "T002.forms letter.closing"],
        ),
        (r'"Language: ar\\n"', r'"Language: xx\\n"', ["T001.language"]),
        (r'"Language: ar\\n"\n', "", ["T001.language"]),
        (r'"X-Texts: ..', r'"X-Texts: zz', ["T001.base"]),
        (r'"X-Texts: .*\n', "", ["T001.base"]),
        (r'"Plural-Forms: .*\n', "", ["T001.plurals"]),
        (r'\? 3 :', "? 4 :", ["T001.plurals"]),
        (r'plural=.*;\\n"', r'plural=(n / 0);\\n"', ["T001.plurals"]),
        (r'plural=.*;\\n"', r'plural=__import__;\\n"', ["T001.plurals"]),
    ],
)  # fmt: skip
def test_a_file_that_is_not_the_one_that_went_out_is_refused(
    shipped: Catalogues, refused: Refused, pattern: str, replacement: str, why: list[str]
) -> None:
    changed, count = re.subn(pattern, replacement, exchange.export(shipped, "ar"), count=1)
    assert count == 1
    assert refused(changed) == why


def test_a_file_of_texts_that_have_changed_since_is_refused(tmp_path: Path, write: Write, shipped: Catalogues) -> None:
    path = tmp_path / "ar.po"
    path.write_text(exchange.export(shipped, "ar"), encoding="utf-8")
    write("locales/ar/LC_MESSAGES/invites.po", 'msgid "org.province"\nmsgstr "حكومة"\n')
    with pytest.raises(TranslationError) as error:
        exchange.read(Catalogues([tmp_path, SHIPPED]), path)
    assert [problem.variant for problem in error.value.problems] == ["base"]


@pytest.mark.parametrize("content", ["a text\n", 'msgid "a\nmsgstr ""\n', "\x00\x01"])
def test_what_is_no_catalogue_is_refused(back: Callable[[str], exchange.Texts], content: str) -> None:
    with pytest.raises(TemplateError, match="catalogue_broken"):
        back(content)


def test_an_empty_file_is_refused(refused: Refused) -> None:
    assert refused("") == ["T001.language"]


def test_a_file_that_is_far_too_large_is_not_even_read(refused: Refused) -> None:
    assert refused("#" * (exchange.LARGEST + 1)) == ["T001.size"]


def test_editors_that_wrap_lines_and_end_them_as_windows_does_are_understood(
    shipped: Catalogues, back: Callable[[str], exchange.Texts]
) -> None:
    file = opening(exchange.export(shipped, "ar"), lambda text: f'"\n"{text[:20]}"\n"{text[20:]}')
    assert back(file.replace("\n", "\r\n")).entries == shipped.entries("ar")


def test_texts_that_came_into_a_workspace_by_hand_are_looked_at_too(write: Write, tmp_path: Path) -> None:
    write("locales/ar/LC_MESSAGES/invites.po", 'msgid "letter.opening"\nmsgstr "<script>"\n')
    found = exchange.problems(Catalogues([tmp_path, SHIPPED]), "ar")
    assert {f"{problem.code}.{problem.variant}" for problem in found} >= {"T003.lost", "T004.markup"}
    assert {problem.cell for problem in found} == {"letter.opening"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_shipped_text_has_a_fault(shipped: Catalogues, language: str) -> None:
    assert exchange.problems(shipped, language) == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_fault_has_a_sentence_for_staff(shipped: Catalogues, language: str) -> None:
    said = (SHIPPED.parent / "invites/words/exchange.py", SHIPPED.parent / "invites/words/faults.py")
    rules = {rule for path in said for rule in re.findall(r'"(T\d{3}[.a-z]*)"', path.read_text(encoding="utf-8"))}
    sentences = {key.removeprefix("problem.") for key in shipped.keys(language) if key.startswith("problem.T")}
    assert len(rules) > 15
    assert sentences == rules
