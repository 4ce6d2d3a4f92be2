"""Whatever in a PDF can act, hide or carry something is named."""

from __future__ import annotations

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream

from invites.sign import contents


@pytest.fixture
def pdf() -> pikepdf.Pdf:
    made = pikepdf.new()
    made.add_blank_page()
    return made


def test_an_empty_page_holds_nothing(pdf: pikepdf.Pdf) -> None:
    assert contents.additions(pdf) == frozenset()


@pytest.mark.parametrize(
    ("item", "name"),
    [
        (Dictionary(S=Name.JavaScript), "JavaScript"),
        (Dictionary(JS="app.alert(1)"), "JavaScript"),
        (Dictionary(S=Name.Launch), "Launch"),
        (Dictionary(Type=Name.Action, S=Name.GoToE), "GoToE"),
        (Dictionary(S=Name.URI, URI="https://a.example"), "URI https://a.example"),
        (Dictionary(EF=Dictionary()), "a file"),
        (Dictionary(Type=Name.EmbeddedFile), "a file"),
        (Dictionary(XFA=Array()), "XFA"),
        (Dictionary(Collection=Dictionary()), "a portfolio"),
        (Dictionary(OCProperties=Dictionary()), "layers"),
        (Dictionary(RichMediaContent=Dictionary()), "media"),
        (Dictionary(Subtype=Name.Stamp, Rect=Array([0, 0, 9, 9])), "annotation Stamp"),
        (Dictionary(Subtype=Name.Widget, FT=Name.Btn), "a form field"),
    ],
)
def test_each_kind_is_named_however_deep_it_lies(pdf: pikepdf.Pdf, item: pikepdf.Object, name: str) -> None:
    pdf.Root.Deep = Dictionary(Deeper=Array([1, Array([item])]))
    assert contents.additions(pdf) == {name}


@pytest.mark.parametrize("key", ["/F", "/Ref"])
def test_content_that_lies_in_another_file_is_named(pdf: pikepdf.Pdf, key: str) -> None:
    stream = Stream(pdf, b"")
    stream[key] = Dictionary()
    pdf.Root.Deep = pdf.make_indirect(stream)
    assert contents.additions(pdf) == {"content of another file"}


@pytest.mark.parametrize(
    "item",
    [
        Dictionary(S=Name.GoTo),
        Dictionary(Type=Name.StructElem, S=Name.Link),
        Dictionary(Type=Name.StructElem, S=Name.Sound),
        Dictionary(Subtype=Name.Widget, FT=Name.Sig, Rect=Array([0, 0, 9, 9])),
        Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 9, 9])),
        Dictionary(F=4),
    ],
)
def test_what_moves_about_in_the_letter_or_signs_it_is_not(pdf: pikepdf.Pdf, item: pikepdf.Object) -> None:
    pdf.Root.Deep = item
    assert contents.additions(pdf) == frozenset()


def test_more_objects_than_a_letter_has_are_not_looked_through(
    pdf: pikepdf.Pdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "_MOST_OBJECTS", 100)
    pdf.Root.Deep = Array([Dictionary() for _ in range(101)])
    with pytest.raises(ValueError, match="more objects"):
        contents.additions(pdf)
