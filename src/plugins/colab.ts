import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { IColabRuntime } from '../notebook/colabRuntime';
import {
  asRuntime,
  COLAB_RUNTIMES,
  colabRuntime,
  setColabRuntime
} from '../notebook/colabRuntime';
import { editObstacle } from '../notebook/edit';
import { CommandIDs } from '../tokens';
import { DOMAIN } from '../ui/translation';
import { COLAB_RUNTIME_ARGS } from './commandArguments';

/**
 * Which machine Colab starts for the notebook.
 */
export const colab: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:colab',
  description: 'Sets the runtime type that Colab reads from a notebook.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const present = (): IColabRuntime | null =>
      tracker.currentWidget ? colabRuntime(tracker.currentWidget) : null;
    /** The runtime that an item of the menu stands for. */
    const meant = (args: ReadonlyPartialJSONObject): IColabRuntime | null =>
      args.present ? present() : asRuntime(args.accelerator, args.gpuType);
    const isListed = (): boolean =>
      [null, ...COLAB_RUNTIMES].some(runtime => isSame(runtime, present()));
    app.commands.addCommand(CommandIDs.setColabRuntime, {
      label: args => nameOf(meant(args), trans),
      caption: trans.__('The machine that Colab starts for this notebook'),
      isEnabled: () =>
        tracker.currentWidget !== null &&
        editObstacle(tracker.currentWidget) === null,
      isToggleable: true,
      isToggled: args =>
        tracker.currentWidget !== null &&
        (args.present ? !isListed() : isSame(meant(args), present())),
      isVisible: args => !args.present || !isListed(),
      describedBy: { args: COLAB_RUNTIME_ARGS },
      execute: args => {
        const panel = tracker.currentWidget;
        if (panel && !editObstacle(panel) && !isSame(meant(args), present())) {
          setColabRuntime(panel, meant(args));
        }
      }
    });
  }
};

function isSame(one: IColabRuntime | null, other: IColabRuntime | null) {
  return (
    one?.accelerator === other?.accelerator && one?.gpuType === other?.gpuType
  );
}

/** Colab's own names of the TPUs. */
const TPU_NAMES: Readonly<Record<string, string>> = {
  V28: 'v2-8',
  V5E1: 'v5e-1',
  V6E1: 'v6e-1'
};

function nameOf(
  runtime: IColabRuntime | null,
  trans: TranslationBundle
): string {
  if (!runtime) {
    return trans.__('CPU');
  }
  const { accelerator, gpuType } = runtime;
  const type =
    accelerator === 'TPU' ? (TPU_NAMES[gpuType] ?? gpuType) : gpuType;
  return `${type} ${accelerator}`.trim(); // "T4 GPU" in every language, as on Colab
}
