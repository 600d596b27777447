# Wallets of other people (viem, ethers), and what drives a browser: $TOOLS/wallet-js/node_modules. No browser comes with it.
set -euo pipefail
playwright=1.62.0
viem=2.57.20
ethers=6.17.0
home=$TOOLS/wallet-js
[ ! -e "$home/$playwright-$viem-$ethers" ] || exit 0
command -v npm >/dev/null || { apt-get update -q && apt-get install -y -q nodejs npm; }
rm -rf "$home"
mkdir -p "$home"
cd "$home"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  "playwright-core@$playwright" "viem@$viem" "ethers@$ethers"
touch "$home/$playwright-$viem-$ethers"
