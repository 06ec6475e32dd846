"""A story that is saved in a preview: its page is as a whole reading would make it, or all is read at once."""

import shutil
import threading
import time
from types import SimpleNamespace

import pytest
from editing import edit
from mkdocs.livereload import LiveReloadServer

from mallette import serving
from mallette.labels import labels
from mallette.preview import Preview
from mallette.serving import Live

STORY = "cases/premier.yml"


@pytest.fixture
def library(tiny_root):
    """Two stories that are near, in two languages."""
    other = tiny_root / "cases/second.yml"
    shutil.copy(tiny_root / STORY, other)
    edit(other, ("title: ", "title: Encore "))
    edit(tiny_root / "kit/kit.yml", ("title: Petite", "languages: [fr, en]\ntitle: Petite"))
    return tiny_root


@pytest.fixture
def preview(library):
    preview = Preview(library)
    preview.refresh()
    return preview


@pytest.mark.parametrize(
    "change",
    [
        ("title: ", "title: Surtout "),
        ("Tout le monde a parlé", "Chaque personne a parlé, *enfin*"),
        ("summary: ", "summary: À Namur, "),
    ],
    ids=["title", "text", "summary"],
)
def test_the_page_of_a_story_that_was_saved_is_what_a_whole_reading_makes(library, preview, change):
    edit(library / STORY, change)
    before = preview.page("recits/").body
    assert preview.resaved([library / STORY]) == {"recits/premier/", "en/recits/premier/"}
    whole = Preview(library)
    whole.refresh()
    for path in ("recits/premier/", "en/recits/premier/"):
        assert preview.page(path) == whole.page(path)
    assert preview.page("recits/").body == before
    preview.refresh()
    for path in ("recits/", "recits/premier/", "recits/second/", "en/recits/"):
        assert preview.page(path) == whole.page(path)


def test_two_stories_that_were_saved_one_after_the_other(library, preview):
    edit(library / STORY, ("title: ", "title: Surtout "))
    assert preview.resaved([library / STORY])
    edit(library / "cases/second.yml", ("title: ", "title: Aussi "))
    assert preview.resaved([library / "cases/second.yml"])
    whole = Preview(library)
    whole.refresh()
    assert preview.page("recits/second/") == whole.page("recits/second/")
    assert "Surtout" in preview.page("recits/second/").body


def _refused(root):
    edit(root / STORY, ("title: ", "titre: "))


def _leading_nowhere(root):
    edit(root / STORY, ("  - tour", "  - nulle-part"))


def _telling_a_contact(root):
    edit(root / STORY, ("Tout le monde a parlé", "Écrire à ami@exemple.org"))


def _in_english(root):
    edit(root / STORY, ("title: ", "language: en\ntitle: "))


def _under_other_terms(root):
    edit(root / STORY, ("title: ", "license: CC-BY-4.0\ntitle: "))


def _gone(root):
    (root / STORY).unlink()


def _translated(root):
    (root / "cases/premier.en.yml").write_text("title: A first try\n", encoding="utf-8")
    preview = Preview(root)
    preview.refresh()
    edit(root / STORY, ("title: ", "title: Surtout "))
    return preview


@pytest.mark.parametrize(
    "change",
    [_refused, _leading_nowhere, _telling_a_contact, _in_english, _under_other_terms, _gone, _translated],
    ids=lambda change: change.__name__.strip("_"),
)
def test_all_is_read_where_more_than_a_page_may_change(library, preview, change):
    preview = change(library) or preview
    drafts = preview.page("recits/premier/")
    assert preview.resaved([library / STORY]) == set()
    assert preview.page("recits/premier/") == drafts


def test_all_is_read_when_anything_but_a_story_was_saved(library, preview):
    shutil.copy(library / STORY, library / "cases/troisieme.yml")
    assert preview.resaved([library / STORY])
    for name in ("cases/troisieme.yml", "kit/kit.yml", "kit/roles/hote.yml", "cases/photo.jpg", "docs/index.md"):
        assert preview.resaved([library / STORY, library / name]) == set(), name


def test_a_title_that_stands_on_every_page_changes_all(library, preview):
    edit(library / STORY, ("title: ", "title: Surtout "))
    assert preview.resaved([library / STORY], {"recits/premier/"}) == set()
    assert "Surtout" not in preview.page("recits/premier/").body
    assert preview.resaved([library / STORY], {"recits/second/"})


@pytest.fixture
def live(library, preview, tmp_path, monkeypatch):
    """A server whose pages are not written, and how often all was read."""
    read = []
    state = (SimpleNamespace(docs_dir=str(library / "docs")), None, None)
    plugin = SimpleNamespace(
        preview=preview,
        state=state,
        words=labels("fr"),
        listed={"recits/premier/index.md"},
        renewed=lambda: read.append(preview.refresh()) or False,
    )
    server = LiveReloadServer(lambda: None, "127.0.0.1", 0, str(tmp_path / "site"))
    server.watch(str(library / "docs"))
    monkeypatch.setattr(serving.Live, "_write_page", lambda self, name: None)
    live = Live(server, plugin, library)
    live.read, live.server = read, server
    return live


def saves(live, library):
    """Save a story, and wait until the browser is told to reload."""
    edit(library / STORY, ("summary: ", "summary: Surtout, "))
    epoch = live.server._visible_epoch
    threading.Timer(0, live._saved.on_any_event, [SimpleNamespace(src_path=str(library / STORY), dest_path="")]).start()
    with live.server._epoch_cond:
        assert live.server._epoch_cond.wait_for(lambda: live.server._visible_epoch != epoch, 5)


def asks(live, path):
    list(live.server.get_app()({"PATH_INFO": f"/{path}"}, lambda status, headers: None))


def test_the_page_of_a_story_waits_for_no_other_file(live, library, monkeypatch):
    monkeypatch.setattr(serving, "LAGGING_SECONDS", 60)
    saves(live, library)
    asks(live, "recits/premier/")
    asks(live, "assets/mallette.css")
    assert live.read == []
    asks(live, "recits/second/")
    assert len(live.read) == 1
    asks(live, "recits/")
    assert len(live.read) == 1


@pytest.mark.parametrize("path", ["", "recits/", "recits/facettes.json", "pagefind/pagefind.js"])
def test_nothing_else_is_shown_as_it_was(live, library, path, monkeypatch):
    monkeypatch.setattr(serving, "LAGGING_SECONDS", 60)
    live._plugin.write_search = lambda folder: (folder / "pagefind").mkdir(parents=True)
    saves(live, library)
    asks(live, path)
    assert len(live.read) == 1


def test_the_rest_is_read_though_nobody_asks(live, library):
    saves(live, library)
    end = time.monotonic() + 10
    while not live.read and time.monotonic() < end:
        time.sleep(0.05)
    assert len(live.read) == 1
    assert "Surtout" in live._plugin.preview.page("recits/").body
