import type { Command } from 'commander';

/** `photo-repair autoscale`. Each option is a setting, too; the option counts where both are given. */
export function addAutoscale(program: Command): void {
  program
    .command('autoscale')
    .description('start and stop workers by how many photos wait and for how long, within limits')
    .option(
      '--engines <urls>',
      'ComfyUI servers, commas between: each worker gets one of its own (COMFYUI_URLS)',
    )
    .option('--min <count>', 'workers that are always there (default: 1)')
    .option('--max <count>', 'workers that there are at most (default: one for each engine)')
    .option('--per-worker <photos>', 'one more above each so many that wait (default: 100)')
    .option(
      '--max-wait <time>',
      'one more when a photo would wait longer; 0: never (default: half of QUEUE_TIMEOUT)',
    )
    .option('--interval <time>', 'between two looks, with one step up at most (default: 15s)')
    .option('--cooldown <time>', 'for so long fewer have to be enough before one goes (default: 5m)')
    .option('-t, --types <types>', 'the task types that are counted and taken, commas between (default: all)')
    .option('--besides <count>', 'workers that run anyway and are counted in (default: 0)')
    .option('--share <count>', 'workers that may use the same engine (default: 1)')
    .option('--name <prefix>', 'of the workers; a number follows (default: the name of this machine)')
    .option('--keep', 'leave the workers at work when this is stopped')
    .option('--scale-command <command>', 'call this with the number of workers instead of starting any here')
    .option('--command-limit <time>', 'how long it may take (default: 60s)')
    .option('-u, --url <url>', 'address of the API (default: the system that runs here)')
    .option(
      '-k, --key <key>',
      "a viewer's or operator's key (default: PHOTO_REPAIR_KEY, or that of the system that runs here)",
    )
    .action(async (options) => (await import('./autoscale.command.js')).autoscale(options));
}
