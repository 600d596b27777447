# Apicurio Registry, a schema registry with Confluent's interface: $TOOLS/apicurio/quarkus-app/quarkus-run.jar
set -euo pipefail
version=3.3.3
home=$TOOLS/apicurio
[ ! -e "$home/$version" ] || exit 0
work=$(mktemp -d "$TOOLS/apicurio.XXXXXX")
trap 'rm -rf "$work"' EXIT
mvn -B -ntp -q org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
  -Dartifact=io.apicurio:apicurio-registry-app:$version:tar.gz:all -DoutputDirectory="$work/download"
mkdir "$work/apicurio"
tar -xzf "$work"/download/*.tar.gz -C "$work/apicurio"
touch "$work/apicurio/$version"
rm -rf "$home"
mv "$work/apicurio" "$home"
