"""A new period from an earlier one: its params file, blank where it must be filled in, and its folder of records."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml.error import YAMLError

from bulletin.facts.facts import facts_csv
from bulletin.facts.file import read_facts_of
from bulletin.notebook.field import find_field
from bulletin.project.earlier import FACTS
from bulletin.project.errors import BulletinError, told
from bulletin.project.params import GAPS, Params, known_periods, load_params, parse_params
from bulletin.project.params.edit import marked_lines, places, with_empty_list, with_line_after, with_value
from bulletin.project.paths import PREVIOUS, Project, is_url, public_name
from bulletin.project.patience import patiently
from bulletin.project.periods import Period, parse_period
from bulletin.project.whole_file import publish_file

# What the comment on a key's line says after 待填：, here and for GAPS.
_IF_SET = {
    "document.title": "标题（可不填）",
    "document.basis": "依据文件（可不填）",
    "document.printed_on": "印发日期（可不填）",
    "effective_from": "制度生效日期（可不填）",
    "as_of": "名册统计时点（可不填）",
}
"""What speaks of the earlier period and may stay blank in the new one."""

_KEY_PERIODS = "重点时段（可不填）；上一期的列在下面，改好日期后去掉行首的 #，并删去本行的 []"

_OF_KEY_PERIODS = re.compile(r"\s*#\s*(key_periods:|(- *)?\{?(name|start|end):)")
"""Comments that `with_empty_list` left."""


@dataclass(frozen=True)
class NewPeriod:
    """What was written for a new period; `previous_note` says where its previous.csv comes from, or why there's none.

    `folder` is the period's own, None where it needs none; `shared` names the records that are of longer than it.
    """

    params: Path
    folder: Path | None
    shared: str | None
    blanks: list[str]
    previous_note: str


def new_period(project: Project, name: str, earlier_name: str, outputs: Path | None = None) -> NewPeriod:
    """Write params/<name>.yaml and data/<name>/ from an earlier period's; nothing that's there is changed.

    Records that hold the new period too stay the new one's, and there's no folder to be filled.

    Raises:
        BulletinError: `bad-period` or `bad-params` for the two periods and the earlier one's params,
            `period-exists`, `cannot-renew` where the earlier file can't be changed line by line,
            `cannot-publish`. Nothing has been written then.

    """
    period, earlier = parse_period(name), parse_period(earlier_name)
    _check_periods(project, period, earlier)
    source, target = (project.params / f"{each.name}.yaml" for each in (earlier, period))
    old = load_params(project, earlier)
    data = _data(project, old, earlier, period)
    text = _new_text(old, source, target, period, data)
    folder = project.root / "data" / period.name
    if folder.exists() and not folder.is_dir():
        raise BulletinError("period-exists", f"{folder} 不是文件夹，请先移走它。")
    facts, note = _previous_facts(project, period, earlier, (outputs or project.outputs).resolve())
    shared = data if data == old.data else None
    own = None if shared and facts is None else folder
    _write(text, target, facts, own)
    marks = GAPS | _IF_SET | {"key_periods": _KEY_PERIODS}
    return NewPeriod(target, own, shared, marked_lines(text, marks), note)


def _check_periods(project: Project, period: Period, earlier: Period) -> None:
    if period == earlier:
        raise BulletinError("bad-period", f"新的期间和 --from 都是 {period.name}。--from 应为更早的期间。")
    if period.first < earlier.first:
        raise BulletinError("bad-period", f"{period.name} 早于 --from {earlier.name}。--from 应为更早的期间。")
    target = project.params / f"{period.name}.yaml"
    if target.exists():
        raise BulletinError("period-exists", f"{target} 已存在，未改动。请直接修改它；要重新生成，请先把它移到别处。")
    if not (project.params / f"{earlier.name}.yaml").is_file():
        raise BulletinError(
            "no-params", f"没有 {earlier.name} 的参数文件。--from 应为已有参数文件的期间：{known_periods(project)}。"
        )


def _data(project: Project, old: Params, earlier: Period, period: Period) -> str:
    """Where the new period's records are: a database or the earlier one's, where they hold it, else its own folder.

    Which days those hold is told by the folder's name and by the periods whose params name the same.
    """
    if is_url(old.data):
        return old.data
    spans = [earlier]
    for name in (Path(old.data).stem, *(path.stem for path in project.params.glob("*.yaml"))):
        with contextlib.suppress(BulletinError):
            named = parse_period(name)
            if name == Path(old.data).stem or load_params(project, named).data == old.data:
                spans.append(named)
    if any(span.first <= period.first and period.last <= span.last for span in spans):
        return old.data
    return f"data/{period.name}"


def _new_text(old: Params, source: Path, target: Path, period: Period, data: str) -> str:
    """The new params file, which says what the old one says but for what belongs to its period alone."""
    wanted = old.model_copy(
        update={
            "period": period.name,
            "previous": old.period if _comparable(period, parse_period(old.period)) else None,
            "data": data,
            "document": old.document.model_copy(
                update=dict.fromkeys(("number", "date", "title", "basis", "printed_on"))
            ),
            "notice": None,
            "effective_from": None,
            "as_of": None,
            "key_periods": [],
        }
    )
    try:
        text = _rewritten(source.read_bytes().decode("utf-8"), old, wanted)
        if parse_params(text.encode("utf-8"), target, period) == wanted:
            return text
        why = "改写后的内容有出入"
    except (KeyError, YAMLError):
        why = "有的项不是单独一行"
    except BulletinError as error:
        why = str(error)
    raise BulletinError(
        "cannot-renew",
        f"{source} 的写法不能逐行改写，未写入任何文件。请把引用、一行多项等改为每项一行后重试，或手工复制修改。原因：{why}",
    )


def _comparable(period: Period, earlier: Period) -> bool:
    """Whether both are years, or quarters, or months, one after the other: then the earlier one is a comparison."""
    return len(period.name) == len(earlier.name) and earlier.last < period.first


def _rewritten(text: str, old: Params, new: Params) -> str:
    """The old file's text, changed to say what `new` does."""
    if "previous" in places(text):
        text = with_value(text, "previous", new.previous or "")
    elif new.previous:
        text = with_line_after(text, "period", f'previous: "{new.previous}"', "# 上一期，用于同比或环比")
    text = with_value(text, "period", new.period)
    if new.data != old.data:
        text = with_value(text, "data", new.data)
    if old.notice is not None:
        text = with_value(text, "notice", "")
    for key, title in GAPS.items():
        if key not in places(text):
            text = with_line_after(text, "document.addressees", f"{key.removeprefix('document.')}:", "")
        text = with_value(text, key, "", title)
    before = old.model_dump() | {f"document.{key}": value for key, value in old.document.model_dump().items()}
    for key, title in _IF_SET.items():
        if before[key] is not None:
            text = with_value(text, key, "", title)
    return with_empty_list(text, "key_periods", _KEY_PERIODS, _OF_KEY_PERIODS) if old.key_periods else text


def _previous_facts(project: Project, period: Period, earlier: Period, outputs: Path) -> tuple[bytes | None, str]:
    """The earlier period's facts.csv, built or computed anew; None where there's none to add. And a note on it."""
    place = f"data/{period.name}/{PREVIOUS}"
    if (project.root / place).exists():
        return None, f"{place} 已存在，未改动"
    if not _comparable(period, earlier):
        return None, f"没有 {place}：{earlier.short_title}不能与{period.short_title}比较"
    built = outputs / earlier.name / FACTS
    reasons = []
    if built.is_file():
        try:
            # A faulty one would stop the new period's build, and one that doesn't say what it's of serves none.
            stated = read_facts_of(built, find_field().catalogue, None, f"请重新生成 {earlier.name}。").period
            if stated == earlier.name:
                return built.read_bytes(), f"{place}：{earlier.short_title}的指标，取自 {built}"
            reasons.append(f"{built} 是 {stated} 的指标")
        except BulletinError as error:
            reasons.append(_first_line(error))
    from bulletin.notebook.period import open_period  # noqa: PLC0415 (pandas, and a period that was built needs none)

    try:
        facts = facts_csv(open_period(earlier.name).facts)
    except BulletinError as error:
        reasons.append(_first_line(error))
        return None, (
            f"没有 {place}：{'；'.join(reasons)}。没有它也能生成报告，只是没有与上一期的比较；"
            f"需要时先运行 bulletin build {earlier.name}"
        )
    return facts, "；".join([f"{place}：{earlier.short_title}的指标，由其记录算出", *reasons])


def _first_line(error: BulletinError) -> str:
    return str(error).splitlines()[0].rstrip("：。")


def _write(text: str, target: Path, facts: bytes | None, folder: Path | None) -> None:
    """Write the folder first, if there's to be one, then the params file; the folder goes again where that fails."""
    is_new = folder is not None and not folder.exists()
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            if facts is not None:
                publish_file(facts, folder / PREVIOUS)
        publish_file(text.encode("utf-8"), target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            if folder is not None and facts is not None:
                patiently((folder / PREVIOUS).unlink, missing_ok=True)
            if folder is not None and is_new and folder.is_dir():
                folder.rmdir()
        if isinstance(error, OSError):
            reason, advice = told(error)
            raise BulletinError("cannot-publish", f"无法新建 {folder}（{reason}）。{advice}。") from error
        raise


def summary_lines(made: NewPeriod, project: Project) -> list[str]:
    """What was written and what comes next, for the terminal."""
    name = made.params.stem
    params = made.params.relative_to(project.root).as_posix()
    folder = f"{made.folder.relative_to(project.root).as_posix()}/" if made.folder else ""
    title = parse_period(name).title
    if made.shared is None:
        records = f"把{title}的各表放进 {folder}，空白模板可用 bulletin template 生成"
    elif is_url(made.shared):
        records = f"{title}的记录取自数据库 {public_name(made.shared)}，不必另放"
    else:
        records = f"{title}的记录取自 {made.shared}，与其他期间共用，不必另放；还没补齐的补进那里"
    return [
        "已生成：",
        f"  {params}",
        *([f"  {folder}"] if folder else []),
        f"  {made.previous_note}",
        "",
        "下一步：",
        f"  1. 填写 {params} 中标有“待填”的各项，并通读一遍：",
        *(f"       {line}" for line in made.blanks),
        f"  2. {records}",
        f"  3. 运行 bulletin check {name} 核对数据",
        f"  4. 运行 bulletin build {name} 生成报告；还没填的，稿中以黄底标出",
    ]
