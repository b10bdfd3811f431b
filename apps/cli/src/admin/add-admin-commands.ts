import type { Command } from 'commander';

const adminOptions = [
  ['-u, --url <url>', 'address of the API (default: the system that runs here)'],
  ['-k, --key <key>', "an operator's key (default: PHOTO_REPAIR_KEY, or that of the system that runs here)"],
  ['--json', 'print what the API answered'],
] as const;

const filterOptions = [
  ['-s, --state <state>', 'queued, running, succeeded, failed, cancelled or expired'],
  ['-t, --type <type>', 'the task type'],
  ['-f, --failure <code>', 'failed with this code'],
  ['-a, --album <id>', 'in this album'],
  ['-o, --owner <id>', 'of this owner'],
  ['--from <time>', 'ended (or, of other states, sent) from then on, like 2030-12-31T12:00:00Z'],
  ['--to <time>', 'and before then'],
] as const;

/** What operators look at and do, each by the API of a running system. */
export function addAdminCommands(program: Command): void {
  /** A command of operators. */
  function admin(name: string, description: string): Command {
    const command = program.command(name).description(description);
    for (const [flags, words] of adminOptions) command.option(flags, words);
    return command;
  }

  admin(
    'pause',
    'stop the intake, a task type or a worker until it is resumed; without a name, show what is stopped',
  )
    .argument('[what]', 'intake, type or worker')
    .argument('[name]', 'of the task type or the worker')
    .option('-n, --note <text>', 'why; everybody who looks reads it')
    .action(async (what: string | undefined, name: string | undefined, options) =>
      (await import('../pauses/pauses.command.js')).pause(what, name, options),
    );

  admin('resume', 'let the intake, a task type or a worker go on')
    .argument('<what>', 'intake, type or worker')
    .argument('[name]', 'of the task type or the worker')
    .action(async (what: string, name: string | undefined, options) =>
      (await import('../pauses/pauses.command.js')).resume(what, name, options),
    );

  admin('priority', 'give all waiting photos of an album another priority, and those that are added')
    .argument('<album>', 'its id')
    .argument('<level>', '0 (normal) to 9 (first)')
    .option('-n, --note <text>', 'why')
    .action(async (album: string, level: string, options) =>
      (await import('../albums/priority.command.js')).setPriority(album, level, options),
    );

  admin('audit', 'show what operators did, the newest first')
    .option('-n, --limit <count>', 'how many at most, up to 100', '20')
    .option('-c, --cursor <cursor>', 'where to go on')
    .action(async (options) => (await import('../audit/audit.command.js')).showAudit(options));

  admin('overview', 'show what is going on, and why photos do not flow').action(async (options) =>
    (await import('../overview/overview.command.js')).showOverview(options),
  );

  const tasks = admin('tasks', 'find photos of everybody; with the id of one, show all that is known of it')
    .argument('[text]', 'an id, a part of a file name, your own reference, or the SHA-256 of a photo')
    .option('-d, --discarded', 'those that were discarded')
    .option('-n, --limit <count>', 'how many at most, up to 100', '20')
    .option('-c, --cursor <cursor>', 'where to go on');
  for (const [flags, words] of filterOptions) tasks.option(flags, words);
  tasks.action(async (text: string | undefined, options) =>
    (await import('../tasks/tasks.command.js')).showTasks(text, options),
  );

  admin('failures', 'show why photos have failed, the most frequent reason first')
    .option('-t, --type <type>', 'the task type')
    .option('--from <time>', 'failed from then on, like 2030-12-31T12:00:00Z')
    .option('--to <time>', 'and before then')
    .action(async (options) => (await import('../tasks/tasks.command.js')).showFailures(options));

  const exporting = admin('export', 'write photos, results and all that is known of them to a folder')
    .argument('<folder>', 'new, or of an earlier export that goes on')
    .option('--search <text>', 'an id, a part of a file name, your own reference, or the SHA-256 of a photo');
  for (const [flags, words] of filterOptions) exporting.option(flags, words);
  exporting.action(async (folder: string, options) =>
    (await import('../export/export.command.js')).exportTasks(folder, options),
  );

  admin('import', 'bring in exported photos; what had not ended is put in line')
    .argument('<folder>', 'of an export')
    .option('-o, --owner <id>', 'whose they become: the id of an API key (default: your own)')
    .action(async (folder: string, options) =>
      (await import('../export/import.command.js')).importTasks(folder, options),
    );

  /** A command that does something to many photos. */
  function forMany(kind: 'retry' | 'discard', description: string): void {
    const command = admin(kind, description)
      .argument('[ids...]', 'of the tasks; or choose them by a filter')
      .option('--all', 'all that have failed', false)
      .option(
        '--search <text>',
        'an id, a part of a file name, your own reference, or the SHA-256 of a photo',
      );
    for (const [flags, words] of filterOptions) command.option(flags, words);
    command
      .option('--note <text>', 'why; everybody who looks reads it')
      .option('-y, --yes', 'do it, if there are as many as were counted', false)
      .option('-w, --wait', 'until it is done', false)
      .action(async (ids: string[], options) =>
        (await import('../operations/operations.command.js')).operate(kind, ids, options),
      );
  }

  forMany('retry', 'try photos that failed again: counts them, and does it with --yes');
  forMany(
    'discard',
    'take photos that failed off the list, not from their owners: counts them, and does it with --yes',
  );

  admin('operations', 'show what operators do to many photos, or stop it')
    .argument('[id]', 'one of them')
    .option('--stop', 'stop it; what is done stays done', false)
    .option('-n, --limit <count>', 'how many at most, up to 100', '20')
    .action(async (id: string | undefined, options) =>
      (await import('../operations/operations.command.js')).showOperations(id, options),
    );

  admin('history', 'show what came and what became of it lately, step by step')
    .option('--hours <count>', 'how far back, up to 168', '24')
    .option('-t, --type <type>', 'the task type')
    .action(async (options) => (await import('../history/history.command.js')).showHistory(options));
}
