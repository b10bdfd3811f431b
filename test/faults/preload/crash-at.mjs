import { readFileSync, unlinkSync } from 'node:fs';
import { CRASH_POINTS } from './crash-points.mjs';
import { wrapMethod } from './wrap-method.mjs';

/**
 * Loaded before an app (`node --import`). The file CRASH_FILE names the point of the table at which the first process
 * that gets there dies of SIGKILL; it removes the file, so that nothing dies twice. Without the file nothing happens.
 */
const { CRASH_APP: app, CRASH_FILE: file } = process.env;

for (const point of CRASH_POINTS.filter((each) => each.app === app)) {
  await wrapMethod(point, (call, _self, args) => {
    const dieIf = (result) => {
      if (isArmed(point.name) && point.matches(args, result)) die();
      return result;
    };
    if (point.when === 'before') dieIf();
    const result = call(...args);
    if (point.when === 'sent') {
      // amqplib hands its frames to the socket in the next turn of the event loop.
      setImmediate(() => setImmediate(() => dieIf()));
      return result;
    }
    if (point.when === 'before') return result;
    return result instanceof Promise ? result.then(dieIf) : dieIf(result);
  });
}

function isArmed(name) {
  try {
    return readFileSync(file, 'utf8') === name;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function die() {
  try {
    unlinkSync(file);
  } catch (error) {
    // Another process was here first.
    if (error.code === 'ENOENT') return;
    throw error;
  }
  process.kill(process.pid, 'SIGKILL');
}
