"""The poster and the cards of a protocol as pictures for an online whiteboard: one card a picture, each once."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from html import escape

from .artifact import Board, BoardJob, BoardPicture, Picture, PrintJob
from .edition import DECKS
from .labels import Labels
from .model import Item, Line, Mallette, Printable, Protocol, Role, Step, WritingCard
from .templating import duration
from .typography import typeset

POSTER_PAPER = "a3"
"""The poster that fits a screen; the larger ones say the same."""
TEMPLATES = ("poster", *DECKS)


def board_jobs(jobs: Sequence[PrintJob], protocol: Protocol) -> Iterator[BoardJob]:
    """The documents to make pictures of: those of the kit, its decks with one card a page."""
    ours = [job for job in jobs if job.subject == protocol]
    posters = [job for job in ours if job.printable.template == "poster"]
    posters.sort(key=lambda job: job.printable.paper != POSTER_PAPER)
    for job in posters[:1]:
        yield BoardJob(job, (protocol,))
    for deck in DECKS:
        for job in [job for job in ours if job.printable.template == deck][:1]:
            once = [n for n, card in enumerate(job.cards) if card not in job.cards[:n]]
            if once:
                yield BoardJob(_one_a_page(job, once), tuple(job.cards[n] for n in once))


def board(made: BoardJob, pictures: Sequence[Picture], mallette: Mallette, words: Labels) -> Board:
    """The pictures of a document with their names and the text that stands for each."""
    named = []
    for number, (subject, picture) in enumerate(zip(made.subjects, pictures, strict=False), 1):
        title, text = (
            typeset(part, words.language) for part in _told(made.job.printable, subject, number, mallette, words)
        )
        name = f"{made.job.printable.id}/{number:02}-{subject.id}"
        named.append(BoardPicture(name, title, text, picture.png, _with_text(picture.svg, title, text)))
    items = tuple(subject for subject in made.subjects if isinstance(subject, Item))
    return Board(made.job.printable, items, tuple(named))


def _one_a_page(job: PrintJob, once: Sequence[int]) -> PrintJob:
    """The same document, where `deck` of cards.typ is that of board-cards.typ."""
    files = {
        **job.files,
        "cards-on-paper.typ": job.files["cards.typ"],
        "cards.typ": b'#import "cards-on-paper.typ": *\n#import "board-cards.typ": deck\n',
        "board-cards.json": json.dumps(once).encode(),
    }
    return dataclasses.replace(job, files=files)


def _told(
    printable: Printable, subject: Item | Step, number: int, mallette: Mallette, words: Labels
) -> tuple[str, str]:
    """A title, and what the picture says."""
    colon = words("colon")

    def part(label: str, *lines: str | None) -> str:
        said = " ".join(filter(None, lines))
        return f"{words(label)}{colon} {said}" if said else ""

    match subject:
        case Role():
            title = words("packs.role_card", title=subject.title)
            does, does_not = part("print.i_do", *subject.i_do), part("print.i_do_not", *subject.i_do_not)
            parts = [subject.in_a_sentence, does, does_not, part("print.phrases", *subject.useful_phrases)]
        case WritingCard():
            title = words("packs.writing_card", title=subject.title)
            fields = part("packs.fields", ", ".join(subject.fields))
            parts = [subject.question, subject.hint or "", fields or words("packs.lines")]
        case Step():
            title = words("packs.prompt_card", number=number, title=subject.title)
            said = part("print.aloud", subject.instruction) if subject.instruction else subject.aim
            more = part("print.follow_up", subject.follow_up), part("print.watch_for", subject.watch_for)
            parts = [f"{duration(subject.minutes, words)}.", said, *more]
        case Protocol() if printable.template == "rotation-cards":
            title = words("packs.rotation_card", title=subject.title)
            several = subject.rounds if len(subject.rounds) > 1 else ()
            rounds = [f"{words('print.rotation_round', number=n)}{colon} {s.title}." for n, s in enumerate(several, 1)]
            asked = (words(f"print.{label}") for label in ("badge_name", "sign_table", "rotation_keep"))
            parts = [*rounds, part("packs.fields", ", ".join(asked))]
        case Protocol():
            title = words("packs.poster", title=subject.title)
            steps = [
                f"{n}. {step.title} ({duration(step.minutes, words)}){colon} {step.aim}"
                for n, step in enumerate(subject.steps, 1)
            ]
            people = (mallette.roles[name] for name in subject.roles)
            roles = [f"{role.title}{colon} {role.in_a_sentence}" for role in people]
            parts = [subject.summary, *steps, *roles]
        case _:
            title, parts = Line(subject.title), []
    return title, " ".join(filter(None, parts))


def _with_text(svg: bytes, title: str, text: str) -> bytes:
    head, close, rest = svg.decode().partition(">")
    told = f'<title id="title">{escape(title, quote=False)}</title><desc id="text">{escape(text, quote=False)}</desc>'
    return f'{head} role="img" aria-labelledby="title text"{close}{told}{rest}'.encode()
