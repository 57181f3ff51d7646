"""Databases that hold the records, a table each: a DuckDB file, or a server by its SQLAlchemy URL.

Only read: within one transaction, so that all tables are of one moment. Passwords come from the environment and
stand in no message.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import quote_plus

from bulletin.project.errors import BulletinError
from bulletin.project.paths import DATA_ADVICE, SECRET, is_url, public_name

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

_DUCKDB_MARK = b"DUCK"

Kind = Literal["text", "number", "flag", "day", "time", "zoned time", "other"]
"""What a database's column holds by its own type."""


class Database(Protocol):
    """An open database. `name` is what messages call it; `aggregates` says that events can be asked there."""

    name: str
    aggregates: bool

    def tables(self) -> Mapping[str, Mapping[str, Kind]]:
        """Each table and view, with its columns and their kinds."""

    def quote(self, name: str) -> str:
        """A table's or column's name as SQL has it."""

    def local_time(self, expression: str) -> str:
        """A time with a zone as Shanghai's clocks show it; asked only of one that `aggregates`."""

    def rows(self, sql: str) -> Sequence[Sequence[Any]]:
        """What a query gives.

        Raises:
            BulletinError: `bad-database` where the database refuses it.

        """

    def close(self) -> None:
        """End the transaction and the connection."""


def open_database(location: str | Path) -> Database | None:
    """Open the database at a URL or in a DuckDB file; None where `location` is anything else.

    Raises:
        BulletinError: `no-secret` for an environment variable that isn't set, `no-driver`, `bad-database`.

    """
    if isinstance(location, str) and is_url(location):
        return _Server(location)
    path = Path(location)
    if path.is_file():
        with suppress(OSError), path.open("rb") as file:  # the reader of files says what's wrong with it
            if file.read(12)[8:] == _DUCKDB_MARK:
                return _DuckFile(path)
    return None


def _refused(name: str, error: BaseException, secrets: Sequence[str] = ()) -> BulletinError:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = lines[0] if lines else type(error).__name__
    for secret in secrets:
        said = said.replace(secret, "***")
    return BulletinError(
        "bad-database", f"数据库 {name} 读取失败：{said}。请检查地址、权限和网络，或请数据库管理员协助。"
    )


class _DuckFile:
    aggregates = True

    def __init__(self, path: Path) -> None:
        import duckdb  # noqa: PLC0415 (only where it's used)

        self._error = duckdb.Error
        self.name = path.name
        try:
            # A view may name any file of this machine, and the file may be another's: none is read but itself.
            self._connection = duckdb.connect(str(path), read_only=True, config={"enable_external_access": False})
        except duckdb.Error as error:
            raise _refused(self.name, error) from error
        self._connection.begin()

    def tables(self) -> Mapping[str, Mapping[str, Kind]]:
        columns = (
            "SELECT table_name, column_name, data_type FROM duckdb_columns() "
            "WHERE schema_name = current_schema() AND NOT internal ORDER BY column_index"
        )
        found: dict[str, dict[str, Kind]] = {}
        for table, column, kind in self.rows(columns):
            found.setdefault(table, {})[column] = _DUCKDB_KINDS.get(str(kind).split("(")[0], "other")
        return found

    def quote(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def local_time(self, expression: str) -> str:
        # By the offset, because zones need an extension. Shanghai has had no summer time since 1991.
        return f"make_timestamp(epoch_us({expression}) + 28800000000)"

    def rows(self, sql: str) -> Sequence[Sequence[Any]]:
        try:
            return self._connection.execute(sql).fetchall()
        except self._error as error:
            raise _refused(self.name, error) from error

    def close(self) -> None:
        self._connection.close()


_INTEGERS: tuple[str, ...] = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)
_DUCKDB_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(_INTEGERS, "number"),
    "VARCHAR": "text",
    "BOOLEAN": "flag",
    "DATE": "day",
    "TIMESTAMP": "time",
    "TIMESTAMP_S": "time",
    "TIMESTAMP_MS": "time",
    "TIMESTAMP WITH TIME ZONE": "zoned time",
}


class _Server:
    def __init__(self, url: str) -> None:
        import sqlalchemy as sa  # noqa: PLC0415 (only where it's used)

        self._sa = sa
        self.name = public_name(url)
        self._secrets: list[str] = []
        try:
            known = sa.make_url(self._with_secrets(url))
            if known.password:
                self._secrets.append(str(known.password))
            engine = sa.create_engine(known, poolclass=sa.pool.NullPool)
        except (ModuleNotFoundError, sa.exc.NoSuchModuleError) as error:
            driver = getattr(error, "name", None) or self.name.split("://", maxsplit=1)[0]
            raise BulletinError(
                "no-driver",
                f"没有安装数据库 {self.name} 的驱动 {driver}。"
                'PostgreSQL 请运行 python -m pip install "bulletin[postgres]"。',
            ) from None
        except (sa.exc.ArgumentError, ValueError):
            raise BulletinError("bad-database", f"数据库地址 {self.name} 的写法有误。") from None
        if engine.dialect.name == "sqlite" and known.database and not Path(known.database).is_file():
            # SQLite would make an empty database there.
            raise BulletinError("no-records", f"找不到数据库文件 {known.database}。{DATA_ADVICE}")
        self.aggregates = engine.dialect.name == "postgresql"
        options: dict[str, Any] = {}
        if self.aggregates:
            # Without parameters a percent sign in a text is nothing but itself.
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True, "no_parameters": True}
        try:
            self._connection = engine.connect().execution_options(**options)
            if engine.dialect.name == "sqlite":
                self._connection.exec_driver_sql("PRAGMA query_only = ON")
        except sa.exc.SQLAlchemyError as error:
            raise self._failed(error) from None

    def _with_secrets(self, url: str) -> str:
        missing = [name for name in SECRET.findall(url) if name not in os.environ]
        if missing:
            raise BulletinError("no-secret", f"数据库 {self.name} 需要环境变量 {'、'.join(missing)}，请先设置。")
        self._secrets += [os.environ[name] for name in SECRET.findall(url) if os.environ[name]]
        whole = SECRET.fullmatch(url)
        if whole:  # the whole address
            return os.environ[whole[1]]
        return SECRET.sub(lambda found: quote_plus(os.environ[found[1]]), url)

    def _failed(self, error: BaseException) -> BulletinError:
        return _refused(self.name, getattr(error, "orig", None) or error, self._secrets)

    def tables(self) -> Mapping[str, Mapping[str, Kind]]:
        try:
            inspector = self._sa.inspect(self._connection)
            names = [*inspector.get_table_names(), *inspector.get_view_names()]
            return {
                name: {column["name"]: self._kind(column["type"]) for column in inspector.get_columns(name)}
                for name in names
            }
        except self._sa.exc.SQLAlchemyError as error:
            raise self._failed(error) from None

    def _kind(self, kind: TypeEngine[Any]) -> Kind:
        types = self._sa.types
        kinds: tuple[tuple[Any, Kind], ...] = (
            (types.Boolean, "flag"),
            (types.Integer, "number"),
            (types.DateTime, "zoned time" if getattr(kind, "timezone", False) else "time"),
            (types.Date, "day"),
            (types.String, "text"),
        )
        return next((word for each, word in kinds if isinstance(kind, each)), "other")

    def quote(self, name: str) -> str:
        return str(self._connection.dialect.identifier_preparer.quote_identifier(name))

    def local_time(self, expression: str) -> str:
        return f"({expression} AT TIME ZONE 'Asia/Shanghai')"

    def rows(self, sql: str) -> Sequence[Sequence[Any]]:
        try:
            return self._connection.exec_driver_sql(sql).fetchall()
        except self._sa.exc.SQLAlchemyError as error:
            raise self._failed(error) from None

    def close(self) -> None:
        self._connection.close()
