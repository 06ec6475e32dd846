"""Throw bytes at the reader for as long as one likes: python tests/fuzz/reading.py -max_total_time=600 [a folder].

It needs Google's atheris (pip install atheris), which is no dependency of the tests: those have a budget of their own.
"""

import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

with atheris.instrument_imports():
    from mallette.labels import labels
    from mallette.loading import MODELS
    from mallette.reading import read
    from mallette.validation import validate


def one(data: bytes) -> None:
    """Whatever the bytes: a node or problems, each with a place and a sentence."""
    node, problems = read("x.yml", data)
    told = [problem for problem in problems if problem.severity == "error"]
    if node is None and not told:
        raise RuntimeError("neither a node nor a problem")
    for model in MODELS.values() if node is not None else ():
        told += validate(model, node, "fr", id="x")[1]
    for problem in told:
        if problem.line < 1 or problem.column < 1 or "\n" in labels("fr").problem(problem):
            raise RuntimeError(problem)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
