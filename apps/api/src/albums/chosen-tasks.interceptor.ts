import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { from, switchMap, type Observable } from 'rxjs';
import { isForm, readForm } from '../json/form-body.js';

/** Reads a plain HTML form that chooses tasks as if it were the JSON that does: a page can save its answer as a file. */
@Injectable()
export class ChosenTasksForm implements NestInterceptor {
  /** @throws ProblemException `invalid_request` or `request_too_large`. */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    if (!isForm(request)) return next.handle();
    const response = context.switchToHttp().getResponse<Response>();
    return from(this.read(request, response)).pipe(switchMap(() => next.handle()));
  }

  private async read(request: Request, response: Response): Promise<void> {
    const fields = Object.fromEntries(await readForm(request, response));
    const { task_ids: ids, ...others } = fields;
    request.body = { ...others, ...(ids !== undefined && { task_ids: ids.split(',') }) };
  }
}
