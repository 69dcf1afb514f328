import type { Page, WebSocketRoute } from '@playwright/test';

import { expect, type Kit } from './kit';

/** What a cell shows, as its model has it. */
export interface ICellOutputs {
  outputs: any[];
  count: number | null;
  state: string;
}

/** Outputs and prompt of a cell. */
export async function cellState(
  page: Page,
  index: number
): Promise<ICellOutputs> {
  return page.evaluate((at: number) => {
    const { content } = (window as any).jupyterapp.shell.currentWidget;
    const { model } = content.widgets[at];
    return {
      outputs: model.outputs.toJSON(),
      count: model.executionCount,
      state: model.executionState
    };
  }, index);
}

/** The text of a cell's streams. */
export async function streamText(page: Page, index: number): Promise<string> {
  const { outputs } = await cellState(page, index);
  return outputs.map(output => output.text ?? '').join('');
}

/** Wait until a cell shows that it has ended, with this number. */
export async function ended(
  page: Page,
  index: number,
  count: number
): Promise<void> {
  await expect
    .poll(async () => {
      const { count, state } = await cellState(page, index);
      return { count, state };
    })
    .toEqual({ count, state: 'idle' });
}

/** Run cells without waiting for them. */
export async function start(page: Page, ...indices: number[]): Promise<void> {
  await page.evaluate((all: number[]) => {
    const { content } = (window as any).jupyterapp.shell.currentWidget;
    for (const index of all) {
      content.activeCellIndex = index;
      content.deselectAll();
      void (window as any).jupyterapp.commands.execute('notebook:run-cell');
    }
  }, indices);
}

/** Code that waits until the test makes a file. */
export function waitFor(name: string): string {
  return [
    'import time',
    'from pathlib import Path',
    `while not Path(${JSON.stringify(name)}).exists():`,
    '    time.sleep(0.05)'
  ].join('\n');
}

/** Make the file that a cell waits for. */
export async function allow(kit: Kit, path: string): Promise<void> {
  await kit.page.contents.uploadContent('', 'text', path);
}

/** A network between a page and its kernels that can fail. */
export class Network {
  /** Call it before the page opens a notebook. */
  static async between(page: Page): Promise<Network> {
    const network = new Network();
    await page.routeWebSocket(/\/api\/kernels\/.*\/channels/, socket => {
      const server = socket.connectToServer();
      network._open.add(socket);
      socket.onMessage(message => server.send(message));
      server.onMessage(message => {
        if (!network._isDown) {
          socket.send(message);
        }
      });
      server.onClose((code, reason) => {
        network._open.delete(socket);
        void socket.close({ code, reason });
      });
      socket.onClose((code, reason) => {
        network._open.delete(socket);
        void server.close({ code, reason });
      });
    });
    return network;
  }

  /** From now on nothing arrives, and neither side notices yet. */
  goDown(): void {
    this._isDown = true;
  }

  /** The broken connections are noticed, and new ones work. */
  async comeBack(): Promise<void> {
    this._isDown = false;
    await Promise.all(
      [...this._open].map(one => one.close({ code: 4000, reason: 'lost' }))
    );
    this._open.clear();
  }

  private _isDown = false;
  private _open = new Set<WebSocketRoute>();
}
