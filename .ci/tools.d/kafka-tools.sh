#!/usr/bin/env bash
# Kafka's own command line tools, from the Maven artifact, under the names that they have in Kafka's distribution.
set -euo pipefail
version=4.3.1
dir=$TOOLS/kafka-tools-$version
if [ ! -e "$dir/complete-1" ]; then
  rm -rf "$dir"
  mkdir -p "$dir/bin" "$dir/libs"
  cat >"$dir/pom.xml" <<POM
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>dev.cairn.tools</groupId>
  <artifactId>kafka-tools</artifactId>
  <version>$version</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
POM
  mvn -B -ntp -q -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$dir/libs"
  tool() {
    cat >"$dir/bin/$1" <<RUN
#!/bin/sh
exec "\${JAVA_HOME:+\$JAVA_HOME/bin/}java" -Xmx256m -cp "$dir/libs/*" $2 "\$@"
RUN
    chmod +x "$dir/bin/$1"
  }
  tool kafka-topics.sh org.apache.kafka.tools.TopicCommand
  tool kafka-console-consumer.sh org.apache.kafka.tools.consumer.ConsoleConsumer
  tool kafka-get-offsets.sh org.apache.kafka.tools.GetOffsetShell
  tool kafka-consumer-groups.sh org.apache.kafka.tools.consumer.group.ConsumerGroupCommand
  tool kafka-log-dirs.sh org.apache.kafka.tools.LogDirsCommand
  tool kafka-dump-log.sh org.apache.kafka.tools.DumpLogSegments
  tool kafka-configs.sh org.apache.kafka.tools.ConfigCommand
  tool kafka-acls.sh org.apache.kafka.tools.AclCommand
  touch "$dir/complete-1"
fi
for program in "$dir"/bin/*; do
  ln -sf "$program" "$TOOLS/bin/$(basename "$program")"
done
