import { describe, expect, it } from 'vitest';
import { buildTaskType } from './build-task-type.js';
import { Catalog, type CatalogChange } from './catalog.js';
import type { TaskType } from './task-type.js';

function type(name: string, width = 512): TaskType {
  const { taskType } = buildTaskType(
    {
      file: `${name}.json`,
      content: {
        '1': { class_type: 'LoadImage', inputs: { image: 'a.png' } },
        '2': { class_type: 'ImageScale', inputs: { image: ['1', 0], width } },
        '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'x' } },
      },
    },
    undefined,
  );
  if (!taskType) throw new Error(`no type ${name}`);
  return taskType;
}

const problem = { file: 'z.json', pointer: '', message: 'is not valid JSON' };

describe('Catalog', () => {
  it('tells what another content adds, removes and changes, and stays the same object', () => {
    const catalog = new Catalog({ types: [type('a'), type('b'), type('c')], problems: [] });
    const heard: CatalogChange[] = [];
    const end = catalog.onChange((change) => heard.push(change));
    const before = catalog.get('b');
    catalog.replace({ types: [type('d'), type('b', 640), type('c')], problems: [problem] });
    expect(heard).toEqual([{ added: ['d'], removed: ['a'], changed: ['b'], problems: [problem] }]);
    expect(catalog.types().map(({ view }) => view.type)).toEqual(['b', 'c', 'd']);
    expect(catalog.get('b')?.graph['2']?.inputs['width']).toBe(640);
    expect(before?.graph['2']?.inputs['width']).toBe(512);
    expect(catalog.problems).toEqual([problem]);
    end();
    catalog.replace({ types: [], problems: [] });
    expect(heard).toHaveLength(1);
  });

  it('says nothing where nothing differs', () => {
    const catalog = new Catalog({ types: [type('a')], problems: [] });
    expect(catalog.replace({ types: [type('a')], problems: [] })).toBeNull();
    expect(catalog.replace({ types: [type('a')], problems: [problem] })?.problems).toEqual([problem]);
    expect(catalog.replace({ types: [type('a')], problems: [{ ...problem }] })).toBeNull();
  });

  it('tells every listener although one throws', () => {
    const catalog = new Catalog({ types: [], problems: [] });
    const heard: CatalogChange[] = [];
    catalog.onChange(() => {
      throw new Error('no queue');
    });
    catalog.onChange((change) => heard.push(change));
    expect(() => catalog.replace({ types: [type('a')], problems: [] })).toThrow('no queue');
    expect(heard).toHaveLength(1);
    expect(catalog.get('a')).toBeDefined();
  });
});
