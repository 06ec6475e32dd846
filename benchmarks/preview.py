"""Time the preview in a real browser: from its start to the first page, and from a save to the new text in a tab.

Run by hand: python benchmarks/preview.py [STORIES ...]. The kit is the real one with invented stories. `ready` is until
the home page is there; `again` the same with what that left in the cache. A save is that of one story, whose page is
open in Chromium, and of another, whose title a list shows that is open. The middle of nine saves, and the longest; then
the ticks of processor of three idle seconds.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import library
from playwright.sync_api import Page, sync_playwright

from mallette import tools

SAVES = 9


def answers(url: str) -> bool:
    """Whether a page is there."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return bool(answer.status == 200)
    except urllib.error.URLError:
        return False


@contextmanager
def previewed(root: Path) -> Iterator[tuple[subprocess.Popen[bytes], str, float]]:
    """A preview, its address, and the seconds until its first page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    start = time.perf_counter()
    command = [sys.executable, "-m", "mallette", "serve", "--root", str(root), "--address", address]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers(f"http://{address}/"):
            time.sleep(0.01)
        yield child, f"http://{address}/", time.perf_counter() - start
    finally:
        child.terminate()
        child.wait()


def saves(page: Page, story: Path, url: str) -> list[float]:
    """Seconds from each save of a story to its new title in a page that is open."""
    page.goto(url)
    page.wait_for_timeout(1000)  # never idle: a request waits for the next save
    text, found = story.read_text(encoding="utf-8"), []
    title = next(line for line in text.splitlines() if line.startswith("title: "))
    for number in range(SAVES):
        time.sleep(0.5)
        mark = f"essai {number} {story.stem}"  # at the end of the title: the story keeps its place in a list
        start = time.perf_counter()
        story.write_text(text.replace(title, f"{title} {mark}", 1), encoding="utf-8")
        while not shows(page, mark):
            time.sleep(0.005)
            if time.perf_counter() - start > 30:
                raise SystemExit(f"{url} does not show what was saved")
        found.append(time.perf_counter() - start)
    story.write_text(text, encoding="utf-8")
    return found


def shows(page: Page, words: str) -> bool:
    """Whether a page shows these words; no while it is being loaded again."""
    try:
        return bool(page.evaluate("words => document.body.innerText.includes(words)", words))
    except Exception:  # the page goes away while it is asked
        return False


def ticks(process: int) -> int:
    """The processor's time of a process, in hundredths of a second (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def main(counts: list[int]) -> None:
    """Print a line a size of library."""
    chromium = shutil.which(tools.found("chromium") or "")
    print("| stories | ready s | again s | save to page s | longest | save to list s | longest | idle ticks |")
    print("|---|---|---|---|---|---|---|---|")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for count in counts:
            root = Path(folder) / str(count)
            library.write(root, count)
            stories = sorted((root / "cases").glob("recit-*.yml"))
            with previewed(root) as (_, _, first):
                pass
            with previewed(root) as (child, url, again):
                page = browser.new_page()
                one = saves(page, stories[len(stories) // 2], f"{url}recits/{stories[len(stories) // 2].stem}/")
                page.wait_for_timeout(2000)  # until the page is back as it was
                page.goto(f"{url}recits/")
                listed = page.eval_on_selector_all("[data-id^=recit-]", "all => all.map(one => one.dataset.id)")[0]
                several = saves(page, root / f"cases/{listed}.yml", f"{url}recits/")
                page.goto("about:blank")
                time.sleep(8)  # the last save was that of the story as it was; then the preview tidies up
                before = ticks(child.pid)
                time.sleep(3)
                idle = ticks(child.pid) - before
            told = " | ".join(f"{statistics.median(times):.2f} | {max(times):.2f}" for times in (one, several))
            print(f"| {count} | {first:.1f} | {again:.1f} | {told} | {idle} |", flush=True)


if __name__ == "__main__":
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    main([int(count) for count in sys.argv[1:]] or [100, 1000, 10000])
