import { OutputAreaModel } from '@jupyterlab/outputarea';

import cases from '../../fixtures/outputs/streams.json';

// The server collapses streams as JupyterLab does; test/outputs/test_fold.py holds
// it to the same cases.
describe('streams', () => {
  for (const { title, chunks, shown } of cases) {
    it(title, () => {
      const model = new OutputAreaModel();
      for (const text of chunks) {
        model.add({ output_type: 'stream', name: 'stdout', text });
      }
      expect(model.toJSON()).toEqual([
        { output_type: 'stream', name: 'stdout', text: shown }
      ]);
    });
  }
});
