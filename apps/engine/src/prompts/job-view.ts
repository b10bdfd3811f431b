import type { HistoryEntry, Job, NodeOutput, QueueItem } from '@app/comfyui';

/** A pending or running prompt as GET /api/jobs shows it. */
export function queuedJob(item: QueueItem, status: 'pending' | 'in_progress'): Job {
  return {
    id: item[1],
    status,
    priority: item[0],
    create_time: createTime(item),
    outputs_count: 0,
    ...workflowId(item),
  };
}

/** A finished prompt as GET /api/jobs shows it. */
export function finishedJob(entry: HistoryEntry): Job {
  const { prompt, outputs, status } = entry;
  const messages = status.messages;
  const first = messages[0];
  const last = messages.at(-1);
  return {
    id: prompt[1],
    status: status.completed ? 'completed' : last?.[0] === 'execution_interrupted' ? 'cancelled' : 'failed',
    priority: prompt[0],
    create_time: createTime(prompt),
    ...(first && { execution_start_time: first[1].timestamp }),
    ...(last && { execution_end_time: last[1].timestamp }),
    ...(last?.[0] === 'execution_error' && { execution_error: last[1] }),
    outputs_count: Object.values(outputs).reduce((sum, output) => sum + (output.images?.length ?? 0), 0),
    ...previewOutput(outputs),
    ...workflowId(prompt),
  };
}

/** A finished prompt as GET /api/jobs/{id} shows it. */
export function finishedJobInFull(entry: HistoryEntry): Job {
  const [, , prompt, extra_data] = entry.prompt;
  return {
    ...finishedJob(entry),
    outputs: entry.outputs,
    execution_status: entry.status,
    workflow: { prompt, extra_data },
  };
}

/** The picture that stands for the prompt: the first that was saved, or else the first preview. */
function previewOutput(outputs: Record<string, NodeOutput>): Pick<Job, 'preview_output'> {
  const all = Object.entries(outputs).flatMap(([nodeId, output]) =>
    (output.images ?? []).map((image) => ({ ...image, nodeId, mediaType: 'images' })),
  );
  const preview_output = all.find((image) => image.type === 'output') ?? all[0];
  return preview_output ? { preview_output } : {};
}

function createTime(item: QueueItem): number {
  return item[3].create_time ?? 0;
}

function workflowId(item: QueueItem): Pick<Job, 'workflow_id'> {
  const workflow = item[3].extra_pnginfo?.['workflow'] as { id?: unknown } | null | undefined;
  return typeof workflow?.id === 'string' ? { workflow_id: workflow.id } : {};
}
