"""One letter laid out as the skeleton of many: their strings are set in one small document and put into its slots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from xml.etree.ElementTree import Element

from weasyprint import CSS, HTML
from weasyprint.formatting_structure.boxes import ReplacedBox
from weasyprint.pdf.fonts import Font
from weasyprint.urls import FatalURLFetchingError

from invites.model.message import Letter
from invites.render.assets import Assets
from invites.render.bounds import sticking_out
from invites.render.edition import Content, Edition, Shown
from invites.render.engine import VARIANT, Engine, complaints
from invites.render.fonts import families
from invites.render.freeze import Frozen, paint
from invites.render.marks import languages_hold
from invites.render.proof import Expected, compare
from invites.render.runs import NEAR, Pen, Place, Unsuitable, alone, families_of, place, places, slots_on, starts
from invites.render.slots import MARK, Cut, same_strings

#: on the sheet of strings the ancestors of a slot lend it their style and nothing else
_CHAIN = "data-chain"
_PLAIN = "display: block !important; margin: 0 !important; padding: 0 !important; border: 0 none !important;"
_SHEET = f"""
@page {{ size: 2000px 1000000px; margin: 0 !important; background: none !important }}
[{_CHAIN}], [{MARK}] {{ {_PLAIN} width: auto !important; height: auto !important; position: static !important;
  float: none !important; break-before: auto !important; page: auto !important; background: none !important }}
"""
#: what a letter comes to: its PDF, why it must be rendered in full, or None: its lines fall otherwise
Outcome = bytes | Unsuitable | None


@contextmanager
def _catchable() -> Iterator[None]:
    """WeasyPrint's fatal error is none that `except Exception` sees: it would cost all letters of a task theirs."""
    try:
        yield
    except FatalURLFetchingError as error:
        raise Unsuitable(f"an address that it did not bring along: {error}") from error


class Skeleton:
    """Unsuitable when the letter can't be one. `blocks` are the page (from 0) and the place of each slot."""

    @_catchable()
    def __init__(self, engine: Engine, letter: Letter, slots: Cut) -> None:
        self._engine = engine
        self._slots = slots
        self._families = frozenset(families(letter.languages))
        with complaints() as found:
            self._laid = engine.lay_out(letter)
        document = self._laid.document
        if found or self._laid.refused or len(document.pages) != letter.sheets or sticking_out(document):
            raise Unsuitable("a letter that has faults of its own")
        if self._laid.smaller:  # for its own long strings: others' sheets would fit as they are
            raise Unsuitable("a letter that is set smaller than others")
        self.blocks: list[tuple[int, Place]] = []
        self._pictures: list[tuple[int, ReplacedBox]] = []
        self._elements: list[Element] = []
        for number, page in enumerate(document.pages):
            for box in slots_on(page):
                if isinstance(box, ReplacedBox):
                    self._pictures.append((number, box))
                else:
                    self.blocks.append((number, place(box, page)))
                    self._elements.append(box.element)
        if (len(self.blocks), len(self._pictures)) != (len(slots.blocks), len(slots.pictures)):
            raise Unsuitable("slots that are no blocks")
        self._directions = [self._direction(element) for element in self._elements]
        widths = (f'[{_CHAIN}="{n}"] {{ width: {each.width}px !important }}' for n, (_, each) in enumerate(self.blocks))
        self._sheet = CSS(string=_SHEET + "\n".join(widths), url_fetcher=Assets({}))
        if not self.suits(slots):
            raise Unsuitable("strings whose lines fall otherwise by themselves")

    @_catchable()
    def suits(self, letter: Cut) -> bool:
        """Whether the lines of a letter fall as in this skeleton. Unsuitable when they do and can't be shown."""
        found = self._set_strings(list(enumerate(letter.blocks)))
        if not self._fits(letter, found):
            return False
        pen = Pen({})
        for content, each in found.items():
            if isinstance(shown := self._shown(content, each, pen), Unsuitable):
                raise shown
        return True

    @_catchable()
    def set(self, letters: Sequence[Cut], least: int = 1) -> list[Outcome]:
        """The PDFs of letters of this skeleton, unless fewer than `least` are. The first, which suits, decides with the
        others what the bytes are, whoever's layout this is: their fonts hold the glyphs of them all and no more."""
        contents = list(dict.fromkeys(content for cut in letters for content in enumerate(cut.blocks)))
        found = self._set_strings(contents)
        fitting = [self._fits(cut, found) for cut in letters]
        if sum(fitting) < least:
            return [Unsuitable("its lines fall as those of few others") if fits else None for fits in fitting]
        used = {
            content for cut, fits in zip(letters, fitting, strict=True) if fits for content in enumerate(cut.blocks)
        }
        self._take_in([found[content] for content in enumerate(letters[0].blocks)])
        self.edition = self._edition({content: found[content] for content in contents if content in used})
        return [self.edition.letter(cut) if fits else None for cut, fits in zip(letters, fitting, strict=True)]

    @_catchable()
    def vouch(self, letter: Letter, pdf: bytes) -> None:
        """Unsuitable unless this letter, rendered in full, has the same content, links and structure as the PDF that
        was made of it last."""
        if self.edition.frozen is None:
            return
        laid = self._engine.lay_out(letter)
        with complaints() as found:
            whole = paint(laid.document, VARIANT)
        if found or laid.refused:
            raise Unsuitable("a letter that has faults of its own")
        compare(pdf, self.edition.frozen, whole)

    def _fits(self, letter: Cut, found: Mapping[Content, Place]) -> bool:
        return all(
            found[content].shape == home.shape
            for content, (_, home) in zip(enumerate(letter.blocks), self.blocks, strict=True)
        )

    def _take_in(self, strings: Sequence[Place]) -> None:
        """Put strings of the same shape into the slots of the layout: what is painted of a slot is cut out again, but
        its glyphs stay in the fonts."""
        for n, ((page, home), own) in enumerate(zip(self.blocks, strings, strict=True)):
            runs = []
            for there, run in zip(home.runs, own.runs, strict=True):
                there.box.text, there.box.pango_layout = run.text, run.box.pango_layout
                there.box.position_x, there.box.width = home.x + run.x, run.width
                runs.append(replace(there, text=run.text, x=run.x, width=run.width))
            self.blocks[n] = page, replace(home, runs=tuple(runs))

    def _edition(self, found: Mapping[Content, Place]) -> Edition:
        fonts: dict[int, Font] = {}
        pen = Pen(fonts)
        shown = {content: self._shown(content, each, pen) for content, each in found.items()}
        return Edition(frozen=self._freeze(fonts) if fonts else None, shown=shown)

    def _set_strings(self, contents: Sequence[Content]) -> Mapping[Content, Place]:
        """Every string in the style of its slot and as wide as that, below one another on one long page."""
        parts = []
        for n, element in enumerate(self._elements):
            opening, closing = self._chain(element, n)
            inside = (
                block.html.replace(f" {MARK}", f' id="{MARK}-{number}" {MARK}="{MARK}-{number}"', 1)
                for number, (slot, block) in enumerate(contents)
                if slot == n
            )
            parts.append(f"{opening}{''.join(inside)}{closing}")
        root = self._laid.html.etree_element
        html = HTML(
            string=f"<!DOCTYPE html><html {_attributes(root)}><body>{''.join(parts)}</body></html>",
            url_fetcher=Assets({}),
        )
        with complaints() as found:
            document = self._engine.render(html, [*self._laid.styles, self._sheet])
        if found or len(document.pages) != 1:
            raise Unsuitable("strings that make more than a page")
        by_mark = places(document.pages[0])
        if len(by_mark) != len(contents):
            raise Unsuitable("strings that are no blocks of their own")
        return {content: by_mark[f"{MARK}-{number}"] for number, content in enumerate(contents)}

    def _shown(self, content: Content, found: Place, pen: Pen) -> Shown | Unsuitable:
        """A string among all others and alone, in the style of the skeleton's own. Unsuitable, returned, when it is
        none for its slot."""
        n, block = content
        home = self.blocks[n][1]
        try:
            if not same_strings([run.text for run in found.runs], block.texts):
                raise Unsuitable("a slot that shows another string")
            if any(run.x < -NEAR or run.x + run.width > home.width + NEAR for run in found.runs):
                raise Unsuitable("a string that is too wide for its slot")
            lines = [alone(run.text, own.box) for run, own in zip(found.runs, home.runs, strict=True)]
            if not {family for line, _ in lines for family in families_of(line)} <= self._families:
                raise Unsuitable("a face of none of the letter's languages")
            edges = starts(home.runs, [width for _, width in lines], home.width, self._directions[n])
            expected = [
                Expected(operators=pen.draw_alone(line), x=x, y=own.y, text=run.text)
                for (line, _), x, own, run in zip(lines, edges, home.runs, found.runs, strict=True)
            ]
            operators = [pen.draw(run.box) for run in found.runs]
        except Unsuitable as reason:
            return reason
        return Shown(place=found, operators=tuple(operators), expected=tuple(expected))

    def _freeze(self, fonts: dict[int, Font]) -> Frozen:
        document = self._laid.document
        document.fonts = fonts
        with complaints() as found:
            pdf = paint(document, VARIANT)
        if found or self._laid.refused or any(font.missing or 0 in font.to_unicode for font in fonts.values()):
            raise Unsuitable("a letter that has faults of its own")
        if {font.family for font in fonts.values()} != self._families:
            raise Unsuitable("faces that are not those of the letter's languages")
        if not languages_hold(document, pdf, {id(run.box) for _, each in self.blocks for run in each.runs}):
            raise Unsuitable("slots that could change the language of what is around them")
        pictures = [(n, box, own) for (n, box), own in zip(self._pictures, self._slots.pictures, strict=True)]
        return Frozen(pdf, document, self._slots.title, self.blocks, pictures)

    def _chain(self, element: Element, slot: int) -> tuple[str, str]:
        """The opening and the closing tags of a slot's ancestors below the body; the last is as wide as the slot."""
        chain = list(self._ancestors(element))
        names = ["", *[""] * (len(chain) - 2), str(slot)][-len(chain) :]
        tags = [f'<{each.tag} {_attributes(each)} {_CHAIN}="{name}">' for each, name in zip(chain, names, strict=True)]
        return "".join(tags), "".join(f"</{each.tag}>" for each in reversed(chain))

    def _ancestors(self, element: Element) -> Iterator[Element]:
        root = self._laid.html.etree_element
        above = {child: parent for parent in root.iter() for child in parent}
        found = []
        while (element := above[element]).tag != "body":
            found.append(element)
        return reversed(found)

    def _direction(self, element: Element) -> str:
        """The direction of a block: its own, or the nearest above it that says one."""
        for each in (element, *reversed(list(self._ancestors(element)))):
            if each.get("dir") in {"ltr", "rtl"}:
                return str(each.get("dir"))
        return "ltr"


def _attributes(element: Element) -> str:
    return " ".join(f'{name}="{escape(value)}"' for name, value in element.attrib.items() if name != "style")
