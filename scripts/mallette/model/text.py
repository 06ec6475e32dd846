"""The kinds of text, number and reference that the fields of the kit are made of."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

UNSEEN = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]*"
)
"""A text that shows nothing."""
LONGEST = 3000
"""What any text may have at most, whatever its field allows."""
BREAKS = re.compile(r"[ ]*[\t\r\n\u2028\u2029]+[ ]*")


class Written(str):
    """A string whose class tells the templates how it is to be shown, and that knows its language if it was read."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, value: object = "", language: str = "") -> Self:
        """A text; without a language, it is in that of whatever shows it."""
        text = super().__new__(cls, value)
        text.language = language
        return text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(cls._read, handler(str))

    @classmethod
    def _read(cls, value: Any, handler: Callable[[Any], str]) -> Self:
        said = cls._kept(handler(value))
        if UNSEEN.fullmatch(said):
            raise PydanticCustomError("empty_text", "nothing is said")
        if len(said) > LONGEST:
            raise PydanticKnownError("string_too_long", {"max_length": LONGEST})
        return cls(said, getattr(value, "language", ""))

    @classmethod
    def _kept(cls, said: str) -> str:
        """What is kept of a text."""
        return said


class Line(Written):
    """One line of plain text: shown as typed, with the typography of its language; a break is a space."""

    __slots__ = ()

    @classmethod
    def _kept(cls, said: str) -> str:
        return BREAKS.sub(" ", said)


class Name(Line):
    """What someone or something is called: shown as a line, and left as it is by a translation that has no better."""

    __slots__ = ()


class Prose(Written):
    """Rich text in a small CommonMark subset: paragraphs, emphasis, lists, links."""

    __slots__ = ()


def language_of(text: str, otherwise: str) -> str:
    """The language of a text, if it is known."""
    return getattr(text, "language", "") or otherwise


IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2}")
LOGO_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.(svg|png|jpg|jpeg)")
RESERVED = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")


def is_identifier(value: str) -> bool:
    """Whether a text can be the name of a file, everywhere."""
    return len(value) <= 60 and IDENTIFIER.fullmatch(value) is not None and RESERVED.fullmatch(value) is None


def _identifier(value: str) -> str:
    if not is_identifier(value):
        raise PydanticCustomError("identifier", "not an identifier")
    return value


def _language(value: str) -> str:
    if not LANGUAGE.fullmatch(value):
        raise PydanticCustomError("language", "not a language code")
    return value


def _whole_number(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,9}", value):
        raise PydanticCustomError("whole_number", "not a whole number")
    return value


def _yes_no(value: object) -> object:
    if isinstance(value, str):
        known = {"oui": True, "yes": True, "true": True, "non": False, "no": False, "false": False}
        if value.lower() not in known:
            raise PydanticCustomError("yes_no", "neither yes nor no")
        return known[value.lower()]
    return value


def _day(value: object) -> object:
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else "")
        except ValueError:
            raise PydanticCustomError("day", "not a date written YYYY-MM-DD") from None
    return value


def _decimal(value: object) -> object:
    """A number written with a point or, as in French, a comma."""
    return value.replace(",", ".") if isinstance(value, str) else value


def _address(value: str) -> str:
    if not re.fullmatch(r"https://[^\s/@:]+\.[^\s/@:]+(/[^\s]*)?", value):
        raise PydanticCustomError("address", "not an https address")
    return value


def _folder(value: str) -> str:
    """An address that others are joined to."""
    return value if value.endswith("/") or "?" in value else f"{value}/"


def _email(value: str) -> str:
    if not re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", value, re.ASCII):
        raise PydanticCustomError("email", "not an e-mail address")
    return value


def _pattern(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})


Identifier = Annotated[str, AfterValidator(_identifier), _pattern("[a-z0-9]+(-[a-z0-9]+)*")]
Language = Annotated[str, AfterValidator(_language), _pattern("[a-z]{2}")]
Count = Annotated[int, BeforeValidator(_whole_number), Field(ge=0)]
Flag = Annotated[bool, BeforeValidator(_yes_no)]
Day = Annotated[datetime.date, BeforeValidator(_day)]
Millimetres = Annotated[float, BeforeValidator(_decimal)]
Address = Annotated[str, AfterValidator(_address), _pattern("https://[^\\s/@:]+\\.[^\\s/@:]+(/\\S*)?")]
Base = Annotated[Address, AfterValidator(_folder)]
LogoName = Annotated[str, _pattern(LOGO_NAME.pattern)]
Email = Annotated[str, AfterValidator(_email)]


class Model(BaseModel):
    """A frozen value with known fields only."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _left_empty(cls, data: Any) -> Any:
        """An optional field with nothing after its name is one that is not there."""
        if not isinstance(data, dict):
            return data
        blank = {name for name, value in data.items() if isinstance(value, str) and not value.strip()}
        empty = {name for name in blank & cls.model_fields.keys() if not cls.model_fields[name].is_required()}
        return {name: value for name, value in data.items() if name not in empty} if empty else data


def doc(french: str, english: str, default: Any = ..., **limits: Any) -> Any:
    """Describe a field once, in both languages; a field without default is required.

    Tuples and mappings that may be left out take `default=()` or `default={}`.
    """
    return Field(default, description=english, json_schema_extra={"fr": french, "en": english}, **limits)


def unaccented(text: str) -> str:
    """A text without its accents; letters that are written as two others are those."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def meaning(about: object, language: str) -> str:
    """What `doc` says of a field (its `json_schema_extra`), in English for want of the language; else nothing."""
    return str(about.get(language) or about["en"]) if isinstance(about, Mapping) and "en" in about else ""
