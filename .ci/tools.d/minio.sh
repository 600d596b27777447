#!/usr/bin/env bash
# MinIO (S3 storage) and mc (its administration), built by Go's own client. Four minutes the first time, two cores.
set -euo pipefail
minio=v0.0.0-20260212201848-7aac2a2c5b7c # docker/Dockerfile builds the same; the community edition ends here
mc=v0.0.0-20250313080218-cf909e1063a9
go_needed=1.24                            # minio's go.mod
go_fetched=1.24.13

built="$TOOLS/minio-$minio-$mc"
if [ -e "$built" ] && [ -x "$TOOLS/bin/minio" ] && [ -x "$TOOLS/bin/mc" ]; then
  exit 0
fi

at_least() { # go program, version
  local have
  have=$("$1" env GOVERSION 2>/dev/null | sed 's/^go//')
  [ -n "$have" ] && [ "$(printf '%s\n%s\n' "$2" "$have" | sort -V | head -n 1)" = "$2" ]
}

go=$(command -v go || true)
[ -n "$go" ] || { [ ! -x /usr/local/go/bin/go ] || go=/usr/local/go/bin/go; }
if [ -z "$go" ]; then
  apt-get update -q && apt-get install -y -q golang-go
  go=$(command -v go)
fi
unset GOROOT GOFLAGS
export GOTOOLCHAIN=local
if ! at_least "$go" "$go_needed"; then
  # A distribution's Go may be older than what MinIO needs; a newer one comes as a module, from the same proxy. Modules
  # carry no permissions: a Go that knows toolchains would mend that, an older one does not.
  module=golang.org/toolchain@v0.0.1-go$go_fetched.$("$go" env GOOS)-$("$go" env GOARCH)
  there=$(cd / && "$go" mod download -json "$module" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  [ -n "$there" ] || { echo "Go $go_fetched could not be had" >&2; exit 1; }
  chmod -R u+w "$there"
  chmod +x "$there"/bin/* "$there"/pkg/tool/*/*
  go=$there/bin/go
fi

export GOBIN="$TOOLS/bin" CGO_ENABLED=0
cd / # no module of the caller's has a say
"$go" install "github.com/minio/minio@$minio"
"$go" install "github.com/minio/mc@$mc"
rm -f "$TOOLS"/minio-v0*
: >"$built"
