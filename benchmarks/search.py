"""Make the search index of a seeded library, and weigh a first search in Chromium: bytes downloaded, time taken.

Run by hand: python benchmarks/search.py [STORIES ...]. Each size is measured with two sets of words: the hundred of
library.py, each in nearly every story, and those of the kit's own texts, as often as they are there. A search is one
word, typed in a browser that has nothing in its cache, from a server on this machine that compresses text as hosts do;
the bytes are those of the answers, without their headers. CPU seconds are those of this process and of Pagefind's.
"""

from __future__ import annotations

import gzip
import html
import http.server
import re
import resource
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import library
from playwright.sync_api import Browser, sync_playwright

from mallette import build, search, tools
from mallette.artifact import Offer
from mallette.loading import load
from mallette.look import look_css
from mallette.pages import pages
from mallette.searchbox import search_words
from mallette.site import build_site
from mallette.sprite import sprite
from mallette.templating import words_for

QUERIES = (
    "isolement",
    "problématiques",
    "décision",
    "bénévoles",
    "l'entraide",
    "tiers-lieu",
    "confiance",
    "bibliothèque",
)
OPEN = "button.m-header__search"
SITE = """site_name: Mesure
theme: {name: material, language: fr, font: false}
plugins: [mallette]
"""


class Weighed(http.server.BaseHTTPRequestHandler):
    """Sends the files of a site; the server adds up what is sent, compressed and not."""

    def do_GET(self) -> None:
        """Send a file, compressed if it is text."""
        path = self.server.site / self.path.partition("?")[0].lstrip("/")  # type: ignore[attr-defined]
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            return self.send_error(404)
        data = path.read_bytes()
        text = path.suffix in (".html", ".css", ".js", ".json", ".svg")
        sent = gzip.compress(data, 6) if text else data
        with self.server.lock:  # type: ignore[attr-defined]
            self.server.plain += len(data)  # type: ignore[attr-defined]
            self.server.sent += len(sent)  # type: ignore[attr-defined]
        self.send_response(200)
        kinds = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json"}
        self.send_header("Content-Type", kinds.get(path.suffix, "application/octet-stream"))
        if text:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)
        return None

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(site: Path) -> Iterator[http.server.ThreadingHTTPServer]:
    """A server of a site that counts what it sends."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Weighed)
    server.site, server.lock, server.plain, server.sent = site, threading.Lock(), 0, 0  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def cpu() -> float:
    """CPU seconds of this process and of those it has ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def words_of_the_kit() -> list[str]:
    """The words of the kit's French texts, as often as they are there."""
    loaded = load(library.ROOT)
    found = pages(loaded, library.ROOT, words_for(library.ROOT, "fr"), Offer(), loaded)
    told = (re.sub(r"<script.*?</script>|<[^>]*>", " ", page.body, flags=re.DOTALL) for page in found)
    return re.findall(r"[^\W\d_]+(?:[’-][^\W\d_]+)*", html.unescape(" ".join(told)))


def asked(browser: Browser, server: http.server.ThreadingHTTPServer, query: str) -> tuple[int, int, float, int]:
    """Bytes sent for a first search, compressed and not, milliseconds from the last key, and results."""
    page = browser.new_context(locale="fr-FR", bypass_csp=True).new_page()
    page.goto(f"http://127.0.0.1:{server.server_address[1]}/roles/", wait_until="networkidle")
    before = server.sent, server.plain  # type: ignore[attr-defined]
    page.locator(OPEN).click()
    page.keyboard.type(query)
    start = time.perf_counter()
    page.wait_for_function("document.querySelector('.m-search__status').textContent.includes('«')")
    took = (time.perf_counter() - start) * 1000
    page.wait_for_load_state("networkidle")
    found = page.locator(".m-search__status").inner_text().partition("«")[0]
    page.context.close()
    number = int(re.sub(r"\D", "", found) or 0)
    return server.sent - before[0], server.plain - before[1], took, number  # type: ignore[attr-defined]


def main(counts: list[int]) -> None:
    """Print a line a size of library and set of words."""
    chromium = shutil.which(tools.found("chromium") or "")
    print("| stories | words | index CPU s | MB | files | kB | most | plain kB | most | ms | results |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    ours, kit = library.WORDS, words_of_the_kit()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for count in counts:
            for name, library.WORDS in (("100", ours), (f"{len(set(kit))}", kit)):
                root, site = Path(folder) / f"{count}-{name}", Path(folder) / f"site-{count}-{name}"
                library.write(root, count)
                shutil.rmtree(root / "docs")
                (root / "docs").mkdir()
                (root / "mkdocs.yml").write_text(SITE, encoding="utf-8")
                loaded = load(root)
                made = [
                    page
                    for one in loaded.every
                    for page in pages(one, root, words_for(root, one.language), Offer(), loaded)
                ]
                few = tuple(page for page in made if search.kind_of(page) != "story")
                said = (search_words(words_for(root, one.language)) for one in loaded.every)
                build_site(root, site, build.Built(loaded, few, (look_css(root), sprite(root), *said), 0))
                start = cpu()
                search.write(site, root, search.entries(made))
                seconds = cpu() - start
                files = [path.stat().st_size for path in (site / search.FOLDER).rglob("*") if path.is_file()]
                with served(site) as server:
                    told = [asked(browser, server, query) for query in QUERIES]
                sent, plain = ([one[place] / 1000 for one in told] for place in range(2))
                took, found = ([one[place] for one in told] for place in (2, 3))
                middle = [f"{statistics.median(values):.0f}" for values in (sent, plain, took, found)]
                made_of = f"{seconds:.1f} | {sum(files) / 1e6:.1f} | {len(files)}"
                weighs = f"{middle[0]} | {max(sent):.0f} | {middle[1]} | {max(plain):.0f}"
                print(f"| {count} | {name} | {made_of} | {weighs} | {middle[2]} | {middle[3]} |", flush=True)


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or [1000, 10000])
