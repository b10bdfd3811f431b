import { productVersion } from '@app/runtime';
import { Command } from 'commander';
import { addAdminCommands } from './admin/add-admin-commands.js';
import { addAutoscale } from './autoscale/add-autoscale.js';
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

addAutoscale(program);

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
  .command('backup')
  .description('copy database, photos, results, workflows and keys to a folder; the system may be running')
  .argument('<folder>', 'a folder that is not there; it has its name when the backup is whole')
  .action(async (folder: string) => (await import('./backup/backup.command.js')).backup(folder));

program
  .command('restore')
  .description('put a backup into an installation that has no database and does not run')
  .argument('<folder>', 'of the backup')
  .action(async (folder: string) => (await import('./backup/backup.command.js')).restore(folder));

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

addAdminCommands(program);

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
