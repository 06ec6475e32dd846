import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallette.reading import Fields, Items, Text, read
from mallette.typography import typeset

# ~ is a no-break space, _ a narrow one
FRENCH = {
    "Qui parle ?": "Qui parle_?",
    "Qui parle?": "Qui parle_?",
    "Vraiment ?!": "Vraiment_?!",
    "Un ; deux ! Trois : quatre": "Un_; deux_! Trois_: quatre",
    'Il dit "oui" et s\'en va': "Il dit «_oui_» et s’en va",
    "Il dit «oui»": "Il dit «_oui_»",
    "Il dit « oui » !": "Il dit «_oui_»_!",
    'l\'"aide"': "l’«_aide_»",
    "Et puis...": "Et puis…",
    "Je suis... là": "Je suis… là",
    "45 min, 12 personnes, 50 %": "45~min, 12~personnes, 50~%",
    "1 h 30 à 2 h": "1~h~30 à 2~h",
    "n° 4, p. 12": "n°~4, p.~12",
    "Affiche - Atelier": "Affiche – Atelier",
    "(Pourquoi ?)": "(Pourquoi_?)",
    "aujourd'hui": "aujourd’hui",
    "etc. ; stylos": "etc._; stylos",
    "50 € ; repas": "50~€_; repas",
    "Pour 10 € ?": "Pour 10~€_?",
    "10€? 20°: oui": "10€_? 20°_: oui",
    "À 20° : on ouvre": "À 20°_: on ouvre",
    'C++ ; "fin."  !': "C++_; «_fin._»_!",
    "10 000 habitants": "10_000 habitants",
    "1 200 €, 1 000 000 personnes.": "1_200~€, 1_000_000~personnes.",
    "12 500,50 €": "12_500,50~€",
    "En 2019 200 feuilles A4 100 g": "En 2019 200 feuilles A4 100~g",
    "06 12 34 56 78": "06 12 34 56 78",
    'Voir "le site https://a.b/c" et "a@b.org"': 'Voir "le site https://a.b/c" et "a@b.org"',
    'Dire "voir https://a.b et suivre" ici': "Dire «_voir https://a.b et suivre_» ici",
}
ENGLISH = {
    'It\'s "fine"...': "It’s “fine”…",
    "the groups' cards": "the groups’ cards",
    "Who speaks? Why: because!": "Who speaks? Why: because!",
}
UNTOUCHED = [
    "C++ & C#",
    "<3",
    "{{ nom }}",
    "{% if x %}",
    "a ;-) b",
    "12:30",
    "1:2",
    "https://example.org/a?b=c;d!e",
    "mailto:a@b.org",
    "camille@example.org",
    "co-développement",
    "a/b",
    "#1",
    ":-)",
    "",
    "?",
    "....",
]


def spaced(text):
    return text.replace("~", "\u00a0").replace("_", "\u202f")


@pytest.mark.parametrize("typed", FRENCH)
def test_french(typed):
    assert typeset(typed, "fr") == spaced(FRENCH[typed])


@pytest.mark.parametrize("typed", ENGLISH)
def test_english(typed):
    assert typeset(typed, "en") == ENGLISH[typed]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("typed", UNTOUCHED)
def test_untouched(typed, language):
    assert typeset(typed, language) == typed


def strings(node):
    match node:
        case Text():
            yield node.value
        case Items():
            for value in node.values:
                yield from strings(value)
        case Fields():
            for value in node.values.values():
                yield from strings(value)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_setting_what_is_set_changes_nothing(root, language):
    paths = [*root.glob("kit/**/*.yml"), *root.glob("cases/*.yml")]
    texts = [text for path in paths for text in strings(read("x.yml", path.read_bytes())[0])]
    assert len(texts) > 500
    for text in texts:
        once = typeset(text, language)
        assert typeset(once, language) == once


@given(st.text("ab1 €°'\"?!;:.\n", max_size=30))
def test_setting_anything_twice_is_setting_it_once(text):
    once = typeset(text, "fr")
    assert typeset(once, "fr") == once


@given(st.text("ab1 '\"?!;:.«»()-…,%h\n\u00a0\u202f’", max_size=40))
def test_only_spaces_quotes_and_dots_ever_change(text):
    kept = str.maketrans("", "", " \u00a0\u202f'’\"«».…-\u2013")
    assert typeset(text, "fr").translate(kept) == text.translate(kept)
