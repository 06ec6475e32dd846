"""The poster, read from 2 m: what a step is for belongs to the step that it stands under."""

import itertools

import measure
import pytest
from measure import squeezed

from mallette import pdf
from mallette.loading import load
from mallette.printables import plans
from mallette.selection import select
from mallette.templating import words_for
from mallette.typography import typeset

HANGING = set("gjpqyçQ,;()")


def posters(root, *only, **choices):
    """Each poster: its protocol, and its page."""
    loaded = load(root)
    kit = loaded.mallette.kit
    orders = [
        plan.job() for plan in plans(loaded, root, words_for(root, "fr"), select(kit.printables, only, **choices))
    ]
    assert len(orders) > 20
    return [(order.subject, measure.pages(pdf.typeset(order, kit.date, preview=False).pdf)[0]) for order in orders]


def said(page, words, after=0):
    """Where some words are on a page, from a place on: their characters, and the place after them."""
    words = squeezed(typeset(words, "fr"))
    start = page.text.index(words, after)
    return page.chars[start : start + len(words)], start + len(words)


def baseline(chars):
    return max(char.box.bottom for char in chars if char.text not in HANGING)


def gaps(page, steps):
    """For each step but the last, what lies between its title and its aim, and between its aim and the next title."""
    lines, at = [], 0
    for step in steps:
        title, at = said(page, step.title, at)
        aim, at = said(page, step.aim, at)
        lines.append((title, aim))
    for (title, aim), (following, _) in itertools.pairwise(lines):
        yield aim[0].box.top - baseline(title), min(char.box.top for char in following) - baseline(aim)


@pytest.mark.parametrize(
    ("only", "choices"),
    [
        ("affiche-a4", {}),
        ("affiche-a3", {}),
        ("affiche-a2", {}),
        ("affiche-a4", {"paper": "letter"}),
        ("affiche-a3", {"edition": "gros-caracteres"}),
    ],
)
def test_an_aim_is_twice_as_near_its_own_title_as_the_next(only, choices, root):
    longest = 0
    for protocol, page in posters(root, only, **choices):
        longest = max(longest, len(protocol.steps))
        for own, following in gaps(page, protocol.steps):
            assert own > 0
            assert following >= 2 * own, (protocol.id, own, following)
    assert longest >= 9


def test_a_poster_of_many_steps_has_a_title_on_one_line(root):
    (page,) = (page for protocol, page in posters(root, "affiche-a4") if protocol.id == "atelier-entraide")
    title, _ = said(page, "Atelier d'entraide")
    assert max(char.box.bottom for char in title) - min(char.box.top for char in title) < 1.5 * title[0].box.height
    assert title[0].points >= 40, "seen from 5 m"


def test_who_hosts_a_table_and_who_facilitates_have_two_shapes(root):
    """They are of one family, so of one colour: their shapes tell them apart, in grey too."""
    roles = load(root).mallette.roles
    host, facilitator = roles["hote-de-table"], roles["facilitateur"]
    assert host.colour == facilitator.colour
    assert (host.shape, facilitator.shape) == ("diamond", "circle")
    (page,) = (page for protocol, page in posters(root, "affiche-a2") if protocol.id == "world-cafe")
    badges = sorted((shape for shape in page.shapes_of(17, 17, 0.3) if shape.top > 400), key=lambda one: one.left)
    assert len(badges) == 3, "who facilitates, who hosts, who keeps the record"
    grey = page.opened.render(scale=1).to_pil().convert("L")

    def inked(badge):
        """Whether there is ink near a corner, which is within a circle and without a diamond."""
        x, y = badge.left + 0.22 * badge.width, badge.top + 0.22 * badge.height
        return grey.getpixel((round(x / measure.MM), round(y / measure.MM))) < 140

    assert [inked(badge) for badge in badges] == [True, False, True]
