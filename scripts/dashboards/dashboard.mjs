import {
  DashboardBuilder,
  DashboardLinkBuilder,
  DatasourceVariableBuilder,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';

const TAG = 'photo-repair';

/** A dashboard of `{ heading: panels }`, as Grafana reads it from a file. Its address is `/d/photo-repair-<name>`. */
export function dashboard(name, title, rows) {
  const builder = new DashboardBuilder(`Photo repair: ${title}`)
    .uid(`photo-repair-${name}`)
    .tags([TAG])
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .readonly()
    .tooltip(1)
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .link(
      new DashboardLinkBuilder('Photo repair').type('dashboards').tags([TAG]).asDropdown(true).keepTime(true),
    );
  let id = 0;
  for (const [heading, panels] of Object.entries(rows)) {
    builder.withRow(new RowBuilder(heading).id(++id));
    for (const panel of panels) builder.withPanel(panel.id(++id));
  }
  return builder.build();
}
