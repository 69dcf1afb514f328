import { buildCatalog, readCatalog, updateCatalog } from './i18n/catalog.mjs';
import { problems } from './i18n/check.mjs';
import { extract } from './i18n/extract.mjs';
import { LANGUAGES } from './i18n/paths.mjs';
import { Problem } from './lib/problem.mjs';

const HELP = `npm run i18n              # bring locales/*.po to the texts of today
npm run i18n -- check     # list what is missing or wrong in them
npm run i18n -- build     # make of them what JupyterLab reads`;

function update() {
  const extracted = extract();
  for (const language of LANGUAGES) {
    updateCatalog(language, extracted);
  }
  return check();
}

function check() {
  const extracted = extract();
  const lines = LANGUAGES.flatMap(language =>
    problems(extracted, readCatalog(language)).map(
      line => `${language}: ${line}`
    )
  );
  console.log(
    [...lines, `${lines.length} problems in ${extracted.size} texts`].join('\n')
  );
  return lines.length > 0 ? 1 : 0;
}

function build() {
  LANGUAGES.forEach(buildCatalog);
  return 0;
}

const TASKS = { update, check, build };

/** The texts of the interface in other languages: see CONTRIBUTING.md. */
export async function main([name = 'update']) {
  if (!Object.hasOwn(TASKS, name)) {
    throw new Problem(`No such task: ${name}`, HELP);
  }
  return TASKS[name]();
}
