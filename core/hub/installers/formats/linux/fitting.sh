[ "$machine" = "$needed" ] || fail wrongArchitecture
