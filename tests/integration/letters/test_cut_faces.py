"""Letters in the cut faces: the same picture in a third of the bytes, and the full face for a rarer character."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from invites.model.message import Document, Letter
from invites.render import cut
from invites.render.pdf import PdfRenderer

from . import readers
from .test_sixteen import as_chrome_reads, made, renderer, squeezed

#: one worker cuts the faces, a minute of work
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cut faces")]
CODES = ["CN", "JP", "KR"]
#: the goal of a letter, in bytes
MOST = 160_000
#: in no national set, and in every full face
RARE = {"CN": "𠮷", "JP": "𠮷", "KR": "똠"}
EVENTS = ["jakarta", "bali"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fonts")
    assert len(tuple(cut.build(folder))) == 6
    return folder


@pytest.fixture(scope="session")
def cut_renderer(folder: Path) -> PdfRenderer:
    return PdfRenderer(folder)


def pictures(document: Document) -> list[Image.Image]:
    return [page.render(scale=2).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(document.pdf)]


def names(document: Document) -> set[str]:
    with pikepdf.open(BytesIO(document.pdf)) as pdf:
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
        return {str(item.FontName) for item in fonts if item.get("/Type") == "/FontDescriptor"}


def with_name(letter: Letter, name: str) -> Letter:
    """The letter with a name behind the salutation of its second sheet."""
    start, sign, end = letter.html.rpartition('class="salutation"')
    return replace(letter, html=start + sign + end.replace("</p>", f" {name}</p>", 1))


@pytest.mark.parametrize("slug", EVENTS)
@pytest.mark.parametrize("code", CODES)
def test_a_letter_in_cut_faces_is_the_same_picture_and_small(code: str, slug: str, cut_renderer: PdfRenderer) -> None:
    full, small = made(slug, code).document, cut_renderer.render(made(slug, code).letter)
    assert len(small.pdf) < MOST < len(full.pdf)
    assert names(small) == names(full)
    for one, other in zip(pictures(full), pictures(small), strict=True):
        assert ImageChops.difference(one, other).getbbox() is None


@pytest.mark.parametrize("code", CODES)
def test_its_text_is_the_same_too(code: str, cut_renderer: PdfRenderer) -> None:
    full, small = made("jakarta", code).document, cut_renderer.render(made("jakarta", code).letter)
    assert [as_chrome_reads(small, page) for page in (0, 1)] == [as_chrome_reads(full, page) for page in (0, 1)]


@pytest.mark.parametrize("code", CODES)
def test_other_readers_draw_the_same_glyphs(code: str, cut_renderer: PdfRenderer, tmp_path: Path) -> None:
    """Old numbers in a cut face garble MuPDF and Ghostscript; PDFium and Poppler draw by place and show nothing."""
    path = tmp_path / "letter.pdf"
    path.write_bytes(cut_renderer.render(made("jakarta", code).letter).pdf)
    assert readers.complaints(path) == []
    readers.run("gs", "-q", "-sDEVICE=png16m", "-r144", "-dTextAlphaBits=4", "-o", tmp_path / "%d.png", path)
    for number, ours in enumerate(pictures(made("jakarta", code).document), 1):
        theirs = Image.open(tmp_path / f"{number}.png").convert("RGB").resize(ours.size)
        coarse = [image.convert("L").resize((ours.width // 12, ours.height // 12)) for image in (ours, theirs)]
        histogram = ImageChops.difference(*coarse).histogram()
        assert sum(histogram[64:]) / sum(histogram) < 0.01


@pytest.mark.parametrize("code", CODES)
def test_a_rarer_character_gets_the_full_face_and_not_an_empty_box(code: str, cut_renderer: PdfRenderer) -> None:
    letter = with_name(made("jakarta", code).letter, RARE[code])
    full, ours = renderer().render(letter), cut_renderer.render(letter)
    assert ours.sha256 == full.sha256
    assert squeezed(RARE[code]) in as_chrome_reads(ours, 1)


def test_letters_without_han_letters_are_not_touched(cut_renderer: PdfRenderer) -> None:
    assert cut_renderer.render(made("jakarta", "SA").letter).sha256 == made("jakarta", "SA").document.sha256


def test_a_harmed_face_leaves_the_letter_to_the_full_one(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "fonts")
    (harmed,) = (tmp_path / "fonts").glob("*JP-Bold.otf")
    harmed.write_bytes(harmed.read_bytes()[:-1] + b"?")
    careful = PdfRenderer(tmp_path / "fonts")
    assert careful.render(made("jakarta", "JP").letter).sha256 == made("jakarta", "JP").document.sha256
    assert len(careful.render(made("jakarta", "KR").letter).pdf) < MOST


SECOND_PROCESS = """
import sys
from pathlib import Path
from invites.render.pdf import PdfRenderer
from tests.integration.letters.test_sixteen import made
print(PdfRenderer(Path(sys.argv[1])).render(made("jakarta", "KR").letter).sha256)
"""


def test_another_process_makes_the_same_bytes_of_cut_faces_elsewhere(
    folder: Path, tmp_path: Path, cut_renderer: PdfRenderer
) -> None:
    shutil.copytree(folder, tmp_path / "elsewhere")
    run = subprocess.run(
        [sys.executable, "-c", SECOND_PROCESS, tmp_path / "elsewhere"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONHASHSEED": "5"},
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    assert run.stdout.split() == [cut_renderer.render(made("jakarta", "KR").letter).sha256]
