import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCatalog } from '../../scripts/i18n/catalog.mjs';
import { problems } from '../../scripts/i18n/check.mjs';
import { extract } from '../../scripts/i18n/extract.mjs';
import { LANGUAGES } from '../../scripts/i18n/paths.mjs';
import { SAME } from '../../scripts/i18n/same.mjs';

const extracted = extract();

for (const language of LANGUAGES) {
  test(`${language}: every text is translated, with its placeholders, and no other`, () => {
    // `npm run i18n` brings the new texts in; CONTRIBUTING.md says more.
    assert.deepEqual(problems(extracted, readCatalog(language)), []);
  });
}

test('what may be as in English is so somewhere', () => {
  const same = LANGUAGES.flatMap(language =>
    [...readCatalog(language).values()]
      .filter(({ id, translation }) => id === translation)
      .map(({ id }) => id)
  );
  assert.deepEqual(
    Object.keys(SAME).filter(id => !same.includes(id)),
    []
  );
});
