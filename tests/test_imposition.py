import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mallette import imposition
from mallette.imposition import DoesNotFit, Sheet, impose, marks
from mallette.model.kit import Offset

HOME = {"paper": {"width": 210, "height": 297}, "card": {"width": 95, "height": 134}, "gap": 6, "top": 10, "mark": 3}
LENGTH = st.floats(20, 400, allow_nan=False, width=32)


SIDES = {"up": 0, "right": 90, "down": 180, "left": 270}


def turned_about(slot, sheet):
    """Where a card's front comes to lie, and where its head points, seen from the back of the turned paper."""
    upright = sheet.paper.height >= sheet.paper.width
    head = next(side for side, degrees in SIDES.items() if degrees == slot.rotation)
    if sheet.flip == "fold" or (sheet.flip == "long-edge") is upright:
        head = {"left": "right", "right": "left"}.get(head, head)
        return sheet.paper.width - (slot.x + slot.width), slot.y, head
    head = {"up": "down", "down": "up"}.get(head, head)
    return slot.x, sheet.paper.height - (slot.y + slot.height), head


def check(imposed, sheet, cards):
    assert sorted(slot.card for one in imposed for slot in one.front) == list(range(cards))
    for one in imposed:
        assert [slot.card for slot in one.front] == [slot.card for slot in one.back]
        for front, back in zip(one.front, one.back, strict=True):
            x, y, head = turned_about(front, sheet)
            assert abs(back.x - x) < 0.1
            assert abs(back.y - y) < 0.1
            assert back.rotation == SIDES[head]
        for slots, drawn in ((one.front, one.front_marks), (one.back, one.back_marks)):
            no_overlap(slots, sheet)
            marks_outside(slots, drawn, sheet)


def no_overlap(slots, sheet):
    hair = 1e-6
    for n, one in enumerate(slots):
        width, height = one.width, one.height
        assert sorted((width, height)) == sorted((sheet.card.width, sheet.card.height))
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
            across = slot.x - hair < mark.x2 and mark.x1 < slot.x + slot.width + hair
            down = slot.y - hair < mark.y2 and mark.y1 < slot.y + slot.height + hair
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
    flip=st.sampled_from(["long-edge", "short-edge", "fold"]),
    order=st.sampled_from(["sheets", "stack"]),
    cards=st.integers(1, 40),
)
def test_whatever_the_sizes(paper, card, gap, top, flip, order, cards):
    room = paper[0] if flip != "fold" else (paper[0] - gap) / 2
    assume(any(a < room and b + top < paper[1] for a, b in (card, card[::-1])))
    sheet = Sheet(
        paper={"width": paper[0], "height": paper[1]},
        card={"width": card[0], "height": card[1]},
        gap=gap,
        top=top,
        mark=3,
        flip=flip,
        order=order,
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


@pytest.mark.parametrize("card", [{"width": 298, "height": 50}, {"width": 211, "height": 211}])
def test_a_card_larger_than_its_paper_is_refused(card):
    with pytest.raises(DoesNotFit):
        impose(1, Sheet.model_validate({**HOME, "card": card}))


def test_cards_are_turned_where_that_saves_paper():
    lying = Sheet.model_validate({**HOME, "card": {"width": 190, "height": 134}, "gap": 6})
    upright = Sheet.model_validate({**HOME, "card": {"width": 134, "height": 190}, "gap": 6})
    assert (lying.grid.turned, upright.grid.turned) == (False, True)
    assert lying.places == upright.places == 2
    check(impose(3, upright), upright, 3)


def test_a_folded_sheet_has_as_many_backs_as_fronts_beside_each_other():
    sheet = Sheet.model_validate({**HOME, "card": {"width": 60, "height": 90}, "flip": "fold"})
    assert sheet.grid.columns == 2
    check(impose(4, sheet), sheet, 4)


@given(cards=st.integers(1, 200), card=st.tuples(st.floats(40, 150), st.floats(40, 150)))
def test_a_pile_cut_at_the_guillotine_is_in_order(cards, card):
    sheet = Sheet.model_validate({**HOME, "card": {"width": card[0], "height": card[1]}, "order": "stack"})
    imposed = impose(cards, sheet)
    places = sorted({(slot.y, slot.x) for one in imposed for slot in one.front})
    piles = [[s.card for one in imposed for s in one.front if (s.y, s.x) == place] for place in places]
    assert [card for pile in piles for card in pile] == list(range(cards))
    check(imposed, sheet, cards)


@pytest.mark.parametrize("flip", ["long-edge", "short-edge"])
def test_backs_are_moved_against_the_drift_of_the_printer(flip):
    straight = Sheet.model_validate({**HOME, "flip": flip})
    moved = straight.model_copy(update={"back_offset": Offset(x=1.5, y=-0.5)})
    for one, other in zip(impose(5, straight), impose(5, moved), strict=True):
        assert one.front == other.front
        for back, shifted in zip(one.back, other.back, strict=True):
            assert (shifted.x - back.x, shifted.y - back.y) == pytest.approx((1.5, -0.5))


def test_a_folded_sheet_is_printed_on_one_side_and_does_not_drift():
    straight = Sheet.model_validate({**HOME, "flip": "fold"})
    assert impose(3, straight) == impose(3, straight.model_copy(update={"back_offset": Offset(x=2, y=2)}))


@pytest.mark.parametrize(
    "wrong", [{"gap": -1}, {"mark": -1}, {"card": {"width": 0, "height": 5}}, {"flip": "diagonal"}]
)
def test_an_impossible_sheet_is_refused(wrong):
    with pytest.raises(ValueError, match="validation error"):
        Sheet.model_validate({**HOME, **wrong})


def test_the_check_sees_a_back_that_is_not_mirrored(monkeypatch):
    monkeypatch.setattr(imposition, "mirrored", lambda slot, sheet: slot)
    sheet = Sheet.model_validate({**HOME, "top": 12})
    with pytest.raises(AssertionError):  # without the mirror
        check(impose(3, Sheet.model_validate({**HOME, "flip": "short-edge", "top": 12})), sheet, 3)
