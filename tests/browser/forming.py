"""A small site whose forms are filled in, and what people do there: type, tick, add, open, take away."""

import copy
import io
import re
import shutil
import zipfile
from pathlib import Path

import yaml
from exploring import TINY, write
from PIL import Image

KIT = {
    "languages": ["fr", "en"],
    "repository": {"kind": "github", "url": "https://github.com/exemple/mallette", "branch": "main"},
    "contact": "reseau@example.org",
}
CAFE = "pro-action-cafe"


def formed(folder):
    """A site of the smallest kit in two languages, with a repository, a contact and a second protocol."""
    root = shutil.copytree(TINY, folder / "root")
    kit = yaml.safe_load((root / "kit/kit.yml").read_text(encoding="utf-8"))
    write(root / "kit/kit.yml", kit | KIT)
    tour = yaml.safe_load((root / "kit/protocols/tour.yml").read_text(encoding="utf-8"))
    steps = [tour["steps"][0], copy.deepcopy(tour["steps"][0]) | {"id": "fin", "title": "Fin"}]
    write(root / f"kit/protocols/{CAFE}.yml", tour | {"title": "Pro Action Café", "steps": steps})
    return root


def photo(folder, name="IMG_0042.JPG"):
    """A photo with a place hidden in it."""
    path = folder / name
    exif = Image.Exif()
    exif[0x010F] = "Appareil secret"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (900, 600), "#B23A12").save(path, "JPEG", exif=exif)
    return path


class Person:
    """Someone at the form: counts what they click and fill in."""

    def __init__(self, page):
        self.page, self.clicks, self.fields = page, 0, 0

    def fill(self, name, text):
        self.page.locator(f"[name='{name}']").fill(text)
        self.fields += 1

    def choose(self, name, value):
        self.page.locator(f"[name='{name}']").select_option(value)
        self.fields += 1

    def click(self, target):
        (self.page.locator(target) if isinstance(target, str) else target).click()
        self.clicks += 1

    def tick(self, name, value="yes"):
        self.click(f"[name='{name}'][value='{value}']")

    def open(self, title):
        self.click(self.page.locator("details.m-form__section summary", has_text=title))

    def add(self, name):
        """One more element; its number in the names of the page."""
        self.click(self.page.locator(f"[data-list='{name}'] > p > [data-add]"))
        return self.page.locator(f"[data-list='{name}'] > [data-items] > [data-item]").last.get_attribute("data-item")

    def agree(self):
        """Tick all that one agrees to before sending."""
        for box in self.page.locator("[data-accord]").all():
            self.click(box)

    def leave(self, way):
        """Take a way out; what it is folded in is opened first."""
        button = self.page.locator(f"[data-way={way}]:not([data-steps] *)")
        folded = button.locator("xpath=ancestor::details")
        for around in folded.all():
            if around.get_attribute("open") is None:
                self.click(around.locator("summary").first)
        self.click(button)

    def take(self):
        """What is downloaded: its name and its bytes."""
        with self.page.expect_download() as caught:
            self.leave("download")
        return caught.value.suggested_filename, Path(caught.value.path()).read_bytes()


def unpacked(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def answer(person, values, above="", opened=None):
    """Fill in a form with the values of a file, in their order; sections are opened when they are needed."""
    page = person.page
    for name, value in values.items():
        path = f"{above}{name}"
        box = page.locator(f"[data-ask='{path}']")
        section = box.locator("xpath=ancestor::details[contains(@class, 'm-form__section')]")
        if section.count() and section.get_attribute("open") is None:
            person.click(section.locator("summary").first)
        if isinstance(value, dict):
            answer(person, value, f"{path}.")
        elif isinstance(value, list) and isinstance(value[0], dict):
            for one in value:
                answer(person, one, f"{path}.{person.add(path)}.")
        elif box.locator("input[type=checkbox]").count():
            for one in value if isinstance(value, list) else ["yes"]:
                person.tick(path, one)
        elif box.locator("select").count():
            person.choose(path, value)
        else:
            person.fill(path, "\n".join(value) if isinstance(value, list) else str(value))


def faults(page):
    """What the summary of faults says."""
    return page.locator("[data-faults] li").all_text_contents()


def plain(text):
    return re.sub(r"\s+", " ", text).strip()
