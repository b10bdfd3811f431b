import type { JsonTaskDto } from './json-task.dto.js';

/** The fields of the form that would ask for the same as a JSON body. */
export function formFieldsOf({
  type,
  params,
  priority,
  client_ref,
  callback_url,
}: JsonTaskDto): Record<string, string> {
  const fields = {
    type,
    params: params && JSON.stringify(params),
    priority: priority?.toString(),
    client_ref,
    callback_url,
  };
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => field[1] != null),
  );
}
