"""The same sources make the same bytes, wherever, whenever and by whomever they are built."""

import calendar
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import TINY

from mallette.workers import WORTH_IT

HOOKS = Path(__file__).parent / "hooks"
LOCALES = {"tr_TR.UTF-8": "tr_TR", "fr_FR.ISO-8859-1": "fr_FR"}
"""Where "i" has another capital; where a number has a comma, and a letter one byte."""
PLACES = (
    ("ici", "UTC", "C.UTF-8", 0o022, "0", None, "1"),
    ("un autre dossier à côté", "Pacific/Auckland", "tr_TR.UTF-8", 0o077, "1", (2031, 12, 31, 12, 59), "2"),
    ("loin/de/tout/cela", "America/St_Johns", "fr_FR.ISO-8859-1", 0o002, "4242", (2019, 2, 28, 23, 30), "2"),
)
"""Each build: its path, time zone, locale, umask, hash seed, date (none: now), and number of processes.

Those of another date also list folders in an order of their own, as another disk would.
"""


@pytest.fixture(scope="module")
def locales(tmp_path_factory):
    """The environment in which these locales are known, made here if need be and possible."""
    folder = tmp_path_factory.mktemp("locales")
    for name, source in LOCALES.items() if shutil.which("localedef") else ():
        encoding = name.partition(".")[2]
        subprocess.run(["localedef", "-i", source, "-f", encoding, folder / name], capture_output=True, check=False)
    known = {"LOCPATH": str(folder)}
    code = "import locale, sys; [locale.setlocale(locale.LC_ALL, name) for name in sys.argv[1:]]"
    done = subprocess.run(
        [sys.executable, "-c", code, *LOCALES], env=os.environ | known, capture_output=True, check=False
    )
    return {} if done.returncode else known


def sources(folder):
    """More stories than one process takes."""
    story = (TINY / "cases/premier.yml").read_text(encoding="utf-8")
    root = shutil.copytree(TINY, folder)
    for number in range(WORTH_IT):
        text = story.replace("Un premier essai", f"L'essai numéro {number}") + f"updated: 2026-10-{number + 1:02}\n"
        (root / f"cases/essai-{number}.yml").write_text(text, encoding="utf-8")
    return root


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def sites(tmp_path_factory, run, locales):
    """A site for each place; none has a cache."""
    folder = tmp_path_factory.mktemp("places")
    found = []
    for path, zone, locale, mask, seed, date, jobs in PLACES:
        root = sources(folder / path)
        spoken = locale if locales or locale.startswith("C.") else "C"
        elsewhere = {
            "TZ": zone,
            "LC_ALL": spoken,
            "LANG": spoken,
            "PYTHONHASHSEED": seed,
            "MALLETTE_LANG": "en",
            "PYTHONUTF8": "0",
            **locales,
        }
        if date:
            elsewhere["PYTHONPATH"] = os.pathsep.join((str(HOOKS), run.environment["PYTHONPATH"]))
            elsewhere["MALLETTE_DISK"] = path
            elsewhere["MALLETTE_NOW"] = str(calendar.timegm((*date, 0)))
        before = os.umask(mask)
        try:
            done = run("build", "--root", root, "--jobs", jobs, **elsewhere)
        finally:
            os.umask(before)
        assert done.returncode == 0, done.stderr
        found.append(root / "site")
    return found


@pytest.mark.parametrize("other", [1, 2], ids=[place[0] for place in PLACES[1:]])
def test_the_same_sources_make_the_same_bytes(sites, other):
    here, there = tree(sites[0]), tree(sites[other])
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []
    for kind, least in (
        (".html", 20),
        (".pdf", 15),
        (".json", 5),
        (".csv", 4),
        (".zip", 2),
        (".pf_index", 1),
        (".xml", 1),
    ):
        assert sum(name.endswith(kind) for name in here) >= least, kind


def test_the_builds_did_differ(sites, run, locales):
    """The masks show on the disk, and the clock of the hooks is another: what was to differ did."""
    assert {site.stat().st_mode & 0o777 for site in sites} == {0o777 & ~place[3] for place in PLACES}
    assert locales or not (shutil.which("localedef") and Path("/usr/share/i18n/locales/tr_TR").is_file())
    elsewhere = {"PYTHONPATH": str(HOOKS), "MALLETTE_NOW": str(calendar.timegm((2031, 12, 31, 12, 59, 0)))}
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import datetime, time; print(datetime.date.today(), time.gmtime()[0])",
        ],
        env=run.environment | elsewhere,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.split() == ["2031-12-31", "2031"]


def test_files_in_zips_have_fixed_modes_and_times(sites):
    archives = [path for site in sites for path in site.rglob("*.zip")]
    assert len(archives) >= 6
    for path in archives:
        with zipfile.ZipFile(path) as archive:
            about = archive.infolist()
            assert len(about) > 3
            assert {one.external_attr >> 16 for one in about} == {0o100644}
            assert {one.date_time for one in about} == {(2026, 11, 23, 0, 0, 0)}
            assert {one.create_system for one in about} == {3}
