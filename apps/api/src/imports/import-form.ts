import { RESULT_IMAGE_LIMITS } from '@app/imaging';
import {
  createParamDecorator,
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { readFile, rm } from 'node:fs/promises';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { admitForm } from '../multipart/admit-form.js';
import { UploadReader } from '../multipart/upload-reader.js';
import type { UploadedPhoto } from '../multipart/upload.js';
import { ProblemException } from '../problems/problem.exception.js';
import { INCOMING_FOLDER } from '../tasks/incoming-folder.token.js';
import { readExportedTask } from './read-exported-task.js';
import type { TaskFiles } from './imports.service.js';

/** The file that says what the task is; thousands of steps fit into it. */
const TASK_BYTES = 2 * 1024 * 1024;
/** The other fields of a form, the headers of its parts, and what is between them. */
const FORM_BYTES = 64 * 1024;

const forms = new WeakMap<Request, TaskFiles>();

/**
 * Reads the multipart form of an exported task after the guards have let the caller pass: the files `task` (JSON),
 * `original` and, where it succeeded, `result`. The fields become `request.body`, and `@ImportedFiles()` gives the rest;
 * their temporary files are gone when the route has ended.
 */
@Injectable()
export class ImportForm implements NestInterceptor {
  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(INCOMING_FOLDER) private readonly folder: string,
  ) {}

  /** @throws ProblemException for what cannot be read, or is no exported task; nothing of it is kept. */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    return from(this.run(http.getRequest<Request>(), http.getResponse<Response>(), next));
  }

  private async run(request: Request, response: Response, next: CallHandler): Promise<unknown> {
    const { maxUploadBytes: original, uploadIdleMs: idleMs } = this.env;
    const mostBytes = { task: TASK_BYTES, original, result: RESULT_IMAGE_LIMITS.maxBytes };
    const limit = TASK_BYTES + original + RESULT_IMAGE_LIMITS.maxBytes + FORM_BYTES;
    const tooLong = () => new ProblemException('request_too_large', { limit });
    admitForm(request, response, { maxBytes: limit, tooLong });
    const { files, fields } = await new UploadReader({ folder: this.folder, idleMs }, mostBytes).read(
      request,
    );
    try {
      request.body = fields;
      forms.set(request, await toTaskFiles(files));
      return await lastValueFrom(next.handle(), { defaultValue: undefined });
    } finally {
      for (const file of Object.values(files)) await rm(file.path, { force: true });
    }
  }
}

async function toTaskFiles({
  task,
  original,
  result,
}: Partial<Record<'task' | 'original' | 'result', UploadedPhoto>>): Promise<TaskFiles> {
  const exported = readExportedTask(await readFile(present(task, 'task').path, 'utf8'));
  return {
    task: exported,
    original: present(original, 'original'),
    result: exported.result === null ? null : present(result, 'result'),
  };
}

function present(file: UploadedPhoto | undefined, field: string): UploadedPhoto {
  if (file !== undefined) return file;
  throw new ProblemException('invalid_request', {}, { errors: [{ pointer: `/${field}`, text: 'required' }] });
}

/** What `ImportForm` has read. */
export const ImportedFiles = createParamDecorator((_data: unknown, context: ExecutionContext): TaskFiles => {
  const files = forms.get(context.switchToHttp().getRequest<Request>());
  if (files === undefined)
    throw new Error('A route asks for an exported task without the interceptor ImportForm.');
  return files;
});
