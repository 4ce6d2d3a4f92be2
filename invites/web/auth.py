"""Who sits at the desk: password login, server-side sessions, and forms that only our own pages can send."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from invites.model.user import User
from invites.web.access import network
from invites.web.site import Site, address, fields_of, see, site_of, staff_page

_PORTS = {"http": 80, "https": 443}
SESSION_COOKIE, LOGIN_COOKIE = "invites_desk", "invites_login"
# no-referrer would make browsers send `Origin: null` with every form (Fetch, "append a request Origin header")
DESK_HEADERS = {"Referrer-Policy": "same-origin"}


def signed_in(show: Callable[[Request, User], Response]) -> Callable[[Request], Response]:
    """A GET endpoint for staff; everybody else is shown the door."""

    def endpoint(request: Request) -> Response:
        user = _user(request)
        return show(request, user) if user else see(address("/desk/login", request))

    return endpoint


def form_token(request: Request, cookie: str = SESSION_COOKIE) -> str:
    """What a form must carry: known to the holder of the cookie alone, and not the cookie itself."""
    return _token(request.cookies.get(cookie, ""))


def login_page(request: Request) -> Response:
    """GET /desk/login."""
    return see(address("/desk", request)) if _user(request) else _login_form(request)


async def login(request: Request) -> Response:
    """POST /desk/login."""
    site, fields, client = site_of(request), await fields_of(request), network(request.scope)
    if request.headers.get("origin") and not _at_our_address(request):
        return await run_in_threadpool(_login_form, request, "desk.other_address", 403)
    if not _from_our_page(request, fields, LOGIN_COOKIE):
        return await run_in_threadpool(_login_form, request, "desk.form_stale", 403)
    if not site.logins.take(client):
        return await run_in_threadpool(_login_form, request, "desk.too_many", 429)
    name, password = (fields.get(field, [""])[-1] for field in ("name", "password"))
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    async with site.verifying:
        user = await run_in_threadpool(site.sessions.check, name, password)
    if user is None:
        return await run_in_threadpool(_login_form, request, "desk.wrong_password", 403, typed=name)
    site.logins.give_back(client)
    return await run_in_threadpool(_enter, request, site, user)


async def logout(request: Request) -> Response:
    """POST /desk/logout."""
    if not _from_our_page(request, await fields_of(request), SESSION_COOKIE):
        return await run_in_threadpool(_login_form, request, "desk.form_stale", 403)
    token = request.cookies.get(SESSION_COOKIE, "")
    await run_in_threadpool(site_of(request).sessions.close, token)
    response = see(address("/desk/login", request))
    response.delete_cookie(SESSION_COOKIE, path="/desk")
    return response


def _enter(request: Request, site: Site, user: User) -> Response:
    response = see(address("/desk", request))
    _set_cookie(response, site, SESSION_COOKIE, site.sessions.open(user))
    response.delete_cookie(LOGIN_COOKIE, path="/desk")
    return response


def _login_form(request: Request, error: str = "", status: int = 200, *, typed: str = "") -> Response:
    secret = request.cookies.get(LOGIN_COOKIE) or secrets.token_urlsafe(32)
    desk = f"{site_of(request).house.base_url}/desk"
    values = {
        "error": error,
        "desk": desk,
        "typed": typed,
        "action": address("/desk/login", request),
        "token": _token(secret),
    }
    response = staff_page(request, "/desk/login", "login.html", status=status, headers=DESK_HEADERS, **values)
    _set_cookie(response, site_of(request), LOGIN_COOKIE, secret)
    return response


def _user(request: Request) -> User | None:
    token = request.cookies.get(SESSION_COOKIE)
    return site_of(request).sessions.user(token) if token else None


def _set_cookie(response: Response, site: Site, name: str, value: str) -> None:
    response.set_cookie(name, value, path="/desk", secure=site.https, httponly=True, samesite="lax")


def _token(secret: str) -> str:
    return hashlib.sha256(f"form\x1f{secret}".encode()).hexdigest()


def _from_our_page(request: Request, fields: Mapping[str, list[str]], cookie: str) -> bool:
    """Whether the form was sent by a page of ours: its Origin is ours, and it carries the cookie's token."""
    token = fields.get("token", [""])[-1]
    known = hmac.compare_digest(token.encode(), form_token(request, cookie).encode())
    return _at_our_address(request) and cookie in request.cookies and known


def _at_our_address(request: Request) -> bool:
    return _origin(request.headers.get("origin", "")) == _origin(site_of(request).house.base_url)


def _origin(url: str) -> tuple[str, str | None, int | None] | None:
    """Scheme, host and port (RFC 6454 §4); None for what has none."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
