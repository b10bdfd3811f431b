import { describe, expect, it } from 'vitest';
import { readTable } from './read-table.js';

describe('the cells of a list', () => {
  it.each([',', ';', '\t', '|'])('are apart by %j', (separator) => {
    const text = ['filename', 'client_ref'].join(separator) + '\n' + ['a.jpg', 'A 1'].join(separator) + '\n';
    expect(readTable(text)).toEqual([
      ['filename', 'client_ref'],
      ['a.jpg', 'A 1'],
    ]);
  });

  it('are apart by what Excel says in its first line, whatever else is in them', () => {
    expect(readTable('sep=;\r\nname;id\r\n"Rome, Forum.jpg";1,5\r\n')).toEqual([
      ['name', 'id'],
      ['Rome, Forum.jpg', '1,5'],
    ]);
  });

  it('keep commas, quotes and line breaks that are in quotes', () => {
    expect(readTable('f,i\n"a, b.jpg","x ""y""\nz"\n')[1]).toEqual(['a, b.jpg', 'x "y"\nz']);
  });

  it('lose empty rows and the blanks around them, not the zeros in front', () => {
    expect(readTable('f,i\r\n\r\n , \r\n\u00A0a.jpg ,"=""007"""\r\n')).toEqual([
      ['f', 'i'],
      ['a.jpg', '007'],
    ]);
  });

  it('lose the quote that keeps a spreadsheet from calculating, and no other', () => {
    expect(readTable("f,i\na.jpg,'=1+1\n'b'.jpg,'n Tal\n")).toEqual([
      ['f', 'i'],
      ['a.jpg', '=1+1'],
      ["'b'.jpg", "'n Tal"],
    ]);
  });

  it('are all there in a list of one column, and in one with old Macintosh line ends', () => {
    expect(readTable('a.jpg\nb.jpg\n')).toEqual([['a.jpg'], ['b.jpg']]);
    expect(readTable('a.jpg;1\rb.jpg;2\r')).toEqual([
      ['a.jpg', '1'],
      ['b.jpg', '2'],
    ]);
  });

  it('are none in an empty list', () => {
    expect(readTable('')).toEqual([]);
  });
});
