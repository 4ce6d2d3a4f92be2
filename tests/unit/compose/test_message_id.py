"""Our Message-IDs: one a message, the same at every try, and no stranger can make one."""

from __future__ import annotations

import pytest

from invites.compose.mime import message_id
from invites.errors import MessageError
from invites.model.delivery import MessageKind

from .messages import KEY
from .missions import EMBASSIES


@pytest.mark.parametrize("kind", MessageKind)
def test_a_message_id_names_its_message(kind: MessageKind) -> None:
    made = message_id("bali-2027", "EU-1", 3, kind, 2, key=KEY, domain="kalsel.example")
    assert made.startswith(f"<bali-2027.EU-1.3.{kind}.2.")
    assert made.endswith("@kalsel.example>")
    assert made == message_id("bali-2027", "EU-1", 3, kind, 2, key=KEY, domain="kalsel.example")


def test_a_stranger_can_not_make_a_message_id() -> None:
    field = (("jakarta", "JP", 1, MessageKind.invitation, 1), ("jakarta", "CN", 1, MessageKind.invitation, 1))
    seals = {message_id(*named, key=KEY, domain="kalsel.example").split(".")[5] for named in field}
    stranger = message_id(*field[0], key=b"another key, of a stranger......", domain="kalsel.example")
    assert len(seals | {stranger.split(".")[5]}) == 3


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
