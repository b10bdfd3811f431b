import { decide } from '../tasks/failure-policy.js';
import { TaskFailure } from '@app/contracts';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Results } from './results.js';

const expectation = { size: 'same', colours: true } as const;
const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
const picture = async (width: number): Promise<Buffer> =>
  await sharp({ create: { width, height: 48, channels: 3, background: 'white', noise } })
    .png()
    .toBuffer();

describe('Results', () => {
  it('gives what is stored', async () => {
    const canonical = await picture(64);
    const { data, width, height } = await new Results().finish(await picture(64), {
      canonical,
      expect: expectation,
    });
    expect({ width, height, format: (await sharp(data).metadata()).format }).toEqual({
      width: 64,
      height: 48,
      format: 'png',
    });
  });

  it('fails a task once more, and then for good, for a picture that cannot be the photo’s', async () => {
    const canonical = await picture(64);
    const finishing = new Results().finish(await picture(500), { canonical, expect: expectation });
    const error: unknown = await finishing.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'TaskFailure',
      code: 'bad_output',
      message: "The engine's picture has 500 x 48 pixels; 64 x 48 pixels were to be expected.",
    });
    const settings = { retryAttempts: 3, retryDelaysMs: [10] };
    const failure = (error as TaskFailure).toFailure();
    expect([1, 2].map((attempt) => decide(failure, attempt, settings).kind)).toEqual(['retry', 'give_up']);
  });
});
