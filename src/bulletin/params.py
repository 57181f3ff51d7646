"""What a params file may say: all that changes between periods."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Hashable
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StrictInt,
    Tag,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bulletin.errors import BulletinError
from bulletin.periods import Period, Window, parse_period
from bulletin.project import Project, has_password, is_url

SCHEMA_NAME = "params.schema.json"


def _no_number(value: object) -> object:
    # pydantic takes a number, and text that is one, for seconds since 1970.
    if isinstance(value, dt.date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)):
        return value
    raise PydanticCustomError("date_type", "not a date")


def _filled(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("string_too_short", "blank")
    return text


Text = Annotated[str, AfterValidator(_filled), Field(min_length=1)]
Day = Annotated[dt.date, BeforeValidator(_no_number)]


def _seen_as(description: str) -> ConfigDict:
    """What an editor shows of a group of keys: the schema's readers are analysts, the docstring's aren't."""
    return ConfigDict(json_schema_extra={"description": description})


class _Model(BaseModel):
    """Unknown keys are errors: a misspelt rule must not silently fall back to its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _impossible(message: str) -> PydanticCustomError:
    return PydanticCustomError("impossible", "{message}", {"message": message})


class Posts(_Model):
    """Posts that one mine of each kind needs (两人一矿、两人两矿、两人两库)."""

    model_config = _seen_as("每家企业应配的专员岗位数")

    underground: Annotated[StrictInt, Field(ge=0, le=100)] = 2
    open_pit: Annotated[StrictInt, Field(ge=0, le=100)] = 1
    tailings: Annotated[StrictInt, Field(ge=0, le=100)] = 1


class Rules(_Model):
    """What the regime asks of a supervisor, from a day on."""

    model_config = _seen_as("制度对专员的要求")

    since: Annotated[
        Day | None, Field(alias="from", description="自哪一天起执行；期间内制度有变时分组列出，各组写明，第一组可不写")
    ] = None
    onsite_per_week: Annotated[StrictInt, Field(ge=1, le=100, description="每周现场签到不少于几次")] = 1
    remote_per_week: Annotated[StrictInt, Field(ge=1, le=100, description="每周远程监管不少于几次")] = 5
    posts: Annotated[Posts, Field(description="每家企业应配专员岗位数，按类型")] = Posts()

    def changed_by(self, later: Rules) -> Rules:
        """What holds once `later` does: what it doesn't set stays as it was."""
        changes = {name: getattr(later, name) for name in later.model_fields_set}
        if "posts" in changes:
            posts = later.posts
            changes["posts"] = self.posts.model_copy(update={k: getattr(posts, k) for k in posts.model_fields_set})
        return self.model_copy(update=changes)


def _form_of_rules(value: object) -> str:
    return "list" if isinstance(value, list) else "one"


OneOrMoreRules = Annotated[
    Annotated[Rules, Tag("one")] | Annotated[list[Rules], Tag("list")], Discriminator(_form_of_rules)
]


class KeyPeriod(_Model):
    """A key period (重点时段) in which supervisors are stationed at mines."""

    model_config = _seen_as("一个重点时段")

    name: Annotated[Text, Field(description="名称，与驻矿盯守表的“重点时段”一致")]
    start: Day
    end: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise _impossible(f"结束日期 {self.end} 早于开始日期 {self.start}")
        return self


class Document(_Model):
    """What the bulletin's frame says: number, addressees, signature and imprint."""

    model_config = _seen_as("公文要素：文号、主送、署名、日期、抄送")

    number: Annotated[str | None, Field(description="发文字号，如 临应急发〔2024〕20号；未定时留空")] = None
    title: Annotated[Text | None, Field(description="全市通报的标题，不带发文机关；不写时用笔记本中的标题")] = None
    addressees: Annotated[Text, Field(description="主送机关，不带冒号")]
    basis: Annotated[str | None, Field(description="开头写明的依据文件，带书名号")] = None
    date: Annotated[Day | None, Field(description="成文日期；未定时留空")] = None
    signer: Annotated[str | None, Field(description="署名；不写时为 bureau")] = None
    sealed: Annotated[StrictBool, Field(description="是否加盖印章")] = True
    note: Annotated[str | None, Field(description="附注，不带括号")] = None
    cc: Annotated[list[Text], Field(description="抄送机关")] = []
    printer: Annotated[str | None, Field(description="印发机关；不写时为 bureau 加“办公室”")] = None
    printed_on: Annotated[Day | None, Field(description="印发日期；不写时为成文日期")] = None

    @field_validator("number")
    @classmethod
    def _number_form(cls, number: str | None) -> str | None:
        if number is not None and not re.fullmatch(r"[^〔〕\s]+〔\d{4}〕[1-9]\d*号", number):
            raise _impossible(
                "发文字号应写作“机关代字〔年份〕序号号”，如 临应急发〔2024〕20号：年份用〔〕，序号不加“第”、不补零"
            )
        return number


def _period_name(value: object) -> object:
    # YAML reads a bare 2023 as an integer.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Params(_Model):
    """One period's params file, params/<period>.yaml."""

    model_config = _seen_as("一个期间的参数文件")

    period: Annotated[str, BeforeValidator(_period_name), Field(description="期间：2023、2023Q4 或 2023-06")]
    previous: Annotated[
        str | None, BeforeValidator(_period_name), Field(description="上一期，用于同比或环比；没有时留空")
    ] = None
    bureau: Annotated[Text, Field(description="发文机关")]
    document: Annotated[Document, Field(description="公文要素")]
    data: Annotated[
        Text,
        Field(description="数据：文件夹、工作簿或 DuckDB 文件，相对于项目文件夹；或数据库地址，密码写作 ${环境变量名}"),
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
    key_periods: Annotated[list[KeyPeriod], Field(description="重点时段")] = []
    publish_names: Annotated[StrictBool, Field(description="是否在县级反馈中列出专员姓名")] = False
    notice: Annotated[str | None, Field(description="置于每份报告最前的声明，如样例数据声明")] = None

    @field_validator("period")
    @classmethod
    def _known_period(cls, name: str) -> str:
        try:
            return parse_period(name).name
        except BulletinError as error:
            raise _impossible(str(error)) from None

    @field_validator("data")
    @classmethod
    def _no_password(cls, data: str) -> str:
        if is_url(data) and has_password(data):
            raise PydanticCustomError("secret", "password")  # the value itself is said nowhere
        return data

    @field_validator("previous")
    @classmethod
    def _previous_is_over(cls, name: str | None, info: ValidationInfo) -> str | None:
        if name is None:
            return None
        try:
            previous = parse_period(name)
        except BulletinError as error:
            raise _impossible(str(error)) from None
        if "period" in info.data and previous.last >= (first := parse_period(info.data["period"]).first):
            raise _impossible(f"上一期应在 {first} 以前结束，现为 {previous.name}")
        return previous.name

    @field_validator("effective_from", "as_of")
    @classmethod
    def _day_inside(cls, day: dt.date | None, info: ValidationInfo) -> dt.date | None:
        if day is None or "period" not in info.data:
            return day
        period = parse_period(info.data["period"])
        if not period.first <= day <= period.last:
            raise _impossible(f"应在期间内：{period.first} 至 {period.last}，现为 {day}")
        since = info.data.get("effective_from")
        if info.field_name == "as_of" and since and day < since:
            raise _impossible(f"不能早于 effective_from {since}，现为 {day}")
        return day

    @field_validator("rules")
    @classmethod
    def _rules_in_order(cls, rules: Rules | list[Rules], info: ValidationInfo) -> Rules | list[Rules]:
        sets = rules if isinstance(rules, list) else [rules]
        if not sets:
            raise _impossible("至少要有一组")
        if any(each.since is None for each in sets[1:]):
            raise _impossible("第二组起每组都要用 from 写明自哪一天起执行")
        days = [each.since for each in sets if each.since]
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise _impossible("各组应按 from 的日期由早到晚排列，日期不能相同")
        first = sets[0].since
        if first and "period" in info.data:
            begins = info.data.get("effective_from") or parse_period(info.data["period"]).first
            if first > begins:
                raise _impossible(f"统计自 {begins} 起，第一组却自 {first} 起，之前没有规定可依：第一组请不写 from")
        return rules

    @field_validator("key_periods")
    @classmethod
    def _key_periods_inside(cls, key_periods: list[KeyPeriod], info: ValidationInfo) -> list[KeyPeriod]:
        names = [key_period.name for key_period in key_periods]
        if len(set(names)) < len(names):
            raise _impossible("有重名的时段")
        if "period" in info.data:
            period = parse_period(info.data["period"])
            apart = [each.name for each in key_periods if each.end < period.first or each.start > period.last]
            if apart:
                raise _impossible(f"“{'”“'.join(apart)}”不在期间内：{period.first} 至 {period.last}")
        return key_periods

    @property
    def window(self) -> Window:
        """The days that this period counts."""
        period = parse_period(self.period)
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
        document = self.document
        return {
            key: title
            for key, title, value in (
                ("document.number", "发文字号", document.number),
                ("document.date", "成文日期", document.date),
            )
            if value is None
        }

    @property
    def signer(self) -> str:
        """署名."""
        return self.document.signer or self.bureau


class _Loader(yaml.SafeLoader):
    """PyYAML lets the last of two equal keys win in silence; here it's an error. Dates stay text for pydantic."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (PyYAML reads it off the class)
        first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _YamlError(None, None, "键应为文字", key_node.start_mark)
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise _YamlError(None, None, f"键 {key} 出现了两次", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


class _YamlError(yaml.constructor.ConstructorError):
    """A fault whose text is ours, in Chinese."""


def known_periods(project: Project) -> str:
    """The periods that have a params file, for messages; 无 where there are none."""
    return "、".join(sorted(path.stem for path in project.params.glob("*.yaml"))) or "无"


def load_params(project: Project, period: Period) -> Params:
    """Read and validate params/<period>.yaml.

    Raises:
        BulletinError: `no-params` where the file is missing, `bad-params` with every fault at once, each
            with its file, its key and what is allowed.

    """
    path = project.params / f"{period.name}.yaml"
    if not path.is_file():
        known = known_periods(project)
        raise BulletinError(
            "no-params",
            f"找不到 {path}。请由已有的期间（{known}）新建：bulletin new {period.name} --from 已有期间。",
        )
    return parse_params(path.read_bytes(), path, period)


def parse_params(written: bytes, path: Path, period: Period) -> Params:
    """Validate what is written in a period's params file; `path` is what messages call it.

    Raises:
        BulletinError: `bad-params`, as `load_params`.

    """
    try:
        content = yaml.load(written.decode("utf-8"), Loader=_Loader)  # noqa: S506 (a SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        told = f"{path} 不是有效的 YAML：{_yaml_place(error)}"
        raise BulletinError("bad-params", told + _colon_hint(written)) from error
    try:
        params = Params.model_validate(content)
    except ValidationError as error:
        faults = "\n".join(f"  · {_fault_line(fault)}" for fault in error.errors())
        raise BulletinError("bad-params", f"参数文件 {path} 有 {error.error_count()} 处错误：\n{faults}") from None
    if params.period != period.name:
        raise BulletinError(
            "bad-params",
            f"参数文件 {path} 的 period 为 {params.period}，与文件名不符，应为 {period.name}。",
        )
    return params


def _yaml_place(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        what = error.problem if isinstance(error, _YamlError) else "写法有误"
        return f"第 {error.problem_mark.line + 1} 行第 {error.problem_mark.column + 1} 列，{what}。请检查缩进、冒号和引号。"
    if isinstance(error, UnicodeDecodeError):
        return "文件编码应为 UTF-8，请另存为 UTF-8。"
    return "其中有不可见的控制字符，或层次过深。"


def _colon_hint(written: bytes) -> str:
    """The first line whose colon is a Chinese one or has no blank behind it: YAML finds fault only with a later line."""
    for number, line in enumerate(written.decode("utf-8", "replace").splitlines(), start=1):
        if re.match(r"\s*(- +)?[A-Za-z_]+\s*(：|:(?=[^\s#/]))", line):
            return f"第 {number} 行的冒号应为英文冒号，后面空一格。"
    return ""


_TYPE_HINTS = {
    "missing": "缺少这一项，必须填写",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "bool_type": "应为 true 或 false",
    "list_type": "应为列表（每行以“- ”开头）",
    "string_too_short": "不能为空",
    "invalid_key": "键应为文字",
}


def _fault_line(fault: Any) -> str:
    """One pydantic error as a line: key, what stands there, what is allowed."""
    place = _place(fault["loc"])
    key = ".".join(str(part) for part in place) or "（全文）"
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return f"{key}：不认识的键，请检查拼写。此处可用的键：{'、'.join(_allowed_keys(place[:-1]))}"
    if kind == "impossible":
        return f"{key}：{context['message']}"
    if kind == "secret":
        return f"{key}：数据库密码不能写在参数文件里，请写作 ${{BULLETIN_PASSWORD}}，并设置同名的环境变量"
    if kind == "missing":
        return f"{key}：{_TYPE_HINTS[kind]}"
    if kind == "literal_error":
        wanted = f"只能是 {context['expected'].replace(' or ', ' 或 ')}"
    elif kind in ("greater_than_equal", "less_than_equal"):
        wanted = f"不能小于 {context['ge']}" if "ge" in context else f"不能大于 {context['le']}"
    elif kind.startswith("date"):
        wanted = "应为日期，写作 2024-03-05"
    elif kind in ("model_type", "model_attributes_type"):
        wanted = f"应为一组键：{'、'.join(_allowed_keys(place))}"
    else:
        wanted = _TYPE_HINTS.get(kind, "不符合要求")
    return f"{key}：{wanted}，现为 {_as_written(fault['input'])}"


def _place(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """A fault's place as the file has it: without pydantic's word for which form `rules` takes."""
    return location[:1] + location[2:] if location[:1] == ("rules",) else location


def _as_written(value: object) -> str:
    """A value as it stands in YAML, not as Python shows it."""
    if value is None:
        return "空"
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _allowed_keys(location: tuple[int | str, ...]) -> list[str]:
    """The keys that the model at `location` knows."""
    models: dict[str, type[_Model]] = {"document": Document, "rules": Rules, "posts": Posts, "key_periods": KeyPeriod}
    named = [part for part in location if isinstance(part, str)]
    model = models.get(named[-1], Params) if named else Params
    return [field.alias or name for name, field in model.model_fields.items()]
