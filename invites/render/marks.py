"""What WeasyPrint leaves out of a PDF: each block's language, the text behind shaped glyphs, and room for a colon."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from functools import cache

import pydyf  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from weasyprint import Document
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.layout.absolute import AbsolutePlaceholder

from invites.render.fonts import BOLD, REGULAR, TABLE, FontFile, installed
from invites.words.catalogue import script

_ENTRY = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>")
#: in these scripts vowel signs are drawn before or around the letter that they follow
_REORDERING = ("Deva", "Thai")
_UNBROKEN = "\u00a0"
_SEMIBOLD = 600  # CSS weights from here on are set in the bold face


def finish(document: Document, pdf: pydyf.PDF) -> None:
    """WeasyPrint's `finisher`: completes the marks of a PDF that is about to be written."""
    for reference in pdf.page_references:
        close_up(_object(pdf, _object(pdf, reference)["Contents"]))
    texts = _texts_by_mark(document, pdf)
    tops = _object(pdf, pdf.catalog["StructTreeRoot"])["K"]
    for sheet in (kid for top in tops for kid in _kids(pdf, _object(pdf, top))):
        _name_languages(pdf, sheet, document.metadata.lang, texts)
    _repair_unicode(document, pdf)


def close_up(content: pydyf.Stream) -> None:
    """Drop the empty strings of TJ arrays. Behind one, PDFium forgets the last shift of the array: in Chrome the colon
    after a Hindi vowel sign stood on the sign."""
    content.stream = [
        item.replace(b"<>", b" ") if isinstance(item, bytes) and item.endswith(b"] TJ") else item
        for item in content.stream
    ]


def _texts_by_mark(document: Document, pdf: pydyf.PDF) -> Mapping[tuple[bytes, int], TextBox]:
    """(page reference, MCID) → the text box that is drawn there; its position names it in both worlds.

    On the way, text of a reordering script gets its /ActualText: no table of glyphs can give its order back.
    """
    found = {}
    for reference, page in zip(pdf.page_references, document.pages, strict=True):
        boxes = {_matrix(box): box for box in _text_boxes(page._page_box)}  # noqa: SLF001 - there is no public way
        content = _object(pdf, _object(pdf, reference)["Contents"])
        mark = None
        for item in content.stream:
            if isinstance(item, pydyf.Dictionary) and "MCID" in item:
                mark = item
            elif mark is not None and isinstance(item, bytes) and item.endswith(b" Tm"):
                found[reference, mark["MCID"]] = box = boxes[item]
                if script(box.style["lang"]) in _REORDERING:
                    mark["ActualText"] = pydyf.String(box.text)
                mark = None
    return found


def _text_boxes(box: object) -> Iterator[TextBox]:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box  # noqa: SLF001
    if isinstance(box, TextBox):
        yield box
    for child in box.children:  # type: ignore[attr-defined]
        yield from _text_boxes(child)


def _matrix(box: TextBox) -> bytes:
    """The text matrix that WeasyPrint writes for a box, as bytes of the content stream."""
    stream = pydyf.Stream()
    stream.set_text_matrix(1, 0, 0, -1, box.position_x, box.position_y + box.baseline)
    matrix: bytes = stream.stream[0]
    return matrix


def _object(pdf: pydyf.PDF, reference: bytes) -> pydyf.Object:
    return pdf.objects[int(reference.split()[0])]


def _name_languages(
    pdf: pydyf.PDF, element: pydyf.Dictionary, around: str, texts: Mapping[tuple[bytes, int], TextBox]
) -> None:
    """Write /Lang on an element that speaks mostly another language than what is around it, and on exceptions
    in it (ISO 32000-1 §14.9.2): without, a screen reader reads the translation as Indonesian."""
    letters = _letters(pdf, element, texts)
    if not letters:
        return
    main = max(letters, key=lambda language: letters[language])
    if main != around:
        element["Lang"] = pydyf.String(main)
    if len(letters) > 1:
        for kid in _kids(pdf, element):
            _name_languages(pdf, kid, main, texts)


def _letters(pdf: pydyf.PDF, element: pydyf.Dictionary, texts: Mapping[tuple[bytes, int], TextBox]) -> Counter[str]:
    """How many characters of each language stand in an element."""
    boxes = [texts[element["Pg"], kid] for kid in element["K"] if (element.get("Pg"), kid) in texts]
    counted = Counter[str]()
    for box in boxes:
        counted[box.style["lang"]] += len(box.text)
    for kid in _kids(pdf, element):
        counted.update(_letters(pdf, kid, texts))
    return counted


def languages_hold(document: Document, pdf: pydyf.PDF, varying: Container[int]) -> bool:
    """Whether every element of a finished PDF mostly speaks the language that it is marked with, however long the
    texts of the boxes with these ids become."""
    texts = _texts_by_mark(document, pdf)
    still = {mark: box for mark, box in texts.items() if id(box) not in varying}
    tops = _object(pdf, pdf.catalog["StructTreeRoot"])["K"]
    return all(_holds(pdf, sheet, texts, still) for top in tops for sheet in _kids(pdf, _object(pdf, top)))


def _holds(
    pdf: pydyf.PDF,
    element: pydyf.Dictionary,
    texts: Mapping[tuple[bytes, int], TextBox],
    still: Mapping[tuple[bytes, int], TextBox],
) -> bool:
    every, fixed = _letters(pdf, element, texts), _letters(pdf, element, still)
    if len(every) < 2:  # noqa: PLR2004 - one language is the main one at any length
        return True
    main = max(fixed, key=lambda language: fixed[language], default=None)
    if any(every[language] > fixed[language] and language != main for language in every):
        return False
    return all(_holds(pdf, kid, texts, still) for kid in _kids(pdf, element))


def _kids(pdf: pydyf.PDF, element: pydyf.Dictionary) -> Iterator[pydyf.Dictionary]:
    for kid in element["K"]:
        if isinstance(kid, bytes) and (child := _object(pdf, kid)).get("Type") == "/StructElem":
            yield child


def _repair_unicode(document: Document, pdf: pydyf.PDF) -> None:
    """Where a glyph stands for one character in the face's own table, say that one.

    WeasyPrint says the cluster in which it met the glyph first: "ำ" for every "า" of a Thai text. Faces of
    tens of thousands of Han letters need it for the space only: there a cluster is one letter, but one that does
    not break may come first.
    """
    whole = {face.family for face in TABLE.values() if face.leads}
    for font in document.fonts.values():
        file = installed().get((font.family, BOLD if font.weight >= _SEMIBOLD else REGULAR))
        if file is None:
            continue
        characters = {} if font.family in whole else _characters(file)
        for stream in _unicode_streams(pdf, font.name):
            stream.stream = [_repaired(line, characters) for line in stream.stream]


def _unicode_streams(pdf: pydyf.PDF, name: bytes) -> Iterator[pydyf.Stream]:
    for entry in pdf.objects:
        if isinstance(entry, pydyf.Dictionary) and entry.get("BaseFont") == name and "ToUnicode" in entry:
            yield _object(pdf, entry["ToUnicode"])


def _repaired(line: bytes, characters: Mapping[int, frozenset[str]]) -> bytes:
    match = _ENTRY.fullmatch(line)
    if match is None:
        return line
    said = bytes.fromhex(match[2].decode()).decode("utf-16-be")
    own = characters.get(int(match[1], 16)) or (frozenset(" ") if said == _UNBROKEN else None)
    if not own or (
        said != _UNBROKEN
        and unicodedata.normalize("NFKC", said) in {unicodedata.normalize("NFKC", each) for each in own}
    ):
        return line
    return b"<%s> <%s>" % (match[1], min(own).encode("utf-16-be").hex().encode())


@cache
def _characters(file: FontFile) -> Mapping[int, frozenset[str]]:
    """Glyph → the characters for which the face has it: several share one, as the strokes of a radical do."""
    with TTFont(file.path, fontNumber=file.index, lazy=True) as font:
        characters: dict[int, set[str]] = {}
        for code, name in font.getBestCmap().items():
            characters.setdefault(font.getGlyphID(name), set()).add(chr(code))
        return {glyph: frozenset(each) for glyph, each in characters.items()}
