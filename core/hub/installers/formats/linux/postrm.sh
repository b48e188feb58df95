#!/bin/sh
# dpkg calls this once the files are gone. "remove" keeps the computer's identity, "purge" takes it too.
set -u
root=${DPKG_ROOT:-}

case "$1" in
  remove | purge)
    rm -rf "$root/opt/latchkey-endpoint"
    [ "$1" != purge ] || rm -rf "$root/var/lib/latchkey-endpoint"
    if [ -z "$root" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload >/dev/null 2>&1 || true; fi
    ;;
esac
exit 0
