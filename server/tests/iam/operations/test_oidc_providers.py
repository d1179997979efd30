"""OpenID Connect providers, through boto3."""

import pytest

PRINT = "a" * 40


def test_a_provider_is_created_read_changed_and_deleted(iam, refused):
    made = iam.create_open_id_connect_provider(
        Url="https://token.actions.example.com/org", ClientIDList=["sts"], ThumbprintList=[PRINT]
    )
    arn = made["OpenIDConnectProviderArn"]
    assert arn == f"arn:aws:iam::{iam.account}:oidc-provider/token.actions.example.com/org"
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == [{"Arn": arn}]
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="app")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="sts")
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["b" * 40])
    read = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    told = (read["Url"], read["ClientIDList"], read["ThumbprintList"])
    assert told == ("token.actions.example.com/org", ["app"], ["b" * 40])
    again = refused(iam.create_open_id_connect_provider, Url="https://token.actions.example.com/org")
    assert again == (
        "EntityAlreadyExists",
        409,
        "Provider with url https://token.actions.example.com/org already exists.",
    )
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    missing = ("NoSuchEntity", 404, f"OpenIDConnect Provider not found for arn {arn}")
    assert refused(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=arn) == missing


@pytest.mark.parametrize("url", ["http://example.com", "example.com", "https://", "https://a?b=c", "https://u@a/"])
def test_a_provider_is_an_https_url(iam, refused, url):
    told = refused(iam.create_open_id_connect_provider, Url=url)
    assert told == ("ValidationError", 400, "Invalid Open ID Connect Provider URL")


def test_a_thumbprint_is_forty_digits(iam, refused):
    told = refused(iam.create_open_id_connect_provider, Url="https://a.example.com", ThumbprintList=["x" * 40])
    assert told[:2] == ("InvalidInput", 400)
