"""`invites sign EVENT FOLDER --by NAME`: letters that came back signed take the place of the frozen ones."""

from __future__ import annotations

import getpass
import hashlib
import shlex
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from invites import approval, config
from invites.bootstrap import open_house
from invites.cli import compare
from invites.cli.console import line, result
from invites.cli.options import EventName, ListFile, person
from invites.cli.texts import say
from invites.cli.validate import read
from invites.errors import ConfigurationError, NotApproved
from invites.house import House
from invites.model.batch import Batch
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
        signing = batch.event.signatory.signing
        if signing is Signing.none:
            raise NotApproved("signing_none", event=event)
        if signing is Signing.pades:
            signed = _sign_here(house, batch, certificate, visible=visible)
            unsettled = 0
        else:
            if folder is None:
                raise ConfigurationError("no_signed_folder", setting="FOLDER")
            anchors = settings.sign_anchors
            matched = _matched(house, batch, folder, scan or (), anchors)
            confirmed = {typed.upper() for typed in confirm or ()}
            signed = {found.code: found.pdf for found in matched.findings if _counts(found, confirmed)}
            unsettled, doubtful = _show(matched, confirmed, anchored=bool(anchors))
            if doubtful:
                take = _command(event, folder, name, scan or ())
                told = [(found, reason, f"{take} --confirm {_seen(found)}") for found, reason in doubtful]
                page = compare.write(house, batch.event, settings.letters / event / "compare", told)
                line(say("sign.compare", page=page))
        if signed:
            batch = approval.take_signed(house, batch, signed, name)
        lacking = approval.unsigned(house, batch)
    result(say("sign.done", count=len(signed), size=batch.size, event=event))
    if lacking:
        line(say("sign.lacking", count=len(lacking), codes=", ".join(letter.invitation.code for letter in lacking)))
    elif not unsettled:
        line(say("sign.next", event=event))
    raise typer.Exit(4 if lacking or unsettled else 0)


def _counts(found: Finding, confirmed: set[str]) -> bool:
    """Whether a file takes the letter's place: a scan only after a person compared it."""
    if found.state is FindingState.needs_confirmation:
        return _seen(found).upper() in confirmed
    return found.state is FindingState.accepted


def _seen(found: Finding) -> str:
    """What a person types who compared this very file: another that lies there by then is not meant."""
    return f"{found.code}={hashlib.sha256(found.pdf).hexdigest()[:8]}"


def _matched(house: House, batch: Batch, folder: Path, scans: Sequence[str], anchors: Sequence[bytes]) -> Matched:
    from invites.sign.upload import match  # noqa: PLC0415 - the extra `sign` may not be installed

    files = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else [folder]
    if not folder.exists() or not files:
        raise ConfigurationError("no_signed_files", setting=str(folder))
    letters = approval.to_sign(house, batch)
    said = _said(scans, files, {letter.code for letter in letters})
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


def _command(event: str, folder: Path, by: str, scans: Sequence[str]) -> str:
    words = ["invites", "sign", event, str(folder), "--by", by]
    for scan in scans:
        words += ["--scan", scan]
    return shlex.join(words)


def _sign_here(house: House, batch: Batch, certificate: Path | None, *, visible: bool) -> dict[str, bytes]:
    from invites.sign.pades import PadesSigner  # noqa: PLC0415 - the extra `sign` may not be installed

    if certificate is None:
        raise ConfigurationError("no_certificate", setting="--certificate")
    passphrase = getpass.getpass(say("sign.passphrase")) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    signer = PadesSigner(certificate, passphrase, visible)
    if not signer.issued_by(batch.event.signatory.issuer):
        raise NotApproved("other_issuer", printed=batch.event.signatory.issuer or "-", certificate=signer.issuer)
    subject = batch.event.titles["id"]
    now, place = house.clock.now(), batch.event.letter.place
    letters = approval.to_sign(house, batch)
    return {each.code: signer.sign(each.pdf, reason=subject, location=place, at=now) for each in letters}


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
    """Whose certificate it is, and whether its issuer is who it says."""
    trusted = "sign.trust_unchecked" if not anchored else "sign.trusted" if by.trusted else "sign.not_trusted"
    return say("sign.signed_by", subject=by.subject, issuer=by.issuer) + " " + say(trusted)
