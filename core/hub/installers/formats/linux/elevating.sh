# Runs this file once more, as root; what it takes to open the customer's own browser goes along.
again_as_root() {
  set -- "$@" env
  for variable in LANG LC_ALL LC_MESSAGES BROWSER DISPLAY WAYLAND_DISPLAY XAUTHORITY XDG_RUNTIME_DIR \
    XDG_CURRENT_DESKTOP XDG_SESSION_TYPE DBUS_SESSION_BUS_ADDRESS; do
    eval "value=\${$variable:-}"
    [ -z "$value" ] || set -- "$@" "$variable=$value"
  done
  set -- "$@" sh "$(absolute "$file")" --no-elevation
  [ -z "$root" ] || set -- "$@" --root "$root"
  "$@"
}
has() { command -v "$1" >/dev/null 2>&1; }

if [ "$purpose" = portal ] && ! may_install; then
  [ "$elevate" = yes ] || fail appNotElevated 3
  if has sudo && sudo -n true 2>/dev/null; then
    again_as_root sudo
    exit $?
  elif has sudo && [ -t 0 ] && [ -t 2 ]; then
    say appElevating
    sudo -v || fail appNotElevated 3
    again_as_root sudo
    exit $?
  elif has pkexec && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    again_as_root pkexec
    code=$?
    case "$code" in 126 | 127) fail appNotElevated 3 ;; esac
    exit "$code"
  fi
  fail appNotElevated 3
fi
