"""Which node a call stands for."""

import pytest

from skylens.xray.node import Node, inferred_node


@pytest.mark.parametrize(
    ("subsegment", "expected"),
    [
        ({"name": "DynamoDB", "namespace": "aws", "aws": {"table_name": "t"}}, Node("t", "AWS::DynamoDB::Table")),
        ({"name": "dynamodb", "namespace": "aws", "aws": {"table_names": ["t"]}}, Node("t", "AWS::DynamoDB::Table")),
        ({"name": "dynamodb", "namespace": "aws", "aws": {"resource_names": ["t"]}}, Node("t", "AWS::DynamoDB::Table")),
        (
            {"name": "dynamodb", "namespace": "aws", "aws": {"table_names": ["t", "u"]}},
            Node("DynamoDB", "AWS::DynamoDB"),
        ),
        ({"name": "AmazonDynamoDBv2", "namespace": "aws"}, Node("DynamoDB", "AWS::DynamoDB")),
        ({"name": "s3", "namespace": "aws", "aws": {"bucket_name": "b"}}, Node("b", "AWS::S3::Bucket")),
        ({"name": "S3", "namespace": "aws", "aws": {"bucket_name": 5}}, Node("S3", "AWS::S3")),
        (
            {"name": "SQS", "namespace": "aws", "aws": {"queue_url": "http://q/1"}},
            Node("http://q/1", "AWS::SQS::Queue"),
        ),
        ({"name": "sns", "namespace": "aws", "aws": {"topic_arn": "arn"}}, Node("SNS", "AWS::SNS")),
        ({"name": "lambda", "namespace": "aws", "aws": {"function_name": "f"}}, Node("f", "AWS::Lambda")),
        (
            {"name": "SimpleSystemsManagement", "namespace": "aws", "aws": {"region": "r"}},
            Node("SimpleSystemsManagement", "AWS::SimpleSystemsManagement"),
        ),
        (
            {"name": "S3", "namespace": "aws", "aws": {"bucket_name": "b", "account_id": "000000000009"}},
            Node("b", "AWS::S3::Bucket", "000000000009"),
        ),
        ({"name": "shop@db", "namespace": "remote", "sql": {"user": "a"}}, Node("shop@db", "Database::SQL")),
        ({"name": "pay.test", "namespace": "remote"}, Node("pay.test", "remote")),
        ({"name": "## handler"}, None),
        ({"name": "work", "namespace": "local"}, None),
        ({"name": "work", "namespace": ""}, None),
        ({"name": "S3", "namespace": "aws", "aws": ""}, Node("S3", "AWS::S3")),
    ],
)
def test_the_node_of_a_call(subsegment, expected):
    assert inferred_node(subsegment) == expected
