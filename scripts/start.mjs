import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { provide } from './lib/parts.mjs';
import { LOGS, PYTHON, ROOT, short, toolEnvironment } from './lib/paths.mjs';
import { answers, choosePort } from './lib/ports.mjs';
import { Problem } from './lib/problem.mjs';
import { say, tail } from './lib/step.mjs';

const EXAMPLE = 'examples/resume-training.ipynb';
const HELP = `npm start [-- options] [-- arguments for "jupyter lab"]

Sets up this checkout and opens JupyterLab on ${EXAMPLE}.

  --no-browser  open no browser (also where there is no screen)
  --port N      the port of the server (otherwise the first free one from 8888)
  --help        this text`;

function options(argv) {
  const cut = argv.indexOf('--');
  const own = cut < 0 ? argv : argv.slice(0, cut);
  try {
    const { values } = parseArgs({
      args: own,
      options: {
        'no-browser': { type: 'boolean', default: false },
        port: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false }
      }
    });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (
      port !== undefined &&
      !(Number.isInteger(port) && port > 0 && port < 65536)
    ) {
      throw new Error(`--port ${values.port} is no port number (1 to 65535)`);
    }
    return { ...values, port, extra: cut < 0 ? [] : argv.slice(cut + 1) };
  } catch (error) {
    throw new Problem(error.message.split('\n')[0], HELP);
  }
}

function hasScreen() {
  return (
    process.platform !== 'linux' ||
    Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
  );
}

/** `npm start`: sets up what is missing, then serves JupyterLab until Ctrl-C. */
export async function main(argv) {
  const { 'no-browser': noBrowser, help, port: wanted, extra } = options(argv);
  if (help) {
    console.log(HELP);
    return 0;
  }
  const port = await choosePort(wanted);
  await provide(['node', 'python', 'torch', 'extension']);

  // Handed over in the environment: a command line can be read by every user.
  const token = process.env.JUPYTER_TOKEN || randomBytes(24).toString('hex');
  const page = existsSync(join(ROOT, EXAMPLE)) ? `lab/tree/${EXAMPLE}` : 'lab';
  const browser = !noBrowser && hasScreen();
  const logFile = join(LOGS, 'jupyterlab.log');
  mkdirSync(LOGS, { recursive: true });
  const log = openSync(logFile, 'w');
  const server = spawn(
    PYTHON,
    [
      ...[
        '-m',
        'jupyterlab',
        '--ServerApp.answer_yes=True',
        '--ServerApp.port_retries=0'
      ],
      ...[`--ServerApp.port=${port}`, `--ServerApp.root_dir=${ROOT}`],
      ...[
        `--LabApp.default_url=/${page}`,
        ...(browser ? [] : ['--no-browser'])
      ],
      ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
      ...extra
    ],
    {
      cwd: ROOT,
      env: toolEnvironment({ JUPYTER_TOKEN: token }),
      stdio: ['ignore', log, log],
      // In a group of its own, so that Ctrl-C ends it in one way only: below.
      detached: true
    }
  );
  let running = true;
  const ended = new Promise(resolve => {
    server.once('error', resolve);
    server.once('exit', (code, signal) => resolve(signal ? 0 : code));
  }).finally(() => (running = false));
  // The server then stops its kernels and ends.
  const stop = () => server.kill('SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, stop);
  }

  while (running && !(await answers(port))) {
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  if (running) {
    say(
      'jupyterlab',
      `log: ${short(logFile)}${noBrowser || browser ? '' : ', no screen found'}`
    );
    console.log(`\n  http://localhost:${port}/${page}?token=${token}\n`);
    console.log(
      browser
        ? 'Ctrl-C stops it.'
        : 'Open this address in a browser. Ctrl-C stops it.'
    );
  }
  const code = await ended;
  if (code) {
    console.error(tail(readFileSync(logFile, 'utf8'), 20));
    throw new Problem(
      'JupyterLab ended with an error.',
      `The whole log: ${short(logFile)}`
    );
  }
  return 0;
}
