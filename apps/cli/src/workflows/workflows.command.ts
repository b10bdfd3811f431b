import { readCatalog, type CatalogProblem } from '@app/workflow-catalog';
import { resolve } from 'node:path';
import { CliError } from '../cli-error.js';
import { readEnv } from '../env.js';
import { layOut } from '../repair/result-table.js';
import { complain, say } from '../terminal.js';
import { checkEngine } from './engine-check.js';
import { problemLines, TYPE_HEAD, typeCells } from './workflow-lines.js';

/** The options of `workflows check`, as the command line gives them. */
export interface CheckFlags {
  engine?: string;
  json: boolean;
}

/**
 * `photo-repair workflows check`: every problem of every workflow file, or a table of the task types. With an engine also what
 * it would refuse. Code 0 only if there is no problem.
 */
export async function checkWorkflows(folder: string | undefined, flags: CheckFlags): Promise<void> {
  const directory = folder === undefined ? readEnv().workflowsDir : resolve(folder);
  const { catalog, problems: found } = readCatalog(directory);
  const types = catalog.types();
  const engine = flags.engine === undefined ? null : await checkEngine(flags.engine, types);
  const problems = [...found, ...(engine?.problems ?? [])];
  const ignored: readonly CatalogProblem[] = engine?.ignored ?? [];
  if (flags.json) {
    const listed = types.map(({ view, workflowFile, aliases }) => ({
      ...view,
      workflow: workflowFile,
      aliases,
    }));
    say(JSON.stringify({ folder: directory, types: listed, problems, ignored }, null, 2));
  } else {
    if (types.length > 0) for (const line of layOut(TYPE_HEAD, types.map(typeCells))) say(line);
    for (const line of problemLines(ignored)) say(`Note: ${line}`);
    for (const line of problemLines(problems)) complain(line);
  }
  if (problems.length > 0) throw new CliError(`${problems.length} problem(s) in ${directory}.`);
}
