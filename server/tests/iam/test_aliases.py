"""Aliases: known without a look-up, and right after a change."""

from skylens.iam import accounts, revision
from skylens.iam.aliases import Aliases


def test_an_alias_is_known_as_soon_as_it_is_given(control, clock):
    with revision.writing(control) as connection:
        accounts.create(connection, "111111111111", "", clock.now())
    aliases = Aliases(control)
    assert (aliases("111111111111"), aliases("222222222222")) == ("", None)
    with revision.writing(control) as connection:
        accounts.set_alias(connection, "111111111111", "shop")
    assert aliases("111111111111") == "shop"
