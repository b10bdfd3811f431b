import type { HeldTask } from './held-task.js';
import type { TaskDelivery } from './task-delivery.js';

/** What the handler is given of a task in hand. */
export function toTaskDelivery(task: HeldTask, signal: AbortSignal): TaskDelivery {
  const { message, attempt, ledger, delivery, place } = task;
  return {
    message,
    attempt,
    run: ledger.run,
    crashCount: ledger.crashes,
    earlierPrompt: ledger.prompt,
    rememberPrompt: async (prompt) => {
      if (!delivery.isOpen) throw new Error('The broker has taken the task back.');
      await task.update((current) => ({ ...current, prompt }));
    },
    signal,
    get isAhead() {
      return place.isAhead;
    },
    begin: () => {
      if (!place.isAhead) return;
      signal.throwIfAborted();
      place.begin();
      task.told();
    },
    leave: () => place.leave(),
  };
}
