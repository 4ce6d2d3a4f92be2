"""Settings: INVITES_* from the environment, then from the workspace's .env; secrets are never shown."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from invites.errors import ConfigurationError
from invites.model.message import Variant

Tls = Literal["starttls", "tls", "none"]
LANGUAGES = ("id", "en")
_PORTS: dict[Tls, int] = {"starttls": 587, "tls": 465, "none": 25}
_KEY_BYTES = 32
_APPROVERS = frozenset("123456789")
#: top-level domains that no mail reaches (RFC 2606)
_RESERVED = ("example", "test", "invalid", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpRelay:
    """A relay reached by SMTP. `password` is kept out of every repr."""

    host: str
    port: int
    tls: Tls
    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaildirRelay:
    """A folder instead of a relay: a rehearsal."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What was set, checked when it is first needed: a command asks only for what it uses.

    Every property raises ConfigurationError (exit 2) with the setting's name and what to write.
    """

    home: Path
    values: dict[str, str] = field(repr=False)

    @property
    def lang(self) -> str:
        """The staff's language: "id" (default) or "en"."""
        value = self.values.get("INVITES_LANG") or "id"
        if value not in LANGUAGES:
            raise ConfigurationError("setting_lang", setting="INVITES_LANG", value=value)
        return value

    @property
    def database(self) -> Path:
        """The SQLite file; a relative path starts at INVITES_HOME."""
        url = self.values.get("INVITES_DATABASE_URL") or "sqlite:///var/invites.db"
        scheme, _, path = url.partition(":///")
        if scheme != "sqlite" or not path:
            raise ConfigurationError("setting_database_url", setting="INVITES_DATABASE_URL")
        return self.home / path

    @property
    def blobs(self) -> Path:
        """The folder of encrypted letters and mails, beside the database."""
        return self.database.parent / "blobs"

    @property
    def letters(self) -> Path:
        """The folder of previews, beside the database."""
        return self.database.parent / "letters"

    @property
    def fonts(self) -> Path:
        """The folder of cut CJK faces, beside the database."""
        return self.database.parent / "fonts"

    @property
    def pdf_variant(self) -> Variant:
        """The standard that PDFs follow: PDF/UA-1 unless set."""
        value = self.values.get("INVITES_PDF_VARIANT") or Variant.ua1.value
        if value not in set(Variant):
            raise ConfigurationError("setting_pdf_variant", setting="INVITES_PDF_VARIANT", choices=" / ".join(Variant))
        return Variant(value)

    @property
    def relay(self) -> SmtpRelay | MaildirRelay:
        """Where mail goes."""
        url = self._required("INVITES_SMTP_URL", "setting_smtp_url")
        if url.startswith("maildir:"):
            return MaildirRelay(path=self.home / url.removeprefix("maildir:"))
        return _smtp_relay(url)

    @property
    def has_relay(self) -> bool:
        """Whether INVITES_SMTP_URL is set at all; `serve` starts without it."""
        return bool(self.values.get("INVITES_SMTP_URL"))

    @property
    def mail_from(self) -> tuple[str, str]:
        """(display name, address) of the role mailbox that letters come from."""
        return self._mailbox("INVITES_MAIL_FROM")

    @property
    def reply_to(self) -> str:
        """The address that answers by mail go to; INVITES_MAIL_FROM's when not set."""
        return self._mailbox("INVITES_REPLY_TO" if self.values.get("INVITES_REPLY_TO") else "INVITES_MAIL_FROM")[1]

    @property
    def base_url(self) -> str:
        """The address under which embassies reach the reply page, without a slash at the end."""
        value = self._required("INVITES_BASE_URL", "setting_base_url").rstrip("/")
        if not _is_address(value):
            raise ConfigurationError("setting_base_url", setting="INVITES_BASE_URL")
        return value

    @property
    def link_keys(self) -> tuple[bytes, ...]:
        """The first derives, all verify. 32 bytes or more each, base64, separated by commas."""
        value = self._required("INVITES_LINK_KEYS", "setting_key")
        return tuple(_key("INVITES_LINK_KEYS", part) for part in value.split(","))

    @property
    def session_key(self) -> bytes:
        """The key under which desk cookies are hashed."""
        return _key("INVITES_SESSION_KEY", self._required("INVITES_SESSION_KEY", "setting_key"))

    @property
    def approvers(self) -> int:
        """How many persons must approve by password before real mail leaves; 2 unless set."""
        value = self.values.get("INVITES_APPROVERS") or "2"
        if value not in _APPROVERS:
            raise ConfigurationError("setting_approvers", setting="INVITES_APPROVERS")
        return int(value)

    @property
    def sign_anchors(self) -> tuple[bytes, ...]:
        """The certificates, PEM or DER, that a signer's has to lead to; none unless set. Files, separated by commas;
        a relative path starts at INVITES_HOME."""
        named = [part.strip() for part in self.values.get("INVITES_SIGN_ANCHORS", "").split(",")]
        return tuple(_anchor(self.home / part) for part in named if part)

    def refuse_samples(self) -> None:
        """ConfigurationError when real mail would come from an example address, or lead to this very machine."""
        if self.has_relay and isinstance(self.relay, MaildirRelay):
            return
        for setting, address in (("INVITES_MAIL_FROM", self.mail_from[1]), ("INVITES_REPLY_TO", self.reply_to)):
            if address.rpartition(".")[2].casefold() in _RESERVED:
                raise ConfigurationError("setting_sample", setting=setting)
        if is_loopback(urlsplit(self.base_url).hostname or ""):
            raise ConfigurationError("setting_loopback", setting="INVITES_BASE_URL")

    def checks(self) -> dict[str, Callable[[], object]]:
        """Every setting with what checks it, for doctor."""
        return {
            "INVITES_LANG": lambda: self.lang,
            "INVITES_PDF_VARIANT": lambda: self.pdf_variant,
            "INVITES_DATABASE_URL": lambda: self.database,
            "INVITES_SMTP_URL": lambda: self.relay,
            "INVITES_APPROVERS": lambda: self.approvers,
            "INVITES_MAIL_FROM": lambda: self.mail_from,
            "INVITES_REPLY_TO": lambda: self.reply_to,
            "INVITES_BASE_URL": lambda: self.base_url,
            "INVITES_LINK_KEYS": lambda: self.link_keys,
            "INVITES_SESSION_KEY": lambda: self.session_key,
            "INVITES_SIGN_ANCHORS": lambda: self.sign_anchors,
        }

    def _required(self, name: str, key: str) -> str:
        value = self.values.get(name, "").strip()
        if not value:
            raise ConfigurationError(key, setting=name)
        return value

    def _mailbox(self, name: str) -> tuple[str, str]:
        value = self._required(name, "setting_mailbox")
        display, address = parseaddr(value)
        local, _, domain = address.rpartition("@")
        if not local or "." not in domain or any(ord(character) < ord(" ") for character in value):
            raise ConfigurationError("setting_mailbox", setting=name)
        return display, address


def load(home: Path | None = None, *, environment: bool = True, file: bool = True) -> Settings:
    """The settings of a workspace: `home`, else INVITES_HOME, else here. The environment goes before .env;
    either can be left out (the demonstration reads no real .env and heeds no real relay)."""
    from dotenv import dotenv_values  # noqa: PLC0415 - `--help` must not wait for it

    root = (home or Path(os.environ.get("INVITES_HOME") or ".")).resolve()
    try:
        from_file = dotenv_values(root / ".env", interpolate=False) if file else {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError("env_unreadable", setting=".env", path=root / ".env", reason=str(error)) from error
    around = os.environ if environment else {}
    values = {name: value for name, value in {**from_file, **around}.items() if value is not None}
    return Settings(home=root, values={name: value for name, value in values.items() if name.startswith("INVITES_")})


def workspace() -> Settings:
    """The settings of the workspace that a command stands in. ConfigurationError when there is none here: what a
    command in the wrong folder lacks must not be made anew, since a new workspace has sent nothing."""
    settings = load()
    if not (settings.home / ".env").exists() and not settings.values.get("INVITES_LINK_KEYS"):
        raise ConfigurationError("no_workspace", setting="INVITES_HOME", home=settings.home)
    return settings


def shipped(folder: Literal["templates", "recipients"]) -> Path:
    """The folder as it came with the program: inside the wheel, or beside the package in a checkout."""
    package = Path(__file__).parent
    inside = package / "shipped" / folder
    return inside if inside.is_dir() else package.parent / folder


def is_loopback(host: str) -> bool:
    """Whether a host name can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_address(url: str) -> bool:
    """Whether links can stand below it: scheme, host and port alone, since pages, QR codes and the check of a form's
    origin know no more. Without TLS only this machine."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    plain = parts.scheme == "http" and is_loopback(host)
    written = f"[{host}]" if ":" in host else host
    whole = f"{parts.scheme}://{written}" + (f":{port}" if port is not None else "")
    return bool(re.fullmatch("[a-z0-9.:-]+", host)) and (parts.scheme == "https" or plain) and url.lower() == whole


def _smtp_relay(url: str) -> SmtpRelay:
    wrong = ConfigurationError("setting_smtp_url", setting="INVITES_SMTP_URL")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    chosen = parse_qs(parts.query).get("tls", ["starttls"])[-1]
    tls = next((known for known in _PORTS if known == chosen), None)
    if parts.scheme != "smtp" or not parts.hostname or tls is None:
        raise wrong
    if tls == "none" and not is_loopback(parts.hostname):
        raise ConfigurationError("setting_smtp_tls", setting="INVITES_SMTP_URL", host=parts.hostname)
    return SmtpRelay(
        host=parts.hostname,
        port=port or _PORTS[tls],
        tls=tls,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _key(name: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < _KEY_BYTES:
        raise ConfigurationError("setting_key", setting=name)
    return key


def _anchor(path: Path) -> bytes:
    from cryptography import x509  # noqa: PLC0415 - `--help` must not wait for it

    try:
        content = path.read_bytes()
        read = x509.load_pem_x509_certificates if b"-----BEGIN" in content else x509.load_der_x509_certificate
        read(content)
    except (OSError, ValueError) as error:
        raise ConfigurationError("setting_sign_anchors", setting="INVITES_SIGN_ANCHORS", path=path) from error
    return content
