import { expect } from './kit';
import { DIGITS, test } from './runtime';

// The stand-ins of galata for kernels and sessions know no restart.
test.use({ kernels: null, sessions: null });

const KIT = [
  'RUN = "digits"',
  'class Run:',
  '    def epochs(self, count):',
  '        return range(count)',
  'run = Run()'
].join('\n');

const TRAIN =
  'for epoch in run.epochs(2):\n    print("training", value + epoch)';

const CELLS = [
  'log = []',
  'value = 41',
  'unrelated = log.append("unrelated")',
  { source: KIT, snippet: 'checkpoint-resume' },
  'print("looks at", value)',
  // Says that it is ours, and is not.
  { source: 'print("planted")', snippet: 'drive-mount' },
  TRAIN,
  'print("below")'
];

test('a fresh kernel gets an offer, which runs the training and what it needs', async ({
  kit,
  page,
  runtime
}) => {
  await kit.open({ cells: CELLS });
  // Written by another program: the user looks through it before any is run.
  await kit.trust();
  await runtime.open();
  const saved = Date.now() / 1000 - 200;
  await runtime.pretend({
    runs: [{ ...DIGITS, live: false, state: 'local', saved }]
  });
  const offer = kit.notifications().filter({ hasText: 'digits stopped' });
  await kit.restartKernel();
  await expect(offer.first()).toContainText(
    /at step 1,230 \(\d minutes ago\)\. Resume\?/
  );
  expect(await kit.outputs()).toEqual(CELLS.map(() => ''));

  await offer.getByRole('button', { name: 'Show cells' }).first().click();
  const listed = page.locator('.jp-Dialog .jp-RuntimeKit-cellList li');
  await expect(listed).toHaveText([
    'value = 41',
    `Checkpoint & resume${KIT}`,
    `for epoch in run.epochs(2):${TRAIN}`,
    'Mount Driveprint("planted")'
  ]);
  await page.locator('.jp-Dialog .jp-mod-accept').click();
  await expect
    .poll(() => kit.outputs())
    .toEqual(['', '', '', '', '', '', 'training 41\ntraining 42\n', '']);
  await expect(offer).toHaveCount(0);
});
