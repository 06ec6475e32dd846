"""Variants of protocols, from one small file to a page, documents and a ZIP."""

import io
import re
import zipfile

import pytest
from conftest import copy_sources
from lxml import html

from mallette.artifact import Overflow
from mallette.build import make
from mallette.copyfit import overflow_problem
from mallette.errors import InvalidSource
from mallette.loading import load
from mallette.model import Protocol
from mallette.overlay import overlay
from mallette.reading import read

COURT = """\
of: tour
title: Tour de table éclair
summary: Le même tour, en trois minutes.
printables:
  - affiche-a2
steps:
  - id: saluer
    before: parler
    title: Se saluer
    aim: Se dire bonjour.
    minutes:
      min: 1
      max: 1
    actions:
      guide: Je salue.
  - id: parler
    minutes:
      max: 6
"""


@pytest.fixture
def root(tiny_root):
    write(tiny_root, COURT)
    return tiny_root


def write(root, text, name="eclair"):
    (root / "kit/variants").mkdir(exist_ok=True)
    (root / f"kit/variants/{name}.yml").write_text(text, encoding="utf-8")


def append(path, text):
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def problems_of(root):
    with pytest.raises(InvalidSource) as caught:
        load(root)
    return [(p.path, p.line, p.column, p.code) for p in caught.value.problems]


def test_a_variant_is_a_protocol_that_knows_its_original(root):
    loaded = load(root)
    mallette = loaded.mallette
    tour, eclair = mallette.protocols["tour"], mallette.protocols["eclair"]
    assert (tour.variant_of, eclair.variant_of) == (None, "tour")
    assert mallette.originals == (tour,)
    assert mallette.variants_of(tour) == (eclair,)
    assert eclair.title == "Tour de table éclair"
    assert eclair.purpose == tour.purpose
    assert eclair.roles == tour.roles
    assert [step.id for step in eclair.steps] == ["saluer", "parler"]
    assert eclair.steps[1].minutes.model_dump() == {"min": 5, "max": 6, "ideal": None}
    assert eclair.steps[1].aim == tour.steps[0].aim
    assert loaded.origin(eclair).path == "kit/variants/eclair.yml"


def test_a_variant_stands_behind_its_original(root):
    text = (root / "kit/protocols/tour.yml").read_text(encoding="utf-8")
    (root / "kit/protocols/zut.yml").write_text(text, encoding="utf-8")
    write(root, COURT, "autre")
    assert list(load(root).mallette.protocols) == ["tour", "autre", "eclair", "zut"]


def test_a_review_is_the_originals_alone(root):
    append(root / "kit/protocols/tour.yml", "status: reviewed\nstatus_note: Relu\nupdated: 2026-01-01\n")
    mallette = load(root).mallette
    assert mallette.protocols["tour"].status == "reviewed"
    eclair = mallette.protocols["eclair"]
    assert (eclair.status, eclair.status_note, eclair.updated) == ("draft", None, None)


def test_an_empty_variant_is_its_original_under_its_own_name(root):
    write(root, "of: tour\ntitle: Autre\nsummary: Rien ne change.\n")
    tour, same = (load(root).mallette.protocols[name] for name in ("tour", "eclair"))
    own = {"id", "title", "summary", "variant_of"}
    assert same.model_dump(exclude=own) == tour.model_dump(exclude=own)


def test_a_fault_is_told_in_the_file_that_has_it_and_once(root):
    tour = root / "kit/protocols/tour.yml"
    tour.write_text(tour.read_text(encoding="utf-8").replace("slider: 10", "slider: 1000"), encoding="utf-8")
    append(root / "kit/variants/eclair.yml", "stage: vite\n")
    assert problems_of(root) == [
        ("kit/protocols/tour.yml", 5, 9, "too_large"),
        ("kit/variants/eclair.yml", 19, 8, "not_a_choice"),
    ]


def test_what_is_missing_in_the_original_is_told_there_alone(root):
    tour = root / "kit/protocols/tour.yml"
    tour.write_text(tour.read_text(encoding="utf-8").replace("    aim: Dire ce que l'on a à dire.\n", ""), "utf-8")
    assert problems_of(root) == [("kit/protocols/tour.yml", 15, 5, "missing")]


def test_checks_between_files_know_where_each_part_was_written(root):
    append(root / "kit/variants/eclair.yml", "related:\n  - tuor\n")
    assert problems_of(root) == [("kit/variants/eclair.yml", 20, 5, "unknown_protocols")]
    write(root, COURT.replace("max: 6", "max: 2"))
    assert problems_of(root) == [("kit/variants/eclair.yml", 18, 7, "min_above_max")]


def test_stories_and_neighbours_may_name_a_variant(root):
    append(root / "kit/protocols/tour.yml", "related:\n  - eclair\n")
    story = root / "cases/premier.yml"
    story.write_text(story.read_text(encoding="utf-8").replace("  - tour\n", "  - tour\n  - eclair\n"), "utf-8")
    mallette = load(root).mallette
    assert mallette.stories_of(mallette.protocols["eclair"]) == (mallette.stories["premier"],)


def test_pages_documents_and_zips(root):
    append(root / "kit/protocols/tour.yml", "related:\n  - eclair\n")
    made = make(root)
    bodies = {page.path: html.fromstring(page.body) for page in made.pages}
    variant, original = bodies["protocoles/eclair/"], bodies["protocoles/tour/"]
    (line,) = variant.xpath("//*[@class='m-variant']")
    assert " ".join(line.text_content().split()) == "Variante de Tour de table"
    assert line.xpath(".//a/@href") == ["../../protocoles/tour/"]
    assert original.xpath("//section[.//h2[@id='variantes']]//a/@href") == ["../../protocoles/eclair/"]
    assert not variant.xpath("//h2[@id='voisins']"), "it is not its own neighbour"
    assert "../protocoles/eclair/" in bodies["protocoles/"].xpath("//*[@class='m-card__variants']/a/@href")
    assert len(bodies["protocoles/"].xpath("//ul/li[contains(@class, 'm-card')]")) == 1
    (card,) = bodies["protocoles/"].xpath("//template/li[contains(@class, 'm-card')]")
    assert " ".join(card.xpath("string(*[@class='m-card__kicker'])").split()) == "Variante de Tour de table"
    assert [page.source for page in made.pages if page.path == "protocoles/eclair/"] == ["kit/variants/eclair.yml"]

    files = {file.path: file for file in made.files}
    pdfs = [path for path in files if path.startswith("telecharger/eclair/") and path.endswith(".pdf")]
    assert pdfs == ["telecharger/eclair/eclair-affiche-a2.pdf"], "its own list of printables"
    with zipfile.ZipFile(io.BytesIO(files["telecharger/eclair/eclair-kit.zip"].content)) as archive:
        sources = {name for name in archive.namelist() if name.startswith("sources/kit/")}
        assert {"sources/kit/variants/eclair.yml", "sources/kit/protocols/tour.yml"} <= sources
        assert "Tour de table" in archive.read("CREDITS.txt").decode()
    assert "telecharger/eclair/" in str(bodies["protocoles/eclair/"].xpath("//a/@href"))


def test_text_that_does_not_fit_is_told_where_it_was_written(root):
    loaded = load(root)
    poster = loaded.mallette.kit.printables[0]
    own, inherited = (
        overflow_problem(Overflow(f"Protocol:eclair:steps/{step}/aim", "affiche", 1.5), poster, loaded)
        for step in (0, 1)
    )
    assert (own.path, own.line) == ("kit/variants/eclair.yml", 10)
    assert (inherited.path, inherited.line) == ("kit/protocols/tour.yml", 17)


def test_the_example_of_the_guide_is_valid(root, tmp_path):
    copy = copy_sources(tmp_path / "real")
    (example,) = re.findall(r"```yaml\n(of: .*?)```", (copy / "docs/adapter.md").read_text(encoding="utf-8"), re.DOTALL)
    write(copy, example, "entraide-a-deux")
    made = load(copy).mallette.protocols["entraide-a-deux"]
    steps = [step.id for step in made.steps]
    assert "choix" not in steps
    assert steps.index("echange") == steps.index("expose") + 1
    assert made.tables is None


def test_the_overlay_of_nothing_is_the_original(root):
    tour = load(root).origins[Protocol, "tour"].node
    assert overlay(tour, read("y.yml", b"{}")[0]) == (tour, [])
