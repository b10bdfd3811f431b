import { KEY_ROLES, type KeyRole } from '@app/contracts';
import { CliError } from '../cli-error.js';
import type { NewKey } from './keys-api.js';

/** The options of `keys create`, as the command line gives them. */
export interface NewKeyFlags {
  role: string;
  group?: string;
  types?: string;
  priority?: string;
  quota?: string;
  rate?: string;
  expires?: string;
  amqpUser?: string;
}

const BYTES_PER_UNIT: Record<string, number> = { '': 1, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** What is asked of the API, which has the last word on every value. @throws CliError for what cannot be read. */
export function readNewKey(name: string, flags: NewKeyFlags): NewKey {
  return {
    name,
    role: readRole(flags.role),
    ...(flags.group !== undefined && { group: flags.group }),
    ...(flags.types !== undefined && { allowed_types: flags.types.split(',').map((type) => type.trim()) }),
    ...(flags.priority !== undefined && { max_priority: readNumber('--priority', flags.priority) }),
    ...(flags.quota !== undefined && { quota_bytes: readBytes(flags.quota) }),
    ...(flags.rate !== undefined && { requests_per_minute: readNumber('--rate', flags.rate) }),
    ...(flags.amqpUser !== undefined && { amqp_user: flags.amqpUser }),
    ...(flags.expires !== undefined && { expires_at: readDate(flags.expires) }),
  };
}

function readRole(text: string): KeyRole {
  const role = KEY_ROLES.find((each) => each === text);
  if (role === undefined) throw new CliError(`--role is one of ${KEY_ROLES.join(', ')}, not "${text}".`);
  return role;
}

function readNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CliError(`${option} is a whole number, not "${text}".`);
}

function readBytes(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,9})(MB|GB|TB)?$/.exec(text) ?? [];
  if (digits === '')
    throw new CliError(`--quota is a number of bytes, or like 500MB or 20GB, not "${text}".`);
  return Number(digits) * (BYTES_PER_UNIT[unit] ?? 1);
}

function readDate(text: string): string {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new CliError(`--expires is a day such as 2030-12-31, not "${text}".`);
  return new Date(at).toISOString();
}
