import type { EngineRef } from '@app/contracts';
import type { ObjectInfo, SystemStats } from '../protocol.js';
import { execInfoSchema, objectInfoResponseSchema, systemStatsSchema } from '../response-schemas.js';
import type { EngineCaller } from './engine-caller.js';

/** Questions about the engine as a whole. `ComfyClient` says what each is for. */
export class InfoCalls {
  constructor(private readonly caller: EngineCaller) {}

  systemStats(signal?: AbortSignal): Promise<SystemStats> {
    return this.caller.ask(this.caller.get('/api/system_stats', signal), systemStatsSchema);
  }

  async describeEngine(signal?: AbortSignal): Promise<EngineRef> {
    const { system } = await this.systemStats(signal);
    const own = system.built_in_engine;
    if (own) return { name: 'built-in', version: own.version.slice(0, 40), colouring: own.colouring };
    return { name: 'comfyui', version: system.comfyui_version.slice(0, 40) };
  }

  async objectInfo(classType: string, signal?: AbortSignal): Promise<ObjectInfo | null> {
    const path = `/api/object_info/${encodeURIComponent(classType)}`;
    const all = await this.caller.ask(this.caller.get(path, signal), objectInfoResponseSchema);
    return Object.hasOwn(all, classType) ? (all[classType] ?? null) : null;
  }

  async queueRemaining(signal?: AbortSignal): Promise<number> {
    const { exec_info } = await this.caller.ask(this.caller.get('/api/prompt', signal), execInfoSchema);
    return exec_info.queue_remaining;
  }

  free(what: { unloadModels: boolean; freeMemory: boolean }, signal?: AbortSignal): Promise<void> {
    const body = { unload_models: what.unloadModels, free_memory: what.freeMemory };
    return this.caller.command('/api/free', body, signal);
  }
}
