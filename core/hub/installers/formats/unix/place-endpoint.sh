# Puts the endpoint in its place below $root, joins, and starts it. Whoever uses this says how by four functions: prepare
# (whether it may), bring DIR (the new files, as below a root of their own), admit (joins; exit codes as the endpoint's)
# and settle (starts it or says how). Everything is brought beside its place first, and that stage stays until all is done:
# so whatever interrupts this is undone, at once or by whoever comes next.
if [ -n "$root" ]; then
  folder=$root
  mkdir -p "$root" && root=$(cd "$root" && pwd -P) || fail unpackFailed
  [ "$root" != / ] || root=
fi
program=$root/opt/latchkey-endpoint
data=$root/$data_path
command=$root/usr/local/bin/latchkey-endpoint
folder=$program

remove_all() {
  rm -rf "$program"
  for path in $outside; do rm -f "$root/$path"; done
  rm -f "$data/identity.json" "$data/enrolment.json" "$data/status.json" "$data/access.json" "$data/control.sock" \
    "$data/unfinished.json" "$data/lock" "$data/endpoint.log" "$data/endpoint.log.1"
  rmdir "$data" 2>/dev/null
}
# What a computer did not have before is not left behind in another root either.
remove_empty_folders() {
  [ -n "$root" ] && cd "$root" 2>/dev/null || return 0
  for path in $outside; do rmdir -p "${path%/*}" 2>/dev/null; done
  rmdir -p opt 2>/dev/null
  rmdir -p "${data_path%/*}" 2>/dev/null
  cd / && rmdir "$root" 2>/dev/null
  return 0
}

# undo STAGE: what an installation has done that did not come to its end.
undo() {
  if [ -e "$1/placed" ]; then
    disable_service
    # It has joined: the hub is told, too.
    if [ -e "$1/joining" ] && [ -f "$data/enrolment.json" ]; then
      "$program/node" "$program/latchkey-endpoint.cjs" remove --data "$data" >/dev/null 2>&1 </dev/null || true
    fi
    stop_endpoint
    if [ -d "$1/old" ]; then
      rm -rf "$program"
      mv "$1/old" "$program"
      if [ -e "$1/joining" ]; then rm -f "$data/enrolment.json"; fi
      for path in $outside; do
        if [ -f "$1/kept/${path##*/}" ]; then cp -p "$1/kept/${path##*/}" "$root/$path"; fi
      done
    else
      remove_all
      forget_service
    fi
  elif [ -d "$1/old" ] && [ ! -e "$program" ]; then
    mv "$1/old" "$program"
  fi
  rm -rf "$1"
  remove_empty_folders
}

# What an earlier one left that was killed, or whose computer was switched off.
undo_abandoned() {
  rm -rf "$root/opt/.latchkey-endpoint-done"
  for abandoned in "$root"/opt/.latchkey-endpoint.*; do
    [ -d "$abandoned" ] || continue
    holder=$(cat "$abandoned/process" 2>/dev/null)
    if [ -n "$holder" ] && [ "$(began "${holder%% *}")" = "${holder#* }" ]; then fail underWay; fi
    undo "$abandoned"
  done
}
undo_abandoned
if [ "$action" = undo ]; then
  remove_empty_folders
  # What has come to its end is no longer undone.
  [ ! -f "$data/enrolment.json" ] || echo '{"installed":true}'
  exit 0
fi
prepare

existed=no
[ ! -e "$program" ] || existed=yes
if [ "$existed" = yes ]; then say updating; else say installing; fi

stage=
done=no
finish() {
  trap '' HUP INT TERM PIPE
  if [ "$done" = yes ]; then
    # By one step, after which there is nothing to undo.
    mv "$stage" "$root/opt/.latchkey-endpoint-done" && rm -rf "$root/opt/.latchkey-endpoint-done"
  elif [ -n "$stage" ]; then
    undo "$stage"
  else
    remove_empty_folders
  fi
}
trap finish EXIT
trap 'exit 130' HUP INT TERM
trap 'exit 141' PIPE
mkdir -p "$root/opt" && stage=$(mktemp -d "$root/opt/.latchkey-endpoint.XXXXXX") || fail unpackFailed
printf '%s %s\n' $$ "$(began $$)" >"$stage/process" || fail unpackFailed
bring "$stage" || fail unpackFailed
new=$stage/opt/latchkey-endpoint
reason=$("$new/node" --version 2>&1) || fail cannotRun

quoted() { printf '%s' "$1" | sed 's/[\\"]/\\&/g'; }
{
  printf '{"format":"%s","version":"%s","root":"%s","files":[' "$record" "$version" "$(quoted "$root")"
  separator=
  for path in $outside; do
    printf '%s"/%s"' "$separator" "$path"
    separator=,
  done
  printf ']}\n'
} >"$new/install.json" || fail unpackFailed
for path in $outside; do mkdir -p "$root/${path%/*}" || fail unpackFailed; done
if [ -n "$root" ]; then
  # Below another root the paths in them have to begin with it.
  escaped=$(printf '%s' "$root" | sed 's/[\\&|]/\\&/g')
  for path in $outside; do
    sed "s|/opt/latchkey-endpoint|$escaped/opt/latchkey-endpoint|g; s|/$data_path|$escaped/$data_path|g; s|/usr/local/bin|$escaped/usr/local/bin|g" \
      "$stage/$path" >"$stage/edited" && cat "$stage/edited" >"$stage/$path" || fail unpackFailed
  done
fi

stop_endpoint
if [ "$existed" = yes ]; then
  mkdir "$stage/kept" || fail unpackFailed
  for path in $outside; do
    [ ! -f "$root/$path" ] || cp -p "$root/$path" "$stage/kept/" || fail unpackFailed
  done
  mv "$program" "$stage/old" || fail unpackFailed
fi
: >"$stage/placed" || fail unpackFailed
mv "$new" "$program" || fail unpackFailed
for path in $outside; do mv -f "$stage/$path" "$root/$path" || fail unpackFailed; done

if [ -f "$data/enrolment.json" ]; then
  rm -f "$program/installer.json"
  say updated
else
  : >"$stage/joining"
  admit
fi
settle
trap '' HUP INT TERM PIPE
done=yes
exit 0
