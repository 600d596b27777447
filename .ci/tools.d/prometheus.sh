#!/usr/bin/env bash
# Prometheus and its promtool, from Debian; only the two programs are kept, no service is started.
set -euo pipefail
version=2.42
dir=$TOOLS/prometheus
if [ ! -x "$dir/usr/bin/promtool" ]; then
  temporary=$(mktemp -d)
  trap 'rm -rf "$temporary"' EXIT
  (
    cd "$temporary"
    chmod 755 .
    apt-get download -q prometheus 2>/dev/null || { apt-get update -q && apt-get download -q prometheus; }
    dpkg-deb -x prometheus_*.deb unpacked
  )
  rm -rf "$dir"
  mv "$temporary/unpacked" "$dir"
fi
"$dir/usr/bin/prometheus" --version 2>&1 | head -n 1
"$dir/usr/bin/prometheus" --version 2>&1 | grep -q "version $version" || echo "prometheus: tried with $version" >&2
ln -sf "$dir/usr/bin/prometheus" "$TOOLS/bin/prometheus"
ln -sf "$dir/usr/bin/promtool" "$TOOLS/bin/promtool"
