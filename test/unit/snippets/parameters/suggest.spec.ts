import {
  belongsToNotebook,
  runName,
  suggestObjects,
  takesObjects
} from '../../../../src/snippets/parameters/suggest';

const PARAMETERS = ['RUN', 'MODEL', 'OPTIMIZER', 'SCHEDULER', 'SCALER'];

describe('suggestObjects', () => {
  it('names the one object of each kind and clears what is not there', () => {
    const { values, notes } = suggestObjects(
      [
        { name: 'net', kind: 'Module', type: 'Net' },
        { name: 'adam', kind: 'Optimizer', type: 'AdamW' }
      ],
      PARAMETERS,
      ''
    );
    expect(values).toEqual({
      MODEL: 'net',
      OPTIMIZER: 'adam',
      SCHEDULER: '',
      SCALER: ''
    });
    expect(notes).toEqual({});
  });

  it('prefers what the code uses and lists the rest', () => {
    const { values, notes } = suggestObjects(
      [
        { name: 'teacher', kind: 'Module', type: 'Teacher' },
        { name: 'student', kind: 'Module', type: 'Student' },
        { name: 'head', kind: 'Module', type: 'Linear' }
      ],
      PARAMETERS,
      'loss = f(student(x), teacher(x)); student.train()'
    );
    expect(values.MODEL).toBe('student');
    expect(notes.MODEL).toBe(
      'also in this kernel: teacher (Teacher), head (Linear)'
    );
  });

  it('takes the model that the optimizer holds, not the loss', () => {
    const { values, notes } = suggestObjects(
      [
        { name: 'net', kind: 'Module', type: 'Net' },
        { name: 'loss_fn', kind: 'Module', type: 'CrossEntropyLoss' },
        { name: 'sgd', kind: 'Optimizer', type: 'SGD', holds: ['net'] },
        { name: 'test_loader', kind: 'DataLoader', type: 'DataLoader' },
        { name: 'train_loader', kind: 'DataLoader', type: 'DataLoader' }
      ],
      [...PARAMETERS, 'LOADER'],
      'loss_fn loss_fn loss_fn net test_loader test_loader train_loader'
    );
    expect(values.MODEL).toBe('net');
    expect(values.LOADER).toBe('train_loader');
    expect(notes.MODEL).toContain('loss_fn');
  });

  it('counts whole identifiers only', () => {
    const { values } = suggestObjects(
      [
        { name: 'net', kind: 'Module', type: 'A' },
        { name: '모델', kind: 'Module', type: 'B' }
      ],
      PARAMETERS,
      'netx = 1; my_net = 2; 모델(x)'
    );
    expect(values.MODEL).toBe('모델');
  });

  it('suggests nothing when the kernel knows no model', () => {
    expect(
      suggestObjects(
        [{ name: 'adam', kind: 'Optimizer', type: 'Adam' }],
        PARAMETERS,
        ''
      )
    ).toEqual({ values: {}, notes: {} });
  });
});

describe('takesObjects', () => {
  it('is for checkpoint snippets with object parameters', () => {
    const parameters = [{ name: 'MODEL' }];
    expect(takesObjects({ id: 'checkpoint-resume', parameters })).toBe(true);
    expect(takesObjects({ id: 'my-snippet', parameters })).toBe(false);
    expect(takesObjects({ id: 'checkpoint-resume', parameters: [] })).toBe(
      false
    );
  });
});

describe('runName', () => {
  it.each([
    ['work/My notebook.ipynb', 'My-notebook'],
    ['Untitled (1).ipynb', 'Untitled-1'],
    ['디지털 숫자.ipynb', '디지털-숫자'],
    ['../...ipynb', 'training'],
    [`${'x'.repeat(300)}.ipynb`, 'x'.repeat(60)]
  ])('makes a name of %s', (path, name) => {
    expect(runName(path)).toBe(name);
  });
});

describe('belongsToNotebook', () => {
  it('tells objects and runs from settings', () => {
    expect(['RUN', 'MODEL', 'LOADER'].map(belongsToNotebook)).not.toContain(
      false
    );
    expect(belongsToNotebook('RUN_FOLDER')).toBe(false);
  });
});
