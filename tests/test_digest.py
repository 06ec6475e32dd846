"""What is read of a page: its words as people type them, what they weigh, its headings; no less than a parser reads."""

from pathlib import Path

import pytest
from searched import letters, read_by_a_parser

from mallette import search
from mallette.artifact import Offer
from mallette.digest import Place, digest, words_of
from mallette.loading import load
from mallette.pages import pages
from mallette.templating import words_for

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        ("l’isolement", "l' isolement", "l'isolement"),
        ("Qu’on s’écoute", "Qu' on s' écoute", "Qu'on s'écoute"),
        ("d’« ici »", "d' « ici »", "d' « ici »"),
        ("(l’eau)", "(l' eau)", "(l'eau)"),
        ("aujourd’hui", "aujourd'hui", "aujourd'hui"),
        ("Lorsqu’il presqu’île", "Lorsqu' il presqu'île", "Lorsqu'il presqu'île"),
        ("jusqu’ici, Puisqu’à l’", "jusqu' ici, Puisqu' à l'", "jusqu'ici, Puisqu'à l'"),
        ("quoiqu’elle l’l’a", "quoiqu' elle l' l' a", "quoiqu'elle l'l'a"),
        ("members’ work", "members' work", "members' work"),
        ("Œuvre, cœur", "O\u2060euvre, co\u2060eur", "O\u2060euvre, co\u2060eur"),
        ("a\u200bb\ufeff c\u202f!", "ab c !", "ab c !"),
        ("___PAGEFIND___", "_ _ _PAGEFIND_ _ _", "_ _ _PAGEFIND_ _ _"),
    ],
)
def test_words_are_apart_as_people_type_them(text, french, english):
    assert " ".join(words_of(text, "fr")) == french
    if "«" not in text:
        assert " ".join(words_of(text, "en")) == english


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Un</p><p>Deux !</p><p>Trois…</p>", "Un. Deux ! Trois…"),
        ("<p>Un \n</p>\n<p>Deux</p>", "Un. Deux."),
        ("<ul><li>Un<ul><li>Deux</li></ul></li><li>Trois</ul><p>Quatre", "Un. Deux. Trois. Quatre"),
        ("<dl><dt>Lieu</dt><dd>Brest</dd><dt>Quoi :</dt><dd>A, b.</dd></dl>", "Lieu : Brest. Quoi : A, b."),
        ("<p>d’<em>ici</em> à <strong>l’</strong>eau</p>", "d' ici à l' eau."),
        ("<p>Un<br>deux<small>trois</small><img alt='x>y' src=a>quatre</p>", "Un deux trois quatre."),
        ("<p>a &lt;b&gt; &amp; c&nbsp;; &eacute;</p>", "a <b> & c ; é."),
        ("<p>Avant<svg><title>Non</title><use href='#a'/></svg>après</p>", "Avant après."),
        ('<div class="m-noprint"><div>Non</div>Non</div><p class="m-noprinting">Oui</p>', "Oui."),
        ('<div class="m-noprint"><div data-search-exclude/>Non</div>Non</div><nav/>Oui', "Oui"),
        ("<p>a &am<b>p;</b> &lt<i>;</i></p>", "a &amp; <;"),
        ('<p>Bonjour<span class="a m-hidden b">caché</span>.</p>', "Bonjour."),
        ("<p>a<!-- b <p>c</p> -->d</p>", "ad."),
        ("<P>Un</P><SCRIPT>non</SCRIPT>", "Un."),
        ('<p title="a > b" data-x=\'"\'>Un</p>', "Un."),
        ("", ""),
        ("<nav>Non", ""),
    ],
)
def test_a_page_is_read_as_sentences(html, text):
    assert " ".join(digest("T", html, "fr").words) == text


def test_words_weigh_what_their_element_says():
    html = (
        '<p>Un</p><h2 id="a">Deux<h3>Trois</h3></h2><dl class="m-facts m-x"><dt>Quatre</dt><dd><h2>Cinq</h2></dd></dl>'
        "<dl><dt>Six</dt></dl><p>Sept</p>"
    )
    told = {False: [144, 144], True: [0, 0]}
    for alike, (two, three) in told.items():
        runs = [(weight, " ".join(words)) for weight, words in digest("Titre", html, "en", alike=alike).runs]
        plain = [
            (24, "Un."),
            (two, "Deux."),
            (three, "Trois."),
            (0, "Quatre:"),
            (7, "Cinq."),
            (24, "Six:"),
            (24, "Sept."),
        ]
        assert runs == plain


def test_headings_are_places():
    html = '<p>Un deux</p><h2 id="a">L’œuvre &amp; <em>nous</em><a class="headerlink" href="#a">¶</a></h2><h3>Sans</h3>'
    assert digest("T", html, "fr").places == (Place("h2", "a", "L' o\u2060euvre & nous", 2),)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_whole_kit_is_read_as_a_parser_reads_it(language):
    loaded = load(ROOT)
    one = loaded.in_language(language)
    found = [*search.entries(pages(one, ROOT, words_for(ROOT, language), Offer(), loaded))]
    assert len(found) > 20
    for entry in found:
        assert letters(" ".join(digest("", entry.html, language).words)) == read_by_a_parser(entry.html), entry.address
