"""Time the print shop: case sheets beside the same sheets by WeasyPrint, and the whole matrix of the real kit.

Run by hand: python benchmarks/printing.py SHEETS PEER_SHEETS [matrix]. WeasyPrint must be importable (pip install
weasyprint, and Pango of the system). Seconds are CPU seconds of whole runs, children included; "warm" means that the
engine has set a sheet before. Each figure is the smallest of two runs; peak memory is that of a process that sets
all sheets.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import library
from jinja2 import Environment, FileSystemLoader

from mallette import build, pdf, printables
from mallette.artifact import Code
from mallette.loading import Loaded, load
from mallette.model.kit import Edition, Flip
from mallette.qr import drawn
from mallette.richtext import html
from mallette.selection import select
from mallette.templating import words_for
from mallette.workers import Workforce

HERE = Path(__file__).resolve().parent
RUNS = 2
PAPERS = ("a4", "letter")
EDITIONS: tuple[Edition, ...] = get_args(Edition)
FLIPS: tuple[Flip, ...] = get_args(Flip)


def cpu() -> float:
    """CPU seconds of this process and of its children that have ended."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak() -> int:
    """The most memory that this process has held, in KB; not what the one that started it held."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = re.findall(r"VmHWM:\s+(\d+)", status.read_text(encoding="ascii"))
    return int(told[0])


def alone(function: Callable[..., tuple[float, int]], *arguments: object) -> tuple[float, float]:
    """Run in a fresh process: its figure for a sheet, and its peak memory in MB."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        seconds, most = pool.apply(function, arguments)
    return seconds, most / 1024


def ours(root: Path, count: int) -> tuple[float, int]:
    """CPU seconds a sheet, warm, and the peak memory, in KB."""
    loaded = load(root)
    chosen = select(loaded.mallette.kit.printables, ["recit"])
    jobs = [plan.job() for plan in printables.plans(loaded, root, words_for(root, "fr"), chosen)]
    pdf.typeset(jobs[-1], loaded.mallette.kit.date, preview=False)
    start = cpu()
    for job in jobs[:count]:
        pdf.typeset(job, loaded.mallette.kit.date, preview=False)
    return (cpu() - start) / count, peak()


def peer(root: Path, count: int) -> tuple[float, int]:
    """The same by WeasyPrint, tagged too."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    pages = list(as_html(root, load(root), count + 1))
    fonts = FontConfiguration()

    def sheet(page: str) -> None:
        weasyprint.HTML(string=page, base_url=str(HERE)).write_pdf(font_config=fonts, pdf_variant="pdf/ua-1")

    sheet(pages[-1])
    start = cpu()
    for page in pages[:count]:
        sheet(page)
    return (cpu() - start) / count, peak()


def as_html(root: Path, loaded: Loaded, count: int) -> list[str]:
    """The stories as HTML pages that look like our sheets."""
    template = Environment(loader=FileSystemLoader(HERE), autoescape=True).get_template("story-sheet.html.j2")
    qr = HERE.parent / ".cache" / "qr.svg"
    qr.parent.mkdir(exist_ok=True)
    qr.write_bytes(drawn(Code("https://mallette.example.org/recits/recit-00000/", "#1B2A41")))
    fonts = (HERE.parent / "templates" / "fonts").as_uri()
    words = words_for(root, "fr")
    found = []
    for story in list(loaded.mallette.stories.values())[:count]:
        people = story.participants.total if story.participants else None
        facts = [("Secteur", story.sector), ("Lieu", story.location.place), ("Participants", people)]
        names = ("objective", "context", "intervention", "results")
        sections = [(words(f"print.story_{name}"), html(getattr(story, name), "fr")) for name in names]
        found.append(template.render(
            story=story, kit=loaded.mallette.kit, facts=facts, sections=sections, qr=qr.as_uri(), fonts=fonts
        ))  # fmt: skip
    return found


def whole(root: Path, jobs: int) -> float:
    """Wall-clock seconds of all case sheets, nothing cached, in so many processes."""
    loaded = load(root)
    chosen = select(loaded.mallette.kit.printables, ["recit"])
    for path in (root / ".cache" / "mallette").glob("*"):
        path.unlink()
    start = time.perf_counter()
    build.print_all(
        loaded, root, words_for(root, "fr"), lambda *_: None, chosen, previews=False, workforce=Workforce(jobs)
    )
    return time.perf_counter() - start


def matrix(root: Path) -> tuple[int, float]:
    """Documents and CPU seconds of the real kit: every printable, paper, edition and flip, and the print shop."""
    loaded = load(root)
    kit = loaded.mallette.kit
    chosen = {}
    for edition in EDITIONS:
        for paper in PAPERS:
            for flip in FLIPS:
                for one in select(kit.printables, paper=paper, edition=edition, flip=flip):
                    chosen[one.model_dump_json()] = one
        for one in select(kit.printables, edition=edition, shop=True):
            chosen[one.model_dump_json()] = one
    start = cpu()
    _, printed = build.print_all(
        loaded,
        root,
        words_for(root, "fr"),
        lambda *_: None,
        list(chosen.values()),
        previews=False,
        workforce=Workforce(2),
    )
    return len(printed), cpu() - start


def main(sheets: int, peers: int, *, whole_matrix: bool) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        library.write(root, sheets)
        one, two = (min(whole(root, jobs) for _ in range(RUNS)) for jobs in (1, 2))
        print(f"| {sheets} case sheets, everything | wall s | ratio |\n|---|---|---|")
        print(f"| one process | {one:.1f} | 1.00 |\n| two processes | {two:.1f} | 1 / {one / two:.2f} |\n", flush=True)
        own = min(alone(ours, root, sheets) for _ in range(RUNS))
        other = min(alone(peer, root, peers) for _ in range(RUNS))
        print(f"| {sheets} case sheets, one process, warm | CPU ms a sheet | ratio | peak MB |\n|---|---|---|---|")
        print(f"| WeasyPrint, {peers} of them (peer) | {1000 * other[0]:.1f} | 1.0 | {other[1]:.0f} |")
        print(f"| mallette | {1000 * own[0]:.1f} | 1 / {other[0] / own[0]:.1f} | {own[1]:.0f} |\n")
        if not whole_matrix:
            return
        kit = Path(folder) / "kit"
        library.write(kit, 0)
        documents, seconds = matrix(kit)
        print("| the real kit, every printable x paper x edition x flip | documents | CPU s | CPU ms a document |")
        print("|---|---|---|---|")
        print(f"| mallette, two processes, cold | {documents} | {seconds:.0f} | {1000 * seconds / documents:.0f} |")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main(int(sys.argv[1]), int(sys.argv[2]), whole_matrix="matrix" in sys.argv[3:])
