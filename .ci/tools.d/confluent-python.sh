# Confluent's Python client with Avro and the registry: $TOOLS/confluent-python/bin/python
set -euo pipefail
version=2.16.0
home=$TOOLS/confluent-python
[ ! -e "$home/$version" ] || exit 0
python=$(command -v python3) || { apt-get update -q && apt-get install -y -q python3 python3-venv; python=python3; }
rm -rf "$home"
"$python" -m venv "$home" || { # Debian keeps venv apart
  apt-get update -q && apt-get install -y -q python3-venv
  rm -rf "$home"
  /usr/bin/python3 -m venv "$home"
}
"$home/bin/pip" install -q --disable-pip-version-check "confluent-kafka[avro,schemaregistry]==$version"
touch "$home/$version"
