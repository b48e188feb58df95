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
