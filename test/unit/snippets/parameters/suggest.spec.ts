import {
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
