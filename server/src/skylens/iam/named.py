"""What users, groups, roles, managed policies and instance profiles have in common: a name, a path and an id."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from sqlalchemy import delete as delete_from
from sqlalchemy import func, insert, select, update

from skylens.iam.errors import EntityAlreadyExists, LimitExceeded, NoSuchEntity

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Table

    from skylens.ids import Ids

_RANDOM_LETTERS = 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something of an account's that has a name. No two of a kind have names that differ in case only."""

    TABLE: ClassVar[Table]
    RESOURCE: ClassVar[str]  # in ARNs
    ID_PREFIX: ClassVar[str]
    MISSING: ClassVar[str]  # AWS's sentence, with {} for the name
    EXISTING: ClassVar[str]
    QUOTA: ClassVar[tuple[str, int]]  # AWS's word for it, and how many an account may have

    account: str
    name: str
    path: str = "/"
    id: str
    created_at: datetime

    @property
    def arn(self) -> str:
        """Name of it in policies and in other accounts; it changes with name and path."""
        return arn_of(type(self), self.account, self.path, self.name)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.arn}>"


Entity = TypeVar("Entity", bound=Named)


def arn_of(kind: type[Named], account: str, path: str, name: str) -> str:
    """Return the ARN of something of a kind."""
    return f"arn:aws:iam::{account}:{kind.RESOURCE}{path}{name}"


def new_id(kind: type[Named], ids: Ids) -> str:
    """Return an id for a new one, by which its kind can be seen."""
    return kind.ID_PREFIX + ids.letters(_RANDOM_LETTERS)


def create(connection: Connection, entity: Entity) -> Entity:
    """Store something new, if its name is free and the account may have one more."""
    refuse_taken(connection, type(entity), entity.account, entity.name)
    quota, most = entity.QUOTA
    if count(connection, type(entity), entity.account) >= most:
        raise LimitExceeded(f"Cannot exceed quota for {quota}: {most}")
    values = {field.name: getattr(entity, field.name) for field in fields(entity)}
    connection.execute(insert(entity.TABLE).values(folded=entity.name.lower(), **values))
    return entity


def refuse_taken(connection: Connection, kind: type[Named], account: str, name: str) -> None:
    """Raise EntityAlreadyExists where something of the kind has the name already, whatever its case."""
    table = kind.TABLE.c
    taken = select(table.id).where(table.account == account, table.folded == name.lower())
    if connection.execute(taken).first():
        raise EntityAlreadyExists(kind.EXISTING.format(name))


def get(connection: Connection, kind: type[Entity], account: str, name: str) -> Entity:
    """Return the one of that name, written in the same case: policies, too, tell case."""
    found = find(connection, kind, account, name)
    if found is None:
        raise NoSuchEntity(kind.MISSING.format(name))
    return found


def find(connection: Connection, kind: type[Entity], account: str, name: str) -> Entity | None:
    """Return the one of that name, or None."""
    return _one(connection, kind, (kind.TABLE.c.account == account) & (kind.TABLE.c.name == name))


def by_id(connection: Connection, kind: type[Entity], wanted: str) -> Entity | None:
    """Return the one of that id, or None."""
    return _one(connection, kind, kind.TABLE.c.id == wanted)


def by_arn(connection: Connection, kind: type[Entity], arn: str) -> Entity | None:
    """Return the one that an ARN names, path and all, or None."""
    head, _, resource = arn.partition(f":{kind.RESOURCE}/")
    parts, name = head.split(":"), resource.rpartition("/")[2]
    if not name or parts[:-1] != ["arn", "aws", "iam", ""]:
        return None
    found = find(connection, kind, parts[-1], name)
    return found if found is not None and found.arn == arn else None


def everything(connection: Connection, kind: type[Entity], account: str, path_prefix: str = "/") -> list[Entity]:
    """Return all of an account's whose paths begin so, by name."""
    rows = connection.execute(select(kind.TABLE).where(kind.TABLE.c.account == account))
    found = [_entity(kind, row) for row in rows]
    # Sorted here: databases do not agree on the order of letters.
    return sorted((each for each in found if each.path.startswith(path_prefix)), key=lambda each: each.name)


def count(connection: Connection, kind: type[Named], account: str) -> int:
    """Return how many an account has."""
    table = kind.TABLE
    return connection.scalar(select(func.count()).select_from(table).where(table.c.account == account)) or 0


def change(connection: Connection, entity: Entity, **changes: Any) -> Entity:
    """Store the changes to one and return what it is now."""
    new = replace(entity, **changes)
    table = entity.TABLE
    connection.execute(update(table).where(table.c.id == entity.id).values(folded=new.name.lower(), **changes))
    return new


def rename(connection: Connection, entity: Entity, name: str | None, path: str | None) -> Entity:
    """Give one another name, another path, or both; None leaves it."""
    new_name = entity.name if name is None else name
    if new_name.lower() != entity.name.lower():
        refuse_taken(connection, type(entity), entity.account, new_name)
    return change(connection, entity, name=new_name, path=entity.path if path is None else path)


def delete(connection: Connection, entity: Named) -> None:
    """Remove one."""
    connection.execute(delete_from(entity.TABLE).where(entity.TABLE.c.id == entity.id))


def _one(connection: Connection, kind: type[Entity], condition: ColumnElement[bool]) -> Entity | None:
    row = connection.execute(select(kind.TABLE).where(condition)).one_or_none()
    return None if row is None else _entity(kind, row)


def _entity(kind: type[Entity], row: Row[Any]) -> Entity:
    return kind(**{field.name: row._mapping[field.name] for field in fields(kind)})  # noqa: SLF001  # SQLAlchemy's name
