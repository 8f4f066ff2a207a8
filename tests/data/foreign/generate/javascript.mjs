// Writes the items of ElectroDB, DynamoDB-Toolbox, Dynamoose and OneTable that `tests/it/foreign` reads.
//
// node javascript.mjs http://127.0.0.1:PORT FOLDER, with electrodb@3.9.3, dynamodb-toolbox@2.10.6, dynamoose@4.2.0,
// dynamodb-onetable@2.7.7 and @aws-sdk/{client,lib}-dynamodb@3, on an empty server.
import { writeFileSync } from "node:fs";
import { DynamoDBClient, CreateTableCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { Entity as ElectroEntity } from "electrodb";
import * as toolbox from "dynamodb-toolbox";
import dynamoose from "dynamoose";
import { Table as OneTable } from "dynamodb-onetable";
import { Dynamo } from "dynamodb-onetable/Dynamo";

const [endpoint, folder] = process.argv.slice(2);
const config = { endpoint, region: "eu-west-1", credentials: { accessKeyId: "000000000001", secretAccessKey: "secret" } };
const low = new DynamoDBClient(config);
const avatar = new Uint8Array([0, 1, 254, 255]);
const joined = new Date("2024-03-01T12:30:15.123Z");

async function create(table) {
  await low.send(new CreateTableCommand({
    TableName: table,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk", "gsi1pk", "gsi1sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }],
    GlobalSecondaryIndexes: [{
      IndexName: "gsi1",
      KeySchema: [{ AttributeName: "gsi1pk", KeyType: "HASH" }, { AttributeName: "gsi1sk", KeyType: "RANGE" }],
      Projection: { ProjectionType: "ALL" },
    }],
  }));
}

function plain(value) {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.keys(value).sort().map((key) => [key, key === "SS" ? [...value[key]].sort() : plain(value[key])]));
  }
  return value;
}

async function dump(table) {
  const { Items } = await low.send(new ScanCommand({ TableName: table }));
  const key = (item) => item.pk.S + "\0" + item.sk.S;
  Items.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const text = Items.map((item) => JSON.stringify({ Item: plain(item) }) + "\n").join("");
  writeFileSync(`${folder}/${table}.jsonl`, text);
  console.log(table, Items.length);
}

async function electrodb() {
  await create("electrodb");
  const indexes = {
    primary: { pk: { field: "pk", composite: ["userId"] }, sk: { field: "sk", composite: [] } },
    byCity: { index: "gsi1", pk: { field: "gsi1pk", composite: ["city"] }, sk: { field: "gsi1sk", composite: ["joined"] } },
  };
  const User = new ElectroEntity({
    model: { entity: "user", version: "1", service: "app" },
    attributes: {
      userId: { type: "string", required: true },
      name: { type: "string", required: true },
      age: { type: "number" },
      active: { type: "boolean", required: true },
      role: { type: ["admin", "member"] },
      tags: { type: "set", items: "string" },
      address: { type: "map", properties: { street: { type: "string" }, city: { type: "string" } } },
      logins: { type: "list", items: { type: "string" } },
      extra: { type: "any" },
      city: { type: "string", required: true },
      joined: { type: "string", required: true },
    },
    indexes,
  }, { client: DynamoDBDocumentClient.from(low), table: "electrodb" });
  const Order = new ElectroEntity({
    model: { entity: "order", version: "1", service: "app" },
    attributes: {
      userId: { type: "string", required: true },
      orderId: { type: "number", required: true, padding: { length: 8, char: "0" } },
      total: { type: "number", required: true },
    },
    indexes: { primary: { pk: { field: "pk", composite: ["userId"] }, sk: { field: "sk", composite: ["orderId"] } } },
  }, { client: DynamoDBDocumentClient.from(low), table: "electrodb" });
  await User.put({
    userId: "ada", name: "Ada Lovelace", age: 36, active: true, role: "admin", tags: ["admin", "math"],
    address: { street: "St James's Square", city: "London" }, logins: ["web", "app"], extra: { a: [1, "x", null] },
    city: "london", joined: joined.toISOString().toLowerCase(),
  }).go();
  await User.put({ userId: "bob", name: "Bob", active: false, city: "paris", joined: "1999-12-31t23:59:59.000z" }).go();
  await Order.put({ userId: "ada", orderId: 7, total: 19.99 }).go();
  await dump("electrodb");
}

async function dynamodbToolbox() {
  await create("toolbox");
  const { Table, Entity, PutItemCommand, item, string, number, boolean, binary, set, list, map, any, nul, anyOf } = toolbox;
  const table = new Table({
    name: "toolbox", documentClient: DynamoDBDocumentClient.from(low),
    partitionKey: { name: "pk", type: "string" }, sortKey: { name: "sk", type: "string" },
    indexes: { gsi1: { type: "global", partitionKey: { name: "gsi1pk", type: "string" }, sortKey: { name: "gsi1sk", type: "string" } } },
  });
  const User = new Entity({
    name: "User", table,
    schema: item({
      userId: string().key(), name: string(), age: number().optional(), active: boolean(),
      tags: set(string()).optional(), address: map({ street: string(), city: anyOf(string(), nul()) }).optional(),
      logins: list(string()).optional(), avatar: binary().optional(), extra: any().optional(), city: string(),
      joined: string(),
    }).and((prev) => ({
      gsi1pk: string().link(({ city }) => `CITY#${city}`).savedAs("gsi1pk"),
      gsi1sk: string().link(({ userId }) => `USER#${userId}`).savedAs("gsi1sk"),
    })),
    computeKey: ({ userId }) => ({ pk: `USER#${userId}`, sk: "PROFILE" }),
  });
  await User.build(PutItemCommand).item({
    userId: "ada", name: "Ada Lovelace", age: 36, active: true, tags: new Set(["admin", "math"]),
    address: { street: "St James's Square", city: null }, logins: ["web", "app"], avatar, extra: { a: [1, "x"] },
    city: "London", joined: joined.toISOString(),
  }).send();
  await User.build(PutItemCommand).item({ userId: "bob", name: "Bob", active: false, city: "Paris", joined: "1999-12-31T23:59:59.000Z" }).send();
  await dump("toolbox");
}

async function withDynamoose() {
  await create("dynamoose");
  dynamoose.aws.ddb.set(new dynamoose.aws.ddb.DynamoDB(config));
  const schema = new dynamoose.Schema({
    pk: { type: String, hashKey: true }, sk: { type: String, rangeKey: true },
    userId: String, name: String, age: Number, active: Boolean,
    tags: { type: Set, schema: [String] },
    address: { type: Object, schema: { street: String, city: String } },
    logins: { type: Array, schema: [String] }, avatar: Buffer, joined: Date,
    day: { type: { value: Date, settings: { storage: "iso" } } },
    seconds: { type: { value: Date, settings: { storage: "seconds" } } },
    nickname: { type: [String, dynamoose.type.NULL] },
    gsi1pk: String, gsi1sk: String,
  }, { timestamps: { createdAt: "createdAt", updatedAt: "updatedAt" } });
  const User = dynamoose.model("User", schema);
  new dynamoose.Table("dynamoose", [User], { create: false, waitForActive: false, update: false });
  await User.create({
    pk: "USER#ada", sk: "PROFILE", userId: "ada", name: "Ada Lovelace", age: 36, active: true,
    tags: new Set(["admin", "math"]), address: { street: "St James's Square", city: "London" }, logins: ["web", "app"],
    avatar: Buffer.from(avatar), joined, day: joined, seconds: joined, nickname: null, gsi1pk: "CITY#London", gsi1sk: "USER#ada",
  });
  await User.create({ pk: "USER#bob", sk: "PROFILE", userId: "bob", name: "Bob", active: false, joined: new Date(0), gsi1pk: "CITY#Paris", gsi1sk: "USER#bob" });
  await dump("dynamoose");
}

async function onetable() {
  await create("onetable");
  for (const isoDates of [true, false]) {
    const kind = isoDates ? "User" : "Visit";
    const table = new OneTable({
      client: new Dynamo({ client: low }), name: "onetable",
      schema: {
        format: "onetable:1.1.0", version: "0.0.1",
        indexes: { primary: { hash: "pk", sort: "sk" }, gs1: { hash: "gsi1pk", sort: "gsi1sk", project: "all" } },
        models: {
          [kind]: {
            pk: { type: String, value: "user#${userId}" },
            sk: { type: String, value: isoDates ? "profile" : "visit#${number:6:0}" },
            userId: { type: String, required: true },
            ...(isoDates
              ? {
                gsi1pk: { type: String, value: "city#${address.city}" }, gsi1sk: { type: String, value: "user#${userId}" },
                name: { type: String, required: true }, age: { type: Number }, active: { type: Boolean },
                role: { type: String, enum: ["admin", "member"] }, tags: { type: Set },
                address: { type: Object, schema: { street: { type: String }, city: { type: String } } },
                logins: { type: Array }, avatar: { type: Buffer }, expires: { type: Date, ttl: true },
              }
              : { number: { type: Number, required: true } }),
            joined: { type: Date },
          },
        },
        params: { isoDates, timestamps: true, nulls: false },
      },
    });
    const model = table.getModel(kind);
    if (isoDates) {
      await model.create({
        userId: "ada", name: "Ada Lovelace", age: 36, active: true, role: "admin", tags: new Set(["admin", "math"]),
        address: { street: "St James's Square", city: "London" }, logins: ["web", "app"], avatar: Buffer.from(avatar),
        joined, expires: new Date("2100-01-01T00:00:00Z"),
      });
      await model.create({ userId: "bob", name: "Bob", active: false, address: { city: "Paris" }, joined: new Date(0) });
    } else {
      await model.create({ userId: "ada", number: 12, joined });
    }
  }
  await dump("onetable");
}

for (const write of [electrodb, dynamodbToolbox, withDynamoose, onetable]) {
  await write().catch((error) => { console.error(write.name, error); process.exitCode = 1; });
}
