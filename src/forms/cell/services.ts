import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';

import type { IKitSettings } from '../../tokens';

/** What the forms in the cells need of the application. */
export interface ICellFormServices {
  readonly settings: IKitSettings;
  readonly trans: TranslationBundle;
  readonly translator?: ITranslator;
  /** For the question which kernel to start, when the user runs a cell. */
  readonly dialogs?: ISessionContextDialogs;
}
