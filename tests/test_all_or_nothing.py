"""Real builds that are killed, find no room, may not write, meet each other or a fault: the last good site stays."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import TINY

from mallette import cli
from mallette.errors import InvalidSource
from mallette.loading import load

HOOKS = Path(__file__).parent / "hooks"
GOLDEN = Path(__file__).parent / "golden" / "errors"
KILLS = 8
SEED = 20261123


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def names(root):
    """Every file of a root, the last build's lock aside."""
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if not p.name.endswith(".lock"))


def edited(root):
    story = root / "cases/premier.yml"
    text = story.read_text(encoding="utf-8")
    story.write_text(text.replace("Un premier essai", "Un autre essai"), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def good(tmp_path_factory, run):
    """A root with its site, that no test changes."""
    root = shutil.copytree(TINY, tmp_path_factory.mktemp("good") / "root")
    assert run("build", "--root", root).returncode == 0
    return root


@pytest.fixture(scope="module")
def moments(good, run, tmp_path_factory):
    """The same after an edit, built from nothing: its files, and how many moments its build has."""
    folder = tmp_path_factory.mktemp("moments")
    root = edited(shutil.copytree(good, folder / "root", ignore=shutil.ignore_patterns("site", ".cache")))
    hooked = os.pathsep.join((str(HOOKS), run.environment["PYTHONPATH"]))
    done = run("build", "--root", root, PYTHONPATH=hooked, MALLETTE_MOMENTS=str(folder / "count"))
    assert done.returncode == 0, done.stderr
    return root, int((folder / "count").read_text(encoding="utf-8"))


@pytest.fixture
def root(good, tmp_path):
    return shutil.copytree(good, tmp_path / "root")


def alone(process):
    """Whether nothing that a process has started is left a few seconds after its end."""
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL here")
def test_a_build_killed_at_any_moment_leaves_the_last_good_site(root, moments, run):
    clean, count = moments
    assert count > 1000
    before, after = tree(root / "site"), tree(clean / "site")
    assert before != after
    edited(root)
    shutil.rmtree(root / ".cache")
    chance = random.Random(SEED)
    killed = staged = 0
    for part in (*range(0, KILLS, 2), *range(1, KILLS, 2)):  # once in each part of the build, at a moment of its own
        moment = chance.randrange(count * part // KILLS, count * (part + 1) // KILLS) + 1
        hooked = os.pathsep.join((str(HOOKS), run.environment["PYTHONPATH"]))
        child = subprocess.Popen(
            [sys.executable, "-m", "mallette", "build", "--root", root],
            env=run.environment | {"PYTHONPATH": hooked, "MALLETTE_DIE_AT": str(moment)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        killed += child.wait() == -signal.SIGKILL
        assert alone(child), "a process outlives the build that started it"
        assert tree(root / "site") in (before, after)
        staged += (root / ".site.new").exists()
    assert killed >= KILLS - 2
    assert staged >= 1
    assert run("build", "--root", root).returncode == 0
    assert tree(root / "site") == after
    assert names(root) == names(clean)


DISK = """
set -e
mount -t tmpfs -o size=256m none "$OUT"
cp -a "$GOOD" "$OUT/root"
used=$(du -sm "$OUT" | cut -f1)
for more in 1 3; do
  mount -o "remount,size=$((used + more))m" "$OUT"
  "$@" > "$OUT.full-$more" 2>&1 && exit 3
  cp -a "$OUT/root" "$OUT.root-full-$more"
done
mount -o remount,size=256m,ro "$OUT"
"$@" > "$OUT.read-only" 2>&1 && exit 4
cp -a "$OUT/root" "$OUT.root-read-only"
mount -o remount,rw "$OUT"
"$@" > "$OUT.good" 2>&1
cp -a "$OUT/root" "$OUT.root-good"
"""


def namespace(*of):
    """The command that begins a namespace of one's own; skips where that is not allowed."""
    command = ["unshare", *of]
    if shutil.which("unshare") is None or subprocess.run([*command, "true"], capture_output=True).returncode:
        pytest.skip(f"{' '.join(command)} is not allowed here")
    return command


def test_a_full_disk_and_one_that_is_read_only_leave_the_last_good_site(root, moments, run, tmp_path):
    clean, _ = moments
    before, out = tree(root / "site"), tmp_path / "disk"
    edited(root)
    out.mkdir()
    shown = subprocess.run(
        [
            *namespace("-rm"),
            "bash",
            "-c",
            DISK,
            "bash",
            sys.executable,
            "-m",
            "mallette",
            "build",
            "--root",
            out / "root",
        ],
        env=run.environment | {"OUT": str(out), "GOOD": str(root)},
        capture_output=True,
        text=True,
    )
    assert shown.returncode == 0, shown.stderr
    for case, reason in (("full-1", "No space left"), ("full-3", "No space left"), ("read-only", "Read-only")):
        said = (tmp_path / f"disk.{case}").read_text(encoding="utf-8")
        assert f"Impossible d'écrire dans {out}/root" in said
        assert reason in said
        assert "Traceback" not in said
        assert tree(tmp_path / f"disk.root-{case}/site") == before
        assert not (tmp_path / f"disk.root-{case}/.site.new").exists()
    assert tree(tmp_path / "disk.root-good/site") == tree(clean / "site")
    assert not [name for name in names(tmp_path / "disk.root-good") if name.startswith(".site")]


@pytest.mark.skipif(sys.platform == "win32", reason="no limits here")
def test_a_file_that_may_not_grow_leaves_the_last_good_site(root, run):
    import resource

    before = tree(root / "site")
    done = subprocess.run(
        [sys.executable, "-m", "mallette", "build", "--root", edited(root)],
        env=run.environment,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)),
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Impossible d'écrire dans")
    assert tree(root / "site") == before
    assert not (root / ".site.new").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGSTOP here")
def test_of_two_builds_at_once_the_second_is_told(root, moments, run):
    clean, _ = moments
    edited(root)
    command = [sys.executable, "-m", "mallette", "build", "--root", root]
    first = subprocess.Popen(command, env=run.environment, stdout=subprocess.DEVNULL)
    while not (root / ".site.new").exists():
        assert first.poll() is None
        time.sleep(0.001)
    first.send_signal(signal.SIGSTOP)
    try:
        second = run("build", "--root", root)
        assert second.returncode == 1
        assert second.stderr.startswith("Une autre fabrication est en cours")
    finally:
        first.send_signal(signal.SIGCONT)
    assert first.wait() == 0
    assert tree(root / "site") == tree(clean / "site")
    assert names(root) == names(clean)


def test_two_builds_that_begin_together_make_one_whole_site(root, moments, run):
    clean, _ = moments
    edited(root)
    shutil.rmtree(root / ".cache")
    command = [sys.executable, "-m", "mallette", "build", "--root", root]
    both = [subprocess.Popen(command, env=run.environment, stderr=subprocess.DEVNULL) for _ in range(2)]
    codes = [process.wait() for process in both]
    assert 0 in codes
    assert set(codes) <= {0, 1}
    assert tree(root / "site") == tree(clean / "site")
    assert names(root) == names(clean)


@pytest.mark.parametrize("case", sorted(path.name for path in GOLDEN.iterdir()))
def test_faulty_files_leave_the_last_good_site(root, case, monkeypatch):
    before = tree(root / "site")
    shutil.copytree(GOLDEN / case, root, dirs_exist_ok=True)
    try:
        load(root)
    except InvalidSource:
        with pytest.raises(SystemExit) as left:
            cli.main(["build", "--root", str(root)])
        assert left.value.code == 1
    else:
        pytest.skip("only warnings")
    assert tree(root / "site") == before
    assert not (root / ".site.new").exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("kit/roles/guide.yml", "J'accueille.", "J'accueille tout le monde, encore. " * 60, "ne tient pas"),
        ("cases/premier.yml", "Essayer.", "Essayer 𓀀.", "premier.yml"),
        ("docs/guide.md", "#", "[Rien](nulle-part.md)\n\n#", "MkDocs"),
        ("kit/kit.yml", "template: poster", "template: absente", "absente"),
    ],
    ids=["a text too long", "a letter without font", "a link to nowhere", "a template that lacks"],
)
def test_a_fault_found_late_leaves_the_last_good_site(root, file, old, new, said, capsys):
    before = tree(root / "site")
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        cli.main(["--lang", "fr", "build", "--root", str(root)])
    assert left.value.code == 1
    assert said in capsys.readouterr().err
    assert tree(root / "site") == before
    assert not (root / ".site.new").exists()
