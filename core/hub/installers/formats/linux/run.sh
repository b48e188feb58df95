#!/bin/sh
# Latchkey endpoint @VERSION@ for Linux, @MACHINE@: a self-extracting installer. "sh FILE --help" says how it is used.
# Behind this script, which is @HEADER@ bytes long, stand a compressed tar archive, the installer's configuration (JSON,
# padded with spaces) and the SHA-256 of everything before it.
set -u
version='@VERSION@'
needed='@MACHINE@'
header=@HEADER@
payload=@PAYLOAD@
config=@CONFIG@
file=$0

@COMMON@

root=
start=
action=install
while [ $# -gt 0 ]; do
  option=$1
  case "$option" in
    --root | --extract)
      [ $# -ge 2 ] && [ -n "$2" ] || fail folderMissing 2
      folder=$2
      if [ "$option" = --root ]; then root=$2; else action=extract; fi
      shift
      ;;
    --start) start=yes ;;
    --no-start) start=no ;;
    --check) action=check ;;
    --help | -h)
      say usage
      exit 0
      ;;
    *) fail unknownOption 2 ;;
  esac
  shift
done

@EXTRACTING@

if [ "$action" = install ] && [ -z "$root" ] && [ "$(id -u)" -ne 0 ]; then fail needsRoot 3; fi

[ "$action" = extract ] || [ "$machine" = "$needed" ] || fail wrongArchitecture

umask 022
if [ "$action" = extract ]; then
  mkdir -p "$folder" && unpack "$folder" && write_config "$folder/opt/latchkey-endpoint/installer.json" || fail unpackFailed
  say extracted
  exit 0
fi

prepare() { :; }
bring() { unpack "$1" && write_config "$1/opt/latchkey-endpoint/installer.json"; }
# A hub that cannot be reached now is joined later. What was there before this stays, whatever the hub says.
admit() {
  join_hub
  code=$?
  case "$code" in
    0) ;;
    4) say joinLater ;;
    *)
      if [ "$existed" = no ]; then say undone >&2; else done=yes; fi
      exit "$code"
      ;;
  esac
}
# From here on it is installed, started or not.
settle() {
  done=yes
  if [ "$start" = no ] || { [ -n "$root" ] && [ "$start" != yes ]; }; then
    say notStarted
    printf '  %s start\n' "$command"
  else
    start_endpoint
  fi
}

@PLACING@
