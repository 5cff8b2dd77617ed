#!/bin/sh
# Runs the server as PUID:PGID, the owner of the media, when the container was started as root.
set -eu
cd "$(dirname "$0")"
umask "${UMASK:-022}"

# From the bundle that the image holds; see app/start.mjs.
main=app/start.mjs
# Node's permission model: the configuration folder and ONCUE_MEDIA_DIRS, and no other program.
case "${ONCUE_CONFINED:-}" in 1 | true | yes) main=app/confined.ts ;; esac
set -- node_modules/.bin/node --max-semi-space-size=8 "$main" "$@"

if [ "$(id -u)" != 0 ]; then exec "$@"; fi

config="${ONCUE_CONFIG_DIR:-/config}"
mkdir -p "$config"
# Only what belongs to somebody else is touched, and never the media.
find "$config" \( ! -user "$PUID" -o ! -group "$PGID" \) -exec chown -h "$PUID:$PGID" {} +
export HOME="$config"
exec setpriv --reuid="$PUID" --regid="$PGID" --clear-groups --no-new-privs -- "$@"
