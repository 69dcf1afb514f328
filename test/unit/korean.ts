import type {
  ITranslatorConnector,
  TranslationBundle
} from '@jupyterlab/translation';
import { TranslationManager } from '@jupyterlab/translation';

import { DOMAIN } from '../../src/ui/translation';

/** JupyterLab's own translation, with these texts from the server. */
export async function korean(
  texts: Record<string, string[]>
): Promise<TranslationBundle> {
  const header = {
    domain: DOMAIN,
    language: 'ko-KR',
    plural_forms: 'nplurals=1; plural=0;'
  };
  const connector = {
    fetch: async () => ({
      data: { [DOMAIN]: { '': header, ...texts } },
      message: ''
    })
  } as unknown as ITranslatorConnector;
  const manager = new TranslationManager('', '', undefined, connector);
  await manager.fetch('ko_KR');
  return manager.load(DOMAIN);
}
