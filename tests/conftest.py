"""The roots that tests work on: the checkout, the smallest valid one, and the real kit built once."""

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

import measure
import pytest
from filelock import FileLock
from hypothesis import settings

from mallette.artifact import Printed
from mallette.build import print_all
from mallette.loading import load
from mallette.selection import select
from mallette.templating import words_for
from mallette.workers import Workforce, cores

ROOT = Path(__file__).parent.parent
TINY = ROOT / "tests" / "tiny"
SOURCES = ("kit", "cases", "docs", "templates", "mkdocs.yml")

pytest_plugins = ["visiting"]

settings.register_profile("quick", max_examples=60, deadline=None, derandomize=True)
settings.load_profile("quick")


def pytest_addoption(parser):
    parser.addoption("--write-golden", action="store_true", help="write what the golden files should say")


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture
def tiny_root(tmp_path):
    """A copy of the smallest valid root, to break."""
    return shutil.copytree(TINY, tmp_path / "tiny")


def copy_sources(target):
    """What a user has: the kit, the library, the guides and the templates."""
    target.mkdir(parents=True)
    for name in SOURCES:
        path = ROOT / name
        (shutil.copytree if path.is_dir() else shutil.copy)(path, target / name)
    return target


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """Make a folder once for all the processes that run tests, and give it to each of them; no test changes it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def once(name, make):
        folder, done = shared / name, shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.is_file():
                make(folder)
                done.touch()
        return folder

    return once


@pytest.fixture(scope="session")
def real_root(once):
    """A copy of the checkout's sources that no test changes."""
    return once("real", copy_sources)


@pytest.fixture(scope="session")
def paper_root(once):
    """Another, for what is printed apart: a build forgets the documents about stories that are not its own."""
    return once("paper", copy_sources)


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The environment of a child process that finds the package and its MkDocs plugin, installed or not."""
    paths = [str(ROOT / "scripts")]
    if not entry_points(group="mkdocs.plugins", name="mallette"):
        declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
        metadata = tmp_path_factory.mktemp("metadata") / "mallette-0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: mallette\nVersion: 0\n", encoding="utf-8")
        (metadata / "entry_points.txt").write_text(
            "".join(f"[{g}]\n" + "".join(f"{k} = {v}\n" for k, v in e.items()) for g, e in declared.items()),
            encoding="utf-8",
        )
        paths.append(str(metadata.parent))
        sys.path.append(str(metadata.parent))
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (*paths, os.environ.get("PYTHONPATH")))),
        "PYTHONUTF8": "1",
        "NO_MKDOCS_2_WARNING": "1",
        "MALLETTE_LANG": "fr",
    }


@pytest.fixture(scope="session")
def run(installed):
    """Run `mallette` as a user does: another process, its exit code and what it says."""

    def run(*arguments, cwd=None, **environment):
        return subprocess.run(
            [sys.executable, "-m", "mallette", *map(str, arguments)],
            cwd=cwd,
            env=installed | environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=900,
            check=False,
        )

    run.environment = installed
    return run


@pytest.fixture(scope="session")
def built_site(real_root, run, once):
    """The site of the real kit, built once by the real command line."""

    def build(site):
        done = run("build", "--root", real_root, "--site-dir", site)
        assert done.returncode == 0, done.stderr

    return once("site", build)


@dataclass(frozen=True)
class Document:
    """A printed document of the real kit, and what the kit says of it."""

    printed: Printed
    data: bytes
    pages: list[measure.Page]


@pytest.fixture(scope="session")
def typeset_root():
    """Typeset the documents of a root in this process, without the site."""

    def typeset_root(root, subjects=None, **choices):
        loaded = load(root)
        if subjects:
            loaded.mallette = narrowed(loaded.mallette, subjects)
        chosen = select(loaded.mallette.kit.printables, **choices)
        quiet = lambda *_: None  # noqa: E731
        files, printed = print_all(loaded, root, words_for(root, "fr"), quiet, chosen, workforce=Workforce(cores()))
        data = {artifact.path: artifact.content for artifact in files}
        return [Document(p, data[p.path], measure.pages(data[p.path])) for p in printed]

    return typeset_root


def narrowed(mallette, names):
    """The same kit with these protocols and stories only."""
    protocols = {name: item for name, item in mallette.protocols.items() if name in names}
    stories = {name: item for name, item in mallette.stories.items() if name in names}
    assert {*protocols, *stories} == set(names)
    return mallette.model_copy(update={"protocols": protocols, "stories": stories})


@pytest.fixture(scope="session")
def documents(real_root, built_site, typeset_root):
    """Every document of the real kit; those of its site are in the cache of the root."""
    found = typeset_root(real_root)
    assert len(found) > 10
    return {document.printed.path: document for document in found}
