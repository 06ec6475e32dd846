"""What the search of a site can find: the texts of its index by their addresses, and what a parser reads of a page."""

import gzip
import json
import re

from lxml import html

UNREAD = (
    "//head|//style|//script|//noscript|//template|//svg|//iframe|//nav|//form|//label|//footer|//h1|//comment()"
    "|//*[@data-search-exclude]|//*[re:test(@class, '(^|\\s)(m-noprint|m-hidden|headerlink)(\\s|$)')]"
)


def searched(site):
    """The content and the title of each entry, by its address from the site's root."""
    found = {}
    for path in sorted((site / "pagefind/fragment").glob("*.pf_fragment")):
        entry = json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
        found[entry["url"].removeprefix("/")] = (entry["meta"]["title"], entry["content"])
    return found


def letters(text):
    """A text without what sentences and excerpts have besides letters and figures."""
    return re.sub(r"[\W_]", "", text.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae").replace("Æ", "Ae"))


def read_by_a_parser(page):
    """The letters of a page in the order in which they are read."""
    tree = html.fromstring(f"<div>{page}</div>")
    for node in tree.xpath(UNREAD, namespaces={"re": "http://exslt.org/regular-expressions"}):
        node.drop_tree()
    return letters(tree.text_content())
