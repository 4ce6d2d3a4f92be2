"""The organisers' table: every invited embassy in order of precedence, with its delivery and its replies."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from invites.model.attendance import Attendance, AttendanceRow
from invites.model.batch import Invitation
from invites.model.delivery import Delivery, DeliveryState, MessageKind
from invites.model.handover import Handover
from invites.model.precedence import in_order
from invites.model.recipient import DeliveryMode, Recipient
from invites.model.reply import Reply


def attendance(
    invitations: Sequence[Invitation],
    deliveries: Sequence[Delivery],
    replies: Sequence[Reply],
    handovers: Sequence[Handover] = (),
) -> Attendance:
    """The table of one event, in order of precedence whatever the order of the arguments.

    A row shows the newest message of kind invitation; confirmations and copies say nothing about whether the
    letter arrived. Totals count rows by state; a state that no row has counts 0.
    """
    newest = {item.code: item for item in sorted(invitations, key=lambda item: item.revision)}
    letters = {
        item.code: item
        for item in sorted(deliveries, key=lambda item: (item.revision, item.round))
        if item.kind is MessageKind.invitation
    }
    taken = {item.code: item for item in sorted(handovers, key=lambda item: item.revision)}
    histories: dict[str, list[Reply]] = defaultdict(list)
    for reply in sorted(replies, key=lambda reply: reply.id):
        histories[reply.code].append(reply)
    rows = tuple(
        AttendanceRow(
            recipient=recipient,
            delivery=_mail(recipient, letters.get(recipient.code)),
            history=tuple(histories.get(recipient.code, ())),
            handover=taken.get(recipient.code),
        )
        for recipient in in_order(item.recipient for item in newest.values())
    )
    return Attendance(
        event=invitations[0].event if invitations else "",
        rows=rows,
        deliveries=Counter(row.delivery.state.value for row in rows if row.delivery),
        replies=Counter(row.state.value for row in rows),
        handed=Counter(row.paper.value for row in rows if row.paper),
        seats=sum(row.seats for row in rows),
    )


def _mail(recipient: Recipient, delivery: Delivery | None) -> Delivery | None:
    """The row's mail; none where paper took its place before it left: nobody need look into that."""
    withdrawn = delivery is not None and delivery.state is DeliveryState.withdrawn
    return None if withdrawn and recipient.delivery is DeliveryMode.courier else delivery
