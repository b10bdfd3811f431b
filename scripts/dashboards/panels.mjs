import { ThresholdsConfigBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as LinesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** Chosen at the top of each dashboard. */
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
/** Grafana's grid is 24 wide. */
const STAT = { width: 4, height: 4 };
const LINES = { width: 8, height: 8 };
const TABLE = { width: 24, height: 7 };

/**
 * One number of this moment. `bad` and `worse` are where it becomes yellow and red; where `worse` is the lower one, less
 * is worse.
 */
export function stat(title, unit, expr, { bad, worse, description = '' } = {}) {
  const panel = framed(new StatBuilder(), { title, unit, description, size: STAT }).withTarget(
    query(expr, 0).instant(),
  );
  return bad === undefined ? panel : panel.thresholds(thresholds(bad, worse));
}

/** Lines over time, by `{ legend: expr }`. `stacked` where their sum says something. */
export function lines(title, unit, expressions, { description = '', stacked = false, limit } = {}) {
  const panel = framed(new LinesBuilder(), { title, unit, description, size: LINES }).min(0).fillOpacity(10);
  if (unit === 'percentunit') panel.max(1);
  if (stacked) panel.stacking({ build: () => ({ mode: 'normal', group: 'A' }) });
  if (limit !== undefined) {
    panel.thresholds(thresholds(limit, limit)).thresholdsStyle({ build: () => ({ mode: 'dashed' }) });
  }
  Object.entries(expressions).forEach(([legend, expr], index) =>
    panel.withTarget(query(expr, index).legendFormat(legend)),
  );
  return panel;
}

/** The labels of what there is at this moment, as rows. */
export function table(title, expr, description = '') {
  return framed(new TableBuilder(), { title, unit: 'none', description, size: TABLE }).withTarget(
    query(expr, 0).instant().format('table'),
  );
}

/** Median and 95th percentile of a histogram, by these labels. */
export function quantiles(histogram, by = '') {
  const labels = by === '' ? 'le' : `le, ${by}`;
  const legend = by === '' ? '' : ` {{${by}}}`;
  const of = (quantile) =>
    `histogram_quantile(${quantile}, sum by (${labels}) (rate(${histogram}_bucket[$__rate_interval])))`;
  return { [`median${legend}`]: of(0.5), [`95 %${legend}`]: of(0.95) };
}

function framed(panel, { title, unit, description, size: { width, height } }) {
  panel.title(title).unit(unit).span(width).height(height).datasource(DATASOURCE);
  return description === '' ? panel : panel.description(description);
}

function query(expr, index) {
  return new DataqueryBuilder().expr(expr).refId(String.fromCharCode(65 + index));
}

function thresholds(bad, worse) {
  const lessIsWorse = worse < bad;
  const colors = lessIsWorse ? ['red', 'yellow', 'green'] : ['green', 'yellow', 'red'];
  const limits = [null, Math.min(bad, worse), Math.max(bad, worse)];
  return new ThresholdsConfigBuilder()
    .mode('absolute')
    .steps(limits.map((value, index) => ({ value, color: colors[index] })));
}
