"""A seeded library of invented stories, as large as one likes, to measure with: no story of it is real.

Run by hand: python benchmarks/library.py FOLDER COUNT, or imported by the other benchmarks.
"""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
WORDS = (
    "atelier groupe entraide réseau rencontre question problématique situation décision équipe partenaire "
    "association commune territoire projet porteur facilitation écoute idée expérience essai étape séance "
    "bibliothèque médiathèque tiers-lieu entreprise coopération alliance confiance difficulté solution isolement "
    "déroulé carte affiche trace plan action suite semaine mois année habitants usagers bénévoles salariés élus "
    "agents jeunes métiers ressources besoins compétences outil simple concret utile régulier court long premier "
    "dernier commun partagé nouveau local public libre ouvert juste avance cherche trouve écoute propose décide "
    "essaie raconte partage construit prépare anime accueille garde relit choisit "
).split()
LINKS = ["dans", "avec", "pour", "sans", "entre", "chez", "vers", "depuis", "pendant", "selon"]
SECTORS = ["Lecture publique", "Économie sociale", "Santé", "Éducation populaire", "Collectivité", "Culture", "Emploi"]
REGIONS = ["Bretagne", "Isère", "Périgord", "Haute-Loire", "Wallonie", "Occitanie", "Normandie", "Grand Est"]
STAGES = ["valoriser", "mettre-en-lien", "accompagner", "coconstruire"]
TYPES = ["association", "company", "public-body", "research", "other"]


def sentence(dice: random.Random) -> str:
    """A sentence of 6 to 18 words that says nothing."""
    words = [dice.choice(LINKS if n % 4 == 3 else WORDS) for n in range(dice.randint(6, 18))]
    return f"{' '.join(words).capitalize()}{dice.choice(['.', '.', '.', ' !', ' ?'])}"


def prose(dice: random.Random, words: int) -> str:
    """About so many words, in paragraphs of four sentences."""
    sentences: list[str] = []
    while sum(len(s.split()) for s in sentences) < words:
        sentences.append(sentence(dice))
    return "\n\n".join(" ".join(sentences[n : n + 4]) for n in range(0, len(sentences), 4))


def story(number: int, seed: int, protocols: list[str]) -> dict[str, object]:
    """A story of 300 to 500 words in twelve fields, always the same for the same number and seed."""
    dice = random.Random(f"{seed}-{number}")
    length = dice.randint(300, 500)
    return {
        "title": " ".join(dice.choice(WORDS) for _ in range(5)).capitalize(),
        "summary": sentence(dice)[:180],
        "sector": dice.choice(SECTORS),
        "location": {"country": "France", "region": dice.choice(REGIONS), "place": f"Ville {number % 500}"},
        "objective": prose(dice, length // 8)[:680],
        "context": prose(dice, length // 4)[:1350],
        "intervention": prose(dice, length // 4)[:1550],
        "results": prose(dice, length * 3 // 8)[:1550],
        "protocols": [dice.choice(protocols)],
        "participants": {"total": dice.randint(5, 60)},
        "stage": dice.choice(STAGES),
        "partners": [{"name": f"Partenaire {dice.randint(1, 400)}", "type": dice.choice(TYPES)}],
        "tags": dice.sample(WORDS, 3),
        "updated": f"20{dice.randint(15, 26)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
        "status": "draft",
    }


def write(root: Path, count: int, seed: int = 7) -> None:
    """A root folder with the real kit and `count` invented stories."""
    for name in ("kit", "docs"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "mkdocs.yml", root)
    protocols = sorted(path.stem for path in (root / "kit" / "protocols").glob("*.yml") if "." not in path.stem)
    (root / "cases").mkdir()
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    for number in range(count):
        text = yaml.dump(story(number, seed, protocols), Dumper=dumper, allow_unicode=True, sort_keys=False)
        (root / "cases" / f"recit-{number:05}.yml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
