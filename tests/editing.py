"""Changing a file of a root as a person would."""


def edit(path, *changes):
    """Replace words that are there by others: pairs of what was and what is."""
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
