"""The sheets of the real stories: their words are whole, but for the longest in the narrow column of facts."""

import re

import measure

from mallette import pdf
from mallette.loading import load
from mallette.printables import plans
from mallette.templating import words_for


def test_no_word_of_a_lead_is_divided(root):
    loaded = load(root)
    chosen = [one for one in loaded.mallette.kit.printables if one.template == "story-sheet"]
    orders = [plan.job() for plan in plans(loaded, root, words_for(root, "fr"), chosen)]
    assert len(orders) >= 10
    for order in orders:
        made = pdf.typeset(order, loaded.mallette.kit.date, preview=False).pdf
        said = measure.pages(made)[0].opened.get_textpage().get_text_bounded()
        lead, column, _ = said.partition("Secteur")
        assert column
        # pdfium has \x02 for any hyphen at the end of a line: that of a compound stays where it is
        for before, after in re.findall(r"(\w+)\x02(\w+)", lead):
            assert f"{before}-{after}" in order.subject.summary, order.subject.id
