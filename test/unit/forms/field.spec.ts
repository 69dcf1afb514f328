import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import fc from 'fast-check';

import {
  cellField,
  fieldProblem,
  IField,
  readField,
  snippetField
} from '../../../src/forms/field';
import { FormBody } from '../../../src/forms/FormBody';
import { toText } from '../../../src/forms/parameterText';
import {
  IParameter,
  ParameterValue,
  parseSnippet,
  readCellForm
} from '../../../src/snippets';
import { until } from '../until';

const trans = nullTranslator.load('');

const field = (line: string): IField =>
  cellField(readCellForm(line).parameters[0], trans);

const parameter = (line: string): IParameter =>
  parseSnippet(`# ---\n# title: T\n# ---\n# %%\n${line}`, {
    id: 't',
    builtin: false
  }).parameters[0];

describe('a field', () => {
  it('of code says that it is code, unless its author says what to enter', () => {
    const code = 'A = model  # @param {type:"raw"}';
    expect(field(code).note).toBe('Python code, inserted as is.');
    const told = code.replace('}', ', placeholder:"variable"}');
    expect(field(told)).toMatchObject({ placeholder: 'variable' });
    expect(field(told).note).toBeUndefined();
  });

  it('of a long whole number takes no other code, and says what is too long', () => {
    const long = field('A = 18446744073709551615  # @param {type:"integer"}');
    expect(readField(long, '-99999999999999999999')).toBe(
      '-99999999999999999999'
    );
    expect(fieldProblem(long, '7', trans)).toBe('');
    for (const text of ['18446744073709551615x', 'f(1)', '', '1 2']) {
      expect(fieldProblem(long, text, trans)).toBe('Enter a whole number.');
    }
    const short = field('A = 1  # @param {type:"integer"}');
    expect(fieldProblem(short, '18446744073709551615', trans)).toBe(
      'Must be at most 9007199254740991.'
    );
    expect(fieldProblem(short, '-18446744073709551615', trans)).toBe(
      'Must be at least -9007199254740991.'
    );
    expect(fieldProblem(short, '1.5', trans)).toBe('Enter a whole number.');
  });

  const double = fc.double({ noNaN: true, noDefaultInfinity: true });
  const VALUES: [string, fc.Arbitrary<ParameterValue>][] = [
    ['A = "x"  # @param {type:"string"}', fc.string({ unit: 'binary' })],
    ['A = 1.0  # @param {type:"number"}', fc.oneof(double, fc.integer())],
    ['A = 1  # @param {type:"integer"}', fc.maxSafeInteger()],
    ['A = True  # @param {type:"boolean"}', fc.boolean()],
    ['A = "a"  # @param ["a", "b\\"c"]', fc.constantFrom('a', 'b"c')],
    [
      'A = 2  # @param [1, 2, 3] {type:"integer"}',
      fc.constantFrom<ParameterValue>(1, 2, 3)
    ]
  ];

  it.each(VALUES)('reads what it shows: %s', (line, values) => {
    fc.assert(
      fc.property(values, value => {
        for (const each of [
          field(line),
          snippetField(parameter(line), value)
        ]) {
          const text = toText(each.rules, value);
          expect(readField(each, text)).toEqual(value);
          expect(fieldProblem(each, text, trans)).toBe('');
        }
      })
    );
  });

  it.each([
    ['A = 1  # @param {type:"integer"}', 'x', 'Enter a whole number.'],
    ['A = 1  # @param {type:"integer"}', '1.5', 'Enter a whole number.'],
    ['A = 1  # @param {type:"number"}', '', 'Enter a number.'],
    [
      'A = 1  # @param {type:"slider", min:1, max:5}',
      '0',
      'Must be at least 1.'
    ],
    [
      'A = 1  # @param {type:"slider", min:1, max:5}',
      '6',
      'Must be at most 5.'
    ],
    ['A = "a"  # @param ["a", "b"]', 'c', 'Choose a value from the list.'],
    ['A = x  # @param {type:"raw"}', ' ', 'Enter a value.'],
    ['A = x  # @param {type:"raw"}', 'f(', /Brackets/],
    ['A = x  # @param {type:"raw"}', 'a # b', /comment out/]
  ])('%s: %j is not taken', (line, text, problem) => {
    expect(fieldProblem(field(line), text, trans)).toMatch(problem);
    expect(() => readField(field(line), text)).toThrow();
  });

  it('shows what does not fit now', () => {
    const shown = field('A = 9  # @param {type:"slider", min:1, max:5}');
    expect(shown).toMatchObject({
      text: '9',
      note: expect.stringMatching('9')
    });
  });
});

describe('the form', () => {
  const SOURCE = [
    'A = "one\\ntwo"  # @param {type:"string"}',
    'B = 3  # @param {type:"slider", min:1, max:5}',
    'C = True  # @param {type:"boolean"}',
    'D = "a"  # @param ["a", "b"]',
    'E = "2026-01-02"  # @param {type:"date"}',
    'F = "x"  # @param ["x", "y"] {allow-input: true}'
  ].join('\n');
  let body: FormBody;

  beforeEach(async () => {
    body = new FormBody({
      trans,
      fields: readCellForm(SOURCE).parameters.map(p => cellField(p, trans)),
      remarks: ['Said below']
    });
    Widget.attach(body, document.body);
    // React renders when it sees fit.
    await until(() => body.node.querySelector('label') !== null);
  });
  afterEach(() => body.dispose());

  const control = (name: string): HTMLInputElement => {
    const label = [...body.node.querySelectorAll('label')].find(
      ({ textContent }) => textContent === name
    )!;
    return document.getElementById(label.htmlFor) as HTMLInputElement;
  };

  const enter = (name: string, text: string): void => {
    const node = control(name);
    const { set } = Object.getOwnPropertyDescriptor(
      Object.getPrototypeOf(node),
      'value'
    )!;
    set!.call(node, text);
    const type = node.tagName === 'SELECT' ? 'change' : 'input';
    node.dispatchEvent(new Event(type, { bubbles: true }));
  };

  it('has the input that fits each type, with a label', () => {
    expect(
      [...'ABCDEF'].map(name => control(name).type || control(name).tagName)
    ).toEqual(['textarea', 'text', 'checkbox', 'select-one', 'date', 'text']);
    expect(body.node.querySelector('input[type=range]')).toHaveProperty(
      'value',
      '3'
    );
    expect(body.node.textContent).toContain('Said below');
  });

  it('gives what was changed and nothing else', () => {
    expect(body.getValue()).toEqual(new Map());
    enter('B', '5');
    enter('D', 'b');
    enter('F', 'own');
    control('C').click();
    expect(body.validate()).toBe(true);
    expect(body.getValue()).toEqual(
      new Map<string, unknown>([
        ['2', 5],
        ['3', false],
        ['4', 'b'],
        ['6', 'own']
      ])
    );
    // Changed back is not changed.
    enter('B', '3');
    expect(body.getValue().has('2')).toBe(false);
  });

  it('says what is wrong at the field, and has the focus there', async () => {
    enter('B', '6');
    expect(body.node.querySelector('[role=alert]')).toBeNull();
    expect(body.validate()).toBe(false);
    MessageLoop.flush();
    expect(document.activeElement).toBe(control('B'));
    await until(() => control('B').getAttribute('aria-invalid') === 'true');
    const help = control('B').getAttribute('aria-describedby')!;
    expect(document.getElementById(help)).toMatchObject({
      textContent: 'Must be at most 5.'
    });
  });
});
