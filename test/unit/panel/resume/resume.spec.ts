import type { ICellNames } from '../../../../src/kernel/queries/cellNames';
import { resumable } from '../../../../src/panel/resume/candidate';
import {
  IPlannedCell,
  OF_THEIR_OWN,
  resumePlan,
  runsOf
} from '../../../../src/panel/resume/resumePlan';
import { createLibrary } from '../../../../src/library/builtins';
import { NO_NAMES, run, sample } from '../fakes';

function cell(
  id: string,
  names: Partial<ICellNames> | null,
  options: Partial<IPlannedCell> = {}
): IPlannedCell {
  return {
    id,
    snippet: null,
    source: '',
    ...options,
    names: names && { ...NO_NAMES, ...names }
  };
}

const IMPORT = cell('import', { binds: ['torch'] });
const DATA = cell('data', { binds: ['loader'], reads: ['torch'] });
const MODEL = cell('model', { binds: ['net'], reads: ['torch'] });
const KIT = cell(
  'kit',
  { binds: ['run', 'RUN'], runs: ['digits'], strings: ['digits', 'net'] },
  { snippet: 'checkpoint-resume' }
);
const TRAIN = cell('train', {
  reads: ['run', 'loader'],
  trains: ['run'],
  binds: ['x']
});

describe('resumePlan', () => {
  it('runs what the training needs, in order, and nothing else', () => {
    const cells = [
      cell('plot', { reads: ['plt', 'net'], touches: ['plt'] }),
      IMPORT,
      DATA,
      cell('other', { binds: ['something'], reads: ['torch'] }),
      MODEL,
      cell('gpu', { touches: ['net'] }),
      KIT,
      cell('look', { reads: ['net'] }),
      TRAIN,
      cell('evaluate', { reads: ['net'], binds: ['accuracy'] })
    ];
    expect(resumePlan(cells, 'digits')).toEqual([
      'import',
      'data',
      'model',
      'gpu',
      'kit',
      'train'
    ]);
  });

  it('keeps what installs packages and leaves out what is no Python', () => {
    const cells = [
      cell('pip', {}, { source: '%pip install torchvision' }),
      cell('shell', {}, { source: '!rm -rf data' }),
      cell('broken', null),
      KIT,
      TRAIN
    ];
    expect(resumePlan(cells, 'digits')).toEqual(['pip', 'kit', 'train']);
  });

  it('finds a training that is in a function', () => {
    const cells = [
      KIT,
      cell('define', {
        binds: ['train'],
        reads: ['run'],
        training_functions: ['train']
      }),
      cell('go', { reads: ['train'], calls: ['train'] })
    ];
    expect(resumePlan(cells, 'digits')).toEqual(['kit', 'define', 'go']);
  });

  it('takes the first training below the cell that makes the run', () => {
    const cells = [
      cell('earlier', { trains: ['other'] }),
      KIT,
      TRAIN,
      cell('again', { trains: ['run'], reads: ['run'] })
    ];
    expect(resumePlan(cells, 'digits')).toEqual(['kit', 'train']);
  });

  it('takes the training by its name before what others call so too', () => {
    const look = cell('look', { reads: ['set'], trains: ['set'] });
    const other = cell('other', { binds: ['two'], runs: ['letters'] });
    const second = cell('second', { reads: ['two'], trains: ['two'] });
    expect(resumePlan([KIT, look, TRAIN], 'digits')).toEqual(['kit', 'train']);
    expect(resumePlan([KIT, other, second, TRAIN], 'digits')).toEqual([
      'kit',
      'train'
    ]);
    const alias = cell('alias', { reads: ['same'], trains: ['same'] });
    expect(resumePlan([KIT, alias], 'digits')).toContain('alias');
  });

  it('runs no cell that does something of its own, whatever it imports', () => {
    const release = { snippet: 'release-runtime' };
    const cells = [
      cell('release', { binds: ['torch'], reads: ['torch'] }, release),
      IMPORT,
      KIT,
      { ...TRAIN, names: { ...TRAIN.names!, reads: ['run', 'torch'] } }
    ];
    expect(resumePlan(cells, 'digits')).toEqual(['import', 'kit', 'train']);
    const library = createLibrary();
    expect([...OF_THEIR_OWN].filter(id => !library.get(id))).toEqual([]);
  });

  it('runs no other training above', () => {
    const loop = { reads: ['run', 'loss'], binds: ['loss'], trains: ['run'] };
    const cells = [
      cell('first run', { binds: ['run'], calls: ['Run'] }),
      cell('first', { ...loop, touches: ['run'] }),
      // Not every `batches` is that of a run.
      cell('data', { binds: ['loss', 'x'], trains: ['dataset'] }),
      cell('named', { binds: ['RUN'], runs: ['digits'] }),
      cell('train', loop)
    ];
    const ids = resumePlan(cells, 'digits');
    expect(ids).toEqual(['first run', 'data', 'train']);
  });

  it('has no plan without the run or without a training', () => {
    expect(resumePlan([KIT, TRAIN], 'other')).toEqual([]);
    expect(resumePlan([KIT, MODEL], 'digits')).toEqual([]);
    expect(runsOf([KIT, TRAIN])).toEqual(new Set(['digits']));
  });
});

describe('resumable', () => {
  const names = new Set(['digits']);

  it('is a run that stopped before this kernel started', () => {
    expect(resumable(sample(), names)?.step).toBe(1230);
  });

  it.each([
    ['of another notebook', { name: 'other' }],
    ['finished', { finished: true }],
    ['trained here', { live: true }],
    ['saved since, so trained elsewhere', { saved: 1001 }],
    ['never saved', { saved: null }],
    ['damaged', { state: 'damaged' as const }]
  ])('is none that is %s', (_, values) => {
    expect(resumable(sample({ runs: [run(values)] }), names)).toBeNull();
  });

  it('of several is the newest', () => {
    const runs = [run({ saved: 5, step: 1 }), run({ saved: 9, step: 2 })];
    expect(resumable(sample({ runs }), names)?.step).toBe(2);
  });
});
