import { cancelMarkKey, engineTraceKey, taskLedgerKey } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { knownKeys, staysFor, taskIdOf } from './erased-keys.js';
import { bornAtOf } from './task-birth.js';

const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';

describe('the files of a task', () => {
  it('are known by their names', () => {
    const keys = [
      ...knownKeys(ID, `originals/${ID}.jpg`),
      `results/${ID}.0123456789abcdef.png`,
      taskLedgerKey(ID),
      cancelMarkKey(ID),
      engineTraceKey(ID),
    ];
    expect(keys.map(taskIdOf)).toEqual(keys.map(() => ID));
  });

  it.each(['results/readme.txt', `results/${ID}`, `results/x${ID}.png`, `a/results/${ID}.png`, ''])(
    'are not %j',
    (key) => {
      expect(taskIdOf(key)).toBeUndefined();
    },
  );

  it('stay where a worker or an engine has to be asked by them', () => {
    expect(staysFor(ID, cancelMarkKey(ID))).toBe(true);
    expect(staysFor(ID, engineTraceKey(ID))).toBe(true);
    expect(staysFor(ID, taskLedgerKey(ID))).toBe(false);
  });

  it('tell when the task was made', () => {
    expect(bornAtOf('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toBe(Date.UTC(2022, 1, 22, 19, 22, 22));
    expect(bornAtOf('017f22e2-79b0-4cc3-98c4-dc0c0c07398f')).toBeUndefined();
  });
});
