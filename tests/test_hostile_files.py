"""Files of strangers: refused at their place in a sentence, or cleaned; soon, in little memory, without a traceback."""

import io
import json
import os
import random
import re
import resource
import struct
import subprocess
import sys
import time
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, TINY
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from test_pictures import STORY as WITH_PICTURE
from test_pictures import encoded, with_gps

from mallette.errors import InvalidSource
from mallette.labels import labels
from mallette.loading import load
from mallette.memo import Memo
from mallette.pictures import MAX_BYTES, MAX_PARTS, Unfit, clean
from mallette.reading import plain, read

EXAMPLES = int(os.environ.get("MALLETTE_FUZZ_EXAMPLES", "150"))
"""How many files are made up in a run of the tests; by hand, MALLETTE_FUZZ_EXAMPLES=20000."""
STORY = "cases/premier.yml"
TRACE = re.compile(r"Traceback|File \"|\.py\b|Error\b|Exception")
SECONDS, MEGABYTES = 2, 300


def told(root):
    """The problems of a root, each a line that names a place in one of its files."""
    start = time.process_time()
    with pytest.raises(InvalidSource) as refused:
        load(root)
    assert time.process_time() - start < SECONDS
    lines = [labels("fr").problem(problem) for problem in refused.value.problems]
    for line in lines:
        assert re.match(
            r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]+:[1-9]\d*:[1-9]\d*: [^\x00-\x1f\x7f-\x9f\u2028\u2029]+$", line
        )
        assert not re.match(r"\s*::", line)
        assert not TRACE.search(line), line
    return lines


WORDS = [f"mot{n}" for n in range(20)]
FILES = {
    "UTF-16": ("titre: été\n".encode("utf-16"), "1:1", "UTF-8"),
    "UTF-16 without a mark": ("titre: b\n".encode("utf-16-le"), "1:2", "U+0000"),
    "UTF-32": ("titre: b\n".encode("utf-32"), "1:1", "UTF-8"),
    "Latin-1": ("title: été\n".encode("latin-1"), "1:8", "UTF-8"),
    "half of a character, escaped": (b'title: "\\ud800"\n', "1:", ""),
    "half of a character": (b"title: \xed\xa0\x80\n", "1:8", "UTF-8"),
    "a second mark": ("a: b\n\ufefftitle: c\n".encode(), "2:", ""),
    "a gigabyte of aliases": (
        b"a: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [*%c,*%c,*%c]\n" % (n, n, n - 1, n - 1, n - 1) for n in range(98, 120)),
        "1:4",
        "",
    ),
    "a wall of brackets": (b"title: " + b"[" * 90_000, "1:15", ""),
    "a wall of braces": (b"title: " + b"{a: " * 22_000, "1:", ""),
    "brackets that never end": (b"[" * 90_000 + b"\n", "1:9", ""),
    "a stair of dashes": (b"- " * 45_000, "1:", ""),
    "a stair of lines": (b"\n".join(b" " * n + b"a:" for n in range(400)), "8:8", ""),
    "a key of 90,000 letters": (b"a" * 90_000 + b": b\n", "1:", ""),
    "keys without end": (b"".join(b"sumary%d: a\n" % n for n in range(2400)), "1:1", ""),
    "one key over and over": (b"title: a\n" * 2400, "2:1", ""),
    "quotes left open": (b'title: "' + b"\\n" * 40_000, "1:", ""),
    "a list of 30,000": (b"title: [" + b"a," * 30_000 + b"]\n", "1:", ""),
    "too large": (b"#" * 101 * 1024, "1:1", "100 Ko"),
    "a tag": (b"title: !!python/object/apply:os.system [touch pwned]\n", "1:8", ""),
    "a merge": (b"<<: {title: a}\n", "1:1", ""),
    "two documents": (b"title: a\n---\ntitle: b\n", "2:1", ""),
    "a directive": (b"%YAML 9.9\n---\ntitle: a\n", "1:", ""),
    "a number of 5,000 digits": (b"participants: {total: " + b"9" * 5000 + b"}\n", "1:23", ""),
    "a day that is none": (b"updated: 2024-13-45\n", "1:10", ""),
    "a day without end": (b"updated: 99999-01-01\n", "1:10", ""),
    "a list for a text": (b"title: [a]\n", "1:8", ""),
    "a text for everything": (b"bonjour\n", "1:1", ""),
    "a list for everything": (b"- a\n", "1:1", ""),
    "a text of 60,000 letters": (b"conditions: [" + b"x" * 60_000 + b"]\n", "1:14", "3000"),
    "nothing but NUL": (bytes(1000), "1:1", "U+0000"),
    "noise": (random.Random(1).randbytes(4000), "1:", ""),
    "a program": (Path(sys.executable).resolve().read_bytes()[:9000], "1:", ""),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("path", [STORY, "kit/kit.yml", "kit/roles/guide.yml"])
def test_a_hostile_file_is_refused_at_its_place(tiny_root, name, path):
    data, place, said = FILES[name]
    (tiny_root / path).write_bytes(data)
    every = told(tiny_root)
    lines = [line for line in every if line.startswith(f"{path}:{place if path == STORY else ''}")]
    assert lines, every
    assert path != STORY or said in "".join(lines)


NAMES = (
    b"a\n::error::x.yml",
    b"::error::x.yml",
    b"##[error]x.yml",
    b"\x1b[31mrouge.yml",
    b"\xff\xfe.yml",
    "\u202elmy.yml".encode(),
    "é.yml".encode(),
    b"CON.yml",
    b"nul.yml",
    b"com1.yml",
    b"Premier.yml",
    b"PREMIER.YML",
    b"premier.yml ",
    b"premier..yml",
    b"-rf.yml",
    b"a b.yml",
    b"$(touch pwned).yml",
    b"{{ 7*7 }}.yml",
    b"<img src=x onerror=hyene()>.yml",
    b"premier.EN.yml",
    b"premier.en.fr.yml",
    b"x" * 90 + b".yml",
)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("folder", ["cases", "kit/roles"])
def test_an_odd_name_is_refused_and_shown_without_harm(tiny_root, name, folder):
    source = tiny_root / (STORY if folder == "cases" else "kit/roles/guide.yml")
    Path(os.fsdecode(os.fsencode(tiny_root / folder) + b"/" + name)).write_bytes(source.read_bytes())
    lines = told(tiny_root)
    assert any(line.startswith(f"{folder}/") and ":1:1: " in line for line in lines), lines
    assert not any("##[" in line for line in lines)


@pytest.mark.parametrize(
    "place", ["docs/lien.md", "docs/images", "docs/a/b/c.md", "templates/pages", "templates/x.html", "kit"]
)
def test_a_link_out_of_the_project_is_refused_wherever_it_is(tiny_root, tmp_path, place):
    outside = tmp_path / "ailleurs"
    outside.mkdir()
    (outside / "kit.yml").write_text("canari: 5f1e\n", "utf-8")
    link = tiny_root / place
    if place == "kit":
        link.rename(outside / "kit")
        outside = outside / "kit"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside, target_is_directory=True)
    lines = told(tiny_root)
    assert any(line.startswith(f"{place}:1:1: ") for line in lines), lines
    assert not any("canari" in line for line in lines)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_what_is_no_file_is_refused_and_not_waited_for(tiny_root):
    os.mkfifo(tiny_root / "cases/tuyau.yml")
    (tiny_root / "cases/dossier.yml").mkdir()
    lines = told(tiny_root)
    assert {line.partition(":")[0] for line in lines} == {"cases/tuyau.yml", "cases/dossier.yml"}


@pytest.mark.parametrize("day", ["0001-01-01", "1969-07-20", "9999-12-31"])
def test_the_first_and_the_last_day_are_days(tiny_root, run, day):
    kit = tiny_root / "kit/kit.yml"
    text = kit.read_text("utf-8").replace("date: 2026-11-23", f"date: {day}")
    printable = yaml.safe_load(text)["printables"][4:]
    kit.write_text(text.partition("printables:")[0] + "printables: " + json.dumps(printable), "utf-8")
    story = tiny_root / STORY
    story.write_text(story.read_text("utf-8") + f"updated: {day}\ndates: {{start: {day}, end: {day}}}\n", "utf-8")
    done = run("build", "--root", tiny_root)
    assert done.returncode == 0, done.stderr


# Pictures


def png(width, height, *, colour=2, depth=8, rows=b"", more=b"", interlaced=0):
    """A PNG of one colour that is far smaller than its pixels."""
    size = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] * depth // 8
    packer = zlib.compressobj(9)
    line = bytes(1 + width * size)
    body = rows or b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    palette = chunk(b"PLTE", bytes(range(30))) if colour == 3 else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + palette + more + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg(size, segments=b"", **options):
    """A JPEG with something behind its first marker."""
    data = encoded("JPEG", size, **options)
    return data[:2] + segments + data[2:]


def scans(data, count):
    """A progressive JPEG that paints its last scan over and over."""
    last = data.rfind(b"\xff\xda")
    return data[:last] + data[last:-2] * count + b"\xff\xd9"


def telephone():
    """Two views in one file, as some telephones make it."""
    target = io.BytesIO()
    one, other = (Image.new("RGB", (60, 40), colour) for colour in ("red", "blue"))
    one.save(target, "MPO", save_all=True, append_images=[other])
    return target.getvalue()


def secretive(kind):
    """Words wherever a file may hold them beside its pixels."""
    exif = Image.Exif()
    exif[0x010E], exif[0x8298] = "canari-5f1e", "canari-5f1e"
    exif.get_ifd(0x8825)[1] = "N"
    options = {"exif": exif, "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()}
    if kind == "JPEG":
        return encoded(kind, comment="canari-5f1e", **options) + b"canari-5f1e"
    text = b"".join(chunk(name, b"Comment\0canari-5f1e") for name in (b"tEXt", b"prIv"))
    data = encoded(kind, **options)
    return data[:33] + text + data[33:] + b"canari-5f1e"


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("a.png", "PNG")])
def test_nothing_but_pixels_is_published(name, kind):
    raw = secretive(kind)
    assert raw.count(b"canari") >= 3
    made = clean(name, raw)
    assert b"canari" not in made.content
    with Image.open(io.BytesIO(made.content)) as picture:
        assert not picture.getexif()
        assert {*picture.info} <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


def test_a_picture_of_a_telephone_is_a_picture():
    assert Image.open(io.BytesIO(telephone())).format == "MPO"
    made = clean("a.jpg", telephone())
    assert (made.width, made.height) == (60, 40)
    assert Image.open(io.BytesIO(made.content)).format == "JPEG"


LIES = {
    "a GIF": ("a.png", encoded("GIF")),
    "a WebP": ("a.jpg", encoded("WEBP")),
    "a TIFF": ("a.jpg", encoded("TIFF")),
    "an icon": ("a.png", encoded("ICO")),
    "PostScript": ("a.jpg", encoded("EPS")),
    "a drawing": ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='hyene()'/>"),
    "a page": ("a.png", b"<!doctype html><script>hyene()</script>"),
    "a PDF": ("a.jpg", b"%PDF-1.7\n"),
    "a ZIP": ("a.png", b"PK\x03\x04" + bytes(100)),
    "a PNG that is a JPEG": ("a.png", encoded("JPEG")),
    "a JPEG that is a PNG": ("a.jpeg", encoded("PNG")),
    "a PNG without pixels": ("a.png", png(0, 0)),
    "a PNG with no colour": ("a.png", png(9, 9, rows=b"x")),
    "a PNG wider than any": ("a.png", png(2**31 - 1, 1, rows=b"x")),
    "a JPEG with junk between its segments": ("a.jpg", jpeg((9, 9), bytes(9))),
}


@pytest.mark.parametrize("name", LIES)
def test_a_file_that_is_not_the_picture_it_says_is_refused(name):
    with pytest.raises(Unfit) as refused:
        clean(*LIES[name])
    assert refused.value.code in ("picture_unreadable", "picture_other_format", "picture_too_big")


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("a.png", "PNG")])
def test_a_picture_that_is_cut_or_damaged_is_refused_or_whole(name, kind):
    rest = random.Random(2)
    noise = Image.frombytes("RGB", (40, 40), rest.randbytes(4800))
    target = io.BytesIO()
    noise.save(target, kind)
    data, refused = target.getvalue(), 0
    for _ in range(150):
        if rest.random() < 0.5:
            broken = data[: rest.randrange(len(data))]
        else:
            broken = bytearray(data)
            for _ in range(rest.randint(1, 9)):
                broken[rest.randrange(len(data))] = rest.randrange(256)
        try:
            made = clean(name, bytes(broken))
        except Unfit:
            refused += 1
            continue
        assert Image.open(io.BytesIO(made.content)).size == (made.width, made.height)
    assert refused > 60


@pytest.mark.parametrize("kind", ["decoder", "directory"])
def test_what_a_decoder_remarks_on_is_not_printed(kind, recwarn, capfd):
    data = (
        with_gps(6).replace(b"Exif\0\0MM\0*\0\0\0\x08", b"Exif\0\0MM\0*\0\0\xff\x08")
        if kind == "directory"
        else png(9000, 9000)
    )
    with suppress(Unfit):
        clean("a.jpg" if kind == "directory" else "a.png", data)
    assert [*recwarn] == []
    assert capfd.readouterr() == ("", "")


SOLID = {"quality": 1, "subsampling": 0}
HEAVY = {
    "a bomb of 400 megapixels": (
        "a.png",
        lambda: png(20_000, 20_000, colour=0, rows=zlib.compress(bytes(20_001 * 300))),
        "picture_too_big",
    ),
    "the largest PNG": ("a.png", lambda: png(5_000, 4_000), None),
    "the largest clear PNG": ("a.png", lambda: png(5_000, 4_000, colour=6), None),
    "the largest deep PNG": ("a.png", lambda: png(5_000, 4_000, colour=6, depth=16), None),
    "the largest PNG of a palette": ("a.png", lambda: png(5_000, 4_000, colour=3), None),
    "the largest JPEG": ("a.jpg", lambda: jpeg((8_000, 5_000), **SOLID), None),
    "the largest progressive JPEG": ("a.jpg", lambda: jpeg((5_000, 4_000), progressive=True, **SOLID), None),
    "a progressive JPEG too large": (
        "a.jpg",
        lambda: jpeg((8_000, 5_000), progressive=True, **SOLID),
        "picture_too_big",
    ),
    "a JPEG painted 3,000 times": (
        "a.jpg",
        lambda: scans(jpeg((4_000, 4_000), progressive=True), 3_000),
        "picture_unreadable",
    ),
    "a JPEG of millions of segments": (
        "a.jpg",
        lambda: jpeg((9, 9), b"\xff\xe1\0\x02" * 3_500_000),
        "picture_unreadable",
    ),
    "a JPEG in 14 megabytes of zeros": ("a.jpg", lambda: jpeg((9, 9), bytes(14_000_000)), "picture_unreadable"),
    "a JPEG in 14 megabytes of padding": ("a.jpg", lambda: jpeg((9, 9), b"\xff" * 14_000_000), "picture_unreadable"),
    "a PNG of a million chunks": (
        "a.png",
        lambda: png(9, 9, more=chunk(b"prIv", b"") * 1_200_000),
        "picture_unreadable",
    ),
    "a PNG of text that unpacks": (
        "a.png",
        lambda: png(9, 9, more=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**8))) * 20),
        "picture_unreadable",
    ),
    "a profile that unpacks": (
        "a.png",
        lambda: png(9, 9, more=chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(10**8)))),
        "picture_unreadable",
    ),
    "noise to the last byte": (
        "a.png",
        lambda: png(
            2_300,
            2_000,
            rows=zlib.compress(b"".join(b"\0" + random.Random(n).randbytes(6_900) for n in range(2_000)), 0),
        ),
        None,
    ),
}
MEASURED = """
import json, re, sys, time
from pathlib import Path
from mallette.pictures import Unfit, clean
name, data = sys.argv[1], Path(sys.argv[2]).read_bytes()
start = time.process_time()
try:
    code = clean(name, data) and None
except Unfit as unfit:
    code = unfit.code
seconds = time.process_time() - start
most = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps([code, seconds, most]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="no measure of memory here")
@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_picture_takes_little_time_and_memory(name, tmp_path, installed):
    file, make, code = HEAVY[name]
    data = make()
    assert len(data) <= MAX_BYTES
    (tmp_path / file).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, file, tmp_path / file],
        env=installed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    said, seconds, megabytes = json.loads(done.stdout)
    assert said == code
    assert (seconds < SECONDS, megabytes < MEGABYTES) == (True, True), (seconds, megabytes)


def test_files_of_gigabytes_are_not_read(tiny_root):
    for name in ("grand.jpg", "grand.yml"):
        with (tiny_root / "cases" / name).open("wb") as file:
            file.truncate(3 * 1024**3)
    story = tiny_root / STORY
    story.write_text(story.read_text("utf-8") + WITH_PICTURE.format(file="grand.jpg"), "utf-8")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines = told(tiny_root)
    assert [line.partition(" ")[0] for line in lines] == [
        "cases/grand.jpg:1:1:",
        "cases/grand.yml:1:1:",
        "cases/premier.yml:14:11:",
    ]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_a_picture_that_cannot_be_read_is_told(tiny_root, monkeypatch):
    story = tiny_root / STORY
    story.write_text(story.read_text("utf-8") + WITH_PICTURE.format(file="a.jpg"), "utf-8")
    (tiny_root / "cases/a.jpg").write_bytes(encoded("JPEG"))
    monkeypatch.setattr(Path, "open", _denied(Path.open))
    assert any(line.startswith("cases/premier.yml:14:11: ") for line in told(tiny_root))


def _denied(open_):
    def opened(path, *arguments, **options):
        if path.suffix == ".jpg":
            raise PermissionError(13, "denied")
        return open_(path, *arguments, **options)

    return opened


def test_the_command_line_tells_a_bad_kit_in_sentences(tiny_root, run):
    (tiny_root / "cases/bombe.yml").write_bytes(FILES["a gigabyte of aliases"][0])
    (tiny_root / "cases/tag.yml").write_bytes(FILES["a tag"][0])
    (tiny_root / "cases/a\n::error::x.yml").write_bytes(b"\xff")
    for command in ("check", "build"):
        done = run(command, "--root", tiny_root)
        assert done.returncode == 1
        assert not TRACE.search(done.stderr)
        assert not any(line.startswith("::") for line in (done.stdout + done.stderr).splitlines())
        assert "cases/bombe.yml:1:4: " in done.stderr
        assert "cases/tag.yml:1:8: " in done.stderr
    assert not (tiny_root / "pwned").exists()
    assert not (tiny_root / "site").exists()


# Made-up files

PLAIN_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Cn", "Co")), min_size=1, max_size=30
)
TREES = st.recursive(
    PLAIN_TEXT,
    lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(PLAIN_TEXT, inner, min_size=1, max_size=4),
    max_leaves=12,
)


@settings(max_examples=EXAMPLES)
@given(TREES, st.sampled_from([None, "'", '"', "|", ">"]), st.booleans(), st.integers(1, 6), st.booleans())
def test_whatever_is_written_in_any_style_comes_back(tree, style, flow, indent, unicode):
    written = yaml.dump(
        {"a": tree},
        Dumper=yaml.SafeDumper,
        default_style=style,
        default_flow_style=flow,
        indent=indent + 1,
        allow_unicode=unicode,
    )
    known = yaml.load(written, Loader=yaml.BaseLoader)  # which makes texts alone
    node, problems = read("x.yml", written.encode())
    if "!!" in written or "? " in written:
        return  # the writer's own way of saying what a text is, which no person types
    wrong = [p.code for p in problems if p.severity == "error"]
    assert wrong in ([], ["too_deep"], ["control_character"], ["duplicate_key"])
    if node is not None and not wrong:
        assert _given(plain(node)) == _given(known)


def _given(value):
    if isinstance(value, dict):
        return {key: _given(inner) for key, inner in value.items()}
    return [_given(inner) for inner in value] if isinstance(value, list) else str(value)


REAL = [
    yaml.load((TINY / name).read_text("utf-8"), Loader=yaml.BaseLoader) for name in (STORY, "kit/protocols/tour.yml")
]
VALUES = st.sampled_from(
    ["", "x", "-1", "0", "9" * 30, "nan", "1e400", "oui", "2026-01-01", "tour", "guide", "x" * 4000, "\n"]
)
ODD = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(VALUES, inner, max_size=3), max_leaves=5
)


@st.composite
def changed(draw, value):
    """A good file with something changed, somewhere."""
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: draw(changed(value[key]))}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], draw(changed(value[place])), *value[place + 1 :]]
    if isinstance(value, dict) and draw(st.booleans()):
        return {**value, draw(VALUES): draw(ODD)}
    return draw(ODD | st.just([value, value]))


@settings(max_examples=EXAMPLES)
@given(data=st.data(), cut=st.none() | st.integers(0, 900), path=st.sampled_from([0, 1]))
def test_a_good_file_that_someone_changed_is_good_or_told(tmp_path_factory, data, cut, path):
    root = _kept(tmp_path_factory)
    names = (STORY, "kit/protocols/tour.yml")
    for name in names:
        (root / name).write_bytes((TINY / name).read_bytes())
    written = yaml.safe_dump(data.draw(changed(REAL[path])), allow_unicode=True, sort_keys=False).encode()[:cut]
    (root / names[path]).write_bytes(written)
    try:
        load(root, Memo())
    except InvalidSource as error:
        for problem in error.problems:
            lines = (root / problem.path).read_text("utf-8", "replace").split("\n")
            assert 1 <= problem.line <= len(lines)
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
            for language in ("fr", "en"):
                assert not TRACE.search(labels(language).problem(problem))


ROOTS = []


def _kept(factory):
    if not ROOTS:
        ROOTS.append(factory.mktemp("changed") / "root")
        for path in TINY.rglob("*"):
            if path.is_file():
                target = ROOTS[0] / path.relative_to(TINY)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
    return ROOTS[0]


MUTATIONS = [
    b"&a ",
    b"*a",
    b"!!x ",
    b"<<: ",
    b"---\n",
    b"...\n",
    b"? ",
    b"[",
    b"]",
    b"{",
    b"}",
    b"|",
    b">",
    b"'",
    b'"',
    b"\\",
    b"%",
    b"@",
    b"#",
    b"\t",
    b"\0",
    b"\xff",
    b"\r",
    b": ",
    b"\n",
    b"- ",
    b"\xe2\x80\xa8",
    b"\xc2\x85",
    b"\xef\xbb\xbf",
]


@settings(max_examples=EXAMPLES)
@given(st.lists(st.tuples(st.integers(0, 900), st.sampled_from(MUTATIONS), st.integers(0, 3)), min_size=1, max_size=6))
def test_a_good_file_with_a_few_bytes_changed_is_read_or_told(mutations):
    data = (TINY / "kit/protocols/tour.yml").read_bytes()
    for place, piece, eaten in mutations:
        place = min(place, len(data))
        data = data[:place] + piece + data[place + eaten :]
    node, problems = read("x.yml", data)
    assert (node is None) == any(p.code != "duplicate_key" for p in problems if p.severity == "error")
    lines = re.split("\r\n|[\r\n\x85\u2028\u2029]", data.decode("utf-8", "replace"))
    for problem in problems:
        assert 1 <= problem.line <= len(lines), (problem, data)
        assert problem.column >= 1


def test_there_is_a_script_to_look_longer():
    assert (ROOT / "tests/fuzz/reading.py").is_file()
    assert MAX_PARTS < 10_000
