"""The letter in the words of Typst, to compare with: the same texts, tables, code and links."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

from weasyprint import HTML

from invites.model.message import Letter
from invites.render.fonts import LATIN, face_for
from invites.render.slots import MARK, cut

_HEAD = """#set document(title: sys.inputs.title, author: "Pemerintah Provinsi Kalimantan Selatan", date: none)
#set page(paper: "a4", margin: (x: 21mm, top: 18mm, bottom: 12mm), background: {
  place(top, image("sasirangan.svg", width: 210mm, height: 10mm))
  place(bottom, image("seam.svg", width: 210mm, height: 3mm)) })
#set par(leading: 0.55em, spacing: 0.85em)
#set text(size: 9.6pt, fill: rgb("1c1c1c"), hyphenate: false)
#show heading: set text(size: 1em)
#show heading: set block(above: 0pt, below: 0.5em)
#set table(stroke: none, inset: (x: 0.35em, y: 0.22em))
"""


class Typst:
    """A compiler that keeps fonts and the template, and gets each letter's strings as inputs."""

    def __init__(self, letter: Letter, folder: Any) -> None:
        root = HTML(string=letter.html).etree_element
        for name in ("sasirangan.svg", "seam.svg"):
            (folder / name).write_bytes(letter.assets[name])
        (folder / "letter.typ").write_text(_HEAD + _Source().all_of(root), encoding="utf-8")
        typst = importlib.import_module("typst")  # no dependency of ours: `.venv/bin/uv pip install typst`
        self._compiler = typst.Compiler(
            str(folder / "letter.typ"), font_paths=["/usr/share/fonts"], ignore_system_fonts=True
        )

    def render(self, letter: Letter) -> bytes:
        """The PDF, tagged to PDF/UA-1 as ours."""
        slots = cut(letter)
        assert slots is not None
        inputs = {"title": slots.title, "qr": letter.assets["qr.svg"].decode()}
        for n, block in enumerate(slots.blocks):
            inputs |= {f"b{n}t{m}": text for m, text in enumerate(block.texts)}
            inputs |= {f"b{n}a": target for target in block.targets}
        inputs |= {f"alt{n}": picture.alt for n, picture in enumerate(slots.pictures)}
        made = self._compiler.compile(sys_inputs=inputs, pdf_standards="ua-1")
        assert isinstance(made, bytes)
        return made


class _Source:
    def __init__(self) -> None:
        self._blocks = self._pictures = -1
        self._slot: Iterator[str] | None = None

    def all_of(self, root: Any) -> str:
        sheets = [element for element in root.iter("section") if element.get("class") == "sheet"]
        return "\n#pagebreak()\n".join(self.children(sheet) for sheet in sheets)

    def children(self, element: Any) -> str:
        parts = [self.text(element.text)]
        for child in element:
            parts += [self.element(child), self.text(child.tail)]
        return "".join(parts)

    def text(self, text: str | None) -> str:
        if not text or not text.strip():
            return " " if text else ""
        if self._slot is not None:
            return f"#sys.inputs.{next(self._slot)}"
        return '#"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def element(self, element: Any) -> str:
        if element.get(MARK) is not None and element.tag != "img":
            self._blocks += 1
            self._slot = (f"b{self._blocks}t{n}" for n in range(99))
            try:
                return self._shaped(element)
            finally:
                self._slot = None
        return self._shaped(element)

    def _shaped(self, element: Any) -> str:
        kind = element.get("class", "")
        shapes: dict[str, Callable[[Any], str]] = {
            "article": self._article, "table": self._table, "a": self._link, "img": self._image, "ol": self._list,
            "h1": self._heading, "h2": self._heading, "header": self._header,
        }  # fmt: skip
        if kind in {"top", "rsvp", "end"}:
            return self._columns(element, kind)
        if element.tag in shapes:
            return shapes[element.tag](element)
        if element.tag in {"p", "div"}:
            content = self.children(element)
            space = "#v(14mm)\n" if kind == "signed" else ""
            return f"\n\n{space}{content}\n\n"
        return self.children(element)

    def _article(self, element: Any) -> str:
        language = element.get("lang")
        fonts = dict.fromkeys((LATIN.family, face_for(language).family))
        order = list(fonts)[::-1] if face_for(language).leads else list(fonts)
        names = ", ".join(f'"{name}"' for name in order)
        code, _, region = language.partition("-")
        extra = f', region: "{region}"' if len(region) == 2 else ""
        size = ", size: 9.2pt" if element.get("dir") == "rtl" or face_for(language).leads else ""
        return f'[#set text(lang: "{code}"{extra}, font: ({names},){size})\n{self.children(element)}]'.replace(
            "[", "#[", 1
        )

    def _columns(self, element: Any, kind: str) -> str:
        widths = {"top": "(1fr, 78mm)", "rsvp": "(1fr, 27mm)", "end": "(1fr, 78mm)"}[kind]
        cells = ", ".join(f"[{self.children(child)}]" for child in element)
        grid = f"grid(columns: {widths}, column-gutter: 4mm, {cells})"
        if kind == "rsvp":
            box = 'fill: rgb("f6f1e5"), width: 100%, inset: 2.5mm, stroke: (left: 1.2mm + rgb("b9852f"))'
            return f"\n#block({box}, {grid})\n"
        return f"\n#{grid}\n"

    def _table(self, element: Any) -> str:
        rows = [[cell for cell in row if cell.tag in {"th", "td"}] for row in element.iter("tr")]
        columns = max(sum(int(cell.get("colspan", 1)) for cell in row) for row in rows)
        cells = []
        for cell in (cell for row in rows for cell in row):
            spans = [f"{name}: {cell.get(name)}" for name in ("colspan", "rowspan") if cell.get(name)]
            cells.append(f"table.cell({', '.join(spans)})[{self.children(cell)}]")
        return f"\n#table(columns: ({'auto, ' * (columns - 1)}1fr), {', '.join(cells)})\n"

    def _link(self, element: Any) -> str:
        target = f"sys.inputs.b{self._blocks}a" if self._slot is not None else f'"{element.get("href")}"'
        return f"#link({target})[{self.children(element)}]"

    def _image(self, element: Any) -> str:
        self._pictures += 1
        return f'#image(bytes(sys.inputs.qr), format: "svg", width: 27mm, alt: sys.inputs.alt{self._pictures})'

    def _list(self, element: Any) -> str:
        return f"\n#enum({', '.join(f'[{self.children(item)}]' for item in element)})\n"

    def _heading(self, element: Any) -> str:
        return f"#heading(level: {element.tag[1]})[{self.children(element)}]"

    def _header(self, element: Any) -> str:
        name = " ".join("".join(element.itertext()).split()).upper()
        return (
            f'\n#align(center, text(size: 15pt, weight: "bold", fill: rgb("153f3b"), font: "{LATIN.family}", '
            f'tracking: 0.09em)[{name}])\n#line(length: 100%, stroke: 0.9mm + rgb("153f3b"))\n'
        )
