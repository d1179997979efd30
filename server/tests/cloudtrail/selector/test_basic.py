"""Basic selectors: reads and writes, sources left out, data events of three kinds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.cloudtrail.selector import basic
from skylens.cloudtrail.selector.facts import Facts, Subject
from skylens.cloudtrail.selector.invalid import InvalidSelectors
from skylens.cloudtrail.selector.selectors import DEFAULT, from_text, parse_basic

WRITE = Facts("Management", "xray.amazonaws.com", "CreateGroup", read_only=False)
READ = Facts("Management", "xray.amazonaws.com", "GetGroups", read_only=True)
KEY_USE = Facts("Management", "kms.amazonaws.com", "Decrypt", read_only=True)
INSIGHT = Facts("Insight", "xray.amazonaws.com", "GetGroups", read_only=True)
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:pay"


def data_event(kind: str, arn: str, *, read_only: bool = True) -> Facts:
    return Facts("Data", "s3.amazonaws.com", "GetObject", read_only=read_only, subjects=(Subject(kind, arn),))


def s3(arn: str) -> Facts:
    return data_event("AWS::S3::Object", arn)


def data(kind: str, *values: str):
    return {"DataResources": [{"Type": kind, "Values": list(values)}]}


@pytest.mark.parametrize("management", [True, False])
@pytest.mark.parametrize("read_write", ["ReadOnly", "WriteOnly", "All"])
def test_reads_writes_and_management_events_are_told_apart(read_write, management):
    selectors = parse_basic([{"ReadWriteType": read_write, "IncludeManagementEvents": management}])
    assert selectors.wants(WRITE) is (management and read_write != "ReadOnly")
    assert selectors.wants(READ) is (management and read_write != "WriteOnly")


def test_a_new_trail_wants_all_management_events_and_no_data_events():
    assert [DEFAULT.wants(facts) for facts in (WRITE, READ, KEY_USE)] == [True, True, True]
    assert not DEFAULT.wants(s3("arn:aws:s3:::shop/a"))
    assert not DEFAULT.wants(INSIGHT)
    assert [selector.to_document() for selector in DEFAULT.basic] == [
        {
            "ReadWriteType": "All",
            "IncludeManagementEvents": True,
            "DataResources": [],
            "ExcludeManagementEventSources": [],
        }
    ]


def test_a_source_that_is_left_out_is_not_wanted():
    selectors = parse_basic([{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}])
    assert [selectors.wants(facts) for facts in (WRITE, KEY_USE)] == [True, False]


@pytest.mark.parametrize(
    ("kind", "value", "arn", "wanted"),
    [
        ("AWS::S3::Object", "arn:aws:s3", "arn:aws:s3:::shop/a", True),
        ("AWS::S3::Object", "arn:aws:s3:::", "arn:aws:s3:::shop/a", True),
        ("AWS::S3::Object", "arn:aws:s3:::shop/", "arn:aws:s3:::shop/a", True),
        ("AWS::S3::Object", "arn:aws:s3:::shop/", "arn:aws:s3:::shop-two/a", False),
        ("AWS::S3::Object", "arn:aws:s3:::shop/img", "arn:aws:s3:::shop/img/a", True),
        ("AWS::S3::Object", "arn:aws:s3:::shop/img", "arn:aws:s3:::shop/doc/a", False),
        ("AWS::Lambda::Function", "arn:aws:lambda", FUNCTION, True),
        ("AWS::Lambda::Function", FUNCTION, FUNCTION, True),
        ("AWS::Lambda::Function", FUNCTION, f"{FUNCTION}:live", True),
        ("AWS::Lambda::Function", FUNCTION, f"{FUNCTION}s", False),
        ("AWS::DynamoDB::Table", "arn:aws:dynamodb", "arn:aws:dynamodb:us-east-1:1:table/t", True),
        (
            "AWS::DynamoDB::Table",
            "arn:aws:dynamodb:us-east-1:1:table/t",
            "arn:aws:dynamodb:us-east-1:1:table/t2",
            False,
        ),
    ],
)
def test_data_resources_are_prefixes_in_s3_and_names_elsewhere(kind, value, arn, wanted):
    assert parse_basic([data(kind, value)]).wants(data_event(kind, arn)) is wanted


def test_the_type_of_a_data_resource_counts():
    assert not parse_basic([data("AWS::S3::Object", "arn:aws:s3")]).wants(data_event("AWS::Lambda::Function", FUNCTION))


def test_reads_and_writes_are_told_apart_for_data_events_too():
    selectors = parse_basic([{"ReadWriteType": "WriteOnly", **data("AWS::S3::Object", "arn:aws:s3")}])
    assert not selectors.wants(data_event("AWS::S3::Object", "arn:aws:s3:::a/b"))
    assert selectors.wants(data_event("AWS::S3::Object", "arn:aws:s3:::a/b", read_only=False))


def test_one_selector_that_wants_an_event_is_enough():
    selectors = parse_basic([{"ReadWriteType": "ReadOnly"}, {"ReadWriteType": "WriteOnly"}])
    assert [selectors.wants(facts) for facts in (READ, WRITE)] == [True, True]


@pytest.mark.parametrize(
    ("documents", "reason"),
    [
        ([{}] * 6, "at most 5 event selectors, not 6"),
        ([{"ExcludeManagementEventSources": ["xray.amazonaws.com"]}], "'xray.amazonaws.com' cannot be excluded"),
        (
            [{"IncludeManagementEvents": False, "ExcludeManagementEventSources": ["kms.amazonaws.com"]}],
            "cannot be excluded where IncludeManagementEvents is false",
        ),
        ([data("AWS::XRay::Trace", "arn:aws:xray")], "not 'AWS::XRay::Trace'"),
        ([data("AWS::S3::Object")], "at least one value"),
        ([data("AWS::S3::Object", "arn:aws:s3:::shop")], "'arn:aws:s3:::shop' is no value"),
        ([data("AWS::S3::Object", "shop/")], "is no value"),
        ([data("AWS::Lambda::Function", "pay")], "at EventSelectors[0].DataResources[0].Values"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(documents, reason):
    with pytest.raises(InvalidSelectors) as refused:
        parse_basic(documents)
    assert reason in str(refused.value)


def test_two_hundred_and_fifty_resources_are_the_most_unless_all_are_meant():
    def naming(number):
        return data("AWS::S3::Object", *[f"arn:aws:s3:::bucket-{n}/" for n in range(number)])

    parse_basic([naming(125), naming(125)])
    with pytest.raises(InvalidSelectors, match="at most 250"):
        parse_basic([naming(125), naming(126)])
    everything = data("AWS::S3::Object", "arn:aws:s3", *[f"arn:aws:s3:::bucket-{n}/" for n in range(300)])
    assert parse_basic([everything]).categories == {"Management", "Data"}


selector_documents = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "ReadWriteType": st.sampled_from(["ReadOnly", "WriteOnly", "All"]),
            "IncludeManagementEvents": st.just(True),
            "DataResources": st.lists(
                st.just({"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::a/"]}), min_size=1, max_size=2
            ),
            "ExcludeManagementEventSources": st.lists(st.sampled_from(sorted(basic.EXCLUDABLE)), max_size=2),
        },
    ),
    max_size=5,
)


@given(selector_documents, st.sampled_from([READ, WRITE, KEY_USE, s3("arn:aws:s3:::a/b"), s3("arn:aws:s3:::b/")]))
def test_selectors_are_an_or_whatever_their_order(documents, facts):
    whole = parse_basic(documents)
    assert whole.wants(facts) == any(parse_basic([document]).wants(facts) for document in documents)
    assert whole.wants(facts) == parse_basic(documents[::-1]).wants(facts)
    assert from_text(whole.to_text()) == whole
    assert parse_basic([selector.to_document() for selector in whole.basic]) == whole


_ARNS = st.sampled_from(
    [
        FUNCTION,
        f"{FUNCTION}:live",
        f"{FUNCTION}2",
        "arn:aws:s3:::shop/img/1.png",
        "arn:aws:s3:::shop2/img",
        "arn:aws:dynamodb:us-east-1:111122223333:table/orders",
        "arn:aws:dynamodb:us-east-1:111122223333:table/orders2",
    ]
)
_TYPES = st.sampled_from(["AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table"])
_RESOURCES = st.sampled_from(
    [
        ("AWS::S3::Object", ["arn:aws:s3:::shop/", "arn:aws:s3:::other/img"]),
        ("AWS::S3::Object", ["arn:aws:s3"]),
        ("AWS::Lambda::Function", [FUNCTION]),
        ("AWS::Lambda::Function", ["arn:aws:lambda", FUNCTION]),
        ("AWS::DynamoDB::Table", ["arn:aws:dynamodb:us-east-1:111122223333:table/orders"]),
    ]
)


@given(
    st.sampled_from(["ReadOnly", "WriteOnly", "All"]),
    st.booleans(),
    st.booleans(),
    st.lists(_RESOURCES, max_size=2),
    st.one_of(
        st.sampled_from([WRITE, READ, KEY_USE, INSIGHT]),
        st.builds(lambda kind, arn, read: data_event(kind, arn, read_only=read), _TYPES, _ARNS, st.booleans()),
    ),
)
def test_advanced_selectors_of_basic_ones_want_the_same(read_write, management, excludes, resources, facts):
    document = {
        "ReadWriteType": read_write,
        "IncludeManagementEvents": management,
        "DataResources": [{"Type": kind, "Values": values} for kind, values in resources],
        **({"ExcludeManagementEventSources": ["kms.amazonaws.com"]} if management and excludes else {}),
    }
    selectors = parse_basic([document])
    assert selectors.as_advanced().wants(facts) == selectors.wants(facts)
    if selectors.wants(facts):
        assert selectors.may_want(facts.category, read_only=facts.read_only)
