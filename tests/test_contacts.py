"""E-mail addresses and telephone numbers are told, at their place; dates, books and organisations are not."""

import shutil

import pytest

from mallette.artifact import Offer
from mallette.contacts import found
from mallette.loading import load
from mallette.pages import pages
from mallette.templating import words_for

EMAILS = [
    "camille@example.org",
    "camille.dupont+kit@mail.association-x.fr",
    "Écrivez à élodie@école.fr, merci",
    "<camille@example.org>",
    "[écrire](mailto:camille@example.org)",
    "camille＠example.org",
    "camille (at) example.org",
    "camille [arobase] example.org",
    "camille arobase example.org",
    "camille @ example.org",
]
PHONES = [
    "06 12 34 56 78",
    "06.12.34.56.78",
    "06-12-34-56-78",
    "06/12/34/56/78",
    "0612345678",
    "06\u00a012\u00a034\u00a056\u00a078",
    "06\u202f12\u202f34\u202f56\u202f78",
    "Tél. : 01 23 45 67 89.",
    "(04 75 12 34 56)",
    "05 53 01 02 03 9h-12h",
    "+33 6 12 34 56 78",
    "+33 (0)6 12 34 56 78",
    "+33(0)612345678",
    "+33612345678",
    "0033 6 12 34 56 78",
    "0033612345678",
    "+32 475 12 34 56",
    "0475/12.34.56",
    "0475 12 34 56",
    "02 123 45 67",
    "079 123 45 67",
    "+41 79 123 45 67",
    "+352 621 123 456",
    "+1 (555) 123-4567",
    "+1-514-555-0123",
    "+44 20 7946 0958",
    "+221 77 123 45 67",
    "0 800 123 456",
    "0800 123 456",
    "tel:+33612345678",
]
NEITHER = [
    "2026-11-23",
    "du 01/02/2026 au 03/04/2026",
    "le 01.02.2026 à 10:30",
    "01-02-2026 10h30",
    "01/02/2026 10:30",
    "de 09:00 à 10:30, puis 11:00-12:15",
    "09h00 10h30 12h00",
    "ISBN 978-2-07-036822-8",
    "978 2 07 036822 8",
    "ISBN 0306406152",
    "ISBN : 0-306-40615-2",
    "9782070368228",
    "ISSN 0317-8471",
    "SIRET 005 520 135 00011",
    "732 829 320 00074",
    "73282932000074",
    "SIREN 012 345 678",
    "FR76 3000 6000 0112 3456 7890 189",
    "5, 10, 15 puis 20 minutes",
    "1 h 20 à 2 h",
    "0 à 10 personnes",
    "2024 2025 2026",
    "+10 000 000 euros",
    "+20 500 000 €",
    "+ 12 % en 2026",
    "0,123456789",
    "3,1415926535",
    "version 1.0.12.34",
    "192.168.10.12",
    "45.7640, 4.8357",
    "https://example.org/article/0612345678",
    "https://doi.org/10.1000/0612345678",
    "24000 Périgueux",
    "15, 17, 18, 112",
    "3919",
    "@mallette",
    "https://example.org/@camille",
    "mallette@1.2.3",
    "C++ & C#",
    "5 @ 3 €",
]


@pytest.mark.parametrize("text", EMAILS)
def test_an_address_is_found(text):
    assert [code for _, code, _ in found(text)] == ["email_published"]


@pytest.mark.parametrize("text", PHONES)
def test_a_number_is_found(text):
    assert [code for _, code, _ in found(text)] == ["phone_published"]
    assert [code for _, code, _ in found(f"Appelez le {text}, puis venez.")] == ["phone_published"]


@pytest.mark.parametrize("text", NEITHER)
def test_other_figures_are_left_alone(text):
    assert list(found(text)) == []
    assert list(found(f"Voici {text}.")) == []


def test_a_long_text_takes_no_time():
    for text in ("0" * 100_000, "06 " * 50_000, "a." * 50_000 + "@", "+33 " * 30_000, "x@" * 50_000, "a-" * 50_000):
        assert list(found(text)) is not None


def told(root):
    return [(p.path, p.line, p.column, p.code, p.params["said"], p.severity) for p in load(root).warnings]


def test_each_is_told_at_its_line_and_column(tiny_root):
    with (tiny_root / "cases/premier.yml").open("a", encoding="utf-8") as story:
        story.write("obstacles:\n  - Écrire à camille@example.org.\n")
        story.write('if_again:\n  - "Appeler le 06 12\\u00a034 56 78, ou camille\\u0040example.com"\n')
    (tiny_root / "docs/guide.md").write_text("# Guide\n\nAppelez le **06 12 34 56 78**.\n", encoding="utf-8")
    shutil.copy(tiny_root / "docs/guide.md", tiny_root / "docs/autre.txt")
    lines = (tiny_root / "cases/premier.yml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "Écrire à" in text)
    assert told(tiny_root) == [
        ("cases/premier.yml", line, 14, "email_published", "camille@example.org", "warning"),
        ("cases/premier.yml", line + 2, 5, "email_published", "camille@example.com", "warning"),
        ("docs/guide.md", 3, 14, "phone_published", "06 12 34 56 78", "warning"),
    ]


def test_no_page_shows_what_was_found(tiny_root):
    """The page of what is to be done says where a contact is, not which."""
    with (tiny_root / "cases/premier.yml").open("a", encoding="utf-8") as story:
        story.write("obstacles:\n  - Rien.\n# camille@example.org, 06 12 34 56 78\n")
    loaded = load(tiny_root)
    made = "".join(page.body for page in pages(loaded, tiny_root, words_for(tiny_root, "fr"), Offer(), loaded))
    assert "ressemble à une adresse électronique" in made
    assert "camille@" not in made
    assert "06 12" not in made.replace("\u202f", " ").replace("\xa0", " ")


def test_check_says_it_in_french(tiny_root, run):
    with (tiny_root / "cases/premier.yml").open("a", encoding="utf-8") as story:
        story.write("obstacles:\n  - Appeler le +33 6 12 34 56 78.\n")
    done = run("check", "--root", tiny_root)
    assert done.returncode == 0
    assert ":16: avertissement :" in done.stderr
    assert "+33 6 12 34 56 78" in done.stderr


def test_the_texts_of_the_kit_have_none(root):
    assert [p for p in load(root).warnings if p.code in ("email_published", "phone_published")] == []
