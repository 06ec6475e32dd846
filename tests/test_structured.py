"""What pages say of themselves to machines: JSON-LD that is right, whole, and inert whatever the texts are."""

import gzip
import json
import re

import published
import pytest
from lxml import html

from mallette import structured
from mallette.artifact import Offer
from mallette.loading import load
from mallette.model.item import OPEN_LICENSES
from mallette.model.story import Dates
from mallette.pages import pages
from mallette.templating import words_for

BLOCK = "//script[@type='application/ld+json']"
ADDRESS = "https://petite.example.org/"
KINDS = {"": "WebSite", "recits/attaque/": "Article", "protocoles/tour/": "HowTo", "donnees/": None}


@pytest.fixture(scope="module")
def site(once, run):
    return published.built(once, run)[1]


def described(tree):
    (block,) = tree.xpath(BLOCK)
    return json.loads(block.text)


@pytest.mark.parametrize("prefix", ["", "en/"])
@pytest.mark.parametrize("address", KINDS)
def test_a_page_of_each_kind_has_one_block(site, prefix, address):
    data = described(published.tree(site, prefix + address))
    assert data["@context"] == "https://schema.org"
    assert data.get("@type") == KINDS[address]


def test_no_text_ends_the_block_or_runs(site):
    text = (site / "recits/attaque/index.html").read_text(encoding="utf-8")
    assert "</script><script>alert" not in text
    tree = html.fromstring(text.encode())
    assert described(tree)["headline"] == published.HOSTILE
    scripts = [script for script in tree.iter("script") if "alert(1)" in (script.text or "")]
    assert scripts == tree.xpath(BLOCK)


def test_search_does_not_read_the_blocks(site):
    index = b"".join(gzip.decompress(path.read_bytes()) for path in (site / "pagefind").rglob("*.pf_fragment"))
    assert b"Un premier essai" in index
    assert b"schema.org" not in index


def test_a_story_is_an_article(root):
    loaded = load(root)
    story = loaded.mallette.stories["pro-action-cafe-belgique"]
    data = structured.Describer(loaded, loaded, words_for(root, "fr"))(story)
    home = loaded.mallette.kit.address
    assert data["headline"] == "L’aide attendue était déjà dans le groupe"
    assert data["description"].startswith("En Belgique, une vingtaine")
    assert data["inLanguage"] == "fr"
    assert data["license"] == OPEN_LICENSES[story.license]
    assert data["url"] == data["@id"] == f"{home}recits/pro-action-cafe-belgique/"
    assert data["author"] == [*loaded.mallette.kit.authors]
    assert data["keywords"] == [*story.tags]
    assert data["isPartOf"]["url"] == home
    assert data["spatialCoverage"]["address"]["addressCountry"] == "Belgique"
    assert [(about["@type"], about["name"]) for about in data["about"]] == [
        ("Thing", "Développement économique"),
        ("HowTo", "Pro Action Café"),
    ]
    assert data["about"][1]["url"] == f"{home}protocoles/pro-action-cafe/"
    assert not {"dateModified", "temporalCoverage", "image", "translator"} & data.keys()


def test_a_protocol_is_a_how_to(root):
    loaded = load(root)
    describe = structured.Describer(loaded, loaded, words_for(root, "fr"))
    for protocol in loaded.mallette.protocols.values():
        data = describe(protocol)
        assert [step["position"] for step in data["step"]] == [*range(1, len(protocol.steps) + 1)]
        for step, said in zip(protocol.steps, data["step"], strict=True):
            assert said["name"]
            assert said["text"]
            assert said["url"] == f"{data['url']}#etape-{step.id}"
        assert len(data.get("supply", ())) == len(protocol.materials)
        assert minutes(data["performTime"]) == protocol.minutes.max
        assert minutes(data["totalTime"]) == protocol.minutes.max + protocol.preparation_minutes
        assert minutes(data["prepTime"]) == protocol.preparation_minutes
    variant = describe(loaded.mallette.protocols["entraide-oral"])
    assert variant["isBasedOn"] == f"{loaded.mallette.kit.address}protocoles/atelier-entraide/"


def minutes(duration):
    """A duration of ISO 8601 in hours and minutes."""
    hours, rest = re.fullmatch(r"PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?", duration).groups(default="0")
    assert int(rest) < 60
    return 60 * int(hours) + int(rest)


@pytest.mark.parametrize(
    ("count", "said"), [(0, "PT0M"), (45, "PT45M"), (60, "PT1H"), (90, "PT1H30M"), (1500, "PT25H")]
)
def test_durations_are_those_of_iso_8601(count, said):
    assert structured._duration(count) == said
    assert minutes(said) == count


def test_the_steps_lead_to_their_place_in_the_page(site):
    tree = published.tree(site, "protocoles/tour")
    (step,) = described(tree)["step"]
    assert step["url"].startswith(f"{ADDRESS}protocoles/tour/#")
    assert tree.xpath("//*[@id=$id]", id=step["url"].partition("#")[2])


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2024-01-02", "2024-03-04", "2024-01-02/2024-03-04"),
        ("2024-01-02", None, "2024-01-02/.."),
        (None, "2024-03-04", "../2024-03-04"),
        (None, None, None),
    ],
)
def test_when_a_story_took_place(tiny_root, start, end, said):
    loaded = load(tiny_root)
    (story,) = loaded.mallette.stories.values()
    story = story.model_copy(update={"dates": Dates(start=start, end=end)})
    data = structured.Describer(loaded, loaded, words_for(tiny_root, "fr"))(story)
    assert data.get("temporalCoverage") == said


def test_a_borrowed_page_says_where_its_text_is_at_home(site):
    french, borrowed = (described(published.tree(site, f"{prefix}recits/attaque")) for prefix in ("", "en/"))
    assert borrowed["inLanguage"] == french["inLanguage"] == "fr"
    assert borrowed["@id"] == french["@id"] == f"{ADDRESS}recits/attaque/"
    assert borrowed.keys() == {"@context", "@id", "@type", "headline", "inLanguage", "url"}, "all of it is at home"
    translated = described(published.tree(site, "en/recits/premier"))
    assert (translated["inLanguage"], translated["@id"]) == ("en", f"{ADDRESS}en/recits/premier/")


def test_the_datasets_are_described_with_their_files(site):
    for prefix in ("", "en/"):
        found = described(published.tree(site, f"{prefix}donnees"))["@graph"]
        assert len(found) == 4
        for data in found:
            assert data["@type"] == "Dataset"
            assert len(data["distribution"]) == 2
            for one in data["distribution"]:
                assert (site / one["contentUrl"].removeprefix(ADDRESS)).is_file()
                assert one["contentUrl"].startswith(f"{ADDRESS}{prefix}data/")


def test_every_page_of_an_item_of_the_real_kit_has_its_block(root):
    loaded = load(root)
    seen = 0
    for one in loaded.every:
        for page in pages(one, root, words_for(root, one.language), Offer(), loaded):
            path = page.path.removeprefix(page.prefix)
            blocks = html.fromstring(f"<div>{page.body}</div>").xpath(BLOCK)
            item = path == "donnees/" or path == "" or re.fullmatch(r"(recits|protocoles)/[^/]+/", path)
            assert len(blocks) == bool(item), page.path
            if item:
                assert None not in json.loads(blocks[0].text).values()
                seen += 1
    assert seen > 60
