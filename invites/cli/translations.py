"""`invites translations`: the languages that embassies may be written to in, who approved them, files for reviewers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from invites import config
from invites.bootstrap import open_house, open_words
from invites.cli.commands import Command, Group
from invites.cli.console import as_json, line, result, table
from invites.cli.options import AsJson, person
from invites.cli.texts import language as staff_language
from invites.cli.texts import problem, say
from invites.config import Settings
from invites.errors import ConfigurationError, NotApproved, TranslationError
from invites.house import House
from invites.model.translation import TranslationApproval
from invites.words import exchange, review
from invites.words.catalogue import Catalogues
from invites.words.names import language_name

app = typer.Typer(cls=Group, rich_markup_mode=None)

_SHORT = 12
Level = Literal["protocol-officer", "spot-check", "native", "native-required"]
Tag = Annotated[str, typer.Argument(metavar="LANGUAGE", help=say("option.language"), show_default=False)]
By = Annotated[str, typer.Option("--by", metavar="NAME", help=say("option.by_reviewer"), show_default=False)]
ReadAs = Annotated[Level | None, typer.Option("--level", help=say("option.review_level"), show_default=False)]
Version = Annotated[
    str | None, typer.Option("--version", metavar="HEX", help=say("option.reviewed_version"), show_default=False)
]
Target = Annotated[Path | None, typer.Option("--to", metavar="FILE", help=say("option.to_file"), show_default=False)]
Source = Annotated[Path, typer.Argument(metavar="FILE", help=say("option.po_file"), show_default=False)]


@app.callback(invoke_without_command=True)
def run(context: typer.Context, json: AsJson = False) -> None:
    """Every language: how it must be read, its version, and who approved that."""
    if context.invoked_subcommand is not None:
        return
    with open_house(config.workspace()) as house:
        rows = [_state(house, tag) for tag in house.catalogues.languages]
    if json:
        as_json({"languages": rows})
        return
    headings = [say(f"translations.{name}") for name in ("language", "level", "version", "state")]
    table(headings, [_row(row) for row in rows])
    if any(not row["usable"] for row in rows):
        result(say("translations.how"))


@app.command("approve", cls=Command, help=say("help.translations_approve"))
def approve(tag: Tag, by: By, level: ReadAs = None, version: Version = None) -> None:
    """Record that somebody has read a language as it is now. Nothing is recorded for texts with faults."""
    name = person("--by", by)
    with open_house(config.workspace()) as house:
        _known(house.catalogues, tag)
        if faults := exchange.problems(house.catalogues, tag):
            raise TranslationError("translation_faulty", faults, tag=tag)
        now = house.catalogues.version(tag)
        if version is not None and (len(version) < _SHORT or not now.startswith(version.lower())):
            raise NotApproved("translation_changed", tag=tag, version=now[:_SHORT], read=version)
        fresh = record(house, tag, name, level)
        told = house.store.translations.of(tag)
    first = next(one for one in told if one.version == now)
    key = "translations.approved" if fresh else "translations.approved_before"
    result(say(key, tag=tag, version=now[:_SHORT], by=first.approved_by))


@app.command("export", cls=Command, help=say("help.translations_export"))
def export(tag: Tag, to: Target = None) -> None:
    """Write the file that a reviewer reads and mends."""
    catalogues, _ = open_words(config.load())
    _known(catalogues, tag)
    if to is not None and not to.parent.is_dir():
        raise ConfigurationError("no_file", setting="--to", path=to.parent)
    text = exchange.export(catalogues, tag)
    for fault in exchange.problems(catalogues, tag):
        line(problem(fault))
    if to is None:
        typer.echo(text, nl=False)
        return
    _write(to, text)
    result(say("translations.exported", tag=tag, version=catalogues.version(tag)[:_SHORT], path=to))


@app.command("import", cls=Command, help=say("help.translations_import"))
def take(file: Source) -> None:
    """Take a reviewer's file into the workspace, whole or not at all."""
    settings = config.workspace()
    if not file.is_file():
        raise ConfigurationError("no_file", setting="FILE", path=file)
    catalogues, _ = open_words(settings)
    texts = exchange.read(catalogues, file)
    target = settings.home / "templates/locales" / texts.language / "LC_MESSAGES/invites.po"
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(target, exchange.write(catalogues, texts))
    tag, (now, _) = texts.language, open_words(settings)
    result(say("translations.imported", tag=tag, path=target, version=now.version(tag)[:_SHORT]))


def record(house: House, tag: str, by: str, level: str | None = None) -> bool:
    """Record that `by` has read a language as it is now. False when that version has an approval already.

    ConfigurationError when it was read less thoroughly than the language asks for.
    """
    asked = house.catalogues.review(tag)
    read = level or asked or review.LEVELS[-1]
    if review.strictest((read, asked or read)) != read:
        raise ConfigurationError("level_low", setting="--level", tag=tag, asked=say(f"review.{asked}"))
    approval = TranslationApproval(
        language=tag, version=house.catalogues.version(tag), approved_by=by, at=house.clock.now()
    )
    return house.store.translations.approve(approval, level=read)


def record_all(settings: Settings, by: str) -> None:
    """Let a sample workspace use every language, as if `by` had read them all."""
    with open_house(settings) as house:
        for tag in filter(house.catalogues.asks_approval, house.catalogues.languages):
            record(house, tag, by)


def _known(catalogues: Catalogues, tag: str) -> None:
    if tag not in catalogues.languages:
        raise ConfigurationError("language_unknown", setting="LANGUAGE", tag=tag, known=", ".join(catalogues.languages))


def _state(house: House, tag: str) -> dict[str, Any]:
    """One object of --json."""
    catalogues = house.catalogues
    version, told = catalogues.version(tag), house.store.translations.of(tag)
    mine = next((one for one in told if one.version == version), None)
    return {
        "language": tag,
        "level": catalogues.review(tag),
        "version": version[:_SHORT],
        "usable": catalogues.usable(tag),
        "approved_by": mine.approved_by if mine else None,
        "approved_at": mine.at.isoformat() if mine else None,
        "changed_since": told[-1].approved_by if told and not mine else None,
    }


def _row(row: dict[str, Any]) -> list[str]:
    name = language_name(row["language"], staff_language())
    level = say(f"review.{row['level']}") if row["level"] else say("review.unknown")
    return [f"{row['language']}  {name}", level, row["version"], _said(row)]


def _said(row: dict[str, Any]) -> str:
    if row["approved_by"]:
        return say("translations.by", by=row["approved_by"], at=row["approved_at"][:10])
    if row["usable"]:
        return say("translations.not_needed")
    if row["changed_since"]:
        return say("translations.changed", by=row["changed_since"])
    return say("translations.lacking")


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a catalogue cut in half would be read as one with fewer texts."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
