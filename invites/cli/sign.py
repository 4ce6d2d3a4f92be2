"""`invites sign EVENT FOLDER --by NAME`: letters that came back signed take the place of the frozen ones."""

from __future__ import annotations

import getpass
import hashlib
import shlex
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from invites import approval, config
from invites.bootstrap import open_house
from invites.cli import compare
from invites.cli.console import line, result
from invites.cli.options import EventName, ListFile, person
from invites.cli.texts import say, with_list
from invites.cli.validate import read
from invites.config import Settings
from invites.errors import ConfigurationError, NotApproved
from invites.house import House
from invites.model.batch import Batch, BatchState
from invites.model.event import Signing
from invites.model.signature import Finding, FindingState, Matched, SignedBy

Folder = Annotated[Path | None, typer.Argument(metavar="FOLDER", help=say("option.signed"), show_default=False)]
By = Annotated[str, typer.Option("--by", metavar="NAME", help=say("option.by_signer"), show_default=False)]
Confirm = Annotated[
    list[str] | None, typer.Option("--confirm", metavar="CODE=MARK", help=say("option.confirm"), show_default=False)
]
Certificate = Annotated[
    Path | None, typer.Option("--certificate", metavar="FILE", help=say("option.certificate"), show_default=False)
]
Scan = Annotated[
    list[str] | None, typer.Option("--scan", metavar="CODE=FILE", help=say("option.scan"), show_default=False)
]
Visible = Annotated[bool, typer.Option("--visible", help=say("option.visible"))]


def run(
    event: EventName,
    by: By,
    folder: Folder = None,
    confirm: Confirm = None,
    scan: Scan = None,
    certificate: Certificate = None,
    visible: Visible = False,
    list_file: ListFile = None,
) -> None:
    """Take in signed files, or sign here with a certificate; exit 4 while a file or a letter needs a person."""
    checked, _ = read(event, list_file, for_sending=True)
    name = person("--by", by)
    settings = config.workspace()
    with open_house(settings) as house:
        batch = approval.unchanged(house, checked)
        if (signing := batch.event.signatory.signing) is Signing.none:
            raise NotApproved("signing_none", event=event)
        if batch.state is BatchState.released:
            raise NotApproved("sign_released", event=event)
        if signing is Signing.pades:
            signed, unsettled = _sign_here(house, batch, certificate, settings.sign_anchors, visible=visible), 0
        elif folder is None:
            raise ConfigurationError("no_signed_folder", setting="FOLDER")
        else:
            back = _Back(folder=folder, by=name, scans=scan or (), confirm=confirm or ())
            signed, unsettled = _came_back(house, settings, batch, back)
        if fresh := _fresh(house, batch, signed):
            batch = approval.take_signed(house, batch, fresh, name)
        kept = list(_fresh(house, batch, fresh))
        lacking = [letter.invitation.code for letter in approval.unsigned(house, batch)]
    result(say("sign.done", count=len(signed) - len(kept), size=batch.size, event=event))
    if signed and not fresh:
        line(say("sign.same"))
    if kept:
        line(say("sign.stays", codes=", ".join(kept)))
    if lacking:
        line(say("sign.lacking", count=len(lacking), codes=", ".join(lacking)))
    if lacking or kept or unsettled:
        raise typer.Exit(4)
    line(say("sign.next_send" if batch.state is BatchState.approved else "sign.next", event=event))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Back:
    """What was typed about files that came back."""

    folder: Path
    by: str
    scans: Sequence[str]
    confirm: Sequence[str]


def _came_back(house: House, settings: Settings, batch: Batch, back: _Back) -> tuple[dict[str, bytes], int]:
    """The files that take their letters' places, by code, and how many files or words need a person."""
    anchors = settings.sign_anchors
    matched = _matched(house, batch, back, anchors)
    confirmed = {typed.upper() for typed in back.confirm}
    confirmed |= {f"{code}={sha256}".upper() for code, sha256 in _held(house, batch).items() if sha256}
    signed = {found.code: found.pdf for found in matched.findings if _counts(found, confirmed)}
    unsettled, doubtful = _show(matched, confirmed, anchored=bool(anchors))
    unsettled += _in_vain(matched, back.confirm)
    if doubtful:
        take = _command(batch.event.slug, back)
        told = [(found, reason, f"{take} --confirm {_seen(found)}") for found, reason in doubtful]
        page = compare.write(house, batch.event, settings.letters / batch.event.slug / "compare", told)
        line(say("sign.compare", page=page))
    return signed, unsettled


def _counts(found: Finding, confirmed: set[str]) -> bool:
    """Whether a file takes the letter's place: a scan only after a person compared it, now or before."""
    if found.state is FindingState.needs_confirmation:
        return not confirmed.isdisjoint((_seen(found).upper(), f"{found.code}={_sha256(found.pdf)}".upper()))
    return found.state is FindingState.accepted


def _fresh(house: House, batch: Batch, signed: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that are not in their letters' place already: to take the same one again would void approvals."""
    held = _held(house, batch)
    return {code: pdf for code, pdf in signed.items() if held[code] != _sha256(pdf)}


def _held(house: House, batch: Batch) -> dict[str, str | None]:
    return {letter.invitation.code: letter.signed for letter in house.store.batches.frozen(batch.id)}


def _sha256(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()


def _in_vain(matched: Matched, confirm: Sequence[str]) -> int:
    """Say which confirmations fit no file. How many."""
    marks = {_seen(found).upper() for found in matched.findings if found.pdf}
    vain = [typed for typed in confirm if typed.upper() not in marks]
    for typed in vain:
        result(say("sign.in_vain", typed=typed))
    return len(vain)


def _seen(found: Finding) -> str:
    """What a person types who compared this very file: another that lies there by then is not meant."""
    return f"{found.code}={_sha256(found.pdf)[:8]}"


def _matched(house: House, batch: Batch, back: _Back, anchors: Sequence[bytes]) -> Matched:
    from invites.sign.upload import match  # noqa: PLC0415 - the extra `sign` may not be installed

    folder = back.folder
    files = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else [folder]
    if not folder.exists() or not files:
        raise ConfigurationError("no_signed_files", setting=str(folder))
    letters = approval.to_sign(house, batch)
    said = _said(back.scans, files, {letter.code for letter in letters})
    return match(files, letters, issuer=batch.event.signatory.issuer, anchors=anchors, said=said)


def _said(scans: Sequence[str], files: Sequence[Path], codes: Collection[str]) -> dict[Path, str]:
    """Whose letter a scan is, as a person read it from the paper."""
    said = {}
    for typed in scans:
        code, _, name = typed.partition("=")
        file = next((path for path in files if Path(name).name == path.name), None)
        if code.upper() not in codes or file is None:
            raise ConfigurationError("no_scan", setting="--scan")
        said[file] = code.upper()
    return said


def _command(event: str, back: _Back) -> str:
    words = ["invites", "sign", event, str(back.folder), "--by", back.by]
    for scan in back.scans:
        words += ["--scan", scan]
    return with_list(shlex.join(words))


def _sign_here(
    house: House, batch: Batch, certificate: Path | None, anchors: Sequence[bytes], *, visible: bool
) -> dict[str, bytes]:
    from invites.sign.pades import PadesSigner  # noqa: PLC0415 - the extra `sign` may not be installed
    from invites.sign.seals import seals  # noqa: PLC0415

    if certificate is None:
        raise ConfigurationError("no_certificate", setting="--certificate")
    passphrase = getpass.getpass(say("sign.passphrase")) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    signer = PadesSigner(certificate, passphrase, visible)
    if not signer.issued_by(batch.event.signatory.issuer):
        raise NotApproved("other_issuer", printed=batch.event.signatory.issuer or "-", certificate=signer.issuer)
    subject = batch.event.titles["id"]
    now, place = house.clock.now(), batch.event.letter.place
    letters = approval.to_sign(house, batch)
    signed = {each.code: signer.sign(each.pdf, reason=subject, location=place, at=now) for each in letters}
    for seal in seals(next(iter(signed.values())), anchors):  # one certificate signed them all
        result(_trust(seal.by, anchored=bool(anchors)))
    return signed


def _show(matched: Matched, confirmed: set[str], *, anchored: bool) -> tuple[int, list[tuple[Finding, str]]]:
    """Say what every file is. How many are not settled, and which a person has to compare, with the reason."""
    unsettled, doubtful = 0, []
    for found in matched.findings:
        known: dict[str, Any] = {"file": found.path.name, "code": found.code or "?"}
        if _counts(found, confirmed):
            by = found.signed_by.subject if found.signed_by else "-"
            result(say(f"sign.taken_{found.kind}", by=by, **known))
            if found.signed_by:
                result(f"  {_trust(found.signed_by, anchored=anchored)}")
            continue
        unsettled += 1
        fields: dict[str, Any] = dict(found.fields)
        reason = say(f"sign.reason.{found.reason}", **fields) if found.reason else ""
        if found.pictures and found.signed_by and found.reason != "untrusted":
            reason += " " + _trust(found.signed_by, anchored=anchored)
        result(say(f"sign.{found.state}", reason=reason, **known))
        if found.pictures:
            doubtful.append((found, reason))
    return unsettled, doubtful


def _trust(by: SignedBy, *, anchored: bool) -> str:
    """Who issued the certificate, by its own word, and whether the office trusts that."""
    trusted = "sign.trust_unchecked" if not anchored else "sign.trusted" if by.trusted else "sign.not_trusted"
    return say("sign.certificate", issuer=by.issuer) + " " + say(trusted)
