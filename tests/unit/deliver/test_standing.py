"""Whose letter has left, and who would get a second one."""

from __future__ import annotations

import pytest

from invites.deliver.standing import last_confirmed, left, second_letters
from invites.model.delivery import Delivery, DeliveryState, MessageKind
from invites.model.message import Envelope
from tests.scene import recipient

MAILBOX = "protocol@embassy-jp.example"


def delivery(
    code: str, state: DeliveryState, kind: MessageKind = MessageKind.invitation, number: int = 1, to: str = MAILBOX
) -> Delivery:
    return Delivery(
        id=1,
        event="jakarta",
        code=code,
        revision=1,
        kind=kind,
        round=number,
        state=state,
        attempt=1,
        envelope=Envelope(mail_from="undangan@kalsel.example", rcpt_to=to),
        message_id=f"<{code}.{number}@kalsel.example>",
        blob="0" * 64,
    )


@pytest.mark.parametrize("state", DeliveryState)
def test_a_letter_has_left_once_its_dot_may_have(state: DeliveryState) -> None:
    gone = state in (DeliveryState.sending, DeliveryState.sent, DeliveryState.unknown)
    assert left([delivery("JP", state)]) == ({"JP": MAILBOX} if gone else {})


def test_a_confirmation_is_no_letter() -> None:
    assert left([delivery("JP", DeliveryState.sent, MessageKind.confirmation)]) == {}


def test_an_embassy_that_has_its_letter_gets_no_second_under_another_code() -> None:
    renamed = recipient("JX", email="Protocol@Embassy-JP.example")
    assert second_letters({"JP": MAILBOX}, [renamed, recipient("TH")]) == [("JX", "JP")]


def test_who_has_the_letter_under_the_same_code_gets_none_and_is_not_named() -> None:
    assert second_letters({"JP": MAILBOX}, [recipient("JP", email=MAILBOX)]) == []


def test_posts_that_share_a_mailbox_each_get_a_letter_when_both_say_so() -> None:
    both = [recipient(code, email=MAILBOX, shared_mailbox=True) for code in ("JP", "XJ")]
    assert second_letters({"JP": MAILBOX}, both) == []


@pytest.mark.parametrize(
    "holder",
    [[], [recipient("JP", email=MAILBOX)]],
    ids=["who has the letter is no longer listed", "who has the letter does not say so"],
)
def test_one_flag_alone_opens_no_mailbox_for_a_second_letter(holder: list[object]) -> None:
    new = recipient("XJ", email=MAILBOX, shared_mailbox=True)
    assert second_letters({"JP": MAILBOX}, [*holder, new]) == [("XJ", "JP")]  # type: ignore[list-item]


def test_who_does_not_say_so_itself_gets_no_second_letter_either() -> None:
    holder = recipient("JP", email=MAILBOX, shared_mailbox=True)
    assert second_letters({"JP": MAILBOX}, [holder, recipient("XJ", email=MAILBOX)]) == [("XJ", "JP")]


def test_a_mailbox_with_two_letters_gets_no_third_when_one_of_the_codes_was_changed() -> None:
    listed = [recipient(code, email=MAILBOX, shared_mailbox=True) for code in ("XJ", "JX")]
    assert second_letters({"JP": MAILBOX, "XJ": MAILBOX}, listed) == [("JX", "JP")]


def test_the_last_confirmation_is_the_newest_that_left() -> None:
    sent, queued, confirmation = DeliveryState.sent, DeliveryState.queued, MessageKind.confirmation
    deliveries = [
        delivery("JP", sent, number=9),
        delivery("TH", sent, confirmation, number=8),
        delivery("JP", sent, confirmation, number=1),
        delivery("JP", DeliveryState.unknown, confirmation, number=2),
        delivery("JP", DeliveryState.withdrawn, confirmation, number=3),
        delivery("JP", queued, confirmation, number=4),
    ]
    assert (last_confirmed(deliveries, "JP"), last_confirmed(deliveries, "RU")) == (2, 0)
