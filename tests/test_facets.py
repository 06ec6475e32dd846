"""The tables of explorers, and the lists and forms that pages make of them."""

import gzip
import json
import random
import re
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from conftest import ROOT, TINY
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from mallette import explorers, facets
from mallette.artifact import Offer
from mallette.facets import PAGE, UNKNOWN, slug
from mallette.labels import labels
from mallette.loading import load
from mallette.model import CaseStory, Line, protocol, story
from mallette.pages import pages
from mallette.typography import typeset

sys.path.append(str(ROOT / "benchmarks"))
import library

WORDS = labels("fr")
LOADED = load(TINY)
TYPES = ("association", "company", "public-body", "research", "other")
SECTORS = (
    "Santé",
    "SANTÉ",
    "sante",
    "Œuvres",
    "Lecture publique",
    "Lecture-publique",
    "東京",
    "...",
    "=1+1",
    "<b>x</b>",
)


def told(id, **facts):
    """A story of which only some facts matter."""
    prose = dict.fromkeys(("objective", "context", "intervention", "results"), "Rien.")
    base = {"title": "Titre", "summary": "Résumé.", "sector": "Santé", "location": {"country": "France"}}
    return CaseStory.model_validate({"id": id, "protocols": ["tour"], **prose, **base, **facts})


def library_of(stories, protocols=("tour",)):
    """The smallest mallette with these stories; the protocols are the one there is, under other names."""
    tour = LOADED.mallette.protocols["tour"]
    known = {name: tour.model_copy(update={"id": name, "title": Line(f"Tour {name}")}) for name in protocols}
    told = {story.id: story for story in stories}
    mallette = LOADED.mallette.model_copy(update={"stories": told, "protocols": known})
    like = next(iter(LOADED.mallette.stories.values()))
    items = [*told.values(), *known.values()]
    return replace(
        LOADED,
        mallette=mallette,
        standings={**LOADED.standings, **{(type(item), item.id): LOADED.standing(like) for item in items}},
        origins={**LOADED.origins, **{(type(item), item.id): LOADED.origin(like) for item in items}},
    )


def facts():
    people = st.none() | st.integers(0, 200)
    day = st.dates(date(1999, 1, 1), date(2030, 1, 1)).map(date.isoformat)
    return st.fixed_dictionaries(
        {
            "title": st.sampled_from(("École", "Zébu", "ecole", "Élan")),
            "sector": st.sampled_from(SECTORS),
            "location": st.fixed_dictionaries(
                {"country": st.sampled_from(("France", "Belgique"))},
                optional={"region": st.sampled_from(("Isère", "isere"))},
            ),
            "kind": st.sampled_from(explorers.KINDS),
            "stage": st.none() | st.sampled_from(explorers.STAGES),
            "protocols": st.lists(st.sampled_from(("tour", "rond")), min_size=1, max_size=3),
            "partners": st.lists(
                st.fixed_dictionaries({"name": st.just("X"), "type": st.sampled_from(TYPES)}), max_size=4
            ),
            "participants": st.none() | st.fixed_dictionaries({"total": people}),
            "effort": st.none() | st.fixed_dictionaries({"facilitation_minutes": people}),
            "dates": st.none() | st.fixed_dictionaries({"start": st.none() | day, "end": st.none() | day}),
            "license": st.sampled_from(("CC-BY-SA-4.0", "CC0-1.0")),
        }
    )


def plainly(text):
    """The key of a text, found in another way than the code's."""
    marks = str.maketrans("éèêàâîïôûùç", "eeeaaiiouuc")
    bare = text.lower().replace("œ", "oe").translate(marks)
    return "-".join(part for part in "".join(c if c.isalnum() else " " for c in bare).split()) or text


def recounted(story):
    """The keys of a story in each facet, read from the story alone."""
    people, minutes = (
        story.participants and story.participants.total,
        story.effort and story.effort.facilitation_minutes,
    )
    day = story.dates and (story.dates.start or story.dates.end)
    sizes = ((4, "1-4"), (10, "5-10"), (30, "11-30"), (90, "31-90"), (10**9, "91"))
    lengths = ((59, "0-60"), (120, "60-120"), (240, "120-240"), (10**9, "240"))
    return {
        "protocole": set(story.protocols),
        "palier": {story.stage or UNKNOWN},
        "secteur": {plainly(story.sector)},
        "pays": {plainly(story.location.country)},
        "region": {plainly(story.location.region) if story.location.region else UNKNOWN},
        "partenaires": {p.type for p in story.partners} or {UNKNOWN},
        "effectif": {UNKNOWN if people is None else next(k for end, k in sizes if people <= end)},
        "duree": {UNKNOWN if minutes is None else next(k for end, k in lengths if minutes <= end)},
        "annee": {str(day.year) if day else UNKNOWN},
        "genre": {story.kind},
        "licence": {{"CC-BY-SA-4.0": "cc-by-sa-4-0", "CC0-1.0": "cc0-1-0"}[story.license]},
    }


@given(st.lists(facts(), max_size=12))
def test_the_table_says_what_the_stories_say_and_counts_it(every):
    stories = [told(f"s{number}", **one) for number, one in enumerate(every)]
    explorer = explorers.stories(library_of(stories, ("tour", "rond")), WORDS)
    table = facets.table(explorer)
    by_id = {story.id: story for story in stories}
    assert sorted(table["ids"]) == sorted(by_id)
    assert table["ids"] == sorted(by_id, key=lambda id: (plainly(by_id[id].title), id))
    expected = {id: recounted(by_id[id]) for id in table["ids"]}
    assert len(table["facets"]) == 11
    for facet, column in zip(explorer.facets, table["facets"].values(), strict=True):
        name, keys = column["parameter"], column["keys"]
        read = {
            id: {keys[n] for n in (of if isinstance(of, list) else [of])}
            for id, of in zip(table["ids"], column["of"], strict=True)
        }
        assert read == {id: found[name] for id, found in expected.items()}
        counts = Counter(key for found in expected.values() for key in found[name])
        assert {choice.key: choice.count for choice in facet.choices} == counts
        assert UNKNOWN not in keys[:-1], "what is not said comes last"
    people = [story.participants and story.participants.total for story in (by_id[id] for id in table["ids"])]
    assert table["numbers"]["people"] == people


def test_choices_come_in_a_useful_order_and_one_spelling_is_shown():
    sectors = ("santé", "Santé", "Santé", "Culture", "Zones", "Culture")
    stories = [
        told(f"s{n}", sector=sector, stage=stage, participants={"total": total})
        for n, (sector, stage, total) in enumerate(
            zip(
                sectors,
                ("coconstruire", "valoriser", None, "accompagner", None, None),
                (95, 5, 4, 11, 31, 10),
                strict=True,
            )
        )
    ]
    found = {facet.name: facet for facet in explorers.stories(library_of(stories), WORDS).facets}
    assert [(c.key, c.label, c.count) for c in found["sector"].choices] == [
        ("sante", "Santé", 3),
        ("culture", "Culture", 2),
        ("zones", "Zones", 1),
    ]
    assert [c.key for c in found["stage"].choices] == ["valoriser", "accompagner", "coconstruire", UNKNOWN]
    assert [c.key for c in found["size"].choices] == ["1-4", "5-10", "11-30", "31-90", "91"]
    assert [c.count for c in found["size"].choices] == [1, 2, 1, 1, 1]
    assert found["kind"].offered == (), "one choice is no choice"
    assert found["stage"].choices[-1].label == "Non précisé"


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        (
            "size",
            {0: "1-4", 4: "1-4", 5: "5-10", 10: "5-10", 11: "11-30", 30: "11-30", 31: "31-90", 90: "31-90", 91: "91"},
        ),
        ("duration", {59: "0-60", 60: "60-120", 120: "60-120", 121: "120-240", 240: "120-240", 241: "240"}),
    ],
)
def test_ranges_end_where_they_say(name, ends):
    stories = [
        told(f"s{number:03}", participants={"total": number}, effort={"facilitation_minutes": number})
        for number in ends
    ]
    explorer = explorers.stories(library_of(stories), WORDS)
    found = {facet.name: facet for facet in explorer.facets}[name]
    assert [found.choices[of].key for (of,) in found.of] == list(ends.values())


def test_ranges_and_stages_are_those_of_the_model():
    assert get_args(protocol.Stage) == explorers.STAGES
    assert get_args(protocol.Moment) == explorers.MOMENTS
    assert get_args(protocol.Level) == explorers.LEVELS
    assert get_args(story.CaseStory.model_fields["kind"].annotation) == explorers.KINDS
    assert get_args(story.Partner.model_fields["type"].annotation) == explorers.PARTNERS


def test_texts_are_set_once_and_say_their_language():
    story = told("s", title=Line("L'aide : oui", "fr"), summary=Line('Un "mot" ?', "fr"), tags=["aide", "l'été"])
    loaded = library_of([story, told("t", title=Line("Help", "en"), sector=Line("Health", "en"))])
    explorer = explorers.stories(loaded, WORDS)
    table, texts = facets.table(explorer), facets.texts(explorer)
    assert table["titles"] == [["Help", "en"], "L’aide\u202f: oui"]
    assert table["facets"]["sector"]["labels"] == [["Health", "en"], "Santé"]
    assert texts["summaries"][1] == "Un «\u202fmot\u202f»\u202f?"
    assert texts["tags"] == ["", "aide, l’été"]
    english = explorers.stories(loaded, labels("en"))
    table = json.loads(facets.encoded(facets.table(english)))
    assert table["titles"] == ["Help", ["L’aide\u202f: oui", "fr"]]
    assert table["marks"]["language"] == {"values": ["in French"], "of": [0, 0]}


def test_protocols_are_asked_other_questions(root):
    loaded = load(root)
    explorer = explorers.protocols(loaded, WORDS)
    protocols = loaded.mallette.protocols
    table = facets.table(explorer)
    assert table["ids"] == list(protocols)
    for row, one in enumerate(protocols.values()):
        numbers = {name: column[row] for name, column in table["numbers"].items()}
        assert numbers == {
            "people_min": one.group_size.min,
            "people_max": one.group_size.max,
            "minutes_min": sum(step.minutes.min for step in one.steps),
            "minutes_max": sum(step.minutes.max for step in one.steps),
            "slider": one.slider,
        }
    aims = {facet.name: facet for facet in explorer.facets}["aim"]
    ranges = {"lien": range(34), "deux": range(34, 67), "production": range(67, 101)}
    assert {c.key: c.count for c in aims.choices} == {
        key: sum(p.slider in span for p in protocols.values()) for key, span in ranges.items()
    }


@pytest.mark.parametrize(
    ("text", "key"),
    [("Économie sociale & solidaire", "economie-sociale-solidaire"), ("Cœur d’Isère", "coeur-d-isere"), ("...", "...")],
)
def test_a_key_is_short_and_plain(text, key):
    assert slug(text) == key


def invented(count):
    """Stories of the seeded library, with dates and durations besides."""
    dice = random.Random(5)
    protocols = [f"protocole-{n}" for n in range(20)]
    stories = []
    for number in range(count):
        fields = library.story(number, 7, protocols)
        fields["dates"] = {"start": f"20{dice.randint(10, 26)}-03-01"}
        fields["effort"] = {"facilitation_minutes": dice.choice((30, 45, 60, 90, 120, 180, 240, 420))}
        fields["kind"] = dice.choice(explorers.KINDS)
        stories.append(CaseStory.model_validate({"id": f"recit-{number:05}", **fields}))
    return library_of(stories, protocols)


@pytest.fixture(scope="module")
def thousand():
    return invented(1000)


def test_a_table_of_a_thousand_stories_is_light(thousand):
    files = explorers.files(thousand, WORDS)
    table, texts = files["recits/facettes.json"](), files["recits/resumes.json"]()
    assert len(json.loads(table)["ids"]) == 1000
    assert len(gzip.compress(table, 6)) < 30_000
    assert len(gzip.compress(texts, 6)) < 40_000


def test_the_same_stories_make_the_same_bytes(thousand):
    first, again = ([write() for write in explorers.files(thousand, WORDS).values()] for _ in range(2))
    assert len(first) == 4
    assert first == again
    turned = library_of(reversed(thousand.mallette.stories.values()), list(thousand.mallette.protocols))
    assert explorers.files(turned, WORDS)["recits/facettes.json"]() == first[2]


@pytest.fixture(scope="module")
def lists(thousand):
    """The pages of the list of a thousand stories, by address."""
    made = pages(thousand, TINY, WORDS, Offer(), thousand)
    return {page.path: page for page in made if re.fullmatch(r"recits/(liste/\d+/)?", page.path)}


def test_without_a_script_all_stories_are_listed_once_over_pages(thousand, lists):
    assert list(lists) == ["recits/", *(f"recits/liste/{n}/" for n in range(2, 11))]
    assert len({page.title for page in lists.values()}) == 10
    listed = []
    for path, page in lists.items():
        tree = html.fromstring(page.body)
        cards = tree.xpath("//ul[contains(@class, 'm-cards')]/li")
        assert len(cards) == PAGE
        up = "../" * path.count("/")
        for card in cards:
            (link,) = card.xpath(".//h2/a/@href")
            assert link == f"{up}recits/{card.get('data-id')}/"
            listed.append(card.get("data-id"))
        assert len(page.body) < 200_000
    titles = [slug(thousand.mallette.stories[id].title) for id in listed]
    assert titles == sorted(titles)
    assert sorted(listed) == sorted(thousand.mallette.stories)


def test_pages_of_the_list_lead_to_each_other(lists):
    reached, new = set(), {"recits/"}
    while new:
        reached |= new
        found = set()
        for path in new:
            (pager,) = html.fromstring(lists[path].body).xpath("//nav[contains(@class, 'm-pager')]")
            up = "../" * path.count("/")
            links = [link.removeprefix(up) for link in pager.xpath(".//a/@href")]
            assert links[0] == "recits/"
            assert links[-1] == "recits/liste/10/"
            (here,) = pager.xpath(".//a[@aria-current='page']/@href")
            assert here.removeprefix(up) == path
            found |= set(links)
        new = found - reached
    assert reached == set(lists)


def test_a_story_may_be_called_like_a_page_of_the_list():
    stories = [told(f"s{n}") for n in range(PAGE + 1)]
    made = pages(library_of([*stories, told("liste"), told("2"), told("images")]), TINY, WORDS, Offer(), LOADED)
    addresses = [page.path for page in made]
    assert len(addresses) == len(set(addresses))
    assert {"recits/liste/", "recits/liste/2/", "recits/2/"} <= set(addresses)


def test_the_form_offers_the_choices_with_their_counts_and_names(thousand, lists):
    tree = html.fromstring(lists["recits/"].body)
    explorer = explorers.stories(thousand, WORDS)
    (form,) = tree.xpath("//form")
    assert form.get("hidden") is not None, "it is shown by the script that it needs"
    assert form.get("method") == "get"
    offered = [facet for facet in explorer.facets if facet.offered]
    groups = form.xpath(".//fieldset")
    assert [group.get("data-facet") for group in groups] == [facet.name for facet in offered]
    assert len(groups) >= 9
    for group, facet in zip(groups, offered, strict=True):
        assert group.xpath("string(legend)") == typeset(facet.title, "fr")
        boxes = group.xpath(".//label[input[@type='checkbox']]")
        said = [
            (
                box.xpath("string(input/@value)"),
                box.xpath("string(*[@class='m-choice__name'])"),
                int(box.xpath("string(*[@class='m-choice__count'])")),
            )
            for box in boxes
        ]
        assert said == [(c.key, typeset(c.label, "fr"), c.count) for c in facet.offered]
        assert {box.xpath("string(input/@name)") for box in boxes} == {facet.parameter}
    assert not tree.xpath("//@*[starts-with(name(), 'on')] | //script[not(@src)]")


def test_a_facet_with_very_many_choices_offers_the_commonest():
    stories = [told(f"s{n}", sector=f"Secteur {n % 150}") for n in range(200)]
    sector = {f.name: f for f in explorers.stories(library_of(stories), WORDS).facets}["sector"]
    assert len(sector.choices) == 150
    assert len(sector.offered) == facets.OFFERED
    assert min(c.count for c in sector.offered) >= max(c.count for c in sector.choices[facets.OFFERED :])


def test_an_empty_library_has_a_page():
    (page,) = (p for p in pages(library_of([]), TINY, WORDS, Offer(), LOADED) if p.path == "recits/")
    assert "0 récit" in page.body
