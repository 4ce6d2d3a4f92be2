"""docs/delivery.md's table of moments, made from the policy: `python -m tests.docs.policy_table` writes it anew."""

from __future__ import annotations

import inspect
import re
from datetime import timedelta
from itertools import groupby

from invites.deliver.policy import LAST_TRY, Decision, decide
from invites.model.delivery import Moment, Outcome
from tests.docs import pages

PAGE = pages.ROOT / "docs" / "delivery.md"
START, END = "<!-- made from the policy -->\n", "<!-- to here -->"
#: replies that the policy tells apart within a moment; None stands for any other
CODES: dict[Moment, tuple[int | None, ...]] = {Moment.refused_for_now: (None, 451, 452)}


def table() -> str:
    """One row a moment, and one for each reply that makes a difference."""
    promises = re.findall(r"#: (.+)\n    (\w+) = ", inspect.getsource(Moment))
    promise_of = {name: promise for promise, name in promises}
    rows = [_row(moment, code, promise_of[moment.name]) for moment in Moment for code in CODES.get(moment, (None,))]
    return "\n".join(["| moment | on the wire | then |", "| --- | --- | --- |", *rows, ""])


def _row(moment: Moment, code: int | None, promise: str) -> str:
    alike = {450: "450 or 451", 451: "450 or 451", 452: "452 or 552"}
    on_the_wire = promise if code is None else f"the same with {alike[code]}"
    return f"| `{moment}` | {on_the_wire} | {_consequence(moment, code)} |"


def _consequence(moment: Moment, code: int | None) -> str:
    decisions = [decide(Outcome(moment=moment, reply_code=code), attempt) for attempt in range(1, LAST_TRY + 1)]
    spans = [(said, len(list(same))) for said, same in groupby(map(_words, decisions))]
    if len(spans) == 1:
        return spans[0][0]
    parts, first = [], 1
    for said, count in spans:
        last = first + count - 1
        parts.append(f"try {first}: {said}" if count == 1 else f"tries {first}–{last}: {said}")
        first = last + 1
    return "; ".join(parts)


def _words(decision: Decision) -> str:
    if decision.state is None:
        return "as it was"
    if decision.pause_relay:
        return f"`{decision.state}`, and the run ends: the next message would meet the same"
    return f"`{decision.state}`" + (f", again after {_time(decision.wait)}" if decision.wait else "")


def _time(wait: timedelta) -> str:
    minutes = round(wait.total_seconds() / 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def parts() -> tuple[str, str, str]:
    """The page before the table, the table as it stands there, the page after it."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    written, _, after = rest.partition(END)
    return before, written, after


def main() -> None:
    """Write the table into the page."""
    before, _, after = parts()
    PAGE.write_text(f"{before}{START}{table()}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
