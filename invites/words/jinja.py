"""The one template environment: sandboxed, strict, escaping, speaking one language at a time."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from invites.errors import TemplateError
from invites.words import dates
from invites.words.catalogue import Catalogues, Ltr, Text, direction, isolate, ltr, number, substitute


class Templates:
    """The templates of some folders, the first that has a name wins."""

    def __init__(self, folders: Sequence[Path], catalogues: Catalogues) -> None:
        self._loader = FileSystemLoader([str(folder) for folder in folders])
        self._roots = tuple(str(folder) for folder in folders)
        self._catalogues = catalogues
        self._environments: dict[str, ImmutableSandboxedEnvironment] = {}

    def render(self, name: str, language: str, **values: Any) -> str:
        """One template in one language (a catalogue tag). `values` are primitives, tuples, dicts and frozen
        dataclasses. TemplateError with template and line when it can't be read or filled."""
        try:
            return self._environment(language).get_template(name).render(values)
        except TemplateNotFound as error:
            raise TemplateError("template_missing", template=error.name or name, line=0) from error
        except TemplateSyntaxError as error:
            where = error.name or name
            raise TemplateError("template_broken", template=where, line=error.lineno, reason=error.message) from error
        except Exception as error:
            where, line = self._spot(error, name)
            raise TemplateError("template_failed", template=where, line=line, reason=str(error)) from error

    def read(self, name: str) -> bytes | None:
        """A file of these folders as it lies there, the first that has it wins; None when none has."""
        found = next((path for root in self._roots if (path := Path(root, name)).is_file()), None)
        return found.read_bytes() if found else None

    def _environment(self, language: str) -> ImmutableSandboxedEnvironment:
        """One environment a language, so that imported macros speak it without being told."""
        if language not in self._environments:
            environment = ImmutableSandboxedEnvironment(
                loader=self._loader,
                autoescape=_escapes,
                undefined=StrictUndefined,
                finalize=_finalizer(language),
                trim_blocks=True,
                lstrip_blocks=True,
                keep_trailing_newline=True,
            )
            environment.globals.update(_globals(self._catalogues, language))
            self._environments[language] = environment
        return self._environments[language]

    def _spot(self, error: Exception, name: str) -> tuple[str, int]:
        """The template and line where it happened: Jinja puts them into the traceback."""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            for root in self._roots:
                if frame.filename.startswith(root):
                    return frame.filename.removeprefix(root).lstrip("/"), frame.lineno or 0
        return name, 0


def _escapes(name: str | None) -> bool:
    return not (name or "").endswith((".txt", ".txt.j2"))


def _finalizer(language: str) -> Callable[..., Any]:
    @pass_eval_context
    def finalize(context: EvalContext, value: Any) -> Any:
        if value is None:
            raise ValueError("None would be printed")
        if isinstance(value, Ltr):
            return _bdi(value) if context.autoescape else isolate(value, language)
        return value

    return finalize


def _bdi(value: object) -> Markup:
    """A value as a unit of its own. <bdi> alone does not protect a telephone number: its sign moves."""
    if isinstance(value, Ltr):
        return Markup('<bdi dir="ltr">{}</bdi>').format(value)
    return Markup("<bdi>{}</bdi>").format(value)


def _globals(catalogues: Catalogues, language: str) -> dict[str, Any]:
    def find(key: str, lang: str | None, gender: str | None, count: int | None) -> Text:
        return catalogues.get(key, lang or language, gender=gender, count=count)

    def plain(
        key: str, *, lang: str | None = None, gender: str | None = None, count: int | None = None, **values: Any
    ) -> str:
        """The text without markup, for attributes and <title>."""
        return catalogues.fill(key, lang or language, gender=gender, count=count, **values)

    @pass_eval_context
    def t(
        context: EvalContext,
        key: str,
        *,
        lang: str | None = None,
        gender: str | None = None,
        count: int | None = None,
        **values: Any,
    ) -> str:
        if not context.autoescape:
            return plain(key, lang=lang, gender=gender, count=count, **values)
        text = find(key, lang, gender, count)
        filled = values if count is None else {"count": number(count, text.language), **values}
        said = Markup(substitute(escape(text.text), filled, _bdi))  # noqa: S704 - both halves are escaped
        return said if _same(text.language, lang or language) else _foreign(said, text.language)

    return {
        "t": t,
        "plain": plain,
        "ltr": ltr,
        "language": language,
        "direction": direction,
        "number": lambda value, lang=None: number(value, lang or language),
        "date_full": lambda day, lang=None: dates.date_full(day, lang or language),
        "date_long": lambda day, lang=None: dates.date_long(day, lang or language),
        "clock": lambda moment, lang=None, zone=None: dates.clock(moment, lang or language, zone),
        "clocks": lambda moment, lang=None: dates.clocks(moment, lang or language),
        "span": lambda start, end, lang=None: dates.span(start, end, lang or language),
        "deadline": lambda moment, lang=None: dates.deadline(moment, lang or language),
        "zone_key": dates.zone_key,
    }


def _same(found: str, wanted: str) -> bool:
    return found.partition("-")[0] == wanted.partition("-")[0]


def _foreign(said: Markup, language: str) -> Markup:
    return Markup('<span lang="{}" dir="{}">{}</span>').format(language, direction(language), said)
