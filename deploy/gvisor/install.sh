#!/usr/bin/env bash
# Gives this machine's Docker engine gVisor as its runtime `runsc`, for the sandbox `docker-runsc`. As root, on Debian
# or Ubuntu. Takes Debian 13's build, named by its SHA-256, since Debian 12's dies after a few forks. An engine that
# has a runtime of this name keeps it. Nothing is restarted: the engine reads its settings again.
# Exit: 0 the engine has it; 1 it does not, and a sentence on stderr says why.
set -euo pipefail

version="0.0~20240729.0-4+b7"
pool="http://deb.debian.org/debian/pool/main/g/golang-gvisor-gvisor"  # not encrypted: the hash decides
settings=/etc/docker/daemon.json
folder=/opt/gvisor/20240729

fail() { echo "gVisor is not installed: $*" >&2; exit 1; }
known() { timeout 10 docker info --format '{{range $name, $_ := .Runtimes}}{{$name}} {{end}}' | grep -qw runsc; }

case $(uname -m) in
  x86_64) architecture=amd64 sum=3c25a5130dfac2f71237d5baad56ac86a255de87a0400f11b36a555156dc325a ;;
  aarch64) architecture=arm64 sum=8e13e0625a094f962da3edcaf81ab0ed779726b6335e385a8148919f2c217c8e ;;
  *) fail "there is no build for $(uname -m)" ;;
esac
timeout 10 docker version >/dev/null 2>&1 || fail "no Docker engine answers"
if known; then echo "the engine has a runtime runsc"; exit 0; fi
[ "$(id -u)" = 0 ] || fail "this takes root"
[ -x /usr/lib/apt/apt-helper ] || fail "this is no Debian; see https://gvisor.dev/docs/user_guide/install/"

if [ ! -x "$folder/runsc" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  chown _apt "$work" 2>/dev/null || true  # as whom apt downloads
  file="runsc_${version}_${architecture}.deb"
  url="$pool/$(sed 's/~/%7e/; s/+/%2b/' <<<"$file")"
  timeout 300 /usr/lib/apt/apt-helper -qq download-file "$url" "$work/$file" "SHA256:$sum" >&2 ||
    fail "$url cannot be had, or is not what it was"
  echo "$sum  $work/$file" | sha256sum --check --quiet >&2 || fail "$url is not what it was"
  dpkg-deb -x "$work/$file" "$work/root"
  install -D -m 755 "$work/root/usr/bin/runsc" "$folder/runsc"
fi

# Its own network stack is left out, system calls are caught without ptrace and without /dev/kvm, and a container's
# filter of system calls holds inside of gVisor too.
python3 - "$settings" "$folder/runsc" <<'END' || fail "$settings cannot be changed"
import json, os, sys

settings, runsc = sys.argv[1:]
held = json.load(open(settings)) if os.path.exists(settings) else {}
runtime = {"path": runsc, "runtimeArgs": ["--platform=systrap", "--network=none", "--oci-seccomp"]}
held.setdefault("runtimes", {})["runsc"] = runtime
os.makedirs(os.path.dirname(settings), exist_ok=True)
with open(settings + ".new", "w") as file:
    json.dump(held, file, indent=2)
os.replace(settings + ".new", settings)
END

kill -HUP "$(cat /var/run/docker.pid)" || fail "the engine cannot be asked to read $settings"
for _ in $(seq 20); do
  if known; then echo "the engine has a runtime runsc"; exit 0; fi
  sleep 0.5
done
fail "the engine does not take the runtime from $settings; see its log"
