# The app runs as whoever has opened it; only what installs becomes root, for which macOS asks (`askAdministrator`).
