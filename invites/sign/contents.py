"""What in a PDF can act, hide or carry something: scripts, actions, files, layers, links, notes on the page."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf

_MOST_OBJECTS = 200_000
#: ISO 32000-2 table 201 without those that only move about in the document; URI is named with its address
_ACTIONS = {
    "/GoToR", "/GoToE", "/GoToDp", "/Launch", "/Sound", "/Movie", "/Hide", "/SubmitForm", "/ResetForm", "/ImportData",
    "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView", "/RichMediaExecute", "/Thread", "/Named",
}  # fmt: skip
_PLAIN_ANNOTATIONS = {"/Link", "/Widget", "/Popup"}
_KEYS = {
    "/JS": "JavaScript", "/XFA": "XFA", "/OCProperties": "layers", "/EF": "a file", "/RichMediaContent": "media",
    "/Collection": "a portfolio",
}  # fmt: skip


def additions(pdf: pikepdf.Pdf) -> frozenset[str]:
    """Short names of all that is there, links with their address. What streams hold is not decoded.

    ValueError when there are more objects than a letter could have.
    """
    return frozenset(name for item in _dictionaries(pdf) for name in _named(item))


def _named(item: pikepdf.Object) -> Iterator[str]:
    yield from (name for key, name in _KEYS.items() if key in item)
    action, kind, annotation = (item.get(key) for key in ("/S", "/Type", "/Subtype"))
    if action == "/JavaScript":
        yield "JavaScript"
    elif action in _ACTIONS and kind in {None, "/Action"}:
        yield str(action)[1:]
    elif action == "/URI":
        yield f"URI {item.get('/URI')}"
    if kind == "/EmbeddedFile":
        yield "a file"
    if isinstance(item, pikepdf.Stream) and ("/F" in item or "/Ref" in item):
        yield "content of another file"
    if "/Rect" in item and annotation is not None and annotation not in _PLAIN_ANNOTATIONS:
        yield f"annotation {str(annotation)[1:]}"
    if annotation == "/Widget" and item.get("/FT", pikepdf.Name.Sig) != "/Sig":
        yield "a form field"


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary in the file as it is now, each once; streams are dictionaries too."""
    count = 0
    waiting: list[pikepdf.Object] = [pdf.trailer, *pdf.objects]
    while waiting:
        count += 1
        if count > _MOST_OBJECTS:
            raise ValueError("more objects than a letter has")
        item = waiting.pop()
        if isinstance(item, pikepdf.Array):
            inside = list(item)
        elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            yield item
            inside = [value for _, value in item.items()]
        else:
            continue
        waiting += [value for value in inside if not getattr(value, "is_indirect", True)]  # numbers are plain ones
