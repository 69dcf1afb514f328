import { join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';

/** The gettext domain, as in src/ui/translation.ts and the schema. */
export const DOMAIN = 'jupyterlab_runtime_kit';

/** The languages beside English, whose texts are the message ids. */
export const LANGUAGES = ['ko_KR', 'zh_CN', 'zh_TW'];

/** None of them has a plural: one form stands for every number. */
export const PLURAL_FORMS = 'nplurals=1; plural=0;';

/** The source catalog of a language. */
export function catalogFile(language) {
  return join(ROOT, 'locales', `${language}.po`);
}

/** Where JupyterLab's server looks for the texts of a package. */
export function builtFile(language) {
  const folder = join(
    ROOT,
    'jupyterlab_runtime_kit',
    'locale',
    language,
    'LC_MESSAGES'
  );
  return join(folder, `${DOMAIN}.json`);
}
