export type { ComfyCall } from './comfy-http.js';
export { encodeBinaryFrame, type BinaryFrame, type PreviewMetadata } from './binary-frame.js';
export { ComfyCallFailure, type CallOutcome } from './call-failure.errors.js';
export { cancelPrompt, type CancelOutcome } from './cancel-prompt.js';
export type { JobLookup } from './calls/prompt-calls.js';
export { ComfyClient } from './comfy-client.js';
export type { ComfyClientOptions, ComfyTimeouts } from './comfy-client.options.js';
export type { ComfyLogger } from './comfy-logger.js';
export type { ComfyPace } from './comfy-pace.js';
export type { SocketMessage, SocketTimes } from './comfy-socket.js';
export type { ImageLimits, PromptImage } from './download-images.js';
export type { PromptLimits } from './prompt-deadlines.js';
export type { PromptProgress } from './prompt-progress.js';
export { engineAddress } from './engine-address.js';
export { eraseFiles, ERASED_PNG } from './erase-files.js';
export { eraseLeft, savedFile, type LeftInEngine } from './left-in-engine.js';
export type * from './protocol.js';
export {
  type PromptResult,
  type ResumePromptRequest,
  type RunPromptLimits,
  type RunPromptRequest,
} from './prompt-request.js';
export { resumePrompt } from './resume-prompt.js';
export { runPrompt } from './run-prompt.js';
