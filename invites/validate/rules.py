"""Every rule that a list or an event file can break: its code, its variants, how much it blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from invites.model.recipient import Problem, Severity
from invites.validate.table import Place

#: a problem quotes this much of a cell
_QUOTED = 60


@dataclass(frozen=True, slots=True)
class Rule:
    """How much a finding blocks; `sending` where approval and sending, or a live relay, are stricter."""

    severity: Severity
    sending: Severity | None = None


B, E, W, I = Severity  # noqa: E741 - the letters that staff and docs use

#: by "code" or "code.variant", which also names the sentence `problem.<that>` in problems.po
RULES: Mapping[str, Rule] = {
    "R001.missing_file": Rule(B),
    "R001.encoding": Rule(B),
    "R001.unreadable": Rule(B),
    "R001.kind": Rule(B),
    "R001.locked": Rule(B),
    "R001.quotes": Rule(B),
    "R001.sheets": Rule(B),
    "R001.empty": Rule(B),
    "R001.title_above": Rule(B),
    "R001.unknown_column": Rule(B),
    "R001.repeated_column": Rule(B),
    "R001.missing_column": Rule(B),
    "R001.one_cell": Rule(B),
    "R001.beyond_header": Rule(B),
    "R002": Rule(B),
    "R003": Rule(B),
    "R004": Rule(W),
    "R005.file": Rule(B),
    "R005.unpacked": Rule(B),
    "R005.rows": Rule(B),
    "R005.cell": Rule(E),
    "R006.control": Rule(E),
    "R006.bidi": Rule(E),
    "R006.invisible": Rule(E),
    "R006.encoded_word": Rule(E),
    "R006.damaged": Rule(E),
    "R006.edges": Rule(W),
    "R007.formula": Rule(E),
    "R007.error": Rule(E),
    "R008.form": Rule(E),
    "R008.reserved": Rule(E),
    "R008.country": Rule(E),
    "R009": Rule(E),
    "R010.missing": Rule(E),
    "R010.control": Rule(E),
    "R010.several": Rule(E),
    "R010.named": Rule(E),
    "R010.spaces": Rule(E),
    "R010.syntax": Rule(E),
    "R011": Rule(E),
    "R012.mixed": Rule(E),
    "R012.lookalike": Rule(E),
    "R012.near": Rule(W),
    "R013": Rule(W),
    "R015": Rule(E),
    "R017.lost": Rule(E),
    "R017.number": Rule(W),
    "R018": Rule(W),
    "R019.choice": Rule(E),
    "R019.yes_no": Rule(E),
    "R019.date": Rule(E),
    "R019.number": Rule(E),
    "R019.state_code": Rule(E),
    "R020.form": Rule(E),
    "R020.unknown": Rule(E),
    "R021": Rule(W),
    "R022": Rule(W),
    "R023": Rule(E),
    "R030": Rule(W),
    "R031": Rule(W),
    "R032.missing": Rule(W),
    "R032.no_time": Rule(W),
    "R032.future": Rule(W),
    "R032.old": Rule(W),
    "R033.honorific": Rule(E),
    "R033.title": Rule(E),
    "R033.script": Rule(E),
    "R033.vacant": Rule(W),
    "R034": Rule(W),
    "R040.old": Rule(W),
    "R040.future": Rule(W),
    "R040.never": Rule(W),
    "R040.never_all": Rule(W),
    "R041": Rule(I),
    "R042.no_address": Rule(B),
    "R042.switched_off": Rule(B),
    "R043.other_mission": Rule(E),
    "R043.shared_copy": Rule(W),
    "R044.script": Rule(E),
    "R044.direction": Rule(E),
    "R045": Rule(W),
    "E100.missing_file": Rule(B),
    "E100.unreadable": Rule(B),
    "E100.syntax": Rule(B),
    "E100.slug": Rule(B),
    "E100.missing": Rule(B),
    "E100.unknown": Rule(B),
    "E100.value": Rule(B),
    "E100.choice": Rule(B),
    "E100.number": Rule(B),
    "E100.yes_no": Rule(B),
    "E100.text": Rule(B),
    "E100.date_time": Rule(B),
    "E101.undated": Rule(W, B),
    "E101.past": Rule(W, B),
    "E101.deadline_past": Rule(W, B),
    "E101.order": Rule(B),
    "E101.zone": Rule(B),
    "E101.offset": Rule(B),
    "E101.deadline_late": Rule(B),
    "E101.late_until": Rule(B),
    "E102.deadline_short": Rule(W),
    "E102.notice_short": Rule(W),
    "E102.holiday": Rule(W),
    "E102.ramadan": Rule(W),
    "E102.no_table": Rule(W),
    "E103.number": Rule(W, B),
    "E103.twice": Rule(W, B),
    "E103.range": Rule(W, B),
    "E103.no_place": Rule(W, B),
    "E103.date": Rule(W, B),
    "E103.date_late": Rule(W),
    "E104.weekend": Rule(W),
    "E104.national_day": Rule(W),
    "E105": Rule(B),
    "E106": Rule(B),
    "E107": Rule(W),
    "E108": Rule(B),
    "E109.sample": Rule(W, B),
    "E110.no_letter": Rule(B),
    "E110.no_programme": Rule(W),
    "E110.no_products": Rule(B),
    "E111.unreadable": Rule(B),
    "E111.missing_column": Rule(B),
    "E111.unknown_column": Rule(B),
    "E111.too_many": Rule(B),
    "E112.missing": Rule(B),
    "E112.text": Rule(B),
    "E112.choice": Rule(B),
    "E112.number": Rule(B),
    "E112.order": Rule(B),
    "E112.yes_no": Rule(B),
    "E112.picture": Rule(B),
    "E113.unsigned": Rule(W),
    "E113.no_issuer": Rule(B),
}


def found(rule: str, place: Place, *, sending: bool = False, **fields: object) -> Problem:
    """A problem for `rule` (a key of RULES) at `place`; `fields` fill its sentence. All but `choices`, which
    are ours, may be text from a file."""
    code, _, variant = rule.partition(".")
    level = RULES[rule]
    return Problem(
        code=code,
        severity=level.sending or level.severity if sending else level.severity,
        variant=variant,
        file=place.file,
        sheet=place.sheet,
        row=place.row,
        column=place.column,
        cell=place.cell,
        fields=tuple((name, str(value) if name == "choices" else quoted(str(value))) for name, value in fields.items()),
    )


def quoted(text: str) -> str:
    """Text from a file made safe to print: cut, with everything invisible or reordering spelt out."""
    spelt = "".join(char if char.isprintable() else f"<U+{ord(char):04X}>" for char in text[: _QUOTED + 1])
    return spelt if len(spelt) <= _QUOTED else spelt[:_QUOTED] + "…"
