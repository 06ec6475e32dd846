"""The marks of the time gone by, and what is said in a session: in the model, on the page."""

import pytest
from editing import edit
from lxml import html

from mallette.artifact import Offer
from mallette.errors import InvalidSource
from mallette.labels import labels
from mallette.loading import load
from mallette.model import Protocol, Step
from mallette.pages import pages

FRENCH = labels("fr")


def protocol(*minutes, **more):
    names = ("min", "max", "ideal")
    steps = (
        Step(
            id=f"s{n}", title="Parler", aim="Parler.", minutes=dict(zip(names, span, strict=False)), actions={}, **more
        )
        for n, span in enumerate(minutes)
    )
    return Protocol.model_construct(steps=tuple(steps))


@pytest.mark.parametrize(
    ("minutes", "found"),
    [
        (((15, 20), (20, 30), (20, 30), (20, 30), (10, 20), (5, 10)), (0, 20, 45, 70, 95, 110, 115)),
        (((3, 3), (5, 5), (15, 20)), (0, 3, 8, 25)),  # never out of the range of a step
        (((5, 10),) * 8, (0, 10, 15, 25, 30, 40, 45, 55, 60)),  # in the middle, however many the steps
        (((5, 15, 15), (10, 20)), (0, 15, 30)),
        (((0, 4), (0, 4)), (0, 0, 4)),
    ],
)
def test_marks_add_up_to_the_middle_and_fall_on_five_minutes(minutes, found):
    assert protocol(*minutes).marks == found


def test_that_a_step_may_be_lengthened_is_worth_telling_if_not_all_may():
    assert not protocol((5, 5), (5, 5), can_extend=True).extends_some
    assert protocol((5, 5), (5, 5)).extends_some


@pytest.mark.parametrize("ideal", [4, 12])
def test_an_ideal_out_of_its_range_is_told_at_its_step(tiny_root, ideal):
    edit(tiny_root / "kit/protocols/tour.yml", ("      max: 10\n", f"      max: 10\n      ideal: {ideal}\n"))
    with pytest.raises(InvalidSource) as caught:
        load(tiny_root)
    (problem,) = caught.value.problems
    assert problem.code == "ideal_minutes"
    assert "« ideal »" in FRENCH.problem(problem)


def test_the_page_shows_marks_the_opening_transitions_and_what_to_do_if_time_is_short(tiny_root):
    edit(
        tiny_root / "kit/protocols/tour.yml",
        ("steps:\n", "opening: Bonjour <b>vous</b>.\nshort_of_time: Gardez la fin.\nsteps:\n"),
        ("      max: 10\n", "      max: 10\n      ideal: 7\n    transition: Levons-nous.\n    can_extend: oui\n"),
    )
    loaded = load(tiny_root)
    made = {page.path: page.body for page in pages(loaded, tiny_root, FRENCH, Offer(), loaded)}
    page = html.fromstring(made["protocoles/tour/"])
    said = page.text_content().replace("\u00a0", " ").replace("\u202f", " ")
    for words in (
        "Repère 0 h 00",
        "Fin : repère 0 h 07",
        "Si le temps manque : Gardez la fin.",
        "Bonjour <b>vous</b>.",
        "Levons-nous.",
    ):
        assert words in said, words
    assert "Peut être allongée" not in said
    (step,) = page.xpath("//*[@data-step]")
    assert [step.get(f"data-{name}") for name in ("min", "ideal", "max")] == ["5", "7", "10"]
    (clock,) = page.xpath("//form[@data-clock]")
    assert clock.get("hidden") is not None  # without the script, the marks stay alone
