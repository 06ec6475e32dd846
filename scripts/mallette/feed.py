"""The newest stories as an Atom feed (RFC 4287), for whoever follows the library from elsewhere."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from xml.etree import ElementTree

from .addresses import address_of, public
from .labels import Labels
from .loading import Loaded
from .model import CaseStory
from .model.item import OPEN_LICENSES
from .typography import typeset

FEED = "recits.atom"
LENGTH = 50
"""Stories in the feed: a reader that asks once a month misses none."""
NAMESPACE = "http://www.w3.org/2005/Atom"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may have, not even escaped."""


def newest(stories: Iterable[CaseStory], edition: datetime.date) -> list[tuple[CaseStory, datetime.date]]:
    """The stories and their dates, the newest first.

    A story that does not say its date is as old as the oldest that does, or as the edition: it was there already.
    """
    every = tuple(stories)
    oldest = min((edition, *(story.updated for story in every if story.updated)))
    return sorted(
        ((story, story.updated or oldest) for story in every),
        key=lambda pair: (pair[1], pair[0].updated is not None),
        reverse=True,
    )


def atom(loaded: Loaded, main: Loaded, words: Labels) -> bytes:
    """The feed of a language: its own stories, or all of them in the main one."""
    kit, language = loaded.mallette.kit, words.language
    ours = [s for s in loaded.mallette.stories.values() if not loaded.prefix or s.language == loaded.language]
    told = newest(ours, kit.date)[:LENGTH]
    here = public(kit, loaded.prefix + FEED)
    feed = ElementTree.Element("feed", {"xmlns": NAMESPACE, "xml:lang": language})
    _add(feed, "id", here)
    _add(feed, "title", typeset(words("site.feed_title", kit=kit.title), language))
    _add(feed, "subtitle", typeset(words("site.stories_lead"), language))
    _add(feed, "updated", _moment(told[0][1] if told else kit.date))
    _add(feed, "link", rel="self", type="application/atom+xml", href=here)
    _add(feed, "link", rel="alternate", type="text/html", href=public(kit, f"{loaded.prefix}recits/"))
    for name in kit.authors or (kit.title,):
        _add(_add(feed, "author"), "name", name)
    for story, day in told:
        _entry(feed, story, day, address_of(story, loaded, main), language)
    ElementTree.indent(feed, " ")
    written: bytes = ElementTree.tostring(feed, "utf-8", xml_declaration=True)
    return written + b"\n"


def _entry(feed: ElementTree.Element, story: CaseStory, day: datetime.date, address: str, language: str) -> None:
    entry = _add(feed, "entry", **({"xml:lang": story.language} if story.language != language else {}))
    _add(entry, "id", address)
    _add(entry, "title", typeset(story.title, language))
    _add(entry, "updated", _moment(day))
    _add(entry, "link", rel="alternate", type="text/html", href=address, hreflang=story.language)
    _add(entry, "link", rel="license", href=OPEN_LICENSES[story.license])
    for name in story.authors:
        _add(_add(entry, "author"), "name", name)
    _add(entry, "summary", typeset(story.summary, language))
    for tag in dict.fromkeys((story.sector, *story.tags)):
        _add(entry, "category", term=tag)


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    said = {key: NOT_XML.sub("", value) for key, value in attributes.items()}
    element = ElementTree.SubElement(parent, name, said)
    element.text = NOT_XML.sub("", text) if text else None
    return element


def _moment(day: datetime.date) -> str:
    """Noon, so that it is the same day nearly everywhere."""
    return f"{day.isoformat()}T12:00:00Z"
