"""The real kit: complete, coherent, and honest about its figures."""

import re

import pytest
from lxml import html
from measure import Box

from mallette.labels import labels
from mallette.loading import load
from mallette.templating import duration

TOLD = (
    "introduction when_to_use when_to_avoid advantages drawbacks moment cost room accessibility remote materials "
    "pitfalls variants harvest follow_up evaluation sources_differ origin derived_from related status_note"
)
"""What a reader finds of every protocol, beyond what the model requires."""
TIME = r"(?:(\d+) h(?: (\d\d?))?|(\d+)(?: min(?:utes?)?)?)"
SPAN = re.compile(rf"\b{TIME} à {TIME}")
ENGLISH = {
    "atelier-entraide",
    "pro-action-cafe",
    "entraide-oral",
    "entraide-ressentis",
    "entraide-distance",
    "entraide-cycle",
}
"""Protocols that are wholly in English, with all that is printed of them."""


def spans(text):
    """The pairs of durations of a text, in minutes: "55 minutes à 1 h 30" is (55, 90)."""
    plain = re.sub(r"[\u00a0\u202f]", " ", text)
    for found in SPAN.finditer(plain):
        hours, minutes, alone, *end = (int(part or 0) for part in found.groups())
        yield hours * 60 + minutes + alone, end[0] * 60 + end[1] + end[2]


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


def test_no_address_is_published_but_the_one_that_the_kit_gives(built_site, mallette):
    pages = list(built_site.rglob("*.html"))
    assert pages
    for path in pages:
        text = html.fromstring(path.read_bytes()).text_content().replace(mallette.kit.contact, "")
        assert not re.search(r"[\w.]+@[\w.]+\.\w+", text), path
        assert not re.search(r"\b0[1-9](?:[ .]?\d\d){4}\b", text), path


def test_material_to_print_is_in_the_kit(mallette):
    named = {m.printable for p in mallette.protocols.values() for m in p.materials if m.printable}
    assert named
    assert named <= {p.id for p in mallette.kit.printables}


def test_every_protocol_tells_all_that_a_reader_needs(mallette):
    missing = {
        f"{protocol.id}: {field}"
        for protocol in mallette.protocols.values()
        for field in TOLD.split()
        if not getattr(protocol, field)
    }
    assert missing == set()


def test_every_protocol_has_words_to_open_with_and_says_what_to_do_if_time_is_short(mallette):
    for protocol in mallette.protocols.values():
        assert re.search("finirons|passerons à la suite|sera fini", protocol.opening), protocol.id
        assert re.search("[Vv]ous pouvez|([Cc]hacun|personne|[Oo]n|il) peut", protocol.opening), protocol.id
        assert re.search("Gardez|Ne |jamais", protocol.short_of_time), protocol.id


def test_there_is_a_sentence_for_every_change_of_place(mallette):
    moved = [
        (protocol.id, step.id, step.transition)
        for protocol in mallette.protocols.values()
        for step in protocol.rounds
        if step is not protocol.steps[-1]
    ]
    assert len(moved) > 8
    assert [(name, step) for name, step, said in moved if not said] == []


def test_what_every_step_may_be_is_not_told_of_any(mallette):
    assert all(step.can_extend for step in mallette.protocols["pro-action-cafe"].steps)
    assert not mallette.protocols["pro-action-cafe"].extends_some
    assert mallette.protocols["atelier-entraide"].extends_some


def test_steps_add_up_to_the_duration_that_is_announced(mallette):
    for protocol in mallette.protocols.values():
        announced = set(spans(protocol.timing_note))
        assert (protocol.minutes.min, protocol.minutes.max) in announced, f"{protocol.id}: {protocol.timing_note}"


def test_durations_of_a_text_are_read():
    assert list(spans("39 à 45 minutes, 55 minutes à 1\u202fh\u202f30, 1 h à 1 h 05, 3 h 15 à 5 h")) == [
        (39, 45), (55, 90), (60, 65), (195, 300)
    ]  # fmt: skip


def test_the_guide_to_choosing_has_every_protocol_with_its_figures(root, mallette):
    text = (root / "docs/choisir.md").read_text(encoding="utf-8")
    words = labels("fr")
    rows = dict(re.findall(r"^\| \[[^]]+\]\(protocoles/([\w-]+)/index\.md\) \| (\d.*) \|$", text, re.MULTILINE))
    assert set(rows) == {protocol.id for protocol in mallette.originals}
    for protocol in mallette.originals:
        size = f"{protocol.group_size.min} à {protocol.group_size.max}"
        cells = [size, duration(protocol.minutes, words), str(protocol.slider), words(f"levels.{protocol.difficulty}")]
        assert rows[protocol.id].lower().split(" | ") == [cell.lower() for cell in cells], protocol.id
    sliders = [mallette.protocols[name].slider for name in rows]
    assert sliders == sorted(sliders)
    named = set(re.findall(r"\(protocoles/([\w-]+)/index\.md\)", text))
    assert named == set(mallette.protocols)


def test_every_item_has_its_place_in_a_session(mallette):
    used = {role for protocol in mallette.protocols.values() for step in protocol.steps for role in step.actions}
    assert used == set(mallette.roles)
    held = {card for protocol in mallette.protocols.values() for step in protocol.steps for card in step.supports}
    assert held == set(mallette.cards)


def test_offreur_is_told_apart_wherever_the_word_has_the_other_meaning(mallette, root):
    for name in ("offreur", "qui-offre"):
        assert "réseau d'échange" in mallette.roles[name].warning.replace("’", "'"), name
    assert "offreur" in mallette.protocols["bourse-competences"].introduction
    glossary = (root / "docs/glossaire.md").read_text(encoding="utf-8")
    assert "## Attention au mot « offreur »" in glossary
    for role in ("gardien du temps", "récolteur", "témoin", "acteur-trublion", "médiateur", "mentor", "hôte"):
        assert role in glossary.lower(), role


def test_every_story_names_a_protocol_and_says_what_was_not_checked(mallette):
    for story in mallette.stories.values():
        assert story.protocols, story.id
        assert set(story.protocols) <= set(mallette.protocols)
        assert "relect" in story.status_note or "relu" in story.status_note, story.id
        assert story.conditions, story.id


def test_the_path_of_the_labo_has_its_four_stages_in_order(mallette):
    path = re.findall(r"^\d\. \*\*(.+?)\*\*", mallette.stories["labo-partenariats-isere"].intervention, re.MULTILINE)
    assert path == ["Valoriser", "Mettre en lien", "Accompagner", "Coconstruire"]


def test_nobody_is_named_from_a_text_that_is_not_published(mallette):
    seen = 0
    for items in (mallette.protocols, mallette.roles, mallette.cards, mallette.stories):
        for item in items.values():
            for source in item.sources:
                if "non publié" in source.title:
                    seen += 1
                    assert not source.authors, item.id
    assert seen > 10
    assert not mallette.stories["partner-day-bruxelles"].testimonies
    for story in mallette.stories.values():
        assert all(said.consent in {"published", "yes"} for said in story.testimonies if said.person), story.id


def test_what_is_printed_of_the_english_protocols_is_in_english(loaded):
    (english,) = loaded.others
    mallette = english.mallette
    protocols = [mallette.protocols[name] for name in ENGLISH]
    items = [mallette.kit, *protocols]
    items += [mallette.roles[name] for protocol in protocols for name in protocol.roles]
    items += [card for protocol in protocols for card in mallette.cards_of(protocol)]
    items += [mallette.stories[name] for name in ("pro-action-cafe-belgique", "entraide-collporterre-cycle")]
    assert len(items) > 25
    assert {item.id: english.standing(item).state for item in items} == {item.id: "current" for item in items}
    for protocol in protocols:
        assert {variant.id for variant in mallette.variants_of(protocol)} <= ENGLISH, protocol.id


def test_titles_of_posters_keep_clear_of_the_code(root, mallette, typeset_root):
    posters = typeset_root(root, only=["affiche-a3"])
    assert len(posters) == len(mallette.protocols)
    scale = 297 / 420
    right, top, side = 297 - 30 * scale, 28 * scale, 46 * scale
    code = Box(right - side, top, right, top + side)
    for poster in posters:
        beside = [char.text for char in poster.pages[0].chars if code.holds(char.box, -4)]
        assert beside == [], poster.printed.path
