# What an installation is made of outside the program's folder, where its data lies, and what its record calls it: as the
# package has it.
outside='usr/local/bin/latchkey-endpoint Library/LaunchDaemons/latchkey-endpoint.plist'
data_path='Library/Application Support/Latchkey Endpoint'
record=pkg
label=latchkey-endpoint

# When a process began; nothing where there is none.
began() { ps -o lstart= -p "$1" 2>/dev/null; }

# The endpoint that runs from $program on $data, whoever started it; fails where none does.
running() {
  process=$(sed -n 's/.*"process":[[:space:]]*\([0-9][0-9]*\).*/\1/p' "$data/lock" 2>/dev/null)
  [ -n "$process" ] || return 1
  case "$(ps -ww -o args= -p "$process" 2>/dev/null)" in
    "$program/node "*) return 0 ;;
  esac
  return 1
}

# What is below another root starts with that root's system.
has_launchd() { [ -z "$root" ] && command -v launchctl >/dev/null 2>&1; }

stop_endpoint() {
  disable_service
  end_running
}
disable_service() { if has_launchd; then launchctl bootout "system/$label" >/dev/null 2>&1 || true; fi; }
forget_service() { :; }

# Starts the endpoint as a daemon, or in the background below another root, and says which.
start_endpoint() {
  if has_launchd; then
    launchctl enable "system/$label" >/dev/null 2>&1 || true
    waited=0
    # One that is still ending is in the way for moments.
    until launchctl bootstrap system "/Library/LaunchDaemons/$label.plist" 2>/dev/null; do
      if [ "$waited" -ge 10 ]; then
        log="$data/endpoint.log"
        fail startFailed
      fi
      sleep 1
      waited=$((waited + 1))
    done
    say daemon
    return
  fi
  start_in_background
  say appBackground
}
