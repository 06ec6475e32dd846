"""The real kit: complete, coherent, and honest about its figures."""

import re

import pytest
from lxml import html

from mallette.loading import load


@pytest.fixture(scope="module")
def loaded(root):
    return load(root)


@pytest.fixture(scope="module")
def mallette(loaded):
    return loaded.mallette


def test_the_only_warning_is_the_belgian_count(loaded):
    assert [(p.path, p.code) for p in loaded.warnings] == [("cases/pro-action-cafe-belgique.yml", "sum")]
    assert loaded.warnings[0].params == {"parts": "19", "total": "20"}


def test_the_belgian_page_and_sheet_show_the_caveat(mallette, built_site, documents):
    story = mallette.stories["pro-action-cafe-belgique"]
    shown = html.fromstring((built_site / "recits" / story.id / "index.html").read_bytes()).text_content()
    letters = re.compile(r"[^\w]+")
    said = letters.sub("", story.participants.caveat)
    assert "4et15" in said
    assert said in letters.sub("", shown)
    (sheet,) = (d for d in documents.values() if d.printed.subject.id == story.id)
    assert said in letters.sub("", sheet.pages[0].text)


def test_there_is_enough_to_begin(mallette):
    assert len(mallette.protocols) >= 18
    assert len(mallette.stories) >= 10
    assert len(mallette.roles) >= 20
    assert len(mallette.cards) >= 14


def test_every_role_and_card_is_used(mallette):
    assert {r for p in mallette.protocols.values() for r in p.roles} == set(mallette.roles)
    assert {c.id for p in mallette.protocols.values() for c in mallette.cards_of(p)} == set(mallette.cards)


def test_every_protocol_is_told_in_a_story_or_named_by_another(mallette):
    named = {name for protocol in mallette.protocols.values() for name in protocol.related}
    for protocol in mallette.protocols.values():
        assert mallette.stories_of(protocol) or protocol.id in named or protocol.variant_of, protocol.id
    assert sum(bool(mallette.stories_of(protocol)) for protocol in mallette.protocols.values()) > 10


def test_every_step_says_what_each_role_does(mallette):
    for protocol in mallette.protocols.values():
        for step in protocol.steps:
            assert set(step.actions) == set(protocol.roles), f"{protocol.id}: {step.id}"
            assert step.instruction, f"{protocol.id}: {step.id}"


def test_every_protocol_says_that_the_support_must_not_freeze_the_process(mallette):
    for protocol in mallette.protocols.values():
        assert any("figer" in line for line in protocol.posture), protocol.id


def test_every_item_says_where_it_comes_from(mallette):
    for items in (mallette.protocols, mallette.roles, mallette.cards, mallette.stories):
        for item in items.values():
            assert item.sources, item.id
            assert item.license == "CC-BY-SA-4.0"
            assert item.status != "reviewed" or item.updated


def test_durations_are_possible(mallette):
    for protocol in mallette.protocols.values():
        assert 20 <= protocol.minutes.min <= protocol.minutes.max <= 6 * 60, protocol.id
        assert protocol.timing_note


def test_no_address_of_a_person_is_published(built_site):
    pages = list(built_site.rglob("*.html"))
    assert pages
    for path in pages:
        text = html.fromstring(path.read_bytes()).text_content()
        assert not re.search(r"[\w.]+@[\w.]+\.\w+", text), path
        assert not re.search(r"\b0[1-9](?:[ .]?\d\d){4}\b", text), path


def test_material_to_print_is_in_the_kit(mallette):
    named = {m.printable for p in mallette.protocols.values() for m in p.materials if m.printable}
    assert named
    assert named <= {p.id for p in mallette.kit.printables}
