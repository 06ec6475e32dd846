"""What can be found, what is indexed of it, and an index with the same bytes wherever it is made."""

import json
import shutil

import pytest
from conftest import TINY
from searched import searched

from mallette import pagefind, search
from mallette.artifact import Heading, SitePage
from mallette.errors import MalletteError
from mallette.pagefind import unpacked
from mallette.search import Entry, entries, kind_of
from mallette.store import opened


def index(found, kept=None):
    """The files of an index by their names."""
    return dict(search.index(found, kept))


def page(path, html="<h1>Titre</h1><p>Texte.</p>", language="fr", **more):
    prefix = f"{language}/" if language != "fr" else ""
    return SitePage(prefix + path, "Titre", "Chapeau", html.encode(), language=language, prefix=prefix, **more)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("protocoles/tour/", "protocol"),
        ("recits/premier/", "story"),
        ("roles/", "role"),
        ("credits/", "guide"),
        ("telecharger/", "guide"),
        ("", None),
        ("protocoles/", None),
        ("recits/", None),
        ("recits/liste/2/", None),
    ],
)
def test_pages_have_a_kind_and_lists_have_none(path, kind):
    assert kind_of(page(path)) == kind_of(page(path, language="en")) == kind


def test_a_text_is_found_where_it_is_at_home():
    there = [page("recits/un/"), page("recits/un/", language="en", borrowed="fr"), page("recits/deux/", language="en")]
    assert [(one.address, one.language) for one in entries(there)] == [("recits/un/", "fr"), ("en/recits/deux/", "en")]


def test_roles_are_found_one_by_one_without_those_in_another_language():
    html = "<h1>Rôles</h1><p>Tous.</p>" + "".join(
        f'<section><h2 id="{id}">{id}</h2><p>Je suis {id}.</p></section>' for id in ("un", "deux", "trois")
    )
    headings = (Heading(2, "un", "L’un"), Heading(2, "deux", "Two", "en"), Heading(2, "trois", "Trois"))
    one, three = entries([page("roles/", html, headings=headings)])
    assert (one.address, one.title, one.kind) == ("roles/#un", "L’un", "role")
    assert three.address == "roles/#trois"
    assert "Je suis un." in one.html
    assert "trois" not in one.html


def fragments(files):
    """What is shown of each entry, by its address."""
    told = (json.loads(unpacked(data)) for name, data in files.items() if name.startswith("fragment/"))
    return {found["url"]: found for found in told}


def test_only_what_is_read_is_indexed():
    html = (
        '<header><h1>Titre</h1><nav class="m-trail">Accueil</nav></header>'
        '<dl class="m-facts"><div><dt><svg><path d="M0"/></svg>Secteur</dt><dd>Santé</dd></div>'
        "<div><dt>Lieu</dt><dd><a>Brest</a></dd></div></dl>"
        '<section class="m-noprint">Télécharger</section><p data-search-exclude>Pas traduit</p>'
        '<p>Bonjour<span class="m-hidden">caché</span>.</p><script type="application/ld+json">{"a": 1}</script>'
        '<h2 id="a">L’œuvre<a class="headerlink">¶</a></h2><p>Texte.</p>'
    )
    (found,) = fragments(index(entries([page("recits/un/", html)]))).values()
    assert found["content"] == "Secteur : Santé. Lieu : Brest. Bonjour. L' o\u2060euvre. Texte."
    assert found["meta"] == {"title": "Titre"}
    assert found["anchors"] == [{"element": "h2", "id": "a", "text": "L' o\u2060euvre", "location": 7}]
    assert found["word_count"] == len(found["content"].split()) == 10


def test_tags_are_found_too():
    (found,) = fragments(index(entries([page("recits/un/", tags=("été & <b>", "lien"))]))).values()
    assert found["content"] == "Texte. été & <b>, lien."


def test_a_title_stays_a_text():
    entry = Entry("recits/x/", '"><script>alert(1)</script> & l’eau', "fr", "story", "<p>Texte.</p>")
    (found,) = fragments(index([entry])).values()
    assert found["meta"] == {"title": "\"><script>alert(1)</script> & l' eau"}


def test_a_text_does_not_speak_for_the_engine():
    text = "<p>___PAGEFIND_WEIGHT___9 ___PAGEFIND_ANCHOR___h2:0:x mot</p>"
    (found,) = fragments(index([Entry("recits/x/", "T", "fr", "story", text)])).values()
    assert found["content"] == "_ _ _PAGEFIND_WEIGHT_ _ _9 _ _ _PAGEFIND_ANCHOR_ _ _h2:0:x mot."
    assert found["anchors"] == []


def library(count=60):
    words = ["atelier", "entraide", "l’isolement", "décisions", "œuvre", "réseau", "bénévoles", "élus", "tiers-lieu"]
    for number in range(count):
        language = "en" if number % 5 == 4 else "fr"
        kind = ("story", "role", "guide", "protocol")[number % 4]
        text = " ".join(words[(number * step) % len(words)] for step in range(1, 40))
        yield Entry(f"{kind}/{number}/", f"Numéro {number}", language, kind, f'<h2 id="a">{number}</h2><p>{text}</p>')


def test_the_same_entries_make_the_same_bytes(monkeypatch, tmp_path):
    first = index(library())
    assert {name.partition("/")[0] for name in first} >= {"pagefind.js", "kinds.json", "fragment", "index"}
    assert not [name for name in first if "-ui" in name or name.endswith(".css")]
    for threads in "1", "3", "8":
        monkeypatch.setenv("RAYON_NUM_THREADS", threads)
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setenv("PAGEFIND_EXCLUDE_SELECTORS", "p")
        monkeypatch.chdir(tmp_path)
        (tmp_path / "pagefind.yml").write_text("exclude_selectors: [p]\n", encoding="utf-8")
        assert index(library()) == first


def test_the_kinds_are_told_by_the_names_of_the_fragments():
    files = index(library())
    kinds = json.loads(files["kinds.json"])
    shown = ((name, data) for name, data in files.items() if name.startswith("fragment/"))
    urls = {name.split("/")[1].split(".")[0]: json.loads(unpacked(data))["url"] for name, data in shown}
    assert len(urls) == 60
    assert {name: url.split("/")[1] for name, url in urls.items() if "story" not in url} == kinds


@pytest.mark.parametrize("change", [slice(0, 60), slice(1, 60), slice(0, 59), slice(60, 0, -1)])
def test_what_was_kept_makes_the_same_bytes(tmp_path, change):
    for _ in range(2):
        with opened(tmp_path / "kept.db", 1) as kept:
            assert index(library(), kept) == index(library())
    changed = [*list(library())[change], Entry("story/new/", "Neuf", "fr", "story", "<p>Un mot inconnu.</p>")]
    with opened(tmp_path / "kept.db", 1) as kept:
        assert index(changed, kept) == index(changed)


def test_only_words_that_are_new_are_asked_about(tmp_path, monkeypatch):
    asked = []

    class Told(pagefind.Engine):
        def learn(self, words):
            asked.append({language: {*said} for language, said in words.items()})
            super().learn(words)

    monkeypatch.setattr("mallette.search.Engine", Told)
    for more in [], [Entry("story/new/", "Neuf", "fr", "story", "<p>Un mot.</p>")]:
        with opened(tmp_path / "kept.db", 1) as kept:
            index([*library(), *more], kept)
    first, _, second, _ = asked
    assert len(first["fr"]) > 10
    assert second == {"fr": {"Neuf", "Un", "mot."}, "en": set()}


def test_words_are_asked_about_in_lots(monkeypatch):
    whole, runs, running = index(library()), [], pagefind._answer

    def counted(pages):
        runs.append(len(" ".join(pages.values()).split()))
        return running(pages)

    monkeypatch.setattr("mallette.pagefind._answer", counted)
    monkeypatch.setattr("mallette.search.LOT", 7)
    assert index(library()) == whole
    assert len(runs) > 5
    assert max(runs[1:]) < runs[0], "what is known is not asked again"


def test_what_is_found_no_more_is_kept_no_more(tmp_path):
    secret = Entry("story/secret/", "Secret", "fr", "story", "<p>Un ornithorynque.</p>")
    for some in ([*library(5), secret], library(5)):
        with opened(tmp_path / "kept.db", 1) as kept:
            index(some, kept)
        there = b"ornithorynqu" in (tmp_path / "kept.db").read_bytes()
        assert there == (secret in [*some])


def test_two_builds_of_a_site_have_the_same_index(tiny_root, run, tmp_path):
    other = shutil.copytree(tiny_root, tmp_path / "ailleurs/petite")
    for root, threads in ((tiny_root, "1"), (other, "4")):
        done = run("build", "--root", root, RAYON_NUM_THREADS=threads)
        assert done.returncode == 0, done.stderr
    one, two = ({p.name: p.read_bytes() for p in (r / "site/pagefind").rglob("*.*")} for r in (tiny_root, other))
    assert len(one) > 10
    assert one == two


def test_what_a_site_can_find(tiny_root, run):
    assert run("build", "--root", tiny_root).returncode == 0
    found = searched(tiny_root / "site")
    assert {"recits/premier/", "protocoles/tour/", "roles/#guide", "guide/", "credits/"} <= set(found)
    assert not {"", "recits/", "protocoles/", "roles/"} & set(found)
    assert found["guide/"] == ("Guide", "Un guide écrit à la main.")
    assert "Tout le monde a parlé" in found["recits/premier/"][1]
    assert "À imprimer" not in found["recits/premier/"][1]
    pages = [path.read_text("utf-8") for path in (tiny_root / "site").rglob("*.html")]
    assert not [text for text in pages if "search_index" in text]
    assert not (tiny_root / "site/search").exists()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("raise FileNotFoundError('pagefind')", "pagefind"),
        ("import shutil; return shutil.which('false')", "stopped"),
        ("return '/nowhere/pagefind'", "/nowhere/pagefind"),
        ("import shutil; return shutil.which('cat')", "stopped"),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_machine_that_cannot_index_gets_a_clear_sentence_and_no_site(tiny_root, run, tmp_path, fault, said, language):
    fake = tmp_path / "fake/pagefind_bin"
    fake.mkdir(parents=True)
    (fake / "__init__.py").write_text(f"def get_executable():\n    {fault}\n", encoding="utf-8")
    done = run(
        "build", "--root", tiny_root, PYTHONPATH=f"{fake.parent}:{TINY.parents[1] / 'scripts'}", MALLETTE_LANG=language
    )
    assert done.returncode == 1
    told = {"fr": "La recherche du site n'a pas pu être préparée", "en": "The search of the site could not be prepared"}
    assert told[language] in done.stderr.replace("\n", " ")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tiny_root / "site").exists()


def test_the_engine_missing_is_an_error_of_ours(monkeypatch):
    def missing():
        raise FileNotFoundError("rien")

    monkeypatch.setattr("pagefind_bin.get_executable", missing)
    with pytest.raises(MalletteError) as caught:
        index(library(1))
    assert caught.value.code == "search_failed"
    assert "rien" in caught.value.params["said"]
