#!/bin/sh
# Lets cairn-watch (the Kafka UI, people who look) see topics, groups and sealed records, and change nothing. Repeatable.
set -eu
allow() {
  kafka-acls.sh --bootstrap-server "$KAFKA_BOOTSTRAP" --command-config /etc/cairn/kafka/admin.properties \
    --add --allow-principal User:cairn-watch "$@" >/dev/null
}
allow --operation Describe --operation DescribeConfigs --operation Read --topic '*'
allow --operation Describe --group '*'
allow --operation Describe --operation DescribeConfigs --cluster
echo "cairn-watch may look"
