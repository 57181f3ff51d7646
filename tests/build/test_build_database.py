"""The command on records in a database: the same figures as from files, and a password that stands nowhere."""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import quote, quote_plus

import sqlalchemy as sa

from tests import warm
from tests.builders import ROOT
from tests.conftest import PASSWORD
from tests.contents import contents
from tests.records.frames import as_text


def test_a_build_from_postgresql_gives_the_files_figures_and_never_says_the_password(
    postgres: str, tmp_path: Path
) -> None:
    engine = sa.create_engine(
        postgres.replace("${BULLETIN_TEST_PASSWORD}", quote_plus(PASSWORD)), poolclass=sa.NullPool
    )
    with engine.begin() as connection:
        for name, frame in as_text(ROOT / "data/2023").items():
            frame.to_sql(name, connection, index=False, if_exists="replace")
    own = os.environ | {"BULLETIN_TEST_PASSWORD": PASSWORD}
    command = ["build", "2023", "--city-only", "--outputs"]
    done = warm.run(*command, tmp_path, "--data", postgres, environment=own)
    assert done.returncode == 0, done.stderr
    outputs = tmp_path / "2023"
    files = warm.run(*command, tmp_path / "files")
    assert files.returncode == 0, files.stderr
    for name in ("facts.csv", "city/bulletin.docx"):
        assert (outputs / name).read_bytes() == (tmp_path / "files/2023" / name).read_bytes()
    # The page's foot names where the records were.
    pages = [
        (folder / "city/bulletin.html").read_text(encoding="utf-8") for folder in (outputs, tmp_path / "files/2023")
    ]
    texts = [page.partition('<footer class="made">')[0] for page in pages]
    assert texts[0] == texts[1]
    assert texts[0] != pages[0]
    inputs = json.loads((outputs / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert {source["file"] for source in inputs} == {postgres.split("@")[1].join(("postgresql+psycopg://", ""))}
    said = [done.stdout.encode(), done.stderr.encode(), *contents(outputs)]
    assert len(said) > 50
    for secret in (PASSWORD, quote(PASSWORD), quote_plus(PASSWORD)):
        assert not any(secret.encode() in content for content in said)
