/*
 * Room plugins: Lists and wires everything, one plugin a file of plugins/.
 * May import all rooms.
 */

import { authoring } from './plugins/authoring';
import { catalog } from './plugins/catalog';
import { cellForms } from './plugins/cellForms';
import { chip } from './plugins/chip';
import { colab } from './plugins/colab';
import { commands } from './plugins/commands';
import { completion } from './plugins/completion';
import { connect } from './plugins/connect';
import { forms } from './plugins/forms';
import { inserter } from './plugins/inserter';
import { magics } from './plugins/magics';
import { requirements } from './plugins/requirements';
import { menus } from './plugins/menus';
import { outputs } from './plugins/outputs';
import { panel } from './plugins/panel';
import { resumable } from './plugins/resumable';
import { resume } from './plugins/resume';
import { rewrite } from './plugins/rewrite';
import { runtimeViews } from './plugins/runtimeViews';
import { settings } from './plugins/settings';
import { settingsForm } from './plugins/settingsForm';
import { statusItem } from './plugins/statusItem';
import { toolbar } from './plugins/toolbar';

export { ISnippetCatalog } from './library/catalogToken';
export { IRuntimeViewsLoader } from './panel/viewsToken';
export * from './tokens';

export default [
  settings,
  catalog,
  inserter,
  commands,
  colab,
  connect,
  requirements,
  forms,
  cellForms,
  authoring,
  rewrite,
  completion,
  toolbar,
  menus,
  magics,
  settingsForm,
  runtimeViews,
  panel,
  chip,
  statusItem,
  outputs,
  resumable,
  resume
];
