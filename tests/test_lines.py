"""Where lines end on paper: words are whole, and no title has a word alone on its last line."""

import re

import measure
import pytest
from conftest import copy_sources

from mallette import pdf
from mallette.errors import InvalidSource
from mallette.labels import labels
from mallette.loading import load
from mallette.printables import plans
from mallette.selection import select
from mallette.templating import words_for

DIVIDED = re.compile(r"(\w+)[\x02\ufffe\u00ad]\s*(\w+)")
"""How pdfium tells of a word that goes on on the next line: a hyphen that was typed is told alike."""
SHORTEST = 14
"""A word of so many letters may be divided."""


def printed(root, *only, **choices):
    loaded = load(root)
    kit = loaded.mallette.kit
    chosen = select(kit.printables, only, **choices)
    orders = [plan.job() for plan in plans(loaded, root, words_for(root, "fr"), chosen)]
    made = [(order, measure.pages(pdf.typeset(order, kit.date, preview=False).pdf)) for order in orders]
    assert len(made) >= 10
    return made


def divided(pages):
    """The words that are divided at the end of a line, in two parts."""
    for page in pages:
        text = page.opened.get_textpage().get_text_range()
        yield from DIVIDED.findall(text)


@pytest.fixture(scope="module")
def written(root):
    """All that was written for the kit."""
    files = [path for folder in ("kit", "cases") for path in (root / folder).rglob("*.yml")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("name", ["fiche-participants", "cartes-relances", "cartes-roles", "fiche-animation", "recit"])
def test_only_long_words_are_divided_and_not_at_their_ends(name, root, written):
    for order, pages in printed(root, name):
        for before, after in divided(pages):
            if f"{before}-{after}" in written or f"{before.lower()}-{after}" in written:
                continue
            word = before + after
            assert len(word) >= SHORTEST, (order.subject.id, word)
            assert min(len(before), len(after)) >= 3, (order.subject.id, before, after)


def test_long_words_are_divided_where_they_leave_a_line_half_empty(tiny_root, typeset_root):
    path = tiny_root / "kit" / "roles" / "guide.yml"
    word = "intergouvernementalisations"
    text = path.read_text(encoding="utf-8")
    changed = re.sub(r"(?m)^i_do:\n  - .*", f"i_do:\n  - Dire {' '.join([word] * 4)}", text)
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    document = next(d for d in typeset_root(tiny_root) if d.printed.printable.template == "role-cards")
    for page in document.pages:
        assert [char for char in page.chars if not page.box.holds(char.box, 4.9)] == []
    parts = [pair for pair in divided(document.pages) if "".join(pair) == word]
    assert parts
    assert all(len(part) >= 3 for pair in parts for part in pair)


def lines_of_title(page):
    """The lines of the largest words of a page, each as its width in mm."""
    largest = max(char.points for char in page.chars)
    rows = []
    for char in page.chars:
        if abs(char.points - largest) < 0.1:
            if not rows or char.box.left < rows[-1][-1].box.left - 5:
                rows.append([])
            rows[-1].append(char)
    return [row[-1].box.right - row[0].box.left for row in rows]


@pytest.mark.parametrize(
    "title", ["L'aide attendue était déjà dans ce groupe", "Ce que chacun sait faire, au service de tous"]
)
@pytest.mark.parametrize("template", ["story-sheet", "step-sheet"])
def test_a_title_of_two_lines_has_no_word_alone(title, template, tiny_root, typeset_root):
    for path in ("cases/premier.yml", "kit/protocols/tour.yml"):
        file = tiny_root / path
        file.write_text(
            re.sub(r"(?m)^title: .*", f"title: {title}", file.read_text(encoding="utf-8"), count=1), encoding="utf-8"
        )
    document = next(d for d in typeset_root(tiny_root) if d.printed.printable.template == template)
    lines = lines_of_title(document.pages[0])
    assert len(lines) == 2
    assert min(lines) > 0.6 * max(lines)


def test_the_titles_of_stories_are_balanced(root):
    several = 0
    for order, pages in printed(root, "recit"):
        lines = lines_of_title(pages[0])
        several += len(lines) > 1
        assert min(lines) > 0.4 * max(lines), order.subject.id
    assert several >= 2


def test_a_name_of_ninety_letters_fits_a_badge(tmp_path):
    name = "La boîte à outils du réseau des tiers-lieux, des fablabs et des cafés associatifs bretons"
    root = copy_sources(tmp_path / "root")
    kit = root / "kit" / "kit.yml"
    kit.write_text(re.sub(r"(?m)^title: .*", f'title: "{name}"', kit.read_text(encoding="utf-8"), count=1), "utf-8")
    (root / "kit" / "kit.en.yml").unlink()
    for choices in ({}, {"edition": "gros-caracteres"}):
        loaded = load(root)
        chosen = select(loaded.mallette.kit.printables, ["badges"], **choices)
        order = next(iter(plans(loaded, root, words_for(root, "fr"), chosen))).job()
        made = pdf.typeset(order, loaded.mallette.kit.date, preview=False)
        assert made.overflows == ()
        (page,) = measure.pages(made.pdf)
        assert measure.squeezed(name) in page.text
        assert page.collisions() == []


def test_what_does_not_fit_is_told_with_the_name_of_its_document(tiny_root, typeset_root):
    role = tiny_root / "kit" / "roles" / "guide.yml"
    text = role.read_text(encoding="utf-8").replace("J'accueille.", "J'accueille tout le monde, encore. " * 60)
    role.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidSource) as refused:
        typeset_root(tiny_root, only=["cartes-roles"])
    assert "« Cartes rôles »" in labels("fr").problem(refused.value.problems[0])
