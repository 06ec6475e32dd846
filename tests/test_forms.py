"""The record, the feelings sheet and the boards as forms: filled in by pdfium, printed, and read back."""

import contextlib
import ctypes
import io
import itertools
import subprocess

import page as validator
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from conftest import ROOT
from filling import as_printed, filled, picture, widgets
from measure import squeezed
from PIL import ImageChops
from printed import MALLETTE

from mallette import forms, records
from mallette.errors import MalletteError
from mallette.labels import labels, languages
from mallette.loading import load
from mallette.model import SessionRecord
from mallette.pdf import typeset
from mallette.printables import plans
from mallette.reading import read
from mallette.templating import words_for
from mallette.validation import validate

FRENCH = "L’œuvre : « où ? » – né à Noël, ŒUVRE, Ÿ, ç, ï, 30 €…"
ENTRIES = {"/Tx", "/Btn"}
FORMS = ("trace", "ressentis", "qui-fait-quoi", "retrospective")


def made():
    loaded = load(ROOT)
    chosen = [p for p in loaded.mallette.kit.printables if p.id in FORMS]
    found = {}
    for job in (plan.job() for plan in plans(loaded, ROOT, words_for(ROOT, "fr"), chosen)):
        if job.subject.id == "atelier-entraide":
            found[job.printable.id] = typeset(job, loaded.mallette.kit.date).pdf
    return found


@pytest.fixture(scope="module")
def sheets():
    found = made()
    assert set(found) == set(FORMS)
    return found


@pytest.fixture
def saved(tmp_path):
    def saved(data):
        path = tmp_path / "rempli.pdf"
        path.write_bytes(data)
        return path

    return saved


def record_of(data, saved):
    return records.read_form(saved(data))[0]


def opened(data):
    return pikepdf.open(io.BytesIO(data))


def test_every_field_of_the_paper_is_there(sheets):
    rows = {f"{name}_{n}" for name in ("action", "who", "due", "first_step") for n in (1, 2, 3)}
    hidden = {"protocol", "edition"}
    shares = {"sharing:internal", "sharing:anonymised", "sharing:public"}
    texts = {"date", "place", "attendance", "request", "idea_1", "idea_2", "idea_3", "learnings", "follow_up"}
    consent = {"consent:yes", "consent_date"}
    steps = list(enumerate(MALLETTE.protocols["atelier-entraide"].steps, 1))
    departures = {f"{name}_{n}:{step.id}" for name in ("skipped", "extended") for n, step in steps} | {"changed"}
    assert set(widgets(sheets["trace"])) == hidden | texts | rows | departures | shares | consent
    feelings = {"liked", "hindered", "wishes", "leave_with", "change"} | {f"roti:{n}" for n in range(1, 6)}
    assert set(widgets(sheets["ressentis"])) == hidden | feelings
    columns = ("action", "who", "due", "first_step", "outcome")
    cells = {f"{name}_{n}" for name in columns for n in range(1, 13)}
    assert set(widgets(sheets["qui-fait-quoi"])) == hidden | cells
    numbered = {f"{name}_{n}" for name in ("kept", "votes") for n in range(1, 6)}
    columns = {"liked", "hindered", "wishes", "change", "unread"}
    assert set(widgets(sheets["retrospective"])) == hidden | columns | numbered


def test_every_field_has_a_french_name_a_tag_and_room(sheets):
    words = labels("fr")
    for data in sheets.values():
        with opened(data) as pdf:
            tags = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
            page = pdf.pages[0]
            assert page.Tabs == "/S"
            names = []
            for widget in page.Annots:
                assert widget.Subtype == "/Widget"
                names.append(str(widget.TU))
                tag = tags[int(widget.StructParent)]
                assert tag.S == "/Form"
                kid = tag.K if isinstance(tag.K, pikepdf.Dictionary) else tag.K[0]
                assert kid.Obj.objgen == widget.objgen
                assert "/AA" not in widget
                assert "/A" not in widget
            for field in pdf.Root.AcroForm.Fields:
                assert str(field.TU)
                assert field.FT in ENTRIES
                if "/DA" in field:
                    assert float(str(field.DA).split()[1]) >= 9
                    assert 0 < field.MaxLen <= 600
            assert all(names)
            assert len(set(names)) == len(names)
            assert "/NeedAppearances" not in pdf.Root.AcroForm
    with opened(sheets["trace"]) as pdf:
        assert str(words("print.record_request")).replace("'", "’") in {str(w.TU) for w in pdf.pages[0].Annots}


def test_the_tab_key_follows_the_page(sheets):
    """Down the page, from left to right in a line (its fields overlap in height), and down the next column."""
    for data in sheets.values():
        boxes = [box for name, box in widgets(data).items() if name not in ("protocol", "edition", "unread")]
        for (left, _, right, top), (to_left, to_bottom, _, to_top) in itertools.pairwise(boxes):
            assert to_top <= top + 1 or to_left > right
            assert to_left > left or to_bottom < top - 5


def test_forms_are_valid_pdf_ua_1(sheets):
    for data in sheets.values():
        report = validator.validate_pdf_bytes(data, profile="ua1")
        assert [(f.rule_id, f.message) for f in report.failures] == []
        assert report.rules.total > 100


def test_an_empty_form_prints_as_the_paper(sheets):
    for data in sheets.values():
        with opened(data) as pdf:
            del pdf.Root.AcroForm
            del pdf.pages[0].Annots
            paper = io.BytesIO()
            pdf.save(paper)
        assert ImageChops.difference(picture(as_printed(data)), picture(paper.getvalue())).getbbox() is None


def test_two_runs_give_the_same_bytes(sheets):
    assert made() == sheets


def fonts_of(data):
    """Each letter that prints, with the font that draws it."""
    text = pypdfium2.PdfDocument(data)[0].get_textpage()
    for index in range(text.count_chars()):
        name, flags = (ctypes.c_char * 100)(), ctypes.c_int()
        pdfium.FPDFText_GetFontInfo(text, index, name, 100, flags)
        yield chr(pdfium.FPDFText_GetUnicode(text, index)), name.value.decode()


def test_what_is_typed_prints_in_our_font(sheets):
    typed = filled(sheets["trace"], place="Brioude", attendance=FRENCH, request=f"{FRENCH}\nŒufs")
    printed = as_printed(typed)
    text = pypdfium2.PdfDocument(printed)[0].get_textpage().get_text_bounded()
    assert text.count(FRENCH) == 2
    assert "Œufs" in text
    letters = {(c, font) for c, font in fonts_of(printed) if c in "œŒ’«»–€Ÿç"}
    assert {c for c, _ in letters} >= set("œŒ’«»–€Ÿç")
    assert {font.split("-")[0].split("+")[-1] for c, font in letters} <= {
        "AtkinsonHyperlegibleNext",
        "BricolageGrotesque",
    }
    left, _, right, top = widgets(sheets["trace"])["attendance"]
    above_the_rule = (left, top - 9, right, top)
    assert picture(as_printed(sheets["trace"]), above_the_rule).getextrema()[0] > 200
    assert picture(printed, above_the_rule).getextrema()[0] < 60


def test_ticks_print_and_exclude_one_another(sheets, saved):
    data = filled(filled(sheets["ressentis"], roti="2"), roti="4")
    assert record_of(data, saved).feelings.roti == 4
    box = widgets(data)["roti:4"]
    dark = [sum(picture(as_printed(d), box).histogram()[:60]) for d in (sheets["ressentis"], data)]
    assert dark[1] > 2 * dark[0]
    data = filled(filled(sheets["trace"], request="x", sharing="public"), sharing="anonymised")
    assert record_of(data, saved).sharing == "anonymised"
    data = filled(data, sharing="anonymised")  # a box may be unticked
    assert record_of(data, saved).sharing == "internal"


def test_a_field_takes_no_more_than_prints(sheets):
    long = filled(sheets["trace"], learnings="Encore une phrase. " * 60)
    said = forms.read_fields(long)["learnings"].text
    assert 200 < len(said) < 600
    text = pypdfium2.PdfDocument(as_printed(long))[0].get_textpage().get_text_bounded()
    assert squeezed(said) in squeezed(text)


def test_a_filled_record_comes_back_as_yaml(sheets, saved):
    data = filled(
        sheets["trace"],
        date="1er décembre 2026",
        place="Brioude # salle 2",
        attendance="no",
        request=f"{FRENCH}\n\n- une : deux",
        idea_1="Idée *une*",
        idea_3="12:30",
        action_1="Écrire à l’œuvre",
        who_1="Deux personnes",
        due_1="fin janvier",
        first_step_1="Un appel",
        action_3="Seule",
        learnings="’",
        sharing="public",
        follow_up="23/12/2026",
    )
    record, empty = records.read_form(saved(data))
    assert empty == ()
    text = records.as_yaml(record)
    node, problems = read("trace.yml", text.encode())
    again, faults = validate(SessionRecord, node)
    assert (again, problems, faults) == (record, [], [])
    assert again.model_dump(mode="json", exclude_defaults=True) == {
        "protocol": "atelier-entraide",
        "edition": MALLETTE.kit.edition,
        "date": "2026-12-01",
        "place": "Brioude # salle 2",
        "attendance": "no",
        "request": f"{FRENCH}\n\n- une : deux",
        "ideas": ["Idée *une*", "12:30"],
        "action_plan": [
            {"action": "Écrire à l’œuvre", "who": "Deux personnes", "due": "fin janvier", "first_step": "Un appel"},
            {"action": "Seule"},
        ],
        "learnings": "’",
        "sharing": "public",
        "follow_up": "23/12/2026",
    }


def test_what_the_group_changed_and_agreed_to_comes_back(sheets, saved):
    data = filled(
        sheets["trace"],
        skipped_2="choix",
        extended_1="accueil",
        extended_6="consultation",
        changed="Une pause avant le plan",
        sharing="public",
        consent="yes",
        consent_date="2 décembre 2026",
    )
    record = record_of(data, saved)
    assert record.model_dump(mode="json", include={"departures", "consent", "consent_date"}) == {
        "departures": {
            "skipped": ["choix"],
            "extended": ["accueil", "consultation"],
            "note": "Une pause avant le plan",
        },
        "consent": True,
        "consent_date": "2026-12-02",
    }
    assert not record.lacks_consent
    node, _ = read("trace.yml", records.as_yaml(record).encode())
    assert validate(SessionRecord, node) == (record, [])


def test_a_record_that_says_nothing_of_them_leaves_them_out(sheets, saved):
    text = records.as_yaml(record_of(filled(sheets["trace"], request="x"), saved))
    assert [line.split(":")[0] for line in text.splitlines()] == ["protocol", "edition", "request", "sharing"]


@pytest.mark.parametrize("sharing", ["internal", "anonymised", "public"])
def test_a_record_to_share_without_consent_is_read_with_a_warning(sheets, saved, run, sharing):
    done = run("record", "read", saved(filled(sheets["trace"], request="x", idea_1="y", action_1="z", sharing=sharing)))
    assert (done.returncode, f"sharing: {sharing}" in done.stdout) == (0, True)
    assert ("accord du groupe" in done.stderr) == (sharing != "internal")
    agreed = filled(sheets["trace"], request="x", idea_1="y", action_1="z", sharing=sharing, consent="yes")
    assert run("record", "read", saved(agreed)).stderr == ""


def test_a_filled_board_comes_back_as_actions(sheets, saved):
    data = filled(
        sheets["qui-fait-quoi"],
        action_1="Écrire aux voisins",
        who_1="Nous deux",
        action_12="Rappeler",
        outcome_1="Oui : une salle",
    )
    record, empty = records.read_form(saved(data))
    assert empty == ()
    assert records.as_yaml(record).splitlines()[2:-1] == [
        "action_plan:",
        "- action: Écrire aux voisins",
        "  who: Nous deux",
        "- action: Rappeler",
        "done:",
        "- action: Écrire aux voisins",
        "  who: Nous deux",
        "  outcome: 'Oui : une salle'",
    ]
    for row in ({"who_3": "Nous"}, {"outcome_3": "Oui"}):
        with pytest.raises(MalletteError, match="record_row"):
            records.read_form(saved(filled(sheets["qui-fait-quoi"], **row)))


def test_a_board_is_one_table_that_fills_its_page(sheets):
    places = widgets(sheets["qui-fait-quoi"])
    rows = [places[f"action_{n}"] for n in range(1, 13)]
    assert rows[0][3] - rows[-1][1] > 0.65 * 842, "of the height of an A3 that lies on its side"
    assert all(top - bottom > 30 for _, bottom, _, top in rows), "room for a felt pen"
    assert max(places, key=lambda name: places[name][2]).startswith("outcome_")


def test_a_retrospective_is_refused_in_one_sentence(sheets, saved, run):
    done = run("record", "read", saved(filled(sheets["retrospective"], liked="L’écoute", votes_4="7")))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "rétrospective" in done.stderr


@pytest.mark.parametrize(
    ("form", "answers"),
    [
        ("qui-fait-quoi", {"action_3": FRENCH, "outcome_12": FRENCH}),
        ("retrospective", {"liked": FRENCH, "kept_5": FRENCH, "change": FRENCH, "votes_1": "8", "votes_5": "12"}),
    ],
)
def test_what_is_typed_on_a_board_prints_there(sheets, form, answers):
    places = widgets(sheets[form])
    document = pypdfium2.PdfDocument(as_printed(filled(sheets[form], **answers)))
    text = document[0].get_textpage()
    for name, answer in answers.items():
        left, bottom, right, top = places[name]
        assert squeezed(answer) in squeezed(text.get_text_bounded(left, bottom, right, top)), name


def test_votes_that_are_typed_hide_the_boxes(sheets):
    data = filled(sheets["retrospective"], votes_4="7")
    _, bottom, right, top = widgets(data)["votes_4"]
    corner = (right - 12, bottom, right, top)
    assert picture(as_printed(sheets["retrospective"]), corner).getextrema()[0] < 120
    assert picture(as_printed(data), corner).getextrema()[0] > 250


def test_filled_feelings_come_back(sheets, saved):
    data = filled(sheets["ressentis"], liked="L’écoute", leave_with="Une idée", roti="5", change="Rien")
    record, empty = records.read_form(saved(data))
    assert empty == ()
    assert record.feelings.model_dump(exclude_none=True) == {
        "liked": "L’écoute",
        "leave_with": "Une idée",
        "roti": 5,
        "change": "Rien",
    }


def changed(data, change):
    with opened(data) as pdf:
        change(pdf)
        target = io.BytesIO()
        pdf.save(target)
    return target.getvalue()


def with_value(data, name, value):
    def change(pdf):
        next(f for f in pdf.Root.AcroForm.Fields if str(f.T) == name).V = value

    return changed(data, change)


def test_values_that_another_program_wrote_are_cleaned(sheets, saved):
    said = "a\x00\u202eb\x07\rc\u2028d\t e \ufeff\n"
    data = with_value(sheets["trace"], "request", pikepdf.String(said))
    record = record_of(data, saved)
    assert record.request == "ab\nc\nd  e"
    assert records.as_yaml(record)
    data = with_value(sheets["trace"], "place", pikepdf.String("Le\nPuy"))
    assert record_of(data, saved).place == "Le Puy"


@pytest.mark.parametrize("said", ["23/11/2026", "23-11-2026", "23.11.2026", "2026-11-23", "23 novembre 2026"])
def test_dates_as_people_write_them(sheets, saved, said):
    data = with_value(sheets["trace"], "date", pikepdf.String(said))
    assert record_of(data, saved).date.isoformat() == "2026-11-23"


def protected(data):
    with opened(data) as pdf:
        target = io.BytesIO()
        pdf.save(target, encryption=pikepdf.Encryption(owner="a", user="b"))
    return target.getvalue()


def no_form(pdf):
    del pdf.Root.AcroForm


def other_form(pdf):
    pdf.Root.AcroForm.Fields = pikepdf.Array([pdf.Root.AcroForm.Fields[3]])


FAULTS = {
    "record_unreadable": lambda d: b"%PDF-1.7\n" + b"x" * 2000,
    "record_locked": protected,
    "record_not_a_form": lambda d: changed(d, no_form),
    "record_not_ours": lambda d: changed(d, other_form),
    "record_blank": lambda d: d,
    "record_too_big": lambda d: d + b" " * records.MAX_BYTES,
    "record_too_long": lambda d: with_value(d, "place", pikepdf.String("x" * 5000)),
    "record_date": lambda d: with_value(d, "date", pikepdf.String("un mardi")),
    "record_row": lambda d: with_value(d, "who_2", pikepdf.String("Nous")),
    "record_wrong": lambda d: with_value(with_value(d, "place", "x"), "protocol", pikepdf.String("../x")),
}


@pytest.mark.filterwarnings("ignore::pikepdf.PageCopyWarning")
@pytest.mark.parametrize("code", FAULTS)
def test_a_form_that_cannot_be_read_is_told_in_one_sentence(sheets, saved, code):
    with pytest.raises(MalletteError) as caught:
        records.read_form(saved(FAULTS[code](sheets["trace"])))
    assert caught.value.code == code
    for language in languages():
        assert "\n" not in labels(language).error(caught.value)


@pytest.mark.parametrize("part", range(0, 100, 7))
def test_half_a_file_is_never_a_traceback(sheets, saved, part):
    data = filled(sheets["trace"], request="x")
    with contextlib.suppress(MalletteError):
        records.read_form(saved(data[: len(data) * part // 100]))


def test_the_limits_of_the_form_are_those_of_the_model():
    fields = SessionRecord.model_fields
    for name, kind in (("place", "text"), ("request", "area"), ("follow_up", "text"), ("learnings", "area")):
        (limit,) = (rule.max_length for rule in fields[name].metadata if hasattr(rule, "max_length"))
        assert limit >= forms.LIMITS[kind]


def test_the_command_writes_whole_files_and_replaces_none(sheets, saved, run, tmp_path):
    form = saved(filled(sheets["trace"], request=FRENCH))
    shown = run("record", "read", form)
    assert (shown.returncode, FRENCH in shown.stdout) == (0, True)
    assert shown.stderr == "Champs restés vides : Idée 1, Action 1.\n"
    out = tmp_path / "trace.yml"
    assert run("record", "read", form, "--out", out).returncode == 0
    assert out.read_text(encoding="utf-8") == shown.stdout
    out.write_text("autre", encoding="utf-8")
    refused = run("record", "read", form, "--out", out)
    assert (refused.returncode, out.read_text(encoding="utf-8")) == (1, "autre")
    assert refused.stderr.count("\n") == 1
    assert run("record", "read", form, "--out", out, "--force").returncode == 0
    assert out.read_text(encoding="utf-8") == shown.stdout
    assert run("record", "read", form, "--out", form, "--force").returncode == 1
    assert form.read_bytes().startswith(b"%PDF")
    nowhere = run("record", "read", form, "--out", tmp_path / "absent" / "trace.yml")
    assert (nowhere.returncode, "Traceback" in nowhere.stderr) == (1, False)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["rempli.pdf", "trace.yml"]


def test_the_command_tells_what_is_wrong(run, tmp_path):
    assert run("record", "read").stderr == "Il manque : FICHIER.pdf. Voir : mallette --help\n"
    for path in (tmp_path, tmp_path / "absent.pdf"):
        done = run("record", "read", path)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    (tmp_path / "x.pdf").write_bytes(b"\x00" * 100)
    done = run("record", "read", tmp_path / "x.pdf")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_another_viewer_draws_the_same_words(sheets, saved):
    """poppler draws from the appearance streams alone."""
    form = saved(filled(sheets["trace"], attendance=FRENCH))
    said = subprocess.run(["pdftotext", form, "-"], capture_output=True, check=True).stdout.decode()
    assert FRENCH in said
