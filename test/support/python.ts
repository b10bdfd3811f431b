import { existsSync } from 'node:fs';

/** Where Debian installs the Python that its packages (python3-pika, python3-redis) are for. */
const DEBIAN_PYTHON = '/usr/bin/python3';

/** The Python that has the libraries of the client programs; another one may come first on the PATH (pyenv, conda). */
export function pythonProgram(): string {
  return existsSync(DEBIAN_PYTHON) ? DEBIAN_PYTHON : 'python3';
}
