#!/usr/bin/env bash
# docker-compose, which checks the containers' files, from Debian. No engine is needed for that.
set -euo pipefail
command -v docker-compose >/dev/null && exit 0
apt-get update -q
apt-get install -y -q --no-install-recommends docker-compose
