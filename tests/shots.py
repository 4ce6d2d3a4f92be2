"""`./run shots`: docs/pictures/*.png, taken by chromium from a demonstration that is running."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
COMMAND = Path(sys.executable).parent / "invites"
COLOURS = 160  # flat pages need no more, and a picture stays under 150 KB
PHONE, SCREEN = 390, 1280
LETTER = 1.5  # pixels a point


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """One that serves: its workspace, its site, who may open the desk, and the mails it sent."""

    home: Path
    base: str
    user: str
    password: str
    mails: tuple[tuple[str, EmailMessage], ...]

    def mail(self, code: str) -> tuple[str, EmailMessage]:
        """The key of an embassy's letter in the mailbox, and the mail."""
        wanted = f"@embassy-{code.lower()}.example"
        return next((key, mail) for key, mail in self.mails if wanted in str(mail["To"]))

    def link(self, code: str) -> str:
        """An embassy's reply page."""
        text = self.mail(code)[1].get_body(("plain",))
        found = re.search(r"http://\S+/r/\S+", text.get_content() if text else "")
        if not found:
            raise LookupError(code)
        return found[0]


@contextlib.contextmanager
def demonstration() -> Iterator[Demonstration]:
    """The installed `invites demo` in a folder of its own, until the pictures are taken."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(COMMAND), "demo", "--lang", "en"]
        running = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        try:
            yield _read(running, Path(folder) / "var" / "demo")
        finally:
            running.send_signal(signal.SIGINT)
            running.communicate()


def _read(running: subprocess.Popen[str], home: Path) -> Demonstration:
    said = ""
    for line in running.stdout or ():
        said += line
        if line.startswith("Reply link"):
            break
    desk = re.search(r"(http://\S+)/desk \(user (\S+), password (\S+)\)", said)
    if desk is None:
        raise RuntimeError(f"the demonstration did not get to its desk:\n{said}")
    files = sorted((home / "mail" / "new").iterdir())
    mails = tuple((path.name, message_from_bytes(path.read_bytes(), policy=policy.default)) for path in files)
    return Demonstration(home=home, base=desk[1], user=desk[2], password=desk[3], mails=mails)


def open_page(browser: Browser, address: str, *, width: int, height: int) -> Page:
    """An address in a fresh window; two device pixels a pixel on a phone, as phones have."""
    scale = 2 if width == PHONE else 1
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=scale)
    page = context.new_page()
    page.goto(address)
    return page


def open_desk(browser: Browser, shown: Demonstration, language: str, *, width: int, height: int) -> Page:
    """The desk, with the password typed in."""
    page = open_page(browser, f"{shown.base}/desk/login?lang={language}", width=width, height=height)
    page.fill("[name=name]", shown.user)
    page.fill("[name=password]", shown.password)
    page.click("main button[type=submit]")
    page.wait_for_selector("table")
    return page


def save(name: str, picture: Image.Image) -> None:
    """Into docs/pictures, with as few colours as it needs."""
    few = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(PICTURES / f"{name}.png", optimize=True)
    size = (PICTURES / f"{name}.png").stat().st_size
    sys.stdout.write(f"docs/pictures/{name}.png  {picture.width}×{picture.height}  {size // 1024} KB\n")


def take(name: str, page: Page) -> None:
    """What the window shows."""
    save(name, Image.open(io.BytesIO(page.screenshot())))


def take_letter(shown: Demonstration, code: str) -> None:
    """Both pages of an embassy's PDF."""
    with pypdfium2.PdfDocument(shown.home / "letters" / "jakarta" / f"{code}.pdf") as pdf:
        for number, sheet in enumerate(pdf, 1):
            save(f"letter-{number}", sheet.render(scale=LETTER).to_pil())


def take_all(browser: Browser, shown: Demonstration) -> None:
    """Every picture that README and docs show."""
    take_letter(shown, "JP")
    mail, _ = shown.mail("JP")
    take("mail", open_page(browser, f"{shown.base}/rehearsal/{mail}/html", width=760, height=1180))
    take("reply-ja", open_page(browser, shown.link("JP"), width=PHONE, height=844))
    form = open_page(browser, shown.link("SA"), width=PHONE, height=844)
    form.locator("form fieldset").first.scroll_into_view_if_needed()
    take("reply-ar", form)
    take("reply-de", open_page(browser, shown.link("DE"), width=SCREEN, height=1120))
    take("desk", open_desk(browser, shown, "en", width=SCREEN, height=900))
    take("desk-phone", open_desk(browser, shown, "id", width=PHONE, height=844))


def main() -> None:
    """Take them all, or say what lacks."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("./run shots needs chromium: apt-get install chromium")
    PICTURES.mkdir(exist_ok=True)
    with demonstration() as shown, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        take_all(browser, shown)
        browser.close()


if __name__ == "__main__":
    main()
