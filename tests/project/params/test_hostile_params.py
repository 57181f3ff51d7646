"""A params file that comes from elsewhere constructs nothing, fills no memory, hides nothing and leaks nothing."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.build.projects import PARAMS, build, make_project
from tests.project.params.files import SMALLEST, load, refused


@pytest.mark.parametrize(
    "value",
    [
        "!!python/object/apply:os.mkdir [pwned]",
        "!!python/object/new:os.system ['mkdir pwned']",
        "!!python/name:os.system",
        "!!python/module:os",
        "!!binary aGVsbG8=",
        "!!str 甲",
        "!own 甲",
        "!!int 甲",
        "!!timestamp 甲",
        "!!set {甲}",
    ],
)
def test_a_tag_is_refused_and_constructs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.chdir(tmp_path)
    said = refused(tmp_path, f"{SMALLEST}notice: {value}\n")
    assert "第 7 行第 9 列，不能使用以 ! 开头的标签" in said
    assert not (tmp_path / "pwned").exists()


LEVELS = "abcdefghijklmno"


def bomb(first: str, form: str) -> str:
    """Fifteen lines of which each holds the one above nine times."""
    lines = [f"a: &a {first}"]
    lines += [f"{name}: &{name} {form.format(', '.join([f'*{above}'] * 9))}" for above, name in pairwise(LEVELS)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "more",
    [
        bomb("[x, x]", "[{}]"),
        bomb("{x: 1}", "{{<<: [{}]}}"),
        "notice: &a [*a]",
        "notice: &a {k: *a}",
        "notice: &a {k: [{k: *a}]}",
        f"notice: [{', '.join('x' * 20_000)}]",
    ],
)
def test_what_aliases_multiply_is_refused_at_once(tmp_path: Path, more: str) -> None:
    started = time.process_time()
    assert "内容过多，或引用（*）层层相套" in refused(tmp_path, f"{SMALLEST}{more}\n")
    assert time.process_time() - started < 2


def test_an_alias_that_multiplies_nothing_is_taken(tmp_path: Path) -> None:
    params = load(tmp_path, f"{SMALLEST}  signer: &who 某办\nnotice: *who\n")
    assert (params.document.signer, params.notice) == ("某办", "某办")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("[" * 5000, "第 1 行第 51 列，层次过深"),
        ("x: " + "[1, " * 3000, "第 1 行第 197 列，层次过深"),
        (f"period: {'9' * 5000}\n", "第 1 行第 9 列，数字过长"),
        ("a" * 1_000_001, "超过 1 MB"),
    ],
)
def test_what_is_too_deep_or_too_large_is_said_in_chinese(tmp_path: Path, content: str, fault: str) -> None:
    assert fault in refused(tmp_path, content)


@pytest.mark.parametrize(
    ("key", "line", "code"),
    [
        ("notice", 'notice: "甲\\e[2J"', "001B"),
        ("notice", 'notice: "甲\\0"', "0000"),
        ("notice", 'notice: "\\ud800"', "D800"),
        ("notice", "notice: 甲\u202e乙", "202E"),
        ("document.signer", "  signer: 甲\u200b乙", "200B"),
        ("document.cc.1", '  cc: [甲, "乙\\L"]', "2028"),
        ("[U+202E]x", '"\u202ex": 1', "202E"),
    ],
)
def test_what_cant_be_seen_is_named_with_its_key(tmp_path: Path, key: str, line: str, code: str) -> None:
    said = refused(tmp_path, f"{SMALLEST}{line}\n")
    assert f"  · {key}：含有看不见的字符 [U+{code}]，请清空后重新录入" in said


def test_a_value_is_not_repeated_at_length_nor_an_address_at_all(tmp_path: Path) -> None:
    assert len(refused(tmp_path, f"{SMALLEST}notice: [{'x' * 9_000}]\n")) < 200
    said = refused(tmp_path, SMALLEST.replace("data: data/2023", "data: [postgresql://u:s3cret@h/db]"))
    assert "data：应为文字" in said
    assert "s3cret" not in said


@pytest.mark.parametrize("url", ["postgresql://u:${HOME}@h/db", "postgresql://${PATH}/db?x=${BULLETIN_A}", "${HOME}"])
def test_params_name_no_environment_variable_but_our_own(tmp_path: Path, url: str) -> None:
    """A file from elsewhere could send any of them to a server of its choice."""
    said = refused(tmp_path, SMALLEST.replace("data: data/2023", f"data: {url}"))
    assert "data：地址中的环境变量名应以 BULLETIN_ 开头，现为 " in said


@pytest.mark.parametrize("data", ["../outside", "/etc", "data/../../outside"])
def test_records_may_be_read_from_anywhere_and_nothing_is_written_there(tmp_path: Path, data: str) -> None:
    project = make_project(tmp_path / "project")
    (tmp_path / "outside").mkdir()
    (project / "params/2023.yaml").write_text(PARAMS.replace("data: data", f"data: {data}"), encoding="utf-8")
    done = build(project)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "outside").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outside", "project"]


@pytest.mark.parametrize("name", ["../2023", "2023/../../x", "2023\x00", "..", "2023 /x", "٢٠٢٣"])
def test_a_period_is_never_a_path(tmp_path: Path, name: str) -> None:
    assert "period：" in refused(tmp_path, SMALLEST.replace("period: 2023", f"period: {name!r}"))
