import { readText } from './compose-file.js';

export interface Instruction {
  name: string;
  args: string;
}

export interface Stage {
  name: string;
  base: string;
  instructions: Instruction[];
}

/** The stages of the Dockerfile in order, continued lines joined, comments left out. */
export function readStages(): Stage[] {
  const lines = readText('Dockerfile')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: Stage[] = [];
  for (const line of lines) {
    const [, name = '', args = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    const [, base = '', stage = ''] = /^(\S+) AS (\S+)$/.exec(args) ?? [];
    if (name === 'FROM') stages.push({ name: stage, base, instructions: [] });
    else stages.at(-1)?.instructions.push({ name, args });
  }
  return stages;
}

/** All instructions that make an image, those of the stages it stands on first. */
export function instructionsOf(target: string, stages: readonly Stage[] = readStages()): Instruction[] {
  const stage = stages.find(({ name }) => name === target);
  if (stage === undefined) return [];
  return [...instructionsOf(stage.base, stages), ...stage.instructions];
}

/** The last instruction of this name decides. */
export const lastOf = (instructions: readonly Instruction[], name: string): string | undefined =>
  instructions.findLast((instruction) => instruction.name === name)?.args;
