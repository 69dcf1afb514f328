import assert from 'node:assert/strict';
import { test } from 'node:test';
import { main } from '../../scripts/bench.mjs';

test('the benches are the modules that run; what only helps them is none', async () => {
  await assert.rejects(main(['spread']), ({ message, advice }) => {
    assert.equal(message, 'No such bench: spread');
    const names = advice.replace('Benches: ', '').split(', ');
    assert.ok(names.includes('checkpoint') && names.includes('browser'));
    assert.ok(names.includes('peers'));
    assert.ok(!names.includes('spread') && !names.includes('__init__'));
    return true;
  });
});
