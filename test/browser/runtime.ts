import type { Locator } from '@playwright/test';

import type { IRun, ISample } from '../../src/kernel/monitor/monitor';
import { T4 } from '../fixtures/t4';
import { expect, Kit, test as base } from './kit';

/** The Runtime panel as a user sees it, and its model from inside. */
export class RuntimePanel {
  constructor(private _kit: Kit) {}

  /** The panel, or one of its sections. */
  part(section?: string): Locator {
    const panel = this._kit.page.locator('#jp-runtime-kit-panel');
    return section ? panel.locator(`[data-section="${section}"]`) : panel;
  }

  /** The chip in the toolbar of the notebook in front. */
  chip(): Locator {
    return this._kit.button('monitor');
  }

  /** A button on a run or on all of them, by its whole name. */
  button(name: string): Locator {
    return this.part('runs').getByRole('button', { name, exact: true });
  }

  /** Begin with a notebook of these cells, beside the panel. */
  async begin(cells: string[]): Promise<void> {
    await this._kit.open({ cells });
    await this.open();
  }

  async open(): Promise<void> {
    await this._kit.execute('runtime-kit:open-panel');
    await expect(this.part('memory')).toBeVisible();
  }

  /**
   * Show figures of another machine (a GPU, a run) in place of this one's; the
   * rest of each sample stays what the kernel says.
   */
  async pretend(parts: Partial<ISample>): Promise<void> {
    await this._kit.page.evaluate(async parts => {
      const { pluginRegistry, shell } = (window as any).jupyterapp;
      const token = [...pluginRegistry._services.keys()].find((token: any) =>
        token.name.endsWith(':IRuntimeViewsLoader')
      );
      const loader = await pluginRegistry.resolveRequiredService(token);
      const model = (await loader.load()).runtimes.of(shell.currentWidget);
      const { monitor } = model;
      (window as any).monitorCalls = [];
      const record = (call: string, args: unknown[]): Promise<unknown> => {
        (window as any).monitorCalls.push([call, ...args]);
        return Promise.resolve({ ok: true, text: `${call}: done`, step: 1 });
      };
      monitor.act = (...args: unknown[]) => record('act', args);
      monitor.checkpointNow = (...args: unknown[]) =>
        record('checkpoint', args);
      const merge = (sample: ISample): ISample => ({ ...sample, ...parts });
      const prototype = Object.getPrototypeOf(monitor);
      const { get } = Object.getOwnPropertyDescriptor(prototype, 'latest')!;
      Object.defineProperty(monitor, 'latest', {
        configurable: true,
        get: () => {
          const sample = get!.call(monitor);
          return sample && merge(sample);
        }
      });
      // As if one had just arrived; the kernel's next ones are merged as well.
      const { latest } = monitor;
      monitor.sampled.emit(latest);
    }, parts);
  }

  /** What views asked of the monitor since `pretend`. */
  async calls(): Promise<any[][]> {
    return this._kit.page.evaluate(() => (window as any).monitorCalls);
  }

  /** Seconds since the epoch when the notebook's kernel started. */
  async kernelStarted(): Promise<number> {
    return (await this.sample()).kernel.started!;
  }

  /** The process of the notebook's kernel. */
  async kernelPid(): Promise<number> {
    return (await this.sample()).kernel.pid;
  }

  /** What the panel shows. */
  async sample(): Promise<ISample> {
    return this._kit.page.evaluate(async () => {
      const { pluginRegistry, shell } = (window as any).jupyterapp;
      const token = [...pluginRegistry._services.keys()].find((token: any) =>
        token.name.endsWith(':IRuntimeViewsLoader')
      );
      const loader = await pluginRegistry.resolveRequiredService(token);
      const model = (await loader.load()).runtimes.of(shell.currentWidget);
      return model.sample;
    });
  }

  /** End the notebook's kernel for good, as a server that culls does. */
  async endKernel(): Promise<void> {
    const { page } = this._kit;
    const id = await page.evaluate(
      () =>
        (window as any).jupyterapp.shell.currentWidget.sessionContext.session
          .kernel.id
    );
    const url = `/api/kernels/${id}`;
    expect((await page.request.delete(url)).status()).toBe(204);
  }

  /** Take away the words of before. */
  async dismissNotifications(): Promise<void> {
    await this._kit.page.evaluate(async () => {
      for (const close of document.querySelectorAll<HTMLElement>(
        '.Toastify__close-button, .jp-Notification-Toast-Close'
      )) {
        close.click();
      }
    });
    await expect(this._kit.page.locator('.Toastify__toast')).toHaveCount(0);
  }
}

/** Tests that have the panel at hand. */
export const test = base.extend<{ runtime: RuntimePanel }>({
  runtime: async ({ kit }, use) => {
    await use(new RuntimePanel(kit));
  }
});

/** A run that is being trained. */
export const DIGITS: IRun = {
  name: 'digits',
  folder: '/drive/runs/digits',
  live: true,
  step: 1230,
  epoch: 3,
  committed: 1230,
  saved: Date.now() / 1000 - 180,
  failed: false,
  size: 12_300_000,
  state: 'mirrored',
  finished: false,
  resumed_from: 800,
  metrics: { loss: 0.2471, accuracy: 0.913 },
  history: Array.from({ length: 40 }, (_, i) => [
    30 * (i + 1),
    { loss: 2 / (i + 2), accuracy: 1 - 1 / (i + 2) }
  ])
};

/** What a notebook on Colab with that GPU and that run looks like. */
export function colab(): Partial<ISample> {
  const now = Date.now() / 1000;
  return {
    accelerator: { verdict: 'ok', advice: '', source: 'nvml', devices: [T4] },
    platform: {
      id: 'colab',
      name: 'Google Colab',
      durable: '/content/drive/MyDrive',
      advice: '',
      session_hours: 12,
      idle_minutes: 90,
      estimate: true,
      started: now - 6.8 * 3600
    },
    disks: [
      { path: '/content', role: 'working', free: 41e9, total: 78e9 },
      {
        path: '/content/drive/MyDrive',
        role: 'durable',
        free: 1.2e9,
        total: 15e9
      }
    ],
    storage: {
      provider: 'Google Drive',
      path: '/content/drive/MyDrive',
      durable: true,
      healthy: true,
      detail: ''
    },
    runs: [
      DIGITS,
      {
        ...DIGITS,
        name: 'baseline',
        folder: '/drive/runs/baseline',
        live: false,
        finished: true,
        resumed_from: null,
        state: 'damaged',
        metrics: {},
        history: []
      }
    ]
  };
}
