#!/bin/sh
# Latchkey customer app @VERSION@ for @SYSTEM@: runs from this file, for one session or to set this computer up.
# "sh FILE --help" says how it is used. Behind this script, which is @HEADER@ bytes long, stand a compressed tar archive,
# the app's configuration (JSON, padded with spaces) and the SHA-256 of everything before it.
set -u
version='@VERSION@'
needed='@MACHINE@'
header=@HEADER@
payload=@PAYLOAD@
config=@CONFIG@
file=$0

@COMMON@

absolute() { case "$1" in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$(pwd -P)" "$1" ;; esac; }

root=
elevate=yes
action=run
while [ $# -gt 0 ]; do
  option=$1
  case "$option" in
    --root)
      [ $# -ge 2 ] && [ -n "$2" ] || fail folderMissing 2
      root=$(absolute "$2")
      shift
      ;;
    --no-elevation) elevate=no ;;
    --check) action=check ;;
    --help | -h)
      say appUsage
      exit 0
      ;;
    *) fail unknownOption 2 ;;
  esac
  shift
done

@EXTRACTING@

@FITTING@
purpose=$(read_config | sed -n 's/.*"purpose":"\([a-z]*\)".*/\1/p')

# Whether this account can install: a root that is given has to be its own to write to.
may_install() {
  [ "$(id -u)" -ne 0 ] || return 0
  [ -n "$root" ] && mkdir -p "$root" 2>/dev/null && [ -w "$root" ]
}

@ELEVATING@

scratch=
app=
clean() { [ -z "$scratch" ] || rm -rf "$scratch"; }
stop() {
  if [ -n "$app" ]; then kill -TERM "$app" 2>/dev/null; else exit 130; fi
}
trap clean EXIT
trap stop HUP INT TERM
trap 'exit 141' PIPE

# In a folder for this account alone, of which there is nothing left afterwards. Some computers let no program run in /tmp.
# Where another account may rename what is in a folder, root unpacks nothing.
folder=${TMPDIR:-/tmp}
reason=
for place in "$folder" "${XDG_RUNTIME_DIR:-}" "${HOME:+$HOME/.cache}" /var/tmp; do
  [ -n "$place" ] && [ -d "$place" ] || continue
  [ "$(id -u)" -ne 0 ] || [ "$(ls -ldLn "$place" | { read -r _ _ owner _ && echo "$owner"; })" = 0 ] || continue
  scratch=$(mktemp -d "$place/latchkey-app.XXXXXX" 2>/dev/null) || { scratch= && continue; }
  folder=$place
  # The archive gives the folder that it is unpacked into rights of its own: that is one inside.
  if mkdir "$scratch/app" && unpack "$scratch/app" 2>/dev/null && write_config "$scratch/customer-app.json"; then
    reason=$("$scratch/app/opt/latchkey-endpoint/node" --version 2>&1) && break
  fi
  rm -rf "$scratch"
  scratch=
done
if [ -z "$scratch" ]; then
  [ -z "$reason" ] || fail cannotRun
  fail unpackFailed
fi

program=$scratch/app/opt/latchkey-endpoint
exec 3<&0
"$program/node" "$program/latchkey-endpoint.cjs" "$purpose" --config "$scratch/customer-app.json" \
  ${root:+--root "$root"} <&3 3<&- &
app=$!
exec 3<&-
wait "$app"
code=$?
# A signal ends the waiting, not the app.
while kill -0 "$app" 2>/dev/null; do
  wait "$app"
  code=$?
done
app=
# It was killed while it installed: nothing of that stays.
if may_install 2>/dev/null; then sh "$scratch/app/install.sh" --undo ${root:+--root "$root"} >/dev/null 2>&1 </dev/null; fi
exit "$code"
