import { TcpProxy } from '../../support/tcp-proxy.js';

/** The lines between the parts of a system, each with a proxy that can break it: `api-1-broker`, `worker-1-engine`. */
export class Lines {
  private readonly proxies = new Map<string, TcpProxy>();

  /** The address that leads to `url` by way of the line of that name. */
  async by(name: string, url: string): Promise<string> {
    const proxy = this.proxies.get(name) ?? (await TcpProxy.to(url));
    this.proxies.set(name, proxy);
    return proxy.url;
  }

  get names(): string[] {
    return [...this.proxies.keys()];
  }

  get(name: string): TcpProxy {
    const proxy = this.proxies.get(name);
    if (!proxy) throw new Error(`There is no line '${name}', only ${this.names.join(', ')}.`);
    return proxy;
  }

  async close(): Promise<void> {
    await Promise.all([...this.proxies.values()].map((proxy) => proxy.close()));
  }
}
