"""Instance profiles, through boto3."""

from some_policies import TRUST


def test_a_profile_holds_one_role(iam, refused):
    for name in ("reader", "writer"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    made = iam.create_instance_profile(InstanceProfileName="machine", Path="/a/")["InstanceProfile"]
    assert (made["Arn"], made["Roles"]) == (f"arn:aws:iam::{iam.account}:instance-profile/a/machine", [])
    iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName="reader")
    told = refused(iam.add_role_to_instance_profile, InstanceProfileName="machine", RoleName="writer")
    assert told[:2] == ("LimitExceeded", 409)
    read = iam.get_instance_profile(InstanceProfileName="machine")["InstanceProfile"]
    assert [role["RoleName"] for role in read["Roles"]] == ["reader"]
    assert iam.list_instance_profiles_for_role(RoleName="reader")["InstanceProfiles"] == [read]
    assert iam.list_instance_profiles_for_role(RoleName="writer")["InstanceProfiles"] == []
    message = "Cannot delete entity, must remove roles from instance profile first."
    told = refused(iam.delete_instance_profile, InstanceProfileName="machine")
    assert told == ("DeleteConflict", 409, message)
    told = refused(iam.remove_role_from_instance_profile, InstanceProfileName="machine", RoleName="writer")
    assert told[0] == "NoSuchEntity"
    iam.remove_role_from_instance_profile(InstanceProfileName="machine", RoleName="reader")
    iam.delete_instance_profile(InstanceProfileName="machine")
    told = refused(iam.get_instance_profile, InstanceProfileName="machine")
    assert told == ("NoSuchEntity", 404, "Instance Profile machine cannot be found.")


def test_the_waiter_for_a_profile_ends(iam, refused):
    iam.create_instance_profile(InstanceProfileName="machine")
    waiter = iam.get_waiter("instance_profile_exists")
    waiter.wait(InstanceProfileName="machine", WaiterConfig={"Delay": 0, "MaxAttempts": 1})
    told = refused(iam.create_instance_profile, InstanceProfileName="MACHINE")
    assert told == ("EntityAlreadyExists", 409, "Instance Profile MACHINE already exists.")
