/**
 * The ComfyUI server protocol as types: every HTTP body and every WebSocket text message that this software
 * sends or reads. Measured against ComfyUI v0.27.1 (and v0.12.2, v0.3.64 where they differ); newer servers may
 * add members, so readers take what they know and ignore the rest. Our client and the built-in engine, the two
 * ends of this wire, share nothing but these types. Binary frames are in `binary-frame.ts`.
 */

/** A link to another node's output: `[node id, output slot]`. Any array in an input is read as a link. */
export type ComfyLink = [nodeId: string, slot: number];

/** What a node's input may hold. Extra inputs a node does not know are ignored by the server. */
export type ComfyInputValue = string | number | boolean | null | ComfyLink | ComfyInputObject;
/** Structured widget values of some custom nodes; passed on as they are. */
export interface ComfyInputObject {
  [key: string]: unknown;
}

/** One node of a prompt in API format. */
export interface ComfyNode {
  class_type: string;
  inputs: Record<string, ComfyInputValue>;
  _meta?: { title?: string };
}

/** A prompt in API format ("Export (API)"): node id -> node. Not the editor's format (`nodes`, `links`). */
export type ComfyGraph = Record<string, ComfyNode>;

/** Sent along with a prompt. `client_id` is copied in by the server; `create_time` (ms) since v0.3.69. */
export interface PromptExtraData {
  client_id?: string;
  create_time?: number;
  extra_pnginfo?: Record<string, unknown>;
  [key: string]: unknown;
}

/**
 * POST /prompt. `prompt_id` must be a canonical lowercase UUID since v0.25.0 and is ignored before v0.3.45;
 * absent or null lets the server mint one. Lower `number` runs first; equal numbers run in id order.
 */
export interface PromptRequest {
  prompt: ComfyGraph;
  client_id?: string;
  prompt_id?: string | null;
  extra_data?: PromptExtraData;
  number?: number;
  front?: boolean;
  /** Only these output nodes are run (since v0.3.48). */
  partial_execution_targets?: string[];
}

/** One complaint about one input of a node. `details` names the input first ("image - Invalid image file: …"). */
export interface NodeErrorReason {
  type: string;
  message: string;
  details: string;
  extra_info: Record<string, unknown>;
}

/** All complaints about one node, and the output nodes that cannot run because of it. */
export interface NodeError {
  errors: NodeErrorReason[];
  dependent_outputs: string[];
  class_type: string;
}

/** Node id -> its errors; empty when the graph is sound. */
export type NodeErrors = Record<string, NodeError>;

/** 200 of POST /prompt. Non-empty `node_errors` means that some outputs were dropped and the rest runs. */
export interface PromptResponse {
  prompt_id: string;
  number: number;
  node_errors: NodeErrors;
}

/** 400 of POST /prompt. */
export interface PromptErrorResponse {
  error: { type: string; message: string; details: string; extra_info: Record<string, unknown> };
  node_errors: NodeErrors;
}

/** GET /prompt: running plus pending prompts of all clients. */
export interface ExecInfo {
  exec_info: { queue_remaining: number };
}

/** A prompt in the queue, and the `prompt` member of a history entry. */
export type QueueItem = [
  number: number,
  promptId: string,
  prompt: ComfyGraph,
  extraData: PromptExtraData,
  outputNodeIds: string[],
];

/** GET /queue. `queue_pending` is in heap order, not in the order of execution. */
export interface QueueResponse {
  queue_running: QueueItem[];
  queue_pending: QueueItem[];
}

/** POST /queue: drops pending prompts, silently. Running ones are not touched. Answered 200 with no body. */
export interface QueueRequest {
  clear?: boolean;
  delete?: string[];
}

/** POST /interrupt. Without `prompt_id` whatever runs is interrupted (always so before v0.3.57). */
export interface InterruptRequest {
  prompt_id?: string;
}

/** POST /free. Done by the server after the prompt that runs; answered 200 with no body at once. */
export interface FreeRequest {
  unload_models: boolean;
  free_memory: boolean;
}

/** Which of the server's folders a file is in; `temp` is emptied at every start. */
export type FileType = 'input' | 'output' | 'temp';

/** A file of the server: what an output node reports and what GET /view takes. */
export interface FileRef {
  filename: string;
  subfolder: string;
  type: FileType;
}

/** 200 of POST /upload/image. The name may differ from the one sent: `a.png` -> `a (1).png`. */
export interface UploadResponse {
  name: string;
  subfolder: string;
  type: FileType;
}

/** What an output node produced. Media other than `images` is passed on as it came. */
export interface NodeOutput {
  images?: FileRef[];
  [kind: string]: unknown;
}

/** A message kept in the history: the socket message's type and data. */
export type HistoryMessage =
  | ['execution_start', ExecutionStartData]
  | ['execution_cached', ExecutionCachedData]
  | ['execution_success', ExecutionSuccessData]
  | ['execution_error', ExecutionErrorData]
  | ['execution_interrupted', ExecutionInterruptedData];

/** How a prompt ended. */
export interface HistoryStatus {
  /** An interrupted prompt is an `error` too; only the last message tells them apart. */
  status_str: 'success' | 'error';
  completed: boolean;
  messages: HistoryMessage[];
}

/** A finished prompt. Kept in memory only (10,000 entries), written shortly after `execution_success` is sent. */
export interface HistoryEntry {
  prompt: QueueItem;
  /** Also holds outputs of nodes that finished before a failure. */
  outputs: Record<string, NodeOutput>;
  status: HistoryStatus;
  meta: Record<
    string,
    { node_id: string; display_node: string; parent_node: string | null; real_node_id: string }
  >;
}

/** GET /history and GET /history/{id}. An id that is unknown, pending or running gives `{}`. */
export type HistoryResponse = Record<string, HistoryEntry>;

/** POST /history. */
export interface HistoryRequest {
  clear?: boolean;
  delete?: string[];
}

/** `cancelled` is an interrupted prompt; one taken out of the queue leaves no job. */
export type JobStatus = 'pending' | 'in_progress' | 'completed' | 'failed' | 'cancelled';

/** GET /api/jobs/{id} (since v0.6.0) and an entry of GET /api/jobs. Times are ms since 1970. */
export interface Job {
  id: string;
  status: JobStatus;
  /** The prompt's `number`. */
  priority: number;
  create_time: number;
  execution_start_time?: number;
  execution_end_time?: number;
  execution_error?: ExecutionErrorData;
  outputs_count: number;
  preview_output?: FileRef & { nodeId: string; mediaType: string };
  workflow_id?: string;
  /** The rest only by id, on a finished prompt. */
  outputs?: Record<string, NodeOutput>;
  execution_status?: HistoryStatus;
  workflow?: { prompt: ComfyGraph; extra_data: PromptExtraData };
}

/** GET /api/jobs. */
export interface JobsResponse {
  jobs: Job[];
  pagination: { offset: number; limit: number; total: number; has_more: boolean };
}

/** 404 of GET /api/jobs/{id} and 400 of the other job routes. */
export interface JobErrorResponse {
  error: string;
  invalid_ids?: string[];
}

/** POST /api/jobs/{id}/cancel and POST /api/jobs/cancel (since v0.26.0; 405 before). */
export interface CancelResponse {
  cancelled: boolean;
}

/** Which engine speaks, when it is ours. A real ComfyUI has no such member. */
export interface BuiltInEngine {
  version: string;
  colouring: 'preview' | 'ddcolor-onnx';
}

/** The `system` part of GET /system_stats; memory in bytes. */
export interface SystemInfo {
  os: string;
  ram_total: number;
  ram_free: number;
  comfyui_version: string;
  python_version: string;
  pytorch_version: string;
  embedded_python: boolean;
  /** May hold paths of the server: not for users. */
  argv: string[];
  built_in_engine?: BuiltInEngine;
  [key: string]: unknown;
}

/** On a CPU server `vram_*` is system memory and `index` is null. */
export interface DeviceInfo {
  name: string;
  type: string;
  index: number | null;
  vram_total: number;
  vram_free: number;
  torch_vram_total: number;
  torch_vram_free: number;
}

/** GET /system_stats. All sizes are bytes. */
export interface SystemStats {
  system: SystemInfo;
  devices: DeviceInfo[];
}

/** GET /features, and the data of the `feature_flags` message the server answers with. */
export interface ServerFeatures {
  supports_preview_metadata: boolean;
  max_upload_size: number;
  [key: string]: unknown;
}

/** One node class in GET /object_info. An input is `[type or options, settings]`; a choice may be `"COMBO"`. */
export interface ObjectInfo {
  input: {
    required?: Record<string, unknown[]>;
    optional?: Record<string, unknown[]>;
    hidden?: Record<string, unknown>;
  };
  input_order: Record<string, string[]>;
  output: string[];
  output_is_list: boolean[];
  output_name: string[];
  name: string;
  display_name: string;
  description: string;
  python_module: string;
  category: string;
  output_node: boolean;
  [key: string]: unknown;
}

/** GET /object_info and GET /object_info/{class}: class -> info; an unknown class gives `{}` with 200. */
export type ObjectInfoResponse = Record<string, ObjectInfo>;

/** The prompt left the queue. `timestamp` is ms since 1970, here and below. */
export interface ExecutionStartData {
  prompt_id: string;
  timestamp: number;
}
/** The nodes that need not run again; always sent, often empty. */
export interface ExecutionCachedData {
  prompt_id: string;
  nodes: string[];
  timestamp: number;
}
/** All nodes ran. The history is written after this is sent. */
export interface ExecutionSuccessData {
  prompt_id: string;
  timestamp: number;
}
/** Where an interrupt took effect, and which nodes had finished before. */
export interface ExecutionInterruptedData {
  prompt_id: string;
  node_id: string;
  node_type: string;
  executed: string[];
  timestamp: number;
}
/** `traceback` and `current_inputs` hold paths and tensors of the server: never for users. */
export interface ExecutionErrorData extends ExecutionInterruptedData {
  exception_message: string;
  exception_type: string;
  traceback: string[];
  current_inputs: Record<string, unknown>;
  current_outputs: string[];
}

/** Where a node is. A node that fails is left at `running`. */
export interface NodeProgress {
  value: number;
  max: number;
  state: 'pending' | 'running' | 'finished' | 'error';
  node_id: string;
  prompt_id: string;
  display_node_id: string;
  parent_node_id: string | null;
  real_node_id: string;
}

/** A WebSocket text message from the server. Unless it says otherwise, only the submitting client gets it. */
export type ComfyEvent =
  /** To all sockets on every change of the queue; `sid` only in the first message of a socket. */
  | { type: 'status'; data: { status: ExecInfo; sid?: string } }
  | { type: 'execution_start'; data: ExecutionStartData }
  | { type: 'execution_cached'; data: ExecutionCachedData }
  /** `node: null` ends a prompt. Without `prompt_id` right after a reconnect. */
  | { type: 'executing'; data: { node: string | null; display_node?: string; prompt_id?: string } }
  /** Cumulative; to everybody if the prompt had no client id, as is `progress`. */
  | { type: 'progress_state'; data: { prompt_id: string; nodes: Record<string, NodeProgress> } }
  | { type: 'progress'; data: { value: number; max: number; prompt_id: string; node: string } }
  /** Output nodes only. */
  | {
      type: 'executed';
      data: { node: string; display_node: string; output: NodeOutput | null; prompt_id: string };
    }
  | { type: 'execution_success'; data: ExecutionSuccessData }
  | { type: 'execution_error'; data: ExecutionErrorData }
  | { type: 'execution_interrupted'; data: ExecutionInterruptedData }
  | { type: 'feature_flags'; data: ServerFeatures };

/** The only message a client sends, as its first text frame. */
export interface ClientFeatureFlags {
  type: 'feature_flags';
  data: { supports_preview_metadata?: boolean; [key: string]: unknown };
}

/** POST /upload/image as multipart fields beside the file field `image`. */
export interface UploadFields {
  type?: FileType;
  subfolder?: string;
  /** "true" or "1" replaces a file of that name; anything else does not. */
  overwrite?: string;
}
