import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { IFormRendererRegistry } from '@jupyterlab/ui-components';

import {
  hiddenSnippetsField,
  parametersField,
  sourcesField,
  userSnippetsField
} from '../settings/fields';
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
    const plugin = 'jupyterlab-runtime-kit:plugin';
    registry?.addRenderer(`${plugin}.parameters`, {
      fieldRenderer: parametersField(catalog, trans)
    });
    registry?.addRenderer(`${plugin}.hiddenSnippets`, {
      fieldRenderer: hiddenSnippetsField(catalog, trans)
    });
    registry?.addRenderer(`${plugin}.snippetSources`, {
      fieldRenderer: sourcesField(trans)
    });
    registry?.addRenderer(`${plugin}.userSnippets`, {
      fieldRenderer: userSnippetsField(trans)
    });
  }
};
