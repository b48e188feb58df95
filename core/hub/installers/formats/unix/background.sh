# Starts the endpoint as a process of its own, which the next start of the computer does not bring back.
start_in_background() {
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
}

# Ends the endpoint that runs, however it was started.
end_running() {
  running || return 0
  kill "$process" 2>/dev/null || true
  waited=0
  while running && [ "$waited" -lt 10 ]; do
    sleep 1
    waited=$((waited + 1))
  done
  if running; then kill -9 "$process" 2>/dev/null || true; fi
}
