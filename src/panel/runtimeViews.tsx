/*
 * Room panel: The Runtime panel: model/, format/, views/, actions/, resume/.
 * May import tokens.ts, insert, kernel, library, notebook, requirements, resumable, snippets, ui.
 */

import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { PanelLayout, Widget } from '@lumino/widgets';
import React from 'react';

import { ParameterDefaults } from '../insert/parameterDefaults';
import { createMonitor } from '../kernel/monitor/sessionMonitor';
import { ServerLimits } from '../kernel/queries/serverLimits';
import { ISnippetCatalog } from '../library/catalogToken';
import { CommandIDs, IKitSettings, IRequirements } from '../tokens';
import { CurrentRuntime } from './model/currentRuntime';
import { DeadlineWatch } from './actions/deadlineWatch';
import { RequirementsWatch } from '../requirements/requirementsWatch';
import { RunActions } from './actions/runActions';
import { RuntimeChip } from './views/runtimeChip';
import type { RuntimeModel } from './model/runtimeModel';
import { RuntimeRegistry } from './model/runtimeRegistry';
import { SnippetActions } from './actions/snippetActions';
import { SnippetDrag } from './actions/snippetDrag';
import { Runtime } from './views/Runtime';
import { ViewWidget } from './views/viewWidget';
import { whileVisible } from './views/whileVisible';

interface IOptions {
  catalog: ISnippetCatalog;
  commands: CommandRegistry;
  missing: IRequirements | null;
  serverSettings: ServerConnection.ISettings;
  settings: IKitSettings;
  tracker: INotebookTracker;
  trans: TranslationBundle;
}

/**
 * All that shows a runtime, in one lazy chunk. It fills the empty widgets that
 * the plugins put on screen.
 */
export class RuntimeViews {
  constructor(private _options: IOptions) {
    const { serverSettings, settings, tracker, trans } = _options;
    this.actions = new RunActions(trans);
    this._limits = new ServerLimits(serverSettings);
    void this._limits.read();
    this.runtimes = new RuntimeRegistry({
      createMonitor: panel =>
        createMonitor(
          panel.sessionContext,
          trans,
          () => settings.values.sampleInterval
        ),
      limits: this._limits,
      settings,
      onCreated: model => {
        new DeadlineWatch(model, this.actions, trans);
      }
    });
    this.current = new CurrentRuntime(tracker, this.runtimes);
  }

  readonly actions: RunActions;
  readonly current: CurrentRuntime;
  readonly runtimes: RuntimeRegistry;

  /** Show the runtime of the current notebook, all of it. */
  mountPanel(slot: Widget): void {
    const { catalog, commands, missing, settings, tracker, trans } =
      this._options;
    const services = {
      actions: this.actions,
      catalog,
      current: this.current,
      drag: new SnippetDrag({
        parameterDefaults: new ParameterDefaults(settings),
        catalog,
        tracker
      }),
      settings,
      snippets: new SnippetActions({ commands, missing, settings, trans }),
      trans,
      connectRemote: commands.hasCommand(CommandIDs.connectRemote)
        ? () => void commands.execute(CommandIDs.connectRemote)
        : null
    };
    fill(slot, () => <Runtime services={services} />);
    whileVisible(slot, () => {
      void this._limits.read();
      return this.current.show();
    });
    if (missing) {
      const requirements = new RequirementsWatch({
        catalog,
        missing,
        settings,
        tracker
      });
      whileVisible(slot, () => requirements.show());
    }
  }

  /** Show the runtime of one notebook in its toolbar. */
  mountChip(slot: Widget, panel: NotebookPanel): void {
    const model = this.runtimes.of(panel);
    this._mountLine(slot, model, () => model);
  }

  /** Show the runtime of the current notebook in the status bar. */
  mountStatusItem(slot: Widget): void {
    this._mountLine(slot, this.current, () => this.current.model);
  }

  private _mountLine(
    slot: Widget,
    shown: RuntimeModel | CurrentRuntime,
    model: () => RuntimeModel | null
  ): void {
    const { commands, trans } = this._options;
    const open = (): void => void commands.execute(CommandIDs.openPanel);
    fill(slot, () => (
      <RuntimeChip
        changed={shown.changed}
        model={model}
        open={open}
        trans={trans}
      />
    ));
    whileVisible(slot, () => shown.show());
  }

  private _limits: ServerLimits;
}

function fill(slot: Widget, view: () => React.JSX.Element): void {
  const layout = (slot.layout ??= new PanelLayout()) as PanelLayout;
  layout.addWidget(new ViewWidget(view));
}
