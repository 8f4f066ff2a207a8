"""pydynox and PynamoDB as contenders in processes of their own, for readers who come from Python.

python contender.py NAME ENDPOINT, with the requirements next to this file. NAME is `pydynox` or `PynamoDB`. The protocol is that of
`../contender.rs`. Reads return objects of the models; `check` converts them to JSON.
"""

import json
import sys
import time

CUSTOMER = "c-20931"
NUMBER = 7
FIELDS = (
    "customer", "number", "reference", "status", "amount", "quantity", "version", "created_at", "paid", "tags", "note", "description",
)
ADDRESS = ("street", "city", "zip", "country")


def hash_key(customer):
    return f"CUSTOMER#{customer}"


def range_key(number):
    return f"ORDER#{number:08}"


class Pydynox:
    def __init__(self, endpoint):
        from pydynox import DynamoDBClient, Model, ModelConfig, set_default_client
        from pydynox.attributes import BooleanAttribute, ListAttribute, MapAttribute, NumberAttribute, StringAttribute

        set_default_client(DynamoDBClient(endpoint_url=endpoint, region="eu-west-1", access_key="bench", secret_key="bench"))

        class Order(Model):
            model_config = ModelConfig(table="shop")
            pk = StringAttribute(partition_key=True)
            sk = StringAttribute(sort_key=True)
            entity = StringAttribute(alias="_type")
            customer = StringAttribute()
            number = NumberAttribute()
            reference = StringAttribute()
            status = StringAttribute()
            amount = NumberAttribute()
            quantity = NumberAttribute()
            version = NumberAttribute()
            created_at = NumberAttribute()
            paid = BooleanAttribute()
            tags = ListAttribute()
            address = MapAttribute()
            note = StringAttribute()
            description = StringAttribute()

        self.model = Order

    def own(self, order):
        keys = {"pk": hash_key(order["customer"]), "sk": range_key(order["number"]), "entity": "Order"}
        return self.model(**keys, **order)

    def order(self, own):
        order = {name: getattr(own, name) for name in FIELDS}
        return order | {"address": dict(own.address)}

    def put(self, own):
        own.sync_save()

    def get(self):
        return self.model.sync_get(pk=hash_key(CUSTOMER), sk=range_key(NUMBER))

    def query(self):
        return list(self.model.sync_query(partition_key=hash_key(CUSTOMER)))


class PynamoDB:
    def __init__(self, endpoint):
        from pynamodb.attributes import BooleanAttribute, ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
        from pynamodb.models import Model

        class Address(MapAttribute):
            street = UnicodeAttribute()
            city = UnicodeAttribute()
            zip = UnicodeAttribute()
            country = UnicodeAttribute()

        class Order(Model):
            class Meta:
                table_name = "shop"
                host = endpoint
                region = "eu-west-1"
                aws_access_key_id = "bench"
                aws_secret_access_key = "bench"

            pk = UnicodeAttribute(hash_key=True)
            sk = UnicodeAttribute(range_key=True)
            entity = UnicodeAttribute(attr_name="_type")
            customer = UnicodeAttribute()
            number = NumberAttribute()
            reference = UnicodeAttribute()
            status = UnicodeAttribute()
            amount = NumberAttribute()
            quantity = NumberAttribute()
            # `version` names a feature of PynamoDB's models.
            revision = NumberAttribute(attr_name="version")
            created_at = NumberAttribute()
            paid = BooleanAttribute()
            tags = ListAttribute()
            address = Address()
            note = UnicodeAttribute(null=True)
            description = UnicodeAttribute(null=True)

        self.model = Order
        self.address = Address

    def own(self, order):
        fields = {name: order.get(name) for name in FIELDS if name != "version"}
        keys = hash_key(order["customer"]), range_key(order["number"])
        return self.model(*keys, entity="Order", revision=order["version"], address=self.address(**order["address"]), **fields)

    def order(self, own):
        order = {name: getattr(own, name) for name in FIELDS if name != "version"}
        address = {name: getattr(own.address, name) for name in ADDRESS}
        return order | {"version": own.revision, "address": address}

    def put(self, own):
        own.save()

    def get(self):
        return self.model.get(hash_key(CUSTOMER), range_key(NUMBER))

    def query(self):
        return list(self.model.query(hash_key(CUSTOMER)))


def run(contender, case, last):
    if case == "put":
        contender.put(last)
        return []
    if case == "get":
        return [contender.get()]
    return contender.query()


def serve(contender):
    last = None
    for line in sys.stdin:
        command, arguments = line.rstrip("\n").split(" ", 1)
        if command == "write":
            for order in json.loads(arguments):
                last = contender.own(order)
                contender.put(last)
            answer = "written"
        elif command == "check":
            orders = [contender.order(own) for own in run(contender, arguments, last)]
            # A field without a value is absent.
            answer = json.dumps([{name: value for name, value in order.items() if value is not None} for order in orders])
        else:
            case, count = arguments.split(" ")
            start = time.process_time_ns()
            for _ in range(int(count)):
                run(contender, case, last)
            answer = str(time.process_time_ns() - start)
        print(answer, flush=True)


if __name__ == "__main__":
    _, name, endpoint = sys.argv
    serve({"pydynox": Pydynox, "PynamoDB": PynamoDB}[name](endpoint))
