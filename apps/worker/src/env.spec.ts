import { describe, expect, it } from 'vitest';
import { QUEUED_LIMIT_MS, readEnv } from './env.js';

describe('readEnv', () => {
  it('holds a message, by its defaults, well below what RabbitMQ allows by its own', () => {
    const { engineWaitMs, runTimeoutMs } = readEnv({});
    expect(engineWaitMs + QUEUED_LIMIT_MS + runTimeoutMs).toBe(25 * 60_000);
  });

  it('refuses to hold one for longer than the broker allows', () => {
    expect(readEnv({ RUN_TIMEOUT: '14m' }).runTimeoutMs).toBe(840_000);
    expect(() => readEnv({ RUN_TIMEOUT: '15m' })).toThrow(/RUN_TIMEOUT: .*BROKER_ACK_TIMEOUT/);
    expect(() => readEnv({ ENGINE_WAIT: '1h' })).toThrow(/ENGINE_WAIT/);
  });

  it('counts the four minutes that a task may be held ahead where it would not wait longer for an engine', () => {
    expect(readEnv({ RUN_TIMEOUT: '20m', ENGINE_WAIT: '1m' }).runTimeoutMs).toBe(1_200_000);
    expect(() => readEnv({ RUN_TIMEOUT: '21m', ENGINE_WAIT: '1m' })).toThrow(/RUN_TIMEOUT/);
  });

  it('takes the word of an operator who has raised it in the broker', () => {
    expect(readEnv({ RUN_TIMEOUT: '1h', BROKER_ACK_TIMEOUT: '2h' }).runTimeoutMs).toBe(3_600_000);
  });

  it('reads the delays before further attempts', () => {
    expect(readEnv({}).retryDelaysMs).toEqual([5_000, 30_000]);
    expect(readEnv({ RETRY_DELAYS: '500ms, 1m,2h' }).retryDelaysMs).toEqual([500, 60_000, 7_200_000]);
  });

  it.each([
    ['30s,5s', /RETRY_DELAYS: .*grow/],
    ['5s,5s', /RETRY_DELAYS: .*grow/],
    ['0s', /RETRY_DELAYS: .*above 0/],
    ['5s,soon', /RETRY_DELAYS: .*durations with a unit/],
    [',', /RETRY_DELAYS: .*1 to 10/],
    ['25h', /RETRY_DELAYS: .*24h/],
  ])('refuses the delays %j', (delays, message) => {
    expect(() => readEnv({ RETRY_DELAYS: delays })).toThrow(message);
  });

  it.each(['70', '70%', ' 70 % '])('reads %j as a share of GPU memory', (text) => {
    expect(readEnv({ GPU_MEMORY_THRESHOLD: text }).gpuMemoryThresholdPercent).toBe(70);
  });

  it('asks nvidia-smi where there is one, another program, or none', () => {
    expect(readEnv({}).nvidiaSmi).toBe('nvidia-smi');
    expect(readEnv({ NVIDIA_SMI: '/opt/nvidia-smi' }).nvidiaSmi).toBe('/opt/nvidia-smi');
    expect(readEnv({ NVIDIA_SMI: 'off' }).nvidiaSmi).toBeNull();
  });

  it('looks for a notice that the machine will be taken away where it is told to', () => {
    expect(readEnv({}).terminationNotice).toEqual({ path: null, address: null });
    const all = { TERMINATION_NOTICE_PATH: '/run/leaving', TERMINATION_NOTICE_URL: 'aws' };
    expect(readEnv(all).terminationNotice).toEqual({ path: '/run/leaving', address: { cloud: 'aws' } });
    const url = 'http://127.0.0.1:9/leaving';
    expect(readEnv({ TERMINATION_NOTICE_URL: url }).terminationNotice.address).toEqual({ url });
    expect(() => readEnv({ TERMINATION_NOTICE_URL: 'aliyun' })).toThrow(
      /TERMINATION_NOTICE_URL: must be aws/,
    );
  });

  it('takes one task ahead and warms engines up unless told otherwise', () => {
    expect(readEnv({})).toMatchObject({ lookahead: 1, engineWarmUp: true, gpuMemoryThresholdPercent: 80 });
    expect(readEnv({ WORKER_LOOKAHEAD: '0', ENGINE_WARM_UP: 'false' })).toMatchObject({
      lookahead: 0,
      engineWarmUp: false,
    });
  });

  it.each([
    ['WORKER_LOOKAHEAD', '9'],
    ['WORKER_LOOKAHEAD', '-1'],
    ['GPU_MEMORY_THRESHOLD', '0'],
    ['GPU_MEMORY_THRESHOLD', '101%'],
    ['GPU_MEMORY_THRESHOLD', '8 GB'],
    ['ENGINE_WARM_UP', 'perhaps'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => readEnv({ [name]: value })).toThrow(name);
  });
});
