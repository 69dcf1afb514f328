import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { IFormRendererRegistry } from '@jupyterlab/ui-components';

import { settingsFields } from '../settings/fields';
import { ISnippetCatalog } from '../library/catalogToken';
import { DOMAIN } from '../ui/translation';

/**
 * Fields of the settings editor that a schema alone cannot give: parameters
 * with the inputs of their types, snippets with a text area.
 */
export const settingsForm: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:settings-form',
  description: 'Fields of the settings editor for parameters and snippets.',
  autoStart: true,
  requires: [ISnippetCatalog],
  optional: [IFormRendererRegistry, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    catalog: ISnippetCatalog,
    registry: IFormRendererRegistry | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    for (const [name, fieldRenderer] of Object.entries(
      settingsFields(catalog, trans)
    )) {
      const id = `jupyterlab-runtime-kit:plugin.${name}`;
      registry?.addRenderer(id, { fieldRenderer });
    }
  }
};
