"""What a params file may say: all that changes between periods."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, ValidationInfo, field_validator, model_validator

from bulletin.project.errors import BulletinError
from bulletin.project.params.base import Day, Model, Text, impossible, seen_as
from bulletin.project.params.rules import OneOrMoreRules, Rules
from bulletin.project.paths import SECRET, SECRET_PREFIX, has_password, is_url
from bulletin.project.periods import Period, Window, parse_period


class KeyPeriod(Model):
    """A key period (重点时段) in which supervisors are stationed at mines."""

    model_config = seen_as("一个重点时段")

    name: Annotated[Text, Field(description="名称，与驻矿盯守表的“重点时段”一致")]
    start: Day
    end: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise impossible(f"结束日期 {self.end} 早于开始日期 {self.start}")
        return self


class Document(Model):
    """What the bulletin's frame says: number, addressees, signature and imprint."""

    model_config = seen_as("公文要素：文号、主送、署名、日期、抄送")

    number: Annotated[str | None, Field(description="发文字号，如 临应急发〔2024〕20号；未定时留空")] = None
    title: Annotated[Text | None, Field(description="全市通报的标题，不带发文机关；不写时用笔记本中的标题")] = None
    addressees: Annotated[Text, Field(description="主送机关，不带冒号")]
    basis: Annotated[str | None, Field(description="开头写明的依据文件，带书名号")] = None
    date: Annotated[Day | None, Field(description="成文日期；未定时留空")] = None
    signer: Annotated[str | None, Field(description="署名；不写时为 bureau")] = None
    sealed: Annotated[StrictBool, Field(description="是否加盖印章")] = True
    note: Annotated[str | None, Field(description="附注，不带括号")] = None
    cc: list[Text] = Field(default_factory=list, description="抄送机关")
    printer: Annotated[str | None, Field(description="印发机关；不写时为 bureau 加“办公室”")] = None
    printed_on: Annotated[Day | None, Field(description="印发日期；不写时为成文日期")] = None

    @field_validator("number")
    @classmethod
    def _number_form(cls, number: str | None) -> str | None:
        if number is not None and not re.fullmatch(r"[^〔〕\s]+〔\d{4}〕[1-9]\d*号", number):
            raise impossible(
                "发文字号应写作“机关代字〔年份〕序号号”，如 临应急发〔2024〕20号：年份用〔〕，序号不加“第”、不补零"
            )
        return number


GAPS = {"document.number": "发文字号", "document.date": "成文日期"}
"""The keys that leave a gap in the draft while they are blank, each with what it's called there."""


# A property's own cache would go along into a copy that says another period.
@cache
def _parsed(name: str) -> Period:
    try:
        return parse_period(name)
    except BulletinError as error:
        raise impossible(str(error)) from None


def _period_name(value: object) -> object:
    # YAML reads a bare 2023 as an integer.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Params(Model):
    """One period's params file, params/<period>.yaml."""

    model_config = seen_as("一个期间的参数文件")

    period: Annotated[str, BeforeValidator(_period_name), Field(description="期间：2023、2023Q4 或 2023-06")]
    previous: Annotated[
        str | None, BeforeValidator(_period_name), Field(description="上一期，用于同比或环比；没有时留空")
    ] = None
    field: Annotated[Text, Field(description="业务领域，决定数据表、指标和笔记本")] = "mines"
    bureau: Annotated[Text, Field(description="发文机关")]
    document: Annotated[Document, Field(description="公文要素")]
    data: Annotated[
        Text,
        Field(
            description="数据：文件夹、工作簿或 DuckDB 文件，相对于项目文件夹；或数据库地址，密码写作 ${BULLETIN_PASSWORD} 这样的环境变量"
        ),
    ]
    effective_from: Annotated[Day | None, Field(description="制度在期间内生效的日期；统计自该日起")] = None
    rules: Annotated[
        OneOrMoreRules,
        Field(description="制度要求；期间内有变时写成列表，每组以 from 注明自哪一天起，未写的项沿用上一组"),
    ] = Rules()
    as_of: Annotated[Day | None, Field(description="名册统计时点；不写时为期间最后一日")] = None
    averaging: Annotated[
        Literal["county_mean", "pooled"],
        Field(description="平均方法：county_mean 专员率的县均值、县率的市均值；pooled 合并计算"),
    ] = "county_mean"
    duty_unit: Annotated[
        Literal["supervisor", "assignment"], Field(description="履职考核单元：supervisor 专员；assignment 专员和企业")
    ] = "supervisor"
    key_periods: list[KeyPeriod] = Field(default_factory=list, description="重点时段")
    publish_names: Annotated[StrictBool, Field(description="是否在县级反馈中列出专员姓名")] = False
    notice: Annotated[str | None, Field(description="置于每份报告最前的声明，如样例数据声明")] = None
    report_timeout: Annotated[
        StrictInt, Field(ge=1, le=86400, description="一份报告最多生成多少秒，超过即停止并算作失败")
    ] = 600

    @field_validator("period")
    @classmethod
    def _known_period(cls, name: str) -> str:
        return _parsed(name).name

    @field_validator("data")
    @classmethod
    def _no_password(cls, data: str) -> str:
        if is_url(data) and has_password(data):
            raise impossible("数据库密码不能写在参数文件里，请写作 ${BULLETIN_PASSWORD}，并设置同名的环境变量")
        if re.search(r"[\t\r\n]", data):
            raise impossible("双引号里的 \\t、\\n、\\r 是制表符和换行。请把两端的双引号改为单引号，或用 / 代替 \\")
        # A params file from elsewhere could send any variable of this machine to a server of its choice.
        others = [name for name in SECRET.findall(data) if not name.startswith(SECRET_PREFIX)]
        if is_url(data) and others:
            raise impossible(f"地址中的环境变量名应以 {SECRET_PREFIX} 开头，现为 {'、'.join(others)}")
        return data

    @field_validator("previous")
    @classmethod
    def _previous_is_over(cls, name: str | None, info: ValidationInfo) -> str | None:
        if name is None:
            return None
        previous = _parsed(name)
        if "period" in info.data and previous.last >= (first := _parsed(info.data["period"]).first):
            raise impossible(f"上一期应在 {first} 以前结束，现为 {previous.name}")
        return previous.name

    @field_validator("effective_from", "as_of")
    @classmethod
    def _day_inside(cls, day: dt.date | None, info: ValidationInfo) -> dt.date | None:
        if day is None or "period" not in info.data:
            return day
        period = _parsed(info.data["period"])
        if not period.first <= day <= period.last:
            raise impossible(f"应在期间内：{period.first} 至 {period.last}，现为 {day}")
        since = info.data.get("effective_from")
        if info.field_name == "as_of" and since and day < since:
            raise impossible(f"不能早于 effective_from {since}，现为 {day}")
        return day

    @field_validator("rules")
    @classmethod
    def _rules_in_order(cls, rules: Rules | list[Rules], info: ValidationInfo) -> Rules | list[Rules]:
        sets = rules if isinstance(rules, list) else [rules]
        if not sets:
            raise impossible("至少要有一组")
        if any(each.since is None for each in sets[1:]):
            raise impossible("第二组起每组都要用 from 写明自哪一天起执行")
        days = [each.since for each in sets if each.since]
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise impossible("各组应按 from 的日期由早到晚排列，日期不能相同")
        first = sets[0].since
        if first and "period" in info.data:
            begins = info.data.get("effective_from") or _parsed(info.data["period"]).first
            if first > begins:
                raise impossible(f"统计自 {begins} 起，第一组却自 {first} 起，之前没有规定可依：第一组请不写 from")
        return rules

    @field_validator("key_periods")
    @classmethod
    def _key_periods_inside(cls, key_periods: list[KeyPeriod], info: ValidationInfo) -> list[KeyPeriod]:
        names = [key_period.name for key_period in key_periods]
        if len(set(names)) < len(names):
            raise impossible("有重名的时段")
        if "period" in info.data:
            period = _parsed(info.data["period"])
            apart = [each.name for each in key_periods if each.end < period.first or each.start > period.last]
            if apart:
                raise impossible(f"“{'”“'.join(apart)}”不在期间内：{period.first} 至 {period.last}")
        return key_periods

    @property
    def window(self) -> Window:
        """The days that this period counts."""
        period = _parsed(self.period)
        return Window(period, self.effective_from or period.first, period.last, self.as_of or period.last)

    @property
    def rule_sets(self) -> list[Rules]:
        """The rules that hold in the window, in order, each whole; the first holds from its first day."""
        given = self.rules if isinstance(self.rules, list) else [self.rules]
        window, sets = self.window, [given[0]]
        for later in given[1:]:
            whole = sets[-1].changed_by(later)
            if later.since and later.since <= window.first:
                sets[-1] = whole
            elif later.since and later.since <= window.last:
                sets.append(whole)
        return sets

    def rules_on(self, day: dt.date) -> Rules:
        """The rules that hold on a day of the window."""
        return next(rules for rules in reversed(self.rule_sets) if rules.since is None or rules.since <= day)

    @property
    def day(self) -> dt.date:
        """The day that files carry in their properties: 成文日期, or the period's last day while that is blank."""
        return self.document.date or self.window.last

    @property
    def gaps(self) -> dict[str, str]:
        """The blank keys that leave a gap in the draft, each with what it's called there."""
        return {
            key: title for key, title in GAPS.items() if getattr(self.document, key.removeprefix("document.")) is None
        }

    @property
    def signer(self) -> str:
        """署名."""
        return self.document.signer or self.bureau
