import { authoring } from './plugins/authoring';
import { catalog } from './plugins/catalog';
import { commands } from './plugins/commands';
import { forms } from './plugins/forms';
import { inserter } from './plugins/inserter';
import { magics } from './plugins/magics';
import { missingPieces } from './plugins/missingPieces';
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
  missingPieces,
  forms,
  authoring,
  toolbar,
  menus,
  magics,
  settingsForm
];
