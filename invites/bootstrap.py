"""The composition root: settings → words, store, transport, renderer, clock, and the house that holds them."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from invites.config import MaildirRelay, Settings, load, shipped
from invites.errors import EventError, RecipientListError, StoreError
from invites.house import House
from invites.model.message import Document, Letter, RenderMode, Variant
from invites.ports import Renderer, Transport
from invites.store.approved import approved_translations
from invites.track import links
from invites.validate.reader import read_list
from invites.words.catalogue import Approved, Catalogues
from invites.words.jinja import Templates

_SHAPING = ("letter", "mail", "locales", "assets")
#: what only pages and staff see voids no approval
_NOT_SHAPING = ("pages*", "desk.po", "cli.po", "paper.po", "problems.po")


class SystemClock:
    """ports.Clock: the machine's."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


class LazyRenderer:
    """ports.Renderer: WeasyPrint and its fonts are loaded, and looked for, when the first letter is rendered.

    `cut_fonts` is the folder of cut CJK faces, `variant` the standard that every PDF follows. More than a
    few letters are made by as many processes as there are cores.
    """

    def __init__(self, cut_fonts: Path, variant: Variant, mode: RenderMode) -> None:
        self._renderer: Renderer | None = None
        self._cut_fonts = cut_fonts
        self._variant = variant
        self._mode = mode

    def render(self, letter: Letter) -> Document:
        """The PDF of one letter. RenderError, MissingSystemPart."""
        return self._loaded().render(replace(letter, variant=self._variant))

    def render_many(self, letters: Sequence[Letter]) -> Iterator[Document]:
        """The PDFs of many letters in their order."""
        return self._loaded().render_many([replace(letter, variant=self._variant) for letter in letters])

    def close(self) -> None:
        """Let go of what was loaded, and end the processes that it started."""
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None

    def _loaded(self) -> Renderer:
        if self._renderer is None:
            from invites.render.choice import open_renderer  # noqa: PLC0415 - seconds, and Pango may be missing

            cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
            self._renderer = open_renderer(self._mode, workers=cores, cut_fonts=self._cut_fonts)
        return self._renderer


def template_folders(settings: Settings) -> list[Path]:
    """Where templates are looked for: the workspace first, then what came with the program."""
    return [settings.home / "templates", shipped("templates")]


def open_words(settings: Settings, approved: Approved | None = None) -> tuple[Catalogues, Templates]:
    """The catalogues and the templates of a workspace, with the languages that its database, or `approved`, lets
    through. SchemaTooOld, StoreError."""
    folders = template_folders(settings)
    if approved is None:
        found = approved_translations(settings.database)
        catalogues = Catalogues(folders, lambda language, version: (language, version) in found)
    else:
        catalogues = Catalogues(folders, approved)
    return catalogues, Templates(folders, catalogues)


@contextmanager
def open_house(settings: Settings, *, renderer: RenderMode = RenderMode.auto) -> Iterator[House]:
    """Everything that a command needs to freeze, send and answer. ConfigurationError, StoreError."""
    from invites.store.blobs import FileBlobs  # noqa: PLC0415 - `--help` must not wait for SQLAlchemy
    from invites.store.database import open_store  # noqa: PLC0415

    keys = settings.link_keys
    name, address = settings.mail_from
    base_url, reply_to, variant = settings.base_url, settings.reply_to, settings.pdf_variant
    store = open_store(settings.database, key_fingerprints=[links.fingerprint(key) for key in keys])
    letters = LazyRenderer(settings.fonts, variant, renderer)
    try:
        catalogues, templates = open_words(settings, store.translations.approved)
        yield House(
            store=store,
            blobs=FileBlobs(settings.blobs, keys),
            renderer=letters,
            clock=SystemClock(),
            templates=templates,
            catalogues=catalogues,
            templates_digest=_digest(
                template_folders(settings),
                (name, address, reply_to, base_url, variant, *_let_through(catalogues, store.translations.languages())),
            ),
            sender_name=name,
            sender=address,
            reply_to=reply_to,
            base_url=base_url,
            link_keys=keys,
            calendar_inside=variant is Variant.a3a,
            approvers=settings.approvers,
        )
    finally:
        letters.close()
        store.close()


def open_transport(settings: Settings, *, rehearsal: bool = False) -> Transport:
    """The relay of INVITES_SMTP_URL. `rehearsal`: the embedded sink answers there, so that nothing is live."""
    relay = settings.relay
    if isinstance(relay, MaildirRelay):
        from invites.transport.maildir import MaildirTransport  # noqa: PLC0415 - one of the two is enough

        return MaildirTransport(relay.path)
    from invites.transport.smtp import SmtpTransport  # noqa: PLC0415

    return SmtpTransport(
        relay.host,
        relay.port,
        username=relay.username,
        password=relay.password,
        tls=relay.tls,
        rehearsal=rehearsal,
    )


def create_workspace(
    folder: Path,
    *,
    base_url: str,
    mail_from: str,
    smtp_url: str,
    database_url: str = "sqlite:///var/invites.db",
    from_environment: bool = True,
) -> Settings:
    """Lay out a new workspace: lists, event files, .env with fresh keys, an empty database.

    Nothing that is there is overwritten, and nothing is begun that can't be finished: StoreError when `folder`
    holds a .env or a database already.
    `from_environment`: whether INVITES_* of the environment go before the new .env.
    """
    environment = folder / ".env"
    if environment.exists():
        raise StoreError("workspace_exists", path=environment)
    database = folder / database_url.removeprefix("sqlite:///")
    if database.exists():
        raise StoreError("database_without_env", path=database)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recipients").mkdir(exist_ok=True)
    for name in ("embassies.csv", "embassies.xlsx", "README.md"):  # a checkout may hold private lists beside them
        _copy_unless_there(str(shipped("recipients") / name), str(folder / "recipients" / name))
    events = shipped("templates") / "events"
    shutil.copytree(events, folder / "templates" / "events", dirs_exist_ok=True, copy_function=_copy_unless_there)
    environment.touch(mode=0o600)
    environment.write_text(_environment(base_url, mail_from, smtp_url, database_url), encoding="utf-8")
    settings = load(folder, environment=from_environment)
    create_database(settings)
    return settings


def create_database(settings: Settings) -> None:
    """An empty database under the link key. StoreError when there is one already."""
    from invites.store.database import create  # noqa: PLC0415 - only init and demo come here

    create(settings.database, key_fingerprint=links.fingerprint(settings.link_keys[0]))


def find_event(settings: Settings, slug: str) -> Path:
    """The event file of a slug, the workspace's before the shipped one. EventError when there is none."""
    known = event_slugs(settings)
    if slug in known:
        return known[slug]
    raise EventError("no_event", (), event=slug, known=", ".join(known))


def event_slugs(settings: Settings) -> dict[str, Path]:
    """Every event that has a file, by slug."""
    found: dict[str, Path] = {}
    for folder in template_folders(settings):
        for path in sorted((folder / "events").glob("*/event.toml")):
            found.setdefault(path.parent.name, path)
    return found


def find_list(settings: Settings, given: Path | None, catalogues: Catalogues) -> Path:
    """The recipient list: the one given, else the workspace's own.

    RecipientListError when there is none, or when the workbook and the CSV beside it say different things:
    between two lists nobody may choose by chance.
    """
    if given is not None:
        return given
    folder = settings.home / "recipients"
    lists = [folder / name for name in ("embassies.xlsx", "embassies.csv") if (folder / name).exists()]
    if not lists:
        raise RecipientListError("no_list", (), path=folder / "embassies.xlsx")
    today = SystemClock().now().date()
    if len({read_list(path, catalogues=catalogues, today=today).recipients for path in lists}) > 1:
        raise RecipientListError("two_lists", (), first=lists[0], second=lists[1])
    return lists[0]


def is_live(settings: Settings) -> bool:
    """Whether letters are meant for embassies: everywhere but in a rehearsal, whose mail a folder gets. Where nobody
    has said yet where mail goes, paper may leave all the same."""
    return not (settings.has_relay and isinstance(settings.relay, MaildirRelay))


def _copy_unless_there(source: str, target: str) -> None:
    if not Path(target).exists():
        shutil.copyfile(source, target)


def _environment(base_url: str, mail_from: str, smtp_url: str, database_url: str) -> str:
    def key() -> str:
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()

    return "\n".join(
        (
            "# Rahasia: jangan disalin ke surel atau WhatsApp. / Secret: never copy this into a mail or a chat.",
            "# Tanpa INVITES_LINK_KEYS semua tautan tercetak mati. / Without this key all printed links are dead.",
            f"INVITES_LINK_KEYS={key()}",
            f"INVITES_SESSION_KEY={key()}",
            f"INVITES_DATABASE_URL={database_url}",
            f"INVITES_BASE_URL={base_url}",
            f"INVITES_MAIL_FROM='{mail_from}'",
            "#INVITES_REPLY_TO=",
            f"INVITES_SMTP_URL={smtp_url}",
            "#INVITES_SMTP_URL=smtp://user:password@relay:587?tls=starttls",
            "INVITES_LANG=id",
            "",
        )
    )


def _let_through(catalogues: Catalogues, approved: frozenset[str]) -> list[str]:
    """The languages that are in use because somebody approved them."""
    asking = (tag for tag in catalogues.languages if tag in approved and catalogues.asks_approval(tag))
    return [tag for tag in asking if catalogues.usable(tag)]


def _digest(folders: list[Path], also: tuple[str, ...]) -> str:
    """sha256 over every file that shapes a letter, the workspace's own in place of the shipped, and `also`."""
    files: dict[str, Path] = {}
    for folder in reversed(folders):
        for part in _SHAPING:
            for path in (folder / part).rglob("*"):
                if path.is_file() and not any(path.match(pattern) for pattern in _NOT_SHAPING):
                    files[path.relative_to(folder).as_posix()] = path
    total = hashlib.sha256(repr(also).encode())
    for name, path in sorted(files.items()):
        total.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()
