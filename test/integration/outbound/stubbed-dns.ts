import type { LookupFunction } from 'node:net';

/** DNS of a test: each name has its answers, call by call; the last one stays. A name that is not given has none. */
export class StubbedDns {
  readonly asked: string[] = [];

  constructor(private readonly answers: Record<string, string[][]>) {}

  readonly lookup: LookupFunction = (name, _options, callback) => {
    const answers = this.answers[name] ?? [];
    const before = this.asked.filter((asked) => asked === name).length;
    const addresses = answers[Math.min(before, answers.length - 1)];
    this.asked.push(name);
    if (!addresses) process.nextTick(callback, new Error(`ENOTFOUND ${name} 192.168.7.7`), []);
    else
      process.nextTick(
        callback,
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  };
}
