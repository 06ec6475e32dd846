"""The feed of stories: valid Atom, the newest first, nothing in it that XML refuses."""

import datetime
import re
from urllib.parse import urljoin

import published
import pytest
from lxml import etree

from mallette import feed
from mallette.loading import load
from mallette.model.item import OPEN_LICENSES
from mallette.templating import words_for

ATOM = {"a": "http://www.w3.org/2005/Atom"}
XML = "{http://www.w3.org/XML/1998/namespace}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(scope="module")
def site(once, run):
    return published.built(once, run)[1]


def parsed(data):
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def one(element, path):
    (found,) = element.xpath(path, namespaces=ATOM)
    return found


def many(element, path):
    return element.xpath(path, namespaces=ATOM)


def atom(loaded, main=None):
    return parsed(feed.atom(loaded, main or loaded, words_for(published.ROOT, loaded.language)))


def check(root):
    """What RFC 4287 asks of every feed: 4.1.1 and 4.1.2."""
    assert root.tag == f"{{{ATOM['a']}}}feed"
    for element in (root, *many(root, "a:entry")):
        for name in ("id", "title", "updated"):
            assert one(element, f"a:{name}").text.strip()
        assert MOMENT.fullmatch(one(element, "a:updated").text)
        assert re.match(r"https://\S+$", one(element, "a:id").text)
    assert many(root, "a:author/a:name")
    assert many(root, "a:link[@rel='self']/@href") == [one(root, "a:id").text]
    for entry in many(root, "a:entry"):
        assert len(many(entry, "a:link[@rel='alternate']/@href")) == 1
        assert len(many(entry, "a:summary")) == 1
    ids = many(root, "//a:id/text()")
    assert len(ids) == len(set(ids))
    newest = [one(entry, "a:updated").text for entry in many(root, "a:entry")]
    assert newest == sorted(newest, reverse=True)
    assert not newest or one(root, "a:updated").text == newest[0]
    return root


def test_the_newest_stories_come_first(site):
    root = check(parsed((site / "recits.atom").read_bytes()))
    assert [title.text for title in many(root, "a:entry/a:title")] == [
        "Le dernier essai",
        published.HOSTILE,
        "Un ancien essai",
        "Un premier essai",
    ]
    days = [one(entry, "a:updated").text[:10] for entry in many(root, "a:entry")]
    assert days == ["2026-10-02", "2026-09-30", "2019-05-01", "2019-05-01"]
    first = many(root, "a:entry")[0]
    assert one(first, "a:id").text == "https://petite.example.org/recits/dernier-essai/"
    assert one(first, "a:summary").text == "Un groupe essaie, et raconte."
    assert many(first, "a:category/@term") == ["Éducation", "ruche"]
    assert many(first, "a:link[@rel='license']/@href") == [OPEN_LICENSES["CC-BY-SA-4.0"]]


def test_another_language_has_its_own_stories(site):
    root = check(parsed((site / "en/recits.atom").read_bytes()))
    assert root.get(f"{XML}lang") == "en"
    assert many(root, "a:entry/a:title/text()") == ["A first try"]
    assert many(root, "a:entry/a:id/text()") == ["https://petite.example.org/en/recits/premier/"]


def test_every_page_leads_to_the_feed_of_its_language(site):
    for prefix in ("", "en/"):
        for address in ("", "recits/", "recits/premier/"):
            head = published.tree(site, prefix + address).find(".//head")
            (link,) = head.xpath("link[@type='application/atom+xml']")
            assert link.get("rel").split() == ["alternate"]
            assert urljoin(f"/{prefix}{address}", link.get("href")) == f"/{prefix}recits.atom"
            assert link.get("title")


def test_the_feed_of_the_real_kit(root):
    loaded = load(root)
    stories = loaded.mallette.stories
    assert len(many(check(atom(loaded)), "a:entry")) == len(stories) > 5
    english = loaded.in_language("en")
    told = many(check(atom(english, loaded)), "a:entry/a:id/text()")
    written = [story.id for story in english.mallette.stories.values() if story.language == "en"]
    assert told == [f"{loaded.mallette.kit.address}en/recits/{name}/" for name in written]
    assert len(written) < len(stories)


def with_stories(tiny_root, stories):
    loaded = load(tiny_root)
    loaded.mallette = loaded.mallette.model_copy(update={"stories": {story.id: story for story in stories}})
    return loaded


def story(tiny_root, **changes):
    (first,) = load(tiny_root).mallette.stories.values()
    return first.model_copy(update=changes)


def test_a_feed_without_a_story_is_valid(tiny_root):
    root = check(atom(with_stories(tiny_root, [])))
    assert many(root, "a:entry") == []
    assert one(root, "a:updated").text == "2026-11-23T12:00:00Z"


def test_a_large_library_has_its_newest_stories_in_the_feed(tiny_root):
    start = datetime.date(2020, 1, 1)
    days = {f"n-{n}": start + datetime.timedelta(n) for n in range(200)}
    first = story(tiny_root)
    stories = [first.model_copy(update={"id": name, "updated": day}) for name, day in days.items()]
    stories += [first.model_copy(update={"id": f"sans-date-{n}"}) for n in range(200)]
    told = many(check(atom(with_stories(tiny_root, stories))), "a:entry/a:id/text()")
    assert [name.rstrip("/").rpartition("/")[2] for name in told] == [f"n-{n}" for n in range(199, 149, -1)]


def test_a_story_without_a_date_is_no_newer_than_one_that_has_one(tiny_root):
    edition = datetime.date(2026, 11, 23)
    dated, undated, later = (
        story(tiny_root, id="date", updated=datetime.date(2024, 2, 3)),
        story(tiny_root, id="sans"),
        story(tiny_root, id="apres", updated=datetime.date(2027, 1, 1)),
    )
    assert [(s.id, str(day)) for s, day in feed.newest([undated, dated, later], edition)] == [
        ("apres", "2027-01-01"),
        ("date", "2024-02-03"),
        ("sans", "2024-02-03"),
    ]
    assert feed.newest([undated], edition) == [(undated, edition)]
    assert [(s.id, str(day)) for s, day in feed.newest([undated, later], edition)][1] == ("sans", "2026-11-23")


@pytest.mark.parametrize("code", [0x00, 0x08, 0x0B, 0x1F, 0xD800, 0xFFFE, 0xFFFF])
def test_what_xml_refuses_is_left_out(tiny_root, code):
    bad = chr(code)
    hostile = story(tiny_root, title=f"A{bad}B ]]> & <c>", summary=f"{bad}œ 🎉", tags=(f"x{bad}\"'<y>",))
    root = check(atom(with_stories(tiny_root, [hostile])))
    assert one(root, "a:entry/a:title").text == "AB ]]> & <c>"
    assert one(root, "a:entry/a:summary").text == "œ 🎉"
    assert many(root, "a:entry/a:category/@term")[1] == "x\"'<y>"
