import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mallette import imposition
from mallette.imposition import Sheet, impose, marks

HOME = {"paper": {"width": 210, "height": 297}, "card": {"width": 95, "height": 134}, "gap": 6, "top": 10, "mark": 3}
LENGTH = st.floats(20, 400, allow_nan=False, width=32)


def behind(slot, sheet):
    """Where the top left corner of a card's front comes to lie, seen from the back of the paper."""
    if sheet.flip == "long-edge":
        return sheet.paper.width - (slot.x + sheet.card.width), slot.y
    return slot.x, sheet.paper.height - (slot.y + sheet.card.height)


def check(imposed, sheet, cards):
    assert sorted(slot.card for one in imposed for slot in one.front) == list(range(cards))
    for one in imposed:
        assert [slot.card for slot in one.front] == [slot.card for slot in one.back]
        for front, back in zip(one.front, one.back, strict=True):
            x, y = behind(front, sheet)
            assert abs(back.x - x) < 0.1
            assert abs(back.y - y) < 0.1
            # a sheet turned round its short edge shows its back upside down
            assert back.rotation == (0 if sheet.flip == "long-edge" else 180)
        for slots, drawn in ((one.front, one.front_marks), (one.back, one.back_marks)):
            no_overlap(slots, sheet)
            marks_outside(slots, drawn, sheet)


def no_overlap(slots, sheet):
    width, height, hair = sheet.card.width, sheet.card.height, 1e-6
    for n, one in enumerate(slots):
        assert one.x >= -hair
        assert one.y >= -hair
        assert one.x + width <= sheet.paper.width + hair
        assert one.y + height <= sheet.paper.height + hair
        for other in slots[n + 1 :]:
            apart_x, apart_y = abs(one.x - other.x), abs(one.y - other.y)
            assert apart_x >= width + sheet.gap - hair or apart_y >= height + sheet.gap - hair


def marks_outside(slots, drawn, sheet):
    assert drawn
    hair = 1e-6
    for mark in drawn:
        for slot in slots:
            across = slot.x - hair < mark.x2 and mark.x1 < slot.x + sheet.card.width + hair
            down = slot.y - hair < mark.y2 and mark.y1 < slot.y + sheet.card.height + hair
            assert not (across and down), "a crop mark runs over a card or along its edge"


@pytest.mark.parametrize("flip", ["long-edge", "short-edge"])
@pytest.mark.parametrize("gap", [0, 1, 6])
@pytest.mark.parametrize("cards", [1, 2, 3, 4, 5, 8, 9])
def test_each_back_lies_behind_its_front(flip, cards, gap):
    sheet = Sheet.model_validate({**HOME, "flip": flip, "gap": gap})
    imposed = impose(cards, sheet)
    assert len(imposed) == -(-cards // 4)
    check(imposed, sheet, cards)


@given(
    paper=st.tuples(LENGTH, LENGTH),
    card=st.tuples(LENGTH, LENGTH),
    gap=st.floats(0, 20),
    top=st.floats(0, 30),
    flip=st.sampled_from(["long-edge", "short-edge"]),
    cards=st.integers(1, 40),
)
def test_whatever_the_sizes(paper, card, gap, top, flip, cards):
    assume(card[0] <= paper[0] and card[1] + top <= paper[1])
    sheet = Sheet(
        paper={"width": paper[0], "height": paper[1]},
        card={"width": card[0], "height": card[1]},
        gap=gap,
        top=top,
        mark=3,
        flip=flip,
    )
    check(impose(cards, sheet), sheet, cards)


@pytest.mark.parametrize("flip", ["long-edge", "short-edge"])
def test_marks_of_the_home_sheet_are_on_the_paper(flip):
    sheet = Sheet.model_validate({**HOME, "flip": flip})
    (one,) = impose(4, sheet)
    for mark in (*one.front_marks, *one.back_marks):
        assert 0 <= min(mark.x1, mark.x2) <= max(mark.x1, mark.x2) <= sheet.paper.width
        assert 0 <= min(mark.y1, mark.y2) <= max(mark.y1, mark.y2) <= sheet.paper.height


def test_marks_point_at_the_corners():
    sheet = Sheet.model_validate(HOME)
    (one,) = impose(1, sheet)
    slot = one.front[0]
    xs, ys = {slot.x, slot.x + 95}, {slot.y, slot.y + 134}
    assert len(marks([slot], sheet)) == 8
    for mark in one.front_marks:
        assert (mark.x1 == mark.x2 and mark.x1 in xs) or (mark.y1 == mark.y2 and mark.y1 in ys)


@pytest.mark.parametrize("card", [{"width": 211, "height": 50}, {"width": 50, "height": 298}])
def test_a_card_larger_than_its_paper_is_refused(card):
    with pytest.raises(ValueError, match="do not fit"):
        impose(1, Sheet.model_validate({**HOME, "card": card}))


@pytest.mark.parametrize(
    "wrong", [{"gap": -1}, {"mark": -1}, {"card": {"width": 0, "height": 5}}, {"flip": "diagonal"}]
)
def test_an_impossible_sheet_is_refused(wrong):
    with pytest.raises(ValueError, match="validation error"):
        Sheet.model_validate({**HOME, **wrong})


def test_the_check_sees_a_back_that_is_not_mirrored(monkeypatch):
    monkeypatch.setattr(imposition, "mirrored", lambda slot, sheet: slot)
    sheet = Sheet.model_validate({**HOME, "top": 12})
    with pytest.raises(AssertionError):
        check(impose(3, Sheet.model_validate({**HOME, "flip": "short-edge", "top": 12})), sheet, 3)
