/*
 * The rules of who may import whom in src/, as ESLint configuration.
 *
 * Module names are compared as they are written, not resolved: a rule holds for a
 * file that does not exist yet, and for `import type` and `import()` too.
 */

/** A relative path into a folder of src/, or its index, from anywhere in src/. */
const folder = name => `^\\.{1,2}/([\\w./-]*/)?${name}(/|$)`;
const KERNEL = folder('kernel');
const NOTEBOOK = folder('notebook');
const PANEL = folder('panel');
const PLUGINS = folder('plugins');
const SERVICES = '^@jupyterlab/services';
const LAB_NOTEBOOK = '^@jupyterlab/(notebook|cells|docregistry)';
const REACT = '^react(-dom)?(/|$)';

const LAYERS = [
  {
    files: ['src/snippets/**'],
    message:
      'src/snippets knows what a snippet is, and no notebook, kernel or view',
    forbidden: [KERNEL, NOTEBOOK, PANEL, PLUGINS, SERVICES, LAB_NOTEBOOK, REACT]
  },
  {
    files: ['src/notebook/**'],
    message:
      'src/notebook edits notebooks, and knows no kernel message and no view',
    forbidden: [KERNEL, PANEL, PLUGINS, SERVICES, REACT]
  },
  {
    files: ['src/kernel/**'],
    message: 'src/kernel talks to kernels, and knows no notebook and no view',
    forbidden: [NOTEBOOK, PANEL, PLUGINS, LAB_NOTEBOOK, REACT]
  },
  {
    files: ['src/panel/**'],
    message: 'src/panel renders models; src/plugins wires it',
    forbidden: [PLUGINS]
  },
  {
    files: ['src/**'],
    ignores: [
      'src/snippets/**',
      'src/notebook/**',
      'src/kernel/**',
      'src/panel/**',
      'src/**/*.tsx'
    ],
    message: 'React is for src/panel and for widgets (.tsx)',
    forbidden: [REACT]
  }
];

// A string of several lines that reads like Python. An approximation: it finds what
// people write, not what they hide.
const PYTHON =
  '(^|\\n)\\s*(from [\\w.]+ import |import [\\w.]+( as \\w+)?\\s*(\\n|$)|(async )?def \\w+\\(|class \\w+.*:\\s*\\n|get_ipython\\(\\))';
const PYTHON_RULES = [
  `Literal[value=/${PYTHON}/]`,
  `TemplateElement[value.cooked=/${PYTHON}/]`
].map(selector => ({
  selector,
  message: 'Python lives in runtime_kit/ as a real file and is imported as text'
}));

/** ESLint spells a slash in a selector's regular expression with an escape. */
const inSelector = pattern => pattern.replaceAll('/', '\\/');

export const layers = LAYERS.map(
  ({ files, ignores = [], message, forbidden }) => ({
    files,
    ignores,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: forbidden.map(regex => ({ regex, message })) }
      ],
      'no-restricted-syntax': [
        'error',
        ...forbidden.map(pattern => ({
          selector: `ImportExpression[source.value=/${inSelector(pattern)}/]`,
          message
        })),
        ...PYTHON_RULES
      ]
    }
  })
);

// The rules of the layers replace one another; src/panel and .tsx get theirs above
// or here.
layers.unshift({
  files: ['src/**'],
  rules: { 'no-restricted-syntax': ['error', ...PYTHON_RULES] }
});
