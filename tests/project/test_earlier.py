"""Which earlier period's facts a period is compared with: what the params name, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bulletin.project.digests import digest_of_file
from bulletin.project.earlier import EarlierFacts, find_earlier, period_of
from bulletin.project.errors import BulletinError
from bulletin.project.paths import OUTPUTS_VARIABLE, Project
from tests.builders import params_of

OWN, BESIDE, BUILT = "data/2024Q4/previous.csv", "data/2024/previous.csv", "outputs/2024Q3/facts.csv"


def written(root: Path, place: str, period: str | None) -> Path:
    """A file of facts as far as its period is looked for: of an older version where it has none."""
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["metric,text,period", f"mines,3,{period}"] if period else ["metric,text", "mines,3"]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def found(root: Path, previous: str | None = "2024Q3", data: str = "data/2024") -> EarlierFacts | None:
    return find_earlier(Project(root), params_of("2024Q4", previous=previous, data=data)).found


def refused(root: Path, previous: str | None = "2024Q3") -> tuple[str, str]:
    with pytest.raises(BulletinError) as caught:
        found(root, previous)
    return caught.value.code, str(caught.value)


class DescribeTheEarlierFacts:
    """Where they're looked for, and in which order."""

    def it_takes_the_own_folder_before_what_stands_beside_shared_records_before_outputs(self, tmp_path: Path) -> None:
        for place in (BUILT, BESIDE, OWN):
            path = written(tmp_path, place, "2024Q3")
            assert found(tmp_path) == EarlierFacts(path, "2024Q3", stated=True)

    def it_takes_no_facts_of_another_period_that_lie_beside_shared_records(self, tmp_path: Path) -> None:
        written(tmp_path, BESIDE, "2023")
        assert found(tmp_path) is None
        path = written(tmp_path, BUILT, "2024Q3")
        assert found(tmp_path) == EarlierFacts(path, "2024Q3", stated=True)

    @pytest.mark.parametrize("period", ["2023", None])
    def it_says_what_it_did_not_take(self, tmp_path: Path, period: str | None) -> None:
        path = written(tmp_path, BESIDE, period)
        note = find_earlier(Project(tmp_path), params_of("2024Q4", previous="2024Q3", data="data/2024")).note
        which = f"是 {period} 的指标" if period else "没有写明期间"
        assert note == (
            f"没有与上一期比较：找不到 2024Q3 的指标，找过 {tmp_path / OWN}、{tmp_path / BUILT}；{path} {which}，没有采用。"
            f"请先生成 2024Q3，或把它的指标放到 {tmp_path / OWN}。"
        )

    def it_says_that_the_params_name_none_where_there_is_one(self, tmp_path: Path) -> None:
        params = params_of("2024Q4", data="data/2024")
        assert find_earlier(Project(tmp_path), params).note == ""
        path = written(tmp_path, BESIDE, "2023")
        earlier = find_earlier(Project(tmp_path), params)
        assert earlier.found is None
        assert (
            earlier.note
            == f"没有与上一期比较：参数 previous 未填；{path} 是 2023 的指标，没有采用。要比较的，请填写，如 2024Q3。"
        )

    def it_goes_by_the_params_where_a_file_says_nothing(self, tmp_path: Path) -> None:
        path = written(tmp_path, OWN, None)
        assert found(tmp_path) == EarlierFacts(path, "2024Q3", stated=False)

    def it_goes_by_the_file_in_the_own_folder_where_the_params_say_nothing(self, tmp_path: Path) -> None:
        path = written(tmp_path, OWN, "2023Q4")
        assert found(tmp_path, None) == EarlierFacts(path, "2023Q4", stated=True)

    def it_refuses_facts_of_another_period_than_the_params_say_and_names_both(self, tmp_path: Path) -> None:
        path = written(tmp_path, OWN, "2023")
        code, message = refused(tmp_path, "2022")
        assert code == "other-period"
        assert message.startswith(
            f"{path} 是 2023 的指标，params/2024Q4.yaml 的 previous 写的是 2022。请改正 previous，"
        )

    def it_refuses_facts_of_which_nobody_says_the_period(self, tmp_path: Path) -> None:
        written(tmp_path, OWN, None)
        code, message = refused(tmp_path, None)
        assert code == "no-period"
        assert "请在 params/2024Q4.yaml 的 previous 写明" in message

    @pytest.mark.parametrize("period", ["2024", "2024Q4", "2024-10", "2025Q1"])
    def it_refuses_facts_of_a_period_that_was_not_over(self, tmp_path: Path, period: str) -> None:
        written(tmp_path, OWN, period)
        code, message = refused(tmp_path, None)
        assert code == "other-period"
        assert f"是 {period} 的指标，不早于本期 2024Q4" in message

    def it_looks_in_the_outputs_that_were_asked_for(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = written(tmp_path, "elsewhere/2024Q3/facts.csv", "2024Q3")
        monkeypatch.setenv(OUTPUTS_VARIABLE, str(tmp_path / "elsewhere"))
        assert found(tmp_path) == EarlierFacts(path, "2024Q3", stated=True)

    def it_refuses_built_facts_that_are_not_as_their_manifest_says(self, tmp_path: Path) -> None:
        path = written(tmp_path, BUILT, "2024Q3")
        manifest = path.with_name("manifest.json")
        manifest.write_text(json.dumps({"files": {"facts.csv": digest_of_file(path)}}), encoding="utf-8")
        assert found(tmp_path) == EarlierFacts(path, "2024Q3", stated=True)
        path.write_bytes(path.read_bytes().replace(b"mines,3", b"mines,99"))
        code, message = refused(tmp_path)
        assert code == "edited-facts"
        assert message.endswith("不能用来比较。请运行 bulletin build 2024Q3 重新生成。")

    @pytest.mark.parametrize("manifest", ["", "[]", "1", '{"files": []}', '{"files": {}}'])
    def it_takes_built_facts_of_which_no_manifest_says_anything(self, tmp_path: Path, manifest: str) -> None:
        path = written(tmp_path, BUILT, None)
        path.with_name("manifest.json").write_text(manifest, encoding="utf-8")
        assert found(tmp_path) == EarlierFacts(path, "2024Q3", stated=False)

    @pytest.mark.parametrize("data", ["records.xlsx", "postgresql://h/db"])
    def it_needs_no_folder_of_records(self, tmp_path: Path, data: str) -> None:
        path = written(tmp_path, OWN, "2024Q3")
        assert found(tmp_path, data=data) == EarlierFacts(path, "2024Q3", stated=True)


@pytest.mark.parametrize(
    ("content", "period"),
    [
        (b"metric,period\nmines,2023\n", "2023"),
        (b"\xef\xbb\xbfperiod\r\n2023Q4\r\n", "2023Q4"),
        (b"metric,period\n\nmines,2023\n", "2023"),
        (b"metric\nmines\n", None),
        (b"metric,period\nmines,\n", None),
        (b"metric,period\nmines,last\n", None),
        (b"", None),
        (b"\xff\xfe", None),
    ],
)
def test_the_period_of_a_file_is_that_of_its_first_row(tmp_path: Path, content: bytes, period: str | None) -> None:
    (tmp_path / "facts.csv").write_bytes(content)
    assert period_of(tmp_path / "facts.csv") == period
