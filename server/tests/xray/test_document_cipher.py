"""The document cipher with KMS behind it: when data keys are made, how long they are used, and whom they serve."""

import pytest
from builders import NOW
from sqlalchemy import func, select

from skylens.caller import AccountId, Caller, Principal, Region, root_of
from skylens.gateway.dispatch import told
from skylens.kms import operations  # noqa: F401  # registers the handlers
from skylens.registry import HANDLERS
from skylens.store.control.schema.data_keys import DATA_KEYS
from skylens.wire.models import load
from skylens.xray import document_cipher, encryption_setting
from skylens.xray.document_cipher import DocumentCipher, as_service
from skylens.xray.encryption_setting import EncryptionSetting
from skylens.xray.errors import KeyUnusable
from skylens.xray.sealed_document import is_sealed, key_id

ALICE, BOB = (
    Caller(
        Principal(AccountId("000000000000"), f"arn:aws:iam::000000000000:user/{name}", "IAMUser", f"AIDA{name}", name),
        Region("us-east-1"),
        f"AKIA{name}",
    )
    for name in ("alice", "bob")
)
PLACE = b"0123456789abcdef"
DOCUMENT = '{"secret":"words"}'


class Kms:
    """KMS's own handlers, and a note of who asked for what."""

    def __init__(self, call):
        self.call, self.asked, self.revision = call, [], 0

    def invoke_as(self, caller):
        def invoke(service, operation, request):
            self.asked.append((caller.principal.type, operation))
            try:
                return self.run(operation, request)
            except Exception as error:
                raise told(error, load(service).operations[operation], "id") from error

        return invoke

    def run(self, operation, request):
        return HANDLERS["kms", operation].function(self.call("kms", operation), request)

    def new_key(self):
        return self.run("CreateKey", {})["KeyMetadata"]["Arn"]


@pytest.fixture
def kms(call):
    return Kms(call)


@pytest.fixture
def cipher(kms, control, clock, ids):
    return DocumentCipher((control, clock, ids), kms.invoke_as, lambda: kms.revision)


@pytest.fixture
def encrypt_with(control, cipher):
    def run(key_arn):
        with control.begin() as connection:
            encryption_setting.save(connection, ALICE, EncryptionSetting(key_arn, NOW))
        cipher.forget(ALICE)

    return run


async def sealed(cipher, count=1):
    return await cipher.sealed(ALICE, [DOCUMENT] * count, [PLACE] * count)


def data_keys(control):
    with control.read() as connection:
        return connection.scalar(select(func.count()).select_from(DATA_KEYS))


async def test_without_a_key_documents_stay_as_they_are_and_nobody_is_asked(cipher, kms):
    assert await sealed(cipher) == [DOCUMENT]
    assert kms.asked == []


async def test_one_data_key_serves_an_hour(cipher, kms, control, clock, encrypt_with):
    encrypt_with(kms.new_key())
    first, second = [*await sealed(cipher), *await sealed(cipher)]
    assert is_sealed(first)
    assert first != second
    assert key_id(first) == key_id(second)
    assert cipher.opened(ALICE, first, PLACE) == DOCUMENT
    clock.advance(3601)
    assert key_id((await sealed(cipher))[0]) != key_id(first)
    assert data_keys(control) == 2


async def test_a_data_key_serves_a_million_documents(cipher, kms, encrypt_with, monkeypatch):
    monkeypatch.setattr(document_cipher, "_USED_DOCUMENTS", 3)
    encrypt_with(kms.new_key())
    names = [key_id((await sealed(cipher))[0]) for _ in range(4)]
    assert (len(set(names[:3])), len(set(names))) == (1, 2)


async def test_x_ray_seals_as_itself_and_each_reader_opens_as_himself_once(cipher, kms, encrypt_with):
    encrypt_with(kms.new_key())
    [text] = await sealed(cipher)
    for reader in (ALICE, ALICE, BOB, as_service(ALICE.account, ALICE.region)):
        assert cipher.opened(reader, text, PLACE) == DOCUMENT
    assert kms.asked == [
        ("AWSService", "GenerateDataKey"),
        ("IAMUser", "Decrypt"),
        ("IAMUser", "Decrypt"),
        ("AWSService", "Decrypt"),
    ]


async def test_what_was_opened_is_asked_for_again_after_a_minute_and_after_a_change(cipher, kms, clock, encrypt_with):
    encrypt_with(kms.new_key())
    [text] = await sealed(cipher)
    asked = []
    for seconds, revision in ((0, 0), (59, 0), (1, 0), (0, 1), (0, 1)):
        clock.advance(seconds)
        kms.revision = revision
        kms.asked.clear()
        cipher.opened(ALICE, text, PLACE)
        asked.append(len(kms.asked))
    assert asked == [1, 0, 1, 1, 0]


async def test_a_key_that_is_disabled_elsewhere_is_noticed_within_a_minute(cipher, kms, clock, encrypt_with):
    encrypt_with(key := kms.new_key())
    [text] = await sealed(cipher)
    cipher.opened(ALICE, text, PLACE)
    kms.run("DisableKey", {"KeyId": key})
    await sealed(cipher)
    clock.advance(60)
    with pytest.raises(KeyUnusable, match="is disabled"):
        await sealed(cipher)
    with pytest.raises(KeyUnusable, match="is disabled"):
        cipher.opened(ALICE, text, PLACE)
    kms.asked.clear()
    with pytest.raises(KeyUnusable):
        await sealed(cipher)
    assert kms.asked == [], "a refusal is remembered for some seconds"
    kms.run("EnableKey", {"KeyId": key})
    clock.advance(5)
    assert is_sealed((await sealed(cipher))[0])


async def test_another_node_s_setting_is_known_within_seconds(cipher, kms, control, clock):
    key = kms.new_key()
    assert await sealed(cipher) == [DOCUMENT]
    with control.begin() as connection:
        encryption_setting.save(connection, ALICE, EncryptionSetting(key, NOW))
    clock.advance(5)
    assert is_sealed((await sealed(cipher))[0])


async def test_documents_of_accounts_are_sealed_apart(cipher, kms, encrypt_with):
    encrypt_with(kms.new_key())
    [text] = await sealed(cipher)
    neighbour = Caller(root_of("111111111111"), Region("us-east-1"), "AKIAOTHER")
    assert await cipher.sealed(neighbour, [DOCUMENT], [PLACE]) == [DOCUMENT]
    with pytest.raises(KeyUnusable, match="not known"):
        cipher.opened(neighbour, text, PLACE)
    with pytest.raises(ValueError, match="damaged"):
        cipher.opened(ALICE, text, PLACE[::-1])
