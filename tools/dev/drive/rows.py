"""The same rows for every run, made from the tables' definitions."""
from __future__ import annotations

import datetime
import decimal
import re
import uuid

import sqlalchemy as sa

NAMESPACE = uuid.UUID("8c5f7d1e-64a1-4b3e-9f2e-0c3f5d1a7b11")
START = datetime.datetime(2030, 1, 1, 9, 0, tzinfo=datetime.timezone.utc)


def plain(name: str) -> str:
    """`eventId`, `event_id` and `event-id` are the same name."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


class Pool:
    """Values that exist, by the plain name of their column; keys of a table also by the table's name."""

    def __init__(self, constants: dict[str, str]):
        self.constants = {plain(name): value for name, value in constants.items()}
        self.values: dict[str, list] = {}
        self.keys: dict[str, list] = {}

    def note(self, name: str, value) -> None:
        if value is None or isinstance(value, (dict, list)):
            return
        values = self.values.setdefault(plain(name), [])
        if value not in values:
            values.append(value)

    def find(self, name: str, owner: str = ""):
        """What a parameter of this name may be; `owner` is the segment in front of it in a path."""
        short = plain(name)
        if short in self.constants:
            return [self.constants[short]] if self.constants[short] else []
        owners = [plain(owner), plain(owner) + "s", plain(owner).removesuffix("s"), short.removesuffix("id") + "s",
                  short.removesuffix("id"), short.removesuffix("id").removesuffix("y") + "ies"]
        if short == "id" or short.endswith("id"):
            for one in owners if short == "id" else owners[3:] + owners[:3]:
                if one and one in self.keys:
                    return self.keys[one]
        return self.values.get(short, [])


def value_of(column: sa.Column, index: int):
    """A value for a column that is no foreign key; deterministic, different by row where it is text."""
    kind = column.type
    default = column.default
    if default is not None and default.is_scalar and index % 3 != 2:
        return default.arg
    if isinstance(kind, sa.Enum):
        values = [one for one in (kind.enum_class or kind.enums)]
        return values[index % len(values)]
    if isinstance(kind, sa.Boolean):
        return index % 3 != 2
    if isinstance(kind, sa.Integer):
        return index + 1
    if isinstance(kind, sa.Numeric):
        return decimal.Decimal(index + 1) if kind.asdecimal else float(index + 1)
    if isinstance(kind, sa.DateTime):
        moment = START + datetime.timedelta(days=index, hours=6 if re.search("end|expire", column.name) else 0)
        return moment if kind.timezone else moment.replace(tzinfo=None)
    if isinstance(kind, sa.Date):
        return (START + datetime.timedelta(days=index)).date()
    if isinstance(kind, sa.Time):
        return datetime.time(9 + index % 8)
    if isinstance(kind, sa.Interval):
        return datetime.timedelta(hours=index + 1)
    if isinstance(kind, sa.Uuid):
        made = uuid.uuid5(NAMESPACE, f"{column.table.name}.{column.name}.{index}")
        return made if kind.as_uuid else str(made)
    if isinstance(kind, sa.ARRAY):
        return []
    if isinstance(kind, sa.JSON):
        made = default.arg({}) if default is not None and default.is_callable else {}
        return made if isinstance(made, (dict, list)) else {}
    if isinstance(kind, sa.LargeBinary):
        return bytes([index])
    if isinstance(kind, (sa.String, sa.Text)):
        if column.primary_key or (kind.length == 36 and column.name.endswith("id")):
            text = str(uuid.uuid5(NAMESPACE, f"{column.table.name}.{column.name}.{index}"))
        elif "email" in column.name:
            text = f"person{index}@example.org"
        elif "url" in column.name:
            text = f"https://example.org/{column.table.name}/{index}"
        elif kind.length == 3:
            text = "USD"
        else:
            text = f"{column.name} {index}"
        return text[: kind.length] if kind.length else text
    return None


def fill(connection: sa.Connection, metadata: sa.MetaData, pool: Pool, count: int) -> dict[str, int]:
    """Puts up to `count` rows in each table; those that a constraint forbids are left out. How many there are."""
    made: dict[str, int] = {}
    for table in metadata.sorted_tables:
        for index in range(count):
            row = {}
            for column in table.columns:
                if column.computed is not None or column.identity is not None:
                    continue
                short = plain(column.name)
                references = [one.column for one in column.foreign_keys]
                if references:
                    known = pool.values.get(f"{references[0].table.name}.{references[0].name}", [])
                    row[column.name] = known[index % len(known)] if known else None
                elif short in pool.constants and not column.primary_key:
                    row[column.name] = pool.constants[short] or None
                else:
                    row[column.name] = value_of(column, index)
                if row[column.name] is None and column.nullable:
                    del row[column.name]
            try:
                with connection.begin_nested():
                    connection.execute(sa.insert(table).values(row))
            except sa.exc.SQLAlchemyError:
                continue
            made[table.name] = made.get(table.name, 0) + 1
            for column in table.columns:
                value = row.get(column.name)
                pool.note(column.name, value)
                if value is not None and not isinstance(value, (dict, list)):
                    pool.values.setdefault(f"{table.name}.{column.name}", []).append(value)
                if column.primary_key and len(table.primary_key.columns) == 1 and value is not None:
                    pool.keys.setdefault(plain(table.name), []).append(value)
        key = list(table.primary_key.columns)
        if connection.dialect.name == "postgresql" and len(key) == 1 and isinstance(key[0].type, sa.Integer):
            connection.execute(sa.text("SELECT setval(pg_get_serial_sequence(:t, :c), 1000)"),
                               {"t": table.name, "c": key[0].name})
    return made
