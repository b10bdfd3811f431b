import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';

/**
 * Lets an error of a task handler reach the `TaskServer` as it is. For `@UseFilters(OriginalErrorFilter)`; without it
 * Nest answers "Internal server error" to whatever a handler throws.
 */
@Catch()
export class OriginalErrorFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
