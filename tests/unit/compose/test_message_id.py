"""Our Message-IDs: one a message, the same at every try, and no stranger can make one."""

from __future__ import annotations

import pytest

from invites.compose.mime import (
    MessageKey,
    check_message_id,
    message_id,
)
from invites.errors import MessageError
from invites.model.delivery import MessageKind

from .messages import (
    KEY,
    identity,
)
from .missions import (
    EMBASSIES,
)


@pytest.mark.parametrize("kind", MessageKind)
def test_a_message_id_names_its_message_and_comes_back(kind: MessageKind) -> None:
    made = message_id("bali-2027", "EU-1", 3, kind, 2, key=KEY, domain="kalsel.example")
    named = MessageKey(event="bali-2027", code="EU-1", revision=3, kind=kind, round=2)
    assert check_message_id(made, key=KEY) == named
    assert check_message_id(f" {made}\r\n", key=KEY) == named
    assert made == message_id("bali-2027", "EU-1", 3, kind, 2, key=KEY, domain="kalsel.example")


def test_a_stranger_can_not_make_a_message_id() -> None:
    made = identity()
    forged = [
        made.replace(".JP.", ".CN."),
        made.replace(".1.", ".2."),
        made.replace("invitation", "confirmation"),
        made.replace("kalsel.example", "evil.example"),
        made.replace("<", "").replace(">", ""),
        "<jakarta.JP.1.invitation.0.00000000000000000000@kalsel.example>",
        "<jakarta.JP.1.nonsense.0.00000000000000000000@kalsel.example>",
        "<random@elsewhere.example>",
        "",
    ]
    assert [value for value in forged if check_message_id(value, key=KEY)] == []
    assert check_message_id(made, key=b"another key, of a stranger......") is None


@pytest.mark.parametrize(
    ("event", "code", "domain"),
    [
        ("a b", "JP", "x.example"),
        ("a@b", "JP", "x.example"),
        ("a", "J.P", "x.example"),
        ("a", "JP", "x>y"),
        ("a", "JP", ""),
    ],
)
def test_a_message_id_holds_nothing_but_its_fields(event: str, code: str, domain: str) -> None:
    with pytest.raises(MessageError):
        message_id(event, code, 1, MessageKind.invitation, 0, key=KEY, domain=domain)


def test_no_two_messages_share_an_id() -> None:
    made = {
        message_id(event, code, revision, kind, number, key=KEY, domain="kalsel.example")
        for event in ("jakarta", "bali")
        for code in EMBASSIES
        for revision in (1, 2)
        for kind in MessageKind
        for number in (0, 1, 2)
    }
    assert len(made) == 2 * 16 * 2 * len(MessageKind) * 3
