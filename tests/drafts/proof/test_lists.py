"""Lists of counties and of other names: how many, none twice, in order, rightly called and written."""

from __future__ import annotations

import pytest

from bulletin.drafts.proof.plain import read_text
from bulletin.drafts.proof.reading import Reading
from tests.drafts.proof.corpus import proofread


def found(text: str) -> list[tuple[str, str, str]]:
    return [(each.rule, each.found, each.expected) for each in proofread(text)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("甲县、乙县两县未整改。", ""),
        ("甲县、乙县、丙县两县未整改。", "3"),
        ("甲县、乙县、丙县5县未整改。", "3"),
        ("甲县、乙县、丙县四地未整改。", "3"),
        ("甲县、乙县、丙县两地交界处未整改。", "3"),
        ("甲县、乙县一县一策推进。", ""),
        ("金城区、宜城区两区和南城县、天城县、凤城县三县均已整改。", ""),
        ("甲县、乙县、丙县均未整改，共4个县。", "3"),
        ("开展自查的有3个县：甲县、乙县、丙县；有4个县未开展，即丁县、戊县、己县。", "3"),
        ("甲县、乙县、丙县3个县已报送，没有报送的为丁县。", ""),
        ("大同、永和、隰州三县进展缓慢。", ""),
        ("大同、永和、隰城县、蒲城县4个县进展缓慢。", ""),
        ("大同、永和、隰州、吉州三地进展缓慢。", "4"),
        ("城区4个区均已整改。", ""),
    ],
)
def test_a_number_may_stand_without_ge_or_behind_what_is_said(text: str, number: str) -> None:
    assert [expected for _, _, expected in found(text)] == ([number] if number else [])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("和平街道、建设街道、大丰镇3个镇（街道）未建账。", ""),
        ("和平街道、建设街道、大丰镇4个镇（街道）未建账。", "3"),
        ("市教育局、市卫生健康委和市民政局3个部门未报送。", ""),
        ("市教育局、市卫生健康委和市民政局4个部门未报送。", "3"),
        ("市发展和改革委、市住房和城乡建设局2个部门未报送。", ""),
        ("城关二中、城关五中、银坑中学4所学校代签。", "3"),
        ("黄岭水库、石门水库、龙潭水库等2座水库已加固。", "3"),
        ("黄岭水库、石门水库等5座水库已加固。", ""),
        ("5家企业（东方石料厂、华泰矿业公司、永兴采石场、大地建材有限公司）未整改。", "4"),
        ("城关派出所、西河派出所、东岭派出所2个单位受到表扬。", "3"),
        ("和平镇、大丰镇3个村未完成改造。", ""),
        ("金泰镇、永兴镇3家企业未整改。", ""),
        ("国有煤矿、民营煤矿3家停产。", ""),
        ("市级医院、县级医院3家通过验收。", ""),
        ("对公安、交警、路政2个检查组的意见进行反馈。", ""),
    ],
)
def test_schools_departments_towns_and_works_are_counted_too(text: str, number: str) -> None:
    assert [(rule, expected) for rule, _, expected in found(text)] == ([("list-count", number)] if number else [])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("侯马、霍州、侯马三市工作有力。", "侯马"),
        ("市教育局、市水利局、市教育局、市民政局未按时反馈。", "市教育局"),
        ("由市教育局、市水利局、市民政局、市水利局牵头。", "市水利局"),
        ("金泰公司、永兴公司、恒源公司、金泰公司等4家企业被约谈。", "金泰公司"),
        ("甲县、乙县、丙县分别为优秀、良好、优秀。", ""),
        ("侯马、霍州两市和侯城县工作有力。", ""),
    ],
)
def test_no_name_stands_twice_in_a_list_of_any_kind(text: str, name: str) -> None:
    assert [(rule, words) for rule, words, _ in found(text)] == ([("list-duplicate", name)] if name else [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("金山区、河口市、清水县，请以上3个县尽快整改。", "3个县"),
        ("金山区、河口市、清水县，请以上3个县（市、区）尽快整改。", ""),
        ("清水县、金水县，请上述两县尽快整改。", ""),
        ("金山区、清水县两县未整改。", "两县"),
        ("金山区、河口区、清水县、乐水县4个县（区）场所多。", ""),
    ],
)
def test_a_list_named_before_is_rightly_called_too(text: str, words: str) -> None:
    assert [(rule, words) for rule, words, _ in found(text)] == ([("geography", words)] if words else [])


@pytest.mark.parametrize(
    ("text", "out_of_order"),
    [
        ("满意度由高到低为：一院95.1分，二院94.8分，三院93.2分，加权平均为94.4分。", ""),
        ("满意度由高到低为：一院95.1分，二院93.1分，三院93.2分，加权平均为94.4分。", "二院93.1分，三院93.2分"),
        ("投诉由多到少是：物业1206件、欠薪741件、噪声983件。", "欠薪741件、噪声983件"),
        ("面雨量从大到小依次为：罗城县86.4毫米、环江县71.5毫米、宜州区79.2毫米。", "环江县71.5毫米、宜州区79.2毫米"),
        ("综合指数由优到劣，依次为甲县（3.2）、乙县（3.5）、丙县（3.9）。", ""),
        ("综合指数由优到劣，依次为甲县（3.2）、乙县（3.9）、丙县（3.5）。", "乙县（3.9）、丙县（3.5）"),
        ("按签到率降序排列，依次为甲县90.1%、乙县85.2%、丙县86.0%。", "乙县85.2%、丙县86.0%"),
        ("按签到率升序排列，依次为甲县80.1%、乙县85.2%、丙县79.0%。", "乙县85.2%、丙县79.0%"),
        ("签到率最高的是甲县（86.0%），其次是乙县（90.1%）。", "甲县（86.0%），其次是乙县（90.1%）"),
        ("签到率最低的是甲县（86.0%），其次是乙县（90.1%）。", ""),
        ("发病数居前3位的依次为手足口病（586例）、流感（101例）和腹泻病（168例）。", "流感（101例）和腹泻病（168例）"),
    ],
)
def test_rankings_of_anything_keep_their_order(text: str, out_of_order: str) -> None:
    assert [(rule, words) for rule, words, _ in found(text)] == ([("ranking", out_of_order)] if out_of_order else [])


def test_the_first_so_many_of_anything_are_so_many() -> None:
    text = "发病数居前{}位的依次为手足口病（586例）、流感（301例）和腹泻病（168例）。"
    assert found(text.format(3)) == []
    assert [(rule, expected) for rule, _, expected in found(text.format(4))] == [("list-count", "3")]
    assert found("发病数居前1位的依次为手足口病（586例）、流感（586例）。") == []


TABLE = "{}\n| 序号 | 县（区） | 签到率 | {} |\n|---|---|---|---|\n| 1 | 甲县 | 95% | 1 |\n| 2 | 乙县 | {}% | 2 |\n| 3 | 丙县 | 93% | 3 |\n| 合计 | | 99% | |\n"


def test_a_table_runs_as_the_line_before_it_says() -> None:
    assert found(TABLE.format("签到率由高到低如下：", "备注", 94)) == []
    assert found(TABLE.format("签到率如下：", "备注", 91)) == []
    assert found(TABLE.format("签到率由高到低如下：", "备注", 91)) == [("ranking", "丙县", "甲县、丙县、乙县")]


def test_ranks_in_a_table_go_by_its_rate() -> None:
    assert found(TABLE.format("签到率如下：", "排名", 94)) == []
    assert found(TABLE.format("签到率如下：", "排名", 91)) == [("ranking", "丙县", "甲县、丙县、乙县")]
    by_name = "签到率如下：\n| 县 | 签到率 | 名次 |\n|---|---|---|\n| 甲县 | {}% | 2 |\n| 乙县 | 91% | 3 |\n| 丙县 | 98% | 1 |\n"
    assert found(by_name.format(95)) == []
    assert found(by_name.format(90)) == [("ranking", "乙县", "丙县、乙县、甲县")]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("赤坎区、霞山区、廉江市、遂西县4个县（市、区）已签到。", "遂溪县"),
        ("赤坎区、霞山区、廉江市、遂溪县4个县（市、区）已签到，遂西县居首。", "遂溪县"),
        ("赤坎区、霞山区、廉江市已签到。\n| 县 | 数 |\n|---|---|\n| 遂西县 | 3 |\n| 徐闻县 | 4 |", "遂溪县"),
        ("赤坎区、霞山区、廉江市、坡头区、雷州市、南山区都已签到。", ""),
        ("赤坎区、霞山区、廉江市和徐闻、雷州两地已签到，各市区、深山区要跟进。", ""),
        ("甲山区、乙山区、丙山区和遂西县已签到。", ""),
    ],
)
def test_without_a_register_the_counties_of_the_country_tell_a_misspelling(text: str, right: str) -> None:
    assert [(rule, expected) for rule, _, expected in found(text)] == ([("county", right)] if right else [])


def test_names_of_many_peoples_are_whole_names() -> None:
    text = "景谷傣族彝族自治县14个、镇沅彝族哈尼族拉祜族自治县5个、孟连傣族拉祜族佤族自治县2个。"
    (only,) = Reading(read_text(text)).lists
    assert only.names == ["景谷傣族彝族自治县", "镇沅彝族哈尼族拉祜族自治县", "孟连傣族拉祜族佤族自治县"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (
            "全市4个县中，甲县、乙县、丙县3个县达到90%以上；未达到90%的是丙县、丁县，主要原因是个别人员不足。",
            "丙县、丁县",
        ),
        ("全市6个县（市）。已自查的有甲县、乙县、丙县3个县，没有自查的为丁县、戊县。", "丁县、戊县"),
        ("全市5个县（市）。已自查的有甲县、乙县、丙县3个县，没有自查的为丁县、戊县。", ""),
    ],
)
def test_those_that_did_not_may_be_led_by_it(text: str, wrong: str) -> None:
    assert [(rule, words) for rule, words, _ in found(text)] == ([("complement", wrong)] if wrong else [])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("满意率前3位：甲城县98.9%，乙城县、丙城县均为98.5%（并列第2位）。", ""),
        ("满意率前4位：甲城县98.9%，乙城县、丙城县均为98.5%（并列第2位）。", "1"),
        ("排名前五的县依次为甲城县、乙城县、丙城县等，甲城县居第一。", ""),
        ("排名前五的县依次为甲城县、乙城县、丙城县。", "3"),
        ("前三位的县：第一名，甲城县（99.2%）；第二名，乙城县（98.7%）；第三名，丙城县（98.1%）。", ""),
    ],
)
def test_a_list_may_run_on_behind_its_first_names_or_leave_some_out(text: str, number: str) -> None:
    assert [(rule, expected) for rule, _, expected in found(text)] == ([("list-count", number)] if number else [])


def test_a_number_of_counties_may_stand_between_a_ranking_and_its_way() -> None:
    text = "按接待人次从高到低，4个县依次为：甲城县96.3万人次、乙城县38.4万人次、丙城县52.7万人次、丁城县24.9万人次。"
    assert [(rule, words) for rule, words, _ in found(text)] == [("ranking", "乙城县38.4万人次、丙城县52.7万人次")]


def test_counties_that_did_may_be_told_in_two_lists() -> None:
    text = (
        "全市7个县（区）。金城县、宜城县、南城县3个县和东城区、西城区2个区，共5个县（区）报送了总结；"
        "北城区、中城区2个区未报送。"
    )
    assert found(text) == []


def test_a_county_head_and_another_citys_county_are_no_misspellings() -> None:
    text = "金城区、宜城区均已整改。金城区、宜城区已验收。金城区区长部署，外地的沾化区介绍了经验。"
    assert found(text) == []
    assert found("沾化区、无棣县均已整改。沾化区、无棣县已验收。昭化区、利州区介绍了经验。") == []


def test_a_name_that_stands_twice_among_so_many_is_one_finding() -> None:
    text = "甲县、乙县、丙县、乙县共{}个县未整改。"
    assert [rule for rule, *_ in found(text.format(3))] == ["list-duplicate"]
    assert [rule for rule, *_ in found(text.format(5))] == ["list-count", "list-duplicate"]
