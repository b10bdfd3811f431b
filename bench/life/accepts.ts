import { Client } from './client.js';

/** How fast photos were taken in. */
export interface Accepts {
  perSecond: number;
  /** Milliseconds of each. */
  latencies: number[];
}

/** Sends the photo `count` times, at most `clients` at the same time. */
export async function measureAccepts(
  url: string,
  upload: Buffer,
  count: number,
  clients: number,
): Promise<Accepts> {
  const latencies: number[] = [];
  let left = count;
  const sendOneByOne = async () => {
    const client = new Client(url);
    while (left-- > 0) latencies.push((await client.submit(upload)).ms);
    client.close();
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: clients }, sendOneByOne));
  return { perSecond: (count * 1000) / (performance.now() - began), latencies };
}
