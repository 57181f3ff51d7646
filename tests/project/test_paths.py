"""The project is found from any folder inside it; its records are where the params or the user say."""

from __future__ import annotations

from pathlib import Path

import pytest

import bulletin.project.paths
from bulletin.project.errors import BulletinError
from bulletin.project.paths import DATA_VARIABLE, Project, find_project, has_password, is_url, public_name
from tests.builders import ROOT


def make_project(root: Path) -> Path:
    for name in ("params", "notebooks", "data/deep"):
        (root / name).mkdir(parents=True)
    return root


def test_a_project_is_found_from_its_folder_and_from_any_below(tmp_path: Path) -> None:
    make_project(tmp_path)
    assert find_project(tmp_path) == Project(tmp_path)
    assert find_project(tmp_path / "data" / "deep") == Project(tmp_path)


def test_the_nearest_project_is_taken(tmp_path: Path) -> None:
    make_project(tmp_path)
    inner = make_project(tmp_path / "data" / "copy")
    assert find_project(inner / "params") == Project(inner)


def test_a_project_is_found_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(make_project(tmp_path) / "data")
    assert find_project() == Project(tmp_path)


def test_outside_any_project_the_checkout_of_the_package_is_taken(tmp_path: Path) -> None:
    assert find_project(tmp_path) == Project(Path(bulletin.project.paths.__file__).resolve().parents[3])
    assert (find_project(tmp_path).params / "2023.yaml").is_file()


@pytest.mark.parametrize("only", ["params", "notebooks"])
def test_no_project_is_said_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, only: str) -> None:
    monkeypatch.setattr(bulletin.project.paths, "__file__", str(tmp_path / "site" / "lib" / "bulletin" / "project.py"))
    (tmp_path / only).mkdir()
    with pytest.raises(BulletinError, match="找不到 params/ 和 notebooks/。请在项目文件夹内运行本命令") as caught:
        find_project(tmp_path)
    assert caught.value.code == "no-project"
    assert str(tmp_path) in str(caught.value)


def test_a_project_knows_its_folders() -> None:
    project = Project(Path("/p"))
    assert (project.params, project.notebooks, project.outputs) == (
        Path("/p/params"),
        Path("/p/notebooks"),
        Path("/p/outputs"),
    )


def test_records_are_under_the_root_where_the_params_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA_VARIABLE, raising=False)
    assert Project(ROOT).data("data/2023") == ROOT / "data" / "2023"
    assert Project(ROOT).data("/elsewhere") == Path("/elsewhere")


def test_the_users_folder_of_records_wins_over_the_params(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BULLETIN_DATA", str(tmp_path))
    assert Project(ROOT).data("data/2023") == tmp_path.resolve()


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("postgresql://h/db", True),
        ("sqlite:///records.db", True),
        ("${RECORDS}", True),
        ("data/2023", False),
        ("C:\\数据\\2023", False),
        ("D:/数据/${RECORDS}", False),
    ],
)
def test_a_url_is_told_from_a_path(tmp_path: Path, location: str, url: bool) -> None:
    assert is_url(location) == url
    assert (Project(tmp_path).data(location) == location) == url


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("postgresql://u:pw@h/db", True),
        ("postgresql://u:p/w@x?@h/db", True),
        ("postgresql://h/db?user=u&password=pw", True),
        ("postgresql://h/db?sslpassword=pw", True),
        ("postgresql://u:${A}pw@h/db", True),
        ("postgresql://u:${A}@h/db", False),
        ("postgresql://h/db?password=${A}", False),
        ("postgresql://u@h:5432/db", False),
        ("sqlite:///a:b.db", False),
    ],
)
def test_a_password_in_a_url_is_seen_and_not_shown(url: str, written: bool) -> None:
    assert has_password(url) == written
    assert "pw" not in public_name(url)
    assert "u:" not in public_name(url)
