"""The facilitator's sheets of the real kit: none ends on a page that has little more than lines for notes."""

import re

import measure
import pytest

from mallette import pdf
from mallette.loading import load
from mallette.printables import plans
from mallette.selection import select
from mallette.templating import words_for

FOOT_MM = 17
LITTLE = 1 / 4
"""What a last page must have at least on it, of its height, before the lines."""


def sheets(root, **choices):
    loaded = load(root)
    kit = loaded.mallette.kit
    chosen = select([one for one in kit.printables if one.template == "step-sheet"], **choices)
    orders = [plan.job() for plan in plans(loaded, root, words_for(root, "fr"), chosen)]
    assert len(orders) > 20
    return {order.subject.id: measure.pages(pdf.typeset(order, kit.date, preview=False).pdf) for order in orders}


def text_end(page):
    """Where the text of a page ends, above the lines for notes and what stands at its foot."""
    chars = [char for char in page.chars if char.box.bottom < page.height - FOOT_MM]
    said = "".join(char.text for char in chars)
    end = said.find("Mesnotes")
    return max((char.box.bottom for char in chars[: end if end >= 0 else None]), default=0)


@pytest.fixture(scope="module")
def pages(root):
    return sheets(root)


def test_no_sheet_ends_on_a_page_with_little_more_than_lines_for_notes(pages):
    short = {name: round(text_end(found[-1])) for name, found in pages.items()}
    room = next(iter(pages.values()))[0].height
    assert {name: end for name, end in short.items() if end < LITTLE * room} == {}


def test_a_sheet_has_marks_of_time_a_line_for_each_hour_and_what_is_said(pages):
    said = " ".join(re.sub(r"\s", "", page.text) for page in pages["pro-action-cafe"])
    for mark in ("0h00", "0h20", "0h45", "1h10", "1h35", "1h50", "1h55"):
        assert f"Repère{mark}Heure:" in said, mark
    assert said.count("Heure:") == 7
    assert "(repères:1h55)" in said
    assert "Pourouvrir,àdireBienvenue." in said
    assert "Siletempsmanque:Gardezlestroistours" in said
    assert "PourenchaînerLepremiertourestfini.Porteursethôtes,restezassis." in said
    assert "Peutêtreallongée" not in said  # all its steps may be
    assert "Peutêtreallongée" in "".join(re.sub(r"\s", "", page.text) for page in pages["atelier-entraide"])


def test_the_sheets_of_the_kit_take_no_more_pages_than_this(pages):
    assert sum(map(len, pages.values())) <= 81


def test_lines_for_notes_go_down_to_the_foot(pages):
    noted = 0
    for name, found in pages.items():
        last = found[-1]
        if "Mesnotes" not in last.text:
            assert text_end(last) > last.height - FOOT_MM - 30, name
            continue
        noted += 1
        lines = [shape for shape in last.shapes if shape.height < 0.1 and shape.width > 150]
        assert max(shape.bottom for shape in lines) == pytest.approx(last.height - FOOT_MM, abs=1), name
    assert noted > 10


def test_sheets_that_are_set_closer_keep_letters_that_can_be_read(pages):
    for name, found in pages.items():
        for page in found:
            assert min(char.points for char in page.chars) >= 8.99, name
            assert page.collisions() == [], name


@pytest.mark.parametrize("choices", [{"paper": "letter"}, {"edition": "eco"}])
def test_it_is_so_on_other_papers_too(root, choices):
    for name, found in sheets(root, **choices).items():
        assert text_end(found[-1]) > LITTLE * found[-1].height, name
