"""A small site to explore, what is on its pages, and what a recount of its stories says should be."""

import re
import shutil
from pathlib import Path

import yaml
from playwright.sync_api import expect

TINY = Path(__file__).parents[1] / "tiny"
PROSE = dict.fromkeys(("objective", "context", "intervention", "results"), "Rien à dire.")
TOLD = yaml.safe_load(Path(__file__).with_name("stories.yml").read_text(encoding="utf-8"))
STORIES = {name: PROSE | fields for name, fields in TOLD.items()}

PROTOCOLS = {
    "cafe": ("Café des projets", (12, 20, 30), [60, 80], 50, "coconstruire", "medium", "core"),
    "longue": ("Longue journée", (20, 40, 80), [240, 360], 5, "mettre-en-lien", "demanding", None),
    "bilan": ("Bilan en commun", (4, 8, 20), [20, 30], 70, "accompagner", "easy", "closing"),
}
TOUR = ("Tour de table", (3, 5, 8), [5, 10], 10, "valoriser", "easy", None)
VARIANT = {"of": "tour", "title": "Tour à dix", "summary": "Le même.", "group_size": {"min": 9, "ideal": 10, "max": 12}}
BOOKLET = {"id": "livret-recits", "title": "Livret", "template": "stories-booklet", "about": "kit", "paper": "a5"}
BOOKLET |= {"booklet": True, "flip": "short-edge", "listed": False, "use": "À plier."}
SHEET = {"id": "fiche", "title": "Fiche", "template": "step-sheet", "about": "protocol", "by_default": False}
SHEET |= {"use": "Pour animer."}


def write(path, fields):
    path.write_text(yaml.safe_dump(fields, allow_unicode=True, sort_keys=False), encoding="utf-8")


def explored(folder, stories):
    """A site of the smallest kit, with these stories and a few protocols, in two languages."""
    root = shutil.copytree(TINY, folder / "root")
    kit = yaml.safe_load((root / "kit/kit.yml").read_text(encoding="utf-8"))
    kit |= {"languages": ["fr", "en"], "printables": [BOOKLET, SHEET]}
    write(root / "kit/kit.yml", kit)
    tour = yaml.safe_load((root / "kit/protocols/tour.yml").read_text(encoding="utf-8"))
    for name, (title, size, minutes, slider, stage, level, moment) in PROTOCOLS.items():
        one = tour | {"title": title, "slider": slider, "stage": stage, "difficulty": level}
        one |= {"group_size": dict(zip(("min", "ideal", "max"), size, strict=True))}
        one |= {"moment": moment} if moment else {}
        one["steps"] = [tour["steps"][0] | {"minutes": dict(zip(("min", "max"), minutes, strict=True))}]
        write(root / f"kit/protocols/{name}.yml", one)
    (root / "kit/variants").mkdir()
    write(root / "kit/variants/dix.yml", VARIANT)
    (root / "cases/premier.yml").unlink()
    for name, fields in stories.items():
        write(root / f"cases/{name}.yml", fields)
    return root


def shown(page):
    return page.eval_on_selector_all("[data-list] > li", "all => all.map(one => one.dataset.id)")


def said(page):
    return page.locator(".m-bar__status").inner_text()


def counts(page, name):
    """The counts beside the choices of a facet, by key."""
    found = page.eval_on_selector_all(
        f"input[name='{name}']",
        "all => all.map(box => [box.value, +box.parentNode.querySelector('.m-choice__count').textContent])",
    )
    assert found, name
    return dict(found)


def choose(page, name, *keys):
    for key in keys:
        box = page.locator(f"input[name='{name}'][value='{key}']")
        box.evaluate("box => { for (let one = box; one; one = one.parentNode.closest?.('details')) one.open = true }")
        box.click()


def settled(page, count):
    """Wait for the list to say that it has so many."""
    expect(page.locator(".m-bar__status")).to_contain_text(re.compile(rf"^{count or 'Aucun'} "))
    assert len(shown(page)) == min(count, 30)


def slug(text):
    return "-".join(re.findall(r"[a-z]+", text.lower().translate(str.maketrans("éèîô", "eeio"))))


def first(ends, number):
    """The first range that a number is not beyond."""
    return "-" if number is None else next(key for end, key in ends if number <= end)


SIZES = ((4, "1-4"), (10, "5-10"), (30, "11-30"), (90, "31-90"), (999, "91"))
TIMES = ((59, "0-60"), (120, "60-120"), (240, "120-240"), (999, "240"))


def keys(name):
    """The keys of a story in each facet, from what this file says of it."""
    fields = STORIES[name]
    people, minutes = fields.get("participants", {}).get("total"), fields.get("effort", {}).get("facilitation_minutes")
    return {
        "secteur": {slug(fields["sector"])},
        "pays": {slug(fields["location"]["country"])},
        "region": {slug(fields["location"].get("region", "")) or "-"},
        "protocole": set(fields["protocols"]),
        "palier": {fields.get("stage", "-")},
        "partenaires": {one["type"] for one in fields.get("partners", [])} or {"-"},
        "effectif": {first(SIZES, people)},
        "duree": {first(TIMES, minutes)},
        "annee": {fields["dates"]["start"][:4] if "dates" in fields else "-"},
        "genre": {fields.get("kind", "case")},
        "licence": {fields.get("license", "CC-BY-SA-4.0").lower().replace(".", "-")},
    }


EVERY = {name: keys(name) for name in STORIES}


def answers(chosen, but=None):
    """The stories that have one of the chosen keys in each facet."""
    return {
        name
        for name, found in EVERY.items()
        if all(found[facet] & wanted for facet, wanted in chosen.items() if facet != but)
    }


def recount(chosen, facet):
    """The counts of a facet: what each key would give with what is chosen elsewhere."""
    here = answers(chosen, but=facet)
    return {
        key: sum(key in EVERY[name][facet] for name in here)
        for key in {k for found in EVERY.values() for k in found[facet]}
    }


def fitting(people=None, minutes=None):
    every = {"tour": TOUR, "dix": (*TOUR[:1], (9, 10, 12), *TOUR[2:]), **PROTOCOLS}
    return {
        name
        for name, (_, size, time, *_) in every.items()
        if (people is None or size[0] <= people <= size[2]) and (minutes is None or time[0] <= minutes)
    }
