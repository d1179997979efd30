"""Advanced selectors: selectors OR, fields AND; in one field positives OR and negatives veto."""

import itertools
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.cloudtrail.selector import advanced
from skylens.cloudtrail.selector.advanced import OPERATORS, FieldSelector
from skylens.cloudtrail.selector.facts import FIELDS, Facts, Subject
from skylens.cloudtrail.selector.field_rules import RULES
from skylens.cloudtrail.selector.invalid import InvalidSelectors
from skylens.cloudtrail.selector.selectors import Selectors, from_text, parse_advanced

WRITE = Facts("Management", "xray.amazonaws.com", "CreateGroup", read_only=False)
READ = Facts("Management", "xray.amazonaws.com", "GetGroups", read_only=True)
KEY_USE = Facts("Management", "kms.amazonaws.com", "Decrypt", read_only=True)
TRACES = Facts(
    "Data", "xray.amazonaws.com", "PutTraceSegments", read_only=False, subjects=(Subject("AWS::XRay::Trace", ""),)
)
OBJECT = Facts(
    "Data",
    "s3.amazonaws.com",
    "GetObject",
    read_only=True,
    subjects=(
        Subject("AWS::S3::Object", "arn:aws:s3:::shop/img/1.png"),
        Subject("AWS::S3::Bucket", "arn:aws:s3:::shop"),
    ),
    user_arn="arn:aws:iam::111122223333:user/erin",
)
DENIED = Facts(
    "NetworkActivity",
    "s3.amazonaws.com",
    "GetObject",
    read_only=True,
    error_code="VpceAccessDenied",
    vpc_endpoint_id="vpce-1",
)


def selector(**fields):
    """A selector by field: a list is Equals. Dots are written as two underscores."""
    return {
        "FieldSelectors": [
            {"Field": name.replace("__", "."), **(operators if isinstance(operators, dict) else {"Equals": operators})}
            for name, operators in fields.items()
        ]
    }


def management(**fields):
    return selector(eventCategory=["Management"], **fields)


def data(kind, **fields):
    return selector(eventCategory=["Data"], resources__type=[kind], **fields)


def wants(facts, *documents, target="trail"):
    return parse_advanced(documents, target).wants(facts)


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        (management(), {WRITE, READ, KEY_USE}),
        (management(readOnly=["false"]), {WRITE}),
        (management(eventSource={"NotEquals": ["kms.amazonaws.com"]}), {WRITE, READ}),
        (management(readOnly=["true"], eventSource={"NotEquals": ["kms.amazonaws.com"]}), {READ}),
        (data("AWS::XRay::Trace"), {TRACES}),
        (data("AWS::XRay::Trace", readOnly=["true"]), set()),
        (data("AWS::XRay::Trace", resources__ARN={"StartsWith": ["arn:"]}), set()),
        (data("AWS::S3::Object", resources__ARN={"StartsWith": ["arn:aws:s3:::shop/"]}), {OBJECT}),
        (data("AWS::S3::Object", resources__ARN={"StartsWith": ["arn:aws:s3:::SHOP/"]}), set()),
        (data("AWS::S3::Object", resources__ARN={"NotStartsWith": ["arn:aws:s3:::shop/"]}), set()),
        # The bucket stands in the record too, but the ARN that is asked about is the object's.
        (data("AWS::S3::Object", resources__ARN=["arn:aws:s3:::shop"]), set()),
        (data("AWS::S3::Object", resources__ARN={"NotEndsWith": ["shop"]}), {OBJECT}),
        (data("AWS::S3::Object", userIdentity__arn={"EndsWith": ["/erin"]}), {OBJECT}),
        (data("AWS::S3::Object", eventName={"StartsWith": ["Get"], "NotEquals": ["GetObject"]}), set()),
        (selector(eventCategory=["NetworkActivity"], eventSource=["s3.amazonaws.com"]), {DENIED}),
        (
            selector(
                eventCategory=["NetworkActivity"],
                eventSource=["s3.amazonaws.com"],
                errorCode=["VpceAccessDenied"],
                vpcEndpointId={"NotEquals": ["vpce-1"]},
            ),
            set(),
        ),
    ],
)
def test_a_selector_wants_exactly_these(document, wanted):
    assert {facts for facts in (WRITE, READ, KEY_USE, TRACES, OBJECT, DENIED) if wants(facts, document)} == wanted


def test_an_event_is_wanted_if_one_selector_wants_it():
    both = [management(readOnly=["false"]), data("AWS::XRay::Trace")]
    assert [wants(facts, *both) for facts in (WRITE, READ, TRACES, OBJECT)] == [True, False, True, False]


def test_no_selector_wants_nothing():
    assert not wants(WRITE)


@pytest.mark.parametrize(
    ("equals", "starts", "not_ends", "admitted"),
    [
        # present operators hold or not; None: the operator is not there
        (None, None, None, True),
        (True, None, None, True),
        (False, None, None, False),
        (False, True, None, True),
        (False, False, None, False),
        (True, False, None, True),
        (None, None, True, False),
        (None, None, False, True),
        (True, True, True, False),
        (True, False, True, False),
        (False, True, False, True),
        (False, False, False, False),
    ],
)
def test_in_one_field_positives_are_an_or_and_a_negative_vetoes(equals, starts, not_ends, admitted):
    chosen = {
        "Equals": {True: ("GetGroups",), False: ("x",)}.get(equals),
        "StartsWith": {True: ("Get",), False: ("Put",)}.get(starts),
        "NotEndsWith": {True: ("Groups",), False: ("Rules",)}.get(not_ends),
    }
    field = FieldSelector("eventName", {name: values for name, values in chosen.items() if values})
    assert field.admits(["GetGroups"]) is admitted


words = st.text("ab", max_size=3)
operator_values = st.dictionaries(
    st.sampled_from(OPERATORS), st.lists(words, min_size=1, max_size=3).map(tuple), min_size=1
)


def by_the_book(operators, values):
    """The rule as the documentation tells it, operand by operand."""
    found = [
        (name.startswith("Not"), value == operand if "Equals" in name else getattr(value, method(name))(operand))
        for name, operands in operators.items()
        for operand in operands
        for value in values
    ]
    vetoed = any(holds for is_negative, holds in found if is_negative)
    admitted = any(holds for is_negative, holds in found if not is_negative)
    return not vetoed and (admitted or all(name.startswith("Not") for name in operators))


def method(name):
    return "startswith" if "Starts" in name else "endswith"


@given(operator_values, st.lists(words, max_size=3))
def test_any_field_selector_keeps_to_the_rule(operators, values):
    assert FieldSelector("eventName", operators).admits(values) == by_the_book(operators, values)


@given(operator_values, st.lists(words, max_size=3), st.sampled_from([o for o in OPERATORS if "Not" in o]), words)
def test_another_negative_never_lets_more_in(operators, values, negative, word):
    stricter = operators | {negative: (*operators.get(negative, ()), word)}
    if FieldSelector("eventName", stricter).admits(values):
        assert FieldSelector("eventName", operators).admits(values)


@given(operator_values, st.lists(words, max_size=3), words)
def test_another_value_of_a_positive_operator_never_keeps_anything_out(operators, values, word):
    positive = next((name for name in operators if not name.startswith("Not")), None)
    if positive and FieldSelector("eventName", operators).admits(values):
        assert FieldSelector("eventName", operators | {positive: (*operators[positive], word)}).admits(values)


event_facts = st.builds(
    Facts,
    st.sampled_from(["Management", "Data"]),
    st.sampled_from(["kms.amazonaws.com", "xray.amazonaws.com"]),
    st.sampled_from(["Put", "Get", "GetX"]),
    read_only=st.booleans(),
    subjects=st.lists(st.builds(Subject, st.just("AWS::XRay::Trace"), words), max_size=2).map(tuple),
)
documents = st.lists(
    st.sampled_from(
        [
            management(readOnly=["true"]),
            management(eventSource={"NotEquals": ["kms.amazonaws.com"]}),
            data("AWS::XRay::Trace", eventName={"StartsWith": ["Get"], "NotEndsWith": ["X"]}),
            data("AWS::XRay::Trace", resources__ARN={"EndsWith": ["a"]}),
        ]
    ),
    max_size=4,
)


@given(documents, documents, event_facts)
def test_selectors_are_an_or_whatever_their_order(first, second, facts):
    either = wants(facts, *first) or wants(facts, *second)
    assert wants(facts, *first, *second) == wants(facts, *second, *first) == either


@given(documents, event_facts)
def test_what_is_wanted_is_of_a_category_that_the_selectors_name(chosen, facts):
    selectors = parse_advanced(chosen)
    if selectors.wants(facts):
        assert facts.category in selectors.categories


@given(documents)
def test_selectors_come_back_from_the_store_as_they_went_in(chosen):
    assert from_text(parse_advanced(chosen).to_text()) == parse_advanced(chosen)


def test_a_selector_is_given_back_as_it_was_put_and_read_with_its_fields_by_name():
    document = {"Name": "writes", **management(readOnly=["false"], eventSource={"NotEquals": ["kms.amazonaws.com"]})}
    [parsed] = advanced.parse([document])
    assert parsed.to_document() == document
    names = [field["Field"] for field in parsed.sorted().to_document()["FieldSelectors"]]
    assert names == ["eventCategory", "eventSource", "readOnly"]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (selector(readOnly=["true"]), "eventCategory Equals with one value"),
        (selector(eventCategory=["Management", "Data"]), "eventCategory Equals with one value"),
        (selector(eventCategory={"StartsWith": ["Management"]}), "eventCategory Equals with one value"),
        (selector(eventCategory=["management"]), "no events of category 'management'"),
        (selector(eventCategory=["Insight"]), "A trail has no events of category 'Insight'"),
        (management(eventName=["GetGroups"]), "cannot select eventName"),
        (management(eventSource=["kms.amazonaws.com"]), "eventSource can be compared by NotEquals, not Equals"),
        (management(eventSource={"NotEquals": ["xray.amazonaws.com"]}), "cannot be 'xray.amazonaws.com'"),
        (management(readOnly={"NotEquals": ["true"]}), "readOnly can be compared by Equals"),
        (management(readOnly=["True"]), "cannot be 'True'"),
        (management(readOnly=["true", "false"]), "takes one value, not 2"),
        (management(colour=["red"]), "There is no field 'colour'"),
        (selector(eventCategory=["Data"]), "must select resources.type"),
        (data("Trace"), "cannot be 'Trace'"),
        (selector(eventCategory=["Data"], resources__type=["AWS::S3::Object", "AWS::XRay::Trace"]), "one value, not 2"),
        (data("AWS::S3::Object", sessionCredentialFromConsole={"StartsWith": ["t"]}), "can be compared by"),
        (selector(eventCategory=["NetworkActivity"]), "must select eventSource"),
        (
            selector(eventCategory=["NetworkActivity"], eventSource=["s3.amazonaws.com"], errorCode=["X"]),
            "cannot be 'X'",
        ),
        ({"FieldSelectors": [{"Field": "eventCategory"}]}, "has none of Equals"),
        ({"FieldSelectors": [{"Field": "eventCategory", "Equals": []}]}, "has no value"),
        (
            {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}] * 2},
            "eventCategory can be selected once at AdvancedEventSelectors[0].FieldSelectors[1]",
        ),
    ],
)
def test_what_a_trail_cannot_have_is_refused_with_the_reason(document, reason):
    with pytest.raises(InvalidSelectors) as refused:
        parse_advanced([document])
    assert reason in str(refused.value)


def test_an_event_data_store_selects_management_events_by_more_fields_and_has_categories_of_its_own():
    chosen = management(eventName={"NotStartsWith": ["Get"]}, eventSource=["xray.amazonaws.com"])
    assert wants(WRITE, chosen, target="event data store")
    assert not wants(READ, chosen, target="event data store")
    assert parse_advanced([selector(eventCategory=["ActivityAuditLog"])], "event data store").categories == {
        "ActivityAuditLog"
    }
    with pytest.raises(InvalidSelectors, match="cannot be combined"):
        parse_advanced([selector(eventCategory=["Insight"]), management()], "event data store")


def test_five_hundred_values_are_the_most_over_all_selectors():
    def naming(number):
        return data("AWS::XRay::Trace", eventName=[f"Get{n}" for n in range(number)])

    parse_advanced([naming(248), naming(248)])  # with eventCategory and resources.type of each: 500
    with pytest.raises(InvalidSelectors, match="at most 500 values, not 501"):
        parse_advanced([naming(248), naming(249)])


def test_every_rule_is_about_a_field_that_facts_have():
    named = {field for rules in RULES.values() for fields in rules.values() for field in fields}
    assert named == set(FIELDS)


def test_no_selectors_at_all_are_no_selectors():
    assert Selectors().categories == frozenset()
    assert not Selectors().wants(WRITE)


@given(st.text(string.printable, max_size=30), st.text(string.printable, max_size=30))
def test_values_are_never_patterns(value, name):
    assert FieldSelector("eventName", {"Equals": (value,)}).admits([name]) == (value == name)


def test_every_pair_of_operators_can_stand_together():
    for one, other in itertools.combinations(OPERATORS, 2):
        assert by_the_book({one: ("a",), other: ("b",)}, ["ab"]) == FieldSelector(
            "eventName", {one: ("a",), other: ("b",)}
        ).admits(["ab"])
