// Confluent's wire format with the hub's registered schemas: a zero byte, the schema's id in four bytes, then Avro.
// Times and dates are ISO text on this side: "2026-03-02T10:00:00Z", "1991-04-17".
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import avro from "avsc";

const HERE = fileURLToPath(new URL("../../../schemas/registered/", import.meta.url));
const SCHEMAS = process.env.HUB_SCHEMAS ?? HERE;
const DAY_MS = 24 * 60 * 60 * 1000;

class Moment extends avro.types.LogicalType {
  _fromValue(millis) { return new Date(millis).toISOString(); }
  _toValue(iso) { const millis = Date.parse(iso); return Number.isNaN(millis) ? undefined : millis; }
}

class Day extends avro.types.LogicalType {
  _fromValue(days) { return new Date(days * DAY_MS).toISOString().slice(0, 10); }
  _toValue(iso) { const millis = Date.parse(iso); return Number.isNaN(millis) ? undefined : millis / DAY_MS; }
}

// Registered schemas are only ever added to, so what was read once holds.
const files = new Map(readdirSync(SCHEMAS).filter((name) => name.endsWith(".avsc")).map((name) => [parseInt(name), name]));
const types = new Map();

function typeOf(id) {
  if (!types.has(id)) {
    if (!files.has(id)) throw new Error(`no schema is registered with id ${id}`);
    const schema = JSON.parse(readFileSync(`${SCHEMAS}/${files.get(id)}`, "utf-8"));
    types.set(id, avro.Type.forSchema(schema, { logicalTypes: { "timestamp-millis": Moment, date: Day } }));
  }
  return types.get(id);
}

/** The newest registered id of a schema such as "Arrest". */
export function newestId(name) {
  const ids = [...files].filter(([, file]) => file.replace(/^\d+-|\.avsc$/g, "") === name).map(([id]) => id);
  if (ids.length === 0) throw new Error(`no schema is registered as ${name}`);
  return Math.max(...ids);
}

/** An event as bytes. What is wrong is said by its place alone: an event's values belong in no log. */
export function framed(id, event) {
  const wrong = [];
  typeOf(id).isValid(event, { noUndeclaredFields: true, errorHook: (path) => wrong.push(path.join(".")) });
  if (wrong.length > 0) throw new Error(`does not fit its schema at ${wrong.join(", ")}`);
  const head = Buffer.alloc(5);
  head.writeInt32BE(id, 1);
  return Buffer.concat([head, typeOf(id).toBuffer(event)]);
}

/** What a record's bytes say. */
export function opened(bytes) {
  if (bytes[0] !== 0) throw new Error("not in Confluent's wire format");
  return typeOf(bytes.readInt32BE(1)).fromBuffer(bytes.subarray(5));
}
