"""Work shared between machines: a real Dask scheduler and its workers, each a process of its own."""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest
from distributed import Client

from mallette import cluster as clusters
from mallette.build import print_all
from mallette.errors import MalletteError
from mallette.labels import labels
from mallette.loading import load
from mallette.templating import words_for
from mallette.workers import Workforce, hired

ROOT = Path(__file__).parent.parent


def where(number):
    time.sleep(0.02)
    return number, os.getpid()


def fail(number):
    if number == 7:
        raise MalletteError("no_kit", folder="là")
    return number


def only_in(pid, number):
    if os.getpid() != pid:
        raise OSError("not here")
    return number


BUSY = []


def at_the_same_time(number):
    BUSY.append(number)
    time.sleep(0.02)
    together = len(BUSY)
    BUSY.remove(number)
    return together


class Machines:
    """A scheduler and workers on this machine, ended with it."""

    def __init__(self, stack, env, folder):
        self.stack, self.env, self.folder = stack, env, folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self.scheduler = self.start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--idle-timeout", "120s"
        )

    def start(self, kind, *arguments, **env):
        command = [sys.executable, "-m", f"distributed.cli.{kind}", "--no-dashboard", *arguments]
        told = subprocess.DEVNULL
        process = subprocess.Popen(command, env=self.env | env, cwd=self.folder, stdout=told, stderr=told)
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process

    def worker(self, threads=1, **env):
        options = ("--host", "127.0.0.1", "--no-nanny", "--death-timeout", "20", "--nthreads", str(threads))
        return self.start("dask_worker", self.address, *options, **env)

    def wait(self, workers):
        with Client(self.address, timeout=30, set_as_default=False) as client:
            if workers:
                client.wait_for_workers(workers, timeout=30)

    def done(self):
        """How many items each worker has done so far."""

        def count(dask_worker):
            return dask_worker.state.executed_count

        with Client(self.address, timeout=30, set_as_default=False) as client:
            return list(client.run(count).values())


@contextmanager
def machines(installed, folder):
    paths = os.pathsep.join((str(ROOT / "tests"), installed["PYTHONPATH"]))
    with ExitStack() as stack:
        yield Machines(stack, installed | {"PYTHONPATH": paths}, folder)


@pytest.fixture(scope="module")
def two(installed, tmp_path_factory):
    """A cluster of two workers, one of them with two threads."""
    with machines(installed, tmp_path_factory.mktemp("dask")) as found:
        found.worker(threads=2)
        found.worker()
        found.wait(2)
        yield found


@pytest.fixture
def more(installed, tmp_path):
    """A scheduler without workers yet."""
    with machines(installed, tmp_path) as found:
        yield found


def never():
    raise AssertionError("the cluster is said to be lost")


def everything(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def many(tiny_root):
    """The tiny root with enough protocols for thirty documents."""
    protocol = tiny_root / "kit/protocols/tour.yml"
    for number in range(6):
        text = protocol.read_text(encoding="utf-8").replace("title: Tour", f"title: {number} fois le tour", 1)
        protocol.with_name(f"tour-{number}.yml").write_text(text, encoding="utf-8")
    return tiny_root


def printed(root, workforce, report=lambda *_: None):
    shutil.rmtree(root / ".cache", ignore_errors=True)
    files, _ = print_all(load(root), root, words_for(root, "fr"), report, workforce=workforce)
    return {file.path: file.content for file in files}


def test_a_cluster_makes_the_same_site(run, two, tiny_root, tmp_path):
    other = shutil.copytree(tiny_root, tmp_path / "alone")
    before = sum(two.done())
    done = run("build", "--root", tiny_root, "--scheduler", two.address)
    assert (done.returncode, done.stderr) == (0, "")
    assert sum(two.done()) - before >= 5
    assert run("build", "--root", other, "--jobs", "1").returncode == 0
    here, there = everything(other / "site"), everything(tiny_root / "site")
    assert len(here) > 30
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []


@pytest.mark.parametrize("command", [("print", "--out", "out"), ("check", "--print")])
def test_print_and_check_use_it_too(run, two, tiny_root, command):
    before = sum(two.done())
    done = run(*command, "--scheduler", two.address, cwd=tiny_root)
    assert (done.returncode, done.stderr) == (0, "")
    assert sum(two.done()) - before >= 5


def test_a_check_without_documents_needs_no_cluster(run, tiny_root):
    assert run("check", "--root", tiny_root, "--scheduler", "tcp://127.0.0.1:9").returncode == 0


def test_results_come_in_the_order_of_the_items(two, monkeypatch):
    monkeypatch.setattr(clusters, "AHEAD", 20)
    with hired(1, two.address, never) as workforce:
        found = list(workforce.mapped(where, range(60)))
    assert [number for number, _ in found] == list(range(60))
    assert len({pid for _, pid in found} - {os.getpid()}) == 2


def test_an_error_comes_back_with_its_words(two):
    with hired(1, two.address, never) as workforce, pytest.raises(MalletteError) as caught:
        list(workforce.mapped(fail, range(20)))
    assert (caught.value.code, caught.value.params) == ("no_kit", {"folder": "là"})


def test_what_workers_cannot_do_is_done_here(two):
    with hired(1, two.address, never) as workforce:
        assert list(workforce.mapped(partial(only_in, os.getpid()), range(5))) == list(range(5))


def test_a_worker_with_threads_does_one_item_at_a_time(two):
    with hired(1, two.address, never) as workforce:
        assert set(workforce.mapped(at_the_same_time, range(20))) == {1}


def test_a_worker_killed_midway_costs_only_time(two, tiny_root):
    """And one that comes midway helps."""
    root = many(tiny_root)
    alone = printed(root, Workforce(1))
    assert len(alone) > 50
    killed = two.worker()
    two.wait(3)
    before = two.done()

    def report(stage, done, total):
        if done == 4:
            while sum(now > then for now, then in zip(two.done(), before, strict=True)) < 3:
                time.sleep(0.1)
            killed.send_signal(signal.SIGKILL)
            killed.wait()

    with hired(1, two.address, never) as workforce:
        together = printed(root, workforce, report)
    assert killed.returncode == -signal.SIGKILL
    assert together == alone
    assert len(two.done()) == 2


@pytest.mark.parametrize("gone", ["scheduler", "workers"])
def test_a_cluster_that_goes_away_midway_is_told_and_costs_only_time(more, monkeypatch, gone):
    monkeypatch.setattr(clusters, "POLLING", 1.0)
    monkeypatch.setattr(clusters, "PATIENCE", 1.5)
    monkeypatch.setattr(clusters, "AHEAD", 10)
    worker = more.worker()
    more.wait(1)
    told, found, heard = [], [], logging.Handler()
    heard.emit = lambda record: told.append(record.getMessage())
    for name in ("distributed", "distributed.client"):
        logger = logging.getLogger(name)
        monkeypatch.setattr(logger, "handlers", [*logger.handlers, heard])
    with hired(1, more.address, lambda: told.append(gone)) as workforce:
        for number, result in enumerate(workforce.mapped(where, range(40))):
            found.append(result)
            if number == 5:
                (worker if gone == "workers" else more.scheduler).kill()
        later = list(workforce.mapped(where, range(3)))
    assert [number for number, _ in found] == list(range(40))
    assert {pid for _, pid in found} == {worker.pid, os.getpid()}
    assert later == [(number, os.getpid()) for number in range(3)]
    assert told == [gone]


def refused(address):
    """What is said of a cluster that is not taken, and soon."""
    start = time.monotonic()
    with pytest.raises(MalletteError) as caught, hired(1, address, never):
        pass
    assert time.monotonic() - start < 15
    return caught.value.code, labels("fr").error(caught.value)


def test_a_wrong_address_is_one_plain_sentence_and_nothing_is_made(run, tiny_root):
    done = run("build", "--root", tiny_root, "--scheduler", "tcp://127.0.0.1:9")
    assert done.returncode == 1
    assert done.stderr.startswith("Aucune grappe Dask ne répond à l'adresse « tcp://127.0.0.1:9 »")
    assert done.stderr.count("\n") == 1
    assert not (tiny_root / "site").exists()


@pytest.mark.parametrize("address", ["", "ici", "tcp://", "http://127.0.0.1:9", "tcp://nowhere.invalid:8786", "silent"])
def test_an_address_where_no_cluster_is(monkeypatch, address):
    monkeypatch.setattr(clusters, "CONNECTING", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        if address == "silent":
            address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        assert refused(address)[0] == "cluster_unreachable"


def test_a_cluster_without_workers_is_refused(more, monkeypatch):
    more.wait(0)
    monkeypatch.setattr(clusters, "CONNECTING", 2.0)
    assert refused(more.address)[0] == "cluster_empty"


def other_mallette(folder, line):
    """A mallette that differs by one line from ours."""
    shutil.copytree(
        ROOT / "scripts/mallette", folder / "scripts/mallette", ignore=shutil.ignore_patterns("__pycache__")
    )
    (folder / "templates").symlink_to(ROOT / "templates")
    with (folder / "scripts/mallette/booklet.py").open("a", encoding="utf-8") as file:
        file.write(line)
    return str(folder / "scripts")


def test_a_worker_with_another_mallette_is_refused_by_name(more, tmp_path):
    more.worker(PYTHONPATH=other_mallette(tmp_path, "# another\n"))
    more.wait(1)
    code, said = refused(more.address)
    assert code == "cluster_differs"
    assert "tcp://127.0.0.1:" in said
    assert "mallette 0." in said
    assert "typst" not in said


def test_a_worker_without_mallette_is_refused(more, tmp_path):
    (tmp_path / "mallette").mkdir()
    (tmp_path / "mallette/__init__.py").touch()
    more.worker(PYTHONPATH=str(tmp_path))
    more.wait(1)
    assert refused(more.address)[0] == "cluster_without_mallette"


def test_a_worker_with_another_mallette_that_comes_later_is_refused_too(more, tmp_path):
    paths = os.pathsep.join((other_mallette(tmp_path, "# another\n"), str(ROOT / "tests")))
    more.worker()
    more.wait(1)
    with hired(1, more.address, never) as workforce:
        found = workforce.mapped(where, range(1000))
        next(found)
        more.worker(PYTHONPATH=paths)
        with pytest.raises(MalletteError) as caught:
            list(found)
    assert caught.value.code == "cluster_differs"
