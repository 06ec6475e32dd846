"""The preview: a real server, real files that change under it."""

import html
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import weakref
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from editing import edit
from mkdocs.livereload import LiveReloadServer

from mallette.errors import InvalidSource
from mallette.labels import SHIPPED, labels
from mallette.memo import tidied
from mallette.preview import Preview
from mallette.serving import Live
from mallette.watching import Saved


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


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_the_preview_follows_the_files(tiny_root, installed):
    story, role = tiny_root / "cases/premier.yml", tiny_root / "kit/roles/guide.yml"
    with served(tiny_root, installed) as (child, url, said):
        page = f"{url}recits/premier/"
        assert seen(page, "Un premier essai")
        edit(story, ("Tout le monde a parlé", "Chaque personne a parlé"))
        assert seen(page, "Chaque personne a parlé")
        edit(role, ("Je veille", "Nous veillons"))
        assert seen(f"{url}roles/", "Nous veillons")
        # what stands on every page
        edit(tiny_root / "kit/kit.yml", ("title: ", "title: Grande "))
        assert seen(f"{url}guide/", "Grande ")
        edit(tiny_root / "docs/guide.md", ("#", "# Nouveau\n\n#"))
        assert seen(f"{url}guide/", "Nouveau")
        assert child.poll() is None
    assert not any("Traceback" in line for line in said)


def test_a_story_comes_and_goes(tiny_root, installed):
    story = tiny_root / "cases/premier.yml"
    with served(tiny_root, installed) as (_, url, _said):
        assert seen(f"{url}recits/", "Un premier essai")
        second = tiny_root / "cases/second.yml"
        second.write_text(story.read_text("utf-8").replace("Un premier essai", "Un second essai"), "utf-8")
        assert seen(f"{url}recits/", "Un second essai")
        assert seen(f"{url}recits/second/", "Un second essai")
        second.unlink()
        end = time.monotonic() + 20
        while b"Un second essai" in get(f"{url}recits/")[1] and time.monotonic() < end:
            time.sleep(0.1)
        assert b"Un second essai" not in get(f"{url}recits/")[1]
        assert get(f"{url}recits/second/")[0] == 404
        assert get(f"{url}recits/premier/")[0] == 200


def test_a_mistake_is_shown_and_healed(tiny_root, installed):
    story = tiny_root / "cases/premier.yml"
    with served(tiny_root, installed) as (child, url, said):
        page = f"{url}recits/premier/"
        assert seen(page, "Un premier essai")
        edit(story, ("title:", "titel<b>:"))
        assert seen(page, "cases/premier.yml:1:1")
        assert b"<b>:" not in get(page)[1]
        assert seen(f"{url}guide/", "cases/premier.yml:1:1"), "every page says it"
        assert b"livereload" in get(page)[1], "and comes back by itself"
        edit(story, ("titel<b>:", "title:"))
        assert seen(page, "Un premier essai")
        assert child.poll() is None, "a mistake killed the server"
    assert any("cases/premier.yml:1:1: « " in line for line in said)
    assert not any("Traceback" in line for line in said)


def test_a_guide_at_the_address_of_a_page_is_told_and_healed(tiny_root, installed):
    guide = tiny_root / "docs/recits.md"
    with served(tiny_root, installed) as (child, url, said):
        page = f"{url}recits/premier/"
        assert seen(page, "Un premier essai")
        guide.write_text("# Perdu\n", encoding="utf-8")
        assert seen(page, "docs/recits.md:1:1")
        edit(tiny_root / "cases/premier.yml", ("Tout le monde a parlé", "Chaque personne a parlé"))
        time.sleep(1)
        assert b"docs/recits.md:1:1" in get(page)[1], "another save does not mend it"
        assert b"livereload" in get(page)[1], "and comes back by itself"
        guide.unlink()
        assert seen(page, "Chaque personne a parlé")
        (tiny_root / "docs/autre.md").write_text("# Autre guide\n", encoding="utf-8")
        assert seen(f"{url}autre/", "Autre guide"), "guides are still followed"
        assert child.poll() is None
    assert len([line for line in said if "docs/recits.md:1:1" in line]) == 1
    assert not any("Traceback" in line or "stuck" in line for line in said)


def test_a_build_that_fails_is_told_and_healed(tiny_root, installed):
    """What MkDocs itself refuses: no request waits for a build that never comes."""
    settings = tiny_root / "mkdocs.yml"
    sound = settings.read_text(encoding="utf-8")
    with served(tiny_root, installed) as (child, url, said):
        page = f"{url}recits/premier/"
        assert seen(page, "Un premier essai")
        settings.write_text(f"{sound}\nsite_url: 12\n", encoding="utf-8")
        assert seen(page, "configuration error")
        settings.write_text("3\n", encoding="utf-8")
        assert seen(page, "mkdocs.yml:1:1")
        (tiny_root / "docs/recits.md").write_text("# Perdu\n", encoding="utf-8")
        assert seen(page, "docs/recits.md:1:1")
        settings.write_text(sound, encoding="utf-8")
        time.sleep(1)
        assert seen(page, "docs/recits.md:1:1"), "told by the build as well"
        (tiny_root / "docs/recits.md").unlink()
        assert seen(page, "Un premier essai")
        assert child.poll() is None
    assert not any("Traceback" in line or "stuck" in line for line in said)


def test_documents_are_made_when_asked_for(tiny_root, installed):
    with served(tiny_root, installed) as (_, url, _said):
        assert seen(f"{url}recits/premier/", "premier-recit.pdf")
        assert not (tiny_root / ".cache/mallette").exists(), "nothing is typeset before it is asked for"
        status, data = get(f"{url}telecharger/premier/premier-recit.pdf")
        assert (status, data[:5]) == (200, b"%PDF-")
        assert get(f"{url}telecharger/premier/premier-recit.png")[1][1:4] == b"PNG"
        assert get(f"{url}telecharger/premier/rien.pdf")[0] == 404
        edit(tiny_root / "cases/premier.yml", ("Tout le monde a parlé", "Chaque personne a parlé"))
        assert seen(f"{url}recits/premier/", "Chaque personne a parlé")
        assert get(f"{url}telecharger/premier/premier-recit.pdf")[1] != data


def test_a_fault_that_nobody_foresaw_is_shown_and_healed(tiny_root, installed):
    words = tiny_root / "templates/labels/fr.yml"
    words.parent.mkdir(parents=True)
    sound = (SHIPPED / "labels/fr.yml").read_text(encoding="utf-8")
    words.write_text(sound, encoding="utf-8")
    with served(tiny_root, installed) as (child, url, said):
        page = f"{url}recits/premier/"
        assert seen(page, "Un premier essai")
        words.write_text("site: rien\n", encoding="utf-8")
        assert seen(page, "KeyError")
        assert b"livereload" in get(page)[1], "and comes back by itself"
        words.write_text(sound, encoding="utf-8")
        assert seen(page, "Un premier essai")
        edit(tiny_root / "cases/premier.yml", ("Tout le monde a parlé", "Chaque personne a parlé"))
        assert seen(page, "Chaque personne a parlé"), "saves are still followed"
        assert child.poll() is None
    assert len([line for line in said if "mallette ne sait pas expliquer : KeyError" in line]) == 1
    assert not any("Traceback" in line for line in said)


@pytest.mark.parametrize(
    ("page", "name", "file", "change", "told"),
    [
        (
            *("protocoles/tour/", "tour-cartes-roles", "kit/roles/guide.yml"),
            *(("J'accueille.", "J'accueille tout le monde, encore. " * 60), "kit/roles/guide.yml:4:"),
        ),
        (
            *("recits/premier/", "premier-recit", "cases/premier.yml"),
            *(("Tout le monde", "ᚠ Tout le monde"), "cases/premier.yml:11:"),
        ),
    ],
)
def test_a_document_that_cannot_be_made_is_told(tiny_root, installed, run, page, name, file, change, told):
    with served(tiny_root, installed) as (child, url, said):
        assert seen(f"{url}{page}", f"{name}.pdf")
        document = f"{url}telecharger/{page.split('/')[1]}/{name}"

        def becomes(sound):
            end = time.monotonic() + 20
            while get(f"{document}.pdf")[1].startswith(b"%PDF-") is not sound and time.monotonic() < end:
                time.sleep(0.1)
            return get(f"{document}.pdf")[1].startswith(b"%PDF-") is sound

        assert becomes(True)
        assert get(f"{document}.png")[0] == 200
        edit(tiny_root / file, change)
        assert becomes(False)
        shown = get(f"{document}.pdf")[1].decode()
        refused = run("check", "--print", "--root", tiny_root)
        (fault,) = (line for line in refused.stderr.splitlines() if line.startswith(told))
        assert fault in html.unescape(shown), "in the words of every command"
        assert "livereload" in shown, "and comes back by itself"
        assert get(f"{document}.png")[0] == 404, "no picture of what is not made"
        assert name in get(f"{url}{page}")[1].decode(), "the page is there to be looked at"
        edit(tiny_root / file, change[::-1])
        assert becomes(True)
        assert get(f"{document}.png")[0] == 200
        assert child.poll() is None
    assert len([line for line in said if told in line]) == 1, "the terminal says it once"
    assert not any("Traceback" in line for line in said)


def test_the_preview_can_be_searched(tiny_root, installed):
    def pages():
        return json.loads(get(f"{url}pagefind/pagefind-entry.json")[1])["languages"]["fr"]

    with served(tiny_root, installed) as (_, url, said):
        assert seen(f"{url}recits/premier/", "Un premier essai")
        assert get(f"{url}pagefind/pagefind.js")[0] == 200
        before = pages()
        assert pages() == before
        edit(tiny_root / "cases/premier.yml", ("Tout le monde a parlé", "Chaque ornithorynque a parlé"))
        assert seen(f"{url}recits/premier/", "ornithorynque")
        saved = pages()
        assert saved["hash"] != before["hash"], "the words of a file that was saved are found"
        (tiny_root / "docs/autre.md").write_text("# Autre guide\n\nUn castor.\n", encoding="utf-8")
        assert seen(f"{url}autre/", "castor")
        assert pages()["page_count"] == saved["page_count"] + 1
    assert not any("Traceback" in line for line in said)


def test_a_save_calls_the_browser(tiny_root, installed):
    """What the page of the preview waits for, answered by a save."""
    with served(tiny_root, installed) as (_, url, _said):
        assert seen(f"{url}recits/premier/", "Un premier essai")
        (epoch,) = re.search(rb"livereload\((\d+), \d+\)", get(f"{url}recits/premier/")[1]).groups()
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(get(f"{url}livereload/{epoch.decode()}/1")))
        waiting.start()
        time.sleep(0.3)
        assert answers == [], "nothing was saved yet"
        edit(tiny_root / "cases/premier.yml", ("Tout le monde a parlé", "Chaque personne a parlé"))
        waiting.join(timeout=20)
        assert int(answers[0][1]) > int(epoch)


def test_a_preview_that_nobody_looks_at_rests(tiny_root, installed):
    with served(tiny_root, installed) as (child, url, _said):
        assert seen(f"{url}recits/premier/", "Un premier essai")
        time.sleep(1)
        before = ticks(child.pid)
        time.sleep(3)
        assert ticks(child.pid) - before < 0.1 * 3 * os.sysconf("SC_CLK_TCK")


def ticks(pid):
    path = Path(f"/proc/{pid}/stat")
    if not path.exists():
        pytest.skip("this system does not tell")
    fields = path.read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_a_save_makes_the_site_once(tiny_root, installed):
    """A title stands in the navigation: all is built again, and what is read for that is no change."""
    with served(tiny_root, installed) as (_, url, _):
        page = f"{url}recits/premier/"
        assert seen(page, "Un premier essai")
        edit(tiny_root / "cases/premier.yml", ("Un premier essai", "Un nouvel essai"))
        assert seen(page, "Un nouvel essai")
        time.sleep(1)
        moments = []
        for _ in range(4):
            moments.append(re.search(rb"livereload\((\d+)", get(page)[1])[1])
            time.sleep(0.4)
        assert len(set(moments)) == 1


def test_what_a_fault_leaves_is_what_was_there_before(tiny_root):
    look = tiny_root / "templates/look.yml"
    look.parent.mkdir(exist_ok=True)
    sound = (SHIPPED / "look.yml").read_text(encoding="utf-8")
    preview = Preview(tiny_root)
    preview.refresh()
    before = preview.page("recits/premier/").body
    look.write_text(re.sub("^ink: .*$", "ink: vert", sound, flags=re.MULTILINE), encoding="utf-8")
    edit(tiny_root / "cases/premier.yml", ("Tout le monde a parlé", "Chaque personne a parlé"))
    with pytest.raises(InvalidSource):
        preview.refresh()
    assert preview.page("recits/premier/").body == before
    look.write_text(sound, encoding="utf-8")
    preview.refresh()
    assert "Chaque personne a parlé" in preview.page("recits/premier/").body


def test_a_library_that_was_read_again_is_let_go(tiny_root):
    preview = Preview(tiny_root)
    known = weakref.ref(preview.refresh().loaded)
    assert all("Un premier essai" in preview.page(path).body for path in ("recits/", "protocoles/tour/"))
    edit(tiny_root / "cases/premier.yml", ("Tout le monde a parlé", "Chaque personne a parlé"))
    preview.refresh()
    tidied()
    assert known() is None


def test_no_request_removes_a_file_that_is_not_made(tiny_root, tmp_path):
    """A search that fails half-way, as on a full disk, for a picture that is said to be beside the site."""
    site, kept = tmp_path / "site", tmp_path / "photo.png"
    kept.write_bytes(b"...")

    def write_search(folder):
        (folder / "pagefind").mkdir(parents=True, exist_ok=True)
        raise OSError("no space")

    preview = Preview(tiny_root)
    preview.refresh()
    state = (SimpleNamespace(docs_dir=str(tiny_root / "docs")), None, None)
    server = LiveReloadServer(lambda: None, "127.0.0.1", 0, str(site))
    server.watch(str(tiny_root / "docs"))
    Live(
        server, SimpleNamespace(preview=preview, state=state, words=labels("fr"), write_search=write_search), tiny_root
    )
    said = []
    answer = server.get_app()({"PATH_INFO": "/pagefind/../../photo.png"}, lambda status, headers: said.append(status))
    assert b"no space" in b"".join(answer)
    assert said == ["200 OK"]
    assert kept.read_bytes() == b"..."


def test_the_preview_tidies_up_when_nobody_saves_or_reads():
    saved = Saved()
    begun = time.monotonic()
    reading = threading.Timer(0.3, saved.read)
    reading.start()
    assert saved.quiet(0.5)
    assert time.monotonic() - begun >= 0.8
    threading.Timer(0.1, saved.on_any_event, [SimpleNamespace(src_path="x", dest_path="")]).start()
    assert not saved.quiet(5)
