"""Programs of others that open PDFs, and what they complain of."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

#: program → Debian package
PACKAGES: Mapping[str, str] = {
    "qpdf": "qpdf",
    "mutool": "mupdf-tools",
    "gs": "ghostscript",
    "pdftotext": "poppler-utils",
    "pdfinfo": "poppler-utils",
    "pdffonts": "poppler-utils",
}
#: Debian builds MuPDF without colour profiles, and MuPDF says so whatever it draws
_NO_FAULT = "warning: ICC support is not available"


def missing() -> str:
    """Debian packages, with a space between them."""
    return " ".join(dict.fromkeys(package for program, package in PACKAGES.items() if not shutil.which(program)))


def run(*command: str | Path) -> tuple[str, str]:
    """What a program says, and what it complains of."""
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    failed = f"{command[0]} ended with {ended.returncode}" if ended.returncode else ""
    return ended.stdout, ended.stderr + failed


def complaints(pdf: Path) -> list[str]:
    """What qpdf, MuPDF, Ghostscript and Poppler find wrong with a file that they read, draw and list."""
    checked, warned = run("qpdf", "--check", pdf)
    found = [*warned.splitlines(), *(line for line in checked.splitlines() if "WARN" in line)]
    for words in (("draw", "-q", "-F", "png", "-o", pdf.with_suffix(".png")), ("info",)):
        found += run("mutool", *words, pdf)[1].splitlines()
    drawn, warned = run("gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=nullpage", pdf)
    found += drawn.splitlines() + warned.splitlines()
    for program in ("pdftotext", "pdfinfo", "pdffonts"):
        found += run(program, pdf, *(["-"] if program == "pdftotext" else []))[1].splitlines()
    return [line for line in found if line and line != _NO_FAULT]


def facts(pdf: Path) -> Mapping[str, str]:
    """pdfinfo's table."""
    return dict(re.split(r":\s+", line, maxsplit=1) for line in run("pdfinfo", pdf)[0].splitlines() if ": " in line)


def fonts(pdf: Path) -> Mapping[str, tuple[str, str, str]]:
    """Font name → pdffonts' columns emb, sub, uni."""
    rows = [line.split() for line in run("pdffonts", pdf)[0].splitlines()[2:]]
    return {row[0].partition("+")[2]: (row[-5], row[-4], row[-3]) for row in rows}
