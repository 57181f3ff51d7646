"""The params file of a period: what it may say, reading it, and changing its text."""

from bulletin.project.params.load import known_periods, load_params, parse_params
from bulletin.project.params.model import GAPS, Params
from bulletin.project.params.rules import Posts, Rules

SCHEMA_NAME = "params.schema.json"

__all__ = ["GAPS", "SCHEMA_NAME", "Params", "Posts", "Rules", "known_periods", "load_params", "parse_params"]
