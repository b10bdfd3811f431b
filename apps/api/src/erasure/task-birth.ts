/** When a task was made, by its id (UUIDv7, RFC 9562): epoch milliseconds. Undefined for an id of another kind. */
export function bornAtOf(taskId: string): number | undefined {
  if (taskId[14] !== '7') return undefined;
  return Number.parseInt(taskId.slice(0, 8) + taskId.slice(9, 13), 16);
}
