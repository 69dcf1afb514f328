const jestJupyterLab = require('@jupyterlab/testing/lib/jest-config');

// These packages publish ES modules only, which jest cannot load as they are.
const esModules = [
  '@codemirror',
  '@jupyter/react-components',
  '@jupyter/web-components',
  '@jupyter/ydoc',
  '@jupyterlab/',
  '@marijn',
  '@microsoft',
  '@rjsf',
  'color',
  'exenv-es6',
  'fast-check',
  'lib0',
  'marked',
  'nanoid',
  'pure-rand',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yaml',
  'yjs'
].join('|');

const base = jestJupyterLab(__dirname);

module.exports = {
  ...base,
  reporters: ['default'],
  roots: ['<rootDir>/src', '<rootDir>/test/unit'],
  testRegex: '/test/unit/.*\\.spec\\.tsx?$',
  transform: {
    ...base.transform,
    '\\.py$': '@jupyterlab/testing/lib/jest-raw-loader.js',
    '\\.files$': '<rootDir>/scripts/lib/text-files.cjs'
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules})).+`]
};
