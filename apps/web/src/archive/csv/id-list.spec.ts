import { describe, expect, it } from 'vitest';
import { readIdList } from './id-list.js';

const COLUMNS = { name: 0, ownId: 1, hasHeader: true };
const read = (...rows: string[][]) => readIdList([['f', 'i'], ...rows], COLUMNS);

describe('a list of ids', () => {
  it('has an entry for each row, with the row that a spreadsheet shows', () => {
    expect(read(['a.jpg', 'A 1'], ['b.jpg', 'A 2']).entries).toEqual([
      { row: 2, name: 'a.jpg', ownId: 'A 1' },
      { row: 3, name: 'b.jpg', ownId: 'A 2' },
    ]);
  });

  it('takes the file of a path, of Windows too', () => {
    const { entries } = read(['D:\\box 1\\a.jpg', '1'], ['box 2/b.jpg', '2']);
    expect(entries.map(({ name }) => name)).toEqual(['a.jpg', 'b.jpg']);
  });

  it('tells the rows where something is missing or too long, and goes on', () => {
    const list = read(['', 'A 1'], ['b.jpg', ''], ['c.jpg'], ['d.jpg', 'x'.repeat(201)], ['e.jpg', 'E']);
    expect(list.incomplete).toEqual([2, 3, 4]);
    expect(list.tooLong.map(({ row }) => row)).toEqual([5]);
    expect(list.entries.map(({ name }) => name)).toEqual(['e.jpg']);
  });

  it('uses no name that has two ids, also where a Mac and Windows write it differently', () => {
    const list = read(['Café.jpg'.normalize('NFD'), '1'], ['CAFÉ.JPG', '2'], ['b.jpg', '3'], ['b.jpg', '3']);
    expect(list.doubledNames).toEqual(['Café.jpg'.normalize('NFD')]);
    expect(list.entries.map(({ name }) => name)).toEqual(['b.jpg']);
  });

  it('tells the ids that several files have, and uses them', () => {
    const list = read(['front.jpg', '7'], ['back.jpg', '7'], ['other.jpg', '8']);
    expect(list.doubledIds).toEqual(['7']);
    expect(list.entries).toHaveLength(3);
  });

  it('has no entries while nobody knows the columns', () => {
    expect(readIdList([['a.jpg', '1']], { name: 0, ownId: null, hasHeader: false }).entries).toEqual([]);
  });
});
