"""The printed documents of the real kit, by what the kit says of them."""

from conftest import ROOT

from mallette.imposition import Sheet
from mallette.loading import load
from mallette.reading import plain, read

SAMPLE = ("pro-action-cafe", "entraide-cycle", "seance-test", "pro-action-cafe-belgique")
"""Protocols and a story that have every kind of printable between them."""
PAPERS = {"a0": (841, 1189), "a1": (594, 841), "a2": (420, 594), "a3": (297, 420), "a4": (210, 297)}
DECKS = {"role-cards", "writing-cards", "prompt-cards", "rotation-cards"}
MALLETTE = load(ROOT).mallette
SHEET = Sheet.model_validate(plain(read("", (ROOT / "templates/print/sheets/a4-4up.yml").read_bytes())[0]))


def each(documents, *templates):
    """The documents made with some templates, or all of them; never none."""
    found = [d for d in documents.values() if not templates or d.printed.printable.template in templates]
    assert found
    return found


def frames(page):
    """The outlines of the cards on a page: fronts have one, backs have none."""
    return page.shapes_of(SHEET.card.width, SHEET.card.height, 0.1)
