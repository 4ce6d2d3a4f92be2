"""products.csv beside an event file → the products of its annex, with every problem by cell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from invites.model.event import Product, ProductGroup
from invites.model.recipient import Problem
from invites.validate import hygiene
from invites.validate.columns import SEPARATORS
from invites.validate.limits import MAX_FILE
from invites.validate.rules import found, quoted
from invites.validate.table import Place, Row, Table, as_text, table_of
from invites.validate.text_file import decoded

FILE = "products.csv"
COLUMNS = (
    "group",
    "name_id",
    "name_en",
    "maker",
    "place",
    "price_from",
    "price_to",
    "minimum_order",
    "export",
    "picture",
)
REQUIRED = ("group", "name_id", "name_en", "maker", "place", "price_from", "minimum_order", "export")
#: more would be a catalogue, and no annex
MOST = 48

_NAME = re.compile(r"name_([a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?)")
_AMOUNT = re.compile(r"[0-9]{1,3}(?:[. ][0-9]{3})+|[0-9]{1,12}")
_YES_NO = {"ya": True, "yes": True, "true": True, "tidak": False, "no": False, "false": False}
_PICTURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}\.(?:svg|png|jpg)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsResult:
    """The rows without fault, every problem of the file, and the bytes that the annex is made from: the table and
    the pictures that it names."""

    products: tuple[Product, ...] = ()
    problems: tuple[Problem, ...] = ()
    contents: tuple[bytes, ...] = ()


def read_products(folder: Path) -> ProductsResult:
    """Read the products of the event in `folder`. Never raises for what the file holds."""
    place = Place(file=quoted(f"{folder.name}/{FILE}"))
    try:
        with (folder / FILE).open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError:
        return ProductsResult(problems=(found("E110.no_products", place),))
    table = _table(place.file, content)
    if table is None:
        return ProductsResult(problems=(found("E111.unreadable", place),))
    header = [as_text(cell).strip() for cell in table.header.cells]
    if problems := tuple(_header_faults(table, header)):
        return ProductsResult(problems=problems)
    if not table.rows or len(table.rows) > MOST:
        rule = "E111.too_many" if table.rows else "E110.no_products"
        return ProductsResult(problems=(found(rule, place, count=len(table.rows), most=MOST),))
    readers = [_RowReader(table, header, row, folder) for row in table.rows]
    products = tuple(product for reader in readers if (product := reader.product()))
    return ProductsResult(
        products=products,
        problems=tuple(problem for reader in readers for problem in reader.problems),
        contents=(content, *((folder / product.picture).read_bytes() for product in products if product.picture)),
    )


def _table(file: str, content: bytes) -> Table | None:
    text, fault = decoded(content) if len(content) <= MAX_FILE else (None, "")
    if text is None or fault:
        return None
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    try:
        return table_of(file, list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)))
    except csv.Error:
        return None


def _header_faults(table: Table, header: list[str]) -> Iterator[Problem]:
    first = table.at(table.header.number, 0)
    yield from (found("E111.missing_column", first, name=name) for name in REQUIRED if name not in header)
    for position, name in enumerate(header):
        if name and (header.index(name) != position or not (name in COLUMNS or _NAME.fullmatch(name))):
            yield found("E111.unknown_column", table.at(table.header.number, position), name=name)


@dataclass(slots=True)
class _RowReader:
    """Reads one row and notes what is wrong with its cells."""

    table: Table
    header: list[str]
    row: Row
    folder: Path
    problems: list[Problem] = field(default_factory=list)

    def product(self) -> Product | None:
        """The row as a product; None when a cell keeps it from being one. `problems` is complete after this."""
        texts = {name: self._text(name) for name in self.header if name}
        group = self._choice(texts["group"])
        price_from = self._amount("price_from", texts["price_from"])
        price_to = self._amount("price_to", texts.get("price_to", ""))
        if price_from is not None and price_to is not None and price_to < price_from:
            self._blame("E112.order", "price_to", texts["price_to"])
        minimum = self._amount("minimum_order", texts["minimum_order"])
        export = self._yes_no(texts["export"])
        picture = self._picture(texts.get("picture", ""))
        if self.problems or group is None or price_from is None or minimum is None:
            return None
        return Product(
            group=group,
            names=_names(texts),
            maker=texts["maker"],
            place=texts["place"],
            price_from=price_from,
            price_to=price_to if price_to != price_from else None,
            minimum_order=minimum,
            export_ready=export,
            picture=picture,
        )

    def _text(self, column: str) -> str:
        position = self.header.index(column)
        text = as_text(self.row.cells[position]).strip() if position < len(self.row.cells) else ""
        if not text and column in REQUIRED:
            self._blame("E112.missing", column, text)
        elif hygiene.faults(text):
            self._blame("E112.text", column, text)
        return text

    def _choice(self, text: str) -> ProductGroup | None:
        group = next((group for group in ProductGroup if group == text.casefold()), None)
        if text and group is None:
            self._blame("E112.choice", "group", text)
        return group

    def _amount(self, column: str, text: str) -> int | None:
        """A whole number above nought, as 250000 or 250.000."""
        amount = int(re.sub(r"[. ]", "", text)) if _AMOUNT.fullmatch(text) else 0
        if text and not amount:
            self._blame("E112.number", column, text)
        return amount or None

    def _yes_no(self, text: str) -> bool:
        answer = _YES_NO.get(text.casefold())
        if text and answer is None:
            self._blame("E112.yes_no", "export", text)
        return bool(answer)

    def _picture(self, text: str) -> str:
        if text and not (_PICTURE.fullmatch(text) and (self.folder / text).is_file()):
            self._blame("E112.picture", "picture", text)
        return text

    def _blame(self, rule: str, column: str, text: str) -> None:
        place = self.table.at(self.row.number, self.header.index(column), column)
        choices = ", ".join(ProductGroup)
        self.problems.append(found(rule, place, entry=column, text=text, choices=choices))


def _names(texts: Mapping[str, str]) -> dict[str, str]:
    return {match[1]: text for name, text in texts.items() if text and (match := _NAME.fullmatch(name))}
