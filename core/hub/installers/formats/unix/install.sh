#!/bin/sh
# Installs the endpoint for good out of the customer app that lies around this script: as its installer would have, or not
# at all. The token is read from a file, because everybody can see a command line.
set -u
version='@VERSION@'

@COMMON@

from=$(cd "${0%/*}" && pwd -P) || exit 1
root=
hub=
token=
action=install
while [ $# -gt 0 ]; do
  option=$1
  case "$option" in
    --root | --hub | --token-file)
      [ $# -ge 2 ] || exit 2
      case "$option" in
        --root) root=$2 ;;
        --hub) hub=$2 ;;
        --token-file) token=$2 ;;
      esac
      shift
      ;;
    --undo) action=undo ;;
    *) fail unknownOption 2 ;;
  esac
  shift
done
if [ -z "$root" ] && [ "$(id -u)" -ne 0 ]; then fail appNotElevated 3; fi
umask 022

prepare() {
  if [ -f "$data/enrolment.json" ]; then
    device=$(sed -n 's/.*"device": *"\([a-z2-7]*\)".*/\1/p' "$data/enrolment.json")
    printf '{"error":{"code":"setUp.alreadySetUp","args":{"device":"%s"}}}\n' "$device"
    exit 1
  fi
  if grep -q '"format":"deb"' "$program/install.json" 2>/dev/null; then fail appPackaged; fi
}
bring() {
  cp -R "$from/opt" "$1/" && chmod -R u=rwX,go=rX "$1/opt" || return 1
  for path in $outside; do
    mkdir -p "$1/${path%/*}" && cp "$from/$path" "$1/$path" && chmod -R u=rwX,go=rX "$1/${path%%/*}" || return 1
  done
}
admit() {
  "$program/node" "$program/latchkey-endpoint.cjs" join --hub "$hub" --token-file "$token" --data "$data" --patience 120 --json || exit $?
}
settle() { start_endpoint; }

@PLACING@
