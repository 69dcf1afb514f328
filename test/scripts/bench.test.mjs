import assert from 'node:assert/strict';
import { test } from 'node:test';
import { main } from '../../scripts/bench.mjs';

test('the benches are the modules that run; what only helps them is none', async () => {
  await assert.rejects(main(['spread']), {
    message: 'No such bench: spread',
    advice: 'Benches: checkpoint, panel, storage, browser'
  });
});
