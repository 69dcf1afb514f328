import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile } from '../../scripts/i18n/catalog.mjs';
import { problems } from '../../scripts/i18n/check.mjs';
import { extract } from '../../scripts/i18n/extract.mjs';
import { messagesOfSchema } from '../../scripts/i18n/extract-schema.mjs';
import {
  messagesOfEngine,
  messagesOfSnippet
} from '../../scripts/i18n/extract-snippets.mjs';
import { messagesOfText } from '../../scripts/i18n/extract-source.mjs';
import { keyOf, merge } from '../../scripts/i18n/message.mjs';
import { formatPo, parsePo } from '../../scripts/i18n/po.mjs';

const HEADER = {
  domain: 'd',
  language: 'ko_KR',
  pluralForms: 'nplurals=1; plural=0;'
};
const map = (...messages) =>
  merge(messages.map(message => ({ references: ['a'], ...message })));

test('finds the literals of every method, in TypeScript and in JSX', () => {
  const text = `
    trans.__('plain %1', 1); this._trans.gettext(\`ticked\`);
    props.trans._n('one', 'many', n); trans.ngettext('a', 'b', n);
    (translator ?? nullTranslator).load(DOMAIN)._p('place', 'word');
    trans._np('place', 'x', 'xs', n); trans.__('joined ' + "text");
    const node = <b title={trans.__('in JSX')}>text</b>;
    trans.__(variable); other.constructor('no'); trans.toString('no');`;
  const found = messagesOfText(text, 'f.tsx').map(({ context, id, plural }) => [
    context,
    id,
    plural
  ]);
  assert.deepEqual(found, [
    [undefined, 'plain %1', undefined],
    [undefined, 'ticked', undefined],
    [undefined, 'one', 'many'],
    [undefined, 'a', 'b'],
    ['place', 'word', undefined],
    ['place', 'x', 'xs'],
    [undefined, 'joined text', undefined],
    [undefined, 'in JSX', undefined]
  ]);
});

test("takes of a schema what JupyterLab's server translates", () => {
  const schema = {
    title: 'T',
    description: 'D',
    'jupyter.lab.setting-icon-label': 'I',
    'jupyter.lab.setting-icon': 'no',
    'jupyter.lab.menus': {
      main: [{ label: 'M', items: [{ submenu: { label: 'S', id: 'no' } }] }]
    },
    'jupyter.lab.toolbars': { Notebook: [{ name: 'no', label: 'B' }] },
    properties: {
      a: { title: 'A', type: 'no', oneOf: [{ const: 'no', title: 'O' }] }
    },
    definitions: {
      x: { title: 'no', properties: { y: { description: 'Y' } } }
    },
    'jupyter.lab.internationalization': { selectors: ['extra/text'] },
    extra: { text: 'E' }
  };
  const found = messagesOfSchema(schema, 's').map(
    ({ context, id }) => `${context} ${id}`
  );
  assert.deepEqual(found, [
    'schema T',
    'schema D',
    'settings I',
    'menu M',
    'menu S',
    'toolbar B',
    'settings A',
    'settings O',
    'settings Y',
    'schema E'
  ]);
});

test('takes title and description from the front matter of a snippet', () => {
  const text =
    '# ---\n# id: x\n# title: "A: b"\n# description: >\n#   long\n#   text\n# ---\n# %%\n';
  assert.deepEqual(
    messagesOfSnippet(text, 's').map(({ id }) => id.trim()),
    ['A: b', 'long text']
  );
  assert.throws(() => messagesOfSnippet('# %%\n', 's'), /no front matter/);
});

test('takes the titles of engines, and no more of them', () => {
  const text = [
    '# ---\n# id: x\n# title: X\n# ---',
    '# %% engine: shared\n',
    '# %%\n# @title Seen\nA = 1  # @param {type:"integer"} # Note.',
    '# %% engine:\n# @title Own engine\n# @markdown not seen',
    '# %% engine:\n# %%writefile x.py\n# # @title Script\n# # @title inner',
    '# %%\n# %%writefile y.py\n# # @title of a file'
  ].join('\n\n');
  assert.deepEqual(
    messagesOfSnippet(text, 's').map(({ id }) => id),
    ['X', 'Seen', 'Note.', 'Own engine', 'Script']
  );
  assert.deepEqual(
    messagesOfEngine('# @title Shared\ndef f():\n    pass\n', 'e'),
    [{ context: 'snippet', id: 'Shared', references: ['e'] }]
  );
});

test('a text is one message in all its places, and has one plural', () => {
  const merged = map(
    { id: 'x' },
    { id: 'x', references: ['b'] },
    { id: 'x', context: 'c' }
  );
  assert.deepEqual([...merged.keys()], ['x', 'c\u0004x']);
  assert.deepEqual(merged.get('x').references, ['a', 'b']);
  assert.throws(
    () => map({ id: 'x' }, { id: 'x', plural: 'xs' }),
    /two plurals/
  );
});

test('catalogs come back as they were written', () => {
  const messages = [
    {
      references: ['a', 'b'],
      id: 'quote " back \\ line\nend',
      translation: '따옴표 " \\\n'
    },
    { references: ['c'], context: 'k', id: 'x', plural: 'xs', translation: '' }
  ];
  assert.deepEqual(parsePo(formatPo(messages, HEADER)), messages);
  const folded = 'msgid ""\n"one "\n"two"\nmsgstr "하나"\n"둘"\n';
  assert.equal(parsePo(folded)[0].id, 'one two');
  assert.equal(parsePo(folded)[0].translation, '하나둘');
  assert.throws(() => parsePo('msgid "x"\nmsgstr "no end\n'), /not understood/);
});

test('what JupyterLab reads has two forms of a plural', () => {
  const catalog = map(
    { id: 'x', plural: 'xs', translation: '엑스' },
    { id: 'y', translation: '' }
  );
  const compiled = compile('ko_KR', catalog);
  assert.equal(compiled[''].language, 'ko-KR');
  assert.deepEqual(compiled.x, ['엑스', '엑스']);
  assert.equal(compiled.y, undefined);
});

test('says what is wrong with a catalog', () => {
  const of = (message, translation) =>
    problems(map(message), map({ ...message, translation })).join();
  assert.equal(of({ id: 'a %1 {b}' }, '{b} 가 %1'), '');
  assert.match(of({ id: 'a' }, ''), /not translated/);
  assert.match(of({ id: 'a' }, 'a'), /same as in English/);
  assert.match(of({ id: 'a %1' }, '가 %2'), /placeholders differ/);
  assert.match(of({ id: 'a %1' }, '가 %1 %1'), /placeholders differ/);
  assert.match(of({ id: 'a ' }, '가'), /white space at the end/);
  assert.match(
    of({ id: 'one', plural: '%1 many' }, '많이'),
    /placeholders differ/
  );
  assert.match(problems(map({ id: 'a' }), map()).join(), /not translated/);
  assert.match(
    problems(map(), map({ id: 'a', translation: '가' })).join(),
    /used no more/
  );
});

test("the extension's own texts are found", () => {
  const found = extract();
  for (const message of [
    { id: 'Mount Drive' },
    { context: 'menu', id: 'Runtime' },
    { context: 'schema', id: 'Runtime Kit' },
    { context: 'snippet', id: 'Check GPU' }
  ]) {
    assert.ok(found.has(keyOf(message)), message.id);
  }
});
