"""A story or a testimony that is taken back is nowhere after the next build: site, search, PDFs, data, ZIPs, cache."""

import gzip
import io
import re
import shutil
import zipfile

import pypdfium2
import pytest
from click.testing import CliRunner
from conftest import TINY
from PIL import Image

from mallette.cli import commands
from mallette.errors import MalletteError
from mallette.labels import labels
from mallette.loading import load
from mallette.withdrawal import withdrawal

STORY = """\
title: Le vitrail de Zéphirine
summary: Un groupe nommé Quidamville raconte.
sector: Éducation
location: {country: France, place: Quidamville}
objective: Essayer à Quidamville.
context: Un groupe se réunit à Quidamville.
intervention: On fait un tour de table à Quidamville.
protocols: [tour]
results: Tout le monde a parlé à Quidamville.
tags: [Quidamville]
authors:
  - Balthazar Ganache
images:
  - {file: vitrail.png, alt: Un vitrail, credit: Balthazar Ganache, license: CC0-1.0}
  - {file: commune.png, alt: Une place, credit: Balthazar Ganache, license: CC0-1.0}
testimonies:
  - text: Avec nos mots, rien de plus.
    role: Participant
    consent: anonymised
  - text: La parapluie chante dehors. # Olympe préfère le soir
    role: Participante
    person: Olympe Tartempion
    consent: yes
    consent_date: 2026-11-02
"""
TRANSLATED = """\
title: The stained glass of Zéphirine
summary: A group called Quidamville tells.
testimonies:
  - text: In our own words, no more.
    role: Participant
  - text: The umbrella sings outside.
    role: Participant
"""
BOOKLET = """\
  - id: livret-recits
    title: Livret des récits
    template: stories-booklet
    about: kit
    paper: a5
    use: À offrir.
    stories:
      - premier
      - vitrail  # le plus beau
"""
GUIDE = "# Guide\n\nLisez [un beau récit](recits/vitrail/index.md), puis revenez.\n"
OF_STORY = (
    "vitrail",
    "Zéphirine",
    "Quidamville",
    "Balthazar",
    "Tartempion",
    "Olympe",
    "parapluie",
    "umbrella",
    "stained",
)
OF_PERSON = ("Tartempion", "Olympe", "parapluie", "umbrella")


def picture(colour):
    target = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(target, "PNG")
    return target.getvalue()


@pytest.fixture(scope="module")
def good(tmp_path_factory, run):
    """A site in two languages with the story in it, and all that was needed to make it."""
    root = shutil.copytree(TINY, tmp_path_factory.mktemp("withdraw") / "root")
    kit = root / "kit/kit.yml"
    kit.write_text("languages: [fr, en]\n" + kit.read_text(encoding="utf-8") + BOOKLET, encoding="utf-8")
    (root / "cases/vitrail.yml").write_text(STORY, encoding="utf-8")
    (root / "cases/vitrail.en.yml").write_text(TRANSLATED, encoding="utf-8")
    other = (root / "cases/premier.yml").read_text(encoding="utf-8")
    image = "images:\n  - {file: commune.png, alt: Une place, credit: Le groupe, license: CC0-1.0}\n"
    (root / "cases/premier.yml").write_text(other + image, encoding="utf-8")
    (root / "cases/vitrail.png").write_bytes(picture("red"))
    (root / "cases/commune.png").write_bytes(picture("blue"))
    (root / "docs/guide.md").write_text(GUIDE, encoding="utf-8")
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def root(good, tmp_path):
    return shutil.copytree(good, tmp_path / "root")


def texts(name, data):
    """Everything that can be read in a file: what is compressed, packed or typeset in it too."""
    yield name, name
    if name.endswith(".pdf"):
        pdf = pypdfium2.PdfDocument(data)
        yield name, "".join(re.sub(r"\s|\xad|\ufffe", "", page.get_textpage().get_text_bounded()) for page in pdf)
        yield name, data.decode("utf-8", "ignore") + data.decode("utf-16-be", "ignore")
    elif name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner in archive.namelist():
                yield from ((f"{name}!{where}", text) for where, text in texts(inner, archive.read(inner)))
    else:
        yield name, (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8", "ignore")


def traces(root, words, *folders):
    """Where any of the words is still to be read, in the folders of a root."""
    found = set()
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            for name, text in texts(path.relative_to(root).as_posix(), path.read_bytes() if path.is_file() else b""):
                found |= {name for word in words if word.lower() in text.lower()}
    return found


def test_the_words_are_everywhere_before(good):
    """What follows would be worth nothing if nothing could be found."""
    found = traces(good, OF_PERSON, "site", ".cache")
    for pattern in (
        r"^site/recits/vitrail/index\.html$",
        r"^site/en/recits/vitrail/index\.html$",
        r"^site/data/recits\.(json|csv)$",
        r"^site/pagefind/.*\.pf_fragment$",
        r"^site/telecharger/mallette\.zip!sources/cases/vitrail\.yml$",
        r"^site/telecharger/mallette\.zip!.*\.pdf$",
        r"^\.cache/mallette/recits-.*\.pdf$",
        r"^\.cache/mallette-pages\.db$",
        r"^\.cache/mallette-search\.db$",
    ):
        assert any(re.search(pattern, name) for name in found), pattern


@pytest.mark.parametrize(
    ("before", "after"),
    [("consent: yes", "consent: no"), ("    consent: yes\n    consent_date: 2026-11-02\n", "")],
    ids=["no", "nothing"],
)
def test_a_testimony_without_consent_is_nowhere(root, run, before, after):
    path = root / "cases/vitrail.yml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    if after == "":  # the whole build once is enough
        story = load(root).mallette.stories["vitrail"]
        assert [said.role for said in story.testimonies] == ["Participant"]
        return
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    assert re.search(r"cases/vitrail\.yml:\d+:14: avertissement : ce témoignage", done.stderr)
    assert traces(root, OF_PERSON, "site", ".cache") == set()
    with zipfile.ZipFile(root / "site/telecharger/mallette.zip") as archive:
        kept = archive.read("sources/cases/vitrail.yml").decode()
    assert "Avec nos mots" in kept
    assert "Quidamville" in kept


def test_a_story_that_is_withdrawn_is_nowhere(root, run):
    (root / "impression").mkdir()
    rows = (root / "kit/kit.yml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, row in enumerate(rows, 1) if "- vitrail" in row)
    done = run("withdraw", "vitrail", "--yes", "--root", root)
    assert done.returncode == 0, done.stderr
    for said in (
        "cases/vitrail.en.yml",
        "cases/vitrail.png",
        f"kit/kit.yml:{line}:9",
        "docs/guide.md:3:7: un beau récit",
        "git filter-repo --invert-paths --path cases/vitrail.en.yml --path cases/vitrail.png --path cases/vitrail.yml",
        "mallette build",
        "impression/",
    ):
        assert said in done.stdout
    assert "commune.png" not in done.stdout
    assert (root / "docs/guide.md").read_text(encoding="utf-8") == GUIDE.replace(
        "[un beau récit](recits/vitrail/index.md)", "un beau récit"
    )
    assert traces(root, OF_STORY, ".cache", "kit", "cases", "docs") == set()
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    assert traces(root, OF_STORY, "site", ".cache", "kit", "cases", "docs") == set()
    assert (root / "site/recits/images/commune.png").is_file()


def asked(root, answer):
    return CliRunner().invoke(commands(labels("fr")), ["withdraw", "vitrail", "--root", str(root)], input=answer)


def everything(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("answer", ["non\n", "\n", ""])
def test_it_asks_before(root, answer):
    before = everything(root)
    done = asked(root, answer)
    assert done.exit_code != 0
    assert "Retirer ce récit" in done.output
    assert "Rien n'a été changé" in done.output
    assert everything(root) == before


def test_yes_in_french_is_yes(root):
    assert asked(root, "Oui\n").exit_code == 0
    assert not (root / "cases/vitrail.yml").exists()


@pytest.mark.parametrize("name", ["vitrial", "../kit/kit", "vitrail.en", ""])
def test_an_unknown_story_is_told(root, run, name):
    with pytest.raises(MalletteError) as caught:
        withdrawal(root, name)
    assert caught.value.code == "unknown_stories"
    assert "premier, vitrail" in caught.value.params["known"]


def test_files_with_faults_can_be_withdrawn_too(root):
    (root / "cases/vitrail.yml").write_text("title: [\nvitrail.png", encoding="utf-8")
    found = withdrawal(root, "vitrail")
    assert found.deleted == ("cases/vitrail.en.yml", "cases/vitrail.png", "cases/vitrail.yml")


def test_a_list_in_one_line_goes_on_without_the_story(root):
    kit = root / "kit/kit.yml"
    text = kit.read_text(encoding="utf-8").replace(
        "stories:\n      - premier\n      - vitrail  # le plus beau", 'stories: [premier, "vitrail"]'
    )
    kit.write_text(text, encoding="utf-8")
    assert "stories: [premier]" in withdrawal(root, "vitrail").changed["kit/kit.yml"]
    kit.write_text(text.replace('[premier, "vitrail"]', "[vitrail, premier]"), encoding="utf-8")
    assert "stories: [premier]" in withdrawal(root, "vitrail").changed["kit/kit.yml"]


def test_a_list_of_this_story_alone_is_left_to_people(root):
    """An empty list would mean every story."""
    kit = root / "kit/kit.yml"
    kit.write_text(kit.read_text(encoding="utf-8").replace("      - premier\n", ""), encoding="utf-8")
    found = withdrawal(root, "vitrail")
    assert "kit/kit.yml" not in found.changed
    assert [(place.path, place.said) for place in found.left] == [("kit/kit.yml", "vitrail")]


def test_people_whom_it_named_are_told_where_they_still_are(root):
    kit = root / "kit/kit.yml"
    kit.write_text(
        kit.read_text(encoding="utf-8").replace("name: Personne", "name: Balthazar Ganache"), encoding="utf-8"
    )
    (place,) = withdrawal(root, "vitrail").left
    assert (place.path, place.column, place.said) == ("kit/kit.yml", 11, "Balthazar Ganache")
