"""The numbers of tables: all those of a set have one size, as large as its longest number lets them be."""

import measure
import pytest

from mallette import pdf
from mallette.loading import load
from mallette.printables import plans
from mallette.templating import words_for


@pytest.fixture(scope="module")
def sets(root):
    loaded = load(root)
    chosen = [one for one in loaded.mallette.kit.printables if one.template == "table-sign"]
    found = {}
    for order in (plan.job() for plan in plans(loaded, root, words_for(root, "fr"), chosen)):
        tables = order.subject.tables
        if tables and tables.count.max > 1:
            pages = measure.pages(pdf.typeset(order, loaded.mallette.kit.date, preview=False).pdf)
            figures = [[char for char in page.chars if char.text.isdecimal() and char.points > 100] for page in pages]
            found[order.subject.id] = (min(tables.count.max, 40), [page for page in figures if page])
    return found


def test_the_figures_of_a_set_have_one_size(sets):
    assert any(last > 9 for last, _ in sets.values())
    assert any(last < 10 for last, _ in sets.values())
    for name, (last, pages) in sets.items():
        assert len(pages) == last, name
        sizes = {round(char.points) for page in pages for char in page}
        assert sizes == {360 if last < 10 else 230}, name
