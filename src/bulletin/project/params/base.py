"""What all groups of a params file share: strict keys, filled texts, days."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


def _no_number(value: object) -> object:
    # pydantic takes a number, and text that is one, for seconds since 1970.
    if isinstance(value, dt.date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)):
        return value
    raise PydanticCustomError("date_type", "not a date")


def filled(text: str) -> str:
    """The text, which must hold more than blanks."""
    if not text.strip():
        raise PydanticCustomError("string_too_short", "blank")
    return text


Text = Annotated[str, AfterValidator(filled), Field(min_length=1)]
Day = Annotated[dt.date, BeforeValidator(_no_number)]


def seen_as(description: str) -> ConfigDict:
    """What an editor shows of a group of keys: the schema's readers are analysts, the docstring's aren't."""
    return ConfigDict(json_schema_extra={"description": description})


class Model(BaseModel):
    """Unknown keys are errors: a misspelt rule must not silently fall back to its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def impossible(message: str) -> PydanticCustomError:
    """The fault of a value that is of the right type and can't be; `message` says why, in Chinese."""
    return PydanticCustomError("impossible", "{message}", {"message": message})


def wanted(message: str) -> PydanticCustomError:
    """The fault of a value of another form; `message` says which, in Chinese, and what stands there is shown."""
    return PydanticCustomError("wanted", "{message}", {"message": message})
