#!/bin/sh
# A prompt becomes a file. Usage: generate.sh "a red ball bounces over the sea" ball.mp4
set -eu
url="${ZOETROPE_URL:-http://127.0.0.1:8080/v1}"
prompt="${1:-a red ball bounces over the sea}"
out="${2:-ball.mp4}"

field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }

id=$(curl -sSf "$url/videos" -F "prompt=$prompt" -F seconds=4 | field id)
while :; do
    status=$(curl -sSf "$url/videos/$id" | field status)
    case "$status" in
        completed) break ;;
        failed) curl -sS "$url/videos/$id" >&2; exit 1 ;;
        *) sleep 0.5 ;;
    esac
done
curl -sSf "$url/videos/$id/content" -o "$out"
echo "$out"
