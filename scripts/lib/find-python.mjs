import { ask } from './command.mjs';
import { Problem } from './problem.mjs';

const OLDEST = [3, 10];
const NAMES = ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const LOOK = `
import importlib.util, json, platform, sys
# A folder without modules in it, as a removed package leaves behind, has no origin.
found = lambda name: getattr(importlib.util.find_spec(name), "origin", None) is not None
print(json.dumps({"path": sys.executable, "version": list(sys.version_info[:3]),
                  "venv": found("venv"), "ensurepip": found("ensurepip"),
                  "pip": found("pip"), "machine": platform.machine()}))
`;

/**
 * What a Python interpreter says of itself, or undefined if it does not run.
 *
 * @returns `{path, version: [major, minor, patch], venv, ensurepip, pip, machine}`
 */
export function inspectPython(command) {
  const answer = ask(command, ['-c', LOOK]);
  return answer && JSON.parse(answer);
}

export function recentEnough({ version }) {
  return version[0] > OLDEST[0] || (version[0] === OLDEST[0] && version[1] >= OLDEST[1]);
}

/**
 * The interpreter to make the environment with: `PYTHON`, else the first recent
 * one on the PATH, one that can make environments before one that cannot.
 */
export function findPython() {
  const wanted = process.env.PYTHON;
  const found = (wanted ? [wanted] : NAMES).map(inspectPython).filter(Boolean);
  const usable = found.filter(recentEnough);
  if (usable.length === 0) {
    const seen = found.map(({ version, path }) => `${path} is ${version.join('.')}`).join(', ');
    throw new Problem(
      wanted && found.length === 0
        ? `PYTHON=${wanted} does not run.`
        : `Python ${OLDEST.join('.')} or newer is needed; ${seen || 'no python3 was found'}.`,
      'Install one (apt install python3 python3-venv), or name one: PYTHON=/path/to/python3 npm start'
    );
  }
  return usable.find(({ venv, ensurepip }) => venv && ensurepip) ?? usable[0];
}
