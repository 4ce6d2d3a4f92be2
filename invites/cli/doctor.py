"""`invites doctor`: what this machine and this workspace have, and the line to type for what lacks."""

from __future__ import annotations

import platform
from itertools import chain

import typer

from invites import config
from invites.bootstrap import template_folders
from invites.cli.console import result
from invites.cli.texts import problem, say, sentence
from invites.config import Settings
from invites.errors import ConfigurationError, InvitesError, MissingSystemPart
from invites.house import House
from invites.track import links
from invites.words import exchange
from invites.words.catalogue import Catalogues

_TYPED_WITH_EASE = 45  # characters


def run() -> None:
    """Look at everything, say everything, and exit with the worst."""
    settings = config.load()
    catalogues = Catalogues(template_folders(settings))
    result(say("doctor.python", version=platform.python_version(), system=platform.platform()))
    worst = _machine(catalogues)
    _languages(catalogues)
    if (settings.home / ".env").exists():
        _cut_fonts(settings)
        worst = _settings(settings) or worst
        worst = worst or _database(settings)
    else:
        result(say("doctor.no_workspace", home=settings.home))
    raise typer.Exit(worst)


def _machine(catalogues: Catalogues) -> int:
    from invites.render.fonts import require  # noqa: PLC0415 - only doctor looks without rendering

    try:
        require(catalogues.languages)
    except MissingSystemPart as error:
        _bad(error)
        return error.exit_code
    result(say("doctor.fonts_ok", count=len(catalogues.languages)))
    return 0


def _cut_fonts(settings: Settings) -> None:
    from invites.render import cut  # noqa: PLC0415

    here, wanted = len(cut.fresh(settings.fonts)), len(cut.cuttable())
    result(say("doctor.cut_fonts" if here == wanted else "doctor.no_cut_fonts", count=here, wanted=wanted))


def _languages(catalogues: Catalogues) -> None:
    for language, keys in sorted(catalogues.missing().items()):
        if keys:
            result(say("doctor.missing_texts", tag=language, count=len(keys), keys=", ".join(keys)))
    for language in catalogues.languages:
        result(say("doctor.review", tag=language, level=say(f"review.{catalogues.review(language)}")))


def _translations(house: House) -> None:
    """What stands between the embassies and their languages."""
    catalogues = house.catalogues
    if lacking := [tag for tag in catalogues.languages if not catalogues.usable(tag)]:
        result(say("doctor.not_approved", tags=", ".join(lacking)))
    for fault in chain.from_iterable(exchange.problems(catalogues, tag) for tag in catalogues.languages):
        result(f"✗ {problem(fault)}")


def _settings(settings: Settings) -> int:
    wrong = 0
    for name, check in settings.checks().items():
        try:
            check()
        except ConfigurationError as error:
            _bad(error)
            wrong = error.exit_code
        else:
            result(say("doctor.setting_ok", name=name))
            if name == "INVITES_BASE_URL":
                _length_of_links(settings.base_url)
    return wrong


def _length_of_links(base_url: str) -> None:
    """Some secretaries type the link from paper, without https://."""
    typed = len(links.derive([b""], base_url, "", "").url.partition("://")[2])
    if typed > _TYPED_WITH_EASE:
        result(say("doctor.long_links", length=typed, most=_TYPED_WITH_EASE))


def _database(settings: Settings) -> int:
    from invites.bootstrap import open_house  # noqa: PLC0415

    try:
        with open_house(settings) as house:
            broken = house.store.audit.broken_at()
            _translations(house)
    except (InvitesError, ConfigurationError) as error:
        _bad(error)
        return error.exit_code
    if broken is not None:
        result(say("doctor.audit_broken", position=broken))
        return 1
    result(say("doctor.database_ok", path=settings.database))
    return 0


def _bad(error: InvitesError | ConfigurationError) -> None:
    for text in sentence(error):
        result(f"✗ {text}")
