"""What a workflow answers below a form or a pull request; whatever it reads is text that anyone may have written.

Needs nothing but Python: it runs with rights, so it takes no code from what it answers to.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

MAX_BYTES = 256 * 1024
SHOWN = 30
LINE = 400
HELP = "Le guide : `docs/contribuer.md`. Une question ? Écrivez-la ici, quelqu'un vous répondra."


def main(arguments: list[str]) -> str:
    """The answer, as Markdown, or the number of a pull request."""
    match arguments:
        case ["merci", number]:
            return thanks(checked(number))
        case ["manque", path]:
            return lacking(lines(path))
        case ["bilan", path, preview, address]:
            return summary(problems(path), address, preview=Path(preview).exists())
        case ["numero", path]:
            return checked(text(path).strip())
    raise SystemExit("reply.py merci N | manque FICHIER | bilan FICHIER APERÇU ADRESSE | numero FICHIER")


def thanks(number: str) -> str:
    """To someone whose story has become a pull request."""
    return (
        f"Merci pour ce récit ! Il est bien arrivé, et il attend maintenant une relecture : #{number}\n\n"
        "Vous voulez changer quelque chose ? Modifiez votre message ci-dessus : la proposition suivra."
    )


def lacking(said: list[str]) -> str:
    """To someone whose story has faults."""
    return (
        "Merci pour ce récit ! Il manque peu de chose pour pouvoir le publier :\n\n"
        f"{listed(said)}\n\n"
        "Modifiez votre message ci-dessus (les trois points, puis « Edit ») : il sera relu aussitôt. " + HELP
    )


def summary(found: list[dict[str, Any]], address: str, *, preview: bool) -> str:
    """To whoever proposes a change: what is to be corrected, or where to see what it gives if that could be made."""
    faults = [one for one in found if one.get("severity") == "error"]
    looks = [one for one in found if one.get("severity") == "warning"]
    said = []
    if faults:
        said.append(f"Merci ! Avant de publier, il reste {len(faults)} chose(s) à corriger :\n\n{told(faults)}")
    elif not preview:
        said.append(
            "Merci ! La relecture automatique n'a rien trouvé à corriger, mais le site n'a pas pu être fabriqué."
        )
        said.append(f"Ce n'est peut-être pas de votre fait. Quelqu'un regardera pourquoi sur [cette page]({address}).")
    else:
        said.append("Merci ! La relecture automatique n'a rien trouvé à corriger.")
        said.append(f"Le site et la fiche imprimée sont à télécharger au bas de [cette page]({address}).")
    if looks:
        said.append(f"À regarder, sans que cela bloque rien :\n\n{told(looks)}")
    return "\n\n".join([*said, HELP])


def told(found: list[dict[str, Any]]) -> str:
    """Faults as a list: where, and what."""
    return listed([f"{one.get('file', '')}, ligne {one.get('line', '')} : {one.get('message', '')}" for one in found])


def listed(said: list[str]) -> str:
    """Texts of strangers as a list of code, in which nothing is a link, a name, an image or a command."""
    items = [f"- `{plain(line)}`" for line in said[:SHOWN] if plain(line)]
    more = [f"- et {len(said) - SHOWN} autre(s)"] if len(said) > SHOWN else []
    return "\n".join([*items, *more])


def plain(line: str) -> str:
    """One line without what would end a piece of code."""
    shown = "".join(c if c.isprintable() else " " for c in line.replace("`", "'"))
    return " ".join(shown.split())[:LINE]


def checked(number: str) -> str:
    """A number, or the end."""
    if not re.fullmatch("[1-9][0-9]{0,9}", number):
        raise SystemExit("not a number")
    return number


def problems(path: str) -> list[dict[str, Any]]:
    """What `mallette check --format json` said, if it is that."""
    try:
        found = json.loads(text(path))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        return [{"severity": "error", "file": "?", "line": "?", "message": "La relecture n'a pas pu se faire."}]
    return found


def lines(path: str) -> list[str]:
    """The lines of a file that say something."""
    return [line for line in text(path).splitlines() if line.strip()]


def text(path: str) -> str:
    """A file as text, up to a sensible size; a link is not followed."""
    file = Path(path)
    if file.is_symlink() or not file.is_file():
        raise SystemExit("not a file")
    with file.open("rb") as opened:
        return opened.read(MAX_BYTES).decode("utf-8", "replace")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(main(sys.argv[1:]))
