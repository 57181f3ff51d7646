"""Terms, half-width signs and doubled characters."""

from __future__ import annotations

import pytest

from tests.drafts.proof.corpus import proofread


def found(text: str) -> list[tuple[str, str, str]]:
    return [(each.rule, each.found, each.expected) for each in proofread(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("通过微信小程序签到，微信小程序要推广。无法使用微信应用程序的，用纸质登记。", "微信应用程序"),
        ("用好企业安全监管平台、企业安全监管平台。企业安全管理平台登录率低。", "企业安全管理平台"),
        ("制定河长任务清单，落实河长工作清单。", "河长工作清单"),
        ("签订安全责任书1200份，未签安全责任状的补签。", "安全责任状"),
        ("安全生产监管人员与安全生产管理人员各司其职。", ""),
        ("药品监管平台和特种设备管理平台已上线。", ""),
        ("全市的监管平台管企业，全市的管理平台管人员。", ""),
        ("严格法定程序，使用应用程序办理。", ""),
    ],
)
def test_names_that_differ_in_a_synonym_are_one(text: str, name: str) -> None:
    assert [(rule, words) for rule, words, _ in found(text)] == ([("term", name)] if name else [])


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("整改率94.8%;甲县较好。", "；"),
        ("各县已整改;2023年以来较好。", "；"),
        ("说明:本表由各县填报。", "："),
        ("各县要抓紧整改.", "。"),
        ("联系电话：0355-12:30，比例1:2，见3.5节。", ""),
    ],
)
def test_half_width_stops_in_chinese_are_told(text: str, right: str) -> None:
    assert [(rule, expected) for rule, _, expected in found(text)] == ([("format", right)] if right else [])


@pytest.mark.parametrize(
    ("text", "doubled"),
    [
        ("驾校教练练员签到，教练员要签到，督促教练员。", "练练"),
        ("照片重复、巡巡河轨迹不完整。各级要巡河，河长巡河率高。", "巡巡"),
        ("整改情况况，各地要报送。", "况况"),
        ("全市市场监管部门，市市场监管局，各村村民。", ""),
        ("总队队长到场，总队长讲话，总队和各队长参加，总队长要求。", ""),
        ("一日游游客多，游客满意，游客增加。", ""),
        ("河长长期不巡河，巡河河长要改进，河长要巡河。", ""),
        ("层层压实责任，件件有着落，一项项抓落实。", ""),
    ],
)
def test_a_doubled_character_is_no_two_words(text: str, doubled: str) -> None:
    assert [(rule, words) for rule, words, _ in found(text)] == ([("format", doubled)] if doubled else [])


@pytest.mark.parametrize(
    ("text", "right"),
    [("商信联发（2024）7号", "〔2024〕7号"), ("样政督〔2024〕第7号", "〔2024〕7号"), ("样政督〔2024〕7号", "")],
)
def test_any_office_writes_its_year_in_tortoise_shells(text: str, right: str) -> None:
    assert [expected for _, _, expected in found(text)] == ([right] if right else [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("医疗保险、医疗保障事项。医疗保障局。医疗保保障政策宣传少。", ["保保"]),
        ("医疗保险、医疗保障事项。医疗保障局。城乡医保保障水平高，监督管理理念新。", []),
    ],
)
def test_a_doubled_character_inside_a_word_is_told_by_the_word(text: str, words: list[str]) -> None:
    assert [stands for rule, stands, _ in found(text) if rule == "format"] == words
