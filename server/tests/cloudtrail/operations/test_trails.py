"""Trails: created after checks in AWS's order, found by name and ARN, changed at home only, never seen by another account."""

import pytest
from cloudtrail.trail_calls import OTHER_ACCOUNT, Account

from skylens.config import Limits
from skylens.wire.errors import ServiceError

ARN = "arn:aws:cloudtrail:us-east-1:000000000000:trail/main"
GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:trail:*"
ROLE = "arn:aws:iam::000000000000:role/trail"
KEY = "arn:aws:kms:us-east-1:000000000000:key/1"
CHARACTERS = (
    "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), "
    "hyphens (-), and underscores (_)."
)
SETTINGS = {
    "Name": "main",
    "S3BucketName": "audit",
    "TrailARN": ARN,
    "IncludeGlobalServiceEvents": True,
    "IsMultiRegionTrail": False,
    "LogFileValidationEnabled": False,
    "IsOrganizationTrail": False,
    "RecursiveLogging": True,
}


@pytest.fixture
def europe(cloudtrail: Account) -> Account:
    return cloudtrail.elsewhere(region="eu-west-1")


class Services:
    """Other services: what they were asked, and what they answer."""

    def __init__(self, **errors: str) -> None:
        self.errors, self.asked = errors, []

    def __call__(self, service, operation, request):
        self.asked.append((service, operation, dict(request)))
        if code := self.errors.get(service):
            raise ServiceError(code, "no")
        return {}


def test_a_new_trail_has_aws_defaults_and_does_not_log(cloudtrail):
    cloudtrail.bucket()
    assert cloudtrail("CreateTrail", Name="main", S3BucketName="audit") == SETTINGS
    assert cloudtrail("GetTrail", Name="main")["Trail"] == {
        **SETTINGS,
        "HomeRegion": "us-east-1",
        "HasCustomEventSelectors": False,
        "HasInsightSelectors": False,
    }
    assert cloudtrail("GetTrailStatus", Name="main") == {
        "IsLogging": False,
        "LatestDeliveryAttemptTime": "",
        "LatestDeliveryAttemptSucceeded": "",
        "LatestNotificationAttemptTime": "",
        "LatestNotificationAttemptSucceeded": "",
        "TimeLoggingStarted": "",
        "TimeLoggingStopped": "",
    }


def test_creating_writes_the_marker_of_the_log_folder(cloudtrail):
    folder = cloudtrail.bucket()
    cloudtrail.trail(S3KeyPrefix="logs/prod")
    assert (folder / "logs/prod/AWSLogs/000000000000/CloudTrail").is_dir()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a", "Trail name too short. Minimum allowed length: 3 characters. Specified name length: 1 characters."),
        (
            "a" * 129,
            "Trail name too long. Maximum allowed length: 128 characters. Specified name length: 129 characters.",
        ),
        ("-abc", "Trail name must starts with a letter or number."),
        ("abc-", "Trail name must ends with a letter or number."),
        (
            "a b c",
            CHARACTERS,
        ),
        ("a/../c", "Trail name or ARN can only contain"),
        ("my-_name", "Trail name cannot have adjacent"),
        ("192.0.2.1", "Trail name must not be formatted as an IP address"),
    ],
)
def test_a_name_that_cannot_be_is_told_in_aws_words(cloudtrail, name, text):
    code, message = cloudtrail.refusal("CreateTrail", Name=name, S3BucketName="missing")
    assert code == "InvalidTrailNameException"
    assert message.startswith(text)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"Name": "-x-"}, "InvalidTrailNameException"),
        ({"S3KeyPrefix": "a/../b"}, "InvalidS3PrefixException"),
        ({"S3KeyPrefix": "/a"}, "InvalidS3PrefixException"),
        ({"S3KeyPrefix": "a//b"}, "InvalidS3PrefixException"),
        ({"S3KeyPrefix": ".."}, "InvalidS3PrefixException"),
        ({"S3KeyPrefix": "p" * 201}, "InvalidS3PrefixException"),
        ({"S3BucketName": "Audit"}, "InvalidS3BucketNameException"),
        ({"S3BucketName": ".."}, "InvalidS3BucketNameException"),
        ({"S3BucketName": "192.0.2.1"}, "InvalidS3BucketNameException"),
        ({"IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": False}, "InvalidParameterCombinationException"),
        ({"CloudWatchLogsLogGroupArn": GROUP}, "InvalidParameterCombinationException"),
        ({"CloudWatchLogsRoleArn": ROLE}, "InvalidParameterCombinationException"),
        ({"SnsTopicName": "a topic"}, "InvalidSnsTopicNameException"),
        ({"SnsTopicName": "topic.fifo"}, "InvalidSnsTopicNameException"),
        ({"IsOrganizationTrail": True}, "OrganizationsNotInUseException"),
        ({"S3BucketName": "missing"}, "S3BucketDoesNotExistException"),
        ({"TagsList": [{"Key": "aws:x"}]}, "InvalidTagParameterException"),
        ({"TagsList": [{"Key": "a"}, {"Key": "a"}]}, "InvalidTagParameterException"),
        ({"TagsList": [{"Key": str(n)} for n in range(51)]}, "TagsLimitExceededException"),
        (
            {"CloudWatchLogsLogGroupArn": GROUP[:-2], "CloudWatchLogsRoleArn": ROLE},
            "InvalidCloudWatchLogsLogGroupArnException",
        ),
        ({"CloudWatchLogsLogGroupArn": GROUP, "CloudWatchLogsRoleArn": "x"}, "InvalidCloudWatchLogsRoleArnException"),
        (
            {"CloudWatchLogsLogGroupArn": GROUP.replace("0" * 12, OTHER_ACCOUNT), "CloudWatchLogsRoleArn": ROLE},
            "InvalidCloudWatchLogsLogGroupArnException",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(cloudtrail, request_, code):
    cloudtrail.bucket()
    assert cloudtrail.refusal("CreateTrail", **{"Name": "main", "S3BucketName": "audit", **request_})[0] == code
    assert cloudtrail("ListTrails") == {"Trails": []}


def test_the_checks_come_in_aws_order(cloudtrail):
    wrong = {"Name": "-x-", "S3KeyPrefix": "a/../b", "S3BucketName": "missing", "SnsTopicName": "t"}
    denied = cloudtrail.elsewhere(invoke=Services(sns="AuthorizationError", logs="AccessDeniedException"))
    mended = {"Name": "main", "S3KeyPrefix": "a", "S3BucketName": "audit", "SnsTopicName": ""}
    logs = {"CloudWatchLogsLogGroupArn": GROUP, "CloudWatchLogsRoleArn": ROLE, "KmsKeyId": KEY}
    cloudtrail.bucket()
    codes = []
    for member in (None, *mended):
        wrong |= {member: mended[member]} if member else {}
        codes.append(denied.refusal("CreateTrail", **wrong, **logs)[0])
    assert codes == [
        "InvalidTrailNameException",
        "InvalidS3PrefixException",
        "S3BucketDoesNotExistException",
        "InsufficientSnsTopicPolicyException",
        "InvalidCloudWatchLogsLogGroupArnException",
    ]
    built = cloudtrail.elsewhere(invoke=Services(kms="NotFoundException"))
    assert built.refusal("CreateTrail", **wrong, **logs)[0] == "KmsKeyNotFoundException"


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        ("NotFoundException", "KmsKeyNotFoundException"),
        ("InvalidArnException", "InvalidKmsKeyIdException"),
        ("DisabledException", "KmsException"),
        ("KMSInvalidStateException", "KmsException"),
        ("AccessDeniedException", "InsufficientEncryptionPolicyException"),
    ],
)
def test_a_key_is_tried_as_cloudtrail_itself(cloudtrail, refusal, code):
    cloudtrail.bucket()
    account = cloudtrail.elsewhere(invoke=Services(kms=refusal))
    assert account.refusal("CreateTrail", Name="main", S3BucketName="audit", KmsKeyId="alias/trail")[0] == code
    assert cloudtrail("ListTrails") == {"Trails": []}


def test_a_missing_bucket_and_one_that_cannot_be_written_are_told_apart(cloudtrail):
    code, message = cloudtrail.refusal("CreateTrail", Name="main", S3BucketName="audit")
    assert message.startswith("S3 bucket audit does not exist!")
    (cloudtrail.bucket() / "AWSLogs").write_text("a file where the log folder must be")
    code, message = cloudtrail.refusal("CreateTrail", Name="main", S3BucketName="audit")
    assert code == "InsufficientS3BucketPolicyException"
    assert message.startswith("Incorrect S3 bucket policy is detected for bucket: audit")


def test_another_accounts_bucket_is_none(cloudtrail):
    cloudtrail.elsewhere(account=OTHER_ACCOUNT).bucket("audit")
    assert cloudtrail.refusal("CreateTrail", Name="main", S3BucketName="audit")[0] == "S3BucketDoesNotExistException"


def test_topic_and_log_group_are_tried_and_a_service_that_is_not_built_shows_in_the_status(cloudtrail):
    services = Services(sns="NotImplementedException", logs="NotImplementedException")
    account = cloudtrail.elsewhere(invoke=services)
    account.trail(SnsTopicName="alerts", CloudWatchLogsLogGroupArn=GROUP, CloudWatchLogsRoleArn=ROLE)
    assert services.asked == [
        (
            "sns",
            "Publish",
            {"TopicArn": "arn:aws:sns:us-east-1:000000000000:alerts", "Message": "CloudTrail validation message."},
        ),
        ("logs", "CreateLogStream", {"logGroupName": "trail", "logStreamName": "000000000000_CloudTrail_us-east-1"}),
    ]
    status = account("GetTrailStatus", Name="main")
    assert status["LatestNotificationError"] == status["LatestCloudWatchLogsDeliveryError"] == "NotImplementedException"
    trail = account("GetTrail", Name="main")["Trail"]
    assert (trail["SnsTopicName"], trail["SnsTopicARN"]) == ("alerts", "arn:aws:sns:us-east-1:000000000000:alerts")
    account("UpdateTrail", Name="main", EnableLogFileValidation=True)
    assert len(services.asked) == 2


def test_a_log_stream_that_exists_is_fine(cloudtrail):
    account = cloudtrail.elsewhere(invoke=Services(logs="ResourceAlreadyExistsException"))
    assert account.trail(CloudWatchLogsLogGroupArn=GROUP, CloudWatchLogsRoleArn=ROLE) == ARN


def test_a_name_is_taken_once_in_a_region(cloudtrail, europe):
    cloudtrail.trail()
    europe.trail()
    refused = cloudtrail.refusal("CreateTrail", Name="main", S3BucketName="audit")
    assert refused == ("TrailAlreadyExistsException", "Trail main already exists for customer: 000000000000")


def test_a_region_has_so_many_trails_and_shadows_count(cloudtrail):
    limits = {"limits": Limits(trails=2)}
    home, away = cloudtrail.elsewhere(**limits), cloudtrail.elsewhere(region="eu-west-1", **limits)
    home.trail("one", IsMultiRegionTrail=True)
    away.trail("two")
    full = ("MaximumNumberOfTrailsExceededException", "User: 000000000000 already has 2 trails in eu-west-1.")
    assert away.refusal("CreateTrail", Name="three", S3BucketName="audit") == full
    assert home.refusal("CreateTrail", Name="three", S3BucketName="audit", IsMultiRegionTrail=True) == full
    home.trail("three")
    assert home.refusal("UpdateTrail", Name="three", IsMultiRegionTrail=True) == full
    assert home.refusal("CreateTrail", Name="four", S3BucketName="audit")[1].endswith("in us-east-1.")
    home("DeleteTrail", Name="one")
    home.trail("four")


def test_trails_are_found_by_name_and_arn_with_shadows_in_other_regions(cloudtrail, europe):
    everywhere, here = cloudtrail.trail("everywhere", IsMultiRegionTrail=True), cloudtrail.trail("here")
    there = europe.trail("there")

    def described(account, **request):
        return [trail["TrailARN"] for trail in account("DescribeTrails", **request)["trailList"]]

    assert described(cloudtrail) == [everywhere, here]
    assert described(europe) == [everywhere, there]
    assert described(europe, includeShadowTrails=False) == [there]
    assert described(europe, trailNameList=["everywhere", "here", "nothing"]) == [everywhere]
    assert described(europe, trailNameList=[here]) == [here]
    assert [europe("GetTrail", Name=name)["Trail"]["TrailARN"] for name in ("everywhere", here)] == [everywhere, here]
    assert europe("GetTrail", Name="everywhere")["Trail"]["HomeRegion"] == "us-east-1"
    listed = cloudtrail("ListTrails")["Trails"]
    assert [trail["TrailARN"] for trail in listed] == [everywhere, here, there]


def test_a_trail_of_the_region_is_meant_before_the_shadow_of_the_same_name(cloudtrail, europe):
    cloudtrail.trail("same", IsMultiRegionTrail=True)
    own = europe.trail("same")
    assert europe("GetTrail", Name="same")["Trail"]["TrailARN"] == own


def test_an_unknown_trail_is_told_as_aws_tells_it(cloudtrail, europe):
    cloudtrail.trail("here")
    assert europe.refusal("GetTrail", Name="here") == (
        "TrailNotFoundException",
        "Unknown trail: here for the user: 000000000000",
    )
    assert europe.refusal("GetTrailStatus", Name="here") == (
        "TrailNotFoundException",
        "Unknown trail: arn:aws:cloudtrail:eu-west-1:000000000000:trail/here for the user: 000000000000",
    )
    assert cloudtrail.refusal("GetTrail", Name="arn:aws:s3:::here")[0] == "CloudTrailARNInvalidException"
    assert cloudtrail.refusal("GetTrail", Name="x")[0] == "InvalidTrailNameException"


CHANGES = [
    ("UpdateTrail", "Name", {"S3BucketName": "audit"}),
    ("DeleteTrail", "Name", {}),
    ("StartLogging", "Name", {}),
    ("StopLogging", "Name", {}),
    ("PutEventSelectors", "TrailName", {"EventSelectors": [{}]}),
    ("AddTags", "ResourceId", {"TagsList": [{"Key": "a"}]}),
    ("RemoveTags", "ResourceId", {"TagsList": [{"Key": "a"}]}),
]
READS = [("GetTrail", "Name"), ("GetTrailStatus", "Name"), ("GetEventSelectors", "TrailName")]


@pytest.mark.parametrize(("operation", "member", "more"), CHANGES)
def test_a_trail_is_changed_in_its_home_region_only(cloudtrail, europe, operation, member, more):
    arn = cloudtrail.trail(IsMultiRegionTrail=True)
    code, message = europe.refusal(operation, **{member: arn}, **more)
    assert (code, "us-east-1" in message) == ("InvalidHomeRegionException", True)


@pytest.mark.parametrize(("operation", "member"), [*READS, *((o, m) for o, m, _ in CHANGES)])
def test_another_accounts_trail_is_never_found(cloudtrail, operation, member):
    arn = cloudtrail.trail(IsMultiRegionTrail=True)
    more = {name: extra for name, _, extra in CHANGES}.get(operation, {})
    stranger = cloudtrail.elsewhere(account=OTHER_ACCOUNT)
    code, message = stranger.refusal(operation, **{member: arn}, **more)
    assert code in {"TrailNotFoundException", "ResourceNotFoundException"}
    assert "audit" not in message
    assert stranger("DescribeTrails", trailNameList=[arn, "main"])["trailList"] == []
    assert stranger("ListTrails")["Trails"] == []
    assert cloudtrail("GetTrail", Name="main")["Trail"]["TrailARN"] == arn


def test_an_update_keeps_what_it_does_not_name_and_empty_strings_take_away(cloudtrail):
    account = cloudtrail.elsewhere(invoke=Services())
    account.trail(S3KeyPrefix="p", SnsTopicName="t", CloudWatchLogsLogGroupArn=GROUP, CloudWatchLogsRoleArn=ROLE)
    changed = account("UpdateTrail", Name="main", EnableLogFileValidation=True)
    assert (changed["S3KeyPrefix"], changed["SnsTopicName"], changed["LogFileValidationEnabled"]) == ("p", "t", True)
    gone = {"S3KeyPrefix", "SnsTopicName", "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn"}
    emptied = account("UpdateTrail", Name="main", **dict.fromkeys(gone, ""))
    assert not gone & set(emptied)
    assert account("GetTrail", Name="main")["Trail"]["LogFileValidationEnabled"] is True


def test_an_update_that_fails_a_check_changes_nothing(cloudtrail):
    cloudtrail.trail()
    assert cloudtrail.refusal("UpdateTrail", Name="main", S3BucketName="missing")[0] == "S3BucketDoesNotExistException"
    assert cloudtrail("GetTrail", Name="main")["Trail"]["S3BucketName"] == "audit"


def test_a_deleted_trail_is_gone_and_its_name_is_free(cloudtrail):
    cloudtrail.trail(TagsList=[{"Key": "a", "Value": "b"}])
    cloudtrail("StartLogging", Name="main")
    assert cloudtrail("DeleteTrail", Name="main") == {}
    assert cloudtrail.refusal("GetTrail", Name="main")[0] == "TrailNotFoundException"
    assert cloudtrail("DescribeTrails")["trailList"] == []
    arn = cloudtrail.trail()
    assert cloudtrail("GetTrailStatus", Name="main")["IsLogging"] is False
    assert cloudtrail("ListTags", ResourceIdList=[arn]) == {"ResourceTagList": [{"ResourceId": arn, "TagsList": []}]}


def test_pages_that_were_never_given_out_are_refused(cloudtrail):
    assert cloudtrail.refusal("ListTrails", NextToken="x")[0] == "InvalidTokenException"
