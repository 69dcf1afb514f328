#!/usr/bin/env bash
# upstream-galata.sh [TAG] [SPEC...]: runs the browser tests of JupyterLab itself with the extension installed.
# They are fetched into .cache, not kept. KIT=off runs them without the extension: what fails with it only is ours.
# JUPYTERLAB_REPO names a local clone instead.
set -euo pipefail
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tag=${1:-v4.6.3}
shift || true
specs=("$@"); [ ${#specs[@]} -gt 0 ] || specs=(kernel notebook-toolbar menus shortcuts completer cells settings)
repo=${JUPYTERLAB_REPO:-https://github.com/jupyterlab/jupyterlab.git}
to=$tree/.cache/galata-upstream
mkdir -p "$to"; rm -rf "$to/galata"
if [ -d "$repo" ]; then git -C "$repo" archive "$tag" galata/test | tar -x -C "$to"
else git clone -q --depth 1 --filter=blob:none --sparse -b "$tag" "$repo" "$to/clone"; git -C "$to/clone" sparse-checkout set galata/test; mv "$to/clone/galata" "$to/galata"; rm -rf "$to/clone"; fi
cat > "$to/playwright.config.mjs" <<EOC
import base from '../../playwright.config.mjs';
export default { ...base, testDir: 'galata/test/jupyterlab', projects: [{ name: 'upstream' }], retries: 1,
  // Pictures are of their machines; what is tested here is behaviour.
  ignoreSnapshots: true, snapshotPathTemplate: undefined,
  reporter: [['list']], outputDir: '../../test-results/upstream',
  use: { ...base.use, viewport: { width: 1024, height: 768 } } };
EOC
cd "$tree"
link=.venv/share/jupyter/labextensions/jupyterlab-runtime-kit
if [ "${KIT:-on}" = off ]; then mv "$link" "$link.off"; trap 'mv "$tree/$link.off" "$tree/$link"' EXIT; fi
PATH=$tree/.venv/bin:$PATH CI=true CHROMIUM_PATH=${CHROMIUM_PATH:-/usr/bin/chromium} node_modules/.bin/playwright test --config "$to/playwright.config.mjs" "${specs[@]}"
