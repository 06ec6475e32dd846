"""A story that is saved in a preview: all that is shown is what a whole reading would make of it, or all is read."""

import shutil
import threading
import weakref
from types import SimpleNamespace

import pypdfium2 as pdfium
import pytest
from editing import edit
from mkdocs.livereload import LiveReloadServer

from mallette import serving
from mallette.labels import SHIPPED, labels
from mallette.memo import tidied
from mallette.preview import Preview
from mallette.serving import Live
from mallette.watching import Saved

STORY = "cases/premier.yml"


@pytest.fixture
def library(tiny_root):
    """Two stories that are near, in two languages; two protocols."""
    shutil.copy(tiny_root / "kit/protocols/tour.yml", tiny_root / "kit/protocols/ronde.yml")
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


def everything(preview):
    """All that a preview shows, and its documents by name."""
    shown = preview._shown
    return {path: preview.page(path) for path in shown.pages} | {path: preview.file(path) for path in shown.data}


def whole(root):
    """What a preview shows that has just begun."""
    preview = Preview(root)
    preview.refresh()
    return everything(preview) | dict.fromkeys(preview._shown.documents)


def same(preview, root):
    """That a preview shows what one shows that has just begun, no more and no less."""
    found = everything(preview) | dict.fromkeys(preview._shown.documents)
    expected = whole(root)
    assert [path for path in {**found, **expected} if found.get(path, "") != expected.get(path, "")] == []


CHANGES = [
    ("title: ", "title: Surtout "),
    ("Tout le monde a parlé", "Chaque personne a parlé, *enfin*"),
    ("summary: ", "summary: À Namur, "),
    ("sector: ", "sector: Nouveau "),
    ("title: ", "tags: [bruit, silence]\ntitle: "),
    ("title: ", "dates: {start: 2031-02-03}\neffort: {facilitation_minutes: 12}\ntitle: "),
    ("title: ", "status: reviewed\nupdated: 2026-11-01\ntitle: "),
    ("title: ", "sources:\n  - title: Un texte à citer\ntitle: "),
    ("title: ", "authors: [Une autre personne]\ntitle: "),
    ("title: ", "kind: voice\nstage: coconstruire\ntitle: "),
]


@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_after_a_save_all_that_is_shown_is_what_a_whole_reading_makes(library, preview, change):
    before = everything(preview)
    edit(library / STORY, change)
    assert preview.resaved([library / STORY])
    assert everything(preview) != before
    same(preview, library)
    preview.refresh()
    same(preview, library)


def test_a_whole_reading_forgets_nothing_of_many_saves(library, preview):
    for change in CHANGES[:4]:
        for path in (library / STORY, library / "cases/second.yml"):
            edit(path, change)
            assert preview.resaved([path])
    same(preview, library)
    edit(library / "kit/kit.yml", ("title: Petite", "title: Grande"))
    preview.refresh()
    same(preview, library)


def test_a_word_that_comes_into_another_language_is_told_as_such(library, preview):
    """The sector is the same word in both, and is a French one as long as the translation leaves it."""
    edit(library / STORY, ("sector: Éducation", "sector: Culture"))
    translation = library / "cases/premier.en.yml"
    for text in ("title: A first try\n", "title: A first try\nsector: Culture\n", "title: A first try\n"):
        translation.write_text(text, encoding="utf-8")
        preview.refresh()
        same(preview, library)


def test_other_words_are_those_of_the_lists_too(library, preview):
    edit(library / STORY, ("title: ", "participants: {total: 12, about: oui}\ntitle: "))
    preview.refresh()
    assert "environ 12" in preview.page("recits/").body
    labels = library / "templates/labels"
    labels.mkdir(parents=True, exist_ok=True)
    shipped = (SHIPPED / "labels/fr.yml").read_text(encoding="utf-8")
    for told in ("environ {what}", "à peu près {what}"):
        assert "{what}" in shipped
        (labels / "fr.yml").write_text(shipped.replace("environ {what}", told), encoding="utf-8")
        preview.refresh()
        same(preview, library)
    edit(library / "kit/protocols/tour.yml", ("title: ", "title: Grand "))
    preview.refresh()
    same(preview, library)


def test_the_document_of_a_story_is_as_it_was_saved(library, preview):
    edit(library / STORY, ("Tout le monde a parlé", "Chaque personne a parlé"))
    assert preview.resaved([library / STORY])
    path = "telecharger/premier/premier-recit.pdf"
    with pdfium.PdfDocument(preview.file(path)) as document:
        assert "Chaque personne a parlé" in document[0].get_textpage().get_text_range().replace("\r\n", " ")


def test_a_library_that_was_saved_is_let_go(library, preview):
    known = weakref.ref(preview._shown.loaded)
    everything(preview)
    edit(library / STORY, ("title: ", "title: Surtout "))
    assert preview.resaved([library / STORY])
    tidied()
    assert known() is None


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


def _told_before(root):
    _telling_a_contact(root)
    preview = Preview(root)
    preview.refresh()
    edit(root / STORY, ("Écrire à ami@exemple.org", "Tout le monde a parlé"))
    return preview


def _with_other_protocols(root):
    edit(root / STORY, ("  - tour", "  - ronde"))


def _with_credits_of_its_own(root):
    edit(root / STORY, ("title: ", "credit_line: Une personne\ntitle: "))


@pytest.mark.parametrize(
    "change",
    [
        *(_refused, _leading_nowhere, _telling_a_contact, _told_before, _in_english, _under_other_terms, _gone),
        *(_translated, _with_other_protocols, _with_credits_of_its_own),
    ],
    ids=lambda change: change.__name__.strip("_"),
)
def test_all_is_read_where_more_than_a_page_may_change(library, preview, change):
    preview = change(library) or preview
    drafts = preview.page("recits/premier/")
    assert not preview.resaved([library / STORY])
    assert preview.page("recits/premier/") == drafts


def test_all_is_read_when_anything_but_a_story_was_saved(library, preview):
    shutil.copy(library / STORY, library / "cases/troisieme.yml")
    assert preview.resaved([library / STORY])
    for name in ("cases/troisieme.yml", "kit/kit.yml", "kit/roles/hote.yml", "cases/photo.jpg", "docs/index.md"):
        assert not preview.resaved([library / STORY, library / name]), name


def test_what_an_editor_leaves_beside_a_story_is_no_change(library, preview):
    edit(library / STORY, ("title: ", "title: Surtout "))
    beside = [library / "cases" / name for name in ("4913", "premier.yml~", "premier.yml.tmp.12")]
    assert preview.resaved([library / STORY, *beside])
    same(preview, library)
    beside[0].touch()
    assert not preview.resaved([library / STORY, *beside]), "it is a file that nothing reads"
    assert not preview.resaved([library / STORY, library / "cases/partie.png"])
    saved = Saved()
    saved.on_any_event(SimpleNamespace(src_path=str(library / "cases/.premier.yml.swp"), dest_path=""))
    saved.on_any_event(SimpleNamespace(src_path=str(library / "cases/.a.yml"), dest_path=str(library / STORY)))
    assert saved.taken() == {library / STORY}


def test_a_title_that_stands_on_every_page_changes_all(library, preview):
    edit(library / STORY, ("title: ", "title: Surtout "))
    assert not preview.resaved([library / STORY], {"recits/premier/"})
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
    live.read, live.server, live.site = read, server, tmp_path / "site"
    return live


def saves(live, path, *changes):
    """Save a file, and wait until the browser is told to reload."""
    edit(path, *changes)
    epoch = live.server._visible_epoch
    threading.Timer(0, live._saved.on_any_event, [SimpleNamespace(src_path=str(path), dest_path="")]).start()
    with live.server._epoch_cond:
        assert live.server._epoch_cond.wait_for(lambda: live.server._visible_epoch != epoch, 5)


def test_a_story_that_is_saved_has_no_other_file_read(live, library):
    saves(live, library / STORY, ("summary: ", "summary: Surtout, "))
    assert live.read == []
    assert "Surtout" in live._plugin.preview.page("recits/").body
    saves(live, library / "kit/roles/guide.yml", ("title: ", "title: Bon "))
    assert len(live.read) == 1


@pytest.mark.parametrize("path", [STORY, "kit/kit.yml"])
def test_after_a_save_the_words_of_all_pages_are_looked_for_again(live, library, path):
    (live.site / "pagefind").mkdir(parents=True)
    saves(live, library / path, ("title: ", "title: Surtout "))
    assert not (live.site / "pagefind").exists()


def test_a_fault_in_a_story_has_all_read(live, library, monkeypatch):
    saves(live, library / STORY, ("title: ", "titre: "))
    assert "premier.yml:1" in live._fault
    saves(live, library / STORY, ("titre: ", "title: "))
    assert live._fault == ""
    assert len(live.read) == 1
