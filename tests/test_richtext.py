import html as entities
import re
from datetime import date
from types import SimpleNamespace

import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mallette import richtext
from mallette.artifact import PrintJob
from mallette.model import Line, Prose
from mallette.pdf import typeset
from mallette.templating import typst_value

TRICKY = "\"\\#$@{}[]()<>*_`~=-+/%&'^|:;,.!?"
LATIN = "".join(map(chr, range(0x20, 0x7F))) + "éèêëàâäçùûüîïôöœæÉÀÇŒñß«»’…–°€"
SETUP = """#set document(title: "x")
#set page(width: 200cm, height: 50cm)
#set text(lang: "fr", font: "Atkinson Hyperlegible Next")
#set list(marker: [–])
"""
PROSE = """Un **mot** et *deux*, *« trois »*.
Une ligne.

- un
- deux
  - deux bis

1. trois

[La licence](https://example.org/a?b=c&d=e) et [un mot](mailto:a@b.org)."""


def page_text(expression):
    """What a reader of the PDF can copy, made from a Typst expression by the real engine."""
    source = f"{SETUP}#{expression}"
    job = PrintJob("x.pdf", source, {}, SimpleNamespace(template="x", shop=False), SimpleNamespace(id="x"))
    document = pypdfium2.PdfDocument(typeset(job, date(2026, 1, 1)).pdf)
    return document[0].get_textpage().get_text_range()


def without_space(text):
    return re.sub(r"\s", "", text)


@settings(max_examples=40)
@given(st.text(LATIN, min_size=1, max_size=60).filter(str.strip))
@example(TRICKY)
@example('"); #panic("x") #("')
@example('#import "@preview/x:1.0.0" #read("/etc/passwd") $ x $ // y /* z */')
@example('\\u{41} \\n \\" \\\\')
def test_a_line_is_printed_as_typed(text):
    assert without_space(page_text(richtext.literal(text))) == without_space(text)


@settings(max_examples=30)
@given(st.text('ab *_[](){}\\"#$@<>`~!-+1.\n', min_size=1, max_size=60))
@example("[x](javascript:alert(1))")
@example("# titre\n\n```\n#panic()\n```")
@example("1. a\n   - b\n\n     c\n2. *d **e** f*")
@example("a\\\nb  \nc")
def test_prose_says_the_same_on_paper_and_on_screen(text):
    paper = page_text(richtext.typst(text, "fr") if text.strip() else '"x"')
    screen = entities.unescape(re.sub(r"<[^>]*>", "", richtext.html(text, "fr"))) if text.strip() else "x"
    # list markers are drawn on paper and are not words on screen
    assert re.sub(r"[\s•‣–\-\d.]", "", paper) == re.sub(r"[\s•‣–\-\d.]", "", screen)


def test_prose_becomes_html():
    assert richtext.html(PROSE, "fr") == (
        "<p>Un <strong>mot</strong> et <em>deux</em>, <em>«\u202ftrois\u202f»</em>.\nUne ligne.</p>\n"
        "<ul>\n<li>un</li>\n<li>deux\n<ul>\n<li>deux bis</li>\n</ul>\n</li>\n</ul>\n<ol>\n<li>trois</li>\n</ol>\n"
        '<p><a href="https://example.org/a?b=c&amp;d=e" rel="noopener">La licence</a> et '
        '<a href="mailto:a@b.org" rel="noopener">un mot</a>.</p>'
    )


def test_prose_becomes_typst():
    said = richtext.typst(PROSE, "fr")
    assert 'strong({"mot";});' in said
    assert 'emph({"«\u202ftrois\u202f»";});' in said
    assert 'link("https://example.org/a?b=c&d=e", {"La licence";});' in said
    assert 'list({{"un";};},{{"deux";};list({{"deux bis";};},);},);' in said
    assert without_space(page_text(said)).startswith("Unmotetdeux,«trois».Uneligne.")


ATTACKS = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](http://evil.example)",
    '[x](https://a.b"onclick=alert(1))',
    "[x](&#106;avascript:alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/x.png)",
    "<https://evil.example>",
    "<!-- x -->",
    "a{ onclick=alert(1) }",
    "{{ 7*7 }}{% raw %}",
    '--8<-- ".git/config"',
    "&lt;b&gt; &#60;i&#62;",
    "`<b>`",
    "<svg/onload=alert(1)>",
]
SAFE = re.compile(
    r"</?(?:p|em|strong|ul|ol|li|br)>|<ol start=\"[0-9]+\">|"
    r"<a href=\"(?:https://|mailto:)[^\"<>]*\" rel=\"noopener\">|</a>"
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_markup_of_a_stranger_stays_text(attack):
    screen = richtext.html(attack, "fr")
    assert "<" not in SAFE.sub("", screen)
    assert "link(" not in richtext.typst(attack, "fr") or "https://" in attack


def test_a_link_that_works_is_kept():
    assert 'href="https://example.org/"' in richtext.html("[x](https://example.org/)", "fr")


@given(st.text(max_size=200))
def test_html_of_anything_holds_only_our_tags(text):
    assert "<" not in SAFE.sub("", richtext.html(text, "fr"))


@given(st.text(max_size=200))
def test_a_literal_has_one_beginning_and_one_end(text):
    inner = richtext.literal(text)[1:-1]
    assert '"' not in inner
    assert "\\" not in re.sub(r"\\u\{[0-9a-f]+\}", "", inner)


NUMBERED = {
    "2019. Le groupe se forme.": '<ol start="2019">\n<li>Le groupe se forme.</li>\n</ol>',
    "1. un\n\nPuis :\n\n2. deux": '<ol>\n<li>un</li>\n</ol>\n<p>Puis\u202f:</p>\n<ol start="2">\n<li>deux</li>\n</ol>',
    "0. zéro\n1. un": '<ol start="0">\n<li>zéro</li>\n<li>un</li>\n</ol>',
}


@pytest.mark.parametrize("typed", NUMBERED)
def test_a_number_that_begins_a_paragraph_is_shown(typed):
    assert richtext.html(typed, "fr") == NUMBERED[typed]
    numbers = re.findall(r"^\d+", typed, re.MULTILINE)
    assert re.findall(r"(\d+)\.", page_text(richtext.typst(typed, "fr"))) == numbers


def test_quotes_and_apostrophes_are_paired_over_emphasis_links_and_lines():
    typed = 'Dire "*mot* ici", "[page](https://a.b/c)" et l\'*aide*.\nDe "une\nligne" à l\'autre : **"fin"** !'
    assert richtext.html(typed, "fr") == (
        '<p>Dire «\u202f<em>mot</em> ici\u202f», «\u202f<a href="https://a.b/c" rel="noopener">page</a>\u202f» et '
        "l’<em>aide</em>.\nDe «\u202fune\nligne\u202f» à l’autre\u202f: <strong>«\u202ffin\u202f»</strong>\u202f!</p>"
    )
    assert richtext.html('un "*seul*', "fr") == '<p>un "<em>seul</em></p>'


def test_a_line_is_escaped_once():
    assert richtext.escaped('<b> & "x"', "fr") == "&lt;b&gt; &amp; «\u202fx\u202f»"


def test_a_line_and_prose_differ_by_class_only():
    assert typst_value(Line("**x**"), "fr") == '"**x**"'
    assert "strong" in typst_value(Prose("**x**"), "fr")


PARTS = [
    *"aé -+>#&\"':!~`=|",
    "  ",
    "1.",
    "2)",
    "\n",
    "\n\n",
    "<b>",
    "&amp;",
    "\xa0",
    "\u202f",
    "\u2028",
    "\u3000",
    "\x85",
    "https://x.y",
]


@settings(max_examples=2000)
@given(text=st.lists(st.sampled_from(PARTS), min_size=1, max_size=9).map("".join))
@example(text="Un.\n\nDeux : trois.")
def test_the_short_way_gives_what_the_long_way_gives(text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(richtext, "PLAIN", re.compile(r"(?!)"))
        long = richtext.html(Prose(text), "fr")
    assert richtext.html(Prose(text), "fr") == long
