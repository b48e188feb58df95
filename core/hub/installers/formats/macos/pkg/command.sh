#!/bin/sh
exec /opt/latchkey-endpoint/node /opt/latchkey-endpoint/latchkey-endpoint.cjs "$@"
