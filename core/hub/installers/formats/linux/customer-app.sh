#!/bin/sh
# Latchkey customer app @VERSION@ for Linux, @MACHINE@: runs from this file, for one session or to set this computer up.
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

[ "$machine" = "$needed" ] || fail wrongArchitecture
purpose=$(read_config | sed -n 's/.*"purpose":"\([a-z]*\)".*/\1/p')

# Whether this account can install: a root that is given has to be its own to write to.
may_install() {
  [ "$(id -u)" -ne 0 ] || return 0
  [ -n "$root" ] && mkdir -p "$root" 2>/dev/null && [ -w "$root" ]
}

# Runs this file once more, as root; what it takes to open the customer's own browser goes along.
again_as_root() {
  set -- "$@" env
  for variable in LANG LC_ALL LC_MESSAGES BROWSER DISPLAY WAYLAND_DISPLAY XAUTHORITY XDG_RUNTIME_DIR \
    XDG_CURRENT_DESKTOP XDG_SESSION_TYPE DBUS_SESSION_BUS_ADDRESS; do
    eval "value=\${$variable:-}"
    [ -z "$value" ] || set -- "$@" "$variable=$value"
  done
  set -- "$@" sh "$(absolute "$file")" --no-elevation
  [ -z "$root" ] || set -- "$@" --root "$root"
  "$@"
}
has() { command -v "$1" >/dev/null 2>&1; }

if [ "$purpose" = portal ] && ! may_install; then
  [ "$elevate" = yes ] || fail appNotElevated 3
  if has sudo && sudo -n true 2>/dev/null; then
    again_as_root sudo
    exit $?
  elif has sudo && [ -t 0 ] && [ -t 2 ]; then
    say appElevating
    sudo -v || fail appNotElevated 3
    again_as_root sudo
    exit $?
  elif has pkexec && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    again_as_root pkexec
    code=$?
    case "$code" in 126 | 127) fail appNotElevated 3 ;; esac
    exit "$code"
  fi
  fail appNotElevated 3
fi

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
