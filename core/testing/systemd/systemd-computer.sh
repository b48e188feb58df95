#!/bin/sh
# A computer run by systemd, in namespaces of its own over an overlay of this one: its network is this one's, all else is
# not. Started in a mount namespace; each line on standard input switches it on (again), and the end of them ends it.
# Arguments: a folder that holds what the computer writes, and the folder of a control group of its own.
set -eu
own=$1 group=$2 root=$1/root
mkdir -p "$own/upper" "$own/work" "$root" "$group"
mount -t tmpfs tmpfs "$own/upper" && mkdir "$own/upper/files" "$own/upper/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$own/upper/files,workdir=$own/upper/work" "$root"

# Only what a system needs and what the tests put there: no service of the machine below, no terminal of its.
rm -rf "$root"/etc/systemd/system/*.wants "$root/usr/sbin/policy-rc.d"
for unit in getty.target systemd-udevd.service systemd-udev-trigger.service systemd-modules-load.service \
  systemd-sysctl.service systemd-remount-fs.service systemd-resolved.service systemd-timesyncd.service \
  systemd-networkd.service dbus.service dbus.socket systemd-logind.service cron.service ssh.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
: > "$root/etc/fstab"

mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  touch "$root/dev/$device" && mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount --rbind /sys "$root/sys"

while read -r _; do
  for folder in run tmp; do mount -t tmpfs -o mode=755 tmpfs "$root/$folder"; done
  # In a group of its own before its view of the groups begins there.
  sh -c 'echo $$ > "$1/cgroup.procs"; shift; exec "$@"' sh "$group" \
    unshare --fork --kill-child --pid --mount --cgroup --mount-proc="$root/proc" \
    env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    chroot "$root" /lib/systemd/systemd --system --unit=multi-user.target --log-target=journal &
  outer=$!
  inner=
  while [ -z "$inner" ] && kill -0 "$outer" 2>/dev/null; do
    sleep 0.1
    inner=$(cat "/proc/$outer/task/$outer/children" 2>/dev/null) || true
  done
  echo $inner
  wait "$outer" || true
  echo off
  for folder in run tmp; do umount -R -l "$root/$folder"; done
done
