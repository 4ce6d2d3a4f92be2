"""Files that came back from the registry or a signing portal, in any names: which is which letter, and is it signed?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from invites.errors import SigningError
from invites.model.signature import Finding, FindingState, LetterToSign, Matched, Reason
from invites.sign import reading
from invites.sign.cell import Cell
from invites.sign.judge import candidates, verdict
from invites.sign.reading import Unreadable

_LARGEST = 40 * 1024 * 1024


def match(
    files: Sequence[Path],
    letters: Sequence[LetterToSign],
    *,
    issuer: str = "",
    anchors: Sequence[bytes] = (),
    said: Mapping[Path, str] | None = None,
) -> Matched:
    """What every file is, and which letters have none.

    `issuer` is who the letters say issues the certificate, "" when they say nothing of a signature; then anybody may,
    and ink too. `anchors` are certificates (PEM or DER)
    that a signer's has to lead to in order to be called trusted; with any, one that leads to none needs a person.
    `said` names the letter of a scan that shows no code, as a person read it: file → code. SigningError when a frozen
    letter can't be read.
    """
    with Cell() as cell:
        desk = _Desk(cell=cell, letters=tuple(letters), issuer=issuer, anchors=tuple(anchors), said=said or {})
        findings = [desk.finding(path) for path in files]
    usable = Counter(each.code for each in findings if each.state is not FindingState.refused)
    findings = [_alone(each, findings) if usable[each.code] > 1 else each for each in findings]
    came = {each.code for each in findings if each.state is not FindingState.refused}
    return Matched(findings=findings, missing=tuple(each.code for each in letters if each.code not in came))


def _alone(finding: Finding, findings: Sequence[Finding]) -> Finding:
    """Between two files for one letter nobody may choose by chance."""
    if finding.state is FindingState.refused:
        return finding
    usable = [each for each in findings if each.state is not FindingState.refused]
    others = [each.path.name for each in usable if each.code == finding.code and each is not finding]
    return _refused(finding, "two_files", others=", ".join(others))


def _refused(finding: Finding, reason: Reason, **fields: str) -> Finding:
    return replace(finding, state=FindingState.refused, reason=reason, fields=fields, pdf=b"", pictures=())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    cell: Cell
    letters: tuple[LetterToSign, ...]
    issuer: str
    anchors: tuple[bytes, ...]
    said: Mapping[Path, str]

    def finding(self, path: Path) -> Finding:
        found = Finding(path=path, state=FindingState.refused)
        try:
            return self._found(found, _content(path))
        except Unreadable as unreadable:
            return _refused(found, unreadable.reason, **unreadable.fields)

    def _found(self, found: Finding, pdf: bytes) -> Finding:
        came = self.cell.run(reading.read, pdf, self.anchors)
        prefix = [letter for letter in self.letters if pdf.startswith(letter.pdf)]
        letters = prefix or candidates(came, self.letters) or self._as_said(found.path, came)
        if len(letters) > 1:
            return _refused(found, "several_letters", codes=", ".join(each.code for each in letters))
        if not letters:
            nameless = came.scanned and not came.codes
            return _refused(found, "no_code" if nameless else "unknown_letter")
        letter = letters[0]
        judged = verdict(
            letter,
            self._frozen(letter),
            came,
            prefix=bool(prefix),
            issuer=self.issuer,
            anchored=bool(self.anchors),
        )
        usable = judged.state is not FindingState.refused
        compare = judged.state is FindingState.needs_confirmation
        return replace(
            found,
            state=judged.state,
            kind=judged.kind,
            code=letter.code,
            reason=judged.reason,
            fields=judged.fields,
            signed_by=came.seals[0].by if came.seals else None,
            pdf=pdf if usable else b"",
            pictures=self.cell.run(reading.side_by_side, letter.pdf, pdf) if compare else (),
        )

    def _frozen(self, letter: LetterToSign) -> reading.Reading:
        try:
            return self.cell.run(reading.read, letter.pdf)
        except Unreadable as unreadable:  # our own letter: no fault of the file that came
            raise SigningError("sign_frozen", code=letter.code) from unreadable

    def _as_said(self, path: Path, came: reading.Reading) -> list[LetterToSign]:
        """A person's word counts only for paper, and only where the paper itself says nothing."""
        if not came.scanned or came.codes:
            return []
        return [letter for letter in self.letters if letter.code == self.said.get(path)]


def _content(path: Path) -> bytes:
    """The file's bytes, read once: what is looked at is what will be kept."""
    if not path.is_file():
        raise Unreadable("not_pdf")
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise Unreadable("unreadable") from error
    if len(content) > _LARGEST:
        raise Unreadable("too_large")
    return content
