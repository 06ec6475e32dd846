"""Guides of docs/ on paper: the same words as on the site, in the same order, and nothing left out."""

import io
import re

import markdown
import measure
import page as validator
import pikepdf
import pytest
import yaml
from conftest import ROOT, copy_sources
from lxml import etree, html
from measure import squeezed
from test_print import tags

from mallette import guides
from mallette.errors import InvalidSource, MalletteError
from mallette.guides import Node
from mallette.typography import typeset_html

ADDRESS = "https://petite.example.org/"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 160"><path d="M0 0h9" stroke="#1B2A41"/></svg>'
ENTRY = """  - id: guide-essai
    title: Guide d'essai
    template: guide
    guide: essai
    about: kit
    use: Pour essayer.
"""
EVERYTHING = """# Le guide d'essai

Un mot **gras**, *penché*, `code --x` et « cité ».
Une ligne de plus.

## Premier titre

![Une feuille coupée en deux](images/coupe.svg)

Voyez [plus bas](#dernier-titre), [la licence](licence.md), [les récits](recits/index.md#un) et
[un site](https://example.org/a?b=c).

- un point
- un autre
    - un point dedans

1. d'abord
2. ensuite

| Colonne | Autre colonne |
|---|--:|
| case **grasse** | à droite |
| case vide | |

```sh
mallette print --only "cartes-*"
```

### Sous-titre

!!! tip "Un conseil"
    Le conseil lui-même.

    - avec une liste

> Une citation,
> sur deux lignes.

---

## Dernier titre

La fin\\
du guide.
"""
ORDER = (
    "Le guide d’essai",
    "Un mot gras, penché, code --x et «cité». Une ligne de plus.",
    "Premier titre",
    "Voyez plus bas (p. 1), la licence, les récits et un site.",
    "un point",
    "un autre",
    "un point dedans",
    "1.d’abord",
    "2.ensuite",
    "Colonne",
    "Autre colonne",
    "case grasse",
    "à droite",
    "case vide",
    'mallette print --only "cartes-*"',
    "Sous-titre",
    "Un conseil",
    "Le conseil lui-même.",
    "avec une liste",
    "Une citation, sur deux lignes.",
    "Dernier titre",
    "La fin du guide.",
)


@pytest.fixture
def docs(tiny_root):
    """The folder of guides of a small root, with one drawing."""
    (tiny_root / "docs/images").mkdir(parents=True, exist_ok=True)
    (tiny_root / "docs/images/coupe.svg").write_text(SVG, encoding="utf-8")
    return tiny_root / "docs"


@pytest.fixture
def printed(docs, typeset_root):
    """Lay a text out as a guide."""

    def printed(text):
        (docs / "essai.md").write_text(text, encoding="utf-8")
        kit = docs.parent / "kit/kit.yml"
        kit.write_text(kit.read_text(encoding="utf-8") + ENTRY, encoding="utf-8")
        (document,) = typeset_root(docs.parent, only=("guide-essai",))
        return document

    return printed


def plain(text):
    """Words without space, nor hyphens that a line may end with."""
    return re.sub(r"[-\u00ad\u2010\u2011]", "", squeezed(text))


def body(document):
    """The words of all pages in their order, without the line at the foot of each."""
    foot = 17
    return plain("".join(page.inside(measure.Box(0, 0, page.width, page.height - foot)) for page in document.pages))


def in_order(words, text):
    """The words that are not found in the text after those before them."""
    at, lost = 0, []
    for word in words:
        found = text.find(plain(word), at)
        if found < 0:
            lost.append(word)
        else:
            at = found + len(plain(word))
    return lost


def read(docs, text):
    (docs / "essai.md").write_text(text, encoding="utf-8")
    return guides.read(docs.parent, "essai", ADDRESS, "fr")


def test_every_construct_is_on_paper_in_order(printed):
    document = printed(EVERYTHING)
    assert in_order(ORDER, body(document)) == []
    assert in_order(reversed(ORDER), body(document)) != []
    report = validator.validate_pdf_bytes(document.data, profile="ua1")
    assert [(f.rule_id, f.message) for f in report.failures] == []


def test_tags_alternatives_and_links(printed):
    with pikepdf.open(io.BytesIO(printed(EVERYTHING).data)) as pdf:
        named = [tag for tag in tags(pdf.Root.StructTreeRoot.K) if "/S" in tag]
        links = [note.A.get("/URI") for page in pdf.pages for note in page.get("/Annots", []) if "/A" in note]
        inner = [note for page in pdf.pages for note in page.get("/Annots", []) if "/A" not in note]
        kinds = [str(tag.S) for tag in named]
        assert [kind for kind in kinds if re.fullmatch(r"/H\d", kind)] == ["/H1", "/H2", "/H3", "/H2"]
        assert kinds.count("/TH") == 2
        assert {"/Figure", "/L", "/Table", "/Code", "/Strong", "/Em"} <= set(kinds)
        assert "Une feuille coupée en deux" in [str(tag.Alt) for tag in named if "/Alt" in tag]
        uris = {str(link) for link in links if link is not None}
    assert uris == {f"{ADDRESS}licence/", f"{ADDRESS}recits/#un", "https://example.org/a?b=c"}
    assert len(inner) == 1 or None in links, "no link within the guide"


def test_a_picture_before_the_first_section_is_kept(printed):
    with pikepdf.open(io.BytesIO(printed(LEAD + "Un mot.\n\n![Une feuille](images/coupe.svg)\n").data)) as pdf:
        assert "Une feuille" in [str(tag.Alt) for tag in tags(pdf.Root.StructTreeRoot.K) if "/Alt" in tag]


def test_no_raw_address_is_on_paper(printed):
    assert "http" not in body(printed(EVERYTHING))


LEAD = "# Titre\n\n"
UNKNOWN = [
    ("<div>x</div>", 3, "guide_syntax"),
    ("un <b>mot</b>", 3, "guide_syntax"),
    ("un\nmot\n<b>plus</b> loin", 5, "guide_syntax"),
    ("<!-- rien -->", 3, "guide_syntax"),
    ("> cité\n> <i>deux fois</i>", 4, "guide_syntax"),
    ("#### Trop bas", 3, "guide_syntax"),
    ("<https://example.org>", 3, "guide_syntax"),
    ('[x](https://example.org "titre")', 3, "guide_syntax"),
    ('!!! inconnu "Titre"\n    x', 3, "guide_syntax"),
    ("!!! tip\n    x", 3, "guide_syntax"),
    ('??? note "Titre"\n    x', 3, "guide_syntax"),
    ("[TOC]", 3, "guide_syntax"),
    ("un mot[^1]", 3, "guide_syntax"),
    ("~~barré~~", 3, "guide_syntax"),
    ("un mot{: .rouge }", 3, "guide_syntax"),
    ("- a\n- b\n\n    <p>c</p>", 6, "guide_syntax"),
    ("| a |\n|---|\n| <i>b</i> |", 5, "guide_syntax"),
    ("[x](#nulle-part)", 3, "guide_anchor"),
    ("[x](../README.md)", 3, "guide_link"),
    ("[x](/imprimer/)", 3, "guide_link"),
    ("[x](http://example.org)", 3, "guide_link"),
    ("[x](ftp://example.org)", 3, "guide_link"),
    ("![Une feuille](images/absente.svg)", 3, "guide_picture"),
    ("![Une feuille](images/coupe.png)", 3, "guide_picture"),
    ("![Une feuille](../cases/coupe.svg)", 3, "guide_picture"),
    ("![](images/coupe.svg)", 3, "guide_picture_alt"),
    ('![Une feuille](images/coupe.svg "titre")', 3, "guide_picture_alt"),
    ("a ![Une feuille](images/coupe.svg)", 3, "guide_picture_place"),
    ("- ![Une feuille](images/coupe.svg)", 3, "guide_picture_place"),
    ("# Encore un titre", 3, "guide_title"),
]


@pytest.mark.parametrize(("text", "line", "code"), UNKNOWN)
def test_what_is_unknown_is_told_with_its_line(docs, text, line, code):
    with pytest.raises(InvalidSource) as raised:
        read(docs, LEAD + text)
    assert {(p.path, p.line, p.code) for p in raised.value.problems} == {("docs/essai.md", line, code)}


def test_a_guide_begins_with_its_title(docs):
    with pytest.raises(InvalidSource) as raised:
        read(docs, "Rien\n\n## Titre\n")
    assert "guide_title" in {p.code for p in raised.value.problems}
    with pytest.raises(InvalidSource):
        read(docs, "")


def test_every_fault_of_a_guide_is_told_at_once(docs):
    with pytest.raises(InvalidSource) as raised:
        read(docs, LEAD + "\n\n".join(text for text, _, code in UNKNOWN[:6] if code == "guide_syntax"))
    assert len({p.line for p in raised.value.problems}) >= 6


def test_the_command_line_tells_file_and_line(docs, run):
    (docs / "essai.md").write_text("# Titre\n\nx\n\n<b>gras</b>\n", encoding="utf-8")
    kit = docs.parent / "kit/kit.yml"
    kit.write_text(kit.read_text(encoding="utf-8") + ENTRY, encoding="utf-8")
    done = run("print", "--root", docs.parent, "--out", docs.parent / "impression", "--only", "guide-essai")
    assert done.returncode == 1
    assert "docs/essai.md:5:1: « <b> » ne sait pas être composé" in done.stderr.replace("\u202f", " ")
    assert not (docs.parent / "impression").exists()


def test_a_guide_that_is_not_there_or_is_a_link_is_told(docs, tmp_path):
    for make in (lambda path: None, lambda path: path.symlink_to(ROOT / "docs/imprimer.md")):
        path = docs / "essai.md"
        path.unlink(missing_ok=True)
        make(path)
        with pytest.raises(MalletteError) as raised:
            guides.read(docs.parent, "essai", ADDRESS, "fr")
        assert (raised.value.code, raised.value.params) == ("guide_missing", {"guide": "docs/essai.md"})


def test_a_picture_that_is_a_link_is_refused(docs):
    (docs / "images/lien.svg").symlink_to(docs / "images/coupe.svg")
    with pytest.raises(InvalidSource):
        read(docs, LEAD + "![Une feuille](images/lien.svg)")


def test_a_letter_that_our_fonts_lack_is_told(printed):
    with pytest.raises(InvalidSource) as raised:
        printed(LEAD + "Un mot\nen 漢 ici.")
    assert [(p.path, p.line, p.column, p.code) for p in raised.value.problems] == [
        ("docs/essai.md", 4, 4, "letter_lacking")
    ]


def test_headings_that_say_the_same_have_their_own_anchors(docs):
    guide = read(docs, LEAD + "## Encore\n\na\n\n## Encore\n\n[b](#encore_1)\n")
    assert [section.id for section in guide.sections] == ["encore", "encore_1"]


def test_typography_is_put_on_words_and_never_on_code(docs):
    guide = read(docs, LEAD + "L'un : `l'un : deux`")
    assert guide.lead[0].body == (Node("text", "L’un\u202f: "), Node("code", "l'un : deux"))


def test_markup_of_the_engine_stays_text(printed):
    said = '#panic("x") $ x $ @a \\#import "y" //z'
    assert plain("#panic(x)$x$@a#importy//z") in re.sub(r"[«»]", "", body(printed(f"{LEAD}{said}\n\n```\n#x\n```\n")))


def text_of(element):
    return " ".join("".join(element.itertext()).split())


@pytest.fixture(scope="module")
def guide(tmp_path_factory, typeset_root):
    """The printing guide of the real kit."""
    (document,) = typeset_root(copy_sources(tmp_path_factory.mktemp("guide") / "root"), only=("guide-impression",))
    return document


def on_screen(name):
    """The words of each block of a guide, as the site shows them; MkDocs always adds fences."""
    known = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["markdown_extensions"]
    extensions = ["fenced_code"] + [next(iter(one)) if isinstance(one, dict) else one for one in known]
    source = (ROOT / f"docs/{name}.md").read_text(encoding="utf-8")
    article = html.fromstring(typeset_html(markdown.markdown(source, extensions=extensions), "fr"))
    for block in article.iter("h1", "h2", "h3", "p", "li", "th", "td", "pre"):
        if not block.findall(".//p") and (words := text_of(block)):
            yield words


def test_paper_says_what_the_site_says(guide):
    said = list(on_screen("imprimer"))
    assert len(said) > 150
    paper = re.sub(r"\(p\.\d+\)", "", body(guide))
    assert in_order(said, paper) == []
    assert len(paper) < 1.05 * len(plain("".join(said))), "paper says more than the site"


def test_the_printing_guide_is_a_few_pages_with_drawings(guide):
    source = (ROOT / "docs/imprimer.md").read_text(encoding="utf-8")
    assert 4 <= len(guide.pages) <= 8
    headings = re.findall(r"(?m)^#+ (.+)$", re.sub(r"(?s)```.*?```", "", source))
    assert in_order([heading.replace("'", "’") for heading in headings], body(guide)) == []
    drawn = re.findall(r"!\[(.+?)\]\(", source)
    assert len(drawn) >= 8
    with pikepdf.open(io.BytesIO(guide.data)) as pdf:
        alternatives = [str(tag.Alt) for tag in tags(pdf.Root.StructTreeRoot.K) if "/Alt" in tag]
    for words in drawn:
        assert plain(words.replace("'", "’")) in map(plain, alternatives)


def test_links_of_the_printing_guide_lead_to_the_site(guide, built_site):
    address = "https://mallette.example.org/"
    with pikepdf.open(io.BytesIO(guide.data)) as pdf:
        links = {
            str(note.A.URI) for page in pdf.pages for note in page.get("/Annots", []) if "/URI" in note.get("/A", {})
        }
    assert links
    for link in links:
        assert link.startswith(address)
        assert (built_site / link.removeprefix(address) / "index.html").is_file(), link


def test_no_word_of_the_guide_is_alone_on_the_last_page(guide):
    assert len(guide.pages[-1].chars) > 300


def test_drawings_have_no_words_and_few_colours():
    found = sorted((ROOT / "docs/images").glob("*.svg"))
    assert len(found) >= 8
    for path in found:
        drawing = etree.parse(str(path)).getroot()
        assert drawing.get("viewBox") == "0 0 240 160"
        names = {etree.QName(element).localname for element in drawing.iter()}
        assert names <= {"svg", "g", "path", "rect", "circle", "ellipse"}, path.name
        colours = {element.get(name) for element in drawing.iter() for name in ("fill", "stroke") if element.get(name)}
        assert colours <= {"none", "#1B2A41", "#FFFFFF", "#FBF7F0", "#C58A00", "#F6E7C4"}, path.name
        assert drawing[0].get("fill") == "#FBF7F0", "no ground: it would not be seen on a dark page"


def warm(document):
    """How many points of the pages are of a warm colour, as ochre is."""
    pictures = [page.opened.render(scale=1).to_pil().convert("RGB") for page in document.pages]
    counted = [found for picture in pictures for found in picture.getcolors(picture.width * picture.height)]
    return sum(count for count, (red, _, blue) in counted if red - blue > 40)


def test_the_eco_edition_has_one_ink(docs, printed, typeset_root):
    drawing = (ROOT / "docs/images/couper.svg").read_text(encoding="utf-8")
    (docs / "images/coupe.svg").write_text(drawing, encoding="utf-8")
    colour = printed(f"{LEAD}## Un\n\n![Une feuille](images/coupe.svg)\n\n[Un](#un)\n")
    (eco,) = typeset_root(docs.parent, only=("guide-essai",), edition="eco")
    assert warm(colour) > 100
    assert warm(eco) == 0


def test_drawings_take_the_colours_of_the_look(docs, printed, typeset_root):
    look = (ROOT / "templates/look.yml").read_text(encoding="utf-8")
    (docs.parent / "templates").mkdir()
    own = look.replace("#1B2A41", "#004400").replace("#C58A00", "#AA0033")
    (docs.parent / "templates/look.yml").write_text(own, encoding="utf-8")
    drawing = (ROOT / "docs/images/couper.svg").read_text(encoding="utf-8")
    (docs / "images/coupe.svg").write_text(drawing.replace("#C58A00", "#aa0033", 1), encoding="utf-8")
    colour = printed(f"{LEAD}## Un\n\n![Une feuille](images/coupe.svg)\n\n[Un](#un)\n")
    (eco,) = typeset_root(docs.parent, only=("guide-essai",), edition="eco")
    assert warm(colour) > 100
    assert warm(eco) == 0
    for document in (colour, eco):
        inks = {ink for page in document.pages for _, ink in page.opened.render(scale=1).to_pil().getcolors(2**20)}
        assert (0, 0x44, 0) in inks
        assert inks.isdisjoint({(0x1B, 0x2A, 0x41), (0xC5, 0x8A, 0)})


GUIDES = re.findall(r"(\w+)\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("nav:")[2])


@pytest.mark.parametrize("name", sorted({*GUIDES} - {"index"}))
def test_every_guide_of_the_site_can_be_printed(name):
    assert guides.read(ROOT, name, ADDRESS, "fr").sections
