"""The attendance table: precedence, the reply that counts, honest totals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

from invites.model.batch import Invitation
from invites.model.delivery import Delivery, DeliveryState, MessageKind
from invites.model.handover import Handover, PaperState
from invites.model.message import Envelope
from invites.model.recipient import DeliveryMode, HeadClass, Recipient
from invites.model.reply import STATE_OF, Answer, Delegate, Reply, ReplyChannel, ReplyState, Verb
from invites.report.attendance import attendance

NOON = datetime(2031, 3, 3, 5, tzinfo=UTC)


def invitation(code: str, *, day: int, head: HeadClass = HeadClass.ambassador, revision: int = 1) -> Invitation:
    recipient = Recipient(
        code=code,
        name_id=f"Kedutaan Besar {code}",
        name_en=f"Embassy {code}",
        locale="en",
        email=f"protocol@{code.lower()}.example",
        head_class=head,
        credentials_at=NOON + timedelta(days=day),
    )
    return Invitation(event="jakarta", code=code, revision=revision, number="1", recipient=recipient)


def delivery(code: str, state: DeliveryState, *, kind: MessageKind = MessageKind.invitation, turn: int = 1) -> Delivery:
    return Delivery(
        id=turn,
        event="jakarta",
        code=code,
        revision=1,
        kind=kind,
        round=turn,
        state=state,
        attempt=1,
        envelope=Envelope(mail_from="a@kalsel.example", rcpt_to=f"protocol@{code.lower()}.example"),
        message_id=f"<{code}.{turn}@kalsel.example>",
        blob="0" * 64,
    )


def reply(code: str, number: int, answer: Answer) -> Reply:
    return Reply(
        id=number,
        event="jakarta",
        code=code,
        number=number,
        ref=f"JAKARTA-{code}-{number}",
        answer=answer,
        state=STATE_OF[answer.verb],
        channel=ReplyChannel.link,
        recorded_by="",
        received_at=NOON,
        recorded_at=NOON,
    )


def test_rows_stand_in_order_of_precedence_whatever_the_order_of_the_input() -> None:
    invited = [
        invitation("AA", day=3),
        invitation("BB", day=1),
        invitation("CC", day=2, head=HeadClass.cda_ai),
        invitation("DD", day=2),
    ]
    for shuffled in permutations(invited):
        table = attendance(shuffled, (), ())
        assert [row.recipient.code for row in table.rows] == ["BB", "DD", "AA", "CC"]


def test_an_embassy_that_has_not_answered_is_shown_apart_from_a_decline() -> None:
    table = attendance(
        [invitation("AA", day=1), invitation("BB", day=2)], (), [reply("AA", 1, Answer(verb=Verb.decline))]
    )
    assert [row.state for row in table.rows] == [ReplyState.declined, ReplyState.needs_action]
    assert dict(table.replies) == {"declined": 1, "needs_action": 1}
    assert table.seats == 0


def test_the_latest_reply_counts_and_the_history_stays() -> None:
    first = Answer(verb=Verb.accept, delegates=(Delegate(name="Contoh"),), delegate_count=1)
    later = Answer(verb=Verb.representative, representative=Delegate(name="Contoh", position="Konselor"))
    table = attendance([invitation("AA", day=1)], (), [reply("AA", 7, later), reply("AA", 3, first)])
    (row,) = table.rows
    assert [item.id for item in row.history] == [3, 7]
    assert row.reply is not None
    assert row.reply.answer == later
    assert table.seats == 1
    assert dict(table.replies) == {"represented": 1}


def test_seats_hold_head_delegates_and_spouse_and_those_still_to_be_named() -> None:
    answer = Answer(
        verb=Verb.accept, delegates=(Delegate(name="Contoh"),), delegate_count=3, spouse=True, names_to_follow=True
    )
    table = attendance([invitation("AA", day=1)], (), [reply("AA", 1, answer)])
    assert table.seats == 5


def test_a_confirmation_says_nothing_about_the_letter() -> None:
    table = attendance(
        [invitation("AA", day=1)],
        [
            delivery("AA", DeliveryState.failed),
            delivery("AA", DeliveryState.sent, kind=MessageKind.confirmation, turn=2),
        ],
        (),
    )
    (row,) = table.rows
    assert row.delivery is not None
    assert row.delivery.state is DeliveryState.failed
    assert dict(table.deliveries) == {"failed": 1}


def test_the_newest_round_of_a_letter_is_shown() -> None:
    rounds = [delivery("AA", DeliveryState.sent, turn=2), delivery("AA", DeliveryState.failed, turn=1)]
    table = attendance([invitation("AA", day=1)], rounds, ())
    assert dict(table.deliveries) == {"sent": 1}


def test_a_revised_invitation_takes_the_place_of_the_old_one() -> None:
    table = attendance([invitation("AA", day=1, revision=2), invitation("AA", day=9)], (), ())
    (row,) = table.rows
    assert row.recipient.credentials_at == NOON + timedelta(days=1)


def test_a_state_that_no_row_has_counts_nothing() -> None:
    table = attendance([invitation("AA", day=1)], (), ())
    assert table.replies["accepted"] == 0
    assert table.deliveries["sent"] == 0
    assert table.rows[0].delivery is None


def test_an_event_without_invitations_has_an_empty_table() -> None:
    table = attendance((), (), ())
    assert (table.event, table.rows, table.seats) == ("", (), 0)


def test_paper_is_due_where_the_list_asks_for_it_and_handed_over_where_somebody_took_it() -> None:
    ways = {"AA": DeliveryMode.email, "BB": DeliveryMode.both, "CC": DeliveryMode.courier, "DD": DeliveryMode.email}
    invited = [
        replace(one, recipient=replace(one.recipient, delivery=way))
        for day, (code, way) in enumerate(ways.items())
        for one in [invitation(code, day=day)]
    ]
    taken = [
        Handover(
            event="jakarta",
            code=code,
            revision=1,
            handed_to="Resepsionis Contoh",
            handed_at=NOON,
            recorded_by="Sari",
            recorded_at=NOON,
        )
        for code in ("CC", "DD")
    ]
    table = attendance(invited, [], [], taken)
    assert [row.paper for row in table.rows] == [None, PaperState.to_hand, PaperState.handed, PaperState.handed]
    assert dict(table.handed) == {"to_hand": 1, "handed": 2}


def test_a_mail_that_was_taken_back_because_paper_goes_in_its_place_is_not_shown() -> None:
    one = invitation("AA", day=1)
    by_courier = replace(one, recipient=replace(one.recipient, delivery=DeliveryMode.courier))
    for state, shown in ((DeliveryState.withdrawn, None), (DeliveryState.sent, DeliveryState.sent)):
        (row,) = attendance([by_courier], [delivery("AA", state)], []).rows
        assert (row.delivery.state if row.delivery else None) is shown
