# Chromium, from Debian: the browser in which the wallet's page is tested.
set -euo pipefail
! command -v chromium >/dev/null || exit 0
apt-get install -y -q --no-install-recommends chromium || {
  apt-get update -q && apt-get install -y -q --no-install-recommends chromium
}
