#!/usr/bin/env bash
# Pin every dependency with hashes in requirements/*.txt, for all platforms and Pythons at once, and
# what the program needs of them in requirements.txt.
# Pins that still fit stay as they are; to move them all, or one: tools/lock.sh --upgrade, or
# tools/lock.sh --upgrade-package NAME.
set -euo pipefail
cd "$(dirname "$0")/.."

uv="$(command -v uv || true)"
if [[ -z "$uv" ]]; then
    # uv is a tool of this script alone: it is installed beside the project and thrown away.
    scratch="$(mktemp -d)"
    trap 'rm -rf "$scratch"' EXIT
    .venv/bin/python -m venv "$scratch"
    "$scratch/bin/pip" install --quiet --disable-pip-version-check 'uv>=0.5,<1'
    uv="$scratch/bin/uv"
fi

"$uv" pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --extra policies --extra emulator --extra vision --extra tokens --extra curves --group dev \
    pyproject.toml -o requirements/dev.txt "$@" >/dev/null
"$uv" pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --extra azure-native --group azure-native --constraint requirements/dev.txt \
    pyproject.toml -o requirements/azure-native.txt "$@" >/dev/null
"$uv" pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --group site --constraint requirements/dev.txt -o requirements/site.txt "$@" >/dev/null
# For `pulumi install`: the project itself, which can have no hash, so the files have none.
pin_for_pulumi() { # PROJECT FILE
    echo "-e $1[policies,tokens,vision,curves]" | "$uv" pip compile --universal --python-version 3.11 \
        --no-emit-index-url --no-annotate --custom-compile-command tools/lock.sh \
        --constraint requirements/dev.txt - >"$2" 2>/dev/null
}
pin_for_pulumi . requirements.txt
# Beside the plugin, from where the project is one directory up.
sed 's|^-e \.$|-e ..|' requirements.txt >plugin/requirements.txt
