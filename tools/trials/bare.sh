#!/bin/sh
# `make run` on a bare Debian: a system with nothing but Python, make and certificates, as a normal user without root.
# By hand, as root, with debootstrap and the network: sh tools/trials/bare.sh [FOLDER] [SUITE]. The system in FOLDER is kept and used again.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
root=${1:-/tmp/boothline-bare} suite=${2:-bookworm} port=${PORT:-8765}
if [ -z "${INSIDE:-}" ]; then
  [ "$(id -u)" = 0 ] || { echo "Needs root, for debootstrap and chroot."; exit 1; }
  command -v debootstrap >/dev/null || [ -x "$root/usr/bin/make" ] || { echo "Type: apt install debootstrap"; exit 1; }
  [ -x "$root/usr/bin/make" ] || debootstrap --variant=minbase --include=python3,make,ca-certificates "$suite" "$root" >/dev/null
  INSIDE=1 exec unshare --mount --pid --fork --kill-child sh "$0" "$root" "$suite"
fi
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# this machine's own certificates, as a company would install them
cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
chroot "$root" update-ca-certificates >/dev/null 2>&1
chroot "$root" id visitor >/dev/null 2>&1 || chroot "$root" useradd --create-home visitor
rm -rf "$root/home/visitor/boothline" "$root/home/visitor/.cache"
mkdir "$root/home/visitor/boothline"
(cd "$top" && git ls-files -co --exclude-standard -z | xargs -0 cp --parents -t "$root/home/visitor/boothline")
chroot "$root" chown -R visitor: /home/visitor
as_visitor() { chroot --userspec=visitor:visitor "$root" env -i HOME=/home/visitor PATH=/usr/bin:/bin LANG=C.UTF-8 PORT="$port" "$@"; }
echo "== there: $(as_visitor python3 --version), $(as_visitor make --version | head -n 1); not there: $(for name in node npm pip3 uv gcc curl git; do as_visitor sh -c "command -v $name" >/dev/null || printf '%s ' "$name"; done)"
as_visitor python3 -c 'import ensurepip' 2>/dev/null && echo "== ensurepip is there" || echo "== no ensurepip"
start=$(date +%s)
as_visitor sh -c 'cd ~/boothline && exec make run' & running=$!
for _ in $(seq 600); do
  page=$(as_visitor python3 -c "import urllib.request as u; print(u.urlopen('http://127.0.0.1:$port/sign-in/').read().decode())" 2>/dev/null) && break
  kill -0 $running 2>/dev/null || { echo "== make run ended"; exit 1; }
  sleep 1
done
echo "== the first page after $(($(date +%s) - start)) s: $(printf %s "$page" | grep -o '<title>.*</title>')"
as_visitor sh -c 'kill -INT $(pgrep -o -f "boothline run" 2>/dev/null || grep -al "boothline.run" /proc/[0-9]*/cmdline | grep -o "[0-9]*" | sort -n | head -n 1)' || kill -INT $running
wait $running || true
start=$(date +%s%N)
as_visitor sh -c 'cd ~/boothline && exec make run' 2>/dev/null & running=$!
until as_visitor python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/sign-in/')" 2>/dev/null; do sleep 0.2; done
echo "== the second time after $((($(date +%s%N) - start) / 1000000)) ms"
