"""What the HTML of a letter or mail shows: sheet by sheet, block by block, each with its language."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

#: a block of text goes on through these
_INLINE = ("a", "bdi", "span", "strong")
_VOID = ("br", "img", "meta")
_SHOWN = ("alt", "content", "href", "src", "title")


@dataclass(slots=True)
class Sheet:
    """What one sheet shows: its form, the languages that it speaks, its blocks with the language of each, and its
    attributes."""

    form: str
    languages: list[str] = field(default_factory=list)
    blocks: list[tuple[str, str]] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        """Every text of the sheet."""
        return [*(text for _, text in self.blocks), *self.attributes]

    def texts(self, language: str) -> list[str]:
        """The blocks in one language."""
        return [text for tag, text in self.blocks if tag == language]


class Reader(HTMLParser):
    """Collects sheets; what stands before them is in `outside`."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[Sheet] = []
        self.outside: list[str] = []
        self._open: list[tuple[str, str]] = [("", "")]
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag not in _INLINE:
            self._flush()
        if "data-form" in found:
            self.sheets.append(Sheet(form=found["data-form"]))
        if tag not in _VOID:
            self._open.append((tag, found.get("lang") or self._open[-1][1]))
        if tag in ("article", "div") and found.get("lang") and self.sheets:
            self.sheets[-1].languages.append(found["lang"])
        shown = [squeezed(found[name]) for name in _SHOWN if found.get(name)]
        (self.sheets[-1].attributes if self.sheets else self.outside).extend(shown)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self._flush()
        while tag in (name for name, _ in self._open) and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self._text += data

    def _flush(self) -> None:
        if (text := squeezed(self._text)) and self.sheets:
            self.sheets[-1].blocks.append((self._open[-1][1], text))
        elif text:
            self.outside.append(text)
        self._text = ""


def squeezed(text: str) -> str:
    """A text with every run of spaces and line ends as one space."""
    return " ".join(text.split())
