"""A draft that comes from elsewhere reads no other file, fills no memory, and says nothing to the terminal."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from bulletin.cli.main import main
from bulletin.drafts.proof.proofread import proofread
from bulletin.project.errors import BulletinError
from tests.drafts.proof.drafts import edited, word_file


def with_entities(folder: Path, declared: str) -> Path:
    """A Word file whose one paragraph is the entity `x`, declared so."""

    def declare(body: str) -> str:
        head, _, rest = body.partition("?>")
        return f"{head}?><!DOCTYPE w [{declared}]>{rest.replace('@@', '&x;')}"

    return edited(word_file(folder / "plain.docx", "@@"), folder / "entities.docx", declare)


def test_an_entity_reads_no_other_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "private.txt").write_text("甲县、乙县共3个县已完成整改。", encoding="utf-8")
    path = with_entities(tmp_path, f'<!ENTITY x SYSTEM "{(tmp_path / "private.txt").as_uri()}">')
    assert main(["proof", str(path)]) == 0
    assert "甲县" not in capsys.readouterr().out


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    levels = [
        f'<!ENTITY {name} "{f"&{inner};" * 10}">' for name, inner in zip("bcdefghijklx", "abcdefghijkl", strict=True)
    ]
    path = with_entities(tmp_path, '<!ENTITY a "甲县甲县甲县">' + "".join(levels))
    with pytest.raises(BulletinError, match="不是完好的 Word 文件") as caught:
        proofread(path)
    assert caught.value.code == "bad-draft"


def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        for _ in range(257):
            part.write(bytes(2**20))
    assert path.stat().st_size < 2**20
    with pytest.raises(BulletinError, match="解压后过大"):
        proofread(path)


def test_json_shows_what_cant_be_seen_as_its_number(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    text = "甲县、乙县（\x9b31m\u202e\u200b）共3个县已完成整改。"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert main(["proof", str(tmp_path / "a.txt"), "--format", "json"]) == 1
    written = capfdbinary.readouterr().out.decode()
    assert not {"\x9b", "\u202e", "\u200b"} & {*written}
    assert "\\u009b31m\\u202e\\u200b" in written
    assert json.loads(written)[0]["found"] in text
