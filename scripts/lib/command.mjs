import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ROOT } from './paths.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const running = new Set();
let stopped = false;

// A command runs in a process group of its own, so that a time limit or Ctrl-C
// ends its children (servers, browsers, kernels) too, and nothing else. SIGINT is
// what test runners clean up after.
function stop() {
  if (stopped) {
    process.exit(130);
  }
  stopped = true;
  running.forEach(child => endGroup(child, 'SIGINT'));
}

function listen() {
  for (const signal of SIGNALS) {
    process.off(signal, stop);
    if (running.size > 0) {
      process.on(signal, stop);
    }
  }
}

function endGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It ended in the meantime.
  }
}

/** True once the user has asked to stop. */
export function interrupted() {
  return stopped;
}

/**
 * Runs a command and keeps what it prints.
 *
 * @param options.logFile - gets all output while the command runs
 * @param options.limit - seconds until the command and its children are ended
 * @param options.stream - also show the output as it comes
 * @returns `{code, output, seconds, timedOut}`; `code` is 127 for a command that is not there
 */
export function run(command, args, options = {}) {
  const { cwd = ROOT, env = process.env, logFile, limit, stream = false } = options;
  const started = Date.now();
  let log;
  if (logFile) {
    mkdirSync(dirname(logFile), { recursive: true });
    log = createWriteStream(logFile);
  }
  return new Promise(resolve => {
    const chunks = [];
    let timedOut = false;
    const child = spawn(command, args, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe']
    });
    running.add(child);
    listen();
    const keep = chunk => {
      chunks.push(chunk);
      log?.write(chunk);
      if (stream) {
        process.stdout.write(chunk);
      }
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const timer =
      limit &&
      setTimeout(() => {
        timedOut = true;
        keep(Buffer.from(`\nended: it ran longer than ${limit} s\n`));
        endGroup(child, 'SIGINT');
        setTimeout(() => endGroup(child, 'SIGKILL'), 20_000).unref();
      }, limit * 1000);
    const finish = code => {
      clearTimeout(timer);
      running.delete(child);
      listen();
      const result = {
        code,
        timedOut,
        output: Buffer.concat(chunks).toString('utf8'),
        seconds: (Date.now() - started) / 1000
      };
      log ? log.end(() => resolve(result)) : resolve(result);
    };
    child.on('error', error => {
      keep(Buffer.from(`${error.message}\n`));
      finish(127);
    });
    child.on('close', (code, signal) => finish(code ?? (signal ? 128 : 1)));
    // A process it left behind may hold the pipes open for ever.
    child.on('exit', () =>
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, 5_000).unref()
    );
  });
}

/** What a short command prints on stdout, or undefined if it fails or is not there. */
export function ask(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 30_000, ...options });
  return result.status === 0 ? result.stdout.trim() : undefined;
}
