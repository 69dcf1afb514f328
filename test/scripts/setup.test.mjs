import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { ROOT } from '../../scripts/lib/paths.mjs';

let checkout;

// A copy of what a fresh clone has for the set-up, with a PATH of stand-ins.
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'runtime-kit-clone-'));
  for (const name of [
    'scripts',
    'constraints',
    'package.json',
    'package-lock.json',
    'pyproject.toml'
  ]) {
    cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
  }
  mkdirSync(join(checkout, 'bin'));
  symlinkSync(process.execPath, join(checkout, 'bin', 'node'));
});
afterEach(() => rmSync(checkout, { recursive: true }));

function standIn(name, script) {
  const path = join(checkout, 'bin', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

function python({
  version = [3, 11, 7],
  venv = true,
  ensurepip = true,
  pip = true
} = {}) {
  const answer = {
    path: '/usr/bin/python3',
    version,
    venv,
    ensurepip,
    pip,
    machine: 'x86_64'
  };
  standIn('python3', `echo '${JSON.stringify(answer)}'`);
}

function nodeModules() {
  standIn('npm', 'exit 0');
}

function npm(script, ...args) {
  const result = spawnSync(
    process.execPath,
    ['scripts/run.cjs', script, ...args],
    {
      cwd: checkout,
      encoding: 'utf8',
      env: { PATH: join(checkout, 'bin'), HOME: checkout }
    }
  );
  assert.doesNotMatch(
    result.stderr,
    /\n {4}at /,
    'a stack trace instead of a sentence'
  );
  return result;
}

test('an old Node is told to be old, whatever else it could not read', () => {
  const old =
    "Object.defineProperty(process.versions, 'node', { value: '18.19.0' });";
  const { status, stderr } = spawnSync(
    process.execPath,
    ['-e', `${old} process.argv.push('start'); require('./scripts/run.cjs');`],
    { cwd: checkout, encoding: 'utf8' }
  );
  assert.equal(status, 1);
  assert.match(stderr, /Node 18\.19\.0 is too old: .* Node 20 or newer/);
});

test('without a network the set-up says so and shows the log of npm', () => {
  standIn(
    'npm',
    '[ "$1" = --version ] && echo 11 || { echo "npm error code EAI_AGAIN"; exit 1; }'
  );
  const { status, stdout, stderr } = npm('start', '--no-browser');
  assert.equal(status, 1);
  assert.match(stdout, /^node modules +installing .* \.\.\. failed$/m);
  assert.match(stderr, /npm error code EAI_AGAIN/);
  assert.match(
    stderr,
    /The package registry cannot be reached\.\nThis first set-up needs the network/
  );
});

test('a full disk is told as such, whatever broke because of it', () => {
  standIn(
    'npm',
    '[ "$1" = --version ] || { echo "ECONNRESET"; echo "ENOSPC: write"; exit 1; }'
  );
  assert.match(npm('start').stderr, /The disk is full\.\nFree some space/);
});

test('an old Python is named with its version', () => {
  nodeModules();
  python({ version: [3, 9, 2] });
  const { status, stderr } = npm('start');
  assert.equal(status, 1);
  assert.match(
    stderr,
    /Python 3\.10 or newer is needed; \/usr\/bin\/python3 is 3\.9\.2\./
  );
});

test('no Python at all', () => {
  nodeModules();
  assert.match(
    npm('start').stderr,
    /no python3 was found\.\nInstall one \(apt install python3/
  );
});

test('a Python that cannot make environments: the package to install is named', () => {
  // Also for root here, because this PATH has no apt-get.
  nodeModules();
  python({ ensurepip: false, pip: false });
  const { status, stderr } = npm('start');
  assert.equal(status, 1);
  assert.match(stderr, /cannot make virtual environments/);
  assert.match(stderr, /sudo apt install python3-venv/);
});

test('wrong options and stages are answered with the right ones', () => {
  assert.match(
    npm('start', '--port', 'abc').stderr,
    /--port abc is no port number/
  );
  assert.match(
    npm('start', '--headless').stderr,
    /'--headless'[^]*--no-browser/
  );
  assert.match(
    npm('test', 'jset').stderr,
    /No such stage: jset\n[^]*jest, pytest/
  );
});

test('a port that is taken is told before anything is installed', async () => {
  const server = createServer();
  const port = await new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve(server.address().port));
  });
  const { status, stdout, stderr } = npm('start', '--port', String(port));
  server.close();
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`Port ${port} cannot be used`));
  assert.equal(stdout, '');
});

test('a set-up that fails is one failure on the last line of npm test', () => {
  standIn('npm', 'exit 1');
  const { status, stdout } = npm('test', 'eslint', 'house');
  assert.equal(status, 1);
  assert.match(stdout, /^eslint +FAILED \(not set up\)/m);
  assert.equal(
    stdout.trimEnd().split('\n').at(-1),
    '0 passed, 1 failed, 0 skipped'
  );
});

test('paths of one machine fail, and very long files are warned of', () => {
  const write = (path, text) => {
    mkdirSync(dirname(join(checkout, path)), { recursive: true });
    writeFileSync(join(checkout, path), text);
  };
  assert.equal(npm('check-house').status, 0);
  write('src/long.ts', 'x;\n'.repeat(401));
  const warned = npm('check-house');
  assert.equal(warned.status, 0);
  assert.match(warned.stdout, /^warning: src\/long\.ts: 401 lines/m);
  write(
    'docs/guide.md',
    ['See', ['', 'home', 'ann', 'notes.md'].join('/')].join(' ')
  );
  const { status, stdout } = npm('check-house');
  assert.equal(status, 1);
  assert.match(stdout, /^docs\/guide\.md:1: an absolute path of one machine/m);
});

test('VENV names an environment, and never another folder, which would be emptied', () => {
  const start = VENV =>
    spawnSync(process.execPath, ['scripts/run.cjs', 'setup'], {
      cwd: checkout,
      env: { PATH: join(checkout, 'bin'), VENV },
      encoding: 'utf8'
    });
  for (const name of ['docs', '.venv/../docs', '/tmp']) {
    const { status, stderr } = start(name);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /is no name for an environment\.\nBegin it with \.venv/
    );
  }
  nodeModules();
  python();
  // This python3 makes nothing: what it was asked to make is on the line of the step.
  assert.match(
    start('.venv-3.13').stdout,
    /making \.venv-3\.13 with Python 3\.11\.7/
  );
});
