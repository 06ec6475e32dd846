"""mallette: facilitation kits and case libraries, printed and published from YAML."""

__version__ = "0.1.0"
