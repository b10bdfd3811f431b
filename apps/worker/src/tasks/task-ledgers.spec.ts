import { ArtifactStoreUnavailable, LocalArtifactStore } from '@app/artifact-store';
import { cancelMarkKey, taskLedgerKey, type TaskLedger } from '@app/contracts';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TaskLedgers } from './task-ledgers.js';

const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const LEDGER: TaskLedger = {
  version: 1,
  run: 3,
  settledRun: 2,
  failedAttempts: 1,
  crashes: 0,
  holder: { process: '3b241101-e2bb-4255-8caf-4136c566a962', worker: 'w1' },
  prompt: { id: '3b241101-e2bb-4255-8caf-4136c566a963', engine: 'http://127.0.0.1:8188' },
};

describe('TaskLedgers', () => {
  let root: string;
  let store: LocalArtifactStore;
  let ledgers: TaskLedgers;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'photo-repair-ledgers-'));
    store = new LocalArtifactStore(root);
    ledgers = new TaskLedgers(store);
  });
  afterEach(() => rm(root, { recursive: true }));

  it('has none for a task that was never begun, then the newest', async () => {
    expect(await ledgers.read(ID)).toBeUndefined();
    await ledgers.write(ID, LEDGER);
    expect(await ledgers.read(ID)).toEqual(LEDGER);
    await ledgers.write(ID, { ...LEDGER, holder: null, prompt: null });
    expect(await ledgers.read(ID)).toMatchObject({ holder: null, prompt: null });
  });

  it.each([
    ['of a newer version', JSON.stringify({ ...LEDGER, version: 2 })],
    ['that is no JSON', '{"version":1,'],
    ['that counts backwards', JSON.stringify({ ...LEDGER, run: -1 })],
  ])('does not take one %s for none, nor for what it seems to say', async (_what, text) => {
    await store.put(taskLedgerKey(ID), Buffer.from(text), 'application/json');
    await expect(ledgers.read(ID)).rejects.toThrow(`ledger/${ID}.json cannot be understood`);
  });

  it('does not take a store that fails for one without a ledger', async () => {
    // A link to itself: the folder can neither be read nor said to be absent (ELOOP).
    await symlink('ledger', join(root, 'ledger'));
    await expect(ledgers.read(ID)).rejects.toBeInstanceOf(ArtifactStoreUnavailable);
    await expect(ledgers.cancellation(ID)).rejects.toBeInstanceOf(ArtifactStoreUnavailable);
  });

  it('knows what is cancelled', async () => {
    expect(await ledgers.cancellation(ID)).toBeUndefined();
    await store.put(cancelMarkKey(ID), Buffer.from('{"version":1,"again":2}'), 'application/json');
    expect(await ledgers.cancellation(ID)).toEqual({ version: 1, again: 2 });
  });

  it.each(['2026-11-22T10:00:00.000Z', '', '{"version":1,"again":-1}'])(
    'takes a task for cancelled whose mark says nothing else: %j',
    async (text) => {
      await store.put(cancelMarkKey(ID), Buffer.from(text), 'text/plain');
      expect(await ledgers.cancellation(ID)).toEqual({});
    },
  );
});
