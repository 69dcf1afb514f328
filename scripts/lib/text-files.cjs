/*
 * Makes one module of the files that a list names: their texts by path, without the ending.
 * A list (`*.files`) has a path or a pattern such as `*.py` a line, from its own folder, in
 * the order in which they are wanted; `!` leaves one out. For webpack, and for Jest as
 * `process`.
 */
const { readdirSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

/** The paths that a list names, from its folder. */
function namesOf(list) {
  const names = new Set();
  for (const line of readFileSync(list, 'utf8').split('\n').filter(Boolean)) {
    const [, out, start, ending] = /^(!?)(.*?)(?:\*(.*))?$/.exec(line);
    const matching =
      ending === undefined
        ? [start]
        : readdirSync(join(dirname(list), start))
            .filter(name => name.endsWith(ending))
            .map(name => name.slice(0, -ending.length))
            .sort()
            .map(name => start + name + ending);
    matching.forEach(name => (out ? names.delete(name) : names.add(name)));
  }
  return [...names];
}

/** Their texts. */
function textsOf(list) {
  const read = name => readFileSync(join(dirname(list), name), 'utf8');
  return Object.fromEntries(namesOf(list).map(name => [name.replace(/\.\w+$/, ''), read(name)]));
}

function load() {
  const folder = dirname(this.resourcePath);
  for (const name of namesOf(this.resourcePath)) {
    this.addDependency(join(folder, name));
    this.addContextDependency(dirname(join(folder, name)));
  }
  return `export default ${JSON.stringify(textsOf(this.resourcePath))};`;
}

module.exports = load;
module.exports.textsOf = textsOf;
module.exports.process = (_, list) => ({
  code: `exports.__esModule = true; exports.default = ${JSON.stringify(textsOf(list))};`
});
// The list itself does not change with the files.
module.exports.getCacheKey = (_, list) => JSON.stringify(textsOf(list));
