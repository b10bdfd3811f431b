import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NvidiaSmi } from './nvidia-smi.js';

const A = 'GPU-5c7c4e0e-1111-2222-3333-444455556666';
const CARDS = `0, ${A}, 24564, 20000, 93, NVIDIA GeForce RTX 4090`;
const PROCESSES = `${A}, 4711, 19456`;

let folder: string;
let program: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photo-repair-nvidia-smi-'));
  program = join(folder, 'nvidia-smi');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Puts a program there that notes each call and then does this. `asked` is what it was called with. */
async function install(body: string): Promise<void> {
  const script = `#!${process.execPath}
    const asked = process.argv.slice(2).join(' ');
    require('node:fs').appendFileSync(__dirname + '/calls', asked + '\\n');
    ${body}`;
  await writeFile(program, script);
  await chmod(program, 0o755);
}

const says = (cards: string, processes: string) =>
  `console.log(asked.includes('--query-gpu=') ? ${JSON.stringify(cards)} : ${JSON.stringify(processes)});`;

const calls = async () => (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');

type Tell = (data: Record<string, unknown>, message: string) => void;

/** Generous, since the test machine may be busy; what has to be late never ends. */
const smiOf = (options = {}) => new NvidiaSmi({ program, limitMs: 15_000, ...options });

describe('nvidia-smi', () => {
  it('tells the cards with the programs on them', async () => {
    await install(says(CARDS, PROCESSES));
    const smi = smiOf();
    expect(await smi.cards()).toEqual([
      {
        index: 0,
        uuid: A,
        name: 'NVIDIA GeForce RTX 4090',
        memoryTotal: 24564 * 1024 ** 2,
        memoryUsed: 20000 * 1024 ** 2,
        utilization: 93,
        processes: [{ pid: 4711, memory: 19456 * 1024 ** 2 }],
        readAt: expect.any(Number) as number,
      },
    ]);
    expect(smi.problem).toBeNull();
    for (const call of await calls()) expect(call).toContain('--format=csv,noheader,nounits');
  });

  it('is asked once, however many ask at the same time and soon after', async () => {
    await install(says(CARDS, PROCESSES));
    const smi = smiOf({ everyMs: 3_600_000 });
    const answers = await Promise.all([smi.cards(), smi.cards(), smi.cards()]);
    answers.push(await smi.cards());
    expect(new Set(answers).size).toBe(1);
    expect(await calls()).toHaveLength(2);
  });

  it('is asked again after its time', async () => {
    await install(says(CARDS, PROCESSES));
    const smi = smiOf({ everyMs: 0 });
    await smi.cards();
    await install(says(CARDS.replace('20000', '100'), ''));
    expect(await smi.cards()).toMatchObject([{ memoryUsed: 100 * 1024 ** 2, processes: [] }]);
  });

  it('may be missing, which is no problem', async () => {
    const smi = smiOf();
    expect([await smi.cards(), smi.problem]).toEqual([null, null]);
    await writeFile(program, 'not to be run');
    const other = smiOf();
    expect([await other.cards(), other.problem]).toEqual([null, null]);
  });

  it('may know of no card', async () => {
    await install(`console.log('No devices were found'); process.exitCode = 6;`);
    const smi = smiOf();
    expect([await smi.cards(), smi.problem]).toEqual([[], null]);
  });

  it('tells the figures also where the card describes itself badly', async () => {
    const remark = 'WARNING: infoROM is corrupted at gpu 0000:01:00.0';
    await install(`${says(`${CARDS}\n${remark}`, PROCESSES)} process.exitCode = 14;`);
    expect(await smiOf().cards()).toHaveLength(1);
  });

  it.each([
    [
      'fails',
      `console.log('NVIDIA-SMI has failed'); process.exitCode = 9;`,
      'failed (9): NVIDIA-SMI has failed',
    ],
    ['complains', `console.error('no driver'); process.exitCode = 1;`, 'failed (1): no driver'],
    ['dies', `process.kill(process.pid, 'SIGKILL');`, 'failed (ended by a signal): it said nothing'],
    ['says garbage', `console.log('<html>');`, 'said what cannot be read: <html>'],
    ['talks without end', `for (;;) require('node:fs').writeSync(1, 'x'.repeat(65536));`, 'failed'],
  ])('cannot be used where it %s', async (_what, body, problem) => {
    await install(body);
    const logger = { info: vi.fn<Tell>(), warn: vi.fn<Tell>() };
    const smi = smiOf({ everyMs: 0, logger });
    expect(await smi.cards()).toBeNull();
    expect(smi.problem).toContain(`nvidia-smi ${problem}`);
    await install(says(CARDS, PROCESSES));
    expect(await smi.cards()).toHaveLength(1);
    expect([smi.problem, logger.warn.mock.calls.length, logger.info.mock.calls.length]).toEqual([null, 1, 1]);
  });

  it('is ended when it takes too long, and the event loop goes on meanwhile', async () => {
    await install(`setInterval(() => undefined, 1000);`);
    const smi = smiOf({ limitMs: 300 });
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 5);
    expect(await smi.cards()).toBeNull();
    clearInterval(turning);
    expect(turns).toBeGreaterThan(10);
    expect(smi.problem).toBe('nvidia-smi has not answered within 300 ms');
  });

  it('counts for a while after it has failed, and then no more', async () => {
    await install(says(CARDS, PROCESSES));
    const smi = smiOf({ everyMs: 0, keptMs: 3_600_000 });
    const brief = smiOf({ everyMs: 0, keptMs: 0 });
    expect([await smi.cards(), await brief.cards()]).toMatchObject([[{ index: 0 }], [{ index: 0 }]]);
    await install(`console.log('?');`);
    expect(await smi.cards()).toHaveLength(1);
    expect(smi.problem).toContain('cannot be read: ?');
    expect(await brief.cards()).toBeNull();
  });
});
