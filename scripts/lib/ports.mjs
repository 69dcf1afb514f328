import { createConnection, createServer } from 'node:net';
import { Problem } from './problem.mjs';

const HOST = '127.0.0.1';
const USUAL = 8888;

/** The port that a server got here, or undefined if it may not have it. 0 is "any". */
function tryPort(port) {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, HOST, () => {
      const { port: got } = probe.address();
      probe.close(() => resolve(got));
    });
  });
}

/** Any port that is free now. */
export async function freePort() {
  return tryPort(0);
}

/**
 * The port for a server that people open.
 *
 * @param wanted - the user's choice; otherwise the first free one from Jupyter's usual one on
 * @throws Problem if it is taken
 */
export async function choosePort(wanted) {
  if (wanted !== undefined) {
    if (await tryPort(wanted)) {
      return wanted;
    }
    throw new Problem(
      `Port ${wanted} cannot be used: another program has it, or it needs more rights.`,
      'Choose another one: npm start -- --port N'
    );
  }
  for (let port = USUAL; port < USUAL + 100; port++) {
    if (await tryPort(port)) {
      return port;
    }
  }
  throw new Problem(`No port from ${USUAL} on is free.`, 'Name one: npm start -- --port N');
}

/** Whether a server accepts connections on this port. */
export function answers(port) {
  return new Promise(resolve => {
    const socket = createConnection({ port, host: HOST });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
