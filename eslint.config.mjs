import eslint from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import typescript from 'typescript-eslint';
import { pythonText } from './scripts/lint/python-text.mjs';

export default typescript.config(
  {
    ignores: [
      '**/node_modules/',
      '.venv*/',
      '.cache/',
      'lib/',
      'coverage/',
      'dist/',
      'jupyterlab_runtime_kit/labextension/',
      'playwright-report/',
      'test-results/'
    ]
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,cjs,mjs,ts,tsx}'],
    extends: [eslint.configs.recommended],
    rules: {
      curly: ['error', 'all'],
      eqeqeq: ['error', 'always'],
      'no-console': 'off',
      'prefer-arrow-callback': 'error'
    }
  },
  { files: ['**/*.{js,cjs,mjs}'], languageOptions: { globals: globals.node } },
  // Runs on any Node, to say which one is needed.
  {
    files: ['scripts/run.cjs'],
    rules: { 'prefer-arrow-callback': 'off', 'no-var': 'off' }
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [typescript.configs.recommended],
    rules: {
      '@typescript-eslint/no-unused-vars': [
        'error',
        { args: 'none', caughtErrors: 'none' }
      ],
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ]
    }
  },
  {
    // Rules that ask the type checker.
    files: ['src/**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/await-thenable': 'error'
    }
  },
  { plugins: { jupyter } },
  ...jupyter.configs.recommended,
  pythonText,
  {
    // Tests look into pages and stand-ins, whose types nobody exports.
    files: ['test/**/*.{ts,tsx}', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      'jupyter/no-untranslated-string': 'off'
    }
  },
  prettier
);
