"""Logs for operators: one JSON line an act, to stderr; never a link, a token or an address."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_LINK = re.compile(r"/r/[0-9a-zA-Z-]{6,}")
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")


def configure() -> None:
    """Send structlog and the libraries' warnings to stderr, cleaned."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_CleanFormatter("%(asctime)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("invites.access").setLevel(logging.INFO)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _clean,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


class _CleanFormatter(logging.Formatter):
    """A library may put anything into a message, or into a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished line, cleaned."""
        return clean(super().format(record))


def _clean(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: clean(value) if isinstance(value, str) else value for name, value in event.items()}


def clean(text: str) -> str:
    """The text without links and mail addresses."""
    return _ADDRESS.sub("<address>", _LINK.sub("/r/…", text))
