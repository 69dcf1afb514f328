import type { IProposal } from '../../../src/kernel/queries/askProposal';
import { ProposedChanges } from '../../../src/resumable/proposedChanges';

const SOURCE = 's = "🙂"; t = 1\nfor e in range(3):  # 한국어 🙂\n    train(x)';

function edit(text: string, found: string, more = {}): any {
  const start = Array.from(SOURCE.slice(0, SOURCE.indexOf(found))).length;
  return {
    cell: 'b',
    start,
    end: start + Array.from(found).length,
    text,
    line: 2,
    reason: { code: 'epochs', values: {} },
    confidence: 'high',
    ticked: true,
    needed: false,
    runs: [0],
    ...more
  };
}

function changes(proposal: Partial<IProposal>): ProposedChanges {
  const sources = new Map([
    ['a', 'import torch'],
    ['b', SOURCE]
  ]);
  const whole = { edits: [], cells: [], why_not: [], notes: [] };
  return new ProposedChanges(
    { resumable: true, installed: true, ...whole, ...proposal },
    sources
  );
}

describe('ProposedChanges', () => {
  it('counts characters, not UTF-16 units', () => {
    const found = changes({
      edits: [edit('run.epochs', 'range'), edit('train(run, x)', 'train(x)')]
    });
    expect(found.result('b')).toBe(
      SOURCE.replace('range', 'run.epochs').replace('train(x)', 'train(run, x)')
    );
    expect(found.result('a')).toBe('import torch');
    expect(found.cells).toEqual(['b']);
  });

  it('keeps what other edits need while one of them is ticked', () => {
    const found = changes({
      edits: [
        edit('run = Run()\nfor', 'for', { needed: true }),
        edit('run.epochs', 'range'),
        edit('train(run, x)', 'train(x)', { ticked: false })
      ],
      cells: [
        { before: 'b', source: 'Run', reason: { code: 'run', values: {} } }
      ]
    });
    const [needed, first, second] = found.changes;
    expect([needed.on, first.on, second.on]).toEqual([true, true, false]);
    expect(found.inserted()).toEqual([{ before: 'b', source: 'Run' }]);
    found.set(first, false);
    expect(needed.on).toBe(false);
    expect(found.isEmpty).toBe(true);
    expect(found.inserted()).toEqual([]);
    expect(found.result('b')).toBe(SOURCE);
    found.set(second, true);
    expect(needed.on).toBe(true);
  });

  it('applies nothing of a run without its loops', () => {
    const code = (name: string) => ({ reason: { code: name, values: {} } });
    const found = changes({
      edits: [
        edit('run.epochs', 'range', code('epochs')),
        edit('run.batches(x)', 'x)', code('batches')),
        edit('\nrun.finish()', 'train', code('finish'))
      ]
    });
    const [epochs, batches, finish] = found.changes;
    expect(found.isAfterEpochs).toBe(false);
    found.set(batches, false);
    expect(found.isAfterEpochs).toBe(true);
    expect(finish.on).toBe(true);
    found.set(epochs, false);
    expect([finish.on, finish.isBound, found.isEmpty]).toEqual([
      false,
      true,
      true
    ]);
    expect(found.result('b')).toBe(SOURCE);
    found.set(epochs, true);
    expect([finish.on, finish.isBound]).toEqual([true, false]);
  });

  it('leaves what is unsure unticked', () => {
    const unsure = { ticked: false, reason: { code: 'batches-unsure' } };
    const found = changes({
      edits: [edit('run.epochs', 'range'), edit('b', 'train(x)', unsure)]
    });
    expect(found.result('b')).toBe(SOURCE.replace('range', 'run.epochs'));
    expect(found.isAfterEpochs).toBe(true);
    found.set(found.changes[1], true);
    expect(found.isAfterEpochs).toBe(false);
  });

  it('installs the package where the kernel lacks it', () => {
    const reason = { code: 'run', values: {} };
    const edits = [edit('run.epochs', 'range')];
    const cells = [{ before: 'b', source: 'Run', reason }];
    expect(changes({ edits, cells, installed: false }).inserted()).toEqual([
      { before: 'b', source: '%pip install -q jupyterlab-runtime-kit\nRun' }
    ]);
    expect(changes({ edits, installed: false }).inserted()).toEqual([
      { before: 'b', source: '%pip install -q jupyterlab-runtime-kit' }
    ]);
  });
});
