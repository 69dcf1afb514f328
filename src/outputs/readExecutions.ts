import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';

import type { JournalClient } from './journalClient';
import type { IKernelExecutions } from './restorePlan';
import { claimsRestoring } from './sharedRestoring';

/** How many journals of earlier kernels of a notebook are looked at. */
const EARLIER = 3;

/** What the journals hold of a notebook's kernel, and of earlier kernels of it. */
export async function readExecutions(
  client: JournalClient,
  panel: NotebookPanel,
  kernel: Kernel.IKernelConnection,
  saved: number
): Promise<IKernelExecutions[]> {
  if (!(await claimsRestoring(panel))) {
    return [];
  }
  const { context } = panel;
  const journals = await client.journals(context.path);
  if (!journals) {
    return [];
  }
  const found: IKernelExecutions[] = [];
  const own = await client.executions(kernel.id);
  if (own) {
    // Another page that edits the same document shows what it runs.
    const others = new Set(context.model.collaborative ? own.pages : []);
    others.delete(kernel.clientId);
    found.push({
      kernel: kernel.id,
      current: true,
      idle: kernel.status === 'idle',
      executions: own.executions.filter(
        one => one.session === null || !others.has(one.session)
      )
    });
  }
  const earlier = journals.filter(
    one => !one.alive && one.kernel !== kernel.id && one.modified >= saved
  );
  for (const { kernel: id } of earlier.slice(0, EARLIER)) {
    const executions = await client.executions(id);
    if (executions) {
      const entry = { kernel: id, current: false };
      found.push({ ...entry, executions: executions.executions });
    }
  }
  return found;
}
