# Of a file that unpacks itself: checks that it is whole and for this computer's processor before anything is done with it.
if [ ! -f "$file" ] || [ ! -r "$file" ]; then fail notAFile 2; fi

sha256() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum; elif command -v shasum >/dev/null 2>&1; then shasum -a 256; else
    openssl dgst -sha256 -r
  fi | cut -c 1-64
}
for tool in head tail tar gzip sed cut mktemp readlink wc; do
  command -v "$tool" >/dev/null 2>&1 || fail toolMissing
done
if ! command -v sha256sum >/dev/null 2>&1 && ! command -v shasum >/dev/null 2>&1 && ! command -v openssl >/dev/null 2>&1; then
  tool=sha256sum
  fail toolMissing
fi

checked=$((header + payload + config))
# Some systems put blanks before the number.
size=$(($(wc -c <"$file")))
[ "$size" -eq $((checked + 65)) ] || fail damaged
[ "$(head -c "$checked" "$file" | sha256)" = "$(tail -c 65 "$file" | head -c 64)" ] || fail damaged
if [ "$action" = check ]; then
  say intact
  exit 0
fi

unpack() { tail -c +$((header + 1)) "$file" | head -c "$payload" | tar -xzf - -C "$1"; }
read_config() { tail -c $((config + 65)) "$file" | head -c "$config" | sed 's/ *$//'; }
write_config() { (umask 077 && read_config >"$1"); }
machine=$(uname -m)
