"""Real Chromium for tests: a site that is served, and pages that remember what they asked for and what went wrong.

A module that looks at a site of its own has a fixture `site`; one that looks in another way has a fixture `window`.
"""

import http.server
import os
import shutil
import threading
from contextlib import contextmanager
from functools import partial

import pytest
from playwright.sync_api import sync_playwright

from mallette import tools

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextmanager
def served(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


class Visit:
    """A page of the browser that remembers what it asked for and what went wrong."""

    def __init__(self, page, address):
        self.page, self.address = page, address
        self.asked, self.wrong = [], []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: message.type == "error" and self.wrong.append(message.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("response", lambda answer: answer.status >= 400 and self.wrong.append(f"{answer.status} {answer.url}"))

    def to(self, path):
        self.page.goto(self.address + path, wait_until="networkidle")
        self.page.wait_for_load_state()  # the network may rest before the scripts of the page have run
        return self.page


@contextmanager
def opened(browser, address, **window):
    """A visit in a window of its own."""
    context = browser.new_context(**window)
    context.set_default_timeout(8000)
    try:
        yield Visit(context.new_page(), address)
    finally:
        context.close()


@pytest.fixture(scope="module")
def browser():
    program = shutil.which(tools.found("chromium") or "")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium here")
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(built_site):
    """The site that is looked at: the real one."""
    return built_site


@pytest.fixture(scope="module")
def address(site):
    with served(site) as address:
        yield address


@pytest.fixture
def window():
    return {"locale": "fr-FR", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def visit(browser, address, window):
    """A visit where nothing may go wrong."""
    with opened(browser, address, **window) as visit:
        yield visit
        assert visit.wrong == []
