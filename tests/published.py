"""A site in two languages with a stranger's texts, built once for all the tests of what machines read of it."""

from conftest import ROOT
from lxml import html
from test_languages_site import bilingual
from test_translations import FILES, translate

__all__ = ["HOSTILE", "ROOT", "STORIES", "built", "tree"]

HOSTILE = "</script><script>alert(1)</script> & <b>"
STORIES = {
    "attaque": (HOSTILE, "2026-09-30", "[ruche, abeille]"),
    "ancien-essai": ("Un ancien essai", "2019-05-01", "[abeille]"),
    "dernier-essai": ("Le dernier essai", "2026-10-02", "[ruche]"),
}
"""By id: the title, the date and the tags; `premier` is there too, without a date or a tag, and translated."""


def built(once, run):
    """The root and its site."""

    def make(folder):
        root = bilingual(folder)
        text = (root / "cases/premier.yml").read_text(encoding="utf-8")
        for name, (title, day, tags) in STORIES.items():
            story = text.replace("Un premier essai", f"'{title}'") + f"updated: {day}\ntags: {tags}\n"
            (root / f"cases/{name}.yml").write_text(story, encoding="utf-8")
        translate(root, "cases/premier", FILES["cases/premier"])
        done = run("build", "--root", root)
        assert done.returncode == 0, done.stderr

    root = once("published", make) / "root"
    return root, root / "site"


def tree(site, address):
    """A page of the site."""
    return html.fromstring((site / address / "index.html").read_bytes())
