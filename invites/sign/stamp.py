"""The visible mark of a signature: names and time, in the blank space above the signer's name."""

from __future__ import annotations

from collections.abc import Sequence

import pypdfium2
from PIL import Image, ImageDraw, ImageFont
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.stamp import StaticStampStyle

from invites.errors import SigningError

Box = tuple[int, int, int, int]

_WIDTH, _HEIGHT = 170, 34  # points
#: where the signature stands: the right half of the lower third
_LEFT, _TOP = 0.51, 0.62
_PAPER = 250
_SCALE = 5  # 360 dpi
_INK = (30, 60, 60)


def room(pdf: bytes) -> Box:
    """Left, bottom, right, top in points on the first page, of the uppermost blank space in its lower right.

    SigningError when there is none.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0].render(grayscale=True).to_pil()
    finally:
        document.close()
    left, blank = round(page.width * _LEFT), 0
    for line in range(round(page.height * _TOP), page.height):
        darkest, _ = page.crop((left, line, left + _WIDTH, line + 1)).getextrema()
        if darkest >= _PAPER:
            blank += 1
        elif blank >= _HEIGHT + 4:  # two points of air above and below
            bottom = page.height - line + (blank - _HEIGHT) // 2
            return left, bottom, left + _WIDTH, bottom + _HEIGHT
        else:
            blank = 0
    raise SigningError("sign_no_room")


def style(lines: Sequence[str], box: Box) -> StaticStampStyle:
    """The lines as a picture that fills the box: a picture needs no font in the file."""
    width, height = box[2] - box[0], box[3] - box[1]
    picture = Image.new("RGB", (width * _SCALE, height * _SCALE), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, picture.width - 1, picture.height - 1), outline=_INK, width=_SCALE // 2)
    step = picture.height // len(lines)
    for number, line in enumerate(lines):
        size = 8 * _SCALE
        while size > 3 * _SCALE and ImageFont.load_default(size).getlength(line) > picture.width - 6 * _SCALE:
            size -= 1
        middle = number * step + step // 2
        draw.text((3 * _SCALE, middle), line, fill=_INK, font=ImageFont.load_default(size), anchor="lm")
    whole = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, Margins(0, 0, 0, 0))
    return StaticStampStyle(
        background=PdfImage(picture, box=BoxConstraints(width, height), name="stamp"),
        background_layout=whole,
        border_width=0,
    )
