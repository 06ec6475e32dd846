"""Work shared between processes: the same results, in the same order."""

import io
import os
import signal
import subprocess
import sys
import time

import pikepdf
import pytest

from mallette import workers
from mallette.build import print_all
from mallette.errors import MalletteError
from mallette.loading import load
from mallette.selection import select
from mallette.templating import words_for
from mallette.typography import typeset
from mallette.workers import WORTH_IT, Workforce, cores


def where(number):
    return number, os.getpid()


def fail(number):
    if number == 7:
        raise MalletteError("no_kit", folder="là")
    return number


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_items(jobs):
    found = list(Workforce(jobs).mapped(where, range(4 * WORTH_IT)))
    assert [number for number, _ in found] == list(range(4 * WORTH_IT))
    elsewhere = {pid for _, pid in found} - {os.getpid()}
    assert bool(elsewhere) is (jobs > 1)


def test_new_processes_take_over_after_a_while(monkeypatch):
    monkeypatch.setattr(workers, "SHIFT", 10)
    found = list(Workforce(2).mapped(where, range(50)))
    assert [number for number, _ in found] == list(range(50))
    shifts = [{pid for _, pid in found[start : start + 17]} for start in (0, 17, 34)]
    assert not set.intersection(*shifts[:2])
    assert not set.intersection(*shifts[1:])
    assert all(1 <= len(pids) <= 2 for pids in shifts)


def test_what_is_alike_is_done_by_the_same_processes(monkeypatch):
    monkeypatch.setattr(workers, "SHIFT", 10)
    found = list(Workforce(2).mapped(where, range(50), alike=True))
    assert [number for number, _ in found] == list(range(50))
    assert len({pid for _, pid in found}) <= 2


def test_sheets_of_stories_are_typeset_apart_from_all_else(real_root, tmp_path):
    class Seen(Workforce):
        def mapped(self, function, items, *, alike=False):
            asked.append((alike, {order.printable.about for order in items}))
            return super().mapped(function, items, alike=alike)

    asked, loaded = [], load(real_root)
    chosen = select(loaded.mallette.kit.printables, only=["recit", "badges"])
    chosen.sort(key=lambda printable: printable.about != "story")
    files, printed = print_all(
        loaded, tmp_path, words_for(real_root, "fr"), lambda *_: None, chosen, previews=False, workforce=Seen()
    )
    assert asked == [(False, {"protocol"}), (True, {"story"})]
    assert [one.path for one in printed] == [file.path for file in files]
    for one, file in zip(printed, files, strict=True):
        with pikepdf.open(io.BytesIO(file.content)) as document:
            assert typeset(one.subject.title, "fr") in str(document.docinfo["/Title"])


def test_a_few_items_are_done_here():
    assert {pid for _, pid in Workforce(4).mapped(where, range(WORTH_IT - 1))} == {os.getpid()}


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_comes_back_with_its_words(jobs):
    with pytest.raises(MalletteError) as caught:
        list(Workforce(jobs).mapped(fail, range(2 * WORTH_IT)))
    assert (caught.value.code, caught.value.params) == ("no_kit", {"folder": "là"})


def test_there_is_at_least_one_core():
    assert cores() >= 1


def test_two_processes_make_the_same_documents(real_root, tmp_path):
    loaded = load(real_root)
    words = words_for(real_root, "fr")
    chosen = select(loaded.mallette.kit.printables, only=["affiche-a4", "badges", "cartes-relances"])
    found = []
    for jobs in (1, 2):
        root = tmp_path / str(jobs)
        root.mkdir()
        (root / "templates").symlink_to(real_root / "templates")
        files, _ = print_all(loaded, root, words, lambda *_: None, chosen, workforce=Workforce(jobs))
        found.append({file.path: file.content for file in files})
    assert len(found[0]) > 2 * WORTH_IT
    assert found[0] == found[1]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_no_process_outlives_one_that_is_killed(tmp_path):
    script = tmp_path / "long.py"
    script.write_text(
        "import os, sys, time\n"
        "from mallette.workers import Workforce\n"
        "def work(number):\n"
        "    open(sys.argv[1] + f'/{os.getpid()}', 'w').close()\n"
        "    time.sleep(0.2)\n"
        "if __name__ == '__main__':\n"
        "    list(Workforce(2).mapped(work, range(1000)))\n",
        encoding="utf-8",
    )
    seen = tmp_path / "pids"
    seen.mkdir()
    parent = subprocess.Popen([sys.executable, script, seen], env={**os.environ, "PYTHONPATH": "scripts"})
    try:
        wait_for(lambda: len(list(seen.iterdir())) == 2)
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    wait_for(lambda: not any(alive(int(path.name)) for path in seen.iterdir()))


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
