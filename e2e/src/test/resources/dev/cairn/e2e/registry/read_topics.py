"""Reads topics through the schema registry with Confluent's client; one line of JSON a record."""

import json
import sys

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext


def plain(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


def main():
    told = json.load(sys.stdin)
    registry = SchemaRegistryClient(
        {
            "url": told["registry"],
            "basic.auth.user.info": told["registryUser"],
            "ssl.ca.location": told["ca"],
        }
    )
    decode = AvroDeserializer(registry)
    consumer = Consumer(
        {
            "bootstrap.servers": told["brokers"],
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-256",
            "sasl.username": told["user"],
            "sasl.password": told["password"],
            "group.id": "tools-python",
            "enable.auto.commit": False,
        }
    )
    for topic in told["topics"]:
        start, end = consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=120)
        consumer.assign([TopicPartition(topic, 0, start)])
        at = start
        while at < end:
            message = consumer.poll(120)
            if message is None:
                sys.exit(f"nothing came at offset {at} of {topic}")
            if message.error():
                sys.exit(str(message.error()))
            record = decode(message.value(), SerializationContext(topic, MessageField.VALUE))
            print(json.dumps({"topic": topic, "offset": message.offset(), "record": plain(record)}))
            at = message.offset() + 1
    consumer.close()


main()
