"""From one table of schema/*.sql to the two that a cluster needs: the replicated one, and the distributed one above it."""

import re

_HEAD = re.compile(r"CREATE TABLE (?P<name>\w+) \(")
_ENGINE = re.compile(r"^ENGINE = (?P<family>\w*MergeTree)(?:\((?P<arguments>[^\n]*)\))?$", re.MULTILINE)
_SHARD = re.compile(r"^-- sharded by (?P<expression>.+)$", re.MULTILINE)


def replicated(statement: str, cluster: str) -> tuple[str, str]:
    """Return the two tables that one of schema/*.sql becomes in a cluster: the replicated one and the distributed one above."""
    head, engine = _HEAD.search(statement), _ENGINE.search(statement)
    if head is None or engine is None:
        raise ValueError(f"not a CREATE TABLE of a MergeTree: {statement[:200]}")
    name = head["name"]
    arguments = f", {engine['arguments']}" if engine["arguments"] else ""
    replica = (
        f"ENGINE = Replicated{engine['family']}("
        f"'/clickhouse/tables/{{shard}}/{{database}}/{name}', '{{replica}}'{arguments})"
    )
    local = statement[: engine.start()] + replica + statement[engine.end() :]
    local = local.replace(head[0], f"CREATE TABLE {name}_local ON CLUSTER {cluster} (", 1)
    shard = _SHARD.search(statement)
    key = shard["expression"].strip() if shard else "cityHash64(account)"
    above = (
        f"CREATE TABLE {name} ON CLUSTER {cluster} AS {name}_local\n"
        f"ENGINE = Distributed('{cluster}', currentDatabase(), '{name}_local', {key})"
    )
    return local, above
