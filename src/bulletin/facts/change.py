"""What changed between two builds or two periods, figure by figure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from bulletin.facts.facts import ABSENT, Fact, Facts, UnknownMetricError, decimal_value
from bulletin.facts.figures import Scope
from bulletin.facts.metric import Metric, Unit

_INCOMPARABLE = "无可比数据"
_TURNS = {"新进": "新进入排名", "退出": "不再列入排名"}


@dataclass(frozen=True)
class Change:
    """One figure then and now. `old` or `new` is None where that metric isn't stated for that scope there.

    `scope` has the present name, or the last one of a county that is gone.
    """

    metric: Metric
    scope: Scope
    old: Fact | None
    new: Fact | None

    @property
    def title(self) -> str:
        """The metric's name in Chinese."""
        return self.metric.title

    @property
    def unit(self) -> Unit:
        """The metric's unit."""
        return self.metric.unit

    @property
    def amount(self) -> int | Fraction | None:
        """New minus old, exact; None where either has no value. A smaller rank is the better one.

        A rate without numerator and denominator comes back from facts.csv with 12 digits only. Against such a
        one, rates are equal where their 12 digits are; two pooled rates are compared exactly.
        """
        if self.old is None or self.new is None or self.old.value is None or self.new.value is None:
            return None
        pooled = self.old.denominator is not None and self.new.denominator is not None
        if self.unit == "rate" and not pooled and _digits(self.old) == _digits(self.new):
            return Fraction(0)
        return self.new.value - self.old.value

    @property
    def text(self) -> str:
        """For a table's cell: `+3`, `-1.23` (percentage points), `升2` (ranks), `否→是`; `—` where there's nothing."""
        amount = self.amount
        if amount is None:
            return self._turn or ABSENT
        if self.unit == "rate":
            return f"{_sign(amount)}{_points(amount)}"
        if self.unit == "rank":
            return f"{'降' if amount > 0 else '升'}{abs(amount)}" if amount else "平"
        if self.unit == "flag":
            return f"{self.old}→{self.new}" if amount else "不变"
        return f"{_sign(amount)}{abs(amount)}"

    @property
    def words(self) -> str:
        """For a sentence: `上升1.23个百分点`, `减少3`, `下降1位`, `持平`."""
        amount = self.amount
        if amount is None:
            return _TURNS.get(self._turn, _INCOMPARABLE)
        if self.unit == "rate":
            return f"{'上升' if amount > 0 else '下降'}{_points(amount)}个百分点" if amount else "持平"
        if self.unit == "rank":
            return f"{'下降' if amount > 0 else '上升'}{abs(amount)}位" if amount else "不变"
        if self.unit == "flag":
            return f"由{self.old}变为{self.new}" if amount else "不变"
        return f"{'增加' if amount > 0 else '减少'}{abs(amount)}" if amount else "持平"

    def told(self, then: str) -> str:
        """What a change is reckoned from; `then` is what the earlier period is called."""
        return f"{self.title}（{self.scope.name}）：本期{self.new or ABSENT}，{then}{self.old or ABSENT}；变化由未取整的数计算"

    @property
    def _turn(self) -> str:
        """新进 or 退出 where a county entered or left a ranking that both state; else nothing."""
        if self.unit != "rank" or self.old is None or self.new is None or self.old.value == self.new.value:
            return ""
        return "新进" if self.old.value is None else "退出"


def change(old: Facts, new: Facts, metric: str, scope: str) -> Change:
    """How one figure changed.

    Raises:
        UnknownMetricError: where neither states it.

    """
    before, after = old.get(metric, scope), new.get(metric, scope)
    named = after or before
    if named is None:
        raise UnknownMetricError(metric)
    return Change(named.metric, named.scope, before, after)


def differences(old: Facts, new: Facts) -> list[Change]:
    """The figures that the two facts.csv state differently: value to 12 digits, numerator, denominator.

    The topmost scope first, then the others by code, those that are new or gone among them; metrics as catalogued.
    """
    scopes = all_scopes(old, new)
    keys = [(metric, scope) for scope in scopes for metric in new.catalogue]
    stated = [(metric, scope) for metric, scope in keys if old.get(metric, scope) or new.get(metric, scope)]
    changes = [change(old, new, metric, scope) for metric, scope in stated]
    return [each for each in changes if _as_stated(each.old) != _as_stated(each.new)]


def all_scopes(old: Facts, new: Facts) -> dict[str, Scope]:
    """Return the scopes of either, by code, with their present names where they have one: the topmost, then by code."""
    scopes = old.scopes | new.scopes
    return dict(sorted(scopes.items(), key=lambda item: (item[1].parent is not None, item[0])))


def renamed(old: Facts, new: Facts) -> dict[str, str]:
    """Return the former name of each scope that is called otherwise now, by its code."""
    return {code: scope.name for code, scope in old.scopes.items() if new.scopes.get(code, scope).name != scope.name}


def _as_stated(fact: Fact | None) -> tuple[Fraction | None, int | None, int | None] | None:
    return None if fact is None else (_digits(fact), fact.numerator, fact.denominator)


def _digits(fact: Fact) -> Fraction | None:
    """The value that facts.csv states."""
    return None if fact.value is None else Fraction(decimal_value(Fraction(fact.value)))


def _sign(amount: int | Fraction) -> str:
    return "+" if amount > 0 else "-" if amount else ""


def _points(amount: int | Fraction) -> str:
    """A difference of rates in percentage points, without its sign, rounded half up once."""
    hundredths = int(abs(Fraction(amount)) * 10_000 + Fraction(1, 2))
    if amount and not hundredths:
        return "不足0.01"
    return f"{hundredths // 100}.{hundredths % 100:02d}"
