/** What a user can put right: a sentence on what is wrong, and one on what to do. */
export class Problem extends Error {
  constructor(message, advice, options) {
    super(message, options);
    this.advice = advice;
  }
}

const NO_NETWORK =
  /EAI_AGAIN|ENOTFOUND|ENETUNREACH|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENOTCACHED|NewConnectionError|NameResolutionError|ConnectTimeoutError|Temporary failure in name resolution|Network is unreachable/;

/** Whether a log says that the other side could not be reached. */
export function saysNoNetwork(log) {
  return NO_NETWORK.test(log);
}

// Most telling first: a full disk also breaks connections and archives.
const CAUSES = [
  {
    pattern: /ENOSPC|No space left on device/,
    message: 'The disk is full',
    advice: 'Free some space (about 6 GB are needed in all) and run the same command again.'
  },
  {
    pattern: /EACCES|EPERM|Permission denied/,
    message: 'A file or folder may not be written',
    advice: 'Check who owns this folder (an earlier run as root?) and run the same command again.'
  },
  {
    pattern: NO_NETWORK,
    message: 'The package registry cannot be reached',
    advice:
      'This first set-up needs the network. Check the connection (and HTTPS_PROXY behind a proxy), then run the same command again.'
  },
  {
    pattern: /SELF_SIGNED_CERT|CERTIFICATE_VERIFY_FAILED|UNABLE_TO_GET_ISSUER_CERT/,
    message: 'The certificate of the package registry is not trusted',
    advice:
      'Behind a proxy with its own certificate set NODE_EXTRA_CA_CERTS and PIP_CERT to its file, then run the same command again.'
  }
];

/**
 * Turns the log of a failed command into a Problem, with a `cause` if it is a known one.
 *
 * @param what - what failed, for the case that the log has no known cause
 * @param log - all that the command printed
 * @param logFile - where the whole log lies
 */
export function explain(what, log, logFile) {
  const cause = CAUSES.find(({ pattern }) => pattern.test(log));
  if (cause) {
    const advice = `${cause.advice}\nLog: ${logFile}`;
    return new Problem(`${what} failed: ${cause.message}.`, advice, { cause: cause.message });
  }
  return new Problem(`${what} failed.`, `The log above says why; the whole of it: ${logFile}`);
}
