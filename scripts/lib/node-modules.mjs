import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, run } from './command.mjs';
import { ROOT } from './paths.mjs';
import { Problem, saysNoNetwork } from './problem.mjs';
import { needDisk, sayUpToDate, step } from './step.mjs';

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(ROOT, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Whether node_modules holds what package-lock.json names. npm writes its own
 * list at the end of an install, so an interrupted one does not count, and one
 * made by hand with `npm install` does.
 */
function upToDate() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  if (!wanted || !present) {
    return false;
  }
  const missing = Object.entries(wanted).some(
    ([path, { version, optional, devOptional, peer, link }]) =>
      path !== '' &&
      !link &&
      present[path]?.version !== version &&
      !(present[path] === undefined && (optional || devOptional || peer))
  );
  return !missing && Object.keys(present).every(path => path in wanted);
}

/** Installs the locked node modules if they are not there. */
export async function ensureNodeModules() {
  const name = 'node modules';
  if (upToDate()) {
    sayUpToDate(name);
    return;
  }
  if (ask('npm', ['--version']) === undefined) {
    throw new Problem('npm was not found beside Node.', 'Install it, for example: apt install npm');
  }
  needDisk(2, 'Setting up the node modules');
  // Without a network npm tries for many minutes; with --offline it takes what it
  // has in its cache, or says at once that it has not.
  const ping = await run('npm', ['ping', '--fetch-retries=0', '--fetch-timeout=15000']);
  const offline = ping.code !== 0 && saysNoNetwork(ping.output);
  await step(name, 'installing what package-lock.json names (npm ci)', [
    ['npm', 'ci', '--no-audit', '--no-fund', ...(offline ? ['--offline'] : [])]
  ]);
}
