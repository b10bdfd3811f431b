import type { NvidiaCard, NvidiaProcess } from './nvidia-card.js';
import { NvidiaSmiError } from './nvidia-smi.errors.js';

/** Fields that every driver since 2013 knows; one that it does not know fails the whole question. The name may hold commas. */
export const CARD_FIELDS = 'index,uuid,memory.total,memory.used,utilization.gpu,name';
export const PROCESS_FIELDS = 'gpu_uuid,pid,used_memory';

const MIB = 1024 ** 2;
/** `[N/A]`, `[Not Supported]`, `[Insufficient Permissions]`, `[Unknown Error]`, `[GPU requires reset]`. */
const NOT_TOLD = /^(\[.*\]|N\/A)$/;
const NUMBER = /^(\d+)( MiB| %)?$/;
/** `WARNING: infoROM is corrupted at gpu 0000:01:00.0`, behind the rows. */
const REMARK = /^WARNING:/i;

/** @throws NvidiaSmiError naming the line that cannot be a card's. */
export function parseCards(output: string): Omit<NvidiaCard, 'processes' | 'readAt'>[] {
  return rows(output).map((line) => {
    const [index, uuid, total, used, utilization, ...name] = line.split(',').map((field) => field.trim());
    if (!/^\d+$/.test(index ?? '') || !uuid?.startsWith('GPU-') || name.length === 0) throw unreadable(line);
    return {
      index: Number(index),
      uuid,
      name: name.join(', '),
      memoryTotal: bytes(total!, line),
      memoryUsed: bytes(used!, line),
      utilization: percent(utilization!, line),
    };
  });
}

/**
 * The programs and the card, or part of a divided card (`MIG-…`), that each computes on.
 * @throws NvidiaSmiError naming the line that cannot be a program's.
 */
export function parseProcesses(output: string): (NvidiaProcess & { cardUuid: string })[] {
  return rows(output).map((line) => {
    const [cardUuid, pid, memory, ...more] = line.split(',').map((field) => field.trim());
    if (!/^(GPU|MIG)-/.test(cardUuid ?? '') || !/^\d+$/.test(pid ?? '')) throw unreadable(line);
    if (memory === undefined || more.length > 0) throw unreadable(line);
    return { cardUuid: cardUuid!, pid: Number(pid), memory: bytes(memory, line) };
  });
}

function rows(output: string): string[] {
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !REMARK.test(line));
}

function bytes(field: string, line: string): number | null {
  const mebibytes = numberIn(field, line);
  return mebibytes === null ? null : mebibytes * MIB;
}

function percent(field: string, line: string): number | null {
  const said = numberIn(field, line);
  return said === null ? null : Math.min(100, said);
}

function numberIn(field: string, line: string): number | null {
  if (NOT_TOLD.test(field)) return null;
  const found = NUMBER.exec(field)?.[1];
  if (found === undefined) throw unreadable(line);
  return Number(found);
}

function unreadable(line: string): NvidiaSmiError {
  return new NvidiaSmiError(`nvidia-smi said what cannot be read: ${line.slice(0, 100)}`);
}
