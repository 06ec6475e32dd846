import re

import click

from mallette.cli import commands
from mallette.labels import labels
from mallette.loading import load
from mallette.theme import Options

EXAMPLES = {"templates/print/pense-bete.typ.j2", "kit/variants/"}
"""Files and folders that a reader would add."""


def documented(root):
    paths = [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").glob("*.md"))]
    there = [path for path in paths if path.is_file()]
    assert len(there) > 4
    return {path: path.read_text(encoding="utf-8") for path in there}


def test_every_command_and_option_is_documented(root):
    text = "\n".join(documented(root).values())
    group = commands(labels("fr"))
    found = dict(group.commands)
    found |= {f"record {name}": command for name, command in found["record"].commands.items()}
    assert len(found) > 5
    for name, command in found.items():
        assert re.search(rf"(mallette|start\.py) {name}\b", text), name
        for option in command.get_params(click.Context(command)):
            flag = option.metavar if isinstance(option, click.Argument) else max(option.opts, key=len)
            assert f"{flag}" in text, f"{name} {flag}"


def test_every_printable_is_in_the_printing_guide(root):
    guide = (root / "docs/imprimer.md").read_text(encoding="utf-8").lower()
    for printable in load(root).mallette.kit.printables:
        assert printable.title.split()[0].lower() in guide, printable.id


def test_files_that_the_documents_name_exist(root):
    seen = 0
    for path, text in documented(root).items():
        for name in re.findall(r"`((?:kit|cases|templates|scripts|tests|docs)/[\w./-]*)`", text):
            seen += 1
            assert name in EXAMPLES or (root / name).exists(), f"{path.name}: {name}"
    assert seen > 5


def test_no_heading_stands_twice_in_a_document(root):
    for path, text in documented(root).items():
        if path.name != "CHANGELOG.md":
            headings = re.findall(r"(?m)^##+ (.+)$", re.sub(r"(?ms)^```.*?^```", "", text))
            assert len(headings) == len({*headings}), path.name


def test_every_option_of_the_plugin_is_explained_to_users(root):
    guide = (root / "docs/adapter.md").read_text(encoding="utf-8")
    options = [name for name, _ in Options._schema]
    assert len(options) >= 3
    for name in options:
        assert re.search(rf"`{name}(: \w+)?`", guide), name


def test_links_between_documents_lead_somewhere(root):
    seen = 0
    for path, text in documented(root).items():
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            # pages made from the kit: the strict build of the site looks for these
            made = r"((protocoles|raconter|recits)/([a-z0-9-]+/)?|(champs|credits|donnees|suivi|telecharger)/)index\.md"
            if not re.match(rf"[a-z]+:|#|{made}", link):
                seen += 1
                assert (path.parent / link.partition("#")[0]).exists(), f"{path.name}: {link}"
    assert seen > 0
