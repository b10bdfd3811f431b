import { useEffect, useSyncExternalStore } from 'react';
import { useTaskTypes } from '../api/task-types.js';
import { deviceStore } from '../device/device-store.js';
import type { Choice } from '../uploads/upload.js';
import { ChoiceMemory } from './choice-memory.js';

const memory = new ChoiceMemory(deviceStore);

/** What is to be made of photos that are added next; remembered on this device. */
export function useChoice(): [Choice, (choice: Choice) => void] {
  const { types } = useTaskTypes();
  useEffect(() => {
    if (types !== null) memory.sawCatalog(types);
  }, [types]);
  return [useSyncExternalStore(memory.subscribe, memory.current), choose];
}

/** The same outside React: what a photo is added with that is dropped now. */
export function currentChoice(): Choice {
  return memory.current();
}

function choose(choice: Choice): void {
  memory.choose(choice);
}
