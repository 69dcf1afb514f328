/* Python code stands in runtime_kit/ as real files, never in a string of TypeScript. */

// A string of several lines that reads like Python. An approximation: it finds what
// people write, not what they hide.
const PYTHON =
  '(^|\\n)\\s*(from [\\w.]+ import |import [\\w.]+( as \\w+)?\\s*(\\n|$)|(async )?def \\w+\\(|class \\w+.*:\\s*\\n|get_ipython\\(\\))';

export const pythonText = {
  files: ['src/**'],
  rules: {
    'no-restricted-syntax': [
      'error',
      ...[
        `Literal[value=/${PYTHON}/]`,
        `TemplateElement[value.cooked=/${PYTHON}/]`
      ].map(selector => ({
        selector,
        message:
          'Python lives in runtime_kit/ as a real file and is imported as text'
      }))
    ]
  }
};
