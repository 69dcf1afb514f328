import { expect, test as base } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';

type App = 'lab' | 'notebooks';

/**
 * What the browser reports and nobody sees: the icon that it asks for by itself,
 * and one question for each use of our server part, which a site of files does not
 * have.
 */
const ABSENT = /\/(favicon\.ico|runtime-kit\/(limits|outputs)(\?.*)?)$/;

/** A notebook in the JupyterLite site, and what its page said and asked for. */
export class Site {
  constructor(readonly page: Page) {
    page.on('console', message => {
      const { url } = message.location();
      if (message.type() === 'error' && !ABSENT.test(url)) {
        this.errors.push(`${message.text()} (${url})`);
      }
    });
    page.on('pageerror', error => this.errors.push(String(error.stack)));
    page.on('request', request => {
      const { hostname, protocol, href } = new URL(request.url());
      if (protocol.startsWith('http') && hostname !== 'localhost') {
        this.outside.push(href);
      }
    });
  }

  /** Errors in the console and uncaught ones. */
  readonly errors: string[] = [];
  /** Requests that left this machine. */
  readonly outside: string[] = [];

  /** Open a notebook of test/lite/site/files. */
  async open(app: App, notebook: string): Promise<void> {
    await this.page.goto(`${app}/index.html?path=${notebook}`);
    await this.page.locator('.jp-Notebook .jp-Cell').first().waitFor();
    await this.page.waitForFunction(() => {
      const panel = (window as any).jupyterapp?.shell.currentWidget;
      return panel?.content?.model && panel.context?.isReady;
    });
  }

  /** No kernel of the notebook's is here: go on without one, as its dialog offers. */
  async withoutKernel(): Promise<void> {
    const dialog = this.page.locator('.jp-Dialog');
    await dialog.getByRole('button', { name: 'No Kernel' }).click();
    await expect(dialog).toHaveCount(0);
  }

  button(name: string): Locator {
    return this.page.locator(
      `.jp-NotebookPanel:visible [data-jp-item-name="runtime-kit-${name}"] jp-button`
    );
  }

  async execute(command: string, args: any = {}): Promise<any> {
    return this.page.evaluate(
      ([id, args]) => (window as any).jupyterapp.commands.execute(id, args),
      [command, args] as const
    );
  }

  /** The source of the active cell. */
  async activeSource(): Promise<string> {
    return this.page.evaluate(() => {
      const { content } = (window as any).jupyterapp.shell.currentWidget;
      return content.activeCell.model.sharedModel.getSource();
    });
  }

  /** The ids of the snippets that the cells came from. */
  async inserted(): Promise<string[]> {
    return this.page.evaluate(() => {
      const { content } = (window as any).jupyterapp.shell.currentWidget;
      return content.widgets
        .map((widget: any) => widget.model.getMetadata('runtime_kit')?.snippet)
        .filter((id: unknown) => id !== undefined);
    });
  }
}

export const test = base.extend<{ site: Site }>({
  site: async ({ page }, use) => {
    const site = new Site(page);
    await use(site);
    expect(site.errors).toEqual([]);
    expect(site.outside).toEqual([]);
  }
});

export { expect };
