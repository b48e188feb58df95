language=en
case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
  fr | fr[_.@-]*) language=fr ;;
  de | de[_.@-]*) language=de ;;
esac

# say KEY: prints a text in the reader's language; its places are filled from the variables of the same names.
say() {
  case "$language:$1" in
@TEXTS@
  esac
}
fail() {
  say "$1" >&2
  exit "${2:-1}"
}

# The endpoint that runs from $program on $data, whoever started it; fails where none does.
running() {
  process=$(sed -n 's/.*"process":[[:space:]]*\([0-9][0-9]*\).*/\1/p' "$data/lock" 2>/dev/null)
  [ -n "$process" ] || return 1
  case "$(readlink "/proc/$process/exe" 2>/dev/null)" in
    "$program/node" | "$program/node (deleted)") return 0 ;;
  esac
  return 1
}

has_systemd() {
  [ -z "$root" ] && [ -d /run/systemd/system ] && command -v systemctl >/dev/null 2>&1
}

stop_endpoint() {
  if has_systemd; then systemctl stop "$unit" >/dev/null 2>&1 || true; fi
  running || return 0
  kill "$process" 2>/dev/null || true
  waited=0
  while running && [ "$waited" -lt 10 ]; do
    sleep 1
    waited=$((waited + 1))
  done
  if running; then kill -9 "$process" 2>/dev/null || true; fi
}

# Starts the endpoint as the system's service, or in the background where there is no systemd, and says which.
start_endpoint() {
  if has_systemd; then
    systemctl daemon-reload && systemctl enable "$unit" >/dev/null 2>&1 && systemctl restart "$unit" || {
      log="journalctl -u $unit"
      fail startFailed
    }
    say service
    return
  fi
  mkdir -p "$data" && chmod 700 "$data"
  if command -v setsid >/dev/null 2>&1; then
    setsid "$program/node" "$program/latchkey-endpoint.cjs" run --data "$data" >/dev/null 2>&1 </dev/null &
  else
    nohup "$program/node" "$program/latchkey-endpoint.cjs" run --data "$data" >/dev/null 2>&1 </dev/null &
  fi
  waited=0
  until running; do
    if [ "$waited" -ge 10 ]; then
      log="$data/endpoint.log"
      fail startFailed
    fi
    sleep 1
    waited=$((waited + 1))
  done
  say background
  start_line
}

start_line() {
  if has_systemd; then printf '  systemctl enable --now %s\n' "$unit"; else
    printf '  setsid %s/node %s/latchkey-endpoint.cjs run --data %s >/dev/null 2>&1 </dev/null &\n' "$program" "$program" "$data"
  fi
}

join_hub() {
  "$program/node" "$program/latchkey-endpoint.cjs" join --config "$program/installer.json" --data "$data"
}
