import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, nodeBin } from './lib/paths.mjs';

// The sources with their unit tests, and the browser tests, which run in Node.
const PROJECTS = [
  'tsconfig.test.json',
  'test/browser/tsconfig.json',
  'test/lite/tsconfig.json',
  'test/older/tsconfig.json',
  'test/together/tsconfig.json'
];

/** Type checks everything, and reports all of it, not only the first project. */
export async function main() {
  const present = PROJECTS.filter(project => existsSync(join(ROOT, project)));
  const failed = present.filter(project => {
    const options = { cwd: ROOT, stdio: 'inherit' };
    return (
      spawnSync(nodeBin('tsc'), ['-p', project, '--noEmit'], options).status !==
      0
    );
  });
  return failed.length > 0 ? 1 : 0;
}
