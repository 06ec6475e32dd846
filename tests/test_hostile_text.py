"""Texts of strangers in every text field: nothing of them is live anywhere, and honest ones are shown as they are."""

import csv
import html as entities
import io
import json
import re
import shutil
import zipfile
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from types import SimpleNamespace

import pikepdf
import pypdfium2
import pytest
from conftest import TINY
from lxml import etree, html
from searched import letters, read_by_a_parser
from strangers import FOLDERS, GROUPS, HONEST, REFUSED, STRINGS, as_bytes, filled, stranger, texts_of, write

from mallette import explorers, feed, opendata, packs, pages, pagetools, printables, richtext, search
from mallette.artifact import Artifact, Offer, PrintJob, SitePage
from mallette.digest import digest
from mallette.errors import MalletteError, shown
from mallette.facets import UNKNOWN
from mallette.labels import labels
from mallette.loading import Loaded, load
from mallette.model import CaseStory, Kit, Line, Prose, Protocol, Role, SessionRecord, WritingCard
from mallette.pdf import LetterLacking, typeset
from mallette.reading import Text, plain, read
from mallette.records import as_yaml
from mallette.templating import typst_value, words_for
from mallette.typography import typeset as set_french
from mallette.validation import validate

NEUTRAL = "Texte neutre"
SECRET = "canari-5f1e"
MODELS = (Kit, Protocol, Role, WritingCard, CaseStory, SessionRecord)
IDS = {f"s{number}": text for number, text in enumerate(STRINGS)}
PROSE = {"<p>", "</p>", "<em>", "</em>", "<strong>", "</strong>", "<ul>", "</ul>", "<ol>", "<li>", "</li>", "</ol>"}
PROSE |= {"<br>", '<a href="" rel="">', "</a>", '<ol start="">'}
"""What the small CommonMark of a prose field may become."""
CALLS = {"par", "list", "enum", "emph", "strong", "link", "linebreak"}
WORDS = words_for(TINY, "fr")


def everywhere(text):
    """The same text in every field, cut where a field takes no more."""
    return lambda kind, path, limit: text[:limit].strip() or NEUTRAL


def as_line(text):
    """A line as it is kept: breaks are spaces."""
    return re.sub(r" *[\t\r\n\u2028\u2029]+ *", " ", text).strip()


def folded(text):
    """A text without what the French typography may change: spaces, quotes, dashes, dots."""
    text = text.replace("…", "...").replace("’", "'").replace("–", "-")
    return re.sub(r'\s|["«»“”]', "", text)


@dataclass(frozen=True)
class Library:
    """A protocol, a role, a card and a story for each text, which is in all their fields; and what is made of them."""

    root: object
    loaded: Loaded
    pages: dict[str, SitePage]
    data: dict[str, bytes]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("strangers")
    (folder / "secret.txt").write_text(SECRET, encoding="utf-8")
    root = shutil.copytree(TINY, folder / "root")
    for name, text in {**IDS, "neutre": NEUTRAL}.items():
        stranger(root, name, **dict.fromkeys(("protocol", "role", "card", "story"), everywhere(text)))
    loaded = load(root)
    made = {page.path: page for page in pages.pages(loaded, root, WORDS, Offer(), loaded)}
    data = opendata.files(loaded, loaded, WORDS) | explorers.files(loaded, WORDS)
    return Library(root, loaded, made, {name: make() for name, make in data.items()})


@pytest.fixture(scope="module")
def kits(library):
    """The smallest kit, with each text in all the fields of kit.yml."""
    tiny = load(TINY)
    found = {}
    for text in (NEUTRAL, *STRINGS):
        path = write(library.root / "essai.yml", filled(Kit, everywhere(text)))
        kit, problems = validate(Kit, read("kit/kit.yml", path.read_bytes())[0], "fr", id="kit")
        assert problems == []
        found[text] = replace(tiny, mallette=tiny.mallette.model_copy(update={"kit": kit}))
    return found


def shapes(body, without=""):
    """Each tag of a page without the values of its attributes, and how often it is there."""
    body = re.sub(without, "", body, flags=re.DOTALL) if without else body
    return Counter(re.sub(r'"[^"]*"', '""', tag) for tag in re.findall(r"<[^>]*>?", body))


def faults(body):
    """What is live in a page beside the site's own links: told by attributes, whatever the parser makes of them."""
    found = []
    for element in html.fromstring(f"<div>{body}</div>").iter():
        for name, value in element.attrib.items() if isinstance(element.tag, str) else ():
            if name.startswith("on") or name in ("style", "srcdoc", "formaction", "ping", "background", "srcset"):
                found.append(f"{element.tag} {name}")
            if name in ("href", "src", "action", "data-href") and not re.match(
                r"https://|mailto:|[\w./#?=%-]*$", value
            ):
                found.append(f"{element.tag} {name}={value}")
    return found


def test_there_are_texts_of_every_kind_and_fields_of_every_model():
    assert len(STRINGS) >= 300
    assert all(len(group) >= 5 for group in GROUPS.values())
    assert {"C++ & C#", "<3", "{{ nom }}", "- tiret"} <= set(HONEST)
    counts = {model.__name__: len(list(texts_of(model))) for model in MODELS}
    assert all(count >= 14 for count in counts.values()), counts
    for model in (Protocol, Role, WritingCard, CaseStory, Kit):
        data = json.dumps(filled(model, everywhere("hyène"), roles=["r"], supports=["c"]), ensure_ascii=False)
        left_out = {"images", "cycle", "translators", "poster"}
        wanted = {path for path, _, _ in texts_of(model) if not left_out & {part.strip("[]") for part in path}}
        assert data.count('"hyène"') >= len(wanted), model


@pytest.mark.parametrize("text", REFUSED, ids=ascii)
@pytest.mark.parametrize("escaped", [False, True], ids=["typed", "escaped"])
def test_a_text_that_hides_or_commands_is_refused_at_its_place(text, escaped):
    said = "".join(f"\\U{ord(c):08X}" for c in text) if escaped else text
    node, problems = read("x.yml", f'a: b\ntitre: "{said}"\n'.encode())
    assert node is None
    assert [(p.code, p.line) for p in problems] == [("control_character", 2)]


def test_a_page_of_a_strangers_item_has_the_tags_of_any_other(library):
    near = r'<section class="m-noprint" data-search-exclude>.*?</section>'  # there if others are alike
    for kind in ("recits", "protocoles"):
        neutral = shapes(library.pages[f"{kind}/neutre/"].body, near)
        for name, text in IDS.items():
            found = shapes(library.pages[f"{kind}/{name}/"].body, near)
            changed = (found - neutral) + (neutral - found)
            assert set(changed) <= PROSE, (kind, text)


@pytest.fixture(scope="module")
def neutral(tmp_path_factory):
    """Pages of as many items that say nothing, some of them alike."""
    root = shutil.copytree(TINY, tmp_path_factory.mktemp("neutral") / "root")
    for number in range(105):
        texts = dict.fromkeys(("protocol", "role", "card", "story"), everywhere(f"{NEUTRAL} mot{number // 3}"))
        stranger(root, f"neutre-{number}", **texts)
    loaded = load(root)
    return [*pages.pages(loaded, root, WORDS, Offer(), loaded)]


def test_lists_and_roles_have_the_tags_of_any_other(library, neutral):
    known = {tag for page in neutral for tag in shapes(page.body)} | PROSE
    tried = 0
    for path, page in library.pages.items():
        assert set(shapes(page.body)) <= known, path
        assert faults(page.body) == [], path
        tried += 1
    assert tried > 2 * len(STRINGS)


def test_the_pages_and_the_frame_of_a_strangers_kit_have_the_tags_of_any_other(kits, monkeypatch):
    monkeypatch.setattr(pagetools, "html_environment", cache(pagetools.html_environment))  # templates are compiled once
    known = {}
    for text, loaded in kits.items():
        offer = Offer()
        made = {
            draft.path: draft.render().body
            for draft in pages.drafts(loaded, TINY, WORDS, offer, loaded)
            if draft.path in ("", "credits/", "donnees/")
        }
        framed = pages.frame(loaded, TINY, WORDS)
        made |= {
            name: str(value) for name, value in framed.items() if name in ("title", "tagline", "credit", "edition")
        }
        known = known or {path: shapes(body) for path, body in made.items()}
        for path, body in made.items():
            changed = (shapes(body) - known[path]) + (known[path] - shapes(body))
            assert set(changed) <= PROSE, (path, text)
            assert faults(body) == [], (path, text)
            assert SECRET not in body


def test_every_field_that_a_page_shows_holds_an_honest_text_as_it_is(library):
    ends = " repère"
    unlike = {"- tiret", "* étoile", "1. Premier", "2) Deuxième", "+33 ou +1 ?", "**", "*", "a*b*c", "__init__"}
    tried = Counter()
    for model, page_of in ((CaseStory, "recits/{}/"), (Protocol, "protocoles/{}/")):
        kind = next(name for name, (_, known) in FOLDERS.items() if known is model)
        root = shutil.copytree(TINY, library.root.parent / kind)
        for name, text in {**{f"h{n}": t for n, t in enumerate(HONEST)}, "neutre": NEUTRAL}.items():
            for one in ("protocol", "role", "card", "story"):
                stranger(root, name, **{one: everywhere((text + ends) if one == kind else NEUTRAL)})
        loaded = load(root)
        made = {page.path: page.body for page in pages.pages(loaded, root, WORDS, Offer(), loaded)}
        neutral = _text(made[page_of.format("neutre")]).count(folded(NEUTRAL + ends))
        assert neutral >= 25, "the fields that a page shows were found"
        for number, text in enumerate(HONEST):
            body = _text(made[page_of.format(f"h{number}")])
            said = folded(set_french(text + ends, "fr"))
            assert said == folded(text + ends), "the typography changes spaces, quotes, dashes and dots alone"
            short = sum(limit is not None and limit < len(text + ends) for _, _, limit in texts_of(model))
            if text not in unlike and not re.search(r"[\\*_\[\]]", text):
                assert body.count(said) >= neutral - short, text
                tried[model] += 1
    assert all(count > 60 for count in tried.values())


def _text(body):
    bare = re.sub(r"<(script|template)\b.*?</\1>|<[^>]*>", " ", body, flags=re.DOTALL)
    return folded(entities.unescape(bare))


@pytest.mark.parametrize("text", HONEST)
def test_honest_prose_keeps_its_words(text):
    letters = lambda said: re.sub(r"[\s*_\\\[\]().+\-–…\d]", "", folded(said))  # noqa: E731
    assert letters(_text(richtext.html(text, "fr"))) == letters(text)
    if not re.search(r"[*_\\\[]|^[-+*] |^\d+[.)] ", text):
        assert folded(entities.unescape(re.sub("</?p>", "", richtext.html(text, "fr")))) == folded(text)


def test_open_data_give_each_text_as_it_was_written(library):
    kinds = {"recits": CaseStory, "protocoles": Protocol, "roles": Role, "cartes": WritingCard}
    for name, model in kinds.items():
        items = json.loads(library.data[f"data/{name}.json"])["items"]
        assert len(items) >= len(STRINGS)
        for item in items:
            if item["id"] not in IDS:
                continue
            text = IDS[item["id"]]
            for path, kind, limit in texts_of(model):
                whole = text[:limit].strip()
                wanted = whole if issubclass(kind, Prose) else as_line(whole)
                for said in _at(item, path):
                    assert said in (wanted, NEUTRAL), (text, path)
        assert SECRET not in library.data[f"data/{name}.json"].decode()


def _at(value, path):
    if not path or value is None:
        return [value] if isinstance(value, str) else []
    name = path[0].removesuffix("[]")
    inner = value.get(name)
    inner = list(inner.values()) if isinstance(inner, dict) and path[0].endswith("[]") else inner
    found = inner if isinstance(inner, list) else [inner]
    return [text for one in found for text in _at(one, path[1:])]


def test_no_cell_of_a_table_is_a_formula_for_a_comma_or_a_semicolon(library):
    tables = [name for name in library.data if name.endswith(".csv")]
    assert len(tables) == 4
    for name in tables:
        written = library.data[name].decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(written, newline="")))
        assert {len(row) for row in rows} == {len(rows[0])}
        assert [cell for row in rows for cell in row if re.match(r"\s*[=+\-@＝＋－＠]", cell)] == []
        # a French spreadsheet parts cells by semicolons, and does not know our quotes then
        cells = re.split(r"[;\t\r\n]", written)
        live = re.compile(r"[\s\"]*'*(?<!')(?:[=+@＝＋－＠]|-(?! )|- .*(?:\w\(|\|))")
        assert [cell for cell in cells if live.match(cell)] == []


def test_the_feed_says_texts_as_texts(library, kits):
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    space = f"{{{feed.NAMESPACE}}}"
    known = {"feed", "id", "title", "subtitle", "updated", "link", "author", "name", "entry", "summary", "category"}
    for name, text in IDS.items():
        kit = kits[text]
        story = library.loaded.mallette.stories[name]
        one = replace(kit, mallette=kit.mallette.model_copy(update={"stories": {name: story}}))
        tree = etree.fromstring(feed.atom(one, one, WORDS), parser)
        assert {element.tag.removeprefix(space) for element in tree.iter()} == known
        assert tree.findtext(f"{space}entry/{space}title") == set_french(story.title, "fr")
        assert folded(story.title) == folded(as_line(text[:90]))
        assert all(
            re.match(r"https://petite\.|https://creativecommons", a.get("href")) for a in tree.iter(f"{space}link")
        )


def test_what_pages_say_to_machines_is_data(library):
    for name, text in IDS.items():
        body = library.pages[f"recits/{name}/"].body
        (script,) = re.findall(r"<script\b[^>]*>(.*?)</script>", body, re.DOTALL)
        about = json.loads(script)
        assert folded(about["headline"]) == folded(as_line(text[:90])), text
        assert about["url"] == f"https://petite.example.org/recits/{name}/"


def test_explorers_are_given_texts(library):
    found = json.loads(library.data["recits/facettes.json"])
    titles = dict(zip(found["ids"], found["titles"], strict=True))
    keys = found["facets"]["sector"]["keys"]
    assert len(set(keys)) == len(keys)
    for name, text in IDS.items():
        assert folded(titles[name]) == folded(as_line(text[:90]))


def test_a_sector_that_is_a_dash_is_not_an_unknown_sector(library):
    story = library.loaded.mallette.stories["neutre"]
    dashes = {n: story.model_copy(update={"id": n, "sector": Line(t)}) for n, t in (("a", "-"), ("b", "—"), ("c", "A"))}
    some = replace(library.loaded, mallette=library.loaded.mallette.model_copy(update={"stories": dashes}))
    sector = next(one for one in explorers.stories(some, WORDS).facets if one.name == "sector")
    assert UNKNOWN not in {choice.key for choice in sector.choices}
    assert {str(choice.label) for choice in sector.choices} == {"-", "—", "A"}


def test_what_the_search_indexes_is_text(library):
    found = {entry.address: entry for entry in search.entries(library.pages.values())}
    assert len(found) > 2 * len(STRINGS)
    for name, text in IDS.items():
        entry = found[f"recits/{name}/"]
        made = digest(entry.title, entry.html, "fr")
        assert letters(" ".join(made.words)) == read_by_a_parser(entry.html), text
        assert letters(" ".join(made.title)) == letters(entry.title), text
        assert "___PAGEFIND" not in " ".join((*made.words, *made.title))


def test_a_zip_has_safe_names_and_papers_without_commands(library, kits):
    files = [Artifact("x.pdf", b"")]
    (_, packed), *_ = packs.packs(library.loaded, library.root, WORDS, files, ())
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        names = archive.namelist()
        assert len(names) > len(STRINGS)
        assert [name for name in names if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9./_-]*", name) or ".." in name] == []
        assert len({name.casefold() for name in names}) == len(names)
        papers = {name: archive.read(name).decode() for name in names if name.endswith(".txt")}
    assert {"CREDITS.txt", "LISEZ-MOI.txt"} <= set(papers)
    for name, paper in papers.items():
        assert name == "LICENSE.txt" or [c for c in paper if ord(c) < 32 and c != "\n"] == []
        assert SECRET not in paper


def test_no_text_becomes_code_of_the_typesetter(library):
    """Without its string literals, the source of a document is that of any other."""
    words_of = lambda source: set(re.findall(r"[\w-]+|[^\s\w]", source))  # noqa: E731
    said = re.compile(r'"(?:[^"\\]|\\.)*"|(?<=enum\()start: \d{1,9}, ')
    bare = lambda source: words_of(said.sub("", source))  # noqa: E731
    kit = library.loaded.mallette.kit
    tried = 0
    for printable in kit.printables:
        orders = [plan.job() for plan in printables.plans(library.loaded, library.root, WORDS, [printable])]
        neutral = next(bare(order.source) for order in orders if order.subject.id == "neutre")
        for order in orders:
            if order.subject.id in IDS:
                assert bare(order.source) <= neutral | CALLS, IDS[order.subject.id]
                tried += 1
    assert tried > 4 * len(STRINGS)


def test_each_text_is_printed_as_a_line_and_as_prose():
    source = ['#set document(title: "x")', "#set page(width: 100cm, height: auto)", "#set list(marker: [-])"]
    source.append('#set text(lang: "fr", font: "Atkinson Hyperlegible Next", hyphenate: false)')
    printed = [text for text in STRINGS if _has_letters(text)]
    assert len(printed) > 450
    for text in printed:
        source.append(f"#par({typst_value(Line(as_line(text)), 'fr')})")
        source.append(f"#{typst_value(Prose(text), 'fr')}")
    data = _pdf("\n".join(source))
    document = pypdfium2.PdfDocument(data)
    said = folded("".join(page.get_textpage().get_text_range() for page in document)).replace("\u200b", "")
    missing = [text for text in printed if _bare(text) not in said.replace("\ufffe", "-")]
    assert missing == []
    assert inert(data) == []
    assert SECRET not in said


UNPRINTED = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060\u2800\u3164\ufeff\ufe0f]")


def _bare(text):
    return UNPRINTED.sub("", folded(as_line(text)))


def _has_letters(text):
    """Whether our printing types have all the signs of a text: the others are told, see below."""
    return all(c in PRINTED for c in set_french(as_line(text), "fr"))


PRINTED = set(map(chr, range(0x20, 0x7F))) | set("éèêëàâäçùûüîïôöœæÉÀÇŒÆñß«»’‘“”…–—°€½²³¿¡ŁódźÅØøłı\u00a0\u202f")


def _pdf(source):
    job = PrintJob("x.pdf", source, {}, SimpleNamespace(template="x", shop=False), SimpleNamespace(id="x"))
    return typeset(job, load(TINY).mallette.kit.date, preview=False).pdf


ACTIONS = ("/JavaScript", "/Launch", "/GoToR", "/SubmitForm", "/ImportData", "/URI")


def inert(data):
    """What a PDF would do by itself, and the links that lead elsewhere than to a page or an address."""
    found = []
    with pikepdf.open(io.BytesIO(data)) as document:
        found += [key for key in ("/OpenAction", "/AA") if key in document.Root]
        if "/Names" in document.Root:
            found += [key for key in ("/JavaScript", "/EmbeddedFiles") if key in document.Root.Names]
        for one in document.objects:
            kind = str(one.get("/S", "")) if isinstance(one, pikepdf.Dictionary) and "/Type" not in one else ""
            address = str(one.get("/URI", "")) if kind else ""
            if kind in ACTIONS and not (kind == "/URI" and re.match(r"https://|mailto:", address)):
                found.append(f"{kind} {address}")
        for page in document.pages:
            for note in page.get("/Annots", ()):
                action = note.get("/A", {})
                if "/URI" in action and not re.match(r"https://|mailto:", str(action["/URI"])):
                    found.append(str(action["/URI"]))
    return found


def test_documents_of_strangers_are_printed_or_a_letter_is_told(library):
    """Real documents, a few texts of each kind."""
    some = {
        name for group in GROUPS.values() for name, text in IDS.items() if text in group[:: max(1, len(group) // 3)]
    }
    kit, mallette = library.loaded.mallette.kit, library.loaded.mallette
    some = set(sorted(some)[::2])
    made, lacking = 0, []
    for number, name in enumerate(sorted(some)):
        printable = [p for p in kit.printables if p.id in ("recit", "fiche", "cartes-roles")][number % 3]
        subject = (mallette.stories if printable.about == "story" else mallette.protocols)[name]
        (order,) = [
            plan.job() for plan in printables.plans(library.loaded, library.root, WORDS, [printable], only=subject)
        ]
        try:
            data = typeset(order, kit.date, preview=False).pdf
        except LetterLacking as missing:
            lacking.append(missing.letter in set_french(as_line(IDS[name]), "fr"))
            continue
        assert inert(data) == [], IDS[name]
        text = folded("".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)))
        assert SECRET not in text
        made += 1
    assert made > 10
    assert lacking
    assert all(lacking)


def test_a_record_comes_back_with_each_text():
    for text in STRINGS:
        known = {"skipped": ["un"], "extended": ["un"], "protocol": "tour"}
        data = filled(SessionRecord, everywhere(text), **known) | {"edition": text[:20].strip() or NEUTRAL}
        record, problems = _validated(SessionRecord, data)
        assert problems == [], text
        back, problems = validate(SessionRecord, read("x.yml", as_yaml(record).encode())[0], "")
        assert (back, problems) == (record, []), text


def _validated(model, data):
    node, problems = read("x.yml", as_bytes(data))
    return validate(model, node, **({"id": "x"} if "id" in model.model_fields else {})) if node else (None, problems)


COMMAND = re.compile(r"^\s*::|##\w*\[|[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def test_what_is_said_of_a_strangers_text_is_one_line_and_commands_nothing():
    tried = 0
    for text in STRINGS:
        data = dict.fromkeys(
            ("kind", "status", "id", "license", "language", "icon", "updated", "lines", "copies"), text
        )
        data |= {text: "clé inconnue", "title": [text], "sources": [{"title": "x", "url": text, "year": text}]}
        data |= {"protocols": [text], "slider": text, "rotates": text, "colour": text}
        for model in (CaseStory, Protocol, Role, WritingCard, Kit):
            path = shown(f"cases/{text}.yml")
            problems = validate(model, read(path, as_bytes(data))[0])[1]
            assert problems
            for problem in problems:
                for language in ("fr", "en"):
                    said = labels(language).problem(problem)
                    assert not COMMAND.search(said), said
                    tried += 1
        error = MalletteError("no_kit", folder=text)
        assert not COMMAND.search(labels("fr").error(error))
    assert tried > 20 * len(STRINGS)


def test_a_line_is_one_line_and_an_invisible_text_is_none():
    for text in GROUPS["lines"]:
        (value, problems) = _validated(Role, filled(Role, everywhere(text)))
        assert problems == []
        assert "\n" not in value.title
    for text in ("\u200b", "\u3164", "\u2800", "\u00ad\u200d", "\u200e \u200f", "\ufeff", "\u034f"):
        data = filled(Role, everywhere(NEUTRAL)) | {"title": text}
        assert [p.code for p in _validated(Role, data)[1]] == ["empty_text"], ascii(text)


def test_reading_gives_each_text_back(library):
    for name, text in IDS.items():
        node = read("x.yml", (library.root / f"kit/roles/{name}.yml").read_bytes())[0]
        title = node.values["title"]
        assert isinstance(title, Text)
        assert plain(node)["title"].strip() == text[:90].strip().replace("\x85", "\n"), ascii(text)
