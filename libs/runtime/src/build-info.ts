import { Gauge, register } from 'prom-client';
import { productVersion } from './product.js';

const NAME = 'photo_repair_build_info';

/** Shows in `/metrics` which program this is, of which version, on which Node. Called once at its start. */
export function showBuildInfo(app: 'api' | 'worker' | 'bridge'): void {
  register.removeSingleMetric(NAME);
  new Gauge({
    name: NAME,
    help: 'Always 1; the labels say which program this is.',
    labelNames: ['app', 'version', 'node'],
    registers: [register],
  }).set({ app, version: productVersion, node: process.version }, 1);
}
