import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { KitSettings } from '../settings';
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
  optional: [ISettingRegistry],
  activate: (_: JupyterFrontEnd, registry: ISettingRegistry | null) =>
    new KitSettings(registry?.load(settings.id))
};
