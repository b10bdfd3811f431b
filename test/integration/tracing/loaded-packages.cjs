// With --require: writes down which modules a program has loaded when it ends, into the file that LOADED_MODULES names.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  writeFileSync(process.env.LOADED_MODULES, JSON.stringify(Object.keys(require.cache)));
});
