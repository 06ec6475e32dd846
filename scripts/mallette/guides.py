"""A guide of docs/ -> a tree that a template lays out; what it cannot lay out is a fault, never left out."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from markdown_it.tree import SyntaxTreeNode

from .errors import InvalidSource, MalletteError, Problem, shown
from .markdown import PARSER, STRANGE
from .model import Kit, Printable
from .richtext import SAFE_LINK
from .typography import typeset

PICTURE = re.compile(r"(?:[a-z0-9-]+/)*[a-z0-9-]+\.svg")
KINDS = {
    "paragraph": "paragraph",
    "bullet_list": "list",
    "ordered_list": "enum",
    "list_item": "item",
    "blockquote": "quote",
    "hr": "rule",
    "table": "table",
    "tr": "row",
    "th": "head",
    "td": "cell",
    "strong": "strong",
    "em": "emph",
}
TRANSPARENT = ("inline", "thead", "tbody")
PROJECT = "depot:"
"""Where a link of a guide leads to the project itself, wherever that is kept."""


@dataclass(frozen=True)
class Node:
    """A piece of a guide: what it is, its words or where it leads, and what is inside it."""

    kind: str
    text: str = ""
    body: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading of level 2 or 3, the pictures that go with it and what is said below it."""

    level: int
    id: str
    title: tuple[Node, ...]
    pictures: tuple[Node, ...] = ()
    body: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Guide:
    """A guide: its title, what it says before the first section, its sections, its pictures (SVG) by path."""

    title: tuple[Node, ...]
    lead: tuple[Node, ...]
    sections: tuple[Section, ...]
    pictures: dict[str, bytes] = field(repr=False)


def of(printable: Printable, root: Path, kit: Kit) -> Guide | None:
    """The guide that a printable lays out, if it does."""
    name = laid_out(printable)
    project = kit.repository.url if kit.repository else kit.address
    return read(root, name, kit.address, kit.language, project) if name else None


def read(root: Path, name: str, address: str, language: str, project: str = "") -> Guide:
    """The guide docs/<name>.md; its links to the site, and to the `project`, become absolute.

    Raises InvalidSource with every fault.
    """
    source = _Source(root / "docs", name, address, language, project)
    return source.guide()


def laid_out(printable: Printable) -> str | None:
    """The guide that a printable lays out; others only lead to it."""
    return printable.guide if printable.template == "guide" else None


def lacking(root: Path, name: str, letter: str) -> Iterator[Problem]:
    """Each place of a guide where a letter stands that none of our fonts has."""
    for number, line in enumerate(_text(root / "docs", name).splitlines(), 1):
        if letter in line:
            yield Problem(_path(name), number, line.index(letter) + 1, "letter_lacking", {"letter": shown(letter)})


def _path(name: str) -> str:
    return f"docs/{name}.md"


def _text(docs: Path, name: str) -> str:
    path = docs / f"{name}.md"
    if path.is_symlink() or not path.is_file():
        raise MalletteError("guide_missing", guide=_path(name))
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise MalletteError("guide_missing", guide=_path(name)) from error


class _Source:
    """One reading of one guide: the faults found so far, and the pictures met."""

    def __init__(self, docs: Path, name: str, address: str, language: str, project: str) -> None:
        self.docs, self.name, self.address, self.language, self.project = docs, name, address, language, project
        self.problems: list[Problem] = []
        self.pictures: dict[str, bytes] = {}
        self.anchors: set[str] = set()
        self.links: list[tuple[int, str]] = []

    def guide(self) -> Guide:
        blocks = SyntaxTreeNode(PARSER.parse(_text(self.docs, self.name))).children
        titles = [block for block in blocks if block.type == "heading" and block.tag == "h1"]
        if len(titles) != 1 or blocks[0] is not titles[0]:
            self.fault(_line(titles[1]) if titles[1:] else 1, "guide_title")
        cuts = [place for place, block in enumerate(blocks) if block.type == "heading"]
        sections = [self.section(blocks[a], blocks[a + 1 : b]) for a, b in pairwise([*cuts, len(blocks)])]
        for line, anchor in self.links:
            if anchor not in self.anchors:
                self.fault(line, "guide_anchor", what=f"#{anchor}")
        if self.problems:
            raise InvalidSource(self.problems)
        return Guide(sections[0].title, sections[0].body, tuple(sections[1:]), self.pictures)

    def section(self, heading: SyntaxTreeNode, blocks: Sequence[SyntaxTreeNode]) -> Section:
        level = int(heading.tag[1])
        if level > 3:
            self.fault(_line(heading), "guide_syntax", what="#" * level)
        (inline,) = heading.children
        nodes = [node for block in blocks for node in self.block(block)]
        beside = level > 1
        pictures = tuple(node for node in nodes if node.kind == "picture" and beside)
        body = tuple(node for node in nodes if node.kind != "picture" or not beside)
        words = "".join(node.content for node in inline.walk() if not node.children)
        return Section(level, self.anchor(words), tuple(self.inline(inline)), pictures, body)

    def anchor(self, heading: str) -> str:
        """The anchor that the site gives to a heading."""
        plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
        slug = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())
        names = (slug, *(f"{slug}_{number}" for number in range(1, len(self.anchors) + 1)))
        name = next(name for name in names if name not in self.anchors)
        self.anchors.add(name)
        return name

    def block(self, node: SyntaxTreeNode) -> Iterator[Node]:
        inside = node.children[0].children if node.type == "paragraph" else []
        if node.type in TRANSPARENT:
            for child in node.children:
                yield from self.block(child) if node.type != "inline" else self.inline(node)
        elif len(inside) == 1 and inside[0].type == "image" and node.level == 0:
            yield self.picture(inside[0], _line(node))
        elif node.type in ("paragraph", "th", "td"):
            align = str(node.attrs.get("style", "")).removeprefix("text-align:")
            yield Node(KINDS[node.type], align, tuple(self.inline(node.children[0])))
        elif node.type in ("fence", "code_block"):
            yield Node("code-block", node.content.rstrip("\n"))
        elif node.type == "admonition":
            title = Node("text", typeset(node.content, self.language))
            yield Node("note", node.info, (Node("title", "", (title,)), *self.blocks(node)))
        elif node.type in KINDS:
            yield Node(KINDS[node.type], str(node.attrs.get("start", "")), tuple(self.blocks(node)))
        else:
            self.fault(_line(node), "guide_syntax", what=node.content.strip() or node.markup or node.type)

    def blocks(self, node: SyntaxTreeNode) -> Iterator[Node]:
        for child in node.children:
            yield from self.block(child)

    def inline(self, node: SyntaxTreeNode, line: int = 0) -> Iterator[Node]:
        """The pieces of a paragraph; a line break inside it is a space, and the next line of the file."""
        line = line or _line(node)
        for child in node.children:
            inside = child.children
            if child.type == "text":
                yield from self.words(child.content, line)
            elif child.type == "softbreak":
                yield Node("text", " ")
            elif child.type == "hardbreak":
                yield Node("newline")
            elif child.type == "code_inline":
                yield Node("code", child.content)
            elif child.type == "link" and child.markup != "autolink" and "title" not in child.attrs:
                yield Node("link", self.target(str(child.attrs["href"]), line), tuple(self.inline(child, line)))
            elif child.type in KINDS:
                yield Node(KINDS[child.type], "", tuple(self.inline(child, line)))
            else:
                what = child.content or (inside[0].content if inside else child.type)
                self.fault(line, "guide_picture_place" if child.type == "image" else "guide_syntax", what=what)
            line += sum(piece.type in ("softbreak", "hardbreak") for piece in child.walk())

    def words(self, text: str, line: int) -> Iterator[Node]:
        if found := STRANGE.search(text):
            self.fault(line, "guide_syntax", what=found.group())
        if text:
            yield Node("text", typeset(text, self.language))

    def target(self, link: str, line: int) -> str:
        """Where a link leads: an anchor of this guide, or an absolute address."""
        path, _, anchor = link.partition("#")
        if link == PROJECT:
            return self.project
        if SAFE_LINK.fullmatch(link):
            return link
        if not path:
            self.links.append((line, anchor))
            return link
        within = posixpath.normpath(posixpath.join(posixpath.dirname(self.name), path))
        if re.match(r"[a-z]+:|/|\.\.", within):
            self.fault(line, "guide_link", what=link)
        if within.endswith(".md"):
            folder, page = posixpath.split(within.removesuffix(".md"))
            within = posixpath.join(folder, "" if page == "index" else f"{page}/")
        return self.address + within + (f"#{anchor}" if anchor else "")

    def picture(self, image: SyntaxTreeNode, line: int) -> Node:
        source = posixpath.normpath(posixpath.join(posixpath.dirname(self.name), str(image.attrs["src"])))
        path = self.docs / source
        if not image.content.strip() or "title" in image.attrs:
            self.fault(line, "guide_picture_alt", what=source)
        if not PICTURE.fullmatch(source) or path.is_symlink() or not path.is_file():
            self.fault(line, "guide_picture", what=source)
        else:
            self.pictures[f"guide/{source}"] = path.read_bytes()
        return Node("picture", f"guide/{source}", (Node("text", typeset(image.content, self.language)),))

    def fault(self, line: int, code: str, what: str = "") -> None:
        self.problems.append(Problem(_path(self.name), line, 1, code, {"what": shown(what.partition("\n")[0])}))


def _line(node: SyntaxTreeNode) -> int:
    """The line of the file where a piece begins, or the piece that it is in."""
    while not node.map and node.parent:
        node = node.parent
    return node.map[0] + 1 if node.map else 1
