#!/bin/sh
# dpkg calls this before the files are removed or replaced.
set -u
root=${DPKG_ROOT:-}
program=$root/opt/latchkey-endpoint
data=$root/var/lib/latchkey-endpoint

@COMMON@

stop_endpoint
if [ "$1" = remove ] && has_systemd; then systemctl disable "$unit" >/dev/null 2>&1 || true; fi
exit 0
