/**
 * `node deploy/healthcheck.mjs URL` ends with exit code 0 when URL answers with a success within 4 seconds, else with
 * 1 and the reason. For containers: the slim Node images have no curl. It takes no settings from the environment.
 */
const url = process.argv[2] ?? '';
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(4000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
