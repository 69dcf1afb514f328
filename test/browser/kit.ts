import {
  expect,
  galata,
  IJupyterLabPageFixture,
  test as base
} from '@jupyterlab/galata';
import type { Locator, Page } from '@playwright/test';

/** A cell as the notebook's model has it. */
export interface ICellState {
  id: string;
  type: string;
  source: string;
  trusted: boolean;
  metadata: Record<string, any>;
}

/** What a test notebook consists of. */
export interface INotebookOptions {
  cells?: (
    | string
    | { markdown: string }
    | { source: string; snippet: string }
    | { source: string; metadata: Record<string, unknown> }
  )[];
  metadata?: Record<string, unknown>;
  /** Wait until its kernel is idle. Default: true. */
  kernel?: boolean;
}

type Shell = 'lab' | 'notebook';

export const PYTHON = {
  kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' },
  language_info: { name: 'python' }
};

/** What cells from a snippet remember besides its id. */
const KIT_METADATA = { version: 1, parameters: {} };

/**
 * Drives one notebook in JupyterLab or Notebook 7 as a user would, and looks
 * into its model to see what became of it.
 */
export class Kit {
  constructor(
    readonly page: IJupyterLabPageFixture,
    readonly shell: Shell,
    private _folder: string
  ) {}

  /** Write a notebook file and open it. */
  async open(options: INotebookOptions = {}): Promise<void> {
    const path = `${this._folder}/notebook.ipynb`;
    await this.write(path, options);
    await this.goto(path);
    if (options.kernel !== false) {
      await this.waitForKernel('idle');
    }
  }

  async write(path: string, options: INotebookOptions): Promise<void> {
    const cells = (options.cells ?? ['']).map((cell, index) => ({
      id: `cell-${index}`,
      metadata:
        typeof cell === 'object' && 'snippet' in cell
          ? { runtime_kit: { ...KIT_METADATA, snippet: cell.snippet } }
          : typeof cell === 'object' && 'metadata' in cell
            ? cell.metadata
            : {},
      ...(typeof cell === 'object' && 'markdown' in cell
        ? { cell_type: 'markdown', source: cell.markdown }
        : {
            cell_type: 'code',
            source: typeof cell === 'string' ? cell : cell.source,
            execution_count: null,
            outputs: []
          })
    }));
    const text = JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: options.metadata ?? PYTHON,
      cells
    });
    expect(await this.page.contents.uploadContent(text, 'text', path)).toBe(
      true
    );
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(
      this.shell === 'lab' ? `tree/${path}` : `../notebooks/${path}`
    );
    await this.page.locator('.jp-Notebook .jp-Cell').first().waitFor();
    await this.page.waitForFunction(() => {
      const panel = (window as any).jupyterapp?.shell.currentWidget;
      return panel?.content?.model && panel.context?.isReady;
    });
  }

  async waitForKernel(status: string): Promise<void> {
    await this.page.waitForFunction(
      wanted =>
        (window as any).jupyterapp.shell.currentWidget?.sessionContext?.session
          ?.kernel?.status === wanted,
      status,
      { timeout: 60000 }
    );
  }

  /** Restart the notebook's kernel without a question. */
  async restartKernel(): Promise<void> {
    await this.page.evaluate(() =>
      (
        window as any
      ).jupyterapp.shell.currentWidget.sessionContext.restartKernel()
    );
  }

  /** Trust the notebook, which was not written here. */
  async trust(): Promise<void> {
    await this.start('notebook:trust');
    await this.page.locator('.jp-Dialog .jp-mod-accept').click();
    await expect
      .poll(async () => (await this.cells()).every(cell => cell.trusted))
      .toBe(true);
  }

  /** A toolbar item of the kit, by the end of its name. */
  button(name: string): Locator {
    return this.page.locator(
      `.jp-NotebookPanel:visible [data-jp-item-name="runtime-kit-${name}"] jp-button`
    );
  }

  async cells(): Promise<ICellState[]> {
    return this.page.evaluate(() => {
      const { content } = (window as any).jupyterapp.shell.currentWidget;
      return content.widgets.map((widget: any) => ({
        id: widget.model.id,
        type: widget.model.type,
        source: widget.model.sharedModel.getSource(),
        trusted: widget.model.trusted,
        metadata: widget.model.sharedModel.getMetadata()
      }));
    });
  }

  async sources(): Promise<string[]> {
    return (await this.cells()).map(cell => cell.source);
  }

  /** The cells that came from a snippet. */
  async inserted(snippet?: string): Promise<ICellState[]> {
    return (await this.cells()).filter(
      ({ metadata }) =>
        metadata.runtime_kit &&
        (!snippet || metadata.runtime_kit.snippet === snippet)
    );
  }

  /** The snippets of the library, each in the form that stands for it. */
  async snippets(): Promise<{ id: string; form: string }[]> {
    return this.page.evaluate(async () => {
      const registry = (window as any).jupyterapp.pluginRegistry;
      const token = [...registry._services.keys()].find((token: any) =>
        token.name.endsWith(':ISnippetCatalog')
      );
      const catalog = await registry.resolveRequiredService(token);
      const library = await catalog.load();
      return library.list().map(({ id, form }: any) => ({ id, form }));
    });
  }

  async activeIndex(): Promise<number> {
    return this.page.evaluate(
      () =>
        (window as any).jupyterapp.shell.currentWidget.content.activeCellIndex
    );
  }

  /** Where the notebook in front lies. */
  async path(): Promise<string> {
    return this.page.evaluate(
      () => (window as any).jupyterapp.shell.currentWidget.context.path
    );
  }

  async setActive(index: number): Promise<void> {
    await this.page.evaluate(i => {
      (window as any).jupyterapp.shell.currentWidget.content.activeCellIndex =
        i;
    }, index);
  }

  async execute(command: string, args: any = {}): Promise<any> {
    return this.page.evaluate(
      ([id, args]) => (window as any).jupyterapp.commands.execute(id, args),
      [command, args] as const
    );
  }

  /** Execute a command without waiting until it is done. */
  async start(command: string): Promise<void> {
    await this.page.evaluate(id => {
      void (window as any).jupyterapp.commands.execute(id);
    }, command);
  }

  /** Run all cells and wait until the kernel is idle again. */
  async runAll(): Promise<void> {
    await this.execute('notebook:run-all-cells');
    await this.waitForKernel('idle');
  }

  /** The text that the cells show below them. */
  async outputs(): Promise<string[]> {
    return this.page.evaluate(() => {
      const { content } = (window as any).jupyterapp.shell.currentWidget;
      return content.widgets
        .filter((widget: any) => widget.model.type === 'code')
        .map((widget: any) =>
          widget.model.outputs
            .toJSON()
            .map((output: any) =>
              [
                output.text ?? '',
                output.data?.['text/plain'] ?? '',
                ...(output.traceback ?? [])
              ]
                .flat()
                .join('')
            )
            .join('')
        );
    });
  }

  /** Change a setting as the settings editor does. */
  async set(key: string, value: unknown, plugin = PLUGIN): Promise<void> {
    await this.page.evaluate(
      async ([plugin, key, value]) => {
        const registry = (window as any).jupyterapp.pluginRegistry;
        const token = [...registry._services.keys()].find((token: any) =>
          token.name.endsWith(':ISettingRegistry')
        );
        const settings = await registry.resolveRequiredService(token);
        await settings.set(plugin, key, value);
      },
      [plugin, key, value] as const
    );
  }

  /** Notifications that are on screen. */
  notifications(): Locator {
    return this.page.locator(
      '.jp-Notification-Toast-Container, .Toastify__toast'
    );
  }

  /** The notebook as its model would save it. */
  async json(): Promise<any> {
    return this.page.evaluate(() =>
      (window as any).jupyterapp.shell.currentWidget.content.model.toJSON()
    );
  }
}

export const PLUGIN = 'jupyterlab-runtime-kit:plugin';

export const test = base.extend<{ shell: Shell; kit: Kit }>({
  shell: ['lab', { option: true }],
  autoGoto: false,
  waitForApplication: async ({ shell }, use) => {
    await use(async (page: Page) => {
      await page
        .locator(
          shell === 'lab' ? '#main:visible, #jp-main-dock-panel' : '#main-panel'
        )
        .first()
        .waitFor();
    });
  },
  kit: async ({ page, shell, tmpPath }, use) => {
    await use(new Kit(page, shell, tmpPath));
  }
});

export { expect, galata };
