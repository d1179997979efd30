"""From one table of schema/*.sql to the two that a cluster needs: the replicated one, and the distributed one above it."""

import re

_HEAD = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(?P<name>\w+) \(")
_ENGINE = re.compile(r"^ENGINE = (?P<family>\w*MergeTree)(?:\((?P<arguments>[^\n]*)\))?$", re.MULTILINE)
_SHARD = re.compile(r"^-- sharded by (?P<expression>.+)$", re.MULTILINE)


def replicated(statement: str, cluster: str) -> tuple[str, str]:
    """Return the two statements; a comment ``-- sharded by <expression>`` in the first says which rows stay together."""
    head, engine, shard = _HEAD.search(statement), _ENGINE.search(statement), _SHARD.search(statement)
    if head is None or engine is None or shard is None:
        raise ValueError(
            f"expected '-- sharded by', CREATE TABLE and ENGINE = …MergeTree on lines of their own: {statement}"
        )
    name = head["name"]
    arguments = f", {engine['arguments']}" if engine["arguments"] else ""
    path = f"'/clickhouse/tables/{{shard}}/{{database}}/{name}', '{{replica}}'"
    replica = f"ENGINE = Replicated{engine['family']}({path}{arguments})"
    local = statement[: engine.start()] + replica + statement[engine.end() :]
    local = local.replace(head[0], f"CREATE TABLE IF NOT EXISTS {name}_local ON CLUSTER {cluster} (", 1)
    above = (
        f"CREATE TABLE IF NOT EXISTS {name} ON CLUSTER {cluster} AS {name}_local\n"
        f"ENGINE = Distributed('{cluster}', currentDatabase(), '{name}_local', {shard['expression'].strip()})"
    )
    return local, above
