import type { WorkerEngineView, WorkerStatus, WorkerView } from '@app/contracts';

/** Shows a worker to operators. */
export function toWorkerView(status: WorkerStatus, paused: boolean): WorkerView {
  return {
    worker: status.worker,
    process: status.process,
    task_types: status.taskTypes,
    concurrency: status.concurrency,
    lookahead: status.lookahead,
    ahead: status.ahead ?? null,
    running: status.running.map(({ taskId, taskType, since, stage }) => ({
      task_id: taskId,
      task_type: taskType,
      since,
      stage,
    })),
    engines: status.engines.map(toEngineView),
    tap: status.tap,
    closed_because: status.closedBecause,
    gpu_memory_used_percent: status.gpuMemoryUsedPercent ?? null,
    paused,
    at: status.at,
  };
}

function toEngineView(engine: WorkerStatus['engines'][number]): WorkerEngineView {
  return {
    address: engine.address,
    reachable: engine.reachable,
    device: engine.device,
    memory_total_bytes: engine.memoryTotal,
    memory_free_bytes: engine.memoryFree,
    utilization_percent: engine.utilization ?? null,
    memory_used_percent: engine.memoryUsedPercent ?? null,
    circuit: engine.circuit ?? null,
    problems: engine.problems ?? [],
    loaded: engine.loaded ?? null,
  };
}
