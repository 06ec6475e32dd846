"""The printed documents of the real kit, by what the kit says of them."""

from conftest import ROOT

from mallette.imposition import Sheet
from mallette.loading import load
from mallette.reading import plain, read

SAMPLE = (
    "atelier-entraide",
    "pro-action-cafe",
    "journee-etude-de-cas",
    "entraide-cycle",
    "seance-test",
    "pro-action-cafe-belgique",
    "entraide-haute-loire",
)
"""Protocols and stories that have every kind of printable between them, the longest texts and the most roles."""
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
