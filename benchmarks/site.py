"""Time the site of a seeded library beside plain MkDocs Material on the same pages, and Hugo if it is installed.

Run by hand: python benchmarks/site.py [COUNT ...]. Each row is one process on one core: CPU seconds (user and
system), pages a CPU second, peak memory. The kit is the real one in French, with one poster, typeset before: the site
alone is timed. The peers have the same text in Markdown, outside of the navigation. MkDocs makes the index of its own
search; Hugo makes none, so it has a second row, with the index that Pagefind's program makes of its pages.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import library
import yaml
from pagefind_bin import get_executable

POSTER = """printables:
  - id: affiche-a4
    title: Affiche
    template: poster
    about: protocol
    paper: a4
    use: Pour mesurer.
"""
MATERIAL = """site_name: Peer
theme: {name: material, font: false, language: fr}
plugins: [search]
nav: [Accueil: index.md]
"""
HUGO = """baseURL = "https://example.org/"
title = "Peer"
disableKinds = ["taxonomy", "term", "RSS"]
"""
LAYOUT = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{{ .Title }}</title>
<meta name="description" content="{{ .Description }}"></head><body>FRAME<main><h1>{{ .Title }}</h1>{{ .Content }}
<ul>{{ range .Params.tags }}<li>{{ . }}</li>{{ end }}</ul></main></body></html>
"""


def mallette(root: Path, count: int) -> None:
    """A kit with one poster, and the stories."""
    library.write(root, count)
    for path in [*root.rglob("*.en.yml")]:
        path.unlink()
    for path in (root / "kit").rglob("*.yml"):
        text = re.sub(r"(?m)^\s+printable: .*\n", "", path.read_text(encoding="utf-8"))
        lists = r"(?ms)^(?:printables|selections):.*?(?=^\w|\Z)"
        text = re.sub(lists, "", text) + (POSTER if path.name == "kit.yml" else "")
        path.write_text(re.sub(r"(?m)^languages: .*", "languages: [fr]", text), encoding="utf-8")


def markdown(story: dict[str, object]) -> str:
    """The text of a story in four sections, with its facts."""
    facts = "".join(f"- {name}: {story[name]}\n" for name in ("sector", "location", "protocols", "stage", "partners"))
    sections = (f"## {name}\n\n{story[name]}\n" for name in ("objective", "context", "intervention", "results"))
    return f"{story['summary']}\n\n{facts}\n" + "\n".join(sections)


def peers(folder: Path, root: Path) -> None:
    """The same stories as Markdown: for MkDocs in `docs`, for Hugo in `content`."""
    for place in ("docs", "content", "layouts/_default"):
        (folder / place).mkdir(parents=True)
    for path in sorted((root / "cases").glob("*.yml")):
        story = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        body = markdown(story)
        head = {"title": story["title"], "description": story["summary"], "tags": story.get("tags", [])}
        front = yaml.dump(head, Dumper=yaml.CSafeDumper, allow_unicode=True)
        (folder / "docs" / f"{path.stem}.md").write_text(f"# {story['title']}\n\n{body}", encoding="utf-8")
        (folder / "content" / f"{path.stem}.md").write_text(f"---\n{front}---\n{body}", encoding="utf-8")
    (folder / "docs/index.md").write_text("# Accueil\n", encoding="utf-8")
    (folder / "mkdocs.yml").write_text(MATERIAL, encoding="utf-8")
    (folder / "hugo.toml").write_text(HUGO, encoding="utf-8")
    (folder / "config.toml").write_text(HUGO, encoding="utf-8")
    # as many bytes round the text as a page of the theme has, so that pages are full ones
    layout = LAYOUT.replace("FRAME", f"<nav>{'<a href=/x/>Rubrique</a> ' * 450}</nav>")
    for name in ("single", "list"):
        (folder / f"layouts/_default/{name}.html").write_text(layout, encoding="utf-8")


def timed(command: list[str], folder: Path) -> tuple[float, int]:
    """CPU seconds and peak memory in MB of a command."""
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{command} failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def main(counts: list[int]) -> None:
    """Build each, print the table."""
    print("| stories | build | CPU s | pages a CPU s | peak MB | ratio to MkDocs |\n|---|---|---|---|---|---|")
    for count in counts:
        with tempfile.TemporaryDirectory() as place:
            root, peer = Path(place, "root"), Path(place, "peer")
            mallette(root, count)
            peers(peer, root)
            ours = [sys.executable, "-m", "mallette", "build", "--jobs", "1"]
            timed(ours, root)  # typesets the posters
            rows = [("plain MkDocs Material", *timed([sys.executable, "-m", "mkdocs", "build", "-q"], peer))]
            if shutil.which("hugo"):
                seconds, peak = timed(["hugo", "--quiet"], peer)
                indexing, most = timed([get_executable(), "--site", "public", "--quiet"], peer)
                rows.append(("Hugo, pages of the same size, no search", seconds, peak))
                rows.append(("Hugo, and Pagefind's program", seconds + indexing, max(peak, most)))
            shutil.rmtree(root / "site")
            for kept in (root / ".cache").glob("*.db"):  # all but the documents that are typeset
                kept.unlink()
            rows.append(("mallette, all pages", *timed(ours, root)))
            story = sorted((root / "cases").glob("recit-*.yml"))[0]
            story.write_text(story.read_text(encoding="utf-8").replace("title: ", "title: Changé "), encoding="utf-8")
            rows.append(("mallette, one story changed", *timed(ours, root)))
            for name, seconds, peak in rows:
                ratio = seconds / rows[0][1]
                print(
                    f"| {count} | {name} | {seconds:.1f} | {count / seconds:.0f} | {peak} | {ratio:.2f} |", flush=True
                )


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or [100, 1000, 3000, 10000])
