import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ask } from './command.mjs';
import { ROOT } from './paths.mjs';
import { Problem } from './problem.mjs';
import { say, step } from './step.mjs';

const NAME = 'browser';
const INSTALLED = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** The version line of a browser that starts, else undefined (Ubuntu's apt has a stub that does not). */
function version(path) {
  return ask(path, ['--version']);
}

function installed() {
  return INSTALLED.map(name => ask('which', [name])).find(path => path && version(path));
}

function playwrightsOwn() {
  const require = createRequire(join(ROOT, 'package.json'));
  const path = require('@playwright/test').chromium.executablePath();
  return existsSync(path) && version(path) ? path : undefined;
}

function isUbuntu() {
  try {
    return /^ID=ubuntu/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

async function attempt(text, command) {
  try {
    await step(NAME, text, command, { quiet: true });
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.message === 'Stopped.') {
      throw problem;
    }
  }
}

/** The path of a Chromium or Chrome that is already here, if any. */
export function installedBrowser() {
  return process.env.CHROMIUM_PATH || (installed() ?? playwrightsOwn());
}

/**
 * Finds a Chromium, or gets one.
 *
 * In order: `CHROMIUM_PATH`, an installed Chromium or Chrome, the one that
 * Playwright downloaded before, Debian's package if this is root, Playwright's
 * download.
 *
 * @returns the path of the executable
 * @throws Problem if there is none
 */
export async function findBrowser() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (version(named)) {
      return named;
    }
    throw new Problem(
      `CHROMIUM_PATH=${named} does not start.`,
      'Let it name a Chromium or Chrome, or unset it to have one looked for.'
    );
  }
  const found = installed() ?? playwrightsOwn();
  if (found) {
    say(NAME, `${version(found)} (${found})`);
    return found;
  }
  const root = process.getuid?.() === 0;
  if (root && !isUbuntu() && ask('apt-get', ['--version'])) {
    await attempt('installing chromium (apt-get)', [
      ['apt-get', 'update', '-qq'],
      ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium']
    ]);
  }
  if (!installed()) {
    const install = ['npx', 'playwright', 'install', ...(root ? ['--with-deps'] : []), 'chromium'];
    await attempt("getting Playwright's Chromium", [install]);
  }
  const got = installed() ?? playwrightsOwn();
  if (got) {
    return got;
  }
  throw new Problem(
    'No Chromium or Chrome was found, and none could be installed.',
    'Debian: sudo apt install chromium. Ubuntu: sudo npx playwright install --with-deps chromium.\n' +
      'Or name one: CHROMIUM_PATH=/path/to/chrome npm test'
  );
}
