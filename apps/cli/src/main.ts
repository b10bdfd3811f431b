import { productVersion } from '@app/runtime';
import { Command } from 'commander';
import { isDebugging } from './env.js';
import { complain } from './terminal.js';

/** Of an option that may be given several times. */
const collect = (value: string, given: string[]) => [...given, value];

/**
 * The command line. Each command loads its own code when it is called, so that `up`, which stays for days,
 * does not carry the picture library of `demo` or the HTTP client of `repair`.
 */
const program = new Command('photo-repair')
  .version(productVersion)
  .description('Colours old black-and-white photographs, one task queue for all.');

program
  .command('up')
  .description('start everything (RabbitMQ if none is there, engine, API, workers) and keep it running')
  .action(async () => (await import('./system/up.command.js')).up());

program
  .command('demo')
  .description('colour ten real old photographs and put before and after side by side in out/demo')
  .action(async () => (await import('./demo/demo.command.js')).demo());

program
  .command('repair')
  .description('send photos (jpg, png, bmp) or folders of them to a running system and fetch the results')
  .argument('<photos...>', 'files or folders')
  .requiredOption(
    '-t, --type <type>',
    'the task type, for example person or building; or the name of its workflow file',
  )
  .option('-o, --out <dir>', 'folder for the results', 'restored')
  .option('-u, --url <url>', 'address of the API (default: the system that runs here)')
  .option('-p, --param <name=value>', 'a parameter of the task type; may be given several times', collect, [])
  .option('-f, --force', 'overwrite results that are there already', false)
  .action(async (photos: string[], options) =>
    (await import('./repair/repair.command.js')).repair(photos, options),
  );

program
  .command('status')
  .description('say whether a system runs here and what answers')
  .action(async () => (await import('./system/status.command.js')).status());

program
  .command('log')
  .description('print what all programs that run here wrote about one photo, in the order of time')
  .argument('<id>', 'of its task, of its trace, or of the request that sent it')
  .option('-d, --dir <folder>', 'where the logs lie (default: logs/ in DATA_DIR)')
  .option('--json', 'print the lines as they are', false)
  .action(async (id: string, options) => (await import('./log/log.command.js')).showLog(id, options));

program
  .command('workflows')
  .description('look at the workflow files that give the task types')
  .command('check')
  .description('say everything that is wrong with any of them; code 1 if anything is')
  .argument('[folder]', 'the folder with the files (default: WORKFLOWS_DIR, or workflows/)')
  .option('-e, --engine <url>', 'a ComfyUI to check them against: its nodes, lists and limits')
  .option('--json', 'print JSON', false)
  .action(async (folder: string | undefined, options) =>
    (await import('./workflows/workflows.command.js')).checkWorkflows(folder, options),
  );

const parking = program
  .command('parking')
  .description('look at the tasks that nobody tries again by itself, and send them through once more');
const amqpOption = [
  '--amqp <url>',
  'address of RabbitMQ (default: AMQP_URL, or that of the system that runs here)',
] as const;

parking
  .command('list')
  .description('show what is parked and why, the oldest first')
  .option('-n, --limit <count>', 'how many at most', '50')
  .option(...amqpOption)
  .action(async (options) => (await import('./parking/parking.command.js')).listParked(options));

parking
  .command('redrive')
  .description('send parked tasks through their work queue once more, with all their attempts')
  .argument('[task-ids...]', 'which ones')
  .option('-a, --all', 'all that are parked', false)
  .option(...amqpOption)
  .action(async (taskIds: string[], options) =>
    (await import('./parking/parking.command.js')).redriveParked(taskIds, options),
  );

program
  .command('rabbitmq')
  .description('set up a RabbitMQ of your own for photo-repair')
  .command('definitions')
  .description('print users, permissions and policies as the file that RabbitMQ loads (load_definitions)')
  .option('--publisher <name>', 'a user that hands in tasks; may be given several times', collect, [])
  .option(
    '--plain-publisher <name>',
    'a user that declares the plain queue itself, in the virtual host for other systems; may be given several times',
    collect,
    [],
  )
  .option('--secrets <file>', 'where passwords are that are not set, and where new ones are written (.env)')
  .option('-o, --out <file>', 'write the definitions there instead of printing them')
  .option('--url-files <folder>', "write our programs' addresses of the broker there, for AMQP_URL_FILE")
  .option('--host <host>', 'the broker in these addresses, with its port (default: broker:5672)')
  .action(async (options) => (await import('./rabbitmq/definitions.command.js')).printDefinitions(options));

const keys = program.command('keys').description('make and end the API keys of a running system');
const keysOptions = {
  url: ['-u, --url <url>', 'address of the API (default: the system that runs here)'],
  key: [
    '-k, --key <key>',
    "an operator's key (default: PHOTO_REPAIR_KEY, or that of the system that runs here)",
  ],
} as const;

keys
  .command('create')
  .description('make an API key and print it, this once')
  .argument('<name>', 'whose it is')
  .option('-r, --role <role>', 'user, viewer (sees everything) or operator (does everything)', 'user')
  .option('-g, --group <group>', 'the group whose workflows it gets')
  .option('-t, --types <types>', 'the task types that it may ask for, with commas between (default: all)')
  .option('-p, --priority <level>', 'the highest priority that it may ask for, 0 to 9')
  .option('-q, --quota <bytes>', 'how much it may keep at once, like 20GB (default: no limit)')
  .option('--amqp-user <user>', 'the RabbitMQ user whose messages are its own (default: none)')
  .option('--rate <requests>', 'requests a minute (default: the RATE_LIMIT of the API)')
  .option('--expires <day>', 'when it ends, like 2030-12-31 (default: never)')
  .option(...keysOptions.url)
  .option(...keysOptions.key)
  .action(async (name: string, options) => (await import('./keys/keys.command.js')).createKey(name, options));

keys
  .command('list')
  .description('show all API keys, without their tokens')
  .option(...keysOptions.url)
  .option(...keysOptions.key)
  .action(async (options) => (await import('./keys/keys.command.js')).listKeys(options));

keys
  .command('revoke')
  .description('end an API key at once')
  .argument('<id>', 'its id (npx photo-repair keys list shows it)')
  .option(...keysOptions.url)
  .option(...keysOptions.key)
  .action(async (id: string, options) => (await import('./keys/keys.command.js')).revokeKey(id, options));

const adminOptions = [
  ['-u, --url <url>', 'address of the API (default: the system that runs here)'],
  ['-k, --key <key>', "an operator's key (default: PHOTO_REPAIR_KEY, or that of the system that runs here)"],
  ['--json', 'print what the API answered'],
] as const;

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
    (await import('./pauses/pauses.command.js')).pause(what, name, options),
  );

admin('resume', 'let the intake, a task type or a worker go on')
  .argument('<what>', 'intake, type or worker')
  .argument('[name]', 'of the task type or the worker')
  .action(async (what: string, name: string | undefined, options) =>
    (await import('./pauses/pauses.command.js')).resume(what, name, options),
  );

admin('priority', 'give all waiting photos of an album another priority, and those that are added')
  .argument('<album>', 'its id')
  .argument('<level>', '0 (normal) to 9 (first)')
  .option('-n, --note <text>', 'why')
  .action(async (album: string, level: string, options) =>
    (await import('./albums/priority.command.js')).setPriority(album, level, options),
  );

admin('audit', 'show what operators did, the newest first')
  .option('-n, --limit <count>', 'how many at most, up to 100', '20')
  .option('-c, --cursor <cursor>', 'where to go on')
  .action(async (options) => (await import('./audit/audit.command.js')).showAudit(options));

const filterOptions = [
  ['-s, --state <state>', 'queued, running, succeeded, failed, cancelled or expired'],
  ['-t, --type <type>', 'the task type'],
  ['-f, --failure <code>', 'failed with this code'],
  ['-a, --album <id>', 'in this album'],
  ['-o, --owner <id>', 'of this owner'],
  ['--from <time>', 'ended (or, of other states, sent) from then on, like 2030-12-31T12:00:00Z'],
  ['--to <time>', 'and before then'],
] as const;

admin('overview', 'show what is going on, and why photos do not flow').action(async (options) =>
  (await import('./overview/overview.command.js')).showOverview(options),
);

const tasks = admin('tasks', 'find photos of everybody; with the id of one, show all that is known of it')
  .argument('[text]', 'an id, a part of a file name, your own reference, or the SHA-256 of a photo')
  .option('-d, --discarded', 'those that were discarded')
  .option('-n, --limit <count>', 'how many at most, up to 100', '20')
  .option('-c, --cursor <cursor>', 'where to go on');
for (const [flags, words] of filterOptions) tasks.option(flags, words);
tasks.action(async (text: string | undefined, options) =>
  (await import('./tasks/tasks.command.js')).showTasks(text, options),
);

admin('failures', 'show why photos have failed, the most frequent reason first')
  .option('-t, --type <type>', 'the task type')
  .option('--from <time>', 'failed from then on, like 2030-12-31T12:00:00Z')
  .option('--to <time>', 'and before then')
  .action(async (options) => (await import('./tasks/tasks.command.js')).showFailures(options));

/** A command that does something to many photos. */
function forMany(kind: 'retry' | 'discard', description: string): void {
  const command = admin(kind, description)
    .argument('[ids...]', 'of the tasks; or choose them by a filter')
    .option('--all', 'all that have failed', false)
    .option('--search <text>', 'an id, a part of a file name, your own reference, or the SHA-256 of a photo');
  for (const [flags, words] of filterOptions) command.option(flags, words);
  command
    .option('--note <text>', 'why; everybody who looks reads it')
    .option('-y, --yes', 'do it, if there are as many as were counted', false)
    .option('-w, --wait', 'until it is done', false)
    .action(async (ids: string[], options) =>
      (await import('./operations/operations.command.js')).operate(kind, ids, options),
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
    (await import('./operations/operations.command.js')).showOperations(id, options),
  );

admin('history', 'show what came and what became of it lately, step by step')
  .option('--hours <count>', 'how far back, up to 168', '24')
  .option('-t, --type <type>', 'the task type')
  .action(async (options) => (await import('./history/history.command.js')).showHistory(options));

try {
  await program.parseAsync();
} catch (error) {
  complain(
    isDebugging() && error instanceof Error
      ? String(error.stack)
      : error instanceof Error
        ? error.message
        : String(error),
  );
  process.exitCode = 1;
}
