// node receive.mjs DESK [COUNT]: show what that desk is sent, oldest first; stop after COUNT messages if it is given.
import { Kafka, logLevel } from "kafkajs";
import { opened } from "./wire.mjs";

const [desk, count = "Infinity"] = process.argv.slice(2);
const brokers = (process.env.HUB_BOOTSTRAP ?? "127.0.0.1:19092").split(",");
const kafka = new Kafka({ clientId: desk, brokers, logLevel: logLevel.ERROR });
const consumer = kafka.consumer({
  groupId: desk, // the one group that a desk may read in
  readUncommitted: false, // the default here: a copy counts only once its transaction is committed
  allowAutoTopicCreation: false,
});

function show(message) {
  const held = Object.entries(opened(message.value)).filter(([, part]) => part !== null);
  console.log(JSON.stringify({ type: message.headers.ce_type.toString(), ...Object.fromEntries(held) }, null, 2));
}

let left = Number(count);
try {
  await consumer.connect();
} catch (fault) {
  console.error(`${brokers} does not answer (${fault.name}). Is the broker there?`);
  process.exit(1);
}
await consumer.subscribe({ topic: `out.${desk}`, fromBeginning: true });
await consumer.run({
  eachBatchAutoResolve: false,
  // After a crash a message may come again: remember `envelope.copy_id` and skip what you have.
  eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
    for (const message of batch.messages.slice(0, left)) {
      show(message);
      resolveOffset(message.offset); // read from now on, and not before it was shown
      left -= 1;
      await heartbeat();
    }
    if (left === 0) setImmediate(() => consumer.disconnect());
  },
});
