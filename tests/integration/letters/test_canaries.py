"""Nothing that a list, an event file, a catalogue or a template says reads a file, opens a socket or runs code."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from invites.compose.letter import compose_documents
from invites.errors import RenderError, TemplateError
from invites.model.batch import Invitation
from invites.model.event import Event
from invites.model.link import Link
from invites.model.message import Form, Letter
from invites.model.recipient import Recipient
from invites.track import links
from invites.validate.products import read_products
from invites.validate.reader import read_list
from invites.words.catalogue import Catalogues
from invites.words.jinja import Templates

from .test_sixteen import KEY, LIST, ROOT, as_chrome_reads, house, renderer, shipped, squeezed

NAME = "kenari.svg"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7z"/></svg>'
#: what one tries: tags, an attribute's end, CSS, a template's and a format string's own signs
HOSTILE = "\"'><img src={url}></style></title><link rel=attachment href={url}>{{{{7*7}}}}{{%raw%}}{{0.__class__}}%s"
SHORT = "<img src={url}>"
CODE = "AU"
#: audit events (PEP 578) that a letter has no use for
FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")


class Canary(ThreadingHTTPServer):
    """A server that remembers who came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.visits: list[str] = []


class Visit(BaseHTTPRequestHandler):
    server: Canary

    def do_GET(self) -> None:
        self.server.visits.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/svg+xml")
        self.end_headers()
        self.wfile.write(DRAWING)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    with Canary() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def urls(canary: Canary, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    file = tmp_path_factory.mktemp("k") / NAME
    file.write_bytes(DRAWING)
    return {"file": file.as_uri(), "http": f"http://127.0.0.1:{canary.server_address[1]}/{NAME}"}


_watching: list[list[str]] = []


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if not _watching:
        return
    if event in FORBIDDEN or (event == "open" and NAME in str(args[0])):
        _watching[-1].append(f"{event} {args}")


sys.addaudithook(_hear)


@contextmanager
def watched(canary: Canary) -> Iterator[None]:
    """Holds that meanwhile nothing is asked of the file, a network or a shell."""
    heard: list[str] = []
    before = len(canary.visits)
    _watching.append(heard)
    try:
        yield
    finally:
        _watching.pop()
    assert heard == []
    assert canary.visits[before:] == []


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """WeasyPrint looks for its libraries when it starts, by a shell."""
    renderer().render(clean()[Form.letter])


def test_the_watch_hears_a_file_and_a_socket(canary: Canary, urls: Mapping[str, str]) -> None:
    from urllib.request import urlopen  # noqa: PLC0415 - only here is anything fetched

    for url in urls.values():
        with pytest.raises(AssertionError), watched(canary):
            urlopen(url).close()  # noqa: S310 - our own canary


@cache
def event() -> Event:
    products = read_products(ROOT / "templates/events/jakarta").products
    assert products
    return replace(shipped("jakarta"), products=products, copies=("Menteri Luar Negeri",))


@cache
def recipient() -> Recipient:
    listed = read_list(LIST, catalogues=house()[0], today=date(2024, 1, 8)).recipients
    found = next(each for each in listed if each.code == CODE)
    return replace(found, head_name="Jane Example", address_lines=("Jalan Contoh 1",), honorific="Dr.")


def letters(whose: Recipient, what: Event, words: tuple[Catalogues, Templates] | None = None) -> dict[Form, Letter]:
    """Every form that there is."""
    catalogues, templates = words or house()
    invitation = Invitation(event=what.slug, code=CODE, revision=2, number=what.letter.number, recipient=whose)
    link: Link = links.derive([KEY], "https://undangan.kalselprov.example", what.slug, CODE)
    found = {}
    for form in Form:
        made = compose_documents(
            what,
            invitation,
            link,
            templates=templates,
            catalogues=catalogues,
            wanted=(form,),
            previous=("500.2/0099/DISDAG/2024", date(2024, 1, 9)),
            esign="BSrE",
            verification="undangan.kalselprov.example/v/abcd",
        )
        found.update({letter.form: letter for letter in made})
    assert set(found) == set(Form)
    return found


class Tags(HTMLParser):
    """The elements of a page with the addresses that they load or lead to, and the text on its paper."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: Counter[tuple[str, ...]] = Counter()
        self.text = ""
        self._in_title = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title"
        loads = [str(value) for name, value in attrs if name in ("src", "data", "style", "srcset", "background")]
        self.found[tag, *sorted(name for name, _ in attrs), *loads] += 1

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if not self._in_title:
            self.text += data


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in a frozen value texts stand that a person typed: names, keys and positions on the way to each."""
    if isinstance(value, str) and type(value) is str:
        yield path
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from places(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, Mapping):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, tuple):
        for position, each in enumerate(value[:2]):
            yield from places(each, (*path, position))


def put(value: Any, path: tuple[Any, ...], text: str) -> Any:
    """The value with `text` in one place."""
    if not path:
        return text
    head, *rest = path
    if isinstance(value, Mapping):
        return {**value, head: put(value[head], tuple(rest), text)}
    if isinstance(value, tuple):
        return (*value[:head], put(value[head], tuple(rest), text), *value[head + 1 :])
    return replace(value, **{head: put(getattr(value, head), tuple(rest), text)})


#: these choose a catalogue, a clock, a key or a file: validation knows their values, nothing prints them
CHOICES = {
    "locale", "fallback_locale", "zone", "slug", "digest", "key", "code", "dress", "nature", "attachment", "picture",
}  # fmt: skip
RECIPIENT = sorted(path for path in places(recipient()) if path[-1] not in CHOICES)
EVENT = sorted((path for path in places(event()) if path[-1] not in CHOICES), key=str)


def named(path: tuple[Any, ...]) -> str:
    return ".".join(map(str, path))


def hostile(path: tuple[Any, ...], text: str) -> dict[Form, Letter]:
    if path in RECIPIENT:
        return letters(put(recipient(), path, text), event())
    return letters(recipient(), put(event(), path, text))


@cache
def clean() -> dict[Form, Letter]:
    return letters(recipient(), event())


@pytest.mark.parametrize("path", [*RECIPIENT, *EVENT], ids=named)
def test_a_value_of_the_list_or_the_event_adds_no_tag_to_any_form(
    path: tuple[Any, ...], urls: Mapping[str, str]
) -> None:
    text = HOSTILE.format(url=urls["http"])
    for form, letter in hostile(path, text).items():
        before, after = Tags(clean()[form].html), Tags(letter.html)
        if before.text == after.text:
            continue  # this form does not say it
        gone = before.found - after.found
        assert after.found - before.found == Counter(), form
        assert {tag for tag, *_ in gone} <= {"span", "p", "bdi"}, form  # of what it took the place of
        if "7*7" in after.text:
            assert "{{7*7}}{%raw%}{0.__class__}%s" in after.text  # neither Jinja nor str.format took it for its own
        assert letter.assets == clean()[form].assets


@pytest.mark.slow
@pytest.mark.parametrize("place", ["file", "http"])
@pytest.mark.parametrize("path", [*RECIPIENT, *EVENT], ids=named)
def test_a_canary_in_a_value_is_printed_as_text_and_not_visited(
    path: tuple[Any, ...], place: str, urls: Mapping[str, str], canary: Canary
) -> None:
    text = SHORT.format(url=urls[place])
    says = [
        letter
        for form, letter in hostile(path, text).items()
        if Tags(letter.html).text != Tags(clean()[form].html).text
    ]
    for letter in says[:1]:
        with watched(canary):
            printed = print_or_refuse(letter)
        if printed and text in Tags(letter.html).text:
            assert squeezed(text).casefold() in printed.casefold()


def print_or_refuse(letter: Letter) -> str:
    """What the PDF says; nothing when the value is too long for its place, and is not printed for that."""
    try:
        document = renderer().render(letter)
    except RenderError as error:
        if error.key in ("letter_overflow", "letter_pages"):
            return ""
        raise
    return "".join(as_chrome_reads(document, page) for page in range(document.pages))


def with_catalogues(tmp_path: Path, language: str, text: str) -> tuple[Catalogues, Templates]:
    """The shipped words, with `text` behind each of a language's texts to embassies."""
    shipped_po = ROOT / f"templates/locales/{language}/LC_MESSAGES/invites.po"
    folder = tmp_path / "locales" / language / "LC_MESSAGES"
    folder.mkdir(parents=True)
    said = json.dumps(text, ensure_ascii=False)[1:-1]
    lines = shipped_po.read_text(encoding="utf-8").split('msgid ""\n', 1)
    head, entries = lines[1].split("\n\n", 1)
    entries = re.sub(r'^(msgstr(?:\[\d\])? ".+)"$', lambda line: f'{line[1]} {said}"', entries, flags=re.MULTILINE)
    (folder / "invites.po").write_text(f'{lines[0]}msgid ""\n{head}\n\n{entries}', encoding="utf-8")
    folders = [tmp_path, ROOT / "templates"]
    catalogues = Catalogues(folders, lambda *_: True)
    return catalogues, Templates(folders, catalogues)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["id", "en"])
def test_texts_of_a_catalogue_add_no_tag_and_visit_nothing(
    language: str, tmp_path: Path, urls: Mapping[str, str], canary: Canary
) -> None:
    text = f"<img src={urls['http']}><link rel=attachment href={urls['file']}>"
    said = 0
    with watched(canary):
        made = letters(recipient(), event(), with_catalogues(tmp_path, language, text))
        for form, letter in made.items():
            page = Tags(letter.html)
            assert page.found.keys() == Tags(clean()[form].html).found.keys(), form
            said += page.text.count(text)
            print_or_refuse(letter)
    assert said > 50


@pytest.mark.parametrize("place", ["file", "http"])
@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{url}" alt="x">',
        '<link rel="stylesheet" href="{url}">',
        '<object data="{url}"></object>',
        '<p style="background: url({url})">x</p>',
        "<style>@import url({url});</style>",
    ],
)
def test_a_template_of_a_workspace_that_loads_from_outside_makes_no_letter(
    markup: str, place: str, tmp_path: Path, urls: Mapping[str, str], canary: Canary
) -> None:
    (tmp_path / "letter").mkdir()
    (tmp_path / "letter/head.html").write_text(markup.format(url=urls[place]))
    catalogues, _ = house()
    made = letters(recipient(), event(), (catalogues, Templates([tmp_path, ROOT / "templates"], catalogues)))
    with watched(canary), pytest.raises(RenderError) as caught:
        renderer().render(made[Form.letter])
    assert caught.value.key == "letter_address"


@pytest.mark.parametrize(
    "code",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler.__init__.__globals__.os.system('true') }}",
        "{{ event.__class__ }}",
        "{{ t.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../../../../../etc/passwd' %}",
        "{{ lipsum.__globals__['os'].popen('true') }}",
    ],
)
def test_a_template_of_a_workspace_runs_no_code_and_reads_no_file(code: str, tmp_path: Path, canary: Canary) -> None:
    (tmp_path / "letter").mkdir()
    (tmp_path / "letter/head.html").write_text(f"<p>{code}</p>")
    catalogues, _ = house()
    templates = Templates([tmp_path, ROOT / "templates"], catalogues)
    with watched(canary), pytest.raises(TemplateError):
        letters(recipient(), event(), (catalogues, templates))
