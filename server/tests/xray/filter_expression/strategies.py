"""Random expressions for property tests, and the words that random traces share with them."""

from hypothesis import strategies as st

from skylens.xray.filter_expression import ast
from skylens.xray.filter_expression.keywords import KEYWORDS, OPERATORS, Scope

NAMES = ("a", "b", "carts", "pay")
TYPES = ("AWS::Lambda", "AWS::DynamoDB::Table", "remote", "T", "client")
ACCOUNTS = ("000000000000", "000000000001")
USERS = ("ann", "bob")
KEYS = ("k", "x.y")
TEXTS = ("a", "an", "", "ann", "https://a/", "GET", "http", "z1", "x y", 'quo"te', "back\\slash")
SECONDS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0)

texts = st.sampled_from(TEXTS + NAMES + USERS)
numbers = st.one_of(st.sampled_from((*SECONDS, 200.0, 404.0, 500.0, 3.0)), st.floats(-10, 10, allow_nan=False))


def keyword_tests(scope: Scope) -> st.SearchStrategy[ast.Expression]:
    words = [keyword for keyword in KEYWORDS.values() if scope in keyword.scopes]
    comparable = [keyword for keyword in words if keyword.kind != "boolean"]

    def comparison(keyword):
        values = numbers if keyword.kind == "number" else texts
        return st.builds(ast.Compare, st.just(keyword.name), st.sampled_from(OPERATORS[keyword.kind]), values)

    alone = st.sampled_from(words).map(lambda keyword: ast.Is(keyword.name))
    return st.one_of(alone, st.sampled_from(comparable).flatmap(comparison))


annotation_values = st.one_of(
    st.tuples(st.sampled_from(OPERATORS["text"]), texts),
    st.tuples(st.sampled_from(OPERATORS["number"]), numbers),
    st.tuples(st.sampled_from(OPERATORS["boolean"]), st.booleans()),
)
annotations = st.one_of(
    st.builds(ast.HasAnnotation, st.sampled_from(KEYS)),
    st.builds(lambda key, test: ast.CompareAnnotation(key, *test), st.sampled_from(KEYS), annotation_values),
)


def combined(leaves: st.SearchStrategy[ast.Expression]) -> st.SearchStrategy[ast.Expression]:
    def of(inner: st.SearchStrategy[ast.Expression]) -> st.SearchStrategy[ast.Expression]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(inner.map(ast.Not), several.map(ast.And), several.map(ast.Or))

    return st.recursive(leaves, of, max_leaves=4)


def braces(scope: Scope) -> st.SearchStrategy[ast.Expression | None]:
    return st.one_of(st.none(), combined(keyword_tests(scope)))


node_ids = st.one_of(
    st.builds(lambda name: ast.NodeId(name, short=True), st.sampled_from(NAMES)),
    st.builds(
        ast.NodeId,
        st.one_of(st.none(), st.sampled_from(NAMES)),
        st.one_of(st.none(), st.sampled_from(TYPES)),
        st.one_of(st.none(), st.sampled_from(ACCOUNTS)),
    ),
)
services = st.builds(ast.Service, st.one_of(st.none(), node_ids), braces("service"))
edges = st.builds(ast.Edge, node_ids, node_ids, braces("edge"))
root_causes = st.sampled_from(("service", "entity", "exception")).flatmap(
    lambda part: st.builds(
        ast.HasRootCause,
        st.sampled_from(("fault", "error", "responsetime")),
        st.just(part),
        braces(f"root cause {part}"),
    )
)
shapes = st.lists(
    st.fixed_dictionaries(
        {}, optional={"Services": st.lists(st.fixed_dictionaries({"Name": texts})), "ClientImpacting": st.booleans()}
    ),
    max_size=2,
).map(ast.json_text)
root_cause_shapes = st.builds(ast.RootCauseLike, st.sampled_from((None, "fault", "error", "responsetime")), shapes)
conditions = st.one_of(keyword_tests("trace"), annotations, services, edges, root_causes, root_cause_shapes)
expressions = st.one_of(st.just(ast.Everything()), combined(conditions))
groups = st.builds(ast.InGroup, st.sampled_from(("name", "arn")), texts)
