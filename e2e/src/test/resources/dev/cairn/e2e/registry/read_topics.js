// Reads topics through the schema registry with Confluent's client; one line of JSON a record.
'use strict';
const fs = require('fs');
const { Kafka, logLevel } = require('kafkajs');
const { SchemaRegistryClient, SerdeType, AvroDeserializer } = require('@confluentinc/schemaregistry');

// A union of records comes as {"full name": record}.
const plain = (value) => {
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object') {
    const names = Object.keys(value);
    if (names.length === 1 && names[0].startsWith('dev.cairn.')) return plain(value[names[0]]);
    return Object.fromEntries(names.map((name) => [name, plain(value[name])]));
  }
  return value;
};

const main = async () => {
  const told = JSON.parse(fs.readFileSync(0, 'utf8'));
  const registry = new SchemaRegistryClient({
    baseURLs: [told.registry],
    basicAuthCredentials: { credentialsSource: 'USER_INFO', userInfo: told.registryUser },
  });
  const deserializer = new AvroDeserializer(registry, SerdeType.VALUE, {});
  const kafka = new Kafka({
    brokers: [told.brokers],
    sasl: { mechanism: 'scram-sha-256', username: told.user, password: told.password },
    requestTimeout: 120000,
    connectionTimeout: 60000,
    logLevel: logLevel.ERROR,
  });
  const admin = kafka.admin();
  await admin.connect();
  const left = new Map();
  for (const topic of told.topics) {
    const [{ low, high }] = await admin.fetchTopicOffsets(topic);
    if (BigInt(low) < BigInt(high)) left.set(topic, BigInt(high));
  }
  await admin.disconnect();
  const consumer = kafka.consumer({ groupId: 'tools-js', sessionTimeout: 120000 });
  await consumer.connect();
  await consumer.subscribe({ topics: told.topics, fromBeginning: true });
  const lines = [];
  await new Promise((done, failed) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => failed(payload.error));
    consumer
      .run({
        autoCommit: false,
        eachMessage: async ({ topic, message }) => {
          const record = await deserializer.deserialize(topic, message.value);
          lines.push(JSON.stringify({ topic, offset: Number(message.offset), record: plain(record) }));
          if (BigInt(message.offset) + 1n >= (left.get(topic) ?? 0n)) left.delete(topic);
          if (left.size === 0) done();
        },
      })
      .catch(failed);
    if (left.size === 0) done();
  });
  fs.writeSync(1, lines.map((line) => `${line}\n`).join(''));
  await consumer.disconnect();
};

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
