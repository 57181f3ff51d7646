"""Reading a params file: YAML, validated, with every fault at once in Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from bulletin.project.errors import BulletinError
from bulletin.project.nearest import asked
from bulletin.project.params.faults import fault_lines
from bulletin.project.params.model import Params
from bulletin.project.params.read import read_yaml
from bulletin.project.params.slips import YamlFaultError
from bulletin.project.paths import Project
from bulletin.project.periods import Period, parse_period
from bulletin.project.unseen import UNSEEN, marked, visible

_MOST_BYTES = 1_000_000
"""Of a params file."""


def known_periods(project: Project) -> str:
    """The periods that have a params file, for messages; 无 where there are none."""
    return "、".join(sorted(path.stem for path in project.params.glob("*.yaml"))) or "无"


def _way_on(project: Project, period: Period) -> str:
    """What to do where a period has no params file: take the nearest that has, or begin with what an earlier one says."""
    for path in project.params.glob("*.yaml"):
        with suppress(BulletinError):  # it's named after no period
            if parse_period(path.stem) == period:
                return f"请把 {path.name} 改名为 {period.name}.yaml。"
    periods = project.periods
    earlier = [each for each in periods if each.first <= period.first]
    near = sorted(periods, key=lambda each: (*_apart(each, period), -each.first.toordinal()))
    told = asked([each.name for each in near[:1]])
    if earlier:
        source = min(earlier, key=lambda each: _apart(each, period))
        told += f"确要新建 {period.name} 的，请运行 bulletin new {period.name} --from {source.name}。"
    return told


def _apart(one: Period, other: Period) -> tuple[bool, int]:
    """How far two periods are from each other: a year is nearer to any year than to a month."""
    return len(one.name) != len(other.name), abs((one.first - other.first).days)


def load_params(project: Project, period: Period) -> Params:
    """Read and validate params/<period>.yaml.

    Raises:
        BulletinError: `no-params` where the file is missing, `bad-params` with every fault at once, each
            with its file, its key and what is allowed.

    """
    path = project.params / f"{period.name}.yaml"
    if not path.is_file():
        known = known_periods(project)
        raise BulletinError("no-params", f"找不到 {path}。已有参数文件的期间：{known}。{_way_on(project, period)}")
    return parse_params(path.read_bytes(), path, period)


def parse_params(written: bytes, path: Path, period: Period) -> Params:
    """Validate what is written in a period's params file; `path` is what messages call it.

    Raises:
        BulletinError: `bad-params`, as `load_params`.

    """
    if len(written) > _MOST_BYTES:
        raise BulletinError("bad-params", f"{path} 超过 1 MB，不会是参数文件，没有读入。")
    try:
        content = read_yaml(written)
    except YamlFaultError as fault:
        raise BulletinError("bad-params", f"参数文件 {path} 写法有误：{fault}") from None
    faults = list(_unseen(content))
    if not faults:
        try:
            params = Params.model_validate(content)
        except ValidationError as error:
            faults = fault_lines(error, Params, unsaid={"data"})  # it may be an address with a password in it
    if faults:
        lines = "\n".join(f"  · {line}" for line in faults)
        raise BulletinError("bad-params", f"参数文件 {path} 有 {len(faults)} 处错误：\n{lines}")
    if params.period != period.name:
        raise BulletinError(
            "bad-params",
            f"参数文件 {path} 的 period 为 {params.period}，与文件名不符，应为 {period.name}。",
        )
    return params


def _unseen(content: object, place: tuple[str, ...] = ()) -> Iterator[str]:
    """What can't be seen in any text, with its key: a report would show something else than the file."""
    if isinstance(content, str):
        if found := UNSEEN.search(content):
            yield f"{'.'.join(place)}：含有看不见的字符 {marked(found[0])}，请清空后重新录入，不要粘贴"
    elif isinstance(content, dict):
        for key, value in content.items():
            name = visible(str(key))
            yield from _unseen(str(key), (*place, name))
            yield from _unseen(value, (*place, name))
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from _unseen(value, (*place, str(number)))
