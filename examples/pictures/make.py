"""Make the two pictures of the README from the demo: the banner on a portal, and the command in a terminal.

Needs the extra ``demo``, Playwright and Chromium: pip install 'cookiewarden[demo]' playwright
Run it in any folder: python examples/pictures/make.py
It writes banner.png and terminal.png beside itself.
"""

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from io import BytesIO, StringIO
from pathlib import Path

FOLDER = Path(__file__).parent
COMMAND = [sys.executable, "-c", "from cookiewarden.cli import main; main()", "demo"]
PORTAL = "data.example.org"
COLOURS = 256
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")

WINDOW = """<!doctype html>
<meta charset="utf-8">
<style>
body { margin: 0; padding: 12px; width: max-content; background: transparent; }
div { background: #14181e; color: #e8ecf1; border-radius: 8px; padding: 14px 18px 16px; }
pre { margin: 0; font: 15px/1.35 "DejaVu Sans Mono", Menlo, Consolas, monospace; font-variant-ligatures: none; }
</style>
<div><pre><span style="color: #b4bdc9">$ </span>cookiewarden demo

%s</pre></div>
"""


def main():
    """Make both pictures."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        sys.exit("The pictures need Playwright: pip install playwright")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sys.exit(f"The pictures need Chromium, and none of these is installed: {', '.join(BROWSERS)}")
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to the user root.
        arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        take_banner(browser)
        take_terminal(browser)
        browser.close()


def take_banner(browser):
    """Take a picture of a portal of the demo as a new visitor sees it."""
    page = browser.new_page(viewport={"width": 1000, "height": 800}, color_scheme="light")
    with served_demo() as port:
        page.goto(f"http://{PORTAL}.localhost:{port}/")
        save(page.screenshot(), "banner.png")
    page.close()


def take_terminal(browser):
    """Take a picture of what the command prints."""
    page = browser.new_page(device_scale_factor=2)
    page.set_content(WINDOW % printed_as_html())
    save(page.locator("div").screenshot(omit_background=True), "terminal.png")
    page.close()


def save(picture, name):
    """Write a picture with few colours, which makes its file small."""
    from PIL import Image

    path = FOLDER / name
    Image.open(BytesIO(picture)).quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {path.stat().st_size // 1000} kB")


@contextmanager
def served_demo():
    """Serve the demo, and yield its port."""
    process = subprocess.Popen(
        [*COMMAND, "--serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        address = next((line for line in process.stdout if "http://localhost:" in line), "")
        found = re.search(r"localhost:(\d+)/", address)
        if found is None:
            sys.exit("The demo did not start: run cookiewarden demo --serve")
        yield int(found[1])
    finally:
        process.terminate()
        process.communicate()


def printed_as_html():
    """Return what the command prints on a terminal with colours, as HTML."""
    from rich.console import Console
    from rich.terminal_theme import MONOKAI
    from rich.text import Text

    terminal = {
        "COLUMNS": "80",
        "LINES": "40",
        "FORCE_COLOR": "1",
        "TERM": "xterm-256color",
        "PYTHONIOENCODING": "utf-8",
    }
    inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM")}
    done = subprocess.run(COMMAND, capture_output=True, check=True, env=inherited | terminal)
    console = Console(record=True, width=80, file=StringIO())
    console.print(Text.from_ansi(done.stdout.decode().rstrip()), soft_wrap=True)
    return console.export_html(theme=MONOKAI, code_format="{code}", inline_styles=True).rstrip()


if __name__ == "__main__":
    main()
