#!/bin/sh
# A prompt, and perhaps a picture to begin with, becomes a file. Usage: generate.sh "a big red ball bounces over the sea" ball.mp4 [ball.png]
# FIELDS names other fields of the request, such as "steps=10 size=128x64".
set -eu
url="${ZOETROPE_URL:-http://127.0.0.1:8080/v1}"
prompt="${1:-a big red ball bounces over the sea}"
out="${2:-ball.mp4}"
picture="${3:-}"

call() { curl -sS --fail-with-body -H "Authorization: Bearer ${ZOETROPE_KEY:-none-needed-on-loopback}" "$@"; }
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }

set -- --form-string "prompt=$prompt"
for extra in ${FIELDS:-seconds=4}; do set -- "$@" -F "$extra"; done
if [ -n "$picture" ]; then set -- "$@" -F "input_reference=@$picture"; fi

created=$(call "$url/videos" "$@")
id=$(printf '%s' "$created" | field id)
while :; do
    video=$(call "$url/videos/$id")
    status=$(printf '%s' "$video" | field status)
    case "$status" in
        completed) break ;;
        failed) printf '%s\n' "$video" >&2; exit 1 ;;
        *) sleep 0.5 ;;
    esac
done
call "$url/videos/$id/content" -o "$out"
echo "$out"
