import { describe, expect, it } from 'vitest';
import { parseCards, parseProcesses } from './nvidia-smi-output.js';
import { NvidiaSmiError } from './nvidia-smi.errors.js';

const A = 'GPU-5c7c4e0e-1111-2222-3333-444455556666';
const B = 'GPU-90e5b1d2-aaaa-bbbb-cccc-ddddeeeeffff';
const MIB = 1024 ** 2;

describe('parseCards', () => {
  it('reads several cards, whatever ends the lines', () => {
    const output = `0, ${A}, 24564, 1532, 7, NVIDIA GeForce RTX 4090\r\n1, ${B}, 81559, 0, 100, NVIDIA H100 80GB HBM3\n`;
    expect(parseCards(output)).toEqual([
      {
        index: 0,
        uuid: A,
        name: 'NVIDIA GeForce RTX 4090',
        memoryTotal: 24564 * MIB,
        memoryUsed: 1532 * MIB,
        utilization: 7,
      },
      {
        index: 1,
        uuid: B,
        name: 'NVIDIA H100 80GB HBM3',
        memoryTotal: 81559 * MIB,
        memoryUsed: 0,
        utilization: 100,
      },
    ]);
  });

  it.each(['[N/A]', 'N/A', '[Not Supported]', '[Unknown Error]', '[GPU requires reset]'])(
    'knows that %s is no figure',
    (said) => {
      expect(parseCards(`0, ${A}, ${said}, ${said}, ${said}, Tesla K80`)).toEqual([
        { index: 0, uuid: A, name: 'Tesla K80', memoryTotal: null, memoryUsed: null, utilization: null },
      ]);
    },
  );

  it('reads units where they are told nevertheless, and a name with a comma', () => {
    expect(parseCards(`3, ${A}, 24564 MiB, 12 MiB, 5 %, Card, special`)).toMatchObject([
      { index: 3, memoryTotal: 24564 * MIB, memoryUsed: 12 * MIB, utilization: 5, name: 'Card, special' },
    ]);
  });

  it('leaves out remarks, and has no card in nothing', () => {
    const remark = 'WARNING: infoROM is corrupted at gpu 0000:01:00.0';
    expect(parseCards(`0, ${A}, 8192, 1, 0, Tesla P4\n${remark}\n`)).toHaveLength(1);
    expect(parseCards('\n')).toEqual([]);
  });

  it.each([
    'Unable to determine the device handle for GPU 0000:01:00.0: Unknown Error',
    '<html><body>502</body></html>',
    `0, ${A}, 24564, 1532, 7`,
    `0, ${A}, many, 1532, 7, NVIDIA`,
    `0, ${A}, 24564, -1, 7, NVIDIA`,
    `zero, ${A}, 24564, 1532, 7, NVIDIA`,
    '0, 24564, 1532, 7, NVIDIA, GPU',
  ])('refuses %s, and names it', (line) => {
    expect(() => parseCards(line)).toThrow(NvidiaSmiError);
    expect(() => parseCards(line)).toThrow(line.slice(0, 30));
  });
});

describe('parseProcesses', () => {
  it('reads the programs of all cards, of divided ones too', () => {
    const mig = 'MIG-0e1f2a3b-0000-0000-0000-000000000000';
    expect(
      parseProcesses(`${A}, 4711, 20134\n${A}, 4712, [N/A]\n${mig}, 9, [Insufficient Permissions]\n`),
    ).toEqual([
      { cardUuid: A, pid: 4711, memory: 20134 * MIB },
      { cardUuid: A, pid: 4712, memory: null },
      { cardUuid: mig, pid: 9, memory: null },
    ]);
    expect(parseProcesses('')).toEqual([]);
  });

  it.each([`${A}, 4711`, `${A}, x, 5`, 'python, 4711, 5', `${A}, 4711, 5, 6`])('refuses %s', (line) => {
    expect(() => parseProcesses(line)).toThrow(NvidiaSmiError);
  });
});
