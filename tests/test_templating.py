import datetime

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from mallette.labels import labels
from mallette.model import Line, Prose, Span
from mallette.model.story import Effort, Group, Participants
from mallette.templating import (
    day,
    duration,
    effort,
    folders,
    html_environment,
    people,
    span,
    text_environment,
    typst_environment,
    typst_value,
    words_for,
)

FR = labels("fr")
ENVIRONMENTS = [html_environment, typst_environment]


def rendered(make, root, source, **values):
    return make(root, FR).from_string(source).render(**values)


@pytest.mark.parametrize("make", ENVIRONMENTS)
@pytest.mark.parametrize("source", ["{{ nothing }}", "{{ item.nothing }}", "{% if nothing %}{% endif %}"])
def test_a_name_that_is_not_there_is_an_error(root, make, source):
    with pytest.raises(UndefinedError):
        rendered(make, root, source, item={})


def test_html_escapes_every_value(root):
    assert rendered(html_environment, root, "{{ x }}", x='<b>&"') == "&lt;b&gt;&amp;&#34;"
    assert rendered(html_environment, root, "{{ x }}", x=Line("<b> mot ?")) == "&lt;b&gt; mot\u202f?"
    assert rendered(html_environment, root, "{{ x }}", x=Prose("<b> **x**")) == "<p>&lt;b&gt; <strong>x</strong></p>"
    assert (
        rendered(html_environment, root, '<a href="{{ x }}">', x='"><script>') == '<a href="&#34;&gt;&lt;script&gt;">'
    )
    assert rendered(html_environment, root, "[{{ x }}]", x=None) == "[]"


ANYWHERE = [
    "{{ x }}",
    "{% autoescape false %}{{ x }}{% endautoescape %}",
    "{% macro m(y) %}{{ y }}{% endmacro %}{{ m(x) }}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ x }}{% endcall %}",
    "{% set y %}{{ x }}{% endset %}{{ y }}",
    "{% for y in [x] %}{{ y ~ '' }}{% endfor %}",
    "{{ x if x else '' }}",
]


@pytest.mark.parametrize("source", ANYWHERE)
def test_html_escapes_once_whatever_a_template_does(root, source):
    assert rendered(html_environment, root, source, x="<b> & c") == "&lt;b&gt; &amp; c"
    assert rendered(html_environment, root, source, x=Line("<b> & c")) == "&lt;b&gt; &amp; c"
    assert rendered(html_environment, root, source, x=Markup("<i>&amp;</i>")) == "<i>&amp;</i>"
    assert rendered(html_environment, root, source, x=7) == "7"


def test_typst_makes_every_value_a_literal(root):
    source = "#let x = {{ x }}"
    assert rendered(typst_environment, root, source, x='a"#b\\') == '#let x = "a\\u{22}#b\\u{5c}"'
    assert rendered(typst_environment, root, source, x=["a", 1]) == '#let x = ("a", 1, )'
    assert rendered(typst_environment, root, source, x=None) == "#let x = none"


def test_a_template_is_never_made_of_content(root):
    for make in ENVIRONMENTS:
        assert "49" not in rendered(make, root, "{{ x }}", x=Line("{{ 7*7 }}"))


@pytest.mark.parametrize(
    ("value", "typst"),
    [
        (True, "true"),
        (3, "3"),
        (1.5, "1.5"),
        (datetime.date(2026, 11, 3), "datetime(year: 2026, month: 11, day: 3)"),
        ({}, "(:)"),
        ({'a"': ["b"]}, '("a\\u{22}": ("b", ))'),
        ([], "()"),
        (Span(min=1, max=2), '("min": 1, "max": 2)'),
    ],
)
def test_typst_values(value, typst):
    assert typst_value(value, "fr") == typst


def test_a_value_of_no_known_kind_is_refused():
    with pytest.raises(TypeError, match="object"):
        typst_value(object(), "fr")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0 min"),
        (45, "45 min"),
        (60, "1 h"),
        (65, "1 h 05"),
        (Span(min=5, max=5), "5 min"),
        (Span(min=5, max=10), "5 à 10 min"),
        (Span(min=46, max=66), "46 min à 1 h 06"),
        (Span(min=60, max=120), "1 h à 2 h"),
    ],
)
def test_durations(value, said):
    assert duration(value, FR) == said


def test_spans_and_days():
    assert span(Span(min=3, max=7), FR) == "3 à 7"
    assert span(Span(min=3, max=3), FR) == "3"
    assert day(datetime.date(2026, 11, 23), FR) == "23 novembre 2026"
    assert day(datetime.date(2026, 8, 1), FR) == "1er août 2026"


def test_people_and_effort():
    group = (Group(name="porteurs", count=4), Group(name="autres", count=15))
    assert people(Participants(total=19, by_role=group), FR) == "19 personnes (4 porteurs, 15 autres)"
    assert people(Participants(total=20, about=True), FR) == "environ 20 personnes"
    assert people(Participants(by_role=group[:1]), FR) == "4 porteurs"
    said = effort(Effort(preparation_minutes=90, half_days=2, note="Le soir."), FR)
    assert said == "préparation : 1 h 30, 2 demi-journées en tout. Le soir."


def test_a_root_may_have_its_own_words_and_templates(tiny_root, root):
    own = tiny_root / "templates"
    (own / "labels").mkdir(parents=True)
    assert folders(tiny_root)[0] == own
    assert words_for(tiny_root, "fr")("colon") == " :"
    (own / "labels" / "fr.yml").write_text('colon: "!"\n', encoding="utf-8")
    assert words_for(tiny_root, "fr")("colon") == "!"
    assert words_for(root, "fr")("colon") == " :"


def test_a_text_in_another_language_keeps_its_typography_and_says_so(root):
    line, prose = Line('Un "mot" ?', "en"), Prose("Un <b> ?", "en")
    assert rendered(html_environment, root, "{{ x }}", x=line) == '<span lang="en">Un “mot” ?</span>'
    assert rendered(html_environment, root, "{{ x }}", x=prose) == '<div lang="en"><p>Un &lt;b&gt; ?</p></div>'
    assert rendered(html_environment, root, "{{ x }}", x=Line("Un mot ?", "fr")) == "Un mot\u202f?"
    source = '<img alt="{{ x | bare }}"{{ x | lang }}>'
    assert rendered(html_environment, root, source, x=line) == '<img alt="Un “mot” ?" lang="en">'
    assert rendered(html_environment, root, source, x=Line("mot ?")) == '<img alt="mot\u202f?">'
    assert rendered(typst_environment, root, "#let x = {{ x }}", x=line) == '#let x = "Un “mot” ?"'


def test_the_same_words_in_two_languages_are_set_twice(root):
    both = [Line("Oui ?", "fr"), Line("Oui ?", "en"), Line("Oui ?", "fr")]
    assert rendered(typst_environment, root, "{{ x }}", x=both) == '("Oui\u202f?", "Oui ?", "Oui\u202f?", )'
    each = "{% for text in x %}{{ text | filled('  ', '- ') }}{{ '\n' if not loop.last }}{% endfor %}"
    assert rendered(text_environment, root, each, x=both) == "- Oui\u202f?\n- Oui ?\n- Oui\u202f?"
