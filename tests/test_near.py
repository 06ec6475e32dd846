"""Stories near one another: what is shared is weighed, the nearest are found without trying every pair."""

import random
import re

import published
import pytest

from mallette import near
from mallette.artifact import Offer
from mallette.loading import load
from mallette.model import CaseStory
from mallette.model.story import Partner
from mallette.near import Neighbours, score, traits
from mallette.pagecache import opened
from mallette.pages import pages
from mallette.templating import words_for


def story(name, **said):
    fields = {"protocols": ("tour",), "sector": "Santé", "tags": (), "stage": None, "partners": ()} | said
    return CaseStory.model_construct(id=name, **fields)


def partner(kind):
    return Partner.model_construct(name="X", type=kind, part=None)


OWN = {
    "protocols": ("cafe", "tour"),
    "sector": "Lecture publique",
    "tags": ("réseau", "écoute"),
    "stage": "accompagner",
    "partners": (partner("company"), partner("research")),
}
OTHER = {"protocols": ("seul",), "sector": "Autre", "tags": (), "stage": "valoriser", "partners": ()}


@pytest.mark.parametrize(
    ("shared", "points"),
    [
        ({}, 0),
        ({"protocols": ("tour",)}, 4),
        ({"protocols": ("tour", "cafe")}, 8),
        ({"sector": " lecture  PUBLIQUE"}, 3),
        ({"tags": ("Réseau", "autre")}, 2),
        ({"stage": "accompagner"}, 1),
        ({"partners": (partner("company"), partner("company"))}, 1),
        ({"sector": "Lecture publique", "tags": ("écoute",), "stage": "accompagner"}, 6),
    ],
    ids=str,
)
def test_what_two_stories_share_is_weighed(shared, points):
    one, other = traits(story("a", **OWN)), traits(story("b", **OTHER | shared))
    assert score(one, other) == score(other, one) == points


def test_the_nearest_come_first_and_three_at_most():
    stories = [
        story("a", **OWN),
        story("loin", **OTHER),
        story("secteur", **OTHER | {"sector": "Lecture publique"}),
        story("protocole", **OTHER | {"protocols": ("tour",)}),
        story("tout", **OWN),
        story("aussi", **OTHER | {"protocols": ("tour",)}),
    ]
    assert [found.id for found in Neighbours(stories).of(stories[0])] == ["tout", "protocole", "aussi"]


def test_a_stage_or_a_kind_of_partner_alone_is_not_enough():
    weak = OTHER | {"stage": "accompagner", "partners": (partner("company"),)}
    stories = [story("a", **OWN), story("b", **weak)]
    assert score(*map(traits, stories)) == 2
    assert Neighbours(stories).of(stories[0]) == ()


def made_up(count, seed=1):
    """Stories that share protocols, sectors and stages with hundreds of others, as in a large library."""
    dice = random.Random(seed)
    tags = [f"mot-{n}" for n in range(80)]
    kinds = ("association", "company", "public-body", "research", "other")
    return [
        story(
            f"recit-{n:05}",
            protocols=tuple(dice.sample([f"protocole-{p}" for p in range(18)], dice.randint(1, 2))),
            sector=f"secteur {dice.randint(1, 7)}",
            tags=tuple(dice.sample(tags, 3)),
            stage=dice.choice(["valoriser", "mettre-en-lien", "accompagner", "coconstruire"]),
            partners=tuple(partner(dice.choice(kinds)) for _ in range(dice.randint(0, 3))),
        )
        for n in range(count)
    ]


def exact(stories, one):
    """The scores of the three nearest, by trying all."""
    own = traits(one)
    return sorted((score(own, traits(other)) for other in stories if other is not one), reverse=True)[:3]


def test_in_a_small_library_nothing_nearer_is_missed():
    stories = made_up(near.COMPARED)
    index = Neighbours(stories)
    for one in stories:
        found = [score(traits(one), traits(other)) for other in index.of(one)]
        assert found == [points for points in exact(stories, one) if points >= near.ENOUGH]
        assert one not in index.of(one)


def test_ten_thousand_stories_are_compared_with_few_others_each(monkeypatch):
    count = 0

    def counted(one, other):
        nonlocal count
        count += 1
        return score(one, other)

    monkeypatch.setattr(near, "score", counted)
    stories = made_up(10_000)
    index = Neighbours(stories)
    found = {one.id: index.of(one) for one in stories}
    assert 0 < count <= near.COMPARED * len(stories)  # all pairs would be 50 million
    assert all(len(others) == 3 for others in found.values())
    # those compared are the likeliest: on average nearly as near as the nearest of all
    sample = random.Random(2).sample(stories, 25)
    got = sum(score(traits(one), traits(other)) for one in sample for other in found[one.id])
    assert got >= 0.9 * sum(sum(exact(stories, one)) for one in sample)


def test_of_many_stories_alike_nobody_is_everyones_neighbour():
    stories = [story(f"recit-{n:03}", **OWN) for n in range(300)]
    index = Neighbours(stories)
    named = [other.id for one in stories for other in index.of(one)]
    assert len(named) == 900
    assert {named.count(name) for name in set(named)} == {3}


def test_the_walk_through_the_index_is_short_too():
    """Looking for others to compare with stops when there are enough of them, however many share something."""
    walked = 0

    class Counted(Neighbours):
        def _after(self, key, place):
            nonlocal walked
            for other in super()._after(key, place):
                walked += 1
                yield other

    stories = made_up(3000)
    index = Counted(stories)
    for one in stories[:200]:
        index.of(one)
    assert walked / 200 < 4 * near.COMPARED


def test_a_story_with_very_many_tags_costs_no_more_than_others():
    greedy = story("tout", tags=tuple(f"mot-{n}" for n in range(2000)))
    assert len(list(near._keys(traits(greedy)))) <= near.INDEXED * (near.INDEXED + 1) // 2


def test_the_same_library_gives_the_same_neighbours():
    first, second = (
        [[other.id for other in Neighbours(stories).of(one)] for one in stories[:50]]
        for stories in (made_up(500), made_up(500))
    )
    assert first == second


def test_neighbours_are_kept_for_as_long_as_they_would_be_the_same(tmp_path):
    def nearest(stories):
        """The nearest to each, and whether they had to be looked for."""
        index, asked = Neighbours(stories), []
        with opened(tmp_path / "kept.db") as kept:
            index.known(kept.data(index.digest, lambda: asked.append(1) or index.every()))
        return {one.id: [other.id for other in index.of(one)] for one in stories}, bool(asked)

    stories = made_up(100)
    first, looked = nearest(stories)
    assert looked
    retold = [one.model_copy(update={"title": "Un autre titre"}) for one in stories]
    assert nearest(retold) == (first, False)
    moved = [story(stories[0].id, sector="seul", protocols=("seul",)), *stories[1:]]
    found, looked = nearest(moved)
    assert looked
    assert found[stories[0].id] == []
    assert nearest(moved[1:])[1]


def test_the_page_of_a_story_shows_those_near_it(once, run):
    _, site = published.built(once, run)
    page = published.tree(site, "recits/attaque")
    (section,) = page.xpath("//section[h2[@id='proches']]")
    assert section.get("data-search-exclude") is not None
    links = [link.replace("../", "").strip("/") for link in section.xpath(".//h3/a/@href")]
    # all share a protocol and a sector; the first two a tag as well
    assert links == ["recits/dernier-essai", "recits/ancien-essai", "recits/premier"]
    linked = page.xpath("//nav[contains(@class, 'md-nav--secondary')]//a/@href")
    assert "#proches" in linked


@pytest.fixture(scope="module")
def real_pages(root):
    loaded = load(root)
    made = pages(loaded, root, words_for(root, "fr"), Offer(), loaded)
    return loaded.mallette, {page.path: page.body for page in made}


def test_protocols_that_name_each_other_are_linked_both_ways(real_pages):
    mallette, bodies = real_pages
    one_way = 0
    for protocol in mallette.protocols.values():
        for name in protocol.related:
            if name != protocol.id:
                back = bodies[f"protocoles/{name}/"].partition('id="voisins"')[2]
                assert f'href="../../protocoles/{protocol.id}/"' in back
                one_way += protocol.id not in mallette.protocols[name].related
    assert one_way > 0


def test_a_variant_shows_its_original_and_the_other_variants(real_pages):
    mallette, bodies = real_pages
    variants = [protocol for protocol in mallette.protocols.values() if protocol.variant_of]
    assert len(variants) > 2
    for variant in variants:
        head = bodies[f"protocoles/{variant.id}/"].partition("</header>")[0]
        linked = set(re.findall(r'href="../../protocoles/([a-z0-9-]+)/"', head))
        assert linked == {variant.variant_of} | {v.id for v in variants if v.id != variant.id}
        assert f"protocoles/{variant.id}/" in bodies[f"protocoles/{variant.variant_of}/"]


def test_a_role_shows_its_protocols_and_its_cards(once, run):
    _, site = published.built(once, run)
    for prefix, name in (("", "tour-cartes-roles.pdf"), ("en/", "tour-cartes-roles-en.pdf")):
        page = published.tree(site, f"{prefix}roles")
        (line,) = page.xpath("//section[.//h2[@id='guide']]/*[contains(@class, 'm-role__in')]")
        links = line.xpath(".//a/@href")
        assert "../protocoles/tour/" in links
        (cards,) = [link for link in links if link.endswith(name)]
        assert (site / prefix / "roles" / cards).resolve().is_file()
