"""Typer's commands in the staff's language: its own usage line, help option and errors are English only."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

from invites.cli.texts import say

_SENTENCES = {
    "MissingParameter": "usage.missing",
    "NoSuchOption": "usage.no_option",
    "BadParameter": "usage.bad_value",
}


class _Spoken:
    """What Command and Group say alike."""

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        vars(self).update(options_metavar=say("usage.options"), subcommand_metavar=say("usage.command"))
        for parameter in self.params:  # type: ignore[attr-defined]
            if parameter.param_type_name == "argument":  # its name is enough: Typer adds the type, as in "EVENT <str>"
                parameter.display_type_rich = lambda ctx: None

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The usage line."""
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{say('usage.usage')} ")

    def get_help_option(self, ctx: Any) -> Any:
        """--help, explained."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = say("usage.help")
        return option


class Command(_Spoken, TyperCommand):
    """One verb."""


class Group(_Spoken, TyperGroup):
    """`invites` itself, and `invites user`."""


def usage_sentence(error: Any) -> str:
    """What is wrong with what was typed (`error`: Typer's usage error)."""
    key = _SENTENCES.get(type(error).__name__, "usage.other")
    what = str(error.message or error.format_message()).removeprefix("Value error, ")
    typed, _, choices = what.partition(" is not one of ")
    if choices:
        return say("usage.choice", typed=typed.strip("'"), choices=choices.rstrip(".").replace("'", ""))
    return say(key, name=_name(error), what=what)


def _name(error: Any) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return getattr(error, "option_name", None) or ""
    if parameter.param_type_name == "option":
        return str(parameter.opts[0])
    return str(parameter.metavar or parameter.name.upper())
