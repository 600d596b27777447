# Confluent's registry client for JavaScript, and kafkajs for the bytes: $TOOLS/confluent-js/node_modules
set -euo pipefail
registry=1.10.1
kafkajs=2.2.4
home=$TOOLS/confluent-js
[ ! -e "$home/$registry-$kafkajs" ] || exit 0
command -v npm >/dev/null || { apt-get update -q && apt-get install -y -q nodejs npm; }
rm -rf "$home"
mkdir -p "$home"
cd "$home"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  "@confluentinc/schemaregistry@$registry" "kafkajs@$kafkajs"
touch "$home/$registry-$kafkajs"
