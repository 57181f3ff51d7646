"""The parameters of a notebook: one cell declares them, papermill sets them in a cell of its own behind it, and the rest uses them.

papermill only warns of a name that the notebook doesn't know (its issue 818), and where no cell is tagged `parameters` it
puts its own at the very top, where the notebook's first cell undoes it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython
from IPython.core.inputtransformer2 import TransformerManager

from bulletin.project.errors import BulletinError
from bulletin.project.nearest import asked, nearest

if TYPE_CHECKING:
    from nbformat import NotebookNode

_TAG = "parameters"
_INJECTED = "# Parameters"
"""The first line of the cell that papermill puts in."""

_ADVICE = "请在 JupyterLab 中选中写有默认参数的单元格，在右侧“属性检查器”的单元格标签里加上 parameters"


def check_parameters(notebook: NotebookNode, given: Iterable[str]) -> None:
    """Check that a notebook takes the parameters that it's to be run with, before it runs.

    Raises:
        BulletinError: `bad-parameters`, with everything that's wrong: no cell is tagged `parameters`, a name that
            it doesn't declare, one that nothing behind it uses.

    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    tagged = [n for n, cell in enumerate(code) if _TAG in cell.metadata.get("tags", [])]
    if len(tagged) > 1:
        raise BulletinError(
            "bad-parameters", f"有 {len(tagged)} 个单元格标记为 parameters，只能有一个。请去掉多余单元格的这个标签。"
        )
    place = next(iter(tagged), None)
    if place is None:
        told = "、".join(given)
        raise BulletinError(
            "bad-parameters", f"没有标记为 parameters 的单元格，给定的参数（{told}）不会起作用。{_ADVICE}。"
        )
    declared = _assigned(code[place].source)
    unused = set(_unused(declared, [cell.source for cell in code[place + 1 :]]))
    faults = [*(_unknown(name, declared) for name in given if name not in declared)]
    faults += [
        f"参数 {name} 没有用上：后面的单元格没有用到它，或先给它另赋了值。请改用 {name}"
        for name in declared
        if name in unused
    ]
    if faults:
        raise BulletinError("bad-parameters", f"{'；'.join(faults)}。")


def check_injected(opened: Mapping[str, str]) -> None:
    """Check, in a notebook that papermill runs, that what it has `opened` is what papermill's parameters say.

    `opened` are the values, as texts, by the names of parameters. Nothing is known where no papermill is at it.

    Raises:
        BulletinError: `bad-parameters`, as `check_parameters`, or where a value was changed behind papermill's cell.

    """
    shell = get_ipython()
    # Who can be asked for input sits before JupyterLab: there cells are run as she likes, and no papermill is at it.
    if shell is None or getattr(getattr(shell, "kernel", None), "_allow_stdin", False):
        return
    cells: Sequence[str] = shell.user_ns.get("In", [])
    place = max((n for n, cell in enumerate(cells) if cell.partition("\n")[0] == _INJECTED), default=None)
    if place is None:
        return
    given = _assigned(cells[place])
    declared = next((names for cell in reversed(cells[:place]) if (names := list(_assigned(cell)))), [])
    if not declared:
        undone = [name for cell in cells[place + 1 :] for name in _assigned(cell) if name in given]
        if not undone:  # a notebook that declares nothing, or one whose own cell begins so
            return
        raise BulletinError(
            "bad-parameters", f"没有标记为 parameters 的单元格，给定的参数（{'、'.join(given)}）没有起作用。{_ADVICE}。"
        )
    faults = list(_injected_faults(given, declared, shell.user_ns, opened))
    if faults:
        raise BulletinError("bad-parameters", f"{'；'.join(faults)}。")


def _injected_faults(
    given: Mapping[str, Any], declared: Sequence[str], names: Mapping[str, Any], opened: Mapping[str, str]
) -> Iterator[str]:
    for name, value in given.items():
        if name not in declared:
            yield _unknown(name, declared)
        elif names.get(name) != value:
            yield f"参数 {name} 给定的是 {value}，之后又被改成 {names.get(name)}。请删去后面给 {name} 赋值的语句"
        elif name not in opened:
            yield f"参数 {name} 没有用上，这份报告不需要它。请去掉 -p {name}"
        elif str(value).strip() != opened[name]:
            yield f"参数 {name} 给定的是 {value}，打开的却是 {opened[name]}。请在打开报告的单元格中写 {name}，不写具体的值"


def _unknown(name: str, declared: Iterable[str]) -> str:
    near = asked(nearest(name, declared)).removesuffix("？")
    return f"笔记本没有参数 {name}，" + (near or f"可用的参数：{'、'.join(declared) or '无'}")


def _assigned(source: str) -> dict[str, Any]:
    """The names that a cell gives values to, with those that are plain values."""
    found: dict[str, Any] = {}
    for statement in _statements(source):
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = _value(statement.value)  # type: ignore[attr-defined]
    return found


def _value(node: ast.expr | None) -> Any:
    try:
        return ast.literal_eval(node) if node else None
    except ValueError:
        return None


def _unused(declared: Iterable[str], sources: Sequence[str]) -> Iterator[str]:
    """The names that no later cell reads, or that are given another value before one does."""
    statements = [statement for source in sources for statement in _statements(source)]
    for name in declared:
        uses = (
            {type(node.ctx) for node in ast.walk(each) if isinstance(node, ast.Name) and node.id == name}
            for each in statements
        )
        first = next((each for each in uses if each), set())
        if ast.Load not in first:
            yield name


def _statements(source: str) -> list[ast.stmt]:
    """A cell's statements, magics turned into calls; none of a cell that isn't Python: running it tells."""
    try:
        return ast.parse(TransformerManager().transform_cell(source)).body
    except (SyntaxError, ValueError):
        return []
