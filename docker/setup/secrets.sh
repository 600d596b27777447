#!/bin/sh
# Makes the secrets between the parts of a deployment, each once: what is there stays. Four directories, so that each
# container gets only what it needs. Nothing of it protects owners' data; still, whoever has the services' secrets can
# delete it. Back up the volumes.
set -eu
dir=$1
umask 077

random() { head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
uuid() { head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n' | sed 's/^-/A/'; }

once() { # file, command that prints it; no line end: Kafka would take it for a part of the secret
  [ ! -s "$1" ] || return 0
  "$2" >"$1.new"
  mv "$1.new" "$1"
}
copy() { # from, to
  cp "$1" "$2.new"
  mv "$2.new" "$2"
}

mkdir -p "$dir/kafka" "$dir/minio" "$dir/services" "$dir/watch"

once "$dir/kafka/cluster-id" uuid
once "$dir/kafka/brokers" random
once "$dir/kafka/controllers" random
once "$dir/kafka/services" random
once "$dir/kafka/watch" random
once "$dir/minio/root-user" random
once "$dir/minio/root-password" random
once "$dir/minio/services" random
copy "$dir/kafka/services" "$dir/services/kafka"
copy "$dir/minio/services" "$dir/services/s3"

once "$dir/watch/grafana-admin" random
umask 027
cat >"$dir/watch/kafka-ui.yml.new" <<END
kafka.clusters:
  - name: cairn
    readOnly: true
    bootstrapServers: $KAFKA_BOOTSTRAP
    schemaRegistry: $REGISTRY_URL
    properties:
      security.protocol: SASL_PLAINTEXT
      sasl.mechanism: SCRAM-SHA-256
      sasl.jaas.config: >-
        org.apache.kafka.common.security.scram.ScramLoginModule required
        username="cairn-watch" password="$(cat "$dir/kafka/watch")";
END
mv "$dir/watch/kafka-ui.yml.new" "$dir/watch/kafka-ui.yml"
# Grafana and the UI run as users of their own, in the group that these files belong to.
chmod 0640 "$dir/watch/grafana-admin" "$dir/watch/kafka-ui.yml"
chmod 0750 "$dir/watch"
echo "secrets are there"
