"""What Grammalecte says of the French of the sources, less the remarks that were read and found wrong.

Grammalecte (GPL) is a command, `apt-get install grammalecte-cli`; nothing imports it. `python tests/grammar.py` prints
its remarks in some 15 seconds; the tests ask for them where it is installed.
"""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import french

from mallette.loading import load
from mallette.typography import typeset

TYPOGRAPHY = ("typo", "apos", "nbsp", "esp", "unit", "num", "nf")
"""Options turned off: spaces, quotes and marks are those of mallette.typography."""

PLAIN_SPACES = {0xA0: " ", 0x202F: " "}

RULES_OFF = {
    "conf_peut_être2": "the kit writes « peut être » (may be), never « peut-être », before an adjective or a noun",
    "imp_verbe_groupe2_groupe3_t": "lines that begin with their verb, in the third person: « Tient le cadre »",
    "doublon": "two values side by side in a label, each read as the same letter",
    "imp_union_le_la_leur": "an imperative before an article, not a pronoun: « préférez le face-à-face »",
}
"""Rules that are mostly wrong here, and why."""

ACCEPTED = {
    "Pro Action Café": "the name of a format is masculine",
    "en choisirons une ensemble": "« ensemble » is an adverb here",
    "Écrire offres et demandes": "nouns without an article, in a title",
    "Rapprocher offres et demandes": "the same",
    "Ses mots, client et consultant": "two words that are quoted, not adjectives",
    "Une question, un pas, une demande suffisent": "three subjects make a plural",
    "mises en relation": "the participle goes with « mises »",
    "l’empathie et le temps que les autres leur ont donnés": "two objects, feminine and masculine: masculine plural",
    "Mentoré ou mentorée": "one noun in two genders",
    "mentoré ou mentorée": "the same",
    "la coordination ouverte, pour savoir": "an item of a list that goes on",
    "le fond perdu : 3 mm": "the same",
    "groupe d’entraide mutuelle": "the official name (GEM)",
    "« à ne pas confondre »": "a heading that is quoted",
    "les textes sources": "a noun, not the verb « sourcer »",
    "Ce que montre l’image](…)": "Markdown in a message",
    "« translates : X »": "the name of a field",
    "Adresse en https": "a noun, not a verb",
}
"""Words on which a remark is wrong, and why; the tests refuse those that no longer raise one."""


@dataclass(frozen=True)
class Remark:
    """What is said of some words of a text."""

    file: str
    text: str
    start: int
    end: int
    said: str
    rule: str

    @property
    def accepted(self) -> str | None:
        """The rule or the phrase for which this remark is known to be wrong."""
        if rule := next((rule for rule in RULES_OFF if rule in self.rule), None):
            return rule
        return next((phrase for phrase in ACCEPTED if self._touches(phrase)), None)

    def _touches(self, phrase: str) -> bool:
        """Whether the remark is about words of this phrase, or about the word beside it."""
        places = re.finditer(rf"(?:[\w’]+ )?{re.escape(phrase)}(?: \w+)?", self.text)
        return any(place.start() < self.end and self.start < place.end() for place in places)

    def __str__(self) -> str:
        return f"{self.file}: « {self.text[self.start : self.end]} »: {self.said}\n    {self.text}"


def remarks(blocks: Iterable[french.Block]) -> list[Remark]:
    """All that Grammalecte says, each text read once."""
    files = {typeset(block.prose, "fr").translate(PLAIN_SPACES): block.file for block in blocks}
    texts = list(files)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "french.txt"
        path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
        command = ["grammalecte-cli", "-f", str(path), "-j", "-owe", "-on", "neg", "-off", *TYPOGRAPHY]
        answer = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    return [
        Remark(files[text], text, found["nStart"], found["nEnd"], found["sMessage"], found["sRuleId"])
        for paragraph in json.loads(answer)["data"]
        for text in (texts[paragraph["iParagraph"] - 1],)
        for found in paragraph["lGrammarErrors"]
    ]


def main() -> None:
    """Print the remarks that are not accepted."""
    new = [remark for remark in remarks(french.blocks(french.ROOT, load(french.ROOT))) if not remark.accepted]
    print(*new, f"{len(new)} remarque(s)", sep="\n")


if __name__ == "__main__":
    main()
