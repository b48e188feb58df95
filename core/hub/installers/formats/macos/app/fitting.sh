[ "$(uname -s)" = Darwin ] || fail appNeedsMac
# `uname` would say what translates this shell; the file for the other processor is the better one there too.
if [ "$(sysctl -n hw.optional.arm64 2>/dev/null)" = 1 ]; then machine=arm64; else machine=x64; fi
if [ "$machine" != "$needed" ]; then
  if [ "$needed" = arm64 ]; then fail appNeedsApple; else fail appNeedsIntel; fi
fi
system=$(sw_vers -productVersion 2>/dev/null)
oldest='@OLDEST@'
older() {
  [ "${1%%.*}" -lt "${2%%.*}" ] && return 0
  [ "${1%%.*}" -eq "${2%%.*}" ] || return 1
  minor=${1#*.}
  [ "$minor" != "$1" ] || minor=0
  [ "${minor%%.*}" -lt "${2#*.}" ]
}
case "$system" in
  [0-9]*) if older "$system" "$oldest"; then fail appNeedsSystem; fi ;;
esac
