"""The French of the sources: what it says block by block, its words, and how easy it is to read.

`python tests/french.py` prints the reading level of each protocol, story and guide.
"""

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from markdown_it.token import Token
from pydantic import BaseModel

from mallette import markdown, richtext
from mallette.labels import SHIPPED
from mallette.loading import Loaded, load
from mallette.model import Line, Prose
from mallette.opendata import FILES
from mallette.reading import read_settings
from mallette.reference import DOCUMENTED, fields_of

ROOT = Path(__file__).parent.parent
WORDS = Path(__file__).with_name("french-words.txt")
LABELS, MODEL = "templates/labels/fr.yml", "scripts/mallette/model"
GATHERED = ("kit/roles", "kit/cards")
"""Folders of short files, whose reading level is that of the whole."""

MODELS = (*(model for _, model in DOCUMENTED.values()), *(model for _, model in FILES.values()))
"""What is written, and what is published of it."""

NAMES = {"icon", "only", "folders", "proofs"}
"""Fields and labels that name files."""

CODE = "X"
"""Stands for a command, a file name, an address, a value that completes a sentence."""

NOT_WORDS = re.compile(r"""[^\s«»",;()]*(?:[{}/_<>*@]|\.[a-z]|(?<!\w)--)[^\s«»",;()]*(?<![.:!?…])""")
SPELT = re.compile(r"(?<!\d)[^\W\d_]+(?:['’-][^\W\d_]+)*")
COUNTED = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
SENTENCE = re.compile(r"(?<=[.!?…])[\s»\")]*\s(?=[\s«\"(]*[A-ZÀ-ÖØ-Þ0-9])")
ENDED = re.compile(r"[.!?…;:][\s»\")]*$")


@dataclass(frozen=True)
class Block:
    """A line, a paragraph, an item of a list or a title: its file, and its text without markup."""

    file: str
    text: str

    @cached_property
    def prose(self) -> str:
        """The text without what is no French: file names, commands, addresses."""
        return NOT_WORDS.sub(CODE, self.text)

    @property
    def words(self) -> list[str]:
        """The words as hunspell wants them: `l'atelier` and `tour-à-tour` are one."""
        return [word.replace("’", "'") for word in SPELT.findall(self.prose)]

    @property
    def sentences(self) -> list[str]:
        """The sentences; a block without a mark at its end is a title or a label, and has none."""
        return SENTENCE.split(self.prose) if ENDED.search(self.prose) else []


@dataclass(frozen=True)
class Level:
    """How easy sentences are to read.

    `lix` is the Lix of C. H. Björnsson (Läsbarhet, Stockholm, Liber, 1968), used for French too because it guesses no
    syllable: words / sentences + 100 x words of more than six letters / words. Under 30 is very easy, from 30 to 40
    easy, from 40 to 50 the press, over 50 hard. `l'atelier` counts as two words, `rendez-vous` as one.
    """

    sentences: tuple[str, ...]

    @cached_property
    def lengths(self) -> list[int]:
        return [len(COUNTED.findall(sentence)) for sentence in self.sentences]

    @property
    def mean(self) -> float:
        """Words a sentence."""
        return sum(self.lengths) / len(self.lengths)

    def over(self, words: int) -> list[str]:
        """The sentences of more words than this."""
        return [sentence for sentence, length in zip(self.sentences, self.lengths, strict=True) if length > words]

    @property
    def share(self) -> float:
        """Sentences of more than 25 words, in per cent."""
        return 100 * len(self.over(25)) / len(self.lengths)

    @property
    def lix(self) -> float:
        words = [word for sentence in self.sentences for word in COUNTED.findall(sentence)]
        return self.mean + 100 * sum(len(word) > 6 for word in words) / len(words)


def levels(said: Iterable[Block]) -> dict[str, Level]:
    """The reading level of each file."""
    found: dict[str, list[str]] = defaultdict(list)
    for block in said:
        folder = block.file.rpartition("/")[0]
        found[folder if folder in GATHERED else block.file] += block.sentences
    return {file: Level(tuple(sentences)) for file, sentences in found.items() if sentences}


def unknown(words: Iterable[str]) -> set[str]:
    """Those of the words that the French dictionary of hunspell does not have."""
    asked = "".join(f"{word}\n" for word in sorted(set(words)))
    hunspell = ["hunspell", "-d", "fr_FR", "-i", "utf-8", "-l"]
    return set(subprocess.run(hunspell, input=asked, capture_output=True, encoding="utf-8", check=True).stdout.split())


def blocks(root: Path, loaded: Loaded) -> list[Block]:
    """All the French that a reader may see."""
    labels = _labels(read_settings(SHIPPED / "labels" / "fr.yml"))
    fields = (field.meaning for model in MODELS for field in fields_of(model, "fr"))
    return [
        Block(file, " ".join(text.split()))
        for file, text in (
            *_items(loaded),
            *_guides(root),
            *((LABELS, text) for text in labels),
            *((MODEL, text) for text in fields),
        )
    ]


def identifiers() -> set[str]:
    """Names of fields and values, which messages quote as they are."""
    fields = [field for model in MODELS for field in fields_of(model, "fr")]
    return {name for field in fields for name in (*re.findall(r"\w+", field.path), *field.choices)}


def _items(loaded: Loaded) -> Iterator[tuple[str, str]]:
    kit = loaded.mallette
    for items in ({"kit": kit.kit}, kit.protocols, kit.stories, kit.roles, kit.cards):
        for item in items.values():
            if item.language == "fr":
                yield from ((loaded.origin(item).path, text) for text in _texts(item))


def _texts(value: object) -> Iterator[str]:
    """The texts of an item, its prose cut into blocks; any other string is an identifier or an address."""
    match value:
        case Prose():
            yield from _said(richtext.PARSER.parse(value))
        case Line():
            yield value
        case BaseModel():
            yield from _texts({name: getattr(value, name) for name in type(value).model_fields})
        case dict():
            for name, inner in value.items():
                if name not in NAMES:
                    yield from _texts(inner)
        case list() | tuple():
            for inner in value:
                yield from _texts(inner)


def _labels(words: dict[str, object]) -> Iterator[str]:
    for name, inner in words.items():
        if isinstance(inner, dict) and name not in NAMES:
            yield from _labels(inner)
        elif isinstance(inner, str) and name not in NAMES:
            yield inner


def _guides(root: Path) -> Iterator[tuple[str, str]]:
    """The pages of docs/ that the site has, and the French half of the README."""
    site = yaml.load((root / "mkdocs.yml").read_text(encoding="utf-8"), yaml.SafeLoader)
    paths = (path for path in sorted((root / "docs").glob("*.md")) if path.name not in site["exclude_docs"].split())
    for path in (*paths, root / "README.md"):
        french = path.read_text(encoding="utf-8").partition("## In English")[0]
        name = path.relative_to(root).as_posix()
        yield from ((name, text) for text in _said(markdown.PARSER.parse(french)))


def _said(tokens: Iterable[Token]) -> Iterator[str]:
    """What each block says, without its code and its addresses."""
    for token in tokens:
        if token.type == "admonition_open":
            yield token.content
        elif token.type == "inline":
            yield "".join(map(_inline, token.children or ()))


def _inline(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "code_inline":
        return CODE
    return token.content if token.type in ("text", "image") else ""


def main() -> None:
    """Print the reading level of each file."""
    print(f"{'phrases':>52}{'mots/phrase':>13}{'> 25 mots':>11}{'Lix':>6}")
    found = levels(blocks(ROOT, load(ROOT)))
    for file, level in sorted(found.items()):
        print(f"{file:44}{len(level.lengths):8}{level.mean:13.1f}{level.share:9.1f} %{level.lix:6.0f}")
    whole = Level(tuple(sentence for level in found.values() for sentence in level.sentences))
    print(f"{'en tout':44}{len(whole.lengths):8}{whole.mean:13.1f}{whole.share:9.1f} %{whole.lix:6.0f}")


if __name__ == "__main__":
    main()
