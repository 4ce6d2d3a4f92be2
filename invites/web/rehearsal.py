"""A rehearsal's mailbox in the browser: every mail that would have left, its text, its HTML, its files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from invites.web.site import staff_page

# a mail brings its style along, and is shown in a frame of ours; `sandbox` takes scripts and forms from it
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; sandbox"
)
_FRAMING_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail of the Maildir. `key` is its file's unique name (maildir(5)), without the flags."""

    key: str
    message: EmailMessage

    @property
    def files(self) -> list[EmailMessage]:
        """Its attachments in order."""
        return list(self.message.iter_attachments())


def routes(mailbox: Path) -> tuple[Route, ...]:
    """GET /rehearsal and what lies under it."""
    of = partial(_with_mail, mailbox)
    return (
        Route("/rehearsal", lambda request: _list(request, mailbox)),
        Route("/rehearsal/{key}", of(_mail)),
        Route("/rehearsal/{key}/html", of(_html)),
        Route("/rehearsal/{key}/{file:int}", of(_file)),
    )


def read(mailbox: Path) -> tuple[Mail, ...]:
    """Every mail, oldest first, those in its folders (Maildir++) included. Looking moves and marks nothing."""
    folders = [folder / part for folder in (mailbox, *mailbox.glob(".*/")) for part in ("new", "cur")]
    files = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
    return tuple(_read(path) for path in sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name)))


def _read(path: Path) -> Mail:
    return Mail(key=path.name.partition(":")[0], message=message_from_bytes(path.read_bytes(), policy=policy.default))


def _with_mail(mailbox: Path, show: Callable[[Request, Mail], Response]) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        wanted = request.path_params["key"]
        found = next((mail for mail in read(mailbox) if mail.key == wanted), None)
        if found is None:
            raise HTTPException(404)
        return show(request, found)

    return endpoint


def _list(request: Request, mailbox: Path) -> Response:
    return _page(request, "mailbox.html", mails=tuple(_summary(mail) for mail in reversed(read(mailbox))))


def _mail(request: Request, mail: Mail) -> Response:
    text = mail.message.get_body(("plain",))
    headers = {"Content-Security-Policy": _FRAMING_POLICY}
    return _page(
        request,
        "mail.html",
        headers=headers,
        mail=_summary(mail),
        text=text.get_content() if text else "",
        has_html=mail.message.get_body(("html",)) is not None,
        files=tuple(_name(file, number) for number, file in enumerate(mail.files)),
    )


def _html(_request: Request, mail: Mail) -> Response:
    body = mail.message.get_body(("html",))
    if body is None:
        raise HTTPException(404)
    return HTMLResponse(body.get_content(), headers={"Content-Security-Policy": _MAIL_POLICY})


def _file(request: Request, mail: Mail) -> Response:
    number = request.path_params["file"]
    if number >= len(mail.files):
        raise HTTPException(404)
    file = mail.files[number]
    content = file.get_payload(decode=True)
    headers = {"Content-Disposition": f'attachment; filename="{_name(file, number)}"'}
    return Response(cast("bytes", content), media_type=file.get_content_type(), headers=headers)


def _page(request: Request, name: str, *, headers: dict[str, str] | None = None, **values: Any) -> Response:
    return staff_page(request, request.url.path, name, headers=headers or {}, **values)


def _summary(mail: Mail) -> dict[str, str]:
    return {"key": mail.key} | {name: str(mail.message.get(name, "")) for name in ("from", "to", "subject", "date")}


def _name(file: EmailMessage, number: int) -> str:
    """A file name that is safe in a header, whatever the mail says."""
    name = file.get_filename() or f"{number}.bin"
    return re.sub("[^A-Za-z0-9._-]", "-", name)
