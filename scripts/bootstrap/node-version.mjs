// This file and the scripts that import it must parse on Node 14: no `node:` imports, no `??`, no top-level await.
import fs from 'fs';

const packageFile = new URL('../../package.json', import.meta.url);

/**
 * Answers whether `version` (like "20.19.2") fits `range`, a list like "^20.19.0 || ^22.12.0 || >=24".
 * Only `^major.minor` and `>=major` are understood: that is all that package.json's `engines` uses.
 */
export function nodeFits(version, range) {
  const [major, minor] = version.split('.').map(Number);
  return range.split('||').some((part) => {
    const wanted = /^(\^|>=)(\d+)(?:\.(\d+))?/.exec(part.trim());
    if (wanted === null)
      throw new Error(`package.json: engines.node has a part that is not understood: ${part}`);
    const wantedMajor = Number(wanted[2]);
    const wantedMinor = Number(wanted[3] || 0);
    if (major !== wantedMajor) return wanted[1] === '>=' && major > wantedMajor;
    return minor >= wantedMinor;
  });
}

/** Runs `next` on a Node that fits package.json; else says so in one sentence. A failure of `next` is told plainly. */
export function withFittingNode(next) {
  const range = JSON.parse(fs.readFileSync(packageFile, 'utf8')).engines.node;
  if (!nodeFits(process.versions.node, range)) {
    const wanted = range
      .replace(/\^(\d+)\.(\d+)\.0/g, '$1.$2 or a later $1')
      .replace(/>=(\d+)/, '$1 or newer');
    fail(
      `photo-repair needs Node ${wanted.split(' || ').join(', ')}; this is Node ${process.versions.node}.`,
    );
    return;
  }
  next().catch((error) => {
    fail(process.env.DEBUG ? error.stack : error.message);
  });
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
