import dataclasses
import io
import os
import re
import shutil
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from mallette import build, pdf
from mallette.artifact import Artifact, Code, Overflow, Picture, PrintJob, Shrunk, Typeset
from mallette.cache import TOLD, UNUSED_DAYS, Cache
from mallette.cli import main
from mallette.errors import MalletteError
from mallette.labels import labels
from mallette.pdf import fingerprint

JOB = PrintJob("x.pdf", "#source", {"a.typ": b"a", "b.typ": b"b"}, SimpleNamespace(), SimpleNamespace())


def png(width, height):
    target = io.BytesIO()
    Image.new("L", (width, height)).save(target, "PNG")
    return target.getvalue()


MADE = Typeset(b"%PDF", png(72, 99), 2, (Overflow("Role:x:title", "X", 1.5),), (Shrunk("Role:x:i_do", "X", 12, 11.5),))


def test_whatever_could_change_the_document_changes_its_key():
    others = [
        dataclasses.replace(JOB, source="#other"),
        dataclasses.replace(JOB, files={"a.typ": b"a", "b.typ": b"c"}),
        dataclasses.replace(JOB, files={"a.typ": b"a", "c.typ": b"b"}),
        dataclasses.replace(JOB, files={"a.typ": b"ab", "b.typ": b""}),
        dataclasses.replace(JOB, files={"a.typ": b"a"}),
        *(
            dataclasses.replace(JOB, code=Code(*code))
            for code in [("https://a.org", "#000"), ("https://a.org", "#111")]
        ),
    ]
    keys = {fingerprint(job) for job in (JOB, *others)}
    assert len(keys) == 1 + len(others)
    assert fingerprint(JOB) == fingerprint(dataclasses.replace(JOB, files=dict(reversed(JOB.files.items()))))


def test_another_version_or_other_code_of_ours_makes_other_documents(tmp_path, monkeypatch):
    package = Path(pdf.__file__).parent
    for name in pdf.FINISH:
        shutil.copy(package / f"{name}.py", tmp_path)
    monkeypatch.setattr(pdf, "__file__", str(tmp_path / "pdf.py"))
    engines = pdf.engines.__wrapped__
    keys = [engines(), engines()]
    assert keys[0] == keys[1]
    for name in pdf.FINISH:
        with (tmp_path / f"{name}.py").open("a", encoding="utf-8") as module:
            module.write("\n")
        keys.append(engines())
    monkeypatch.setattr(pdf, "__version__", "99")
    keys.append(engines())
    assert len({*keys}) == len(pdf.FINISH) + 2


def test_a_document_depends_on_all_the_code_that_makes_it():
    """Whatever pdf.py imports of ours, at once or by another module; what artifact.py knows of the kit is in a job."""
    package, found, left = Path(pdf.__file__).parent, {"artifact"}, ["pdf"]
    while left:
        found.add(name := left.pop())
        text = (package / f"{name}.py").read_text(encoding="utf-8")
        left += {*re.findall(r"^from \.(\w+) import", text, re.MULTILINE)} - found - {"errors", "labels"}
    assert found == {*pdf.FINISH}


def test_a_document_that_is_kept_is_the_one_that_was_made(tmp_path):
    cache = Cache(tmp_path / "cache")
    assert cache.find("one") is None
    kept = cache.keep("one", MADE)
    assert cache.find("one") == kept
    assert (kept.pdf.read_bytes(), kept.preview.read_bytes()) == (MADE.pdf, MADE.preview)
    assert (kept.pages, kept.bytes, kept.preview_size) == (2, len(MADE.pdf), (72, 99))
    assert (kept.overflows, kept.shrunk) == (MADE.overflows, MADE.shrunk)


def test_a_document_without_its_picture_is_made_again_if_that_is_wanted(tmp_path):
    cache = Cache(tmp_path)
    cache.keep("one", dataclasses.replace(MADE, preview=None))
    assert cache.find("one", preview=False).preview is None
    assert cache.find("one") is None


@pytest.mark.parametrize("suffix", [".pdf", ".png", ".json"])
def test_a_document_cut_short_is_made_again(tmp_path, suffix):
    cache = Cache(tmp_path)
    cache.keep("one", MADE)
    path = tmp_path / f"one{suffix}"
    path.write_bytes(path.read_bytes()[:-1])
    assert cache.find("one") is None


def test_where_nothing_can_be_kept_the_document_is_still_there(tmp_path):
    (tmp_path / "cache").write_text("a file, not a folder", encoding="utf-8")
    kept = Cache(tmp_path / "cache").keep("one", MADE)
    assert (kept.pdf, kept.preview, kept.pages) == (MADE.pdf, MADE.preview, MADE.pages)


def test_what_nobody_asked_for_for_days_goes(tmp_path):
    first = Cache(tmp_path)
    for key in ("old", "recent", "used"):
        first.keep(key, MADE)
    long_ago = time.time() - (UNUSED_DAYS + 1) * 86400
    for key in ("old", "used"):
        for path in tmp_path.glob(f"{key}.*"):
            os.utime(path, (long_ago, long_ago))
    second = Cache(tmp_path)
    assert second.find("used")
    second.sweep()
    assert {path.stem for path in tmp_path.iterdir()} == {"recent", "used"}


def test_pictures_are_kept_and_made_again_if_what_is_kept_is_damaged(tmp_path):
    pictures = (Picture(b"PNG1", b"<svg/>"), Picture(b"PNG2", b"<svg></svg>"))
    cache = Cache(tmp_path)
    assert cache.pictures("one") is None
    cache.keep_pictures("one", pictures)
    assert Cache(tmp_path).pictures("one") == pictures
    for damage in (b"", b"PK\x03\x04 cut short"):
        (tmp_path / "one.zip").write_bytes(damage)
        assert Cache(tmp_path).pictures("one") is None


def test_what_a_killed_run_half_wrote_goes(tmp_path):
    cache = Cache(tmp_path)
    cache.keep("one", MADE)
    (tmp_path / "one.pdf.4242").write_bytes(b"%PD")
    cache.sweep()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.json", "one.pdf", "one.png"]


def test_what_cannot_be_kept_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(path, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    assert Cache(tmp_path).keep("one", MADE).pdf == MADE.pdf
    assert list(tmp_path.iterdir()) == []


def test_stories_that_were_not_asked_for_are_forgotten_at_once(tmp_path):
    cache = Cache(tmp_path)
    for key in ("affiche", f"{TOLD}un", f"{TOLD}deux"):
        cache.keep(key, MADE)
    later = Cache(tmp_path)
    later.find(f"{TOLD}un")
    later.forget_stories()
    assert {path.stem for path in tmp_path.iterdir()} == {"affiche", f"{TOLD}un"}


def test_a_document_that_another_build_cleared_is_told(tmp_path):
    kept = Cache(tmp_path).keep(f"{TOLD}one", MADE)
    file = Artifact("telecharger/x.pdf", kept.pdf)
    assert file.content == MADE.pdf
    Cache(tmp_path).forget_stories()
    with pytest.raises(MalletteError) as refused:
        assert file.content
    assert "telecharger/x.pdf" in labels("fr").error(refused.value)


@pytest.mark.parametrize(("builds", "printed"), [(1, True), (2, False)])
def test_print_makes_again_what_a_build_cleared(tiny_root, tmp_path, monkeypatch, capsys, builds, printed):
    """A build ends between typesetting and writing: the documents that it cleared are typeset once more, no oftener."""
    told, plain = [], build.print_all

    def disturbed(*arguments, **more):
        made = plain(*arguments, **more)
        if len(told) < builds:
            told.append(Cache(tiny_root / ".cache/mallette").forget_stories())
        return made

    monkeypatch.setattr(build, "print_all", disturbed)
    monkeypatch.setenv("MALLETTE_LANG", "fr")
    out = tmp_path / "out"
    try:
        main(["print", "--root", str(tiny_root), "--only", "recit", "--out", str(out), "--jobs", "1"])
    except SystemExit:
        assert not printed
        assert "n'est plus dans le cache" in capsys.readouterr().err
    assert len(told) == builds
    assert [path.name for path in out.glob("*")] == ["premier-recit.pdf"] * printed
