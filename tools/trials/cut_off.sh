#!/bin/sh
# The set-up, killed again and again in the middle, in a folder with spaces and Chinese characters, by a user without a home; at last
# it serves. By hand: sh tools/trials/cut_off.sh [FOLDER]. As root it becomes nobody; PYTHON names a Python that nobody may run.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-/tmp/boothline-cut-off} port=${PORT:-8767}
place="$folder/展会 现场"
if [ -z "${INSIDE:-}" ]; then
  rm -rf "$folder" && mkdir -p "$place"
  (cd "$top" && git ls-files -co --exclude-standard -z | xargs -0 cp --parents -t "$place")
  [ "$(id -u)" = 0 ] || INSIDE=1 exec sh "$0" "$folder"
  chown -R nobody: "$folder"
  chmod 755 "$folder"
  cp "$0" "$folder/trial.sh"
  exec setpriv --reuid=nobody --clear-groups env INSIDE=1 HOME=/nonexistent PYTHON="${PYTHON:-/usr/bin/python3}" PORT="$port" sh "$folder/trial.sh" "$folder"
fi
cd "$place"
for step in "virtual environment" "installer uv" "what Boothline needs" "style sheets"; do
  setsid sh -c 'echo $$ > ../pid; exec make -s .stamps/ready' >../log 2>&1 &
  until grep -q "^· $step" ../log; do sleep 0.1; done
  sleep 1
  kill -KILL "-$(cat ../pid)" || true
  wait || true
  echo "== killed in: $(tail -n 1 ../log)"
done
start=$(date +%s)
setsid sh -c 'echo $$ > ../pid; exec make run' >../log 2>&1 & running=$!
until python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/sign-in/')" 2>/dev/null; do
  kill -0 $running 2>/dev/null || { cat ../log; exit 1; }
  sleep 0.5
done
echo "== serves after $(($(date +%s) - start)) s more"
.venv/bin/boothline doctor || true
kill -INT "-$(cat ../pid)"
wait $running || true
tail -n 1 ../log
