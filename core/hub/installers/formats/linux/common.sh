# The endpoint that runs from $program on $data, whoever started it; fails where none does.
running() {
  process=$(sed -n 's/.*"process":[[:space:]]*\([0-9][0-9]*\).*/\1/p' "$data/lock" 2>/dev/null)
  [ -n "$process" ] || return 1
  case "$(readlink "/proc/$process/exe" 2>/dev/null)" in
    "$program/node" | "$program/node (deleted)") return 0 ;;
  esac
  return 1
}

# What an installation is made of outside the program's folder, where its data lies, and what its record calls it.
outside='usr/local/bin/latchkey-endpoint etc/systemd/system/latchkey-endpoint.service
usr/local/share/applications/latchkey-endpoint.desktop'
data_path=var/lib/latchkey-endpoint
record=run
unit=latchkey-endpoint.service

# When a process began, as the system counts it; nothing where there is none.
began() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }

has_systemd() {
  [ -z "$root" ] && [ -d /run/systemd/system ] && command -v systemctl >/dev/null 2>&1
}

stop_endpoint() {
  if has_systemd; then systemctl stop "$unit" >/dev/null 2>&1 || true; fi
  end_running
}

# The system no longer starts it; then, that its files are gone.
disable_service() { if has_systemd; then systemctl disable --now "$unit" >/dev/null 2>&1 || true; fi; }
forget_service() { if has_systemd; then systemctl daemon-reload >/dev/null 2>&1 || true; fi; }

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
  start_in_background
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
