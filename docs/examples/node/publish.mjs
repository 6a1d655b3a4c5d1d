// node publish.mjs DESK FILE: send one event, written in plain JSON, as that desk.
import { readFileSync } from "node:fs";
import { Kafka, logLevel } from "kafkajs";
import { framed, newestId } from "./wire.mjs";

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf-8"));
  } catch {
    throw new Error("cannot be read as JSON"); // the parser's own words may quote what stands there
  }
}

function encoded(file) {
  try {
    const event = read(file);
    const words = event.envelope.type.split("_");
    const name = words.map((word) => word[0].toUpperCase() + word.slice(1)).join(""); // mappa_review: MappaReview
    return { type: event.envelope.type, value: framed(newestId(name), event) };
  } catch (fault) {
    console.error(`${file}: ${fault.message}`);
    process.exit(1);
  }
}

const [desk, file] = process.argv.slice(2);
const { type, value } = encoded(file);
const brokers = (process.env.HUB_BOOTSTRAP ?? "127.0.0.1:19092").split(",");
const kafka = new Kafka({ clientId: desk, brokers, logLevel: logLevel.NOTHING }); // a failure is said once, below
const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
try {
  await producer.connect();
  const [{ partition, baseOffset }] = await producer.send({
    topic: `in.${desk}`,
    acks: -1, // every broker in sync has it; only then is it published
    messages: [{ value }],
  });
  await producer.disconnect();
  console.log(`${type} is at in.${desk}, partition ${partition}, offset ${baseOffset}`);
} catch (fault) {
  console.error(`${brokers} did not acknowledge it (${fault.name}). Is the broker there?`);
  console.error("It may not have arrived. Send it again, unchanged: the hub knows a repeat by its event_id.");
  process.exit(1);
}
