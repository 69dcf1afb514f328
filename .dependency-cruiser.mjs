/*
 * Who may import whom in src/: no circles, and each room only what stands below it.
 * Paths are resolved; `import type` and `import()` count. (ESLint's import rules look
 * past types, so dependency-cruiser keeps this.) `npm test -- imports` runs it.
 */

/** What each room of src/ may import, from the bottom up. index.ts takes what it likes. */
export const ROOMS = {
  snippets: [],
  ui: ['snippets'],
  notebook: ['snippets'],
  kernel: ['snippets'],
  library: ['notebook', 'snippets', 'ui'],
  insert: ['kernel', 'library', 'notebook', 'snippets', 'ui'],
  outputs: ['kernel', 'notebook', 'ui'],
  resumable: ['insert', 'kernel', 'library', 'notebook', 'snippets', 'ui'],
  requirements: ['kernel', 'library', 'notebook', 'snippets', 'ui'],
  forms: ['insert', 'library', 'notebook', 'snippets', 'ui'],
  settings: ['forms', 'library', 'snippets', 'ui'],
  completion: ['insert', 'library', 'notebook', 'snippets', 'ui'],
  menus: ['library', 'requirements', 'snippets', 'ui'],
  connect: ['kernel', 'ui'],
  panel: [
    ...['insert', 'kernel', 'library', 'notebook', 'requirements'],
    ...['resumable', 'snippets', 'ui']
  ]
};
const names = Object.keys(ROOMS);

const rooms = names.map(name => ({
  name: `room-${name}`,
  comment: `src/${name} may import: tokens.ts ${ROOMS[name].join(' ')}`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: {
    path: '^src/',
    pathNot: `^src/(tokens\\.ts$|[^/]+\\.d\\.ts$|(${[name, ...ROOMS[name]].join('|')})/)`
  }
}));

const packages = (name, comment, from, path) => ({
  name,
  comment,
  severity: 'error',
  from,
  to: { path: `(^|/)node_modules/${path}` }
});
const NOTEBOOKS = '@jupyterlab/(notebook|cells|docregistry)/';
const SERVICES = '@jupyterlab/services/';

export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Files that import each other cannot be read or changed alone',
      severity: 'error',
      from: {},
      to: { circular: true }
    },
    {
      name: 'tokens-import-no-room',
      comment: 'Every room imports tokens.ts',
      severity: 'error',
      from: { path: '^src/tokens\\.ts$' },
      to: { path: '^(src|runtime_kit)/' }
    },
    {
      name: 'new-room',
      comment: 'Say in .dependency-cruiser.mjs what a new room may import',
      severity: 'error',
      from: {
        path: '^src/[^/]+/',
        pathNot: `^src/(plugins|${names.join('|')})/`
      },
      to: {}
    },
    ...rooms,
    packages(
      'snippets-alone',
      'src/snippets knows what a snippet is, and no notebook, kernel or view',
      { path: '^src/snippets/' },
      `(${NOTEBOOKS}|${SERVICES})`
    ),
    packages(
      'notebook-sends-nothing',
      'src/notebook edits notebooks, and knows no kernel message',
      { path: '^src/notebook/' },
      SERVICES
    ),
    packages(
      'kernel-edits-nothing',
      'src/kernel talks to kernels, and knows no notebook',
      { path: '^src/kernel/' },
      NOTEBOOKS
    ),
    packages(
      'react-in-views',
      'React is for src/panel and for widgets (.tsx)',
      { path: '^src/', pathNot: '^src/panel/|\\.tsx$' },
      '(@types/)?react(-dom)?/'
    )
  ],
  options: {
    doNotFollow: { path: 'node_modules|^runtime_kit/|\\.svg$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.d.ts', '.js'] }
  }
};
