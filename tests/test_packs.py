"""The ZIPs of the real kit: what is in them, the same bytes each time, nothing from elsewhere."""

import datetime
import io
import json
import re
import stat
import zipfile
from pathlib import PurePosixPath

import pytest
from lxml import etree, html
from PIL import Image

from mallette import packs
from mallette.build import make
from mallette.errors import InvalidSource
from mallette.imposition import Sheet
from mallette.labels import labels
from mallette.loading import load
from mallette.reading import plain, read
from mallette.templating import words_for

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def pack_root(real_root, built_site):
    """The real kit, its documents typeset already."""
    return real_root


@pytest.fixture(scope="module")
def built(pack_root):
    return make(pack_root)


@pytest.fixture(scope="module")
def archives(built):
    """Each ZIP of the kit, by its path in the site: its entries."""
    found = {}
    for file in built.files:
        if file.path.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
                assert archive.testzip() is None
                found[file.path] = {info.filename: (info, archive.read(info)) for info in archive.infolist()}
    return found


@pytest.fixture(scope="module")
def french(archives):
    """The ZIPs of the main language."""
    return {path: entries for path, entries in archives.items() if not path.startswith("telecharger/en/")}


def content(archives, ending):
    """The entries of each ZIP with this name, and the protocol that it is about."""
    found = {path: {n: data for n, (_, data) in e.items()} for path, e in archives.items() if path.endswith(ending)}
    assert found
    return {path.split("/")[1]: entries for path, entries in found.items()}


def protocols(built):
    return built.loaded.mallette.protocols


def test_one_kit_one_board_and_the_selections_a_protocol_and_one_for_all(built, archives):
    kinds = ("kit", "tableau-numerique", *(s.id for s in built.loaded.mallette.kit.selections))
    assert len(kinds) > 5
    wanted = {f"telecharger/{p}/{p}-{kind}.zip" for p in protocols(built) for kind in kinds}
    french = {path for path in archives if not path.startswith("telecharger/en/")}
    assert french == wanted | {"telecharger/mallette.zip"}
    assert "telecharger/en/atelier-entraide/atelier-entraide-kit-en.zip" in archives


def test_two_builds_give_the_same_bytes(built, built_site, archives):
    files = {file.path: file.content for file in built.files}
    for path in archives:
        assert (built_site / path).read_bytes() == files[path], path


def test_pictures_kept_are_the_pictures_made(built, pack_root):
    again = make(pack_root)
    assert [file for file in again.files if file.path.endswith(".zip")] == [
        file for file in built.files if file.path.endswith(".zip")
    ]


def test_names_are_sorted_and_safe_and_times_fixed(built, archives):
    day = built.loaded.mallette.kit.date
    for path, entries in archives.items():
        names = list(entries)
        assert names == sorted(set(names)), path
        for name, (info, _) in entries.items():
            parts = PurePosixPath(name).parts
            assert not name.startswith("/"), name
            assert ".." not in parts
            assert not re.search(r"[\\:\0]", name)
            assert info.date_time == (day.year, day.month, day.day, 0, 0, 0)
            assert (info.create_system, info.external_attr >> 16) == (3, stat.S_IFREG | 0o644)


@pytest.mark.parametrize(("year", "told"), [(1, 1980), (2026, 2026), (9999, 2107)])
def test_a_zip_tells_dates_that_zip_can_tell(year, told):
    data = packs.zipped({"é.txt": b"a", "b.txt": b"b"}, datetime.date(year, 2, 3))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["b.txt", "é.txt"]
        assert {info.date_time for info in archive.infolist()} == {(told, 2, 3, 0, 0, 0)}


def test_each_pdf_is_that_of_the_site(built, french):
    pdfs = [f for f in built.files if f.path.endswith(".pdf") and not f.path.startswith("telecharger/en/")]
    files = {PurePosixPath(file.path).name: file.content for file in pdfs}
    whole = content(french, "telecharger/mallette.zip")["mallette.zip"]
    assert {PurePosixPath(n).name: data for n, data in whole.items() if n.endswith(".pdf")} == files
    for protocol, entries in content(french, "-kit.zip").items():
        packed = {PurePosixPath(n).name: data for n, data in entries.items() if n.endswith(".pdf")}
        guide = "telecharger/mallette/mallette-guide-impression.pdf"
        ours = [f for f in built.files if f.path.startswith((f"telecharger/{protocol}/", guide))]
        wanted = {PurePosixPath(f.path).name: f.content for f in ours if f.path.endswith(".pdf")}
        assert packed == wanted
        assert [name for name in entries if name.endswith(".pdf") and "/" not in name] == [PurePosixPath(guide).name]


def test_the_sources_are_those_of_the_root(built, pack_root, french):
    whole = content(french, "telecharger/mallette.zip")["mallette.zip"]
    sources = [p for folder in ("kit", "cases") for p in (pack_root / folder).rglob("*") if p.is_file()]
    sources = [p for p in sources if not p.name.endswith(".en.yml")]
    wanted = {f"sources/{p.relative_to(pack_root).as_posix()}": p.read_bytes() for p in sources}
    assert {n: data for n, data in whole.items() if n.startswith("sources/")} == wanted
    for name, entries in content(french, "-kit.zip").items():
        protocol = protocols(built)[name]
        cards = (card.id for card in built.loaded.mallette.cards_of(protocol))
        original = protocol.variant_of
        whole = [f"variants/{name}", f"protocols/{original}"] if original else [f"protocols/{name}"]
        paths = [*whole, *(f"roles/{r}" for r in protocol.roles), *(f"cards/{c}" for c in cards)]
        packed = {n: data for n, data in entries.items() if n.startswith("sources/")}
        assert packed == {f"sources/kit/{path}.yml": wanted[f"sources/kit/{path}.yml"] for path in paths}


def test_a_source_that_became_a_link_is_refused(tiny_root, tmp_path):
    loaded = load(tiny_root)
    secret = tmp_path / "secret.yml"
    secret.write_text("title: secret", encoding="utf-8")
    role = tiny_root / "kit/roles/guide.yml"
    role.unlink()
    role.symlink_to(secret)
    with pytest.raises(InvalidSource) as raised:
        list(packs.packs(loaded, tiny_root, words_for(tiny_root, "fr"), [], []))
    assert [(p.path, p.code) for p in raised.value.problems] == [("kit/roles/guide.yml", "not_a_file")]


def test_a_folder_that_became_a_link_is_refused(tiny_root, tmp_path):
    loaded = load(tiny_root)
    (tiny_root / "kit/roles").rename(tmp_path / "elsewhere")
    (tiny_root / "kit/roles").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InvalidSource):
        list(packs.packs(loaded, tiny_root, words_for(tiny_root, "fr"), [], []))


def test_the_licence_is_the_one_of_the_texts(root, archives):
    text = (root / "LICENSE-CONTENT").read_bytes()
    for entries in archives.values():
        assert entries["LICENSE.txt"][1] == text


def test_every_zip_has_a_guide_and_credits(built, french):
    kit, words = built.loaded.mallette.kit, labels("fr")
    for path, entries in french.items():
        guide, credits = (entries[name][1].decode() for name in ("LISEZ-MOI.txt", "CREDITS.txt"))
        about = path.split("/")[1]
        said = " ".join(guide.split())
        for part in (
            protocols(built)[about].title if about in protocols(built) else kit.title,
            kit.edition,
            words("packs.terms.CC-BY-SA"),
            f"creativecommons.org/licenses/by-sa/4.0/deed.{words.language}",
            kit.address + (f"protocoles/{about}/" if about in protocols(built) else ""),
        ):
            assert flat(part) in flat(said), (path, part)
        for credit in kit.credits:
            assert flat(credit.name) in flat(credits)
        for text in (guide, credits):
            assert not [line for line in text.splitlines() if len(line) > 76 and " " in line.strip()], path
            assert "<" not in text
            assert "None" not in text


def flat(text):
    """The words of a text, whatever the spaces, breaks, quotes and apostrophes between them."""
    return re.sub(r"[\s\u202f\u00a0\"«»“”]+", "", text.replace("'", "’").replace("...", "…"))


def test_the_guide_names_each_document_with_its_advice(built, french):
    mallette = built.loaded.mallette
    for protocol, entries in content(french, "-kit.zip").items():
        guide = flat(entries["LISEZ-MOI.txt"].decode())
        for name in entries:
            if name.endswith(".pdf"):
                assert flat(name) in guide
        for printable in mallette.kit.printables:
            if printable.listed and protocols(built)[protocol] in mallette.subjects(printable):
                assert flat(printable.use) in guide
                assert flat(printable.advice or "") in guide


def test_the_credits_name_each_source(built, french):
    mallette = built.loaded.mallette
    credits = flat(content(french, "telecharger/mallette.zip")["mallette.zip"]["CREDITS.txt"].decode())
    for item in (*mallette.protocols.values(), *mallette.roles.values(), *mallette.stories.values()):
        assert flat(item.title) in credits
        for source in item.sources:
            for part in (source.title, *source.authors, source.publisher or "", source.url or ""):
                assert flat(part) in credits, part


def test_every_card_and_the_poster_are_on_the_board(built, french):
    rotation = [p for p in built.loaded.mallette.kit.printables if p.template == "rotation-cards"]
    for name, entries in content(french, "-tableau-numerique.zip").items():
        protocol = protocols(built)[name]
        wanted = {("affiche-a3", name)}
        wanted |= {("cartes-roles", role) for role in protocol.roles}
        wanted |= {("cartes-a-ecrire", card.id) for card in built.loaded.mallette.cards_of(protocol)}
        wanted |= {("cartes-relances", step.id) for step in protocol.steps}
        wanted |= {("cartes-parcours", name) for p in rotation if protocol in built.loaded.mallette.subjects(p)}
        for ending in (".png", ".svg"):
            found = [n for n in entries if n.endswith(ending)]
            assert {(n.split("/")[0], PurePosixPath(n).stem[3:]) for n in found} == wanted
            assert len(found) == len(wanted)
            assert all(n.count("/") == 1 for n in found)


def test_pictures_have_300_dots_an_inch(root, archives, built):
    deck = next(p for p in built.loaded.mallette.kit.printables if p.template == "role-cards")
    source = (root / f"templates/print/sheets/{deck.sheet}.yml").read_bytes()
    card = Sheet.model_validate(plain(read("", source)[0])).card
    for entries in content(archives, "-tableau-numerique.zip").values():
        for name, data in entries.items():
            if name.endswith(".png"):
                width, height = (297, 420) if name.startswith("affiche") else (card.width, card.height)
                with Image.open(io.BytesIO(data)) as picture:
                    assert picture.size == pytest.approx((width / 25.4 * 300, height / 25.4 * 300), abs=1)
                    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
                    colours = sorted(picture.convert("RGB").getcolors(256), reverse=True)
                    assert len(colours) > 3
                    assert colours[0][1] == (255, 255, 255)


def test_every_picture_is_told_in_words(french, built):
    for name, entries in content(french, "-tableau-numerique.zip").items():
        told = {file: one for one in json.loads(entries["textes.json"]) for file in one["files"]}
        assert set(told) == {n for n in entries if n.endswith((".png", ".svg"))}
        for path, one in told.items():
            assert flat(one["text"]) in flat(entries["LISEZ-MOI.txt"].decode())
            if path.endswith(".svg"):
                svg = etree.fromstring(entries[path])
                assert svg.get("role") == "img"
                assert (svg[0].tag, svg[0].text) == (f"{SVG}title", one["title"])
                assert (svg[1].tag, svg[1].text) == (f"{SVG}desc", one["text"])
                assert svg.get("aria-labelledby").split() == [svg[0].get("id"), svg[1].get("id")]
                assert svg.findall(f".//{SVG}text") == []
        for role in (built.loaded.mallette.roles[r] for r in protocols(built)[name].roles):
            text = next(one["text"] for path, one in told.items() if path.endswith(f"-{role.id}.png"))
            for part in (role.in_a_sentence, *role.i_do, *role.i_do_not):
                assert flat(part) in flat(text)
        for number, step in enumerate(protocols(built)[name].steps, 1):
            one = told[f"cartes-relances/{number:02}-{step.id}.png"]
            assert flat(step.title) in flat(one["title"])
            for part in (step.instruction or step.aim, step.follow_up, step.watch_for):
                assert flat(part or "") in flat(one["text"])
        if f"cartes-parcours/01-{name}.png" in told and len(protocols(built)[name].rounds) > 1:
            text = told[f"cartes-parcours/01-{name}.png"]["text"]
            assert all(flat(step.title) in flat(text) for step in protocols(built)[name].rounds)


def test_the_pages_lead_to_each_zip_and_say_what_it_weighs(built_site, french, built):
    pages = {"telecharger": list(french)}
    pages |= {f"protocoles/{p}": [path for path in french if f"/{p}/" in path] for p in protocols(built)}
    for address, wanted in pages.items():
        folder = built_site / address
        page = html.parse(str(folder / "index.html"))
        links = {
            a.get("href"): a.text_content() for a in page.iterfind(".//a") if (a.get("href") or "").endswith(".zip")
        }
        found = {(folder / href).resolve(): text for href, text in links.items()}
        assert set(found) == {(built_site / path).resolve() for path in wanted}
        for path, text in found.items():
            size, entries = path.stat().st_size, french[path.relative_to(built_site.resolve()).as_posix()]
            shown = f"{size / 1e6:.1f} Mo".replace(".", ",") if size >= 1e6 else f"{round(size / 1000)} Ko"
            counted = [n for n in entries if n.endswith((".pdf", ".png"))]
            kind = "images" if "tableau" in path.name else "documents"
            assert flat(shown) in flat(text)
            assert flat(f"{len(counted)} {kind}") in flat(text)
            if kind == "documents":
                pages_of = [int(n) for n in re.findall(r"(\d+)\s+pages", text)]
                assert pages_of
                assert pages_of[0] >= len(counted)


def test_the_smallest_kit_has_its_zips_too(tiny_root):
    built = make(tiny_root)
    paths = {file.path for file in built.files if file.path.endswith(".zip")}
    assert paths == {
        "telecharger/mallette.zip",
        *(f"telecharger/tour/tour-{k}.zip" for k in ("kit", "tableau-numerique")),
    }


def test_a_kit_without_protocol_documents_has_no_kit_of_a_protocol(tiny_root):
    kit = tiny_root / "kit/kit.yml"
    text = kit.read_text(encoding="utf-8")
    head, _, rest = text.partition("printables:\n")
    entries = re.split(r"(?m)^(?=  - id:)", rest)
    kept = [entry for entry in entries if "about: story" in entry]
    kit.write_text(head + "printables:\n" + "".join(kept), encoding="utf-8")
    built = make(tiny_root)
    assert [file.path for file in built.files if file.path.endswith(".zip")] == ["telecharger/mallette.zip"]
    body = next(page.body for page in built.pages if page.path == "telecharger/")
    assert body.count(".zip") == 1


def test_another_licence_is_named_and_ours_not_shipped(tiny_root):
    kit = tiny_root / "kit/kit.yml"
    free = kit.read_text(encoding="utf-8").replace("license: CC-BY-SA-4.0", "license: CC0-1.0")
    kit.write_text(free, encoding="utf-8")
    built = make(tiny_root)
    data = next(file.content for file in built.files if file.path == "telecharger/mallette.zip")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "LICENSE.txt" not in archive.namelist()
        assert "https://creativecommons.org/publicdomain/zero/1.0/deed.fr" in archive.read("LISEZ-MOI.txt").decode()
