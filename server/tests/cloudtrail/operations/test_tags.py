"""Tags of trails."""


def tags(cloudtrail, arn):
    [found] = cloudtrail("ListTags", ResourceIdList=[arn])["ResourceTagList"]
    assert found["ResourceId"] == arn
    return [(tag["Key"], tag["Value"]) for tag in found["TagsList"]]


def test_tags_are_added_replaced_and_taken_away(cloudtrail):
    arn = cloudtrail.trail(TagsList=[{"Key": "team", "Value": "ops"}])
    cloudtrail("AddTags", ResourceId=arn, TagsList=[{"Key": "team", "Value": "sec"}, {"Key": "audit"}])
    assert tags(cloudtrail, arn) == [("audit", ""), ("team", "sec")]
    cloudtrail("RemoveTags", ResourceId=arn, TagsList=[{"Key": "team", "Value": "other"}, {"Key": "audit"}])
    assert tags(cloudtrail, arn) == [("team", "sec")]
    cloudtrail("RemoveTags", ResourceId=arn, TagsList=[{"Key": "team"}])
    assert tags(cloudtrail, arn) == []


def test_a_resource_has_fifty_tags_at_most(cloudtrail):
    arn = cloudtrail.trail(TagsList=[{"Key": str(n)} for n in range(50)])
    assert cloudtrail.refusal("AddTags", ResourceId=arn, TagsList=[{"Key": "x"}])[0] == "TagsLimitExceededException"
    cloudtrail("AddTags", ResourceId=arn, TagsList=[{"Key": "7", "Value": "seven"}])


def test_only_resources_that_exist_and_can_have_tags_have_some(cloudtrail):
    arn = cloudtrail.trail()
    assert cloudtrail.refusal("ListTags", ResourceIdList=[arn + "2"])[0] == "ResourceNotFoundException"
    assert cloudtrail.refusal("ListTags", ResourceIdList=["main"])[0] == "CloudTrailARNInvalidException"
    stranger = arn.replace(":trail/", ":dashboard/")
    assert cloudtrail.refusal("ListTags", ResourceIdList=[stranger])[0] == "ResourceTypeNotSupportedException"
    assert cloudtrail.refusal("ListTags", ResourceIdList=[arn], NextToken="x")[0] == "InvalidTokenException"
