"""A letter can load nothing from a disk or a network: a canary server and a canary file get no visit."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pikepdf
import pytest

from invites.errors import RenderError
from invites.render.pdf import PdfRenderer

from .conftest import small

SECRET = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7z"/></svg>'


class Canary(ThreadingHTTPServer):
    """A server that remembers who came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.visits: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/canary.svg"


class Visit(BaseHTTPRequestHandler):
    server: Canary

    def do_GET(self) -> None:
        self.server.visits.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/svg+xml")
        self.end_headers()
        self.wfile.write(SECRET)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture
def canary() -> Iterator[Canary]:
    with Canary() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "canary.svg"
    path.write_bytes(SECRET)
    return path.as_uri()


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>x</title><image href="{url}"/></svg>'
BODIES = [
    '<img src="{url}" alt="x">',
    '<object data="{url}" type="image/svg+xml"></object>',
    '<embed src="{url}" type="image/svg+xml">',
    '<p style="background: url({url})">x</p>',
    '<p style="list-style-image: url({url}); display: list-item">x</p>',
    DRAWING,
]
HEADS = [
    '<link rel="stylesheet" href="{url}">',
    '<link rel="attachment" href="{url}">',
    "<style>@import url({url});</style>",
    "<style>@font-face {{ font-family: Canary; src: url({url}) }} body {{ font-family: Canary }}</style>",
    "<style>body {{ background: url({url}) }}</style>",
    "<style>article::before {{ content: url({url}) }}</style>",
]


@pytest.mark.parametrize("place", ["file", "http"])
@pytest.mark.parametrize("markup", BODIES + HEADS)
def test_an_address_in_the_html_ends_the_render_unvisited(
    markup: str, place: str, renderer: PdfRenderer, canary: Canary, file: str
) -> None:
    filled = markup.format(url=file if place == "file" else canary.url)
    letter = small("Isi", head=filled) if markup in HEADS else small(filled)
    with pytest.raises(RenderError) as caught:
        renderer.render(letter)
    assert caught.value.key == "letter_address"
    assert caught.value.fields["code"] == "XX"
    assert canary.visits == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("more.css", "body {{ background: url({url}) }}"),
        ("more.css", "@import url({url});"),
        ("picture.svg", DRAWING),
    ],
)
def test_an_address_in_a_style_sheet_or_a_drawing_ends_it_too(
    name: str, content: str, renderer: PdfRenderer, canary: Canary, file: str
) -> None:
    for url in (file, canary.url):
        assets = {"picture.svg": SECRET, name: content.format(url=url).encode()}
        with pytest.raises(RenderError) as caught:
            renderer.render(small('<img src="asset:picture.svg" alt="x">', assets=assets))
        assert (caught.value.key, caught.value.fields["what"]) == ("letter_address", url)
    assert canary.visits == []


def test_a_base_address_makes_no_relative_name_loadable(renderer: PdfRenderer, canary: Canary) -> None:
    with pytest.raises(RenderError):
        renderer.render(small('<img src="canary.svg" alt="x">', head=f'<base href="{canary.url}">'))
    assert canary.visits == []


def test_an_asset_that_was_not_brought_along_is_named(renderer: PdfRenderer) -> None:
    with pytest.raises(RenderError) as caught:
        renderer.render(small('<img src="asset:gone.svg" alt="x">'))
    assert caught.value.fields == {"event": "jakarta", "code": "XX", "what": "asset:gone.svg"}


def test_a_drawing_uses_no_part_of_another_file(renderer: PdfRenderer, canary: Canary) -> None:
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><use href="{canary.url}#a"/></svg>'
    renderer.render(small('Isi <img src="asset:p.svg" alt="x">', assets={"p.svg": drawing.encode()}))
    assert canary.visits == []


def test_data_addresses_are_no_assets(renderer: PdfRenderer) -> None:
    with pytest.raises(RenderError):
        renderer.render(small('<img src="data:image/svg+xml,%3Csvg/%3E" alt="x">'))


def test_an_asset_is_drawn(renderer: PdfRenderer, tmp_path: Path) -> None:
    picture = SECRET.replace(b"<path", b'<path fill="#123456"')
    made = renderer.render(small('Isi <img src="asset:p.svg" alt="x">', assets={"p.svg": picture}))
    path = tmp_path / "made.pdf"
    path.write_bytes(made.pdf)
    with pikepdf.open(path) as pdf:
        assert b"0.070588 0.203922 0.337255 rg" in pdf.pages[0].Contents.read_bytes()


def test_two_letters_keep_their_own_picture_of_one_name(renderer: PdfRenderer) -> None:
    def picture(colour: str) -> bytes:
        return SECRET.replace(b"<path", f'<path fill="{colour}"'.encode())

    body = '<img src="asset:qr.svg" alt="x"> Isi'
    first, second = (renderer.render(small(body, assets={"qr.svg": picture(c)})).pdf for c in ("#000", "#fff"))
    assert first != second
