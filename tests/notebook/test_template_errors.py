"""What is said of a template's mistakes speaks of the field in hand, whichever it is."""

from __future__ import annotations

from fractions import Fraction

import jinja2
import pytest

from bulletin.facts.figures import Scope
from bulletin.facts.metric import ABOVE, COUNTY, LEVELS, Catalogue, Level, Metric, Unit
from bulletin.notebook.template_errors import Known, UnprintableError, printable, template_message, unknown_name


def metric(name: str, title: str, unit: Unit, levels: tuple[Level, ...] = LEVELS, *, headline: bool = False) -> Metric:
    return Metric(name, title, unit, levels, "", (), "河道", headline=headline)


RIVERS: Catalogue = {
    each.name: each
    for each in (
        metric("basins", "流域数", "count", ABOVE),
        metric("reaches", "河段数", "count"),
        metric("chiefs", "河长数", "count", headline=True),
        metric("patrol_rate_pooled", "巡河率（合并计算）", "rate"),
        metric("patrol_rate", "巡河率", "rate", headline=True),
        metric("patrol_rank", "巡河率排名", "rank", COUNTY),
    )
}
WHOLE = Scope("330000", "全省", "province")


def known(level: Level = "province", catalogue: Catalogue = RIVERS) -> Known:
    """What a template of a scope of that level may name."""
    here = {name: object() for name, each in catalogue.items() if level in each.levels}
    return Known({**here, "period": "2023年度"}, catalogue, {"河长人数": "chiefs", "期间": "quarter"}, WHOLE)


class DescribeWhatATemplateMayName:
    """By the names in it, in Chinese, and as examples."""

    def it_is_known_by_the_titles_of_metrics_by_common_words_and_by_the_fields_own_which_win(self) -> None:
        titles = known().titles
        assert titles["巡河率"] == "patrol_rate"
        assert titles["发文机关"] == "params.bureau"
        assert titles["河长人数"] == "chiefs"
        assert titles["期间"] == "quarter"

    @pytest.mark.parametrize(("unit", "name"), [("rate", "patrol_rate"), ("count", "chiefs"), ("flag", "chiefs")])
    def it_gives_as_example_a_headline_of_the_unit_or_else_any(self, unit: Unit, name: str) -> None:
        assert known().example(unit) == name

    def it_gives_as_example_a_metric_of_this_scope(self) -> None:
        ranks_only: Catalogue = {name: each for name, each in RIVERS.items() if name in ("basins", "patrol_rank")}
        assert known("county", ranks_only).example("count") == "patrol_rank"
        assert known("county", {"basins": RIVERS["basins"]}).example("count") == "名称"


class DescribeWhatIsSaid:
    """With names of the field and of its topmost scope."""

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            (True, "是计算用的值，不能写入正文：写指标本身（如 {{ patrol_rate }}）即为印出的数。"),
            (Fraction(1, 3), "是计算用的值，不能写入正文：写指标本身（如 {{ patrol_rate }}）即为印出的数。"),
            ([], '是名单，不能直接写入正文：请写作 {{ names(…) }}，如 {{ names(did("patrol_rate")) }}。'),
            (
                object(),
                "不是一个数，也不是文字：后面应有点号和名称，如 {{ province.patrol_rate }}、{{ params.bureau }}。",
            ),
        ],
    )
    def it_is_said_of_what_cannot_be_printed(self, value: object, said: str) -> None:
        with pytest.raises(UnprintableError) as refused:
            printable(value, known())
        assert str(refused.value) == said

    @pytest.mark.parametrize(
        ("template", "said"),
        [
            ("{{ chiefs() }}", "第 2 行在指标或文字的名称后面写了括号：只有函数才写括号，指标写作 {{ chiefs }}。"),
            (
                "{{ 'x'.value.y }}",
                "第 2 行引用了不认识的名称 value。可用的名称见 docs/prose.md 和 docs/methodology.md。",
            ),
        ],
    )
    def it_is_said_of_what_fails_when_it_runs(self, template: str, said: str) -> None:
        environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=True)
        with pytest.raises((TypeError, jinja2.UndefinedError)) as failed:
            environment.from_string(template).render(dict(known().names))
        assert template_message(failed.value, template, known(), 1) == said

    @pytest.mark.parametrize(
        ("level", "name", "source", "said"),
        [
            ("county", "basins", "", "流域数只有全省的数，写作 {{ province.basins }}。"),
            ("county", "流域数", "", "流域数写作 {{ province.basins }}。"),
            ("county", "巡河率", "{{ province.巡河率 }}", "巡河率写作 {{ province.patrol_rate }}。"),
            ("province", "patrol_rank", "", "巡河率排名只用于县级反馈。"),
            ("province", "patrol_rat", "", "是否应为 patrol_rate？"),
            ("province", "河长人数", "", "河长人数写作 {{ chiefs }}。"),
        ],
    )
    def it_is_said_of_an_unknown_name(self, level: Level, name: str, source: str, said: str) -> None:
        assert unknown_name(name, known(level), source) == f"引用了不认识的名称 {name}。{said}"
