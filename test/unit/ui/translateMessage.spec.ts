import { nullTranslator } from '@jupyterlab/translation';
import { readdirSync, readFileSync } from 'fs';
import path from 'path';

import {
  translateError,
  translateMessage
} from '../../../src/ui/translateMessage';
import {
  checkParameter,
  MessageError,
  parseSnippet,
  readCellForm,
  renderSnippet
} from '../../../src/snippets';
import { later, Message } from '../../../src/snippets/format/message';
import { DOMAIN } from '../../../src/ui/translation';
import { korean } from '../korean';

const ROOT = path.resolve(__dirname, '../../..');
const FOLDER = path.join(ROOT, 'test/fixtures/snippets');
const BROKEN = readdirSync(FOLDER).filter(name => /^error-.*\.py$/.test(name));
const CATALOGS = ['ko_KR', 'zh_CN', 'zh_TW'].map(language =>
  readFileSync(path.join(ROOT, 'locales', `${language}.po`), 'utf8')
);

function errorOf(action: () => unknown): MessageError {
  try {
    action();
  } catch (error) {
    return error as MessageError;
  }
  throw new Error('nothing is wrong');
}

/** The texts in a message that are to be translated: all but bare gaps. */
function textsOf({ id, args }: Message): string[] {
  const inner = args.flatMap(arg =>
    typeof arg === 'object' ? textsOf(arg) : []
  );
  return /[a-z]/i.test(id.replace(/%\d/g, '')) ? [id, ...inner] : inner;
}

/** Every text of a message stands in each catalog, with as many gaps as arguments. */
function expectTranslated(message: Message): void {
  const texts = textsOf(message);
  expect(texts).not.toEqual([]);
  for (const text of texts) {
    for (const catalog of CATALOGS) {
      expect(catalog).toContain(`msgid ${JSON.stringify(text)}\n`);
    }
  }
  expect(String(message)).not.toMatch(/%\d|undefined/);
}

describe('what is wrong is said in the language of the interface', () => {
  it.each(BROKEN)('%s', file => {
    const id = file.slice(0, -'.py'.length);
    const text = readFileSync(path.join(FOLDER, file), 'utf8');
    const error = errorOf(() => parseSnippet(text, { id, builtin: false }));
    expectTranslated(error.sentence);
    expect(error.message).toBe(String(error.sentence));
  });

  it.each([
    [{ type: 'string' }, 1],
    [{ type: 'boolean' }, 1],
    [{ type: 'number' }, 'x'],
    [{ type: 'integer' }, 0.5],
    [{ type: 'raw' }, NaN],
    [{ type: 'integer', min: 1 }, 0],
    [{ type: 'integer', max: 1 }, 2],
    [{ type: 'string', choices: ['a'] }, 'b']
  ] as const)('a value for %j: %j', (rules, value) => {
    const check = () => checkParameter({ name: 'N', ...rules } as any, value);
    expectTranslated(errorOf(check).sentence);
  });

  it('a parameter that is not there', () => {
    const text = '# ---\n# title: T\n# ---\nN = 1  # @param {type:"integer"}';
    const snippet = parseSnippet(text, { id: 't', builtin: false });
    const error = errorOf(() => renderSnippet(snippet, { M: 1 }));
    expectTranslated(error.sentence);
  });

  it.each(['a =  # @param', 'a = f(1)  # @param {type:"string"}'])(
    'a line that is left alone: %s',
    line => expectTranslated(readCellForm(line).skipped[0].reason)
  );

  it('a message within a message, and what is no error of ours', async () => {
    const trans = await korean({
      '%1, not %2': ['%2 말고 %1'],
      'must be at least %1': ['%1 이상']
    });
    const rules = { name: 'N', type: 'integer', min: 3 } as const;
    const error = errorOf(() => checkParameter(rules, 1));
    expect(translateError(error, trans)).toBe('N: 1 말고 3 이상');
    const english = nullTranslator.load(DOMAIN);
    expect(translateError(error, english)).toBe(error.message);
    expect(translateError(new Error('server away'), trans)).toBe('server away');
    // What somebody's text looks like is no gap.
    expect(translateMessage(later.__('%1, not %2', '%2', '%1'), english)).toBe(
      '%2, not %1'
    );
  });
});
