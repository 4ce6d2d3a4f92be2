"""The table of faces, the private fontconfig, and a machine that lacks something."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from invites.errors import MissingSystemPart, RenderError
from invites.render import fonts
from invites.words.catalogue import Catalogues

ROOT = Path(__file__).parents[3]
SHIPPED = Catalogues([ROOT / "templates"])

DEMAND = """
import sys
from invites.errors import MissingSystemPart
from invites.model.message import Letter
from invites.render.pdf import PdfRenderer
letter = Letter(event="jakarta", code="JP", revision=1, title="", languages=("id", "ja"), html="<p>")
try:
    PdfRenderer().render(letter)
except MissingSystemPart as missing:
    print(missing.exit_code, missing.fields["parts"], missing.fields["line"], "weasyprint" in sys.modules, sep="|")
"""


def with_fonts_in(folder: Path, tmp_path: Path) -> str:
    """What a process says that finds fonts in `folder` only and shall print Japanese."""
    configuration = tmp_path / "fonts.conf"
    configuration.write_text(f'<?xml version="1.0"?><fontconfig><dir>{folder}</dir></fontconfig>')
    environment = {**os.environ, "FONTCONFIG_FILE": str(configuration), "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", DEMAND], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    return run.stdout.strip()


def test_a_machine_without_fonts_is_told_what_to_type_before_weasyprint_starts(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert with_fonts_in(tmp_path / "none", tmp_path) == (
        "69|Noto Serif, Noto Serif CJK JP"
        "|apt-get install -y --no-install-recommends fonts-noto-core fonts-noto-cjk|False"
    )


def test_only_the_font_of_a_language_that_is_printed_is_asked_for(tmp_path: Path) -> None:
    latin = fonts.installed()[fonts.LATIN.family, fonts.REGULAR].path.parent
    assert with_fonts_in(latin, tmp_path) == (
        "69|Noto Serif CJK JP|apt-get install -y --no-install-recommends fonts-noto-cjk|False"
    )


def test_a_face_without_its_bold_is_missing(tmp_path: Path) -> None:
    regular = fonts.installed()[fonts.LATIN.family, fonts.REGULAR].path
    folder = tmp_path / "half"
    folder.mkdir()
    (folder / regular.name).symlink_to(regular)
    assert with_fonts_in(folder, tmp_path).startswith("69|Noto Serif, Noto Serif CJK JP|")


def test_a_library_that_cannot_be_loaded_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "LIBRARIES", {**fonts.LIBRARIES, "nowhere.so.9": "libnowhere9"})
    with pytest.raises(MissingSystemPart) as caught:
        fonts.require(["id"])
    assert caught.value.fields == {
        "parts": "libnowhere9",
        "line": "apt-get install -y --no-install-recommends libnowhere9",
    }


def test_this_machine_has_every_library_that_weasyprint_loads() -> None:
    assert fonts.missing_libraries() == ()


@pytest.mark.parametrize("language", SHIPPED.languages)
def test_every_shipped_language_has_a_face_and_it_is_here(language: str) -> None:
    assert fonts.missing_fonts([language]) == ()


@pytest.mark.parametrize(
    ("language", "family"),
    [
        ("id", "Noto Serif"),
        ("en-US", "Noto Serif"),
        ("vi", "Noto Serif"),
        ("ru", "Noto Serif"),
        ("ar", "Noto Naskh Arabic"),
        ("hi", "Noto Serif Devanagari"),
        ("th", "Noto Serif Thai"),
        ("ja", "Noto Serif CJK JP"),
        ("ko", "Noto Serif CJK KR"),
        ("zh-Hans", "Noto Serif CJK SC"),
    ],
)
def test_a_language_is_printed_in_the_face_of_its_country(language: str, family: str) -> None:
    assert fonts.face_for(language).family == family
    assert fonts.families(["id", language]) == tuple(dict.fromkeys(["Noto Serif", family]))


def test_a_script_without_a_face_is_refused_by_name() -> None:
    with pytest.raises(RenderError) as caught:
        fonts.face_for("ka")
    assert caught.value.fields == {"language": "ka", "script": "Geor"}


def test_chinese_quotes_come_from_the_chinese_face_and_arabic_digits_from_the_latin_one() -> None:
    css = fonts.font_css(["zh-Hans", "ar"])
    assert '[lang=zh-Hans] { font-family: "Noto Serif CJK SC", "Noto Serif" }' in css
    assert '[lang=ar] { font-family: "Noto Serif", "Noto Naskh Arabic" }' in css


@pytest.mark.parametrize("theirs", [None, "/etc/fonts/fonts.conf"])
def test_the_private_fontconfig_leaves_the_environment_as_it_was(
    theirs: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if theirs is None:
        monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    else:
        monkeypatch.setenv("FONTCONFIG_FILE", theirs)
    with fonts.private_fontconfig():
        private = Path(os.environ["FONTCONFIG_FILE"])
        assert "Noto Serif Thai" in private.read_text()
    assert os.environ.get("FONTCONFIG_FILE") == theirs
    assert not private.exists()
