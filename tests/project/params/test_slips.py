"""What people slip into YAML is told with the line where it was slipped in and what to write there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bulletin.project.params.read import read_yaml
from bulletin.project.params.slips import YamlFaultError
from tests.builders import ROOT

WRITTEN = """\
period: "2023"
bureau: 样例局
document:
  addressees: 各县
  cc:
    - 甲厅
    - 乙办
data: data/2023
"""


def changed(old: str, new: str) -> str:
    """The sound file above with one thing written otherwise."""
    assert WRITTEN.count(old) == 1
    return WRITTEN.replace(old, new)


def fault(written: str | bytes) -> str:
    with pytest.raises(YamlFaultError) as caught:
        read_yaml(written.encode() if isinstance(written, str) else written)
    return str(caught.value)


COLON = "冒号应为英文冒号，后面空一格。"
OPEN = "没有合上。请在值的末尾补上英文引号"
AS_TEXT = "请给整个值加上英文引号"
DEEPER = "比上一行缩进更深，会被当成第 {} 行的后半句。请与同组各项左端对齐。"
LEFT = "{0} 后面的 {1} 表示没有内容，下面却又列了内容。请删去这一行的 {1}。"
HAS_VALUE = "冒号后面已经有值，下面又列了内容。请把这个值也另起一行，以“- ”开头。"


class DescribeASlip:
    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("bureau: ", "\tbureau: ", "第 2 行第 1 列，有制表符（Tab）。请改为空格。"),
            ("  addressees", "\taddressees", "第 4 行第 1 列，有制表符（Tab）。请改为空格。"),
            ("bureau: ", "bureau:\t", "第 2 行第 8 列，有制表符（Tab）。请改为空格。"),
            ("样例局", "样例局\t# 全称", "第 2 行第 12 列，有制表符（Tab）。请改为空格。"),
            ("  addressees", "　　addressees", "第 4 行，行首有全角空格。请改为半角空格。"),
            ("  cc", "  　cc", "第 5 行第 3 列，键 cc 的前后有全角空格。请改为半角空格。"),
        ],
    )
    def it_is_a_blank_that_is_none(self, old: str, new: str, told: str) -> None:
        assert fault(changed(old, new)) == told

    @pytest.mark.parametrize(
        ("path", "column"), [(r"D:\报表\2023", 11), (r"data\2023", 13), (r"\\server\xyz", 18), (r"D:\up", 12)]
    )
    def it_is_a_backslash_in_double_quotes(self, path: str, column: int) -> None:
        told = fault(changed("data/2023", f'"{path}"'))
        what = "双引号里的反斜杠 \\ 有特殊含义。请把两端的双引号改为单引号，路径也可用 / 代替 \\。"
        assert told == f"第 8 行第 {column} 列，{what}"
        assert read_yaml(changed("data/2023", f"'{path}'").encode())["data"] == path

    @pytest.mark.parametrize("quote", ['"', "'"])
    @pytest.mark.parametrize("below", ["", "notice: {0}声明{0}\n", "notice: {0}声明\n", "notice: 5{0}\n"])
    def it_is_a_quote_left_open_wherever_the_next_one_stands(self, quote: str, below: str) -> None:
        written = changed("样例局", f"{quote}样例局") + below.format(quote)
        assert fault(written) == f"第 2 行第 9 列，这里的引号 {quote} {OPEN} {quote}。"

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ('"2023"', '"2023', f'第 1 行第 9 列，这里的引号 " {OPEN} "。'),
            ("甲厅", '"甲厅', f'第 6 行第 7 列，这里的引号 " {OPEN} "。'),
            ("data/2023", '"data/2023', f'第 8 行第 7 列，这里的引号 " {OPEN} "。'),
            ("样例局", '"样例局”', '第 2 行第 9 列，这里的引号 " 没有合上，中文引号不算。请在值的末尾补上英文引号 "。'),
        ],
    )
    def it_is_a_quote_left_open_in_any_place(self, old: str, new: str, told: str) -> None:
        assert fault(changed(old, new)) == told

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("  cc:", "  cc: []   # 抄送", f"第 5 行，{LEFT.format('cc', '[]')}"),
            (
                "data: data/2023\n",
                "key_periods: []\n# 上一期\n\n- name: 国庆\n",
                f"第 8 行，{LEFT.format('key_periods', '[]')}",
            ),
            (
                "data: data/2023\n",
                "key_periods: [ ]\n  - name: 国庆\n    start: 1\n",
                f"第 8 行，{LEFT.format('key_periods', '[ ]')}",
            ),
            ("  cc:", "  cc: {}", f"第 5 行，{LEFT.format('cc', '{}')}"),
            ("  cc:", "  cc: 省厅", f"第 5 行，{HAS_VALUE}"),
            ("  cc:", '  cc: "省厅"', f"第 5 行，{HAS_VALUE}"),
        ],
    )
    def it_is_a_value_left_over_before_a_list(self, old: str, new: str, told: str) -> None:
        assert fault(changed(old, new)) == told

    @pytest.mark.parametrize("colon", ["：", ":", ":　"])
    @pytest.mark.parametrize(("key", "line"), [("period", 1), ("bureau", 2), ("addressees", 4), ("data", 8)], ids=str)
    def it_is_a_colon_that_is_none(self, colon: str, key: str, line: int) -> None:
        assert fault(changed(f"{key}: ", f"{key}{colon}")) == f"第 {line} 行，{COLON}"

    @pytest.mark.parametrize(
        ("old", "new", "line"),
        [
            ("document:\n", "document：\n", 3),
            ("  cc:", "  cc：", 5),
            ("  cc:", "    number：样〔2024〕1号\n  cc:", 5),
            ("data: data/2023\n", "key_periods:\n  - name：国庆\n    start: 2023-10-01\n", 9),
            ("data: data/2023\n", "rules: {posts：{open_pit: 1}}\n", 8),
            ("data: data/2023\n", "notice：样例\n", 8),
            ("data: data/2023\n", "rules: {posts:, averaging: }\n", 8),
        ],
    )
    def it_is_such_a_colon_in_any_place(self, old: str, new: str, line: int) -> None:
        assert re.sub("第 [0-9]+ 列", "", fault(changed(old, new))) == f"第 {line} 行，{COLON}"

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("    - 乙办", "      - 乙办", f"第 7 行，{DEEPER.format(6)}"),
            ("    - 乙办", "   - 乙办", "第 7 行第 4 列，列表项的位置不对"),
            ("    - 乙办", "- 乙办", "第 7 行第 1 列，列表项的位置不对"),
            ("    - 乙办", "    -乙办", "第 7 行，列表项的“-”后面应空一格。"),
            ("cc:\n    - 甲厅", "cc: - 甲厅", "第 5 行第 7 列，列表不能与键写在同一行。请另起一行"),
            ("  cc:", "   cc:", f"第 5 行，{DEEPER.format(4)}"),
            ("  cc:", " cc:", "第 5 行第 2 列，缩进与同组各行不一致。请让同组各行左端对齐。"),
            ("data: data/2023", "key_periods:\n  - name: 国庆\n   start: 1", "第 10 行第 4 列，缩进与同组各行不一致"),
            ("data: data/2023", "key_periods:\n  - name: 国庆\n      start: 1", f"第 10 行，{DEEPER.format(9)}"),
        ],
    )
    def it_is_a_wrong_depth(self, old: str, new: str, told: str) -> None:
        assert fault(changed(old, new)).startswith(told)

    @pytest.mark.parametrize(
        ("lines", "told"),
        [
            ("bureau: 又一个", "第 9 行第 1 列，键 bureau 出现了两次，前一处在第 2 行。请只留一处。"),
            ("rules: {a: 1, a: 1}", "第 9 行第 15 列，键 a 出现了两次，前一处在第 9 行。请只留一处。"),
            ("notice: 甲: 乙", f"第 9 行第 10 列，值里有冒号加空格，被当成了又一项。{AS_TEXT}。"),
            ("notice: [样例", "第 9 行第 9 列，这里的括号没有合上"),
            ("notice: {a\nprevious: 1", "第 9 行第 9 列，这里的括号没有合上"),
            ("rules: {a: 1， b: 2}", "第 9 行第 16 列，方括号、花括号内的各项请用英文逗号分开。"),
            ("notice: [样例] 数据", f"第 9 行第 14 列，] 后面还有文字。{AS_TEXT}"),
            ('notice: "样例"数据', f'第 9 行第 13 列，" 后面还有文字。{AS_TEXT}'),
            ("样例", "第 9 行第 1 列，这一行缺少“键:”"),
            ("---\nnotice: 1", "第 9 行第 1 列，一份参数文件里不能有 --- 或 ... 分开的几份"),
            ("...\nnotice: 1", "第 10 行第 1 列，一份参数文件里不能有 --- 或 ... 分开的几份"),
            ("notice: !甲", "第 9 行第 9 列，不能使用以 ! 开头的标签"),
            ("? [甲]\n: 乙", "第 9 行第 3 列，键应为文字。请写作“键: 值”。"),
            ("? {甲: 1}\n: 乙", "第 9 行第 3 列，键应为文字。请写作“键: 值”。"),
            ("notice: 甲\x07乙", "第 9 行，有看不见的控制字符 [U+0007]。请删去这一行，重新录入。"),
            ("notice: 甲  # 说\u2028明", "第 9 行，有看不见的控制字符 [U+2028]。"),
            *(
                (f"notice: {start}5 甲", f"第 9 行第 9 列，不加引号的值不能以 {start} 开头。{AS_TEXT}。")
                for start in "*@`%>|]}"
            ),
        ],
    )
    def it_is_one_of_these(self, lines: str, told: str) -> None:
        assert fault(f"{WRITTEN}{lines}\n").startswith(told)

    @pytest.mark.parametrize("end", ["\r\n", "\r"])
    def it_is_counted_in_lines_however_they_end(self, end: str) -> None:
        assert fault(changed("data: ", "data：").replace("\n", end)) == f"第 8 行，{COLON}"
        assert fault(f"{WRITTEN}notice: \x07\n".replace("\n", end)).startswith("第 9 行，")

    @pytest.mark.parametrize(("encoding", "line"), [("gb18030", 2), ("utf-16", 1)])
    def it_is_another_encoding_told_with_the_first_line_that_has_it(self, encoding: str, line: int) -> None:
        assert fault(WRITTEN.encode(encoding)) == f"第 {line} 行，文件编码应为 UTF-8，请另存为 UTF-8。"


class DescribeWhatIsNoSlip:
    @pytest.mark.parametrize(
        ("value", "read"),
        [
            ("第一句\n  第二句 http://a:80/", "第一句 第二句 http://a:80/"),
            ("\n  http://a:80/\n  https://b", "http://a:80/ https://b"),
            ("|\n  a: 1\n  - b\n  c：\n", "a: 1\n- b\nc：\n"),
            ("'第一句\n  第二句'", "第一句 第二句"),
            ('"甲\\t乙\\u4e19"', "甲\t乙丙"),
            ("“甲”：乙", "“甲”：乙"),
            ("甲：乙，5:30 开始", "甲：乙，5:30 开始"),
            ("《某文》#1", "《某文》#1"),
            ("增长\n  -5% 以上", "增长 -5% 以上"),
            ("", None),
        ],
    )
    def it_is_read_as_it_was(self, value: str, read: str | None) -> None:
        assert read_yaml(f"{WRITTEN}notice: {value}\n".encode())["notice"] == read

    def it_is_a_byte_order_mark(self) -> None:
        assert read_yaml(b"\xef\xbb\xbfperiod: 2023\n") == {"period": 2023}


class DescribeAWordWithoutQuotes:
    """As YAML 1.1 has it, so that a file goes on meaning what it meant."""

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            *((word, True) for word in ("yes", "Yes", "ON", "true", "True")),
            *((word, False) for word in ("no", "NO", "off", "false")),
            *((word, word) for word in ("y", "N", "oN", "tRue", "是")),
            *((word, None) for word in ("", "~", "null", "NULL")),
            ("5", 5),
            ("+5", 5),
            ("-5", -5),
            ("010", 8),
            ("08", "08"),
            ("0o10", "0o10"),
            ("0x1F", 31),
            ("0b11", 3),
            ("1_000", 1000),
            ("1:30", 90),
            ("2.5", 2.5),
            ("1e3", "1e3"),
            ("1.5e+3", 1500.0),
            ("2024-03-05", "2024-03-05"),
            ("2024-3-5", "2024-3-5"),
            ("2024Q1", "2024Q1"),
            ("=", "="),
            ("<<", "<<"),
        ],
    )
    def it_means_what_it_did(self, written: str, read: object) -> None:
        for head in ("", "%YAML 1.2\n---\n"):
            found = read_yaml(f"{head}k: {written}\n".encode())["k"]
            assert (found, type(found)) == (read, type(read))

    def it_stays_text_in_quotes(self) -> None:
        assert read_yaml(b"k: ['no', \"010\"]\n") == {"k": ["no", "010"]}


def test_the_committed_params_are_read_into_plain_values() -> None:
    for path in Path(ROOT / "params").glob("*.yaml"):
        content = read_yaml(path.read_bytes())
        assert type(content) is dict
        assert type(content["rules"]["onsite_per_week"]) is int
        assert type(content["document"]["cc"]) is list
