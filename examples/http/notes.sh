#!/bin/sh
# Notes in a running keyserver, over its HTTP interface, with curl.
#
#   notes.sh HOME add ID TEXT     returns when the note survives the loss of this machine
#   notes.sh HOME get ID          the note as JSON
#   notes.sh HOME list
#   notes.sh HOME remove ID
#   notes.sh HOME import          transactions, one JSON object a line, from standard input
#   notes.sh HOME watch COUNT     prints that many events of how far the backup is
set -eu

home=$1 command=$2
shift 2
url=$(sed -n 's/^url=//p' "$home/api.properties")
# The token goes to curl through a file descriptor: a command line can be read by everybody.
token() { sed -n 's/^token=\(.*\)/header = "Authorization: Bearer \1"/p' "$home/api.properties"; }

# --fail-with-body: an answer that is no success goes to standard error, and curl ends with 22.
ask() { # path, more of curl's options
  path=$1
  shift
  answer=$(token | curl --silent --show-error --fail-with-body --config - "$@" "$url$path") || {
    code=$?
    printf '%s\n' "$answer" >&2
    exit "$code"
  }
  printf '%s\n' "$answer"
}

# The notes do not belong on a command line either.
umask 077
body=$(mktemp)
trap 'rm -f "$body"' EXIT
send() { # path; the body is standard input
  cat >"$body"
  ask "$1" --header 'Content-Type: application/json' --data-binary "@$body"
}

tab=$(printf '\t')
json() { # a JSON string of any text without control characters, but for tabs and line breaks
  printf '"%s"' "$(printf '%s' "$1" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e "s/$tab/\\\\t/g" | awk 'NR > 1 { printf "\\n" } { printf "%s", $0 }')"
}

case $command in
  add)
    printf '{"ops":[{"put":{"collection":"notes","id":%s,"value":{"text":%s}}}]}' "$(json "$1")" "$(json "$2")" |
      send '/v1/transact?wait=backedUp'
    ;;
  get) ask /v1/object --get --data-urlencode collection=notes --data-urlencode "id=$1" ;;
  list) ask /v1/objects --get --data-urlencode collection=notes ;;
  remove)
    printf '{"ops":[{"delete":{"collection":"notes","id":%s}}]}' "$(json "$1")" | send '/v1/transact?wait=backedUp'
    ;;
  import) send '/v1/transactions?wait=backedUp' ;;
  watch)
    left=$1
    token | curl --silent --no-buffer --config - "$url/v1/receipts" | while [ "$left" -gt 0 ] && IFS= read -r line; do
      case $line in data:*) printf '%s\n' "${line#data: }" && left=$((left - 1)) ;; esac
    done
    ;;
  *)
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
