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

for (const translated of ['README.ko.md', 'README.zh-CN.md']) {
  test(`${translated} has the sections, tables, pictures and links of the English one`, () => {
    const [english, other] = ['README.md', translated].map(skeleton);
    // The line of languages links to the two others.
    const own = lines =>
      lines.filter(line => !/^( ?README[.\w-]*\.md)+$/.test(line.trim()));
    assert.deepEqual(own(other), own(english));
  });
}
