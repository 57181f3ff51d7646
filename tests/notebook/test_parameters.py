"""A notebook is run with parameters that it knows and uses, or it isn't run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bulletin.notebook.parameters import check_injected, check_parameters
from bulletin.project.errors import BulletinError
from tests.builders import ROOT

DECLARED = 'period = "2023"\ncounty: str = "翼城县"'
OPEN = "%load_ext bulletin.notebook\nreport = open_county(period, county)"


def refused(*sources: str, tagged: int | None = 0, given: tuple[str, ...] = ("period", "county")) -> str:
    """What is said of a notebook of these code cells; nothing where it's fine."""
    cells = [new_markdown_cell("# 说明"), *map(new_code_cell, sources)]
    if tagged is not None:
        cells[tagged + 1].metadata["tags"] = ["parameters"]
    try:
        check_parameters(new_notebook(cells=cells), given)
    except BulletinError as error:
        return str(error)
    return ""


class DescribeANotebookBeforeItRuns:
    """What can be told from its cells alone."""

    @pytest.mark.parametrize(
        ("name", "given"), [("city_bulletin", ("period",)), ("county_report", ("period", "county"))]
    )
    def it_is_fine_as_ours_are(self, name: str, given: tuple[str, ...]) -> None:
        check_parameters(nbformat.read(ROOT / f"notebooks/mines/{name}.ipynb", as_version=4), given)

    def it_is_fine_where_magics_prose_and_a_broken_cell_stand_beside(self) -> None:
        assert refused(DECLARED, "%%prose\n{{ period }}", "report = ", OPEN, "period = None") == ""

    def it_is_refused_without_the_tag(self) -> None:
        assert refused(DECLARED, OPEN, tagged=None).startswith(
            "没有标记为 parameters 的单元格，给定的参数（period、county）不会起作用。请在 JupyterLab 中"
        )

    def it_is_refused_with_two_tags(self) -> None:
        cells = [new_code_cell(DECLARED, metadata={"tags": ["parameters"]}) for _ in range(2)]
        with pytest.raises(BulletinError, match="有 2 个单元格标记为 parameters，只能有一个。"):
            check_parameters(new_notebook(cells=[*cells, new_code_cell(OPEN)]), ["period"])

    def it_is_refused_where_a_parameter_is_not_known(self) -> None:
        assert refused(DECLARED, OPEN, given=("perid", "county")) == "笔记本没有参数 perid，是否为 period。"
        assert refused(DECLARED, OPEN, given=("x",)) == "笔记本没有参数 x，可用的参数：period、county。"

    @pytest.mark.parametrize(
        "sources",
        [
            ['report = open_county(period, "翼城县")'],
            ['county = "隰县"', OPEN],
            ["%%prose\n{{ county }}", "open_city(period)"],
        ],
    )
    def it_is_refused_where_a_parameter_is_not_used(self, sources: list[str]) -> None:
        assert refused(DECLARED, *sources).startswith(
            "参数 county 没有用上：后面的单元格没有用到它，或先给它另赋了值。"
        )

    def it_may_make_another_form_of_a_parameter(self) -> None:
        assert refused(DECLARED, "period = str(period)", OPEN) == ""

    def it_is_told_all_that_is_wrong_at_once(self) -> None:
        assert refused(DECLARED, "open_city(period)", given=("perid",)).count("；") == 1


def injected(monkeypatch: pytest.MonkeyPatch, *cells: str, **now: Any) -> str:
    """What is said in a kernel that has run these cells, where its report is opened with `now`."""
    names: dict[str, Any] = {}
    for cell in cells:
        exec(cell, names)  # noqa: S102 (this test's own)
    names["In"] = ["", *cells, "open_county(period, county)"]
    monkeypatch.setattr("bulletin.notebook.parameters.get_ipython", lambda: SimpleNamespace(user_ns=names))
    try:
        check_injected({name: str(value) for name, value in (now or names).items() if name in ("period", "county")})
    except BulletinError as error:
        return str(error)
    return ""


SET = '# Parameters\nperiod = "2024"\ncounty = "隰县"\n'


class DescribeANotebookThatPapermillRuns:
    """What can be told in the kernel, from the cells that it has run."""

    def it_is_fine_where_papermills_cell_comes_behind_the_parameters(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert injected(monkeypatch, DECLARED, SET) == ""
        assert injected(monkeypatch, DECLARED, "# Parameters\nperiod = 2024\n") == ""
        assert injected(monkeypatch, "width = 3", DECLARED, SET) == ""
        assert injected(monkeypatch, f"# Parameters\n{DECLARED}", SET) == ""

    def it_takes_a_value_with_blanks_around_for_the_value(self, monkeypatch: pytest.MonkeyPatch) -> None:
        blanks = '# Parameters\nperiod = " 2024 "\n'
        assert injected(monkeypatch, DECLARED, blanks, period="2024", county="翼城县") == ""

    def it_is_not_looked_at_where_no_papermill_runs_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert injected(monkeypatch, DECLARED, period="2022") == ""
        assert injected(monkeypatch, f"# Parameters\n{DECLARED}", period="2023", county="翼城县") == ""
        assert injected(monkeypatch, DECLARED, "# Parameters of a chart\nwidth = 3") == ""
        monkeypatch.setattr("bulletin.notebook.parameters.get_ipython", lambda: None)
        check_injected({"period": "2024"})

    def it_is_not_looked_at_where_a_person_can_be_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        before_jupyterlab = SimpleNamespace(user_ns={"In": [DECLARED, SET]}, kernel=SimpleNamespace(_allow_stdin=True))
        monkeypatch.setattr("bulletin.notebook.parameters.get_ipython", lambda: before_jupyterlab)
        check_injected({"period": "2022", "county": "翼城县"})

    def it_is_refused_without_the_tag(self, monkeypatch: pytest.MonkeyPatch) -> None:
        said = injected(monkeypatch, SET, DECLARED)
        assert said.startswith("没有标记为 parameters 的单元格，给定的参数（period、county）没有起作用。")

    def it_is_refused_where_a_parameter_is_not_known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert injected(monkeypatch, DECLARED, '# Parameters\nperid = "2024"\n') == (
            "笔记本没有参数 perid，是否为 period。"
        )

    def it_is_refused_where_a_value_was_changed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        said = injected(monkeypatch, DECLARED, SET, 'county = "翼城县"')
        assert said == "参数 county 给定的是 隰县，之后又被改成 翼城县。请删去后面给 county 赋值的语句。"

    def it_is_refused_where_another_report_is_opened(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert injected(monkeypatch, DECLARED, SET, period="2024", county="翼城县") == (
            "参数 county 给定的是 隰县，打开的却是 翼城县。请在打开报告的单元格中写 county，不写具体的值。"
        )
        assert injected(monkeypatch, DECLARED, SET, period="2024") == (
            "参数 county 没有用上，这份报告不需要它。请去掉 -p county。"
        )
