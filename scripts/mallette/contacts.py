"""E-mail addresses and telephone numbers in what is published: each is told at its place, for someone to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .errors import Problem, shown
from .reading import Fields, Node, Text, position

AT = r"\s?(?:[@＠]|\(at\)|\[at\]|\(a\)|\(arobase\)|\[arobase\]|\barobase\b)\s?"
SIGNS = ("@", "＠", "(at)", "[at]", "(a)", "arobase")
"""There is no address without one of these, and most texts have none."""
EMAIL = re.compile(
    rf"(?<![\w.+%@/-])[\w.+%-]{{1,64}}{AT}(?:[\w-]{{1,63}}\.){{1,8}}[^\W\d_]{{2,24}}(?![\w@])", re.IGNORECASE
)

GAP = "[ .\u00a0\u202f\u2009-]"
COUNTRY = (
    "1|7|20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]"
    "|2[1-6]\\d|29\\d|35\\d|37\\d|38\\d|42\\d|50\\d|59\\d|67\\d|68\\d|69\\d|85\\d|88\\d|96\\d|97\\d|99\\d"
)
PHONES = (
    # 06 12 34 56 78, 06.12.34.56.78, 0612345678: five pairs, with the same gap each time
    re.compile(rf"0[1-9]({GAP}|/|)\d\d(?:\1\d\d){{3}}"),
    # 0475 12 34 56, 0475/12.34.56, 02 123 45 67, 079 123 45 67: an area, then its number
    re.compile(r"0[1-9]\d{0,2}[ ./\u00a0\u202f](?:\d{3}|\d\d)([ .\u00a0\u202f])\d\d\1\d\d"),
    # 0 800 123 456, 0800 123 456
    re.compile(r"0[ \u00a0\u202f]?8\d\d([ .\u00a0\u202f])\d{3}\1\d{3}"),
    # +33 6 12 34 56 78, +33 (0)6..., 0033612345678, +1 (555) 123-4567
    re.compile(
        rf"(?:\+|00) ?(?:{COUNTRY}){GAP}?(?:\(0\){GAP}?)?(?:[({{]?[1-9])(?:[ ./()\u00a0\u202f\u2009-]{{0,2}}\d){{5,11}}"
    ),
)
BEFORE = re.compile(r"[\w+]$|\d[ .,/\u00a0\u202f\u2009-]$")
AFTER = re.compile(r"[\w%€$£]|[ \u00a0\u202f](?:[%€$£]|euros?\b|\d\d+(?!\d*\s?[h:]))|[.,/-]\d")
NUMBERED = re.compile(
    r"\b(?:ISBN|ISSN|EAN|SIRET|SIREN|IBAN|RIB|RNA|RCS|TVA|DOI|UAI|APE|NAF)\b[^\n]{0,24}$", re.IGNORECASE
)
"""Words behind which a number is that of a book, an organisation, an account."""


def found(text: str) -> Iterator[tuple[int, str, str]]:
    """Where each contact begins, which of the two problems it is, and what is written."""
    bare = text.casefold()
    if any(sign in bare for sign in SIGNS):
        for address in EMAIL.finditer(text):
            yield address.start(), "email_published", address.group()
    taken: set[int] = set()
    abroad = "+" in text or "00" in text
    for pattern in PHONES if abroad else PHONES[:-1]:
        for number in pattern.finditer(text):
            if not taken.intersection(range(*number.span())) and _dialled(text, number):
                taken.update(range(*number.span()))
                yield number.start(), "phone_published", number.group()


def problems(name: str, text: str, node: Node | None = None) -> list[Problem]:
    """Each contact in a file, at its line and column; in its values too, if it has escapes that hide some."""
    told = []
    for start, code, said in sorted(found(text)):
        told.append(Problem(name, *position(text, start), code, {"said": shown(said)}, severity="warning"))
    for value in _texts(node) if node and "\\" in text else ():
        for _, code, said in found(value.value):
            if said not in text:
                told.append(Problem(name, value.line, value.column, code, {"said": shown(said)}, severity="warning"))
    return told


def _dialled(text: str, number: re.Match[str]) -> bool:
    """Whether these figures stand alone, and are no number of a book, an organisation or an address on the web."""
    start, end = number.span()
    before = text[max(0, start - 200) : start]
    figures = re.sub(r"\D", "", number.group().replace("(0)", ""))
    if BEFORE.search(before) or AFTER.match(text, end) or NUMBERED.search(before):
        return False
    if "://" in before[max(before.rfind(gap) for gap in " \n\t\"'<(") + 1 :]:
        return False
    if number.re is PHONES[-1] and not 9 <= len(figures.removeprefix("00")) <= 15:
        return False
    return not (len(figures) == 14 and _luhn(figures))


def _luhn(figures: str) -> bool:
    """Whether the last figure checks the others, as in a SIRET."""
    doubled = (int(f) * (1 + at % 2) for at, f in enumerate(reversed(figures)))
    return sum(number - 9 * (number > 9) for number in doubled) % 10 == 0


def _texts(node: Node) -> Iterator[Text]:
    if isinstance(node, Text):
        yield node
        return
    for inner in node.values.values() if isinstance(node, Fields) else node.values:
        yield from _texts(inner)
