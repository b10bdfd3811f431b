import { printTable, quantile } from '../life/table.js';
import type { Round } from './rounds.js';

/** Median over the rounds, with the least and the most. */
function spread(values: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const shown = [quantile(values, 0.5), least, most].map((value) => value.toFixed(digits));
  return `${shown[0]} (${shown[1]}-${shown[2]})`;
}

/**
 * Prints how busy one stub was, variant by variant. `busy` is the engine's share of the time from the start of the first
 * prompt to the end of the last, 1.000 at the most; `nominal` the same with late timers of the stub as idle time;
 * `to peer` the median of the rounds' own ratios to the variant of that name.
 */
export function printBusy(
  title: string,
  measured: ReadonlyMap<string, readonly Round[]>,
  peer?: string,
): void {
  const peers = peer === undefined ? [] : measured.get(peer)!;
  const rows = [...measured].map(([name, rounds]) => {
    const of = (pick: (round: Round) => number) => rounds.map(pick);
    const share = of(({ busy: [busy] }) => busy!.share);
    const gaps = rounds.flatMap(({ busy: [busy] }) => busy!.gapsMs);
    const ratios = share.map((value, round) => value / (peers[round]?.busy[0]!.share ?? Number.NaN));
    const photos = (round: Round) => round.driven.succeeded + round.driven.failed;
    return [
      name,
      spread(share, 3),
      spread(
        of(({ busy: [busy] }) => busy!.nominalShare),
        3,
      ),
      peers.length === 0 ? '' : quantile(ratios, 0.5).toFixed(2),
      quantile(gaps, 0.5).toFixed(1),
      quantile(gaps, 0.95).toFixed(1),
      quantile(
        of(({ busy: [busy] }) => busy!.longestMs),
        0.5,
      ).toFixed(0),
      quantile(
        of((round) => callsBeside(round) / photos(round)),
        0.5,
      ).toFixed(1),
      quantile(
        of((round) => round.driven.cpuMs / photos(round)),
        0.5,
      ).toFixed(0),
      String(of(({ driven }) => driven.failed).reduce((sum, failed) => sum + failed, 0)),
    ];
  });
  printTable(title, [
    [
      'by',
      'busy',
      'nominal',
      'to peer',
      'gap p50 ms',
      'gap p95 ms',
      'longest prompt ms',
      'calls beside',
      'CPU ms a photo',
      'failed',
    ],
    ...rows,
  ]);
}

/** Requests beyond upload, submit and download. */
function callsBeside({ busy: [busy] }: Round): number {
  const { 'POST upload': _upload, 'POST prompt': _prompt, 'GET view': _view, ...others } = busy!.calls;
  return Object.values(others).reduce((sum, count) => sum + count, 0);
}
