"""What the search of a site can find: the texts of its index by their addresses."""

import gzip
import json


def searched(site):
    """The content and the title of each entry, by its address from the site's root."""
    found = {}
    for path in sorted((site / "pagefind/fragment").glob("*.pf_fragment")):
        entry = json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
        found[entry["url"].removeprefix("/")] = (entry["meta"]["title"], entry["content"])
    return found
