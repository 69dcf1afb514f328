import { nullTranslator } from '@jupyterlab/translation';
import { spawnSync } from 'child_process';
import { readFileSync } from 'fs';
import { join } from 'path';

import { SOURCES } from '../../../src/kernel/queries/askProposal';
import { obstacleText, reasonText } from '../../../src/resumable/proposalText';

const ROOT = join(__dirname, '../../..');
const FOLDER = join(ROOT, 'runtime_kit/resumable');
const trans = nullTranslator.load('');
const values = {
  name: 'NAME',
  framework: 'FRAMEWORK',
  advice: 'ADVICE',
  owner: 'OWNER',
  error: 'ERROR',
  objects: 'OBJECTS',
  function: 'FUNCTION'
};

/** Codes of a table of messages.py. */
function codes(table: string): string[] {
  const text = readFileSync(join(FOLDER, 'messages.py'), 'utf-8');
  const [, body] = text.split(`${table} = {`);
  return [...body.split('\n}')[0].matchAll(/^ {4}"([\w-]+)":/gm)].map(
    ([, code]) => code
  );
}

describe('the texts of a proposal', () => {
  it.each(codes('REASONS'))('say why an edit is proposed: %s', code => {
    expect(reasonText({ code, values }, trans)).not.toBe(code);
  });

  it('say something else for each obstacle', () => {
    const all = codes('OBSTACLES').map(code =>
      obstacleText({ code, values }, trans)
    );
    expect(all.length).toBeGreaterThan(20);
    expect(new Set(all).size).toBe(all.length);
    expect(all.join()).not.toContain('undefined');
  });
});

describe('the files that are carried to the kernel', () => {
  it('need only those in front of them', () => {
    const before = new Set<string>();
    for (const [name, source] of Object.entries(SOURCES)) {
      const needed = [...source.matchAll(/^\s*from \.(\w+) import/gm)];
      for (const [, module] of needed) {
        expect(before).toContain(module);
      }
      before.add(name);
    }
  });

  it('propose the same as the package', () => {
    const script = `
import json, os, sys, tempfile
from pathlib import Path
runs = tempfile.TemporaryDirectory()
os.environ["RUNTIME_KIT_FOLDER"] = runs.name
step = Path(runs.name, "nb", "step-000000000001")
step.mkdir(parents=True)
(step / "state.json").write_text('{"notebook": "other.ipynb"}')
names = json.loads(sys.argv[1])
space = {"__name__": "carried"}
for name in ("training_objects", "propose_entry"):
    exec(Path("runtime_kit/frontend", name + ".py").read_text(), space)
sources = {n: Path("runtime_kit/resumable", n + ".py").read_text() for n in names}
cells = [["a", "import torch\\nm = torch.nn.Linear(1, 1)\\no = torch.optim.SGD(m.parameters())"],
         ["b", "for e in range(3):\\n    m(x).backward()\\n    o.step()"]]
print(space["propose_edits"](sources, cells, "nb"))
assert not any(name.startswith(("_runtime_kit", "runtime_kit")) for name in sys.modules)
`;
    const names = JSON.stringify(Object.keys(SOURCES));
    const { stdout, stderr } = spawnSync(
      join(ROOT, '.venv/bin/python'),
      ['-c', script, names],
      { cwd: ROOT, encoding: 'utf-8' }
    );
    expect(stderr).toBe('');
    const found = JSON.parse(stdout);
    expect(found.installed).toBe(true);
    expect(found.runs.map(({ name }: any) => name)).toEqual(['nb-2']);
    expect(found.notes[0].values.notebook).toBe('other.ipynb');
    expect(found.edits.map(({ text }: any) => text)).toEqual([
      'run.steps',
      '\nrun.finish()'
    ]);
  });
});
