#!/bin/sh
# macOS calls this before the files are in place: the endpoint of an earlier version is stopped.
[ "$3" = / ] && launchctl bootout system/latchkey-endpoint 2>/dev/null
exit 0
