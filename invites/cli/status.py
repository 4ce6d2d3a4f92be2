"""`invites status EVENT`: the table in order of precedence."""

from __future__ import annotations

from typing import Any

from invites import config, pipeline
from invites.bootstrap import find_event, open_house
from invites.cli.console import as_json, result, table
from invites.cli.options import AsJson, EventName
from invites.cli.texts import language, say
from invites.model.attendance import Attendance, AttendanceRow
from invites.model.handover import PaperState
from invites.model.reply import ReplyState

_COLUMNS = ("no", "code", "embassy", "delivery", "reply", "delegates", "seats", "channel")


def run(event: EventName, json: AsJson = False) -> None:
    """Print who was invited, what became of the letter, what was answered."""
    settings = config.workspace()
    find_event(settings, event)
    with open_house(settings) as house:
        attendance = pipeline.attendance(house, event)
    if json:
        as_json(report(event, attendance))
    else:
        show(attendance)


def show(attendance: Attendance) -> None:
    """The table for people."""
    on_paper = bool(attendance.handed)
    columns = [*_COLUMNS[:4], *(["paper"] if on_paper else []), *_COLUMNS[4:]]
    rows = [[str(number), *_cells(row, on_paper=on_paper)] for number, row in enumerate(attendance.rows, 1)]
    table([say(f"status.{column}") for column in columns], rows)
    comes = " · ".join(f"{say(f'reply.{state}')} {attendance.replies.get(state, 0)}" for state in ReplyState)
    sent = attendance.deliveries.get("sent", 0)
    result(say("status.totals", invited=len(attendance.rows), sent=sent, comes=comes, seats=attendance.seats))
    if on_paper:
        handed, to_hand = (attendance.handed.get(state, 0) for state in (PaperState.handed, PaperState.to_hand))
        result(say("status.paper_totals", handed=handed, to_hand=to_hand))


def report(event: str, attendance: Attendance) -> dict[str, Any]:
    """The object of --json; "handed" is there where letters go on paper."""
    on_paper = {"handed": {state.value: attendance.handed.get(state, 0) for state in PaperState}}
    return {
        "event": event,
        "invited": len(attendance.rows),
        "deliveries": dict(attendance.deliveries),
        "replies": dict(attendance.replies),
        "seats": attendance.seats,
        **(on_paper if attendance.handed else {}),
        "rows": [
            {
                "code": row.recipient.code,
                "delivery": row.delivery.state if row.delivery else None,
                "reply": row.state,
                "delegates": row.reply.answer.delegate_count if row.reply else 0,
                "channel": row.reply.channel if row.reply else None,
                **({"handed": row.paper} if attendance.handed else {}),
            }
            for row in attendance.rows
        ],
    }


def _cells(row: AttendanceRow, *, on_paper: bool) -> list[str]:
    reply = row.reply
    return [
        row.recipient.code,
        row.recipient.name_en if language() == "en" else row.recipient.name_id,
        say(f"state.{row.delivery.state}") if row.delivery else "–",
        *([say(f"paper.{row.paper}") if row.paper else "–"] if on_paper else []),
        say(f"reply.{row.state}"),
        str(reply.answer.delegate_count) if reply else "–",
        str(row.seats) if reply else "–",
        say(f"channel.{reply.channel}") if reply else "–",
    ]
