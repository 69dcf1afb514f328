import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';

import { KitSettings } from '../settings/settings';
import { IKitSettings } from '../tokens';

/**
 * Settings. Its id names the schema, which declares toolbar items, menus and
 * shortcuts too.
 */
export const settings: JupyterFrontEndPlugin<IKitSettings> = {
  id: 'jupyterlab-runtime-kit:plugin',
  description: 'The settings of the runtime kit.',
  autoStart: true,
  provides: IKitSettings,
  optional: [ISettingRegistry, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    // The server translates the schemas of extensions only where it is asked for
    // one of them, not in the list that the registry starts with.
    const english = (translator?.languageCode ?? 'en').startsWith('en');
    const reload = registry ? () => registry.reload(settings.id) : undefined;
    const loading = english ? registry?.load(settings.id) : reload?.();
    return new KitSettings(loading, reload);
  }
};
