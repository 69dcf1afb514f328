import { YNotebook } from '@jupyter/ydoc';
import { NotebookModel } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';

import {
  colabRuntime,
  setColabRuntime
} from '../../../src/notebook/colabRuntime';

const T4 = { accelerator: 'GPU', gpuType: 'T4' } as const;
const TPU = { accelerator: 'TPU', gpuType: 'V5E1' } as const;

/** A notebook with this metadata, as a panel has it. */
function open(metadata: object) {
  const sharedModel = YNotebook.create({
    data: { cells: [], metadata } as any
  });
  const model = new NotebookModel({ sharedModel });
  const panel = { content: { model } } as unknown as NotebookPanel;
  return { model, sharedModel, panel };
}

describe('the runtime that Colab starts', () => {
  // The shared model fills a cell before it joins the document; Yjs warns of it.
  beforeEach(() => {
    jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  });
  afterEach(() => jest.restoreAllMocks());

  it.each([
    [{}, null],
    [{ colab: { gpuType: 'T4' } }, null],
    [{ accelerator: 'GPU', colab: { gpuType: 'A100' } }, 'A100'],
    [{ accelerator: 'GPU', colab: { gpuType: 'V100' } }, 'V100'],
    [{ accelerator: 'TPU', colab: { gpuType: 'V28', provenance: [] } }, 'V28'],
    [{ accelerator: 'GPU' }, ''],
    [{ accelerator: 'TPU', colab: 'odd' }, ''],
    [{ accelerator: 'GPU', colab: { gpuType: 4 } }, ''],
    [{ accelerator: 'None', colab: [] }, null]
  ])('is read from %j', (metadata, gpuType) => {
    expect(colabRuntime(open(metadata).panel)?.gpuType ?? null).toBe(gpuType);
  });

  it('is written as Colab writes it, and keeps the rest', () => {
    const { panel, sharedModel } = open({
      colab: { provenance: [], machine_shape: 'hm' },
      mine: 1
    });
    setColabRuntime(panel, T4);
    expect(sharedModel.metadata).toMatchObject({
      accelerator: 'GPU',
      colab: { provenance: [], machine_shape: 'hm', gpuType: 'T4' },
      mine: 1
    });
    setColabRuntime(panel, null);
    expect(sharedModel.metadata).toMatchObject({
      colab: { provenance: [], machine_shape: 'hm' },
      mine: 1
    });
    expect(sharedModel.metadata).not.toHaveProperty('accelerator');
    expect(sharedModel.getMetadata('colab')).not.toHaveProperty('gpuType');
    expect(colabRuntime(panel)).toBeNull();
  });

  it('leaves nothing behind where Colab had written nothing', () => {
    const { panel, sharedModel } = open({ mine: 1 });
    const before = sharedModel.metadata;
    setColabRuntime(panel, TPU);
    setColabRuntime(panel, null);
    expect(sharedModel.metadata).toEqual(before);
  });

  it('is one undo step, apart from edits that are close in time', () => {
    const { panel, model, sharedModel } = open({ colab: { provenance: [] } });
    sharedModel.insertCell(0, { cell_type: 'code', source: 'mine' });
    model.dirty = false;
    setColabRuntime(panel, T4);
    expect(model.dirty).toBe(true);
    setColabRuntime(panel, TPU);
    sharedModel.insertCell(1, { cell_type: 'code', source: 'mine too' });

    sharedModel.undo();
    expect(sharedModel.cells).toHaveLength(1);
    expect(colabRuntime(panel)).toEqual(TPU);
    model.dirty = false;
    sharedModel.undo();
    expect(model.dirty).toBe(true);
    expect(colabRuntime(panel)).toEqual(T4);
    sharedModel.undo();
    expect(colabRuntime(panel)).toBeNull();
    expect(sharedModel.getMetadata('colab')).toEqual({ provenance: [] });
    expect(sharedModel.cells).toHaveLength(1);
    sharedModel.redo();
    sharedModel.redo();
    expect(colabRuntime(panel)).toEqual(TPU);
    sharedModel.undo();
    sharedModel.undo();
    sharedModel.undo();
    expect(sharedModel.cells).toHaveLength(0);
  });

  it("keeps JupyterLab's own changes of metadata out of the history", () => {
    const { panel, sharedModel } = open({});
    const kernelspec = { name: 'ir', display_name: 'R' };
    setColabRuntime(panel, T4);
    sharedModel.setMetadata('kernelspec', kernelspec);
    sharedModel.undo();
    expect(colabRuntime(panel)).toBeNull();
    expect(sharedModel.getMetadata('kernelspec')).toEqual(kernelspec);
    sharedModel.redo();
    expect(colabRuntime(panel)).toEqual(T4);
    expect(sharedModel.getMetadata('kernelspec')).toEqual(kernelspec);
  });
});
