#!/bin/sh
# dpkg calls this once the files are in place: https://www.debian.org/doc/debian-policy/ch-maintainerscripts.html
set -u
version='@VERSION@'
root=${DPKG_ROOT:-}
program=$root/opt/latchkey-endpoint
data=$root/var/lib/latchkey-endpoint

@COMMON@

[ "$1" = configure ] || exit 0

# Where the machine's owner does not want services to start (an image that is being built), the computer does not join
# either: all computers made from the image would be one and the same device.
may_start() {
  [ -z "$root" ] || return 1
  [ -x /usr/sbin/policy-rc.d ] || return 0
  /usr/sbin/policy-rc.d latchkey-endpoint start >/dev/null 2>&1
  [ $? -ne 101 ]
}

if [ -f "$data/enrolment.json" ]; then
  rm -f "$program/installer.json"
  say updated
elif ! may_start; then
  say joinAtStart
else
  join_hub
  code=$?
  if [ "$code" -eq 4 ]; then say joinLater; elif [ "$code" -ne 0 ]; then exit "$code"; fi
fi

if may_start; then start_endpoint; else
  say notStarted
  printf '  %s start\n' "$root/usr/bin/latchkey-endpoint"
fi
exit 0
