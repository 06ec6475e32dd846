"""The Markdown of guides: CommonMark, tables and admonitions, as the site understands it."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

ADMONITION = re.compile(r'!!! ([a-z]+) "(.+)"')
NOTES = ("note", "tip", "warning")
STRANGE = re.compile(r"^(?:!!!|\?\?\?|===|:::|--8<--|\[TOC\]).*|\{[:#.%{][^}]*\}?|\[\^[^]]*\]|~~.*?~~", re.MULTILINE)
"""What other Markdown tools understand: here it would be printed as it is typed."""


def _admonition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The block rule of `!!! tip "Title"` and the indented lines below it, as Python-Markdown reads them."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    found = ADMONITION.fullmatch(line.rstrip())
    if not found or found.group(1) not in NOTES or state.is_code_block(start):
        return False
    if silent:
        return True
    last = start + 1
    while last < end and (state.isEmpty(last) or state.sCount[last] >= state.blkIndent + 4):
        last += 1
    token = state.push("admonition_open", "div", 1)
    token.info, token.content, token.map = found.group(1), found.group(2), [start, last]
    limit, state.lineMax = state.lineMax, last
    state.blkIndent += 4
    state.md.block.tokenize(state, start + 1, last)
    state.blkIndent -= 4
    state.lineMax, state.line = limit, last
    state.push("admonition_close", "div", -1)
    return True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.block.ruler.before("fence", "admonition", _admonition, {"alt": ["paragraph", "reference", "list"]})
    return parser


PARSER = _parser()
