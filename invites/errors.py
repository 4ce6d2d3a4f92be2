"""The error tree. It follows the decision that the caller makes; the sentences live in the staff catalogues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar


class InvitesError(Exception):
    """Something went wrong that a person can act on.

    `key` names the sentence `error.<key>` in the staff catalogues (and `error.<key>.hint`, what to type
    next, where there is one); `fields` fill its placeholders. No secret and no link belongs into a field.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, key: str, **fields: Any) -> None:
        self.key = key
        self.fields = fields
        details = ", ".join(f"{name}={value}" for name, value in fields.items())
        super().__init__(f"{key}: {details}" if details else key)


class ProblemsFound(InvitesError):
    """A file holds errors; every one of them is in `problems` (model.recipient.Problem)."""

    exit_code = 3

    def __init__(self, key: str, problems: Sequence[Any], **fields: Any) -> None:
        super().__init__(key, **fields)
        self.problems = tuple(problems)


class RecipientListError(ProblemsFound):
    """The recipient list can't be used as it is."""


class EventError(ProblemsFound):
    """The event file can't be used as it is."""


class TemplateError(InvitesError):
    """A template can't be read or filled; `fields` hold template and line."""


class TranslationError(ProblemsFound):
    """A file of translations can't be taken as it is."""


class RenderError(InvitesError):
    """A letter can't become a PDF that may leave the house."""


class SigningError(InvitesError):
    """A letter can't be signed here, or the result is no signature that holds."""


class MessageError(InvitesError):
    """A mail can't be written safely, or does not read back as it was meant; `fields` say where."""


class NotApproved(InvitesError):
    """There is no approved batch, or what it approved has changed since."""

    exit_code = 5


class DeliveryError(InvitesError):
    """The relay can't be used at all; no recipient is at fault."""

    exit_code = 75


class ReplyError(InvitesError):
    """A reply can't be taken; the embassy sees a friendly page."""


class InvalidLink(ReplyError):
    """Unknown, malformed, rotated or revoked: all look the same from outside."""


class ReplyClosed(ReplyError):
    """The time for replies is over."""


class ReplyConflict(ReplyError):
    """Another reply arrived since this form was loaded."""


class StoreError(InvitesError):
    """The disk or the database can't do what was asked."""

    exit_code = 74


class SchemaTooOld(StoreError):
    """The database is older than this program."""


class SchemaTooNew(StoreError):
    """The database is newer than this program."""


class MissingSystemPart(InvitesError):
    """Pango, HarfBuzz or a font is not on this machine; the hint is the line to type."""

    exit_code = 69


class ConfigurationError(Exception):
    """A setting is missing or wrong.

    Not an InvitesError, so that no loop that handles those can swallow it. `setting` is its name, `key`
    and `fields` as in InvitesError. Never carries the value of a secret.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, key: str, *, setting: str, **fields: Any) -> None:
        self.key = key
        self.setting = setting
        self.fields = {"setting": setting, **fields}
        super().__init__(f"{setting}: {key}")
