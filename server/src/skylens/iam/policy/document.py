"""Policy documents: parsed whole, or refused with AWS's reason and the place in the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from skylens.iam.policy.condition import Condition, UnknownOperator, condition
from skylens.iam.policy.principals import Principals, read_principals
from skylens.iam.policy.source import Node, SourceError, members, position, read
from skylens.iam.policy.statement import Statement
from skylens.iam.policy.variables import resource_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skylens.iam.policy.source import Position

NEWEST_VERSION: Final = "2012-10-17"
_VERSIONS: Final = (NEWEST_VERSION, "2008-10-17")
_SYNTAX: Final = "Syntax errors in policy."
_ELEMENTS: Final = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS: Final = frozenset(
    {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"}
)
_MANY_ACTIONS = 1024


class PolicyError(ValueError):
    """A text that is no policy: AWS's reason, what it is about, and where that stands."""

    def __init__(self, reason: str, detail: str, at: Position) -> None:
        self.reason, self.detail, self.at = reason, detail, at
        super().__init__(f"{reason} ({detail}, line {at.line}, column {at.column})" if detail else reason)


@dataclass(frozen=True, eq=False)
class Policy:
    """A parsed policy. It is itself only: two with the same text are not compared."""

    text: str = field(repr=False)
    version: str
    id: str
    statements: tuple[Statement, ...]
    _by_action: dict[str, tuple[Statement, ...]] = field(default_factory=dict, repr=False)

    def about(self, action: str) -> tuple[Statement, ...]:
        """Return the statements that an action, in lower case, falls under; remembered, since callers repeat themselves."""
        known = self._by_action.get(action)
        if known is None:
            if len(self._by_action) >= _MANY_ACTIONS:
                self._by_action.clear()
            known = tuple(statement for statement in self.statements if statement.covers_action(action))
            self._by_action[action] = known
        return known


@lru_cache(maxsize=4096)
def parse(text: str) -> Policy:
    """Return the policy that a text is, or raise PolicyError. What it must say where it is put is ``validate``'s.

    >>> parse('{"Statement": {"Effect": "Allow", "Action": "xray:*", "Resource": "*"}}').statements[0].sid
    ''
    """
    return _Reader(text).policy()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one text; errors know where in it they are."""

    text: str

    def policy(self) -> Policy:
        try:
            root = read(self.text)
        except SourceError as error:
            place = position(self.text, error.at)
            raise PolicyError("This policy contains invalid Json", error.reason, place) from error
        if not isinstance(root.value, dict):
            raise self.wrong("a policy is an object", root)
        self.refuse_unknown(root, _ELEMENTS)
        version = self.version(root)
        found = tuple(self.statement(node, version) for node in self.statements(root))
        self.refuse_same_sids(found)
        return Policy(self.text, version, self.optional_text(root, "Id"), found)

    def version(self, root: Node) -> str:
        version = self.optional_text(root, "Version") or _VERSIONS[1]
        if version not in _VERSIONS:
            raise self.wrong(f"there is no version {version!r}", members(root)["Version"])
        return version

    def statements(self, root: Node) -> list[Node]:
        node = members(root).get("Statement")
        if node is None:
            raise self.wrong("there is no Statement", root)
        found = node.value if isinstance(node.value, list) else [node]
        for each in found:
            if not isinstance(each.value, dict):
                raise self.wrong("a statement is an object", each)
        return found

    def statement(self, node: Node, version: str) -> Statement:
        self.refuse_unknown(node, _STATEMENT_ELEMENTS)
        has_variables = version == NEWEST_VERSION
        actions, no_actions = self.one_of(node, "Action", "NotAction")
        resources, no_resources = self.one_of(node, "Resource", "NotResource")
        return Statement(
            sid=self.optional_text(node, "Sid"),
            effect=self.effect(node),
            actions=tuple(action.lower() for action in actions),
            is_not_action=no_actions,
            resources=tuple(resource_template(text, has_variables=has_variables) for text in resources),
            is_not_resource=no_resources,
            principals=self.principals(node),
            conditions=tuple(self.conditions(node, has_variables=has_variables)),
            start=position(self.text, node.start),
            end=position(self.text, node.end),
        )

    def effect(self, node: Node) -> Any:
        effect = members(node).get("Effect")
        if effect is None or effect.value not in {"Allow", "Deny"}:
            raise self.wrong("Effect is either Allow or Deny", effect or node)
        return effect.value

    def one_of(self, node: Node, name: str, negated: str) -> tuple[list[str], bool]:
        plain, other = members(node).get(name), members(node).get(negated)
        if plain and other:
            raise self.wrong(f"{name} and {negated} exclude each other", other)
        chosen = plain or other
        return (self.texts(chosen) if chosen else []), other is not None

    def principals(self, node: Node) -> Principals | None:
        plain, other = members(node).get("Principal"), members(node).get("NotPrincipal")
        if plain and other:
            raise self.wrong("Principal and NotPrincipal exclude each other", other)
        chosen = plain or other
        if chosen is None:
            return None
        if isinstance(chosen.value, str):
            if chosen.value != "*":
                raise self.invalid_principal(chosen.value, chosen)
            return read_principals({"AWS": ["*"]}, is_not=other is not None)
        if not isinstance(chosen.value, dict) or not chosen.value:
            raise self.wrong("Principal is * or an object", chosen)
        told = {kind: self.texts(listed) for kind, listed in chosen.value.items()}
        try:
            return read_principals(told, is_not=other is not None)
        except ValueError as error:
            raise self.invalid_principal(str(error), chosen) from error

    def conditions(self, node: Node, *, has_variables: bool) -> Iterator[Condition]:
        blocks = members(node).get("Condition")
        if blocks is None:
            return
        if not isinstance(blocks.value, dict):
            raise self.wrong("Condition is an object", blocks)
        for name, block in blocks.value.items():
            if not isinstance(block.value, dict):
                raise self.wrong(f"{name} is an object of keys", block)
            for key, values in block.value.items():
                try:
                    yield condition(name, key, self.texts(values), has_variables=has_variables)
                except UnknownOperator as error:
                    raise self.wrong(f"there is no operator {name!r}", block) from error

    def texts(self, node: Node) -> list[str]:
        nodes = node.value if isinstance(node.value, list) else [node]
        found = [each.value for each in nodes if isinstance(each.value, str)]
        if len(found) != len(nodes):
            raise self.wrong("expected a text or a list of texts", node)
        return found

    def optional_text(self, node: Node, name: str) -> str:
        found = members(node).get(name)
        if found is None:
            return ""
        if not isinstance(found.value, str):
            raise self.wrong(f"{name} is a text", found)
        return found.value

    def refuse_unknown(self, node: Node, known: frozenset[str]) -> None:
        for name, value in members(node).items():
            if name not in known:
                raise self.wrong(f"there is no element {name!r}", value)

    def refuse_same_sids(self, found: tuple[Statement, ...]) -> None:
        seen: set[str] = set()
        for statement in found:
            if statement.sid in seen:
                reason = "Statement IDs (SID) in a single policy must be unique."
                raise PolicyError(reason, repr(statement.sid), statement.start)
            if statement.sid:
                seen.add(statement.sid)

    def wrong(self, detail: str, node: Node) -> PolicyError:
        return PolicyError(_SYNTAX, detail, position(self.text, node.start))

    def invalid_principal(self, principal: str, node: Node) -> PolicyError:
        return PolicyError(f'Invalid principal in policy: "AWS":"{principal}"', "", position(self.text, node.start))
