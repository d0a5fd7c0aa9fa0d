#!/bin/sh
# Installs this bundle without any network: sh install.sh [FOLDER], /opt/duban unless told. PYTHON names the interpreter.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
target=${1:-/opt/duban}
python=${PYTHON:-python3}
cd "$here"

sha256sum --quiet -c SHA256SUMS || { echo "安装包不完整或被改动，未安装。" >&2; exit 1; }
wanted=$(cat PYTHON)
found=$("$python" -c 'import platform, sys; print("%d.%d %s" % (*sys.version_info[:2], platform.machine()))')
[ "$wanted" = "$found" ] || { echo "安装包适用于 Python $wanted，本机为 $found，未安装。" >&2; exit 1; }

export PIP_NO_INDEX=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_CONFIG_FILE=/dev/null
"$python" -m venv "$target"
"$target/bin/pip" install --quiet --no-index --find-links wheelhouse --require-hashes -r requirements.lock
"$target/bin/pip" install --quiet --no-index --no-deps --force-reinstall wheelhouse/duban-*.whl
"$target/bin/duban" --help > /dev/null
echo "已安装到 $target。首次安装：DUBAN_HOME=/var/lib/duban $target/bin/duban init；升级：先停止服务，运行 $target/bin/duban upgrade。"
