import { ESLint } from 'eslint';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { ROOMS } from '../../.dependency-cruiser.mjs';
import { ROOT, nodeBin } from '../../scripts/lib/paths.mjs';

const folder = mkdtempSync(join(tmpdir(), 'imports-'));
after(() => rmSync(folder, { recursive: true, force: true }));
for (const file of [
  '.dependency-cruiser.mjs',
  'tsconfig.json',
  'package.json'
]) {
  cpSync(join(ROOT, file), join(folder, file));
}
symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));

/** What the rules say of a src/ with these files: `rule from -> to`. */
function violations(files) {
  rmSync(join(folder, 'src'), { recursive: true, force: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { stdout, stderr } = spawnSync(
    nodeBin('depcruise'),
    ['src', '--output-type', 'json'],
    { cwd: folder, encoding: 'utf8' }
  );
  assert.equal(stderr, '');
  return JSON.parse(stdout).summary.violations.map(({ rule }) => rule.name);
}

const RENDER = 'src/snippets/format/render.ts';
const EVALUATE = 'src/kernel/transport/evaluate.ts';
const INSERT = 'src/notebook/insert.ts';
const KERNEL = { [EVALUATE]: 'export const x = 1; export type X = number;' };
const VIEW = { 'src/panel/model/x.ts': 'export const x = 1;' };

const FORBIDDEN = [
  [
    'room-snippets',
    RENDER,
    `import { x } from '../../kernel/transport/evaluate'; x;`,
    KERNEL
  ],
  [
    'room-snippets',
    RENDER,
    `import type { X } from '../../kernel/transport/evaluate'; export type Y = X;`,
    KERNEL
  ],
  [
    'room-snippets',
    RENDER,
    `export const x = import('../../kernel/transport/evaluate');`,
    KERNEL
  ],
  [
    'room-notebook',
    INSERT,
    `export * from '../kernel/transport/evaluate';`,
    KERNEL
  ],
  [
    'room-kernel',
    EVALUATE,
    `import { x } from '../../panel/model/x'; x;`,
    VIEW
  ],
  [
    'tokens-import-no-room',
    'src/tokens.ts',
    `import { x } from './panel/model/x'; x;`,
    VIEW
  ],
  [
    'new-room',
    'src/attic/x.ts',
    `import { x } from '../panel/model/x'; x;`,
    VIEW
  ],
  [
    'snippets-alone',
    RENDER,
    `import { Notebook } from '@jupyterlab/notebook'; Notebook;`
  ],
  [
    'notebook-sends-nothing',
    INSERT,
    `import type { Kernel } from '@jupyterlab/services'; export type X = Kernel.IModel;`
  ],
  [
    'kernel-edits-nothing',
    EVALUATE,
    `import { Cell } from '@jupyterlab/cells'; Cell;`
  ],
  ['react-in-views', 'src/menus/x.ts', `import React from 'react'; React;`],
  [
    'react-in-views',
    EVALUATE,
    `import type { FC } from 'react'; export type X = FC;`
  ]
];

for (const [rule, file, text, others] of FORBIDDEN) {
  test(`${rule}: ${file} may not hold: ${text}`, () => {
    assert.deepEqual(violations({ [file]: text, ...others }), [rule]);
  });
}

test('files that import each other are found, by types alone too', () => {
  const found = violations({
    'src/panel/model/a.ts': `import type { B } from './b'; export type A = B[];`,
    'src/panel/model/b.ts': `import type { A } from './a'; export type B = A[];`
  });
  assert.deepEqual([...new Set(found)], ['no-circle']);
});

test('what stands below may be imported', () => {
  const found = violations({
    ...KERNEL,
    [RENDER]: `import { x } from './literal'; x;`,
    'src/snippets/format/literal.ts': 'export const x = 1;',
    'src/tokens.ts': 'export type T = 1;',
    [INSERT]: `import { x } from '../snippets/format/literal'; import type { T } from '../tokens'; x; export type U = T;`,
    'src/panel/views/X.tsx': `import React from 'react'; import { x } from '../../kernel/transport/evaluate'; x; React;`,
    'src/plugins/x.ts': `import { x } from '../kernel/transport/evaluate'; x;`
  });
  assert.deepEqual(found, []);
});

const eslint = new ESLint({ cwd: ROOT });

/** What the linter says of Python in src/index.ts. */
async function pythonIn(text) {
  const filePath = join(ROOT, 'src/index.ts');
  const [{ messages }] = await eslint.lintText(text, { filePath });
  return messages
    .filter(({ ruleId }) => ruleId === 'no-restricted-syntax')
    .map(({ message }) => message);
}

for (const text of [
  `export const code = 'import torch\\n';`,
  'export const code = `\ndef f(x):\n  return ${1}`;'
]) {
  test(`TypeScript may not hold: ${text.replaceAll('\n', ' ')}`, async () => {
    const messages = await pythonIn(text);
    assert.equal(messages.length, 1);
    assert.match(messages[0], /Python lives in runtime_kit/);
  });
}

test('a sentence with the word import is no Python', async () => {
  const text = `export const text = 'Insert cells from a snippet';`;
  assert.deepEqual(await pythonIn(text), []);
});

for (const room of readdirSync(join(ROOT, 'src'))) {
  const others = ROOMS[room];
  if (!others) {
    continue; // a file, or the plugins, which wire everything
  }
  test(`the header of room ${room} says what it may import`, () => {
    const header = new RegExp(
      `^/\\*\\n \\* Room ${room}: .*\\n \\* May import ([^.]*\\.ts[^.]*)\\.\\n \\*/\\n`
    );
    const found = readdirSync(join(ROOT, 'src', room), { recursive: true })
      .filter(name => /\.tsx?$/.test(name))
      .map(name =>
        header.exec(readFileSync(join(ROOT, 'src', room, name), 'utf8'))
      )
      .filter(Boolean);
    assert.deepEqual(
      found.map(([, may]) => may),
      [['tokens.ts', ...others].join(', ')]
    );
  });
}
