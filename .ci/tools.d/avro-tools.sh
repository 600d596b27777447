#!/usr/bin/env bash
# avro-tools: reads Avro object container files, such as the segments of a snapshot.
set -euo pipefail
version=1.12.2
jar=$TOOLS/avro-tools-$version.jar
if [ ! -f "$jar" ]; then
  temporary=$(mktemp -d)
  trap 'rm -rf "$temporary"' EXIT
  mvn -B -ntp -q org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
    -Dartifact="org.apache.avro:avro-tools:$version" -DoutputDirectory="$temporary"
  mv "$temporary/avro-tools-$version.jar" "$jar"
fi
cat >"$TOOLS/bin/avro-tools" <<RUN
#!/bin/sh
exec "\${JAVA_HOME:+\$JAVA_HOME/bin/}java" -jar "$jar" "\$@"
RUN
chmod +x "$TOOLS/bin/avro-tools"
