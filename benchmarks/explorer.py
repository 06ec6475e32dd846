"""Weigh the tables of the library's explorer, and time a filter with all its counts in Chromium.

Run by hand: python benchmarks/explorer.py [STORIES ...]. Sizes are in bytes, as they are and compressed by gzip -6.
"""

from __future__ import annotations

import gzip
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import library
from playwright.sync_api import sync_playwright

from mallette import explorers, tools
from mallette.artifact import Offer
from mallette.loading import load
from mallette.pages import pages
from mallette.templating import words_for

TIMED = """async ([code, table, texts]) => {
    const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
    const { opened, filtered, searched, searcher } = await import(address)
    const read = opened(JSON.parse(table)), said = JSON.parse(texts)
    const ms = work => { const start = performance.now(); work(); return performance.now() - start }
    const chosen = { secteur: ['sante', 'culture'], palier: ['accompagner'] }
    for (let n = 0; n < 20; n++) filtered(read, chosen)
    const filter = [...Array(50)].map(() => ms(() => filtered(read, chosen)))
    let search
    const index = ms(() => { search = searcher(read.ids.map((_, row) => searched(read, said, row)), 'fr') })
    return [filter, index, [...Array(20)].map(() => ms(() => search('problématiques de bibliothèque')))]
}"""


def main(counts: list[int]) -> None:
    """Print a line a size of library."""
    chromium = shutil.which(tools.found("chromium") or "")
    code = (library.ROOT / "templates" / "theme" / "assets" / "explorer-table.js").read_text("utf-8")
    print("| stories | table | gzip | texts | gzip | page | pages | make ms | filter ms | index ms | search ms |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        page = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]).new_page()
        for count in counts:
            root = Path(folder) / str(count)
            library.write(root, count)
            loaded, words = load(root), words_for(root, "fr")
            start = time.perf_counter()
            files = explorers.files(loaded, words)
            table, texts = files["recits/facettes.json"](), files["recits/resumes.json"]()
            made = (time.perf_counter() - start) * 1000
            site = {one.path: one.body for one in pages(loaded, root, words, Offer(), loaded)}
            lists = [path for path in site if path.startswith("recits/liste/")]
            given = [code, table.decode(), texts.decode()]
            filters, index, searches = page.evaluate(TIMED, given)
            sizes = [n for file in (table, texts) for n in (len(file), len(gzip.compress(file, 6)))]
            times = [made, statistics.median(filters), index, statistics.median(searches)]
            shown = [count, *sizes, len(gzip.compress(site["recits/"].encode(), 6)), len(lists) + 1]
            print(f"| {' | '.join(map(str, shown))} | {' | '.join(f'{ms:.1f}' for ms in times)} |")


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or [100, 1000, 10000])
