import { ESLint } from 'eslint';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOT } from '../../scripts/lib/paths.mjs';

const eslint = new ESLint({ cwd: ROOT });
const RULES = ['no-restricted-imports', 'no-restricted-syntax'];

/** The messages of the layer rules for a text as if it stood in this file. */
async function lint(filePath, text) {
  const [{ messages }] = await eslint.lintText(text, {
    filePath: `${ROOT}/${filePath}`
  });
  assert.equal(messages.find(({ fatal }) => fatal)?.message, undefined);
  return messages
    .filter(({ ruleId }) => RULES.includes(ruleId))
    .map(({ message }) => message);
}

const FORBIDDEN = [
  [
    'src/snippets/format/render.ts',
    `import { x } from '../../kernel/transport/evaluate';`,
    /no notebook, kernel/
  ],
  [
    'src/snippets/format/render.ts',
    `import type { X } from '../../kernel';`,
    /no notebook, kernel/
  ],
  [
    'src/snippets/format/render.ts',
    `export const x = import('../../kernel/transport/evaluate');`,
    /no notebook/
  ],
  [
    'src/snippets/format/render.ts',
    `export * from '../../notebook';`,
    /no notebook, kernel/
  ],
  [
    'src/snippets/format/render.ts',
    `import { x } from '@jupyterlab/notebook';`,
    /no notebook, kernel/
  ],
  [
    'src/notebook/insert.ts',
    `import { x } from '../kernel/evaluate';`,
    /no kernel message/
  ],
  [
    'src/notebook/insert.ts',
    `import type { K } from '@jupyterlab/services';`,
    /no kernel message/
  ],
  [
    'src/kernel/transport/evaluate.ts',
    `import { x } from '../../panel/model';`,
    /no notebook and no view/
  ],
  [
    'src/kernel/transport/evaluate.ts',
    `import { x } from '../../panel';`,
    /no notebook and no view/
  ],
  [
    'src/kernel/transport/evaluate.ts',
    `import { useState } from 'react';`,
    /no notebook and no view/
  ],
  ['src/index.ts', `import React from 'react';`, /React is for src\/panel/],
  [
    'src/index.ts',
    `export const code = 'import torch\\n';`,
    /Python lives in runtime_kit/
  ],
  [
    'src/index.ts',
    'export const code = `\ndef f(x):\n  return ${1}`;',
    /Python lives in/
  ]
];

for (const [file, text, reason] of FORBIDDEN) {
  test(`${file} may not hold: ${text.replaceAll('\n', ' ')}`, async () => {
    const messages = await lint(file, text);
    assert.equal(messages.length, 1);
    assert.match(messages[0], reason);
  });
}

const ALLOWED = [
  ['src/snippets/format/render.ts', `import { x } from './literal';`],
  [
    'src/notebook/insert.ts',
    `import type { ISnippetCell } from '../snippets';`
  ],
  [
    'src/kernel/transport/evaluate.ts',
    `import { x } from '../../snippets/format/literal';`
  ],
  ['src/index.ts', `import { x } from './kernel/evaluate';`],
  ['src/index.ts', `export const text = 'Insert cells from a snippet';`]
];

for (const [file, text] of ALLOWED) {
  test(`${file} may hold: ${text}`, async () => {
    assert.deepEqual(await lint(file, text), []);
  });
}
