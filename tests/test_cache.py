import dataclasses
from types import SimpleNamespace

from mallette.artifact import Picture, PrintJob
from mallette.cache import Cache
from mallette.pdf import Typeset, fingerprint

JOB = PrintJob("x.pdf", "#source", {"a.typ": b"a", "b.typ": b"b"}, SimpleNamespace(), SimpleNamespace())
MADE = Typeset(b"%PDF", b"PNG", 2, ())


def test_whatever_could_change_the_document_changes_its_key():
    others = [
        dataclasses.replace(JOB, source="#other"),
        dataclasses.replace(JOB, files={"a.typ": b"a", "b.typ": b"c"}),
        dataclasses.replace(JOB, files={"a.typ": b"a", "c.typ": b"b"}),
        dataclasses.replace(JOB, files={"a.typ": b"ab", "b.typ": b""}),
        dataclasses.replace(JOB, files={"a.typ": b"a"}),
    ]
    keys = {fingerprint(job) for job in (JOB, *others)}
    assert len(keys) == 1 + len(others)
    assert fingerprint(JOB) == fingerprint(dataclasses.replace(JOB, files=dict(reversed(JOB.files.items()))))


def test_a_document_is_made_once_and_goes_when_nobody_asks_for_it(tmp_path):
    made = []

    def make():
        made.append(1)
        return MADE

    cache = Cache(tmp_path / "cache")
    assert cache.get("one", make) == cache.get("one", make) == MADE
    assert len(made) == 1
    other = Cache(tmp_path / "cache")
    other.get("two", make)
    other.sweep()
    assert {path.stem for path in (tmp_path / "cache").iterdir()} == {"two"}


def test_pictures_are_made_once_and_again_if_what_is_kept_is_damaged(tmp_path):
    made = []

    def make():
        made.append(1)
        return (Picture(b"PNG1", b"<svg/>"), Picture(b"PNG2", b"<svg></svg>"))

    for damage in (None, b"", b"PK\x03\x04 cut short"):
        if damage is not None:
            (tmp_path / "one.zip").write_bytes(damage)
        assert Cache(tmp_path).pictures("one", make) == Cache(tmp_path).pictures("one", make) == make()
        made.pop()
    assert len(made) == 3
    other = Cache(tmp_path)
    other.sweep()
    assert list(tmp_path.iterdir()) == []
