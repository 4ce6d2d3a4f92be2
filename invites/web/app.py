"""The site: the reply page for embassies, the desk for staff, and in a rehearsal the mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from invites.house import House
from invites.web import auth, desk, health, rehearsal, rsvp, verify
from invites.web.access import AccessLog, ClientAddress
from invites.web.assets import Assets
from invites.web.limits import BodyLimit
from invites.web.security import SecurityHeaders
from invites.web.sessions import Sessions
from invites.web.site import Site, broken, refused, see, site_of

_BODY_LIMIT = 64 * 1024  # bytes; the longest honest form is a tenth of it
_ROUTES = (
    Route("/", lambda _request: see("/r")),
    Route("/r", rsvp.code_page),
    Route("/r", rsvp.code, methods=["POST"]),
    Route("/r/{token}", rsvp.reply_page),
    Route("/r/{token}", rsvp.answer, methods=["POST"]),
    Route("/r/{token}/thanks", rsvp.thanks),
    Route("/r/{token}/letter.pdf", rsvp.letter),
    Route("/r/{token}/calendar.ics", rsvp.calendar),
    Route("/v", verify.enter),
    Route("/v", verify.typed, methods=["POST"]),
    Route("/v/{code}", verify.verdict),
    Route("/desk", desk.desk),
    Route("/desk/login", auth.login_page),
    Route("/desk/login", auth.login, methods=["POST"]),
    Route("/desk/logout", auth.logout, methods=["POST"]),
    Route("/healthz", health.healthz),
)


def create_app(
    house: House,
    *,
    session_key: bytes,
    language: str = "id",
    trusted_proxies: Sequence[str] = (),
    mailbox: Path | None = None,
) -> Starlette:
    """The ASGI application. GET and HEAD change nothing, whatever the route.

    `session_key` hashes desk cookies; `language` is the staff's ("id" or "en"); `trusted_proxies` are networks
    or addresses whose X-Forwarded-For is believed; `mailbox` is the Maildir of a rehearsal, shown under
    /rehearsal to anybody who can reach this process, so it is given only on loopback. TemplateError when the
    style sheet is missing.
    """
    https = urlsplit(house.base_url).scheme == "https"
    app = Starlette(
        routes=[*_ROUTES, Route("/static/{name}", _static), *(rehearsal.routes(mailbox) if mailbox else ())],
        middleware=[
            Middleware(ClientAddress, trusted=[ip_network(proxy) for proxy in trusted_proxies]),
            Middleware(AccessLog),
            Middleware(SecurityHeaders, https=https),
            Middleware(BodyLimit, most=_BODY_LIMIT),
        ],
        exception_handlers={HTTPException: refused, Exception: broken},
    )
    sessions = Sessions(users=house.store.users, clock=house.clock, key=session_key)
    app.state.site = Site(house=house, sessions=sessions, assets=Assets(house.templates), language=language)
    return app


def _static(request: Request) -> Response:
    return site_of(request).assets.response(request.path_params["name"])
