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
unit=latchkey-endpoint.service
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

if [ ! -f "$file" ] || [ ! -r "$file" ]; then fail notAFile 2; fi

sha256() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum; elif command -v shasum >/dev/null 2>&1; then shasum -a 256; else
    openssl dgst -sha256 -r
  fi | cut -c 1-64
}
for tool in head tail tar gzip sed cut mktemp readlink wc; do
  command -v "$tool" >/dev/null 2>&1 || fail toolMissing
done
if ! command -v sha256sum >/dev/null 2>&1 && ! command -v shasum >/dev/null 2>&1 && ! command -v openssl >/dev/null 2>&1; then
  tool=sha256sum
  fail toolMissing
fi

checked=$((header + payload + config))
size=$(wc -c <"$file")
[ "$size" -eq $((checked + 65)) ] || fail damaged
[ "$(head -c "$checked" "$file" | sha256)" = "$(tail -c 65 "$file" | head -c 64)" ] || fail damaged
if [ "$action" = check ]; then
  say intact
  exit 0
fi
if [ "$action" = install ] && [ -z "$root" ] && [ "$(id -u)" -ne 0 ]; then fail needsRoot 3; fi

machine=$(uname -m)
[ "$action" = extract ] || [ "$machine" = "$needed" ] || fail wrongArchitecture

unpack() { tail -c +$((header + 1)) "$file" | head -c "$payload" | tar -xzf - -C "$1"; }
write_config() { (umask 077 && tail -c $((config + 65)) "$file" | head -c "$config" | sed 's/ *$//' >"$1"); }

umask 022
if [ "$action" = extract ]; then
  mkdir -p "$folder" && unpack "$folder" && write_config "$folder/opt/latchkey-endpoint/installer.json" || fail unpackFailed
  say extracted
  exit 0
fi

if [ -n "$root" ]; then
  folder=$root
  mkdir -p "$root" && root=$(cd "$root" && pwd -P) || fail unpackFailed
  [ "$root" != / ] || root=
fi
program=$root/opt/latchkey-endpoint
data=$root/var/lib/latchkey-endpoint
command=$root/usr/local/bin/latchkey-endpoint
service=$root/etc/systemd/system/$unit
folder=$program
existed=no
[ ! -e "$program" ] || existed=yes
if [ "$existed" = yes ]; then say updating; else say installing; fi

# Everything is unpacked beside its place first: until it has proved that it runs here, nothing is changed.
stage=
clean() { [ -z "$stage" ] || rm -rf "$stage"; }
trap clean EXIT
trap 'exit 130' HUP INT TERM
trap 'exit 141' PIPE
mkdir -p "$root/opt" && stage=$(mktemp -d "$root/opt/.latchkey-endpoint.XXXXXX") || fail unpackFailed
unpack "$stage" || fail unpackFailed
new=$stage/opt/latchkey-endpoint
write_config "$new/installer.json" || fail unpackFailed
reason=$("$new/node" --version 2>&1) || fail cannotRun

quoted() { printf '%s' "$1" | sed 's/[\\"]/\\&/g'; }
printf '{"format":"run","version":"%s","root":"%s","files":["/usr/local/bin/latchkey-endpoint","/etc/systemd/system/%s"]}\n' \
  "$version" "$(quoted "$root")" "$unit" >"$new/install.json" || fail unpackFailed
mkdir -p "${command%/*}" "${service%/*}" || fail unpackFailed

remove_all() {
  clean
  rm -rf "$program"
  rm -f "$command" "$service"
  rm -f "$data/identity.json" "$data/enrolment.json" "$data/status.json" "$data/lock" "$data/endpoint.log" "$data/endpoint.log.1"
  rmdir "$data" 2>/dev/null
  if [ -n "$root" ]; then rmdir -p "${command%/*}" "${service%/*}" "${program%/*}" "${data%/*}" 2>/dev/null; fi
  return 0
}

stop_endpoint
if [ "$existed" = yes ]; then mv "$program" "$stage/old" || fail unpackFailed; fi
mv "$new" "$program" || {
  if [ "$existed" = yes ]; then mv "$stage/old" "$program"; fi
  fail unpackFailed
}
if ! { mv -f "$stage/usr/local/bin/latchkey-endpoint" "$command" && mv -f "$stage/etc/systemd/system/$unit" "$service"; }; then
  if [ "$existed" = no ]; then remove_all; fi
  fail unpackFailed
fi
if [ -n "$root" ]; then
  # Below another root the paths in both have to begin with it.
  escaped=$(printf '%s' "$root" | sed 's/[\\&|]/\\&/g')
  for written in "$command" "$service"; do
    sed "s|/opt/latchkey-endpoint|$escaped/opt/latchkey-endpoint|g; s|/var/lib/latchkey-endpoint|$escaped/var/lib/latchkey-endpoint|g" \
      "$written" >"$stage/edited" && cat "$stage/edited" >"$written"
  done
fi

clean
stage=

if [ -f "$data/enrolment.json" ]; then
  rm -f "$program/installer.json"
  say updated
else
  join_hub
  code=$?
  if [ "$code" -eq 4 ]; then
    say joinLater
  elif [ "$code" -ne 0 ]; then
    if [ "$existed" = no ]; then
      remove_all
      say undone >&2
    fi
    exit "$code"
  fi
fi

if [ "$start" = no ] || { [ -n "$root" ] && [ "$start" != yes ]; }; then
  say notStarted
  printf '  %s start\n' "$command"
else
  start_endpoint
fi
exit 0
