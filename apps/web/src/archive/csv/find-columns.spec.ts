import { describe, expect, it } from 'vitest';
import { findColumns } from './find-columns.js';

describe('the columns of a list', () => {
  it.each([
    [['client_ref', 'filename', 'status'], { name: 1, ownId: 0 }],
    [['ID', 'File Name'], { name: 1, ownId: 0 }],
    [['编号', '说明', '文件名'], { name: 2, ownId: 0 }],
    [['Name', 'Filename', 'Accession-Number'], { name: 1, ownId: 2 }],
  ])('are found by the words of %j', (header, columns) => {
    expect(findColumns([header, header.map(() => 'x')])).toEqual({ ...columns, hasHeader: true });
  });

  it('are found by what is in them, under words that nobody knows', () => {
    const rows = [
      ['Signatur', 'Bemerkung', 'Datei'],
      ['A 1', 'Oma', 'scan0001.JPG'],
      ['A 2', '', 'scan0002.JPG'],
    ];
    expect(findColumns(rows)).toEqual({ name: 2, ownId: null, hasHeader: true });
  });

  it('are found in a list without a header, where there are two', () => {
    expect(
      findColumns([
        ['A 1', 'one.png'],
        ['A 2', 'two.png'],
      ]),
    ).toEqual({ name: 1, ownId: 0, hasHeader: false });
  });

  it('are none in an empty list', () => {
    expect(findColumns([])).toEqual({ name: null, ownId: null, hasHeader: false });
  });
});
