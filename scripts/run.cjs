/*
 * Entry of every `npm` script of this folder: `node scripts/run.cjs <name> [...]`.
 *
 * It is CommonJS in old syntax, and loads the rest only after it has looked at
 * Node's version: Debian 12 and Ubuntu 22.04 ship a Node that would answer the
 * other files with a syntax error instead of a sentence.
 */
'use strict';

var OLDEST = 20;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  console.error(
    'Node ' +
      process.versions.node +
      ' is too old: the build tools need Node ' +
      OLDEST +
      ' or newer.\nInstall one from https://nodejs.org ' +
      '(or `nvm install ' +
      OLDEST +
      '`) and run the same command again.'
  );
  process.exit(1);
}

// npm can end without passing its signal on: then nobody is left to stop what
// runs below.
var parent = process.ppid;
var watch = setInterval(function () {
  if (process.ppid !== parent) {
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }
}, 1000);
watch.unref();

var name = process.argv[2];
import('./' + name + '.mjs')
  .then(function (script) {
    return script.main(process.argv.slice(3));
  })
  .then(
    function (code) {
      process.exitCode = code || 0;
    },
    function (error) {
      // A Problem says what is wrong and what to do; anything else is a defect
      // of these scripts and shows its stack.
      console.error(
        '\n' +
          (error.advice ? error.message + '\n' + error.advice : error.stack)
      );
      process.exitCode = 1;
    }
  );
