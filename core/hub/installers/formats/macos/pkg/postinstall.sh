#!/bin/sh
# macOS calls this once the files are in place, with the volume as the third argument.
set -eu
volume=${3%/}
program=$volume/opt/latchkey-endpoint
here=$(dirname "$0")

# Of the two runtimes, and of what opens terminals, the one for this processor stays, as its maker signed it. `uname` would say what translates this shell.
if [ "${LATCHKEY_PROCESSOR:-$(sysctl -n hw.optional.arm64 2>/dev/null || echo 0)}" = 1 ]; then
  keep=arm64 drop=x64
else
  keep=x64 drop=arm64
fi
mv -f "$program/node-$keep" "$program/node"
rm -f "$program/node-$drop"
rm -rf "$program/pty/darwin-$drop"

cp "$here/install.json" "$program/install.json"
chmod 644 "$program/install.json"

# It holds the token: closed before anything is in it. A computer that has joined already needs none.
rm -f "$program/installer.json"
if [ ! -f "$volume/Library/Application Support/Latchkey Endpoint/enrolment.json" ]; then
  umask 077
  cp "$here/installer.json" "$program/installer.json"
fi

# Another volume's endpoint starts with its system.
if [ -z "$volume" ]; then
  launchctl bootout system/latchkey-endpoint 2>/dev/null || true
  launchctl enable system/latchkey-endpoint
  # One that is still ending is in the way for moments.
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    launchctl bootstrap system /Library/LaunchDaemons/latchkey-endpoint.plist 2>/dev/null && exit 0
    sleep 1
  done
  launchctl bootstrap system /Library/LaunchDaemons/latchkey-endpoint.plist
fi
exit 0
