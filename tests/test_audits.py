"""The sheet of the accessibility audit, and the statement that is made from it."""

import re

import pytest

from mallette.artifact import Offer
from mallette.audits import SHEET
from mallette.errors import InvalidSource
from mallette.loading import load
from mallette.model.audit import Audit
from mallette.pages import STATEMENT, frame, pages
from mallette.templating import words_for

RGAA = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)
"""How many criteria each theme of RGAA 4.1.2 has."""

HEAD = """version: 4.1.2
date: 2026-11-20
by: {fr: Nous., en: We.}
pages: [{fr: Accueil}]
criteria:
"""
HOSTILE = "<script>alert(1)</script> & {{ kit }}"


def sheet(results):
    lines = [
        f"  - {{id: '{n // 9 + 1}.{n % 9 + 1}', name: {{fr: Critère, en: Thing}}, result: {result}, by: [axe]}}"
        for n, result in enumerate(results)
    ]
    return HEAD + "\n".join(lines) + "\n"


def stated(root, text, language="fr"):
    """The statement of a root with this sheet, and what the footer of each page says."""
    (root / SHEET).write_text(text, encoding="utf-8")
    kit = root / "kit/kit.yml"
    if "languages" not in kit.read_text("utf-8"):
        kit.write_text(kit.read_text("utf-8") + "languages: [fr, en]\n", encoding="utf-8")
    main = load(root)
    one, words = main.in_language(language), words_for(root, language)
    found = {page.path: page.body for page in pages(one, root, words, Offer(), main)}
    return found[one.prefix + STATEMENT], frame(one, root, words)["accessibility"]


def plain(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html)).replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("results", "state", "rate"),
    [
        (["C", "C", "NA"], "totalement conforme", 100),
        (["C", "C", "C", "NC"], "partiellement conforme", 75),
        (["C", "C", "C", "NT"], "partiellement conforme", 75),
        (["C", "NC"], "partiellement conforme", 50),
        (["C", "NC", "NT"], "non conforme", 33),
        (["NT"] * 3, "non conforme", 0),
    ],
)
def test_the_statement_says_what_the_results_add_up_to(tiny_root, results, state, rate):
    body, footer = stated(tiny_root, sheet(results))
    told = plain(body)
    assert plain(footer) == f"Accessibilité : {state}"
    assert ("n’est pas conforme" if state == "non conforme" else f"est {state}") in told
    applicable = len(results) - results.count("NA")
    assert f"Auto-évaluation du 20 novembre 2026 : {rate} % des {applicable} critères" in told
    for result, words in (("C", "respecté"), ("NC", "non respecté"), ("NT", "pas encore vérifié")):
        count = results.count(result)
        assert re.search(rf"\b{count} critères? {words}", told), result
    assert ("Aucun défaut n’est connu" in told) == ("NC" not in results)


def test_the_statement_has_what_the_law_asks_for(tiny_root):
    kit = tiny_root / "kit/kit.yml"
    reach = "publisher:\n  name: Le réseau\n  contact: https://reseau.example.org/contact\n"
    body, _ = stated(tiny_root, sheet(["C", "NC", "NT"]))
    assert "n’est pas encore donnée" in body
    kit.write_text(kit.read_text("utf-8") + reach, encoding="utf-8")
    body, _ = stated(tiny_root, sheet(["C", "NC", "NT"]))
    heads = re.findall(r"<h2[^>]*>(.*?)</h2>", body)
    assert [plain(one) for one in heads] == [
        "État de conformité",
        "Résultats",
        "Contenus non accessibles",
        "Établissement de cette déclaration",
        "Retour d’information et contact",
        "Voies de recours",
        "Les 3 critères, un par un",
    ]
    assert 'href="https://reseau.example.org/contact"' in body
    assert "Le réseau" in body
    assert "Défenseur des droits" in body
    assert "Aucune personne n’a encore vérifié ce site" in body
    body, _ = stated(tiny_root, sheet(["C"]).replace("by: [axe]", "by: [person]"))
    assert "Aucune personne" not in body
    assert "l’essai par une personne" in body


def test_the_statement_is_in_the_language_of_the_page_and_its_texts_are_texts(tiny_root):
    text = sheet(["C", "NT"]).replace("Critère", f'"{HOSTILE}"')
    body, footer = stated(tiny_root, text, "en")
    assert footer == "Accessibility: partially compliant"
    assert "1 criterion not checked yet" in body
    assert "<td>Thing</td>" in body
    body, _ = stated(tiny_root, text)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ kit }}" in body
    assert "<script>alert" not in body
    body, _ = stated(tiny_root, sheet(["C"]).replace(", en: Thing", ""), "en")
    assert '<span lang="fr">Critère</span>' in body


def test_without_a_sheet_nothing_is_stated(tiny_root):
    loaded = load(tiny_root)
    words = words_for(tiny_root, "fr")
    assert STATEMENT not in {page.path for page in pages(loaded, tiny_root, words, Offer(), loaded)}
    assert frame(loaded, tiny_root, words)["statement"] is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("result: C", "result: oui"), "not_a_choice"),
        (("id: '1.1'", "id: un"), "criterion"),
        (("by: [axe]", "by: [oracle]"), "not_a_choice"),
        (("name: {fr: Critère, en: Thing}, ", ""), "missing"),
    ],
)
def test_a_wrong_sheet_is_told_with_its_place(tiny_root, change, code):
    (tiny_root / SHEET).write_text(sheet(["C"]).replace(*change), encoding="utf-8")
    with pytest.raises(InvalidSource) as caught:
        load(tiny_root)
    (problem,) = caught.value.problems
    assert (problem.path, problem.line, problem.code) == (SHEET, 6, code)
    assert words_for(tiny_root, "fr").problem(problem).startswith(f"{SHEET}:6:")


def test_the_sheet_of_this_project_has_every_criterion_and_says_how_it_is_known(root):
    audit = load(root).audit
    assert isinstance(audit, Audit)
    numbers = [f"{theme}.{n}" for theme, count in enumerate(RGAA, 1) for n in range(1, count + 1)]
    assert len(numbers) == 106
    assert [one.id for one in audit.criteria] == numbers
    assert all(one.by for one in audit.of("C")), "nobody says how this is known"
    assert not any(one.by for one in audit.of("NA"))
    assert all(one.note for one in audit.of("NC"))
    assert all(one.name.en and (one.note is None or one.note.en) for one in audit.criteria)
