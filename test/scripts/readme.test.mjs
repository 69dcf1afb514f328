import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/lib/paths.mjs';

/** What a README says whatever its language, line by line. */
function skeleton(name) {
  const text = readFileSync(join(ROOT, name), 'utf8');
  return text.split('\n').flatMap(line => {
    const links = [...line.matchAll(/\]\(([^)]+)\)/g)].map(
      ([, target]) => target
    );
    const shape = /^(#+ |```|\||\d+\. |- )/.exec(line)?.[1];
    return shape || links.length > 0 ? [[shape ?? '', ...links].join(' ')] : [];
  });
}

test('the Korean README has the sections, tables, pictures and links of the English one', () => {
  const [english, korean] = ['README.md', 'README.ko.md'].map(skeleton);
  const own = lines =>
    lines.filter(line => !/^ ?README(\.ko)?\.md$/.test(line.trim()));
  assert.deepEqual(own(korean), own(english));
});
