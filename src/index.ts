import { catalog } from './plugins/catalog';
import { commands } from './plugins/commands';
import { inserter } from './plugins/inserter';
import { magics } from './plugins/magics';
import { menus } from './plugins/menus';
import { settings } from './plugins/settings';
import { settingsForm } from './plugins/settingsForm';
import { toolbar } from './plugins/toolbar';

export * from './tokens';

export default [
  settings,
  catalog,
  inserter,
  commands,
  toolbar,
  menus,
  magics,
  settingsForm
];
