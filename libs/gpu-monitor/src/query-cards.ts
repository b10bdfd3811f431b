import type { NvidiaCard } from './nvidia-card.js';
import { CARD_FIELDS, parseCards, parseProcesses, PROCESS_FIELDS } from './nvidia-smi-output.js';
import { NvidiaSmiError } from './nvidia-smi.errors.js';
import type { OutsideProgram } from './outside-program.js';

const FORMAT = '--format=csv,noheader,nounits';
const SUCCESS = 0;
/** The card's description of itself is damaged; the figures are right. From the RETURN VALUE section of its manual. */
const DAMAGED_INFO = 14;
const NO_CARDS = 'No devices were found';

/**
 * Asks `nvidia-smi` for all cards and the programs on them.
 * @returns null where there is no such program
 * @throws NvidiaSmiError where it fails, takes too long or says what cannot be read
 */
export async function queryCards(program: OutsideProgram): Promise<NvidiaCard[] | null> {
  const readAt = performance.now();
  const query = (argument: string) => ask(program, argument);
  const [cards, processes] = await Promise.all([
    query(`--query-gpu=${CARD_FIELDS}`),
    query(`--query-compute-apps=${PROCESS_FIELDS}`),
  ]);
  if (cards === null || processes === null) return null;
  const running = parseProcesses(processes);
  return parseCards(cards).map((card) => ({
    ...card,
    processes: running
      .filter(({ cardUuid }) => cardUuid === card.uuid)
      .map(({ pid, memory }) => ({ pid, memory })),
    readAt,
  }));
}

async function ask(program: OutsideProgram, argument: string): Promise<string | null> {
  const end = await program.run([argument, FORMAT]);
  if (end === 'missing') return null;
  if (end === 'late') throw new NvidiaSmiError(`nvidia-smi has not answered within ${program.limitMs} ms`);
  if (end.output.trim().startsWith(NO_CARDS)) return '';
  if (end.code !== SUCCESS && end.code !== DAMAGED_INFO) {
    throw new NvidiaSmiError(
      `nvidia-smi failed (${end.code ?? 'ended by a signal'}): ${firstLine(end.output)}`,
    );
  }
  return end.output;
}

function firstLine(output: string): string {
  return (output.trim().split('\n')[0] || 'it said nothing').slice(0, 200);
}
