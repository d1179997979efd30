"""Accounts know nothing of each other."""

from some_policies import READ, TRUST


def test_the_same_names_in_two_accounts_are_different_things(root):
    one, two = root(), root()
    for iam in (one, two):
        iam.create_user(UserName="bob")
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
        iam.create_policy(PolicyName="p", PolicyDocument=READ)
    ids = [iam.get_user(UserName="bob")["User"]["UserId"] for iam in (one, two)]
    assert ids[0] != ids[1]
    one.put_user_policy(UserName="bob", PolicyName="mine", PolicyDocument=READ)
    assert two.list_user_policies(UserName="bob")["PolicyNames"] == []
    one.delete_role(RoleName="r")
    assert [role["RoleName"] for role in two.list_roles()["Roles"]] == ["r"]


def test_nothing_of_another_account_is_returned_or_changed(root, refused):
    one, two = root(), root()
    policy = one.create_policy(PolicyName="p", PolicyDocument=READ)["Policy"]["Arn"]
    provider = one.create_open_id_connect_provider(Url="https://login.example.com")["OpenIDConnectProviderArn"]
    one.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    one.create_instance_profile(InstanceProfileName="i")
    by_arn = [
        (two.get_policy, {"PolicyArn": policy}),
        (two.delete_policy, {"PolicyArn": policy}),
        (two.get_policy_version, {"PolicyArn": policy, "VersionId": "v1"}),
        (two.create_policy_version, {"PolicyArn": policy, "PolicyDocument": READ}),
        (two.list_entities_for_policy, {"PolicyArn": policy}),
        (two.tag_policy, {"PolicyArn": policy, "Tags": [{"Key": "a", "Value": "b"}]}),
        (two.get_open_id_connect_provider, {"OpenIDConnectProviderArn": provider}),
        (two.delete_open_id_connect_provider, {"OpenIDConnectProviderArn": provider}),
    ]
    for call, parameters in by_arn:
        code, status, message = refused(call, **parameters)
        # What names another account is denied before anybody looks whether it is there.
        assert (code, status) == ("AccessDenied", 403)
        assert one.account not in message.replace(policy, "").replace(provider, "")
    assert refused(two.get_role, RoleName="r")[:2] == ("NoSuchEntity", 404)
    assert refused(two.get_instance_profile, InstanceProfileName="i")[:2] == ("NoSuchEntity", 404)
    lists = [
        two.list_users()["Users"],
        two.list_roles()["Roles"],
        two.list_groups()["Groups"],
        two.list_instance_profiles()["InstanceProfiles"],
        two.list_policies(Scope="Local")["Policies"],
        two.list_open_id_connect_providers()["OpenIDConnectProviderList"],
    ]
    assert lists == [[], [], [], [], [], []]
    assert one.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"] == "v1"
