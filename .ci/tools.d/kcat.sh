# kcat, a Kafka client on librdkafka.
set -euo pipefail
! command -v kcat >/dev/null || exit 0
[ ! -x "$TOOLS/bin/kcat" ] || exit 0
apt-get install -y -q kcat || { apt-get update -q && apt-get install -y -q kcat; }
