import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Addresses (hexadecimal, as the kernel writes them) on which a process listens, from /proc/net/tcp and tcp6. */
export function listeningAddresses(pid: number): { address: string; port: number }[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`)
      .map((fd) => linkOf(`/proc/${pid}/fd/${fd}`))
      .flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      // 0A is LISTEN; field 9 is the socket's inode (proc(5)).
      .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
      .map((fields) => {
        const [address = '', port = ''] = (fields[1] ?? '').split(':');
        return { address, port: Number.parseInt(port, 16) };
      }),
  );
}

/** Processes whose environment holds `text`, by number. */
export function processesWithEnvironment(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => fileOf(`/proc/${pid}/environ`).includes(text));
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // closed since the folder was read
  }
}

function fileOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // ended since the folder was read
  }
}
