"""The preview: a real server, real files that change under it."""

import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from types import SimpleNamespace

from mallette.plugin import MallettePlugin


def test_serve_watches_the_sources(tiny_root):
    (tiny_root / "templates").mkdir()
    watched = []
    config = SimpleNamespace(config_file_path=str(tiny_root / "mkdocs.yml"))
    MallettePlugin().on_serve(SimpleNamespace(watch=watched.append), config=config, builder=None)
    assert watched == [str(tiny_root / name) for name in ("kit", "cases", "templates")]


@contextmanager
def served(root, installed):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    said = []
    command = [sys.executable, "-m", "mallette", "serve", "--root", str(root), "--address", address]
    child = subprocess.Popen(command, env=installed, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield child, f"http://{address}/", said
    finally:
        child.terminate()
        said += child.communicate(timeout=20)[0].splitlines()


def seen(url, words, seconds=30):
    """Wait until a page shows some words."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if words in answer.read().decode():
                    return True
        except OSError:
            pass
        time.sleep(0.2)
    return False


def test_the_preview_follows_the_files_and_outlives_a_mistake(tiny_root, installed):
    story, role = tiny_root / "cases/premier.yml", tiny_root / "kit/roles/guide.yml"
    with served(tiny_root, installed) as (child, url, said):
        page = f"{url}recits/premier/"
        assert seen(page, "Un premier essai")
        text = story.read_text(encoding="utf-8")
        story.write_text(text.replace("Tout le monde a parlé", "Chaque personne a parlé"), encoding="utf-8")
        assert seen(page, "Chaque personne a parlé")
        story.write_text(text.replace("title:", "titel:"), encoding="utf-8")
        time.sleep(3)
        assert child.poll() is None, "a mistake killed the server"
        assert seen(page, "Chaque personne a parlé", 10), "a mistake took the last good page away"
        story.write_text(text.replace("Tout le monde a parlé", "Le groupe a parlé"), encoding="utf-8")
        assert seen(page, "Le groupe a parlé")
        role.write_text(role.read_text(encoding="utf-8").replace("Je veille", "Nous veillons"), encoding="utf-8")
        assert seen(f"{url}roles/", "Nous veillons")
    assert any("cases/premier.yml:1:1: champ inconnu « titel »" in line for line in said)
    assert not any("Traceback" in line for line in said)
