"""A database of an earlier release becomes one of today's."""

from sqlalchemy import create_engine, inspect, text

from skylens.cloudtrail.lake import queries
from skylens.iam import accounts
from skylens.iam.access_keys import root_key
from skylens.store.control import open_control
from skylens.store.control.secrets import Secrets, instance_key

FIRST_RELEASE = (
    "CREATE TABLE schema_changes (number INTEGER PRIMARY KEY, name VARCHAR NOT NULL)",
    """CREATE TABLE access_keys (access_key_id VARCHAR PRIMARY KEY, account VARCHAR NOT NULL, arn VARCHAR NOT NULL,
       sealed_secret {bytes} NOT NULL, status VARCHAR NOT NULL, created_at BIGINT NOT NULL)""",
    "CREATE INDEX access_keys_by_principal ON access_keys (account, arn)",
)


def test_the_keys_of_the_first_release_still_sign(control_url, tmp_path):
    sealed = Secrets(instance_key(tmp_path)).encrypt(b"secret")
    engine = create_engine(control_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        for statement in FIRST_RELEASE:
            connection.execute(text(statement.format(bytes="BYTEA" if "postgresql" in control_url else "BLOB")))
        row = {"id": "AKIAOLD", "account": "123456789012", "arn": "arn:aws:iam::123456789012:root", "secret": sealed}
        insert = "INSERT INTO access_keys VALUES (:id, :account, :arn, :secret, 'Active', 1000)"
        connection.execute(text(insert), row)
    engine.dispose()
    control = open_control(control_url, tmp_path)
    key = root_key(control, "123456789012")
    assert key is not None
    assert (key.access_key_id, key.secret, key.principal.type) == ("AKIAOLD", "secret", "Root")
    with control.read() as connection:
        assert [account.number for account in accounts.everything(connection)] == ["123456789012"]
        columns = {column["name"] for column in inspect(connection).get_columns("access_keys")}
    assert {"arn", "principal_id"} & columns == {"principal_id"}
    control.close()


def test_queries_of_before_are_delivered_nowhere(control_url, tmp_path):
    control = open_control(control_url, tmp_path)
    with control.begin() as connection:
        connection.execute(text("DROP INDEX lake_queries_by_delivery"))
        for column in ("delivery_uri", "delivery_status"):
            connection.execute(text(f"ALTER TABLE lake_queries DROP COLUMN {column}"))
        row = "'q', '000000000000', 'us-east-1', 'SELECT 1', '[]', 'FINISHED', 1000, NULL, '', '[]', 0, 0, 0, 0"
        connection.execute(text(f"INSERT INTO lake_queries VALUES ({row})"))  # noqa: S608  # of this test
        connection.execute(text("DELETE FROM schema_changes WHERE number = 2"))
    control.close()
    control = open_control(control_url, tmp_path)
    with control.read() as connection:
        [query] = queries.in_status(connection, "FINISHED")
        assert (query.delivery_uri, query.delivered) == ("", "")
        assert queries.to_deliver(connection) == []
        indexes = {index["name"] for index in inspect(connection).get_indexes("lake_queries")}
    assert "lake_queries_by_delivery" in indexes
    control.close()
