/** Why a process could not start, as one plain sentence. */
export function startProblem(error: unknown): string {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const { port, address } = (error ?? {}) as { port?: number; address?: string };
  if (syscall === 'listen' || syscall === 'getaddrinfo') {
    switch (code) {
      case 'EADDRINUSE':
        return `Port ${port} on ${address} is taken by another program.`;
      case 'EADDRNOTAVAIL':
        return `This machine has no address ${address} to listen on.`;
      case 'EACCES':
        return `Port ${port} on ${address} may not be used by this user; ports below 1024 often may not.`;
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        return `The host to listen on is no address of this machine, and no name that is known.`;
    }
  }
  return error instanceof Error ? error.message : String(error);
}
