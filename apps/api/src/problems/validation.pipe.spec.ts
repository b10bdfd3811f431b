import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { UnreadBody } from '../json/json-body.js';
import { ProblemException } from './problem.exception.js';
import { wordsOf } from './problem-words.js';
import { RequestValidation } from './validation.pipe.js';

class Sample {
  @IsString()
  @MaxLength(5)
  title: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(9)
  level?: number;

  @IsOptional()
  @IsIn(['a', 'b'])
  kind?: string;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(2)
  ids?: string[];
}

const pipe = new RequestValidation();

async function refusal(value: unknown, type: 'body' | 'query' = 'body'): Promise<ProblemException> {
  try {
    await pipe.transform(value, { type, metatype: Sample });
  } catch (error) {
    if (error instanceof ProblemException) return error;
    throw error;
  }
  throw new Error('It was taken.');
}

describe('RequestValidation', () => {
  it('takes what fits', async () => {
    expect(await pipe.transform({ title: 'a', level: 3 }, { type: 'body', metatype: Sample })).toEqual({
      title: 'a',
      level: 3,
    });
  });

  it.each([
    [{}, 400, '/title', '"title" is missing.'],
    [{ title: 'a', more: 1 }, 400, '/more', 'There is no field "more".'],
    [{ title: 5 }, 422, '/title', '"title" has to be a text.'],
    [{ title: null }, 422, '/title', '"title" has to be a text.'],
    [{ title: 'abcdef' }, 422, '/title', '"title" may have at most 5 characters.'],
    [{ title: 'a', level: 0 }, 422, '/level', '"level" has to be at least 1.'],
    [{ title: 'a', level: 10 }, 422, '/level', '"level" may be at most 9.'],
    [{ title: 'a', level: '3' }, 422, '/level', '"level" has to be a whole number.'],
    [{ title: 'a', kind: 'c' }, 422, '/kind', '"kind" has to be one of: a, b.'],
    [{ title: 'a', ids: ['1', '2', '3'] }, 422, '/ids', '"ids" may have at most 2 entries.'],
  ])('refuses %j with %i', async (value, status, pointer, message) => {
    const problem = await refusal(value);
    expect(problem.getStatus()).toBe(status);
    expect(wordsOf(problem, 'en').errors).toEqual([{ pointer, message }]);
  });

  it('refuses with 400 whatever is wrong in an address', async () => {
    expect((await refusal({ title: 'abcdef' }, 'query')).getStatus()).toBe(400);
  });

  it.each(['constructor', 'toString', 'prototype'])('does not overlook %s', async (name) => {
    expect((await refusal({ title: 'a', [name]: 1 })).getStatus()).toBe(400);
  });

  it('refuses a body that was no JSON', async () => {
    expect((await refusal(new UnreadBody())).text).toBe('invalid_request.content_type');
  });
});
