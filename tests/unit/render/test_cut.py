"""Cut CJK faces: which letter may use them, and that a stale or harmed one is never used."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from fontTools import subset
from fontTools.ttLib import TTFont

from invites.render import cut, fonts

ROOT = Path(__file__).parents[3]
FAMILY = "Noto Serif CJK JP"
TEXT = "南蠻カリ、AB辻𠮟"

REBUILD = """
import sys
from pathlib import Path
from invites.render import cut, fonts
source = fonts.FontFile(family="Noto Serif CJK JP", weight=fonts.REGULAR, path=Path(sys.argv[1]), index=0)
cut.installed = lambda: {(source.family, source.weight): source}
print(*(face.sha256 for face in cut.build(Path(sys.argv[2]))))
"""


@pytest.fixture(scope="session")
def small_sources(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, int], fonts.FontFile]:
    """The Japanese faces of a dozen letters: as the real ones, CID-keyed, but cut in no time."""
    folder = tmp_path_factory.mktemp("sources")
    found = {}
    for weight in (fonts.REGULAR, fonts.BOLD):
        whole = fonts.installed()[FAMILY, weight]
        path = folder / f"{weight}.otf"
        options = subset.Options(glyph_names=False, drop_tables=["GSUB", "GPOS", "VORG", "BASE"])
        with TTFont(whole.path, fontNumber=whole.index, lazy=True) as font:
            subsetter = subset.Subsetter(options)
            subsetter.populate(text=TEXT)
            subsetter.subset(font)
            subset.save_font(font, str(path), options)
        found[FAMILY, weight] = replace(whole, path=path, index=0)
    return found


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, small_sources: Mapping[tuple[str, int], fonts.FontFile]) -> None:
    monkeypatch.setattr(cut, "installed", lambda: small_sources)


def face(family: str, letters: str) -> cut.CutFace:
    file = fonts.FontFile(family=family, weight=fonts.REGULAR, path=Path("/nowhere"), index=0)
    return cut.CutFace(file=file, sha256="", chosen=frozenset(letters))


def test_a_letter_with_a_rarer_character_needs_the_full_face() -> None:
    faces = [face(FAMILY, "閣下")]
    assert not cut.lacks(faces, ["id", "ja"], "閣下 Duta Besar – é ñ １２")
    assert cut.lacks(faces, ["id", "ja"], "閣下 𠮷")


def test_a_variation_selector_needs_the_full_face() -> None:
    assert cut.lacks([face(FAMILY, "辻")], ["ja"], "辻\U000e0101")


def test_what_another_countrys_cut_face_lacks_matters_to_its_own_letters_only() -> None:
    faces = [face(FAMILY, "閣下"), face("Noto Serif CJK KR", "각하")]
    assert not cut.lacks(faces, ["id", "ja"], "閣下")
    assert not cut.lacks(faces, ["id", "fr"], "閣下 각하 𠮷")
    assert cut.lacks(faces, ["id", "ko"], "閣下")


def test_the_national_sets_hold_every_letter_of_the_catalogues_and_the_shipped_list() -> None:
    rows = csv.DictReader((ROOT / "recipients/embassies.csv").read_text("utf-8-sig").splitlines(), delimiter=";")
    names = {row["locale"].partition("-")[0]: "".join(map(str, row.values())) for row in rows}
    for language, (codec, _) in zip(cut.LANGUAGES, cut.SETS.values(), strict=True):
        po = (ROOT / f"templates/locales/{language}/LC_MESSAGES/invites.po").read_text("utf-8")
        letters = cut.chosen(po + names[language.partition("-")[0]])
        assert len(letters) > 100
        assert [letter for letter in letters if not cut._encodes(letter, codec)] == []


@pytest.mark.usefixtures("small")
def test_a_cut_face_keeps_its_name_and_leaves_out_what_its_country_does_not_use(tmp_path: Path) -> None:
    regular, bold = cut.build(tmp_path / "new" / "fonts")
    assert regular.chosen == bold.chosen == frozenset("南蠻辻")  # cp932 has 辻 and the old 蠻, not 𠮟
    with TTFont(regular.file.path) as font:
        assert font["name"].getDebugName(1) == FAMILY
        assert {chr(code) for code in font.getBestCmap()} == set(TEXT) - {"𠮟"}


@pytest.mark.usefixtures("small")
def test_every_glyph_stands_where_its_cid_says(tmp_path: Path) -> None:
    regular, _ = cut.build(tmp_path)
    with TTFont(regular.file.path) as font:
        names = font["CFF "].cff.topDictIndex[0].charset
        assert names[1:] == [f"cid{place:05d}" for place in range(1, len(names))]
        assert font["maxp"].numGlyphs == len(names)


@pytest.mark.usefixtures("small")
def test_another_process_cuts_the_same_bytes(
    tmp_path: Path, small_sources: Mapping[tuple[str, int], fonts.FontFile]
) -> None:
    here, _ = cut.build(tmp_path / "here")
    source = small_sources[FAMILY, fonts.REGULAR].path
    run = subprocess.run(
        [sys.executable, "-c", REBUILD, source, tmp_path / "there"],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONHASHSEED": "7",
            "TZ": "Asia/Tokyo",
            "SOURCE_DATE_EPOCH": "9",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == [here.sha256]


@pytest.mark.usefixtures("small")
def test_what_is_cut_already_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = tuple(cut.build(tmp_path))
    monkeypatch.delattr(cut, "_make")
    assert tuple(cut.build(tmp_path)) == first == cut.fresh(tmp_path)


def test_without_a_folder_there_is_nothing_cut(tmp_path: Path) -> None:
    assert cut.fresh(None) == cut.fresh(tmp_path / "none") == cut.fresh(tmp_path) == ()


@pytest.mark.usefixtures("small")
def test_a_harmed_face_is_not_used_nor_its_other_weight_and_is_cut_again(tmp_path: Path) -> None:
    regular, _ = cut.build(tmp_path)
    with regular.file.path.open("ab") as file:
        file.write(b"\0")
    assert cut.fresh(tmp_path) == ()
    assert len(tuple(cut.build(tmp_path))) == len(cut.fresh(tmp_path)) == 2


@pytest.mark.usefixtures("small")
def test_a_face_cut_from_other_fonts_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_sources: Mapping[tuple[str, int], fonts.FontFile]
) -> None:
    tuple(cut.build(tmp_path))
    newer = tmp_path / "newer.otf"
    newer.write_bytes(small_sources[FAMILY, fonts.BOLD].path.read_bytes())
    upgraded = {**small_sources, (FAMILY, fonts.REGULAR): replace(small_sources[FAMILY, fonts.REGULAR], path=newer)}
    monkeypatch.setattr(cut, "installed", lambda: upgraded)
    assert cut.fresh(tmp_path) == ()


@pytest.mark.usefixtures("small")
def test_a_face_cut_by_another_recipe_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tuple(cut.build(tmp_path))
    monkeypatch.setattr(cut, "_MADE_BY", "fontTools 1")
    assert cut.fresh(tmp_path) == ()


@pytest.mark.usefixtures("small")
def test_a_cut_that_breaks_off_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cut, "_number_anew", breaks)
    with pytest.raises(OSError, match="No space"):
        tuple(cut.build(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("small")
def test_the_digest_of_the_fonts_follows_files_libraries_and_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = cut.font_digest(["id", "ja"])
    assert full == cut.font_digest(["ja", "id"], tmp_path)
    assert full != cut.font_digest(["id", "fr"])
    tuple(cut.build(tmp_path))
    with_cut = cut.font_digest(["id", "ja"], tmp_path)
    assert with_cut != full
    assert cut.font_digest(["id", "fr"], tmp_path) == cut.font_digest(["id", "fr"])
    versions = fonts.versions()
    assert set(versions) == {"weasyprint", "pydyf", "pango", "harfbuzz"}
    for library in versions:
        monkeypatch.setattr(cut, "versions", lambda library=library: {**versions, library: "0"})
        assert cut.font_digest(["id", "ja"], tmp_path) != with_cut
