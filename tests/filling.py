"""Fill a form in as a person does in Chrome, through pdfium's form engine: point, type, tick, save."""

import io

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium


def widgets(data):
    """What a person may fill in on the first page: name (or name:choice), rectangle in points."""
    with pikepdf.open(io.BytesIO(data)) as document:
        found = {}
        for widget in document.pages[0].Annots:
            name = str(widget.T) if "/T" in widget else str(widget.Parent.T)
            if "/Parent" in widget:
                name += f":{next(key for key in widget.AP.N.keys() if key != '/Off')[1:]}"  # noqa: SIM118
            found[name] = [float(edge) for edge in widget.Rect]
        return found


def filled(data, **answers):
    """The same form, filled in; a choice is ticked, anything else is typed."""
    places = widgets(data)
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    form, page = document.formenv.raw, document[0]
    for name, answer in answers.items():
        left, bottom, right, top = places.get(name) or places[f"{name}:{answer}"]
        for act in (pdfium.FORM_OnMouseMove, pdfium.FORM_OnLButtonDown, pdfium.FORM_OnLButtonUp):
            act(form, page.raw, 0, (left + right) / 2, (bottom + top) / 2)
        for letter in answer if name in places else "":
            pdfium.FORM_OnChar(form, page.raw, ord("\r" if letter == "\n" else letter), 0)
        pdfium.FORM_ForceToKillFocus(form)
    return _bytes(document)


def as_printed(data):
    """The same file with its fields drawn onto the page, as for a printer."""
    document = pypdfium2.PdfDocument(data)
    page = document[0]
    assert pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_PRINT) != pdfium.FLATTEN_FAIL
    return _bytes(document)


def picture(data, box=None):
    """The first page in grey, at 144 dots an inch, or what a rectangle of it shows."""
    page = pypdfium2.PdfDocument(data)[0]
    image, height = page.render(scale=2).to_pil().convert("L"), page.get_height()
    if box is None:
        return image
    left, bottom, right, top = box
    return image.crop((int(2 * left), int(2 * (height - top)), int(2 * right), int(2 * (height - bottom))))


def _bytes(document):
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
