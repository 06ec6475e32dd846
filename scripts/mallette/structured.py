"""What a page is about, in the words of schema.org (JSON-LD), for search engines and other machines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .addresses import address_of, public
from .labels import Labels
from .loading import Loaded
from .model import CaseStory, Item, Kit, Line, Protocol, Source, Step
from .model.item import OPEN_LICENSES
from .opendata import Dataset
from .typography import typeset

Data = dict[str, Any]
CONTEXT = "https://schema.org"
BORROWED = ("@id", "@type", "headline", "url")
"""What the page of a story says if its text is in another language."""
TYPES = {"json": "application/json", "csv": "text/csv"}


@dataclass(frozen=True)
class Describer:
    """Describes items in one language; what is not known is left out."""

    loaded: Loaded
    main: Loaded
    words: Labels

    def __call__(self, item: Item) -> Data:
        """What the page of an item is about."""
        about = self._site()
        if not isinstance(item, Kit):
            about = {"@id": self._url(item), "url": self._url(item), "isPartOf": about}
        if isinstance(item, CaseStory):
            about |= self._story(item)
        elif isinstance(item, Protocol):
            about |= self._protocol(item)
        if item.language != self.words.language and "headline" in about:  # all of it is where the text is at home
            return _known({"@context": CONTEXT, **{key: about[key] for key in BORROWED}, "inLanguage": item.language})
        return _known({"@context": CONTEXT, **about, **self._shared(item)})

    def datasets(self, datasets: Iterable[Dataset]) -> Data:
        """The files of open data."""
        kit = self.loaded.mallette.kit
        return _known({"@context": CONTEXT, "@graph": [self._dataset(one, kit) for one in datasets]})

    def _dataset(self, dataset: Dataset, kit: Kit) -> Data:
        return {
            "@type": "Dataset",
            "name": self._text(Line(f"{dataset.title} - {kit.title}")),
            "description": self._text(self.words("site.data.lead")),
            "url": public(kit, f"{self.loaded.prefix}donnees/"),
            "dateModified": kit.date.isoformat(),
            "version": kit.edition,
            "distribution": [
                {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": public(kit, dataset.paths[form])}
                for form, kind in TYPES.items()
            ],
            **self._shared(kit),
        }

    def _site(self) -> Data:
        kit = self.loaded.mallette.kit
        address = public(kit, self.loaded.prefix)
        return {"@type": "WebSite", "@id": address, "url": address, "name": self._text(kit.title)}

    def _shared(self, item: Item) -> Data:
        """What everything has: language, licence, authors."""
        kit = self.loaded.mallette.kit
        described = {"description": self._text(item.tagline)} if isinstance(item, Kit) else {}
        day = item.updated or (kit.date if isinstance(item, Kit) else None)
        return {
            **described,
            "inLanguage": item.language,
            "license": OPEN_LICENSES[item.license],
            "author": [str(name) for name in item.authors or kit.authors],
            "translator": [str(name) for name in item.translators],
            "creditText": self._text(item.credit_line or kit.credit_line),
            "dateModified": day and day.isoformat(),
            "keywords": [self._text(tag) for tag in item.tags],
            "citation": [self._source(source) for source in item.sources],
        }

    def _story(self, story: CaseStory) -> Data:
        where = story.location
        named = [self.loaded.mallette.protocols[name] for name in story.protocols]
        used = [{"@type": "HowTo", "name": self._text(p.title), "url": self._url(p)} for p in named]
        kit = self.loaded.mallette.kit
        return {
            "@type": "Article",
            "headline": self._text(story.title),
            "description": self._text(story.summary),
            "about": [{"@type": "Thing", "name": self._text(story.sector)}, *used],
            "spatialCoverage": {
                "@type": "Place",
                "name": ", ".join(self._text(part) for part in (where.place, where.region, where.country) if part),
                "address": {
                    "@type": "PostalAddress",
                    "addressCountry": self._text(where.country),
                    "addressRegion": where.region and self._text(where.region),
                },
            },
            "temporalCoverage": _interval(story),
            "image": [public(kit, f"recits/images/{picture.file}") for picture in story.images],
        }

    def _protocol(self, protocol: Protocol) -> Data:
        original = protocol.variant_of and self.loaded.mallette.protocols[protocol.variant_of]
        minutes = protocol.minutes.max
        return {
            "@type": "HowTo",
            "name": self._text(protocol.title),
            "description": self._text(protocol.summary),
            "prepTime": _duration(protocol.preparation_minutes),
            "performTime": _duration(minutes),
            "totalTime": _duration(protocol.preparation_minutes + minutes),
            "estimatedCost": protocol.cost and self._text(protocol.cost),
            "supply": [
                {
                    "@type": "HowToSupply",
                    "name": self._text(one.name),
                    "requiredQuantity": self._text(Line(f"{one.quantity} {self.words(f'per.{one.per}')}")),
                }
                for one in protocol.materials
            ],
            "step": [self._step(step, place, self._url(protocol)) for place, step in enumerate(protocol.steps, 1)],
            "isBasedOn": original and self._url(original),
        }

    def _step(self, step: Step, place: int, address: str) -> Data:
        return {
            "@type": "HowToStep",
            "position": place,
            "name": self._text(step.title),
            "text": " ".join(self._text(part) for part in (step.aim, step.instruction) if part),
            "url": f"{address}#etape-{step.id}",
        }

    def _source(self, source: Source) -> Data:
        return {
            "@type": "CreativeWork",
            "name": self._text(source.title),
            "author": [str(name) for name in source.authors],
            "publisher": source.publisher and {"@type": "Organization", "name": str(source.publisher)},
            "datePublished": source.year and str(source.year),
            "url": source.url,
        }

    def _url(self, item: Item) -> str:
        return address_of(item, self.loaded, self.main)

    def _text(self, text: str) -> str:
        return typeset(text, self.words.language)


def _duration(minutes: int) -> str:
    """Minutes as ISO 8601 has them: 90 are PT1H30M."""
    hours, rest = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{rest}M" if rest or not hours else "")


def _interval(story: CaseStory) -> str | None:
    """When it took place, as ISO 8601 has it; an end that is not known is open."""
    dates = story.dates
    if not dates or not (dates.start or dates.end):
        return None
    return "/".join(day.isoformat() if day else ".." for day in (dates.start, dates.end))


def _known(data: Data) -> Data:
    """What is known, at any depth."""
    known = {key: _within(value) for key, value in data.items()}
    return {key: value for key, value in known.items() if value not in (None, "", [], {})}


def _within(value: Any) -> Any:
    if isinstance(value, list):
        return [_within(one) for one in value]
    return _known(value) if isinstance(value, dict) else value
