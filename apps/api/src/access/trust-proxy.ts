import proxyAddr from 'proxy-addr';
import { z } from 'zod';

/** How many proxies stand in front of us, or their addresses; false where `X-Forwarded-For` means nothing. */
export type TrustProxy = false | number | string[];

/** The setting TRUST_PROXY: a number of proxies, or their addresses with commas between. */
export const trustProxySetting = z
  .string()
  .default('0')
  .transform((text, context): TrustProxy => {
    if (/^\d{1,2}$/.test(text)) return Number(text) === 0 ? false : Number(text);
    const addresses = text.split(',').map((address) => address.trim());
    try {
      proxyAddr.compile(addresses);
      return addresses;
    } catch {
      const message = 'must be a number of proxies, or their addresses: loopback, 10.0.0.0/8, 192.0.2.7';
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
  });

/** Whether what the `hop`-th address before us says is believed, as Express asks it of its setting `trust proxy`. */
export function trustOf(setting: TrustProxy): (address: string, hop: number) => boolean {
  if (setting === false) return () => false;
  if (typeof setting === 'number') return (_address, hop) => hop < setting;
  return proxyAddr.compile(setting);
}
