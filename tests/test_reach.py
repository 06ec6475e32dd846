"""A build opens the project, its environment and the system's own files, and nothing else; the network never.

It runs in a network namespace with nothing in it, under strace: the kernel tells every file that is opened or
changed, by Python, Typst or Pagefind. Where there is no strace, Python's own audit events tell what Python does.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import ROOT
from test_all_or_nothing import HOOKS, namespace
from test_same_bytes import sources

SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/share/zoneinfo",
    "/proc",
    "/sys/fs/cgroup",
    "/sys/kernel/mm",
)
"""What the loader, the C library and allocators read for any program."""
ETC = ("ld.so.cache", "ld.so.preload", "locale.alias", "localtime", "mime.types", "ssl/openssl.cnf")
DEVICES = ("/dev/null", "/dev/urandom", "/dev/shm/sem.")
TRACED = "trace=%file,socket,connect,bind,sendto"
CHANGES = (
    "mkdir",
    "rename",
    "unlink",
    "rmdir",
    "symlink",
    "link",
    "chmod",
    "chown",
    "fchmodat",
    "truncate",
    "mknod",
    "utime",
)
CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (\d+)(?:<(.*)>)?")
PATHS = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')


@dataclass
class Seen:
    """What a program opened to read, what it changed, and its calls to the network."""

    by: str
    read: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    network: list[str] = field(default_factory=list)


def straced(file, cwd):
    seen = Seen("strace")
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        if re.match(r"(?:\d+ +)?(socket|connect|bind|sendto)\(", line):
            seen.network.append(line)
        elif call := CALL.match(line):
            name, said, _, opened = call.groups()
            if name in ("open", "openat", "openat2", "creat"):
                writing = re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", said) or name == "creat"
                (seen.changed if writing else seen.read).add(opened.removesuffix("(deleted)"))
            elif name.startswith(CHANGES):
                seen.changed |= {str(Path(folder or cwd, path)) for folder, path in PATHS.findall(said)}
    return seen


def audited(file):
    seen = Seen("audit events")
    for line in file.read_text(encoding="utf-8").splitlines():
        kind, _, what = line.partition(" ")
        seen.network.append(what) if kind == "n" else (seen.changed if kind == "w" else seen.read).add(what)
    return seen


def watched(command, file, environment, cwd, before=()):
    """Run a command, and see what it does."""
    if shutil.which("strace"):
        before = [*before, "strace", "-f", "--seccomp-bpf", "-y", "-qq", "-e", TRACED, "-o", file]
    paths = os.pathsep.join((str(HOOKS), environment["PYTHONPATH"]))
    more = {} if shutil.which("strace") else {"MALLETTE_TELL": str(file), "PYTHONPATH": paths}
    done = subprocess.run(
        [*before, *command], env=environment | more, cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return straced(file, cwd) if shutil.which("strace") else audited(file)


def outside(paths, *folders):
    """The paths that are in none of these folders."""
    known = [str(folder).rstrip("/") for folder in folders]
    return sorted(p for p in paths if not any(p == folder or p.startswith(f"{folder}/") for folder in known))


def environment_folders():
    """Where Python, its packages and our code are."""
    paths = [sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), *filter(None, sys.path)]
    found = {str(path) for each in paths for path in (each, Path(each).resolve()) if "tests" not in str(path)}
    return [*found, ROOT / "scripts", ROOT / "templates", HOOKS]


@pytest.fixture(scope="module")
def build(tmp_path_factory, run):
    """A build in two processes, without network where that can be had, seen at work; and its folders."""
    folder = tmp_path_factory.mktemp("reach")
    root = sources(folder / "root")
    home, temporary = folder / "home", folder / "temporary"
    for path in (home, temporary, folder / ".git"):
        path.mkdir()
    for path in (home / ".gitconfig", folder / ".git/config", folder / "secret.yml"):
        path.write_text("secret: yes\n", encoding="utf-8")
    environment = run.environment | {"HOME": str(home), "TMPDIR": str(temporary), "XDG_CONFIG_HOME": str(home)}
    try:
        before = namespace("-rn")
    except pytest.skip.Exception:
        before = []
    command = [sys.executable, "-m", "mallette", "build", "--jobs", "2"]
    seen = watched(command, folder / "trace", environment, root, before)
    return root, temporary, seen, before


def test_a_build_needs_no_network(build):
    root, _, _, before = build
    if not before:
        pytest.skip("a network namespace is not allowed here")
    assert (root / "site/recits/essai-3/index.html").is_file()


def test_a_build_never_asks_for_the_network(build):
    assert build[2].network == []


def test_a_build_reads_the_project_its_environment_and_the_system_alone(build):
    root, temporary, seen, _ = build
    etc = [f"/etc/{name}" for name in ETC]
    found = outside(seen.read, root, temporary, *environment_folders(), *SYSTEM, *etc)
    assert [path for path in found if not path.startswith(DEVICES)] == []
    assert str(root / "kit/kit.yml") in seen.read
    assert seen.by != "strace" or any(
        path.endswith("/pagefind_bin/pagefind") or "libc.so" in path for path in seen.read
    )


def test_a_build_changes_its_site_and_its_cache_alone(build):
    root, temporary, seen, _ = build
    found = outside(seen.changed, root / "site", root / ".site.new", root / ".site.lock", root / ".cache", temporary)
    assert [path for path in found if not path.startswith(DEVICES)] == []
    assert len(seen.changed) > 100
    assert list(temporary.iterdir()) == []


def test_what_is_outside_would_be_seen(tmp_path, run):
    """The same eyes on a program that reads, writes and calls where it should not."""
    (tmp_path / "secret").touch()
    code = (
        "import pathlib, socket; pathlib.Path('secret').read_text(); pathlib.Path('made').mkdir();"
        "pathlib.Path('made').rename('moved'); socket.socket().connect_ex(('127.0.0.1', 9))"
    )
    (tmp_path / "code.py").write_text(code, encoding="utf-8")
    seen = watched([sys.executable, "code.py"], tmp_path / "trace", run.environment, tmp_path)
    assert str(tmp_path / "secret") in seen.read
    assert {str(tmp_path / "made"), str(tmp_path / "moved")} <= seen.changed | seen.read
    assert str(tmp_path / "moved") in seen.changed or seen.by != "strace"
    assert seen.network
