"""`python -m mallette` is the command `mallette`."""

from .cli import main

main()
