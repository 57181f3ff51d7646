"""manifest.json comes back as it was written, or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bulletin.build.record import take_inputs
from bulletin.project.digests import digest_of
from bulletin.project.fingerprint import take_fingerprint
from bulletin.project.manifest import MANIFEST, Manifest, ReportEntry, intact, is_as_written, own_digest, read_manifest
from bulletin.project.paths import Project
from tests.builders import ROOT, params_of, results_of


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    origin = take_fingerprint(Project(ROOT), params_of())
    told: dict[str, Any] = {"period": "2023", "generated_at": "", "git_commit": None, "python": "", "files": {}}
    return Manifest(**dict(take_inputs(results_of(tmp_path / "data"), origin)), **told, origin=origin, reports=[])


def test_a_manifest_comes_back_as_it_was_written(manifest: Manifest, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(manifest.model_dump_json(), encoding="utf-8")
    assert read_manifest(tmp_path) == manifest


def test_a_manifest_of_another_version_or_none_is_none(manifest: Manifest, tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    content = json.loads(manifest.model_dump_json())
    del content["origin"]
    for other in (json.dumps(content), '{"period": "2023"}', "[]", "{", ""):
        (tmp_path / MANIFEST).write_text(other, encoding="utf-8")
        assert read_manifest(tmp_path) is None


def test_a_manifest_of_a_version_that_knew_fewer_keys_is_as_written(manifest: Manifest, tmp_path: Path) -> None:
    entry = ReportEntry(name="甲县", folder="counties/1", state="built", error="", inputs={}, files={})
    content = json.loads(manifest.model_copy(update={"reports": [entry]}).model_dump_json())
    del content["reports"][0]["findings"], content["digest"]  # as before the key was there
    content["digest"] = digest_of(json.dumps(content, ensure_ascii=False, sort_keys=True).encode("utf-8"))
    (tmp_path / MANIFEST).write_text(json.dumps(content), encoding="utf-8")
    assert read_manifest(tmp_path) is not None
    assert is_as_written(tmp_path)


def test_a_manifest_that_was_edited_or_cut_or_is_none_is_not_as_written(manifest: Manifest, tmp_path: Path) -> None:
    content = json.loads(manifest.model_dump_json())
    content["digest"] = own_digest(content)
    for whole, change in ((True, {}), (False, {"period": "2024"}), (False, {"more": 1}), (False, {"digest": "0"})):
        (tmp_path / MANIFEST).write_text(json.dumps(content | change), encoding="utf-8")
        assert is_as_written(tmp_path) is whole
    for other in ("{}", "[]", "", "1"):
        (tmp_path / MANIFEST).write_text(other, encoding="utf-8")
        assert not is_as_written(tmp_path)


def test_files_are_intact_where_all_are_there_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"1")
    assert intact(tmp_path, {"a.html": digest_of(b"1")})
    assert not intact(tmp_path, {"a.html": digest_of(b"2")})
    assert not intact(tmp_path, {"a.html": digest_of(b"1"), "b.html": digest_of(b"1")})
    assert not intact(tmp_path, {})
