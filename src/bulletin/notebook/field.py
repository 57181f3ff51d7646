"""What a field declares. It's found by an entry point, as nbconvert finds exporters: nobody imports it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, cast

from bulletin.facts.figures import Figure, Scope
from bulletin.facts.metric import Catalogue, Level, Metric
from bulletin.project.errors import BulletinError
from bulletin.project.file_names import scope_folder

if TYPE_CHECKING:
    from bulletin.facts.sources import Parts, Rows
    from bulletin.notebook.period import PeriodResults
    from bulletin.notebook.previous import Previous
    from bulletin.notebook.report import Report
    from bulletin.notebook.table import Table
    from bulletin.project.fingerprint import InputTable
    from bulletin.project.params import Params
    from bulletin.records.faults import Fault
    from bulletin.records.read import Records
    from bulletin.records.schema import Schema

ENTRY_POINTS = "bulletin.fields"
"""The group that a field's distribution names its Field in."""


@dataclass(frozen=True)
class ReportKind:
    """A kind of report: one notebook, made for each scope of its levels.

    `title` is what people call it, of one scope `{name}` is put in. `folder` lies below the period's, and holds a folder a
    scope where the notebook has a `parameter` for it; `stem` is the name of its files without their endings. A numbered one
    has a 发文字号 and the bureau's red head. `addressee` is whom it's to, with `{name}`; blank: the params' addressees.
    """

    notebook: str
    levels: tuple[Level, ...]
    title: str
    folder: str
    stem: str
    parameter: str = ""
    numbered: bool = False
    addressee: str = ""

    def place(self, scope: Scope) -> str:
        """Return the folder of a scope's report, below the period's."""
        return f"{self.folder}/{scope_folder(scope.code, scope.name)}" if self.parameter else self.folder

    def parameters(self, period: str, scope: Scope) -> dict[str, str]:
        """Return what the notebook is run with."""
        return {"period": period} | ({self.parameter: scope.code} if self.parameter else {})


@dataclass(frozen=True)
class Computed(ABC):
    """What a field makes of a period's records: exact figures, and what reviewers ask about them.

    `scopes` are all that figures are stated for, the topmost first. `apart` says in a line which rows are of other periods.
    A field's own tables and charts look into its own subclass.
    """

    records: Records
    warnings: Sequence[Fault]
    apart: str
    figures: Sequence[Figure]
    scopes: Sequence[Scope]

    @property
    @abstractmethod
    def inputs(self) -> list[InputTable]:
        """The sheets that all this was made from."""

    @property
    @abstractmethod
    def inputs_of(self) -> Mapping[str, list[InputTable]]:
        """The rows that each scope's own report uses, by the scope's code; the topmost uses all."""

    @property
    @abstractmethod
    def owed(self) -> Mapping[str, str]:
        """A digest of what each of those scopes owed and did, by code: all that its report may say beside its rows."""

    @property
    @abstractmethod
    def rows(self) -> Mapping[str, Mapping[str, Rows]]:
        """The rows behind each scope's figures, by table."""

    @property
    @abstractmethod
    def means(self) -> Mapping[str, Mapping[str, Parts]]:
        """What rates are the mean of, by metric and scope."""

    @property
    @abstractmethod
    def exempt(self) -> Mapping[str, int]:
        """How much of what was owed was forgiven, by scope."""

    @property
    @abstractmethod
    def months(self) -> Mapping[str, Mapping[str, Mapping[int, Fraction]]]:
        """The rate of each month, by rate and scope."""


@dataclass(frozen=True)
class Field:
    """A field: its tables, its metrics, its reports, and how they are computed.

    `title` is what its reports are about. `notebook` is the module that its notebooks import all from, `names` are further
    Chinese names that people write for what a template may name. `reasons` are the kinds of fault that leave rows out. `words` are those that only the field uses.
    """

    name: str
    title: str
    schema: Schema
    catalogue: Catalogue
    kinds: Sequence[ReportKind]
    notebook: str
    names: Mapping[str, str]
    reasons: Sequence[str]
    words: Sequence[str]
    describe: Callable[[Metric, Params], str]
    compute: Callable[[Records, Params, Previous | None], Computed]
    prose: Callable[[Report], Mapping[str, Any]]
    annexes: Callable[[PeriodResults], list[Table]]

    def kind(self, notebook: str) -> ReportKind:
        """Return the kind of report that a notebook makes."""
        return next(kind for kind in self.kinds if kind.notebook == notebook)

    def __reduce__(self) -> tuple[Callable[[str], Field], tuple[str]]:
        return find_field, (self.name,)  # another process finds its own: functions and modules don't go there


@cache
def find_field(name: str | None = None) -> Field:
    """Find a field by its name in the params, by default theirs.

    Raises:
        BulletinError: `unknown-field`, with those that there are.

    """
    if name is None:
        from bulletin.project.params import Params  # noqa: PLC0415 (pydantic; whoever has params has it)

        name = str(Params.model_fields["field"].default)
    known = {each.name: each for each in entry_points(group=ENTRY_POINTS)}
    if name not in known:
        raise BulletinError(
            "unknown-field",
            f"没有名为“{name}”的业务领域，请改正参数文件中的 field。可用的有：{'、'.join(field_names()) or '无'}。",
        )
    return cast(Field, known[name].load())


def field_names() -> list[str]:
    """Return the names of all fields that are installed."""
    return sorted(each.name for each in entry_points(group=ENTRY_POINTS))
