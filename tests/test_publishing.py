import os
import shutil
import signal
import sys

import pytest
from filelock import FileLock

from mallette import publishing
from mallette.errors import MalletteError
from mallette.publishing import staged

MARKER = "mallette.txt"


def publish(target, words="nouveau"):
    with staged(target, MARKER) as stage:
        (stage / MARKER).write_text(words, encoding="utf-8")
        (stage / "page.html").write_text(words, encoding="utf-8")


def fail(target):
    with staged(target, MARKER) as stage:
        (stage / "half.html").write_text("x", encoding="utf-8")
        raise ZeroDivisionError


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def left_overs(target):
    return [p.name for p in target.parent.iterdir() if p.name.startswith(f".{target.name}.") and p.suffix != ".lock"]


@pytest.fixture(params=["exchange", "two renames"], autouse=True)
def way(request, monkeypatch):
    """Linux swaps two folders in one step; elsewhere two renames must do."""
    if request.param == "two renames":
        monkeypatch.setattr(publishing, "_exchange", lambda one, other: False)
    elif sys.platform != "linux":
        pytest.skip("no renameat2 here")
    return request.param


def test_the_first_site_and_the_next(tmp_path):
    target = tmp_path / "site"
    publish(target, "un")
    assert tree(target) == {MARKER: b"un", "page.html": b"un"}
    (target / "old.html").write_text("x", encoding="utf-8")
    publish(target, "deux")
    assert tree(target) == {MARKER: b"deux", "page.html": b"deux"}
    assert left_overs(target) == []


def test_a_block_that_fails_changes_nothing(tmp_path):
    target = tmp_path / "site"
    publish(target)
    before = tree(target)
    with pytest.raises(ZeroDivisionError):
        fail(target)
    assert tree(target) == before
    assert left_overs(target) == []


def test_a_full_disk_changes_nothing(tmp_path):
    target = tmp_path / "site"
    publish(target)
    before = tree(target)
    with pytest.raises(MalletteError) as caught, staged(target, MARKER):
        raise OSError(28, "No space left on device")
    assert caught.value.code == "cannot_write"
    assert tree(target) == before


def test_a_folder_of_someone_else_is_left_alone(tmp_path):
    target = tmp_path / "photos"
    target.mkdir()
    (target / "vacances.jpg").write_bytes(b"x")
    with pytest.raises(MalletteError) as caught:
        publish(target)
    assert caught.value.code == "not_ours"
    assert tree(target) == {"vacances.jpg": b"x"}


def test_a_file_is_not_a_folder(tmp_path):
    (tmp_path / "site").write_text("x", encoding="utf-8")
    with pytest.raises(MalletteError) as caught:
        publish(tmp_path / "site")
    assert caught.value.code == "not_ours"


def test_an_empty_folder_may_be_used(tmp_path):
    (tmp_path / "site").mkdir()
    publish(tmp_path / "site")
    assert MARKER in tree(tmp_path / "site")


def test_two_builds_at_once_are_refused(tmp_path):
    target = tmp_path / "site"
    publish(target)
    before = tree(target)
    with FileLock(tmp_path / ".site.lock"), pytest.raises(MalletteError) as caught:
        publish(target, "autre")
    assert caught.value.code == "locked"
    assert tree(target) == before
    publish(target, "autre")
    assert tree(target) != before


def test_a_second_rename_that_fails_puts_the_site_back(tmp_path, monkeypatch, way):
    if way == "exchange":
        pytest.skip("one step, nothing between")
    target = tmp_path / "site"
    publish(target)
    before = tree(target)
    rename = publishing.Path.rename

    def refuse(path, to):
        if path.name == ".site.new":
            raise OSError(13, "Permission denied")
        return rename(path, to)

    monkeypatch.setattr(publishing.Path, "rename", refuse)
    with pytest.raises(MalletteError):
        publish(target, "autre")
    assert tree(target) == before
    assert left_overs(target) == []


def test_a_site_left_aside_between_two_renames_comes_back(tmp_path):
    target = tmp_path / "site"
    publish(target)
    before = tree(target)
    target.rename(tmp_path / ".site.previous")
    (tmp_path / ".site.new").mkdir()
    (tmp_path / ".site.new/half.html").write_text("x", encoding="utf-8")
    with pytest.raises(ZeroDivisionError):
        fail(target)
    assert tree(target) == before
    assert left_overs(target) == []


def test_what_a_killed_run_left_goes_at_the_next(tmp_path):
    target = tmp_path / "site"
    publish(target)
    for name in (".site.new", ".site.previous"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "half.html").write_text("x", encoding="utf-8")
    publish(target, "deux")
    assert tree(target) == {MARKER: b"deux", "page.html": b"deux"}
    assert left_overs(target) == []


def killed_at(line, target):
    """Publish in a process that is killed before it runs this line of the modules that publish; whether it was."""
    if (child := os.fork()) == 0:
        left = line

        def trace(frame, event, _):
            nonlocal left
            if frame.f_code.co_filename not in (publishing.__file__, shutil.__file__):
                return None
            left -= event == "line"
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return trace

        sys.settrace(trace)
        try:
            publish(target, "deux")
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_killed_before_any_line_it_leaves_the_old_site_or_the_new_one(tmp_path, way):
    """Where two renames must do, the site may be aside until the next run, which puts it back."""
    target, aside = tmp_path / "site", tmp_path / ".site.previous"
    publish(target, "un")
    old, line, found = tree(target), 1, {"old": 0, "new": 0, "aside": 0}
    new = dict.fromkeys(old, b"deux")
    while killed_at(line, target):
        shown = "old" if tree(target) == old else "new" if tree(target) == new else "aside"
        if shown == "aside":
            assert not target.exists()
            assert tree(aside) == old
        found[shown] += 1
        with pytest.raises(ZeroDivisionError):  # a run that fails mends nevertheless
            fail(target)
        assert tree(target) == (new if shown == "new" else old)
        assert left_overs(target) == []
        if shown == "new":
            publish(target, "un")
        line += 1
    assert tree(target) == new
    assert min(found["old"], found["new"]) > 5
    assert bool(found["aside"]) is (way == "two renames")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(MalletteError) as caught:
            publish(tmp_path / "site")
    finally:
        tmp_path.chmod(0o700)
    assert caught.value.code == "cannot_write"
