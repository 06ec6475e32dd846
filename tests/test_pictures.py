import io

import pytest
from PIL import Image

from mallette.pictures import MAX_SIDE, Unfit, clean

STORY = """
images:
  - file: {file}
    alt: Des mains autour d'une table
    credit: Une association
    license: CC-BY-SA-4.0
"""


def encoded(kind, size=(60, 40), colour="red", **options):
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, kind, **options)
    return target.getvalue()


def with_gps(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "secret place"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (50.0, 30.0, 0.0)
    return encoded("JPEG", exif=exif)


def test_nothing_hidden_is_published():
    raw = with_gps(6)
    assert b"secret place" in raw
    done = clean("photo.jpg", raw)
    assert b"secret place" not in done.content
    assert b"Exif" not in done.content
    assert (done.width, done.height) == (40, 60), "the picture is turned upright before its EXIF goes"


def test_a_tail_behind_the_picture_is_cut():
    assert b"<script>" not in clean("photo.png", encoded("PNG") + b"<script>alert(1)</script>").content


def test_large_pictures_shrink_and_the_same_bytes_come_out():
    raw = encoded("JPEG", (3000, 1000))
    done = clean("photo.jpeg", raw)
    assert (done.width, done.height) == (MAX_SIDE, 533)
    assert done == clean("photo.jpeg", raw)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("photo.png", encoded("JPEG"), "picture_other_format"),
        ("photo.jpg", encoded("GIF"), "picture_unreadable"),
        ("photo.jpg", b"<svg onload='alert(1)'/>", "picture_unreadable"),
        ("photo.png", encoded("PNG")[:60], "picture_unreadable"),
        ("photo.png", b"", "picture_unreadable"),
        ("photo.png", encoded("PNG", (9000, 5000)), "picture_too_big"),
        ("photo.png", bytes(15 * 1024 * 1024 + 1), "picture_too_big"),
    ],
)
def test_what_is_not_a_decent_picture_is_refused(name, data, code):
    with pytest.raises(Unfit) as refused:
        clean(name, data)
    assert refused.value.code == code


def test_a_story_with_a_picture(tiny_root, run):
    story = tiny_root / "cases/premier.yml"
    story.write_text(story.read_text(encoding="utf-8") + STORY.format(file="table.jpg"), encoding="utf-8")
    (tiny_root / "cases/table.jpg").write_bytes(with_gps(1))
    done = run("build", "--root", tiny_root)
    assert done.returncode == 0, done.stderr
    page = (tiny_root / "site/recits/premier/index.html").read_text(encoding="utf-8")
    assert 'alt="Des mains autour d’une table"' in page
    assert 'width="60"' in page
    assert "Une association" in page
    assert b"secret place" not in (tiny_root / "site/recits/images/table.jpg").read_bytes()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("absente.jpg", "l'image « absente.jpg » n'est pas dans cases/"),
        ("../kit/kit.yml", "nommez l'image"),
        ("Photo été.jpg", "nommez l'image"),
        ("fausse.jpg", "abîmée ou n'est pas une image"),
    ],
)
def test_a_picture_that_will_not_do_is_told_at_its_line(tiny_root, run, file, said):
    story = tiny_root / "cases/premier.yml"
    text = story.read_text(encoding="utf-8")
    story.write_text(text + STORY.format(file=file), encoding="utf-8")
    (tiny_root / "cases/fausse.jpg").write_bytes(b"not a picture")
    done = run("check", "--root", tiny_root)
    assert done.returncode == 1
    line = text.count("\n") + 3
    assert f"cases/premier.yml:{line}:11: " in done.stderr
    assert said in done.stderr
