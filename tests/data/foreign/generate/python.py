"""Writes the items of PynamoDB, pydynox and boto3 that `tests/it/foreign` reads.

python python.py http://127.0.0.1:PORT FOLDER, with pynamodb==6.1.0, pydynox==1.8.0 and boto3==1.44.8, on an empty server.
"""

import asyncio
import base64
import json
import os
import sys
from datetime import datetime, timezone
from decimal import Decimal

import boto3

ENDPOINT, FOLDER = sys.argv[1], sys.argv[2]
os.environ.update(AWS_ACCESS_KEY_ID="000000000001", AWS_SECRET_ACCESS_KEY="secret", AWS_DEFAULT_REGION="eu-west-1")
low = boto3.client("dynamodb", endpoint_url=ENDPOINT, region_name="eu-west-1")


def create(table):
    names = ["pk", "sk", "gsi1pk", "gsi1sk"]
    low.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "gsi1",
                "KeySchema": [
                    {"AttributeName": "gsi1pk", "KeyType": "HASH"},
                    {"AttributeName": "gsi1sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )


def plain(value):
    """As DynamoDB's JSON has it, with bytes as Base64 and sets in order."""
    if isinstance(value, dict):
        return {k: sorted(v) if k in ("SS", "NS") else plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(bytes(value)).decode()
    return value


def dump(table, name):
    items = low.scan(TableName=table)["Items"]
    items.sort(key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
    with open(f"{FOLDER}/{name}.jsonl", "w", encoding="utf-8") as file:
        for item in items:
            file.write(json.dumps({"Item": plain(item)}, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n")
    print(name, len(items))


def pynamodb():
    from pynamodb.attributes import (
        BinaryAttribute, BooleanAttribute, DiscriminatorAttribute, JSONAttribute, ListAttribute, MapAttribute,
        NullAttribute, NumberAttribute, NumberSetAttribute, TTLAttribute, UnicodeAttribute, UnicodeSetAttribute,
        UTCDateTimeAttribute, VersionAttribute,
    )
    from pynamodb.models import Model

    class Address(MapAttribute):
        street = UnicodeAttribute()
        city = UnicodeAttribute(null=True)

    class Base(Model):
        class Meta:
            table_name = "pynamodb"
            host = ENDPOINT
            region = "eu-west-1"

        pk = UnicodeAttribute(hash_key=True)
        sk = UnicodeAttribute(range_key=True)
        cls = DiscriminatorAttribute()

    class User(Base, discriminator="User"):
        user_id = UnicodeAttribute()
        name = UnicodeAttribute()
        age = NumberAttribute(null=True)
        score = NumberAttribute()
        active = BooleanAttribute()
        tags = UnicodeSetAttribute(null=True)
        numbers = NumberSetAttribute(null=True)
        address = Address(null=True)
        logins = ListAttribute(null=True)
        settings = JSONAttribute(null=True)
        avatar = BinaryAttribute(null=True, legacy_encoding=False)
        joined = UTCDateTimeAttribute()
        deleted = NullAttribute(null=True)
        expires = TTLAttribute(null=True)
        gsi1pk = UnicodeAttribute(null=True)
        gsi1sk = UnicodeAttribute(null=True)
        version = VersionAttribute()

    create("pynamodb")
    User(
        "USER#ada", "PROFILE", user_id="ada", name="Ada Lovelace", age=36, score=99.5, active=True,
        tags={"admin", "math"}, numbers={1, 2.5, -3}, address=Address(street="St James's Square", city="London"),
        logins=["web", 3, {"ip": "::1"}], settings={"theme": "dark", "size": 12}, avatar=b"\x00\x01\xfe\xff",
        joined=datetime(2024, 3, 1, 12, 30, 15, 123456, tzinfo=timezone.utc),
        expires=datetime(2100, 1, 1, tzinfo=timezone.utc), gsi1pk="CITY#London", gsi1sk="USER#ada",
    ).save()
    second = User(
        "USER#bob", "PROFILE", user_id="bob", name="Bob", score=0, active=False,
        joined=datetime(1999, 12, 31, 23, 59, 59, tzinfo=timezone.utc), gsi1pk="CITY#Paris", gsi1sk="USER#bob",
    )
    second.save()
    second.name = "Bob B."
    second.save()  # version 2
    dump("pynamodb", "pynamodb")


def with_boto3():
    create("boto3")
    table = boto3.resource("dynamodb", endpoint_url=ENDPOINT, region_name="eu-west-1").Table("boto3")
    table.put_item(
        Item={
            "pk": "USER#ada", "sk": "PROFILE", "user_id": "ada", "name": "Ada Lovelace", "age": 36,
            "score": Decimal("99.50"), "active": True, "tags": {"admin", "math"}, "numbers": {Decimal(1), Decimal("2.5")},
            "address": {"street": "St James's Square", "city": None, "zip": "SW1Y"}, "logins": ["web", 3, {"ip": "::1"}],
            "avatar": b"\x00\x01\xfe\xff", "joined": datetime(2024, 3, 1, 12, 30, 15).isoformat(),
            "seen": datetime(2024, 3, 1, 12, 30, 15, 120000, tzinfo=timezone.utc).isoformat(),
            "day": "2024-03-01", "nickname": None, "expires": 4102444800, "gsi1pk": "CITY#London", "gsi1sk": "USER#ada",
        }
    )
    table.put_item(
        Item={
            "pk": "USER#bob", "sk": "PROFILE", "user_id": "bob", "name": "Bob", "score": Decimal("1E+3"), "active": False,
            "joined": "1999-12-31T23:59:59", "seen": "1999-12-31T23:59:59Z", "day": "1999-12-31", "nickname": "b",
            "gsi1pk": "CITY#Paris", "gsi1sk": "USER#bob",
        }
    )
    dump("boto3", "boto3")


def with_pydynox():
    from pydynox import DynamoDBClient, Model, ModelConfig, set_default_client
    from pydynox.attributes import (
        BinaryAttribute, BooleanAttribute, CompressedAttribute, DatetimeAttribute, JSONAttribute, ListAttribute,
        MapAttribute, NumberAttribute, StringAttribute, StringSetAttribute, TTLAttribute, VersionAttribute,
    )

    set_default_client(DynamoDBClient(endpoint_url=ENDPOINT, region="eu-west-1", access_key="000000000001", secret_key="secret"))

    class User(Model):
        model_config = ModelConfig(table="pydynox")
        pk = StringAttribute(partition_key=True)
        sk = StringAttribute(sort_key=True)
        user_id = StringAttribute()
        name = StringAttribute()
        age = NumberAttribute()
        active = BooleanAttribute()
        tags = StringSetAttribute()
        address = MapAttribute()
        logins = ListAttribute()
        settings = JSONAttribute()
        avatar = BinaryAttribute()
        notes = CompressedAttribute()
        joined = DatetimeAttribute()
        expires = TTLAttribute()
        version = VersionAttribute()
        gsi1pk = StringAttribute()
        gsi1sk = StringAttribute()

    async def write():
        user = User(
            pk="USER#ada", sk="PROFILE", user_id="ada", name="Ada Lovelace", age=36, active=True, tags={"admin", "math"},
            address={"street": "St James's Square", "city": "London"}, logins=["web", 3], settings={"theme": "dark"},
            avatar=b"\x00\x01\xfe\xff", notes="note " * 40, joined=datetime(2024, 3, 1, 12, 30, 15, 123456, tzinfo=timezone.utc),
            expires=datetime(2100, 1, 1, tzinfo=timezone.utc), gsi1pk="CITY#London", gsi1sk="USER#ada",
        )
        await user.save()
        bob = User(
            pk="USER#bob", sk="PROFILE", user_id="bob", name="Bob", age=0, active=False,
            joined=datetime(1999, 12, 31, 23, 59, 59, tzinfo=timezone.utc), gsi1pk="CITY#Paris", gsi1sk="USER#bob",
        )
        await bob.save()

    create("pydynox")
    asyncio.run(write())
    dump("pydynox", "pydynox")


pynamodb()
with_boto3()
with_pydynox()
