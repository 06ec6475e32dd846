"""Time a whole build of the real kit, cold and warm, beside a plain MkDocs build of the guides alone.

Run by hand: python benchmarks/build.py [RUNS]. Seconds are wall-clock medians of whole processes.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEER = """site_name: Peer
docs_dir: docs
site_dir: peer
exclude_docs: architecture.md
theme: {name: material, font: false, language: fr}
plugins: [search]
"""


def timed(command: list[str], runs: int, before: Path | None = None) -> float:
    """The median seconds of a command over `runs` runs, after one that is not counted."""
    seconds = []
    for _ in range(runs + 1):
        if before:
            shutil.rmtree(before, ignore_errors=True)
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[1:])


def main(runs: int) -> None:
    """Copy the sources, time each case, print the table."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        for name in ("kit", "cases", "docs", "templates"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copy(ROOT / "mkdocs.yml", root)
        (root / "peer.yml").write_text(PEER, encoding="utf-8")
        python = sys.executable
        build = [python, "-m", "mallette", "build", "--root", str(root)]
        peer = timed([python, "-m", "mkdocs", "build", "-q", "-f", str(root / "peer.yml")], runs)
        rows = (
            ("plain MkDocs Material, 5 guides (peer)", peer),
            ("mallette build, cold: kit, pictures, site", timed(build, runs, root / ".cache")),
            ("mallette build, documents cached", timed(build, runs)),
        )
    print("| build | s | ratio to the peer |\n|---|---|---|")
    for name, seconds in rows:
        print(f"| {name} | {seconds:.2f} | {seconds / peer:.2f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
