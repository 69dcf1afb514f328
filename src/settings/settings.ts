/*
 * Room settings: The user's settings with their defaults, and their own editor.
 * May import tokens.ts, forms, library, snippets, ui.
 */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { PartialJSONValue } from '@lumino/coreutils';
import { ISignal, Signal } from '@lumino/signaling';

import type { IKitSettings, IKitSettingsValues } from '../tokens';

const DEFAULTS: IKitSettingsValues = {
  insertPosition: 'below',
  runAfterInsert: false,
  whenPresent: 'reveal',
  form: 'auto',
  cellForms: 'cell',
  cellFormsRun: true,
  parameters: {},
  userSnippets: {},
  snippetSources: [],
  hiddenSnippets: [],
  monitor: true,
  monitorChip: true,
  monitorStatusItem: true,
  sampleInterval: 2,
  offerResume: true,
  restoreOutputs: true,
  sessionHours: 0,
  warnMinutes: 15,
  lowSpace: 2
};

/**
 * The user's settings as one typed value.
 *
 * The defaults stand here as well as in the schema because Notebook 7 and
 * JupyterLite may run without a settings registry.
 */
export class KitSettings implements IKitSettings {
  /**
   * @param loading - The settings; without a registry, none.
   * @param reload - Fetches them again.
   */
  constructor(
    loading: Promise<ISettingRegistry.ISettings | null> = Promise.resolve(null),
    private _reload?: () => Promise<ISettingRegistry.ISettings>
  ) {
    this.ready = loading
      .then(settings => {
        if (this._isDisposed || !settings) {
          return;
        }
        this._settings = settings;
        settings.changed.connect(this._read, this);
        this._read();
      })
      .catch(reason => {
        console.error(
          'Runtime kit: settings not read, defaults apply.',
          reason
        );
      });
  }

  readonly ready: Promise<void>;

  get values(): IKitSettingsValues {
    return this._values;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  change<K extends keyof IKitSettingsValues>(
    key: K,
    next: (value: IKitSettingsValues[K]) => IKitSettingsValues[K]
  ): Promise<void> {
    const make = (): Promise<void> => this._change(key, next);
    return (this._changing = this._changing.then(make, make));
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._settings?.changed.disconnect(this._read, this);
    Signal.clearData(this);
  }

  private async _change<K extends keyof IKitSettingsValues>(
    key: K,
    next: (value: IKitSettingsValues[K]) => IKitSettingsValues[K]
  ): Promise<void> {
    await this.ready;
    if (!this._settings) {
      this._values = { ...this._values, [key]: next(this._values[key]) };
      this._changed.emit();
      return;
    }
    // The registry knows nothing of what another page has changed since.
    (await this._reload?.())?.dispose();
    const value = next(this._values[key]);
    await this._settings.set(key, value as unknown as PartialJSONValue);
  }

  private _read(): void {
    this._values = {
      ...DEFAULTS,
      ...(this._settings?.composite as Partial<IKitSettingsValues>)
    };
    this._changed.emit();
  }

  private _changed = new Signal<this, void>(this);
  private _changing: Promise<void> = Promise.resolve();
  private _isDisposed = false;
  private _settings: ISettingRegistry.ISettings | null = null;
  private _values: IKitSettingsValues = DEFAULTS;
}
